"""Freezing a report, and what became of it since: late data, a correction, a deletion, another calendar, another goal."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl.store import Store, utc_now
from tests.command import arbiter, write_config
from tests.desks import jira_issue, store_of
from tests.naive.examples import desk_ticket, moves, rome
from tests.naive.history import Ticket

ROOT = Path(__file__).parent.parent
SHORTER = ('rule = "AMP-G1"\nwithin = "0.5 NWD"', 'rule = "AMP-G1"\nwithin = "2 NWH"')
CLOSED_DAY = (
    "[[calendar.hours]]",
    '[[calendar.closing_days]]\nday = "2025-09-02"\nname = "Stocktaking"\n\n[[calendar.hours]]',
)


def ticket(number: int, *path: str, created: str = "1 09:00") -> Ticket:
    told = desk_ticket(
        created, *moves("OPEN", *path), key=f"DSD-{number}", status=path[-1].split()[-1] if path else "OPEN"
    )
    return replace(told, ticket_id=f"jira/{number}")


WITHIN_THREE_HOURS, QUICK = ticket(1, "1 12:00 RECEIVED"), ticket(4, "1 09:10 RECEIVED")
UNANSWERED, HALF_AN_HOUR = ticket(2), ticket(3, "1 09:30 RECEIVED")
OVER_A_DAY = ticket(5, "3 10:00 RECEIVED", created="1 16:00")


def change_rules(config: Path, *changes: tuple[str, str]) -> None:
    """The desk's profile is `desp` with these texts replaced."""
    text = (ROOT / "profiles" / "desp.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (config.parent / "rules.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A desk whose report on September 2025 was frozen."""
    made = write_config(tmp_path, 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"', profile="rules.toml")
    change_rules(made)
    told = (WITHIN_THREE_HOURS, UNANSWERED, HALF_AN_HOUR, QUICK, OVER_A_DAY)
    store_of([jira_issue(one) for one in told], store(made))
    assert report(made, "monthly", "2025-09", "--freeze").code == 0
    return made


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


def moved(found: Any) -> set[tuple[str, str]]:
    """All tickets behind changed figures, each with why it moved."""
    steps = [step for change in found["changes"] for step in change["steps"]]
    return {(ticket["key"], step["cause"]) for step in steps for ticket in step["tickets"]}


def at(found: Any, sheet: str, block: str, row: str, column: str) -> list[Any]:
    """The changed figures of that name: one, or none."""
    wanted = (sheet, block, [row], column)
    return [c for c in found["changes"] if (c["sheet"], c["block"], c["row"][:1], c["column"]) == wanted]


def test_nothing_changed(config: Path) -> None:
    told = report(config, "diff", "monthly", "2025-09")
    assert told.code == 0, told.err
    assert "frozen as no. 1" in told.out and "Every figure is what it was." in told.out


def test_each_change_has_its_cause(config: Path) -> None:
    answered_late = replace(UNANSWERED, changes=tuple(moves("OPEN", "1 10:00 RECEIVED")))
    was = HALF_AN_HOUR.changes[0]
    corrected = replace(HALF_AN_HOUR, changes=(replace(was, at=rome("1 12:30")),))
    later(config, answered_late, corrected, deleted="4")
    change_rules(config, SHORTER, CLOSED_DAY)
    found = report(config, "diff", "monthly", "2025-09", "--json").json
    assert moved(found) == {
        ("DSD-2", "late data"),
        ("DSD-3", "corrected history"),
        ("DSD-5", "changed calendar"),
        ("DSD-1", "changed rule"),
        ("DSD-3", "changed rule"),
    }
    assert found["deleted"] == ["DSD-4"]
    [met] = at(found, "Summary", "Time to first response", "… within the goal", "September 2025")
    steps = [(step["cause"], step["before"], step["after"]) for step in met["steps"]]
    assert steps == [("late data", 3, 4), ("changed calendar", 4, 5), ("changed rule", 5, 3)]
    assert (met["frozen"], met["now"]) == (3, 3)
    told = report(config, "diff", "monthly", "2025-09").out
    print(told)
    assert "September 2025: Time to first response: Median (NWH): 30 min -> 2 NWH" in told
    assert "corrected history: DSD-3 (first response time: 30 min -> 3 NWH 30 min)" in told
    assert "deleted ticket: DSD-4: gone from the source since; as of then it was there, and still counts" in told


def test_what_is_frozen_is_never_overwritten(config: Path) -> None:
    first = config.parent / "data" / "desk" / "archive" / "desk-monthly-2025-09" / "1"
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    assert report(config, "monthly", "2025-09", "--freeze").out.splitlines()[1] == str(first)  # the same: no new entry
    later(config, replace(UNANSWERED, changes=tuple(moves("OPEN", "1 10:00 RECEIVED"))))
    again = report(config, "monthly", "2025-09", "--freeze")
    assert again.out.splitlines()[1] == str(first.with_name("2"))
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    assert report(config, "diff", "monthly", "2025-09").out.count("frozen as no. 2") == 1


def test_what_was_not_frozen_is_said(config: Path) -> None:
    told = report(config, "diff", "monthly", "2025-08")
    assert (told.code, told.out) == (1, "")
    assert "desk-monthly-2025-08: was not frozen; frozen is: desk-monthly-2025-09" in told.err
