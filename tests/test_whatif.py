"""`arbiter whatif`: two profiles, the same histories and T; what changes, and that nothing is published."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metrics.profile import parse_profile
from profiles import load_profile
from reports.whatif import compare_marts
from tests.cases import CASES, case, mart_of_cases
from tests.command import Outcome, arbiter, files_desk
from tests.desks import jira_issue, mart_of, store_of
from tests.naive.examples import desk_ticket, moves, rome
from tests.naive.history import Change, Ticket
from tests.story import NWD, NWH, when

ROOT = Path(__file__).parent.parent


def numbered(number: int, *events: Change, **current: Any) -> Ticket:
    return replace(desk_ticket("1 09:00", *events, key=f"DSD-{number}", **current), ticket_id=f"jira/{number}")


ANSWERED = numbered(1, *moves("OPEN", "1 12:00 RECEIVED"), status="RECEIVED")  # after 3 NWH: met within 4
WAITING = numbered(
    2, *moves("OPEN", "1 10:00 TO DO", "2 10:00 DONE"), status="DONE", type="Anomaly", category="Billing"
)
QUICK = numbered(3, *moves("OPEN", "1 09:30 RECEIVED"), status="RECEIVED")
OTHER_TYPE = numbered(4, type="Task", category="Billing")


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the desk, synced; nothing there is changed."""
    folder = tmp_path_factory.mktemp("desk")
    made = files_desk(folder, ANSWERED, WAITING, QUICK, OTHER_TYPE)
    (folder / "fields.json").write_text('[{"id": "customfield_3", "name": "Category"}]', encoding="utf-8")
    assert arbiter("sync", "--config", made).code == 0
    return folder


@pytest.fixture
def config(synced: Path, tmp_path: Path) -> Path:
    """The configuration of a copy of that desk."""
    return shutil.copytree(synced, tmp_path, dirs_exist_ok=True) / "arbiter.toml"


def what_if(config: Path, *changes: tuple[str, str], json: bool = True) -> Outcome:
    """The command with the profile `desp` changed: each pair of texts is old and new."""
    text = (ROOT / "profiles" / "desp.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    new = config.parent / "new.toml"
    new.write_text(text, encoding="utf-8")
    return arbiter("whatif", "--profile", new, "--as-of", "2025-09-03", "--config", config, *["--json"] * json)


SHORTER = ('rule = "AMP-G1"\nwithin = "0.5 NWD"', 'rule = "AMP-G1"\nwithin = "2 NWH"')
CHANNEL = ('"Payment and Billing"', '"Payment and Billing", "Billing"')
DSD_TYPES = ('types = ["Anomaly", "User Request"]', 'types = ["Anomaly", "User Request", "Task"]')


def test_a_shorter_goal(config: Path) -> None:
    done = what_if(config, SHORTER)
    assert done.code == 0, done.err
    assert "computing …" in done.err and "publish" not in done.err
    found = done.json
    assert found["tickets"] == {"before": 3, "after": 3, "changed": 3}
    of_first = [(c["what"], c["before"], c["after"]) for c in found["changes"] if c["key"] == "DSD-1"]
    assert of_first == [
        ("first_response state", "met", "missed"),
        ("first_response goal_seconds", 4 * NWH, 2 * NWH),
        ("first_response due_at", "2025-09-01 11:00:00", "2025-09-01 09:00:00"),
        ("agenda arb section", 6, 4),  # without an ETA, and now with a missed goal
    ]
    kinds = {(k["what"], k["before"], k["after"]): k["tickets"] for k in found["kinds"]}
    assert kinds == {
        ("first_response goal_seconds", 4 * NWH, 2 * NWH): 3,
        ("first_response due_at", None, None): 3,
        ("first_response state", "met", "missed"): 1,
        ("agenda arb section", 6, 4): 1,
    }
    assert found["figures"] == [
        {
            "figure": "share of goals met",
            "of": "first_response 2025-09",
            "before": 1.0,
            "after": 0.5,
            "difference": -0.5,
        },
    ]  # of DSD-1 and DSD-3: the response to DSD-2 is implied, and not judged


@pytest.mark.rule("OPS-M2")
def test_an_ola_that_the_desk_does_not_have_yet(config: Path) -> None:
    """DSD-1 and DSD-3 were at the desk from Monday 09:00 on, answered after 3 NWH and half an hour."""
    ola = '[[ola]]\nline = "desk"\nrule = "OPS-M2"\nwithin = "2 NWH"\n\n[link]\n'
    found = what_if(config, ("[link]\n", ola)).json
    changes = {(c["key"], c["what"], c["before"], c["after"]) for c in found["changes"]}
    assert changes >= {
        ("DSD-1", "stay 1 at desk response", "no_goal", "missed"),
        ("DSD-1", "stay 1 at desk ola_seconds", None, 2 * NWH),
        ("DSD-3", "stay 1 at desk response", "no_goal", "met"),
    }
    figures = {(f["figure"], f["of"]): (f["before"], f["after"]) for f in found["figures"]}
    assert figures == {("violations of OLAs", "desk"): (None, 1)}
    assert "stay 1 at desk ola none → 2 NWH" in what_if(config, ("[link]\n", ola), json=False).out


def test_another_category_in_the_priority_channel(config: Path) -> None:
    found = what_if(config, CHANNEL).json
    assert {(c["key"], c["what"], c["before"], c["after"]) for c in found["changes"]} >= {
        ("DSD-2", "channel", "standard", "priority"),
        ("DSD-2", "resolution state", "no_goal", "met"),
        ("DSD-2", "resolution goal_seconds", None, 5 * NWD // 2),
    }
    assert {c["key"] for c in found["changes"]} == {"DSD-2"}
    figures = {(f["figure"], f["of"]): (f["before"], f["after"], f["difference"]) for f in found["figures"]}
    assert figures["tickets in the priority channel", "DSD"] == (None, 1, None)
    assert figures["share of goals met", "resolution 2025-09"] == (None, 1.0, None)


@pytest.mark.rule("AMP-S1", "AMP-B1", "AMP-L1")
def test_another_scope_of_scores_and_boards_and_other_parts_of_chains(config: Path) -> None:
    """DSD-2 was solved. The unresolved DSD-1 and DSD-3 wait for the desk from RECEIVED on, now for the champion."""
    found = what_if(
        config, ('[satisfaction]\nprojects = ["DSD", "DSP"]', '[satisfaction]\nprojects = ["DSP"]'),
        ('rule = "AMP-B1"\nprojects = ["DSD", "DSP", "DPM"]', 'rule = "AMP-B1"\nprojects = ["DSP", "DPM"]'),
        ('desk = ["OPEN", "RECEIVED"]', 'desk = ["OPEN"]'),
    ).json  # fmt: skip
    figures = {(f["figure"], f["of"]): (f["before"], f["after"]) for f in found["figures"]}
    assert figures == {
        ("solved tickets that are asked for a score", "2025-09"): (1, None),
        ("response rate of satisfaction", "2025-09"): (0.0, None),
        ("tickets on the agenda", "arb"): (2, None),
    }
    kinds = {(k["what"], k["before"], k["after"]): k["tickets"] for k in found["kinds"]}
    assert kinds == {
        ("agenda arb section", 6, None): 2,
        ("chain desk_working_seconds", None, None): 2,
        ("chain champion_working_seconds", None, None): 2,
    }
    of_first = {c["what"]: (c["before"], c["after"]) for c in found["changes"] if c["key"] == "DSD-1"}
    assert of_first["chain desk_working_seconds"] == (3 * NWD, 3 * NWH)  # Monday 09:00 to 12:00, of three days


@pytest.mark.rule("HD-M4")
def test_another_step_of_work(tmp_path: Path) -> None:
    """Checked Monday 11:00, with the provider 15:00, approved Tuesday 10:00."""
    path = moves("submitted", "1 11:00 in validation", "1 15:00 with provider", "2 10:00 approved")
    order = replace(
        numbered(1, *path, status="approved"), current={"key": "ORD-1", "type": "Order", "status": "approved"}
    )
    store = store_of([jira_issue(order)], tmp_path / "store.duckdb")
    text = (ROOT / "profiles" / "eosc-orders.toml").read_text(encoding="utf-8")
    other = parse_profile(
        text.replace('start = ["in validation", "with provider"]', 'start = ["with provider"]'), "other"
    )
    before, after = (
        mart_of(store, rome("3 09:00"), profile, out=tmp_path / f"{name}.duckdb")
        for name, profile in (("before", load_profile("eosc-orders")), ("after", other))
    )
    found = compare_marts(before, after)
    assert [(c["what"], c["before"], c["after"]) for c in found["changes"]] == [
        ("step check to decision working_seconds", 7 * NWH, 3 * NWH),
        ("step check to decision started_at", when("1 11:00"), when("1 15:00")),
    ]
    figures = [(f["figure"], f["of"], f["before"], f["after"]) for f in found["figures"]]
    assert figures == [("median working seconds of a step", "check to decision, approved 2025-09", 7 * NWH, 3 * NWH)]


@pytest.mark.rule("RT-M1")
def test_another_order_of_stages(tmp_path: Path) -> None:
    """A case that came to Preparatory, which by the other rules ends it early."""
    text = (ROOT / "profiles" / "egi-cases.toml").read_text(encoding="utf-8")
    others = text.replace('"Preparatory", ', "").replace('dropped = ["Closed"', 'dropped = ["Preparatory", "Closed"')
    told = case(1, (3, "Assessed"), (4, "Preparatory"), at_creation="Pre-assessment")
    marts = [
        mart_of_cases(tmp_path / name, 9, told, profile=profile)
        for name, profile in (("now", CASES), ("then", parse_profile(others, "other")))
    ]
    found = compare_marts(*marts)
    stages = [(c["what"], c["before"], c["after"]) for c in found["changes"] if c["what"].startswith("stage")]
    assert stages == [("stage standing", "on_its_way", "dropped"), ("stage furthest", 3, 2)]
    figures = [
        (f["of"], f["before"], f["after"]) for f in found["figures"] if f["figure"] == "tickets that reached a stage"
    ]
    assert figures == [("Preparatory", 1, None)]


def test_more_tickets_measured(config: Path) -> None:
    found = what_if(config, DSD_TYPES).json
    assert found["tickets"] == {"before": 3, "after": 4, "changed": 1}
    assert [(c["key"], c["what"], c["before"], c["after"]) for c in found["changes"]] == [
        ("DSD-4", "measured", False, True)
    ]
    figures = {f["figure"]: f["difference"] for f in found["figures"]}
    assert (figures["tickets measured"], figures["tickets left out"]) == (1, -1)


def test_the_text(config: Path) -> None:
    lines = what_if(config, SHORTER, CHANNEL, json=False).out.splitlines()
    assert lines[:2] == [
        "as of Thu 2025-09-04 00:00:00: DESP service desk → DESP service desk",
        "3 of 3 tickets change; 5 figures move; nothing was published",
    ]
    assert {
        "      3  first_response goal 4 NWH → 2 NWH",
        "      1  first_response state met → missed",
        "  first_response due_at Mon 2025-09-01 13:00:00 → Mon 2025-09-01 11:00:00",
        "  resolution goal none → 2 NWD 4 NWH",
        "share of goals met, first_response 2025-09: 1 → 0.5 (-0.5)",
    } <= set(lines)
    assert [line for line in lines if line in ("DSD-1", "DSD-2", "DSD-3")] == ["DSD-1", "DSD-2", "DSD-3"]


def test_the_same_rules_change_nothing(config: Path) -> None:
    found = what_if(config).json
    assert (found["tickets"]["changed"], found["kinds"], found["changes"], found["figures"]) == (0, [], [], [])


def test_nothing_is_published_and_nothing_left_behind(config: Path) -> None:
    folder = config.parent / "data"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert what_if(config, SHORTER).code == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before


def test_what_only_a_sync_would_show_is_said(config: Path) -> None:
    found = what_if(config, ('names = "Category"', 'names = "Subject"')).json
    assert found["notes"] == [
        "fields are mapped otherwise (category): that shows only after `arbiter sync` with the new profile"
    ]


def test_mistakes_are_one_sentence(config: Path) -> None:
    wrong = what_if(config, ('within = "0.5 NWD"', 'within = "soon"'))
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith(f"arbiter: {config.parent}/new.toml: goal.1.within: not a working duration; allowed ")
    none = arbiter("whatif", "--profile", "nowhere.toml", "--config", config)
    assert (none.code, none.err) == (2, "arbiter: nowhere.toml: there is no such profile file\n")
    unsynced = arbiter("whatif", "--profile", "desp", "--config", files_desk(config.parent / "other", QUICK))
    assert unsynced.code == 1 and unsynced.err.endswith("there is no store yet: run `arbiter sync` first\n")
