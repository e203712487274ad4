"""Scores from Service Management's feedback, over HTTP: whom it asks, what a rating's date is, and where there is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.server import RunningServer, serve
from demo.shapes import Flavour
from demo.site import JiraSite
from tests.command import arbiter, jira_desk
from tests.etl.jira_site import BOTH, desk
from tests.etl.test_sync import Pulled, move_on

FEEDBACK = "/feedback"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARBITER_DESK_JIRA_TOKEN", "demo-token")


@pytest.fixture(params=BOTH)
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """Six issues, of which 1 to 4 are resolved, and 1 and 2 rated."""
    flavour: Flavour = request.param
    if flavour == "cloud":
        monkeypatch.setenv("ARBITER_DESK_JIRA_USER", "arbiter@desp.example.org")
    with serve(rated(), flavour) as running:
        yield running


def rated() -> JiraSite:
    site = desk(6)
    for number in range(1, 5):
        move_on(site, number, "Resolved")
    site.rate("1", 5)
    site.rate("2", 3)
    return site


def asked(server: RunningServer) -> list[str]:
    """The issues whose feedback was asked for since the last call."""
    paths = [r.path for r in server.requests if r.path.endswith(FEEDBACK)]
    server.requests.clear()
    return sorted(path.split("/")[-2] for path in paths)


def pulled(folder: Path, server: RunningServer) -> Pulled:
    return Pulled(folder, server, more="feedback = true")


def ratings(desk: Pulled) -> list[tuple[Any, ...]]:
    return desk.rows("SELECT ticket_id, rating FROM feedback ORDER BY first_seen_at, ticket_id")


def check(desk: Pulled) -> tuple[Any, ...]:
    [row] = desk.rows("SELECT checked, failed, detail FROM source_check WHERE \"check\" = 'feedback readable'")
    return row


def test_only_resolved_tickets_are_asked_for_and_only_once(tmp_path: Path, server: RunningServer) -> None:
    mine = pulled(tmp_path, server)
    mine.pull()
    assert asked(server) == ["1", "2", "3", "4"]
    assert ratings(mine) == [("jira/1", 5), ("jira/2", 3)]
    assert check(mine) == (4, 0, "")
    mine.pull()
    assert asked(server) == []
    move_on(server.site, 5, "Closed")
    mine.pull()
    assert asked(server) == ["5"]


def test_a_changed_rating_is_a_new_one_and_changes_its_ticket(tmp_path: Path, server: RunningServer) -> None:
    mine = pulled(tmp_path, server)
    mine.pull()
    server.site.rate("1", 2)
    mine.pull()  # a rating moves no `updated`
    assert ratings(mine) == [("jira/1", 5), ("jira/2", 3)]
    mine.pull(full=True)
    assert ratings(mine) == [("jira/1", 5), ("jira/2", 3), ("jira/1", 2)]
    versions = dict(mine.rows("SELECT id, version FROM ticket"))
    assert [n for n, version in versions.items() if version == max(versions.values())] == ["1"]
    assert mine.rows("SELECT count(DISTINCT first_seen_at) FROM feedback WHERE ticket_id = 'jira/1'") == [(2,)]
    assert mine.rows("SELECT count(*) FROM duckdb_columns() WHERE table_name = 'feedback'") == [(3,)]  # no comment


def test_what_broke_off_is_asked_for_again(tmp_path: Path, server: RunningServer) -> None:
    mine = pulled(tmp_path, server)
    server.faults.add("401", on="request/3/feedback", times=1)
    assert arbiter("sync", "--config", mine.config).code == 1
    asked(server)
    mine.pull()
    assert asked(server) == ["1", "2", "3", "4"]
    assert ratings(mine) == [("jira/1", 5), ("jira/2", 3)]


def test_who_may_not_read_feedback_is_told(tmp_path: Path, server: RunningServer) -> None:
    mine = pulled(tmp_path, server)
    server.faults.add("403", on="request/2/feedback", times=-1)
    reason = "no feedback here: the account may not read it (403)"
    assert reason in mine.pull()["problems"]
    assert (ratings(mine), check(mine)) == ([("jira/1", 5)], (4, 3, reason))


def test_a_jira_without_service_management(tmp_path: Path, server: RunningServer) -> None:
    mine = pulled(tmp_path, server)
    server.faults.add("403", on="servicedeskapi/info", times=-1)
    reason = "no feedback here: this Jira has no Service Management for the account (403)"
    assert reason in mine.pull()["problems"]
    assert (asked(server), ratings(mine), check(mine)) == ([], [], (4, 4, reason))
    done = arbiter("check", "--config", mine.config)
    assert (done.code, f"FAIL desk/jira: {reason}" in done.out) == (1, True)


def test_nobody_asks_unless_told_to_or_where_a_field_holds_the_score(tmp_path: Path, server: RunningServer) -> None:
    Pulled(tmp_path / "plain", server).pull()
    assert asked(server) == []
    server.site.fields.append({"id": "customfield_9", "name": "Satisfaction Score", "custom": True})
    config = jira_desk(tmp_path / "field", server.url, ["DSD"], "desp", "feedback = true")
    assert arbiter("sync", "--config", config).code == 0
    assert asked(server) == []
    assert "feedback is not asked for: a field holds the score" in arbiter("check", "--config", config).out
