"""Batches that land side by side leave the store that they leave one after the other."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.jira_landing import stage
from etl.lanes import land_side_by_side
from etl.store import Store
from etl.turn import Turn
from etl.upsert import upsert
from tests.desks import MAPPING
from tests.etl.test_store import entry, issue, item

DAY = datetime(2026, 1, 1)
Batch = list[bytes]


def form(ticket: int, batch: int) -> bytes:
    """A ticket as a batch has it: a later one has it newer, with a longer history and a new name for its assignee."""
    moves = [entry(100 * ticket + n, f"01T1{n}:00:00", item("status", f"S{n}", f"S{n + 1}")) for n in range(batch % 9)]
    assignee = {"name": f"agent{ticket % 5}", "displayName": f"Agent {ticket % 5}, known since {batch}"}
    updated = f"2025-09-{2 + batch:02}T09:00:00.000+0000"
    return json.dumps(issue(*moves, id_=str(ticket), updated=updated, assignee=assignee)).encode()


def batches(new: int) -> list[Batch]:
    """Twelve batches of eight tickets, so many of which the one before did not have."""
    return [[form(ticket, batch) for ticket in range(new * batch, new * batch + 8)] for batch in range(12)]


def take(db: duckdb.DuckDBPyConnection, batch: Batch, turn: Turn, run: int = 2) -> None:
    assert stage(db, "jira", batch, MAPPING) == []
    upsert(db, "jira", run, DAY, turn=turn)


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    tables = ("ticket", "change", "comment", "link", "person")
    return {table: store.db.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in tables}


@pytest.mark.parametrize("new", [1, 8])
def test_side_by_side_is_one_after_the_other(tmp_path: Path, new: int) -> None:
    single, lanes = Store(tmp_path / "single.duckdb"), Store(tmp_path / "lanes.duckdb")
    for store in (single, lanes):
        take(store.db, [form(ticket, 0) for ticket in range(0, 96, 2)], Turn(), run=1)
    for batch in batches(new):
        take(single.db, batch, Turn())
    land_side_by_side(lanes, batches(new), take)
    assert contents(lanes) == contents(single)
    tickets = {1: 48 + 9, 8: 96}[new]  # the even ones were there
    assert lanes.one("SELECT count(*), count(DISTINCT id), max(no) FROM ticket") == (tickets, tickets, tickets)
    assert lanes.one("SELECT max(name) FROM person WHERE person_id = 'agent3'") == ("Agent 3, known since 11",)
    single.close()
    lanes.close()


def test_no_batch_after_one_that_failed_is_taken_in(tmp_path: Path) -> None:
    given = batches(1)

    def fail_at_the_fourth(db: duckdb.DuckDBPyConnection, batch: Batch, turn: Turn) -> None:
        if batch is given[3]:
            raise RuntimeError("the fourth")
        take(db, batch, turn)

    store = Store(tmp_path / "store.duckdb")
    with pytest.raises(RuntimeError, match="the fourth"):
        land_side_by_side(store, given, fail_at_the_fourth)
    assert store.one("SELECT count(*), max(updated_at) FROM ticket") == (10, datetime(2025, 9, 4, 9))
    store.close()
