"""`arbiter reconcile` on the simulated desk, pulled over HTTP from both kinds of Jira."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from demo.desk import simulate
from demo.server import serve
from demo.shapes import Flavour
from demo.site import JiraSite
from tests.command import arbiter, files_desk, jira_desk
from tests.naive.examples import desk_ticket

PROJECTS = ["DSD", "DSP", "DPM", "DEMS", "DCMS", "DSEC", "DC"]
CLASSES = {"agree", "running", "calendar", "pause", "reopening", "rule", "incomplete history", "unexplained"}


@pytest.fixture(scope="module")
def site() -> JiraSite:
    return simulate(seed=7, until=datetime(2026, 11, 18, 10, tzinfo=UTC), tickets=1200, months=9)


@pytest.fixture(scope="module", params=["dc", "cloud"])
def config(request: pytest.FixtureRequest, site: JiraSite, tmp_path_factory: pytest.TempPathFactory) -> Any:
    flavour: Flavour = request.param
    with pytest.MonkeyPatch.context() as patch, serve(site, flavour) as server:
        patch.setenv("ARBITER_DESK_JIRA_TOKEN", "demo-token")
        patch.setenv("ARBITER_DESK_JIRA_USER", "arbiter@desp.example.org" if flavour == "cloud" else "")
        made = jira_desk(tmp_path_factory.mktemp(flavour), server.url, PROJECTS)
        done = arbiter("sync", "--config", made)
        assert done.code == 0, done.err
        yield made


def test_every_class_occurs_and_all_add_up(config: Path, site: JiraSite) -> None:
    result = arbiter("reconcile", "--json", "--config", config).json
    assert {c["clock"] for c in result["clocks"]} == {"first_response", "resolution", "resolution_date"}
    assert {row["class"] for clock in result["clocks"] for row in clock["classes"]} == CLASSES
    for clock in result["clocks"]:
        rows = [t for t in result["tickets"] if t["clock"] == clock["clock"]]
        assert {row["class"]: row["tickets"] for row in clock["classes"]} == Counter(t["class"] for t in rows)
        assert clock["compared"] + clock["running"] == len(rows)
        assert clock["share"] == clock["agree"] / clock["compared"]
    fields = [issue["fields"] for issue in site.issues.values()]
    measured = {t["key"] for t in result["tickets"] if t["clock"] == "resolution" and not t["restricted"]}
    assert len(measured) == sum(
        bool(f.get("customfield_10302")) and f["project"]["key"] != "DSEC" and f["issuetype"]["name"] != "Task"
        for f in fields
    )


def test_how_the_simulated_administrators_differ_is_found(config: Path) -> None:
    """`demo.sla` says what they did."""
    tickets = arbiter("reconcile", "--json", "--config", config).json["tickets"]
    plain = [t for t in tickets if t["clock"] == "resolution" and t["cycles"] == 1 and t["ours_seconds"]]
    security = {t["detail"] for t in plain if t["restricted"] and t["class"] == "calendar"}
    assert security == {"around the clock"}
    goals = {t["theirs_goal_seconds"] for t in plain if t["detail"] == "another goal"}
    assert 24 * 3600 in goals
    assert {t["class"] for t in tickets if (t["cycles"] or 0) > 1} <= {"reopening", "unexplained", "incomplete history"}


def test_restricted_tickets_count_and_are_not_shown(config: Path) -> None:
    done = arbiter("reconcile", "--json", "--config", config)
    assert "DSEC-" not in done.out
    assert {(t["key"], t["ticket_id"]) for t in done.json["tickets"] if t["restricted"]} == {(None, None)}


def test_the_table(config: Path) -> None:
    done = arbiter("reconcile", "--config", config)
    assert done.code == 0 and "DSEC-" not in done.out
    lines = done.out.splitlines()
    assert lines[0].startswith("as of 20") and lines[0].endswith("; profile desp")
    [resolution] = [line for line in lines if line.startswith("RESOLUTION: ")]
    assert " agree (" in resolution and resolution.endswith("still run on both sides")
    assert any("ours" in line and "theirs" in line and "[nothing paused]" in line for line in lines)


def test_a_source_without_figures_of_its_own(tmp_path: Path) -> None:
    config = files_desk(tmp_path, desk_ticket("1 09:00"))
    before = arbiter("reconcile", "--config", config)
    assert (before.code, "nothing was published yet" in before.err) == (1, True)
    arbiter("sync", "--config", config)
    done = arbiter("reconcile", "--config", config)
    assert done.code == 0 and "The sources have no figures of their own" in done.out
