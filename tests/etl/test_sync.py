"""Sync with a Jira over HTTP: complete, incremental = full whatever happens on the way, honest about the rest."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.jira_time import format_instant
from demo.server import RunningServer, serve
from demo.shapes import Flavour
from demo.site import JiraSite
from etl.marts import current_mart
from etl.store import utc_now
from metrics.instant import read_instant
from tests.command import arbiter, jira_desk
from tests.desks import part_of, rows_of
from tests.etl.jira_site import BOTH, START, desk, issue
from tests.etl.pulls import pull_desk
from tests.marts import assert_same
from tests.story import SOFTWARE

TOKEN = "demo-token"
TICKETS = ("ticket", "change", "comment", "link", "person", "status_name")


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARBITER_DESK_JIRA_TOKEN", TOKEN)


@contextmanager
def serving(site: JiraSite, flavour: Flavour) -> Iterator[RunningServer]:
    user = {"ARBITER_DESK_JIRA_USER": "arbiter@desp.example.org"} if flavour == "cloud" else {}
    with pytest.MonkeyPatch.context() as patch, serve(site, flavour) as server:
        for name, value in user.items():
            patch.setenv(name, value)
        yield server


class Pulled:
    """A desk of a test: its configuration, and what its store holds."""

    def __init__(self, folder: Path, server: RunningServer, *projects: str, more: str = "") -> None:
        self.server, self.projects, self.more = server, list(projects) or ["DSD"], more
        self.config = jira_desk(folder, server.url, self.projects, "jira-software", more)
        self.store = folder / "data/desk/store.duckdb"

    def pull(self, full: bool = False) -> dict[str, Any]:
        """The pull of a sync, without its publish; the summary of the source."""
        return asdict(pull_desk(self.config, full))

    def sync(self, *options: str) -> dict[str, Any]:
        """A whole sync that succeeds; the summary of its source."""
        done = arbiter("sync", "--json", *options, "--config", self.config)
        assert done.code == 0, done.err
        summary: dict[str, Any] = done.json["sources"][0]
        return summary

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the store."""
        with duckdb.connect(str(self.store), read_only=True) as db:
            return db.execute(sql).fetchall()

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that was pulled; not when it was first seen, in which run and in which order."""
        kept = "COLUMNS(lambda c: c NOT IN ('first_seen_at', 'version', 'gone_at', 'no'))"
        alive = "ticket_id IN (SELECT ticket_id FROM ticket WHERE gone_at IS NULL)"
        return {
            table: self.rows(
                f"SELECT {kept} FROM {table} WHERE {alive if table not in ('person', 'status_name') else 'true'}"
            )
            for table in TICKETS
        }

    def mart(self, day: str | None = None) -> list[tuple[Any, ...]]:
        """Tickets as of the end of a day, or as of now: key and status."""
        as_of = read_instant(day, SOFTWARE) if day else utc_now()
        made = part_of(self.store, as_of, "ticket", profile=SOFTWARE)
        return [tuple(row.values()) for row in rows_of(made, "ticket", "key, status")]


def move_on(site: JiraSite, number: int, status: str) -> None:
    """Somebody moves the issue to another status."""
    now = site.issues[str(number)]["fields"]["status"]["name"]
    item = {"field": "status", "fieldtype": "jira", "fromString": now, "toString": status, "from": "1", "to": status}
    site.update(str(number), {"status": {"id": status, "name": status}}, [item])


# All of it


@pytest.mark.parametrize("flavour", BOTH)
def test_a_full_pull_holds_every_issue_with_its_whole_history(tmp_path: Path, flavour: Flavour) -> None:
    with serving(desk(25, histories=130, comments=30), flavour) as server:
        pulled = Pulled(tmp_path, server)
        summary = pulled.sync()
    assert (summary["fetched"], summary["changed"], summary["incomplete"], summary["deleted"]) == (25, 25, 0, 0)
    assert summary["requests"] == len(server.requests)
    assert (summary["oldest_update"], summary["newest_update"]) == ("2026-03-02 10:01:00", "2026-03-02 10:25:00")
    assert pulled.rows("SELECT DISTINCT history_total, history_stored, comment_stored FROM ticket") == [(130, 130, 30)]
    assert pulled.rows("SELECT count(*), count(DISTINCT entry_id) FROM change") == [(25 * 130, 25 * 130)]


@pytest.mark.parametrize("flavour", BOTH)
def test_a_second_pull_changes_nothing(tmp_path: Path, flavour: Flavour) -> None:
    with serving(desk(12), flavour) as server:
        pulled = Pulled(tmp_path, server)
        pulled.pull()
        before = pulled.rows("SELECT * FROM ticket ORDER BY ALL"), pulled.rows("SELECT * FROM change ORDER BY ALL")
        again = pulled.pull(full=True)
        assert (again["fetched"], again["changed"], again["unchanged"]) == (12, 0, 12)
        assert (
            pulled.rows("SELECT * FROM ticket ORDER BY ALL"),
            pulled.rows("SELECT * FROM change ORDER BY ALL"),
        ) == before


def test_an_incremental_pull_asks_from_where_the_last_one_came(tmp_path: Path) -> None:
    with serving(desk(40), "dc") as server:
        pulled = Pulled(tmp_path, server, more="overlap_minutes = 10")
        pulled.pull()
        move_on(server.site, 7, "DONE")
        summary = pulled.pull()
        assert (summary["full"], summary["changed"]) == (False, 1)
        assert summary["fetched"] <= 12  # the overlap, not the desk
        assert pulled.rows("SELECT status FROM ticket WHERE id = '7'") == [("DONE",)]


# Whatever happens on the way


@pytest.mark.parametrize(("flavour", "seed"), [("dc", 1), ("cloud", 2)])
def test_incremental_with_kills_equals_one_full_pull(tmp_path: Path, flavour: Flavour, seed: int) -> None:
    rng = random.Random(seed)
    site = desk(60, histories=3, comments=2)
    with serving(site, flavour) as server:
        worn = Pulled(tmp_path / "worn", server, more="page_size = 5")
        for number in range(61, 67):
            kill_a_sync(worn, rng.uniform(0.4, 2.2))
            for changed in rng.sample(range(1, 61), 5):
                move_on(site, changed, rng.choice(["DONE", "OPEN", "In Progress"]))
            site.add(issue(number, 2, 1), indexed=rng.random() < 0.5)
        for number in range(61, 67):
            site.index(str(number))
        site.delete("3")
        worn.sync()
        worn.sync("--full")
        fresh = Pulled(tmp_path / "fresh", server)
        fresh.pull()
    assert len(worn.tables()["ticket"]) == 65
    assert_same(worn.tables(), fresh.tables())
    assert worn.mart("2027-01-01") == fresh.mart("2027-01-01")


def kill_a_sync(pulled: Pulled, after: float) -> None:
    """kill -9 so many seconds after its start: before, amid or after the pull."""
    command = [sys.executable, "-m", "cli", "sync", "--config", str(pulled.config)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    process.kill()
    process.wait()


@pytest.mark.parametrize("put_back", [False, True])
def test_a_mart_of_another_store_is_nothing_to_go_on_from(tmp_path: Path, put_back: bool) -> None:
    """Its runs have the same numbers: what it learned since cannot be told by them."""
    site = desk(4)
    with serving(site, "dc") as server:
        pulled = Pulled(tmp_path, server)
        pulled.sync()
        copy = tmp_path / "copy.duckdb"
        shutil.copyfile(pulled.store, copy)
        for summary in ("once", "twice", "thrice"):
            site.update("1", {"summary": summary})
            pulled.sync()
        pulled.store.unlink()
        if put_back:
            shutil.copyfile(copy, pulled.store)
        site.delete("2")
        site.add(issue(9))
        pulled.sync("--full")
        current = current_mart(pulled.store.parent / "mart")
        assert current is not None
        tickets = [(row["key"], row["summary"]) for row in rows_of(current, "ticket", "key, summary")]
        assert tickets == [("DSD-1", "thrice"), *((f"DSD-{n}", f"Number {n}") for n in (3, 4, 9))]


@pytest.mark.parametrize("on", ["/search", "/issue", "/myself"])
def test_a_pull_that_fails_midway_says_so_and_the_next_goes_on(tmp_path: Path, on: str) -> None:
    with serving(desk(20), "dc") as server:
        pulled = Pulled(tmp_path, server, more="page_size = 5")
        server.faults.add("401", on=on, skip=2 if on == "/search" else 0, times=-1)
        failed = arbiter("sync", "--config", pulled.config)
        assert (failed.code, TOKEN in failed.err, "Traceback" in failed.err) == (
            1 if on != "/issue" else 0,
            False,
            False,
        )
        server.faults.planned.clear()
        assert pulled.pull()["deleted"] == 0
        assert pulled.rows("SELECT count(*) FROM ticket WHERE gone_at IS NULL") == [(20,)]


def test_two_syncs_at_once(tmp_path: Path) -> None:
    with serving(desk(10), "dc") as server:
        pulled = Pulled(tmp_path, server)
        server.faults.add("slow", on="/search", value=4.0)
        first = subprocess.Popen(
            [sys.executable, "-m", "cli", "sync", "--config", str(pulled.config)], stderr=subprocess.DEVNULL
        )
        while first.poll() is None and not any("serverInfo" in request.path for request in server.requests):
            time.sleep(0.05)
        second = arbiter("sync", "--config", pulled.config)
        assert first.wait() == 0
    sentence = "another sync or publish of this desk is running: wait until it is done"
    assert (second.code, second.err) == (1, f"arbiter: {pulled.store.parent}: {sentence}\n")


# What `updated` does not tell


@pytest.mark.parametrize("flavour", BOTH)
def test_a_late_indexed_issue_is_found_by_the_next_pull(tmp_path: Path, flavour: Flavour) -> None:
    site = desk(30)
    site.unindexed.add("2")  # updated long before the newest
    with serving(site, flavour) as server:
        pulled = Pulled(tmp_path, server, more="census_hours = 0")
        assert pulled.pull()["fetched"] == 29
        site.index("2")
        assert pulled.pull()["changed"] == 1
        assert pulled.rows("SELECT count(*) FROM ticket") == [(30,)]


@pytest.mark.parametrize("flavour", BOTH)
def test_a_history_that_grew_without_moving_updated_is_found_by_the_census(tmp_path: Path, flavour: Flavour) -> None:
    site = desk(30)
    with serving(site, flavour) as server:
        pulled = Pulled(tmp_path, server, more="census_hours = 0")
        pulled.pull()
        item = {
            "field": "status",
            "fieldtype": "jira",
            "fromString": "OPEN",
            "toString": "DONE",
            "from": "1",
            "to": "6",
        }
        entry = {"id": "99999", "author": site.issues["2"]["fields"]["reporter"], "items": [item]}
        site.append_history("2", entry | {"created": format_instant(START + timedelta(minutes=9))}, touch_updated=False)
        assert pulled.pull()["changed"] == 1
        assert pulled.rows("SELECT to_value FROM change WHERE ticket_id = 'jira/2' ORDER BY seq")[-1] == ("DONE",)


@pytest.mark.parametrize("flavour", BOTH)
def test_a_census_by_a_clock_that_was_ahead_is_taken_again(tmp_path: Path, flavour: Flavour) -> None:
    site = desk(30)
    with serving(site, flavour) as server:
        pulled = Pulled(tmp_path, server)
        pulled.pull()
        with duckdb.connect(str(pulled.store)) as db:
            db.execute("UPDATE watermark SET census_at = census_at + INTERVAL 400 DAY")
        site.delete("2")
        assert pulled.pull()["deleted"] == 1


@pytest.mark.parametrize(("flavour", "on"), [("dc", "/issue/2"), ("cloud", "/changelog")])
def test_a_history_that_did_not_come_whole_is_asked_for_by_the_next_census(
    tmp_path: Path, flavour: Flavour, on: str
) -> None:
    site = desk(30)
    site.add(issue(31))
    site.issues["2"] = issue(2, histories=130)
    with serving(site, flavour) as server:
        pulled = Pulled(tmp_path, server, more="census_hours = 0")
        fault = server.faults.add("404", on=on, times=-1)
        assert pulled.pull()["incomplete"] == 1
        fault.times = 0
        assert pulled.pull()["changed"] == 1
        assert pulled.rows("SELECT history_stored FROM ticket WHERE id = '2'") == [(130,)]


# Deleted, moved, hidden


def test_tickets_of_a_project_that_is_no_longer_asked_for_are_told(tmp_path: Path) -> None:
    site = desk(6)
    for number in range(7, 13):
        site.add(issue(number, project="DSP"))
    checks = "SELECT checked, failed, detail FROM source_check WHERE \"check\" = 'projects asked for'"
    with serving(site, "dc") as server:
        both = Pulled(tmp_path, server, "DSD", "DSP")
        both.pull()
        assert both.rows(checks) == [(12, 0, "")]
        one = Pulled(tmp_path, server, "DSD")
        one.pull(full=True)
        assert one.rows(checks) == [(12, 6, "tickets of other projects, as they were last read: DSP: 6")]


@pytest.mark.parametrize("flavour", BOTH)
def test_a_deleted_issue_gets_a_tombstone_and_counts_as_of_before(tmp_path: Path, flavour: Flavour) -> None:
    with serving(desk(4), flavour) as server:
        pulled = Pulled(tmp_path, server)
        pulled.pull()
        server.site.delete("2")
        assert pulled.sync("--full")["deleted"] == 1
        assert pulled.rows("SELECT id FROM ticket WHERE gone_at IS NOT NULL") == [("2",)]
        assert [key for key, _ in pulled.mart("2026-03-03")] == ["DSD-1", "DSD-2", "DSD-3", "DSD-4"]
        assert [key for key, _ in pulled.mart()] == ["DSD-1", "DSD-3", "DSD-4"]
        assert pulled.pull(full=True)["deleted"] == 0


def test_an_issue_that_moves_stays_one_ticket_with_all_its_keys(tmp_path: Path) -> None:
    site = desk(3)
    site.add(issue(9, project="DSP"))
    with serving(site, "dc") as server:
        pulled = Pulled(tmp_path, server, "DSD", "DSP")
        pulled.pull()
        site.move("2", "DSP-77")
        pulled.pull()
        assert pulled.rows("SELECT key, project, gone_at FROM ticket WHERE id = '2'") == [("DSP-77", "DSP", None)]
        moved = (
            "SELECT field, from_value, to_value FROM change WHERE ticket_id = 'jira/2' AND field IN ('key', 'project')"
        )
        assert sorted(pulled.rows(moved)) == [("key", "DSD-2", "DSP-77"), ("project", "DSD", "DSP")]
        assert pulled.rows("SELECT count(*) FROM ticket") == [(4,)]


@pytest.mark.parametrize("flavour", BOTH)
def test_a_hidden_project_is_reported_and_its_tickets_stay(tmp_path: Path, flavour: Flavour) -> None:
    site = desk(3)
    site.add(issue(9, project="DSP"))
    with serving(site, flavour) as server:
        pulled = Pulled(tmp_path, server, "DSD", "DSP")
        pulled.pull()
        site.hide_project("DSP")
        summary = pulled.pull(full=True)
        assert summary["deleted"] == 0
        assert any("DSP" in problem for problem in summary["problems"])
        failed = "SELECT failed FROM source_check WHERE \"check\" = 'projects visible'"
        assert pulled.rows(failed) == [(1,)]
        assert "DSP-9" in [key for key, _ in pulled.mart()]
        site.update("9", {"summary": "changed behind the curtain"})
        site.show_project("DSP")
        pulled.pull()
        assert pulled.rows("SELECT summary FROM ticket WHERE id = '9'") == [("changed behind the curtain",)]


# The configuration and the fields


def test_an_added_project_is_pulled_with_its_old_issues(tmp_path: Path) -> None:
    site = desk(3)
    old = issue(9, project="DSP")
    old["fields"] |= {"created": "2020-01-01T10:00:00.000+0000", "updated": "2020-01-01T10:00:00.000+0000"}
    site.add(old)
    with serving(site, "dc") as server:
        Pulled(tmp_path, server, "DSD").pull()
        both = Pulled(tmp_path, server, "DSD", "DSP")
        both.pull()
    assert both.rows("SELECT key FROM ticket ORDER BY id") == [("DSD-1",), ("DSD-2",), ("DSD-3",), ("DSP-9",)]


@pytest.mark.parametrize("flavour", BOTH)
def test_check_names_what_the_site_has(tmp_path: Path, flavour: Flavour) -> None:
    site = desk(2)
    site.fields += [{"id": f"customfield_{n}", "name": "Category", "custom": True} for n in (20, 21)]
    with serving(site, flavour) as server:
        config = jira_desk(tmp_path, server.url, ["DSD", "NOPE"])
        done = arbiter("check", "--config", config)
    assert done.code == 1 and TOKEN not in done.out + done.err
    assert "ok   desk/jira: project DSD is visible" in done.out
    assert (
        "FAIL desk/jira: field category: 'Category' is ambiguous: the site has it as customfield_20, customfield_21"
        in done.out
    )
    assert "FAIL desk/jira: field relevance: the site has no field named 'Relevance'" in done.out
    assert [line for line in done.out.splitlines() if line.startswith("FAIL") and "NOPE" in line]


def test_a_status_that_is_renamed_changes_closed_tickets_too(tmp_path: Path) -> None:
    """A name is looked up by its id under its present name (section 1.2)."""
    site = desk(1)
    with serving(site, "dc") as server:
        pulled = Pulled(tmp_path, server)
        move_on(site, 1, "Erledigt")
        move_on(site, 1, "Closed")
        pulled.sync()
        site.statuses.append({"id": "Erledigt", "name": "Resolved"})
        pulled.sync()
        status = "SELECT status FROM interval ORDER BY seq"
        current = (
            pulled.store.parent / "mart" / (pulled.store.parent / "mart/current").read_text(encoding="utf-8").strip()
        )
        with duckdb.connect(str(current), read_only=True) as db:
            assert [name for (name,) in db.execute(status).fetchall()][-2:] == ["Resolved", "Closed"]


def test_comments_that_the_server_failed_over_are_asked_for_by_the_next_census(tmp_path: Path) -> None:
    site = desk(30)
    site.issues["2"] = issue(2, comments=60)
    with serving(site, "cloud") as server:
        pulled = Pulled(tmp_path, server, more="census_hours = 0")
        failing = server.faults.add("truncated", on="/issue/2/comment", times=-1)
        pulled.pull()
        assert pulled.rows("SELECT comment_stored, comment_total FROM ticket WHERE id = '2'") == [(20, 60)]
        failing.times = 0
        pulled.pull()
        assert pulled.rows("SELECT comment_stored, comment_total FROM ticket WHERE id = '2'") == [(60, 60)]


@pytest.mark.parametrize("flavour", BOTH)
def test_a_line_break_after_the_token_is_not_part_of_it(
    tmp_path: Path, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARBITER_DESK_JIRA_TOKEN", f"{TOKEN}\r\n")
    with serving(desk(1), flavour) as server:
        assert Pulled(tmp_path, server).pull()["fetched"] == 1


def test_no_token_appears_anywhere(tmp_path: Path) -> None:
    with serving(desk(3), "dc") as server:
        pulled = Pulled(tmp_path, server)
        outcomes = [
            arbiter(*c, "--config", pulled.config) for c in (["check"], ["sync"], ["publish"], ["explain", "DSD-1"])
        ]
        server.faults.add("401", times=-1)
        outcomes += [arbiter(*c, "--config", pulled.config) for c in (["check"], ["sync"])]
    assert [o.code for o in outcomes] == [1, 0, 0, 0, 1, 1]  # this site lacks the profile's statuses: check says so
    assert [o for o in outcomes if TOKEN in o.out + o.err] == []
    left = [path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert left == []
