"""`arbiter whatif`: two profiles, the same histories and T; what changes, and that nothing is published."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.command import Outcome, arbiter, files_desk
from tests.naive.examples import desk_ticket, moves
from tests.naive.history import Change, Ticket
from tests.story import NWD, NWH

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
    ]
    kinds = {(k["what"], k["before"], k["after"]): k["tickets"] for k in found["kinds"]}
    assert kinds == {
        ("first_response goal_seconds", 4 * NWH, 2 * NWH): 3,
        ("first_response due_at", None, None): 3,
        ("first_response state", "met", "missed"): 1,
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
