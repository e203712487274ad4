"""SLA fields and resolution dates in the store: what lasts of them makes a changed ticket, what only runs on does not."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.field_mapping import FieldMapping
from etl.jira_landing import stage
from etl.store import Store
from etl.upsert import Landed, upsert
from tests.desks import MAPPING
from tests.naive.examples import desk_ticket, mart, moves
from tests.sla import cycle, field, issue_with

TICKET = desk_ticket("1 09:00", *moves("OPEN", "1 10:00 TO DO"), status="TO DO")
FIRST, LATER = datetime(2026, 1, 1), datetime(2026, 2, 2)
DONE = cycle("1 10:00", "3 10:00", 14)


def land(path: Path, issue: bytes, run: int = 1, at: datetime = FIRST, mapping: FieldMapping = MAPPING) -> Landed:
    store = Store(path)
    try:
        assert stage(store.db, "jira", [issue], mapping) == []
        return upsert(store.db, "jira", run, at)
    finally:
        store.close()


def rows(path: Path, columns: str, table: str = "sla_cycle") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as db:
        return db.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


def test_cycles_are_numbered_by_their_start(path: Path) -> None:
    later = cycle("4 10:00", "4 13:00", 3)
    land(path, issue_with(TICKET, resolution=field(cycle("5 10:00", hours=1), later, DONE)))
    columns = "clock, cycle, started_at, stopped_at, goal_ms, elapsed_ms, remaining_ms, breached, paused, no"
    hour = 3_600_000
    assert rows(path, columns) == [
        ("resolution", 1, mart("1 10:00"), mart("3 10:00"), 40 * hour, 14 * hour, 26 * hour, False, None, 1),
        ("resolution", 2, mart("4 10:00"), mart("4 13:00"), 40 * hour, 3 * hour, 37 * hour, False, None, 1),
        ("resolution", 3, mart("5 10:00"), None, 40 * hour, 1 * hour, 39 * hour, False, False, 1),
    ]


@pytest.mark.parametrize("millis", [2**63 - 1, -(2**63)])
def test_a_time_that_no_calendar_has_is_none(path: Path, millis: int) -> None:
    beyond = {"epochMillis": millis}
    cycles = DONE | {"breachTime": beyond}, cycle("5 10:00", hours=1, startTime=beyond)
    land(path, issue_with(TICKET, resolution=field(*reversed(cycles))))
    assert rows(path, "started_at, breach_at") == [(mart("1 10:00"), None)]


def test_running_numbers_do_not_make_a_changed_ticket(path: Path) -> None:
    land(path, issue_with(TICKET, resolution=field(cycle("1 10:00", hours=1))))
    over = cycle("1 10:00", hours=41, breachTime=None, paused=True)
    again = land(path, issue_with(TICKET, resolution=field(over)), run=2, at=LATER)
    assert (again.changed, again.unchanged) == (0, 1)
    assert rows(path, "elapsed_ms, first_seen_at") == [(3_600_000, FIRST)]


@pytest.mark.parametrize(
    "fields",
    [
        {"resolution": field(DONE, cycle("4 10:00", hours=1))},
        {"resolution": field(cycle("1 10:00", "3 10:00", 16))},
        {"resolution": field(cycle("1 10:00", "3 10:00", 14, goal=24))},
        {"resolution": None},
        {"resolution": field(DONE), "first_response": field(cycle("1 09:00"))},
        {"resolution": field(DONE), "resolutiondate": "3 10:00"},
    ],
)
def test_what_lasts_makes_a_changed_ticket(path: Path, fields: dict[str, Any]) -> None:
    """The source's administrator changed a goal or calendar, and Jira counted anew: `updated` did not move."""
    land(path, issue_with(TICKET, resolution=field(DONE)))
    assert land(path, issue_with(TICKET, **fields), run=2, at=LATER).changed == 1
    assert rows(path, "version", "ticket") == [(2,)]


def test_a_completed_cycle_keeps_when_it_was_first_seen(path: Path) -> None:
    land(path, issue_with(TICKET, resolution=field(DONE, cycle("4 10:00", hours=1))))
    land(path, issue_with(TICKET, resolution=field(DONE, cycle("4 10:00", hours=2, goal=30))), run=2, at=LATER)
    assert rows(path, "cycle, elapsed_ms, first_seen_at") == [(1, 14 * 3_600_000, FIRST), (2, 2 * 3_600_000, LATER)]


@pytest.mark.parametrize(
    "value",
    [None, "2h 30m", 7, [], {}, {"completedCycles": None}, {"completedCycles": [None]}, {"ongoingCycle": None},
     {"completedCycles": "x", "ongoingCycle": {"startTime": {"epochMillis": "soon"}}}, {"text": "2h", "breached": False},
     {"completedCycles": [{"stopTime": {"epochMillis": 5}}]}],
)  # fmt: skip
def test_what_is_no_sla_has_no_cycles(path: Path, value: Any) -> None:
    assert land(path, issue_with(TICKET, resolution=value)).changed == 1
    assert rows(path, "*") == []


def test_a_profile_without_sla_fields_has_none(path: Path) -> None:
    plain = FieldMapping(MAPPING.values)
    land(path, issue_with(TICKET, "3 10:00", resolution=field(DONE)), mapping=plain)
    assert (rows(path, "*"), rows(path, "resolution_date", "ticket")) == ([], [(mart("3 10:00"),)])


def test_a_field_by_an_odd_name(path: Path) -> None:
    """Files without a list of fields are read by the profile's names."""
    name = 'Bob\'s "time" in/to ~resolution'
    mapping = FieldMapping({"resolution": (name, name, "sla")})
    text = issue_with(TICKET, resolution=field(DONE)).replace(b"customfield_9", name.replace('"', '\\"').encode())
    land(path, text, mapping=mapping)
    assert rows(path, "clock, cycle") == [("resolution", 1)]
