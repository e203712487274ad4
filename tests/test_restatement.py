"""Freezing a report, and what became of it since: late data, a correction, a deletion, another calendar, another goal."""

import json
import shutil
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from etl.config import load_config
from etl.store import Store, utc_now
from launch.reporting import difference, report_request
from launch.terminal import Terminal
from reports.evidence import told
from reports.read_back import Place
from reports.restatement_text import restatement_json, restatement_text
from sight.opening import DESK
from tests.command import arbiter, write_config
from tests.desks import jira_issue, store_of
from tests.naive.examples import change, desk_ticket, moves, rome
from tests.naive.history import Ticket

ROOT = Path(__file__).parent.parent
SHORTER = ('rule = "AMP-G1"\nwithin = "0.5 NWD"', 'rule = "AMP-G1"\nwithin = "2 NWH"')
CLOSED_DAY = (
    "[[calendar.hours]]",
    '[[calendar.closing_days]]\nday = "2025-09-02"\nname = "Stocktaking"\n\n[[calendar.hours]]',
)


def ticket(number: int, *path: str, created: str = "1 09:00", **current: str) -> Ticket:
    told = desk_ticket(
        created, *moves("OPEN", *path), key=f"DSD-{number}", status=path[-1].split()[-1] if path else "OPEN", **current
    )
    return replace(told, ticket_id=f"jira/{number}")


WITHIN_THREE_HOURS, QUICK = ticket(1, "1 12:00 RECEIVED", priority="Low"), ticket(4, "1 09:10 RECEIVED")
UNANSWERED, HALF_AN_HOUR = ticket(2), ticket(3, "1 09:30 RECEIVED", priority="Critical")
OVER_A_DAY = ticket(5, "3 10:00 RECEIVED", created="1 16:00", priority="Low")
TOLD = (WITHIN_THREE_HOURS, UNANSWERED, HALF_AN_HOUR, QUICK, OVER_A_DAY)
ANSWERED_LATE = replace(UNANSWERED, changes=tuple(moves("OPEN", "1 10:00 RECEIVED")))
IN_SEPTEMBER = "By priority, September 2025"


def change_rules(config: Path, *changes: tuple[str, str]) -> None:
    """The desk's profile is `desp` with these texts replaced."""
    text = (ROOT / "profiles" / "desp.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (config.parent / "rules.toml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk whose report on September 2025 was frozen; nothing there is changed."""
    folder = tmp_path_factory.mktemp("desk")
    made = write_config(folder, 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"', profile="rules.toml")
    change_rules(made)
    store_of([jira_issue(one) for one in TOLD], store(made))
    assert report(made, "monthly", "2025-09", "--freeze").code == 0
    return folder


@pytest.fixture
def config(frozen: Path, tmp_path: Path) -> Path:
    """The configuration of a copy of that desk."""
    return shutil.copytree(frozen, tmp_path, dirs_exist_ok=True) / "arbiter.toml"


def store(config: Path) -> Path:
    path = config.parent / "data" / "desk" / "store.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def report(config: Path, *words: str) -> Any:
    return arbiter("report", *words, "--config", config)


def later(config: Path, *tickets: Ticket, deleted: str = "") -> None:
    """A later sync brings these tickets anew, and finds one gone."""
    path = store_of([jira_issue(one) for one in tickets], store(config), run=2, seen_at=utc_now())
    if deleted:
        opened = Store(path)
        opened.bury("jira", [deleted], utc_now(), 2)
        opened.close()
    assert arbiter("publish", "--config", config).code == 0


def made_by_another_version(config: Path, change_of_mart: str) -> None:
    """The frozen report says that another version made it, from a mart that is not quite this version's."""
    entry = config.parent / "data" / "desk" / "archive" / "desk-monthly-2025-09" / "1"
    mart, manifest = entry / "mart.duckdb", entry / "manifest.json"
    for path in (mart, manifest):
        path.chmod(0o644)
    with duckdb.connect(str(mart)) as db:
        db.execute(change_of_mart)
    said = json.loads(manifest.read_text()) | {"code_version": "0.0.1+another"}
    said["sha256"]["mart.duckdb"] = sha256(mart.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(said))


def differences(config: Path) -> Any:
    return report(config, "diff", "monthly", "2025-09", "--json").json


def told_both_ways(config: Path) -> tuple[Any, str]:
    """One comparison, as JSON and as text."""
    desk = load_config(config).desk()
    request = report_request(desk, "monthly", "2025-09", None, DESK, "")
    found = difference(desk, request, Terminal())
    return json.loads(json.dumps(restatement_json(found), default=str)), restatement_text(found, request.profile)


def moved(found: Any) -> set[tuple[str, str]]:
    """All tickets behind changed figures, each with why it moved."""
    steps = [step for change in found["changes"] for step in change["steps"]]
    return {(ticket["key"], step["cause"]) for step in steps for ticket in step["tickets"]}


def at(found: Any, sheet: str, block: str, row: str, column: str) -> list[Any]:
    """The way of the changed figure of that name: cause, from what, to what, by which tickets; step by step."""
    wanted = (sheet, block, [row], column)
    named = [c for c in found["changes"] if (c["sheet"], c["block"], c["row"][:1], c["column"]) == wanted]
    return [
        (step["cause"], step["before"], step["after"], [ticket["key"] for ticket in step["tickets"]])
        for change in named
        for step in change["steps"]
    ]


def by_priority(found: Any) -> dict[str, list[str]]:
    """The changed figures of first responses by priority in September: the priorities, and the columns of each."""
    names: dict[str, list[str]] = {}
    for one in found["changes"]:
        if (one["sheet"], one["block"]) == ("Response", IN_SEPTEMBER):
            names.setdefault(one["row"][0], []).append(one["column"])
    return names


def test_nothing_changed(config: Path) -> None:
    told = report(config, "diff", "monthly", "2025-09")
    assert told.code == 0, told.err
    assert "frozen as no. 1" in told.out and "Every figure is what it was." in told.out


def test_each_change_has_its_cause(config: Path) -> None:
    was = HALF_AN_HOUR.changes[0]
    corrected = replace(HALF_AN_HOUR, changes=(replace(was, at=rome("1 12:30")),))
    later(config, ANSWERED_LATE, corrected, deleted="4")
    change_rules(config, SHORTER, CLOSED_DAY)
    found, told = told_both_ways(config)
    assert moved(found) == {
        ("DSD-2", "late data"),
        ("DSD-3", "corrected history"),
        ("DSD-5", "changed calendar"),
        ("DSD-1", "changed rule"),
        ("DSD-3", "changed rule"),
    }
    assert found["deleted"] == ["DSD-4"]
    met = at(found, "Summary", "Time to first response", "… within the goal", "September 2025")
    assert met == [
        ("late data", 3, 4, ["DSD-2"]),
        ("changed calendar", 4, 5, ["DSD-5"]),
        ("changed rule", 5, 3, ["DSD-1", "DSD-3"]),
    ]
    assert at(found, "Response", "", "2025-09-01", "Median (NWH)") == [
        ("corrected history", 0.5, 3, ["DSD-3"]),  # 10, 30 min, 3, 10 h; then 3 h 30 min instead of 30 min
        ("changed calendar", 3, 2, ["DSD-5"]),  # 10 min, 1, 3, 3.5, 10 h; then 2 h instead of 10 h
    ]
    assert "  Time to first response: Median (NWH)\n    altogether: September 2025 0.50 -> 2.00, Oct 2024" in told
    assert "DSD-3 (first response time: 30 min -> 3 NWH 30 min)" in told
    assert (
        "the list\n    changed calendar: not listed any more: DSD-5\n    changed rule: now listed: DSD-1, DSD-3\n"
        in told
    )
    assert "deleted ticket: DSD-4: gone from the source since; as of then it was there, and still counts" in told


def test_a_late_ticket_moves_the_rows_that_it_is_of(config: Path) -> None:
    later(config, ticket(6, "1 15:00 RECEIVED", priority="Critical", esa_arb="true"))
    found = differences(config)
    assert moved(found) == {("DSD-6", "late data")}
    missed = at(found, "Response", IN_SEPTEMBER, "Critical", "Missed")
    assert missed == [("late data", 0, 1, ["DSD-6"])]  # 6 h of 4
    assert list(by_priority(found)) == ["Critical"]
    for sheet, block, row, column, before, after in (
        ("Cover", "Completeness", "= counted", "", 5, 6),
        ("Flow", "", "2025-09-01", "Received", 5, 6),
        ("Response", "Every miss, September 2025", "DSD-6", "", None, "listed"),
        ("ESA", "", "DSD-6", "", None, "listed"),
    ):
        assert at(found, sheet, block, row, column) == [("late data", before, after, ["DSD-6"])]


def test_each_figure_of_a_quarter_names_its_tickets(config: Path) -> None:
    """In the rows of all, and in those of no provider and no service, too."""
    assert report(config, "quarterly", "2025-Q3", "--freeze").code == 0
    slipped = change("2 12:00", "eta", "2025-09-10", "2025-09-20")
    later(config, replace(late := ticket(6, "1 15:00 RECEIVED", eta="2025-09-20"), changes=(*late.changes, slipped)))
    changes = report(config, "diff", "quarterly", "2025-Q3", "--json").json["changes"]
    assert {"Slips", "Open ETAs", "Products"} <= {one["sheet"] for one in changes}
    assert [one for one in changes for step in one["steps"] if [t["key"] for t in step["tickets"]] != ["DSD-6"]] == []


def test_a_reopening_that_was_learned_late_corrects_nothing(config: Path) -> None:
    """Jira then also takes the resolution date away, which has no history."""
    done = ticket(7, "1 10:00 TO DO", "2 10:00 DONE")
    dated = json.loads(jira_issue(done))
    dated["fields"]["resolutiondate"] = "2025-09-02T08:00:00.000+0000"
    store_of([json.dumps(dated).encode()], store(config), run=2, seen_at=rome("2025-10-01 00:00").replace(tzinfo=None))
    assert report(config, "monthly", "2025-09", "--freeze").code == 0
    reopened = change("3 10:00", "status", "DONE", "TO DO")
    later(config, replace(done, current=done.current | {"status": "TO DO"}, changes=(*done.changes, reopened)))
    assert moved(differences(config)) == {("DSD-7", "late data")}


def test_a_restricted_ticket_has_no_key(config: Path) -> None:
    later(config, replace(ticket(7, "1 15:00 RECEIVED", service="Vault"), current={
        "key": "DSEC-7", "type": "Security Incident", "status": "RECEIVED", "reporter": "ann", "service": "Vault",
    }))  # fmt: skip
    told = report(config, "diff", "monthly", "2025-09", "--json")
    missed = at(told.json, "Response", "", "2025-09-01", "Missed")
    assert missed == [("late data", 1, 2, ["(restricted)"])]
    assert "DSEC-7" not in told.out and "jira/7" not in told.out
    said = [one["after"] for c in told.json["changes"] for step in c["steps"] for one in step["tickets"]]
    assert said and not any({"service", "type", "priority"} & one.keys() for one in said)


def test_what_is_restricted_by_now_is_not_shown_where_it_was(config: Path) -> None:
    away = [
        change("2025-10-06 10:00", name, *values)
        for name, *values in (("project", "DSD", "DSEC"), ("key", "DSD-5", "DSEC-5"))
    ]
    moved_since = replace(
        OVER_A_DAY, changes=(*OVER_A_DAY.changes, *away), current=OVER_A_DAY.current | {"key": "DSEC-5"}
    )
    later(config, moved_since)
    told = report(config, "diff", "monthly", "2025-09", "--json")
    assert {step["cause"] for one in told.json["changes"] for step in one["steps"]} == {"restricted since"}
    missed = at(told.json, "Response", "Every miss, September 2025", "(restricted)", "")
    assert missed == [("restricted since", "listed", None, [])]
    assert "Units" not in {one["sheet"] for one in told.json["changes"]}  # it counts still, where it did
    assert "DSD-5" not in told.out and "DSEC-5" not in told.out
    made_by_another_version(config, "SELECT 1")
    by_another = report(config, "diff", "monthly", "2025-09", "--json")
    assert "other version of Arbiter" in by_another.out
    assert "DSD-5" not in by_another.out and "DSEC-5" not in by_another.out


@pytest.mark.parametrize(("stopped", "behind"), [(date(2025, 4, 1), False), (date(2025, 9, 1), True)])
def test_behind_a_light_stand_the_tickets_of_its_month(config: Path, stopped: date, behind: bool) -> None:
    summary = load_workbook(report(config, "monthly", "2025-09").out.strip())["Summary"]
    [light] = [str(cell.value) for cell in summary[4] if str(cell.value).startswith("Light")]
    place = Place("Summary", "Time to first response", (("Figure", "Share that met the goal"),), light)
    reads = frozenset({"first response", "first response in"})
    was, now = ({"key": "DSD-1", "first response": said, "first response in": stopped} for said in ("met", "missed"))
    assert (told(place, reads, {}, was, now) is not None) is behind


def test_what_another_version_shows_otherwise_has_that_cause(config: Path) -> None:
    made_by_another_version(
        config, "UPDATE clock SET state = 'missed' WHERE key = 'DSD-1' AND clock = 'first_response'"
    )
    found, told = told_both_ways(config)
    assert at(found, "Response", IN_SEPTEMBER, "Low", "Missed") == [
        ("other version of Arbiter", 1, 2, []),  # of its mart this version shows one more
        ("corrected history", 2, 1, ["DSD-1"]),  # which this version's own mart does not have
    ]
    assert "It was made by Arbiter 0.0.1+another, this is 0.1" in told


def test_another_program_that_makes_the_papers_is_told_too(config: Path) -> None:
    """The mart is of the same version; what made the workbook of it is not."""
    entry = config.parent / "data" / "desk" / "archive" / "desk-monthly-2025-09" / "1" / "manifest.json"
    said = json.loads(entry.read_text())
    entry.chmod(0o644)
    entry.write_text(json.dumps(said | {"code_version": said["code_version"].rpartition(".")[0]}))
    assert "It was made by Arbiter 0.1.0+" in report(config, "diff", "monthly", "2025-09").out


def test_a_corrected_priority_moves_the_ticket_from_row_to_row(config: Path) -> None:
    later(config, replace(HALF_AN_HOUR, current=HALF_AN_HOUR.current | {"priority": "Low"}))  # no change tells of it
    found = differences(config)
    assert moved(found) == {("DSD-3", "corrected history")}
    assert at(found, "Response", IN_SEPTEMBER, "Critical", "Judged") == [("corrected history", 1, None, ["DSD-3"])]
    assert at(found, "Response", IN_SEPTEMBER, "Low", "Judged") == [("corrected history", 2, 3, ["DSD-3"])]
    assert by_priority(found).keys() == {"Critical", "Low"}
    assert {(c["sheet"], c["block"]) for c in found["changes"]} == {("Response", IN_SEPTEMBER)}


def test_a_deleted_ticket_that_the_store_has_no_more(config: Path) -> None:
    store(config).unlink()  # the store was made anew, without it
    store_of([jira_issue(one) for one in TOLD if one is not QUICK], store(config), run=2, seen_at=utc_now())
    assert arbiter("publish", "--config", config).code == 0
    found = differences(config)
    assert moved(found) == {("DSD-4", "deleted ticket")}
    assert at(found, "Response", IN_SEPTEMBER, "(none)", "Met") == [("deleted ticket", 1, None, ["DSD-4"])]
    assert at(found, "Flow", "", "2025-09-01", "Received") == [("deleted ticket", 5, 4, ["DSD-4"])]
    assert list(by_priority(found)) == ["(none)"]


def test_another_goal_moves_what_it_judges(config: Path) -> None:
    change_rules(config, SHORTER)
    found = differences(config)
    low = at(found, "Response", IN_SEPTEMBER, "Low", "Met")
    assert low == [("changed rule", 1, 0, ["DSD-1"])]  # 3 h: within 4, not within 2
    of_miss = at(found, "Response", "Every miss, September 2025", "DSD-5", "Over (NWH)")
    assert of_miss == [("changed rule", 6, 8, ["DSD-5"])]  # 10 h were too long before
    assert moved(found) == {("DSD-1", "changed rule"), ("DSD-5", "changed rule")}
    assert by_priority(found) == {"Low": ["Met", "Missed", "Share met", "95 % from", "95 % to"]}
    assert {c["sheet"] for c in found["changes"]} == {"Summary", "Response"}


def test_a_closing_day_moves_what_runs_over_it(config: Path) -> None:
    change_rules(config, CLOSED_DAY)
    found = differences(config)
    assert moved(found) == {("DSD-5", "changed calendar")}  # 10 h, of which 8 on the 2nd
    assert at(found, "Response", IN_SEPTEMBER, "Low", "Missed") == [("changed calendar", 1, 0, ["DSD-5"])]
    assert at(found, "Response", "Every miss, September 2025", "DSD-5", "") == [
        ("changed calendar", "listed", None, ["DSD-5"])
    ]


def test_what_is_frozen_is_never_overwritten(config: Path) -> None:
    first = config.parent / "data" / "desk" / "archive" / "desk-monthly-2025-09" / "1"
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    assert report(config, "monthly", "2025-09", "--freeze").out.splitlines()[1] == str(first)  # the same: no new entry
    later(config, ANSWERED_LATE)
    again = report(config, "monthly", "2025-09", "--freeze")
    assert again.out.splitlines()[1] == str(first.with_name("2"))
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    assert report(config, "diff", "monthly", "2025-09").out.count("frozen as no. 2") == 1


def test_what_was_not_frozen_is_said(config: Path) -> None:
    for word in ("diff", "again"):
        told = report(config, word, "monthly", "2025-08")
        assert (told.code, told.out) == (1, "")
        assert "desk-monthly-2025-08: was not frozen; frozen is: desk-monthly-2025-09" in told.err


@pytest.mark.rule("HD-M2")
def test_other_hours_of_a_group_are_a_changed_calendar(tmp_path: Path) -> None:
    config = write_config(tmp_path, 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"', profile="rules.toml")
    rules, text = tmp_path / "rules.toml", (ROOT / "profiles" / "eosc-helpdesk.toml").read_text(encoding="utf-8")
    rules.write_text(text, encoding="utf-8")
    answered = ticket(1, "1 16:00 closed", provider="Data Storage", type="Incident")
    store_of([jira_issue(answered)], store(config))
    assert report(config, "monthly", "2025-09", "--freeze").code == 0
    rules.write_text(text.replace('closes = "16:00"', 'closes = "14:00"'), encoding="utf-8")
    assert moved(differences(config)) == {("DSD-1", "changed calendar")}
