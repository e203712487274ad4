"""Publish: incremental equals full, readers are never disturbed, a kill leaves what was there."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.marts import current_mart
from etl.publish import publish
from etl.store import Store
from metrics.errors import ArbiterError
from profiles import load_profile
from tests.desks import jira_issue, mart_of, rows_of, store_of
from tests.marts import assert_same, contents
from tests.naive.examples import change, comment, desk_ticket, moves, rome
from tests.naive.history import Change, Comment, Link, Ticket
from tests.naive.linked_strategies import linked_as_of, linked_desks
from tests.naive.links import desk_as_seen_at
from tests.naive.strategies import as_of, desks
from tests.random_desks import random_desks

DESP = load_profile("desp")


def ticket_number(number: int, *events: Change | Comment, **current: str | None) -> Ticket:
    return replace(desk_ticket("1 09:00", *events, key=f"DSD-{number}", **current), ticket_id=f"jira/{number}")


def bury(store: Path, ticket_id: str, at: datetime, run: int) -> None:
    opened = Store(store)
    opened.bury("jira", [ticket_id.split("/")[1]], at, run)
    opened.close()


@random_desks(3)
@given(st.data(), desks(most_tickets=12), desks(most_tickets=12))
def test_incremental_equals_full(data: st.DataObject, desk: list[Ticket], later: list[Ticket]) -> None:
    """First `desk` as of some T, then some tickets replaced by others with the same ids, one deleted, a later T."""
    first, *more = sorted(data.draw(as_of(d)) for d in (desk, later, desk + later))
    with tempfile.TemporaryDirectory() as folder:
        store = store_of([jira_issue(ticket) for ticket in desk], Path(folder, "store.duckdb"))
        mart_of(store, first)
        touched = [
            replace(ticket, changes=ticket.changes + now.changes) for ticket, now in zip(desk, later, strict=False)
        ]
        store_of([jira_issue(ticket) for ticket in [*touched, *later[len(desk) :]]], store, run=2)
        bury(store, desk[0].ticket_id, more[0].replace(tzinfo=None), run=3)
        for t in more:
            marts = mart_of(store, t), mart_of(store, t, full=True, out=Path(folder, "full.duckdb"))
            assert_same(*(contents(mart) for mart in marts))


@random_desks(3)
@given(st.data(), linked_desks(most_tickets=8))
def test_incremental_equals_full_on_linked_tickets(data: st.DataObject, desk: list[Ticket]) -> None:
    """Each ticket as it was pulled at one of three T, so that two tickets of a link may tell different things of it."""
    moments = sorted(data.draw(linked_as_of(desk)) for _ in range(3))
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "store.duckdb")
        for run, t in enumerate(moments, start=1):
            there = desk_as_seen_at(desk, t)
            pulled = [jira_issue(ticket) for ticket in there if run == 3 or data.draw(st.booleans())]
            if run == 2 and desk[0].created < t and data.draw(st.booleans()):
                pulled = [jira_issue(replace(ticket, links=())) for ticket in there]  # without a word in the history
            store_of(pulled, store, run=run)
            marts = mart_of(store, t), mart_of(store, t, full=True, out=Path(folder, "full.duckdb"))
            assert_same(*(contents(mart) for mart in marts))


def test_a_closed_clone_is_judged_again_when_its_origin_changes(tmp_path: Path) -> None:
    origin = ticket_number(1, status="OPEN", priority="Low", relevance="Routine")
    clone = ticket_number(2, *moves("TO DO", "1 10:00 IN PROGRESS", "1 11:00 DONE", "1 12:00 CLOSED"), status="CLOSED")
    clone = replace(clone, current={**clone.current, "key": "DSP-2", "priority": "Low", "relevance": "Routine"},
                    links=(Link("clones", "jira/1", "DSD-1"),))  # fmt: skip
    store = store_of([jira_issue(t) for t in (origin, clone)], tmp_path / "store.duckdb")
    assert rows_of(mart_of(store, rome("2 09:00")), "finding", "key, rule") == []
    raised = replace(origin, current={**origin.current, "priority": "Critical"},
                     changes=(change("2 10:00", "priority", "Low", "Critical"),))  # fmt: skip
    store_of([jira_issue(raised)], store, run=2)
    again = publish(store, tmp_path / "mart", DESP, rome("3 09:00").replace(tzinfo=None))
    assert again.recomputed == 2
    assert rows_of(again.path, "finding", "key, rule, since, detail") == [
        {"key": "DSP-2", "rule": "F4", "since": datetime(2025, 9, 2, 8), "detail": "Low, its origin DSD-1 Critical"}
    ]


def test_only_what_changed_or_is_unfinished_is_computed_again(tmp_path: Path) -> None:
    closed = [ticket_number(n, *moves("TO DO", "1 10:00 DONE", "1 11:00 CLOSED"), status="CLOSED") for n in (1, 2, 3)]
    store = store_of([jira_issue(t) for t in [*closed, ticket_number(4)]], tmp_path / "store.duckdb")
    mart_of(store, rome("2 09:00"))
    again = publish(store, tmp_path / "mart", DESP, rome("3 09:00").replace(tzinfo=None))
    assert (again.tickets, again.recomputed) == (4, 1)
    late = change("1 12:00", "status", "CLOSED", "TO DO")  # happened before the last T, learned after it
    reopened = replace(closed[0], changes=(*closed[0].changes, late))
    store_of([jira_issue(reopened)], store, run=2)
    third = publish(store, tmp_path / "mart", DESP, rome("4 09:00").replace(tzinfo=None))
    assert (third.tickets, third.recomputed) == (4, 2)


def test_what_happens_to_a_closed_ticket_between_two_t_is_seen(tmp_path: Path) -> None:
    changes = change("3 10:00", "priority", "Low", "Critical"), change("3 10:00", "eta", None, "2025-10-01")
    path = moves("TO DO", "1 10:00 DONE", "1 11:00 CLOSED")
    desk = [ticket_number(n, *path, e, status="CLOSED") for n, e in enumerate((comment("3 10:00", "bob"), *changes))]
    store = store_of([jira_issue(closed) for closed in desk], tmp_path / "store.duckdb")
    before = contents(mart_of(store, rome("2 09:00")))
    incremental = contents(mart_of(store, rome("4 09:00")), views=True)
    assert_same(incremental, contents(mart_of(store, rome("4 09:00"), full=True), views=True))
    assert not set(incremental["ticket"][1:]) & set(before["ticket"])


def test_a_person_with_a_new_name_has_it_on_old_tickets_too(tmp_path: Path) -> None:
    closed = ticket_number(1, *moves("TO DO", "1 10:00 CLOSED"), status="CLOSED", assignee="bob")
    store = store_of([jira_issue(closed)], tmp_path / "store.duckdb")
    mart_of(store, rome("2 09:00"))
    renamed = jira_issue(ticket_number(2, assignee="bob")).replace(b'"Bob"', b'"Robert"')
    store_of([renamed], store, run=2)
    shown = rows_of(mart_of(store, rome("3 09:00")), "ticket", "key, assignee")
    assert shown == [{"key": "DSD-1", "assignee": "Robert"}, {"key": "DSD-2", "assignee": "Robert"}]


def test_another_spelling_of_an_unknown_status_changes_no_old_ticket(tmp_path: Path) -> None:
    closed = ticket_number(1, *moves("Triage", "1 10:00 CLOSED"), status="CLOSED")
    store = store_of([jira_issue(closed)], tmp_path / "store.duckdb")
    mart_of(store, rome("2 09:00"))
    store_of([jira_issue(ticket_number(2, status="TRIAGE"))], store, run=2)
    incremental = mart_of(store, rome("3 09:00"))
    full = mart_of(store, rome("3 09:00"), full=True, out=tmp_path / "full.duckdb")
    assert rows_of(incremental, "interval") == rows_of(full, "interval")


def test_other_rules_make_everything_anew(tmp_path: Path) -> None:
    closed = ticket_number(1, *moves("TO DO", "1 10:00 CLOSED"), status="CLOSED")
    store = store_of([jira_issue(closed)], tmp_path / "store.duckdb")
    mart_of(store, rome("2 09:00"))
    other = DESP.model_copy(update={"title": "Another edition"})
    assert publish(store, tmp_path / "mart", other, rome("3 09:00").replace(tzinfo=None)).recomputed == 1


# The pointer, and who reads


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_of([jira_issue(ticket_number(n)) for n in (1, 2)], tmp_path / "store.duckdb")


def test_an_incremental_publish_over_which_duckdb_fails_is_made_in_full(store: Path) -> None:
    mart_of(store, rome("3 09:00"))
    failed: list[str] = []

    def fail_once(table: str, seconds: float) -> None:
        if not failed:
            failed.append(table)
            raise duckdb.InternalException("INTERNAL Error: a fault of DuckDB")

    marts = mart_of(store, rome("4 09:00"), took=fail_once), mart_of(store, rome("4 09:00"), full=True)
    assert failed and not list(marts[0].parent.glob("*.partial*"))
    assert_same(*(contents(mart) for mart in marts))


def test_the_pointer_names_the_newest_of_three_kept_and_a_reader_goes_on_with_the_mart_it_opened(store: Path) -> None:
    first = mart_of(store, rome("2 09:00"))
    with duckdb.connect(str(first), read_only=True) as reader:
        made = [mart_of(store, rome(f"{day} 09:00")) for day in (3, 4, 5)]
        folder = store.parent / "mart"
        assert current_mart(folder) == made[-1]
        assert sorted(folder.iterdir()) == sorted([*made, folder / "current"])
        assert reader.execute("SELECT tickets, as_of FROM meta").fetchall() == [(2, datetime(2025, 9, 2, 7))]
        assert len(reader.execute("SELECT * FROM calendar_day").fetchall()) > 1000


def test_a_mart_written_elsewhere_does_not_move_the_pointer(store: Path, tmp_path: Path) -> None:
    current = mart_of(store, rome("3 09:00"))
    aside = mart_of(store, rome("2 09:00"), out=tmp_path / "aside.duckdb")
    assert (aside, current_mart(store.parent / "mart")) == (tmp_path / "aside.duckdb", current)
    assert rows_of(aside, "meta", "as_of") == [{"as_of": datetime(2025, 9, 2, 7)}]


def test_an_earlier_t_after_a_later_one_is_right_too(store: Path) -> None:
    mart_of(store, rome("9 09:00"))
    earlier = contents(mart_of(store, rome("2 09:00")))
    assert_same(earlier, contents(mart_of(store, rome("2 09:00"), full=True)))


def test_no_store_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ArbiterError, match=r"store.duckdb: there is no store yet: run `arbiter sync` first$"):
        publish(tmp_path / "store.duckdb", tmp_path / "mart", DESP, datetime(2025, 9, 1))
    assert list(tmp_path.iterdir()) == []


PUBLISH = """
import sys; from datetime import datetime; from pathlib import Path
from etl.publish import publish; from profiles import load_profile
print('ready', flush=True)
publish(Path(sys.argv[1]), Path(sys.argv[2]), load_profile('desp'), datetime(2025, 9, 4, 7), full=True)
"""


def test_a_kill_leaves_the_mart_that_was_there(store: Path) -> None:
    folder = store.parent / "mart"
    for day, after in enumerate((0.0, 0.1, 0.2, 0.35), 5):
        before = mart_of(store, rome(f"{day} 09:00"))
        assert [path.name for path in folder.iterdir() if ".partial" in path.name] == []
        kill_a_publish(store, folder, after)
        shown = current_mart(folder)
        assert shown and rows_of(shown, "meta", "tickets") == [{"tickets": 2}]
        assert shown == before or rows_of(shown, "meta", "as_of") == [{"as_of": datetime(2025, 9, 4, 7)}]
    new = mart_of(store, rome("9 09:00"))
    assert current_mart(folder) == new
    assert [path.name for path in folder.iterdir() if ".partial" in path.name] == []


def kill_a_publish(store: Path, folder: Path, after: float) -> None:
    """kill -9 so many seconds after it began."""
    process = subprocess.Popen([sys.executable, "-c", PUBLISH, str(store), str(folder)], stdout=subprocess.PIPE)
    assert process.stdout and process.stdout.readline() == b"ready\n"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_what_a_killed_publish_left_does_not_stay(store: Path) -> None:
    folder = store.parent / "mart"
    folder.mkdir()
    left = folder / "20250101T000000000000.duckdb.partial"
    left.write_bytes(b"half a mart")
    spilled = folder / f"{left.name}.tmp"  # where DuckDB puts what the memory cannot hold
    spilled.mkdir()
    (spilled / "duckdb_temp_1_0_storage_DEFAULT-0.tmp").write_bytes(b"rows")
    mart_of(store, rome("2 09:00") + timedelta(hours=1))
    assert not left.exists()
    assert not spilled.exists()


def test_a_mart_that_a_clock_which_went_back_gave_an_older_name_stays(store: Path) -> None:
    folder = store.parent / "mart"
    folder.mkdir()
    for year in (2097, 2098, 2099):
        (folder / f"{year}0101T000000000000.duckdb").write_bytes(b"by a clock that was ahead")
    mart = mart_of(store, rome("2 09:00"))
    assert current_mart(folder) == mart
    assert rows_of(mart, "meta", "tickets") == [{"tickets": 2}]


def test_open_seconds_that_begin_in_another_year_are_counted_anew(store: Path) -> None:
    """The count begins with the year of the first ticket: an older one that comes later moves it for all."""
    mart_of(store, rome("2 09:00"))
    old = replace(ticket_number(9, status="CLOSED"), created=rome("1 09:00").replace(year=2019), ticket_id="jira/9")
    store_of([jira_issue(old)], store, run=2)
    marts = (
        mart_of(store, rome("5 09:00")),
        mart_of(store, rome("5 09:00"), full=True, out=store.with_name("full.duckdb")),
    )
    assert_same(*(contents(mart) for mart in marts))


def test_a_ticket_of_year_1_that_is_in_a_store_is_left_out_and_counted(store: Path) -> None:
    with duckdb.connect(str(store)) as db:
        db.execute("UPDATE ticket SET created_at = TIMESTAMP '0001-01-01' WHERE ticket_id = 'jira/1'")
    assert rows_of(mart_of(store, rome("9 09:00")), "meta", "tickets, excluded") == [{"tickets": 1, "excluded": 1}]


def test_what_killed_commands_left_goes_after_a_day(store: Path) -> None:
    left, running = store.parent / "report-left", store.parent / "report-running"
    half = store.parent / "tmp" / "explain-1.duckdb.partial"
    for folder in (left, running, half.parent):
        folder.mkdir()
    half.write_bytes(b"half a mart")
    for path in (left, half):
        os.utime(path, (time.time() - 90_000,) * 2)
    mart_of(store, rome("2 09:00"))
    assert [path.exists() for path in (left, half, running)] == [False, False, True]
