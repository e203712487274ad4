"""Flow, backlog, closed against received (AMP-S3), ageing: by hand, against a naive reference, and two routes to one number.

All times are those on the wall in Rome.
"""

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desks import jira_issue, mart_of, rows_of, store_of
from tests.metrics.test_reference import same_names
from tests.naive.examples import change, desk_ticket, moves
from tests.naive.flow import ageing_counts, backlog_rows, flow_event_rows, received_closed_rows
from tests.naive.history import Ticket
from tests.naive.rows import Rules, in_metrics
from tests.naive.scores import satisfaction_rows, score_rows
from tests.naive.strategies import as_of, desks
from tests.random_desks import random_desks
from tests.story import Views, views

RULES = Rules()
BACK_AND_FORTH = ("OPEN", "2 09:00 DONE", "3 09:00 TO DO", "4 09:00 DONE", "5 09:00 CLOSED")


@pytest.fixture
def mart(tmp_path: Path) -> Callable[..., Views]:
    """The mart of some tickets as of a wall time, to be asked for rows of its tables and views."""
    return lambda t, *tickets: views(tmp_path, t, *tickets)


def sept(day: int) -> date:
    return date(2025, 9, day)


def test_every_day_has_what_happened_and_what_is_left(mart: Callable[..., Views]) -> None:
    shown = mart("7 00:00", desk_ticket("1 09:00", *moves(*BACK_AND_FORTH), status="CLOSED"))
    counts = "received, resolved, reopened, closed, unclosed, backlog_open, backlog_unresolved"
    assert shown("flow_day", f"day, {counts}") == [
        (sept(1), 1, 0, 0, 0, 0, 1, 1),
        (sept(2), 0, 1, 0, 0, 0, 1, 0),
        (sept(3), 0, 0, 1, 0, 0, 1, 1),
        (sept(4), 0, 1, 0, 0, 0, 1, 0),
        (sept(5), 0, 0, 0, 1, 0, 0, 0),
        (sept(6), 0, 0, 0, 0, 0, 0, 0),
    ]
    assert shown("flow_week", f"week, complete, {counts}") == [(sept(1), False, 1, 2, 1, 1, 0, 0, 0)]
    assert shown("flow_month_project", "project, received, backlog_open") == [("DSD", 1, 0)]
    standing = shown("flow_event", "event, happened_at", "standing")
    assert [(event, at.day) for event, at in standing] == [("closed", 5), ("received", 1), ("resolved", 4)]


def test_leaving_closed_for_done_is_no_reopening(mart: Callable[..., Views]) -> None:
    path = moves("OPEN", "1 10:00 CLOSED", "2 10:00 DONE")
    shown = mart("3 00:00", desk_ticket("1 09:00", *path, status="DONE"))
    columns = "day, received, resolved, reopened, closed, unclosed, backlog_open, backlog_unresolved"
    assert shown("flow_day", columns) == [(sept(1), 1, 1, 0, 1, 0, 0, 0), (sept(2), 0, 0, 0, 0, 1, 1, 0)]
    assert shown("received_closed", "received, closed, not_closed") == [(1, 0, 1)]


@pytest.mark.rule("AMP-S3")
def test_closed_counts_where_the_stay_that_stands_began(mart: Callable[..., Views]) -> None:
    """AMP-S3: A closed in October and again in November counts in November; B is open."""
    closed_twice = [
        change("2025-10-02 09:00", "status", "OPEN", "CLOSED"),
        change("2025-10-05 09:00", "status", "CLOSED", "TO DO"),
        change("2025-11-03 09:00", "status", "TO DO", "CLOSED"),
    ]
    a = desk_ticket("30 09:00", *closed_twice, status="CLOSED")
    b = desk_ticket("2025-10-07 09:00", key="DSP-2")
    columns = "month, received, closed, received_total, closed_total, not_closed"
    assert mart("2025-11-30 12:00", a, b)("received_closed", columns) == [
        (date(2025, 9, 1), 1, 0, 1, 0, 1),
        (date(2025, 10, 1), 1, 0, 2, 0, 2),
        (date(2025, 11, 1), 0, 1, 2, 1, 1),
    ]
    per_project = mart("2025-10-31 12:00", a, b)(
        "received_closed_project", "month, project, received, closed, not_closed"
    )
    assert per_project == [
        (date(2025, 9, 1), "DSD", 1, 0, 1), (date(2025, 9, 1), "DSP", 0, 0, 0),
        (date(2025, 10, 1), "DSD", 0, 0, 1), (date(2025, 10, 1), "DSP", 1, 0, 1),
    ]  # fmt: skip


def test_an_empty_month_has_a_row(mart: Callable[..., Views]) -> None:
    shown = mart("2025-12-01 00:00", desk_ticket("1 09:00"))
    assert shown("flow_month", "month, complete, received, backlog_open") == [
        (date(2025, month, 1), True, int(month == 9), 1) for month in (9, 10, 11)
    ]


def test_days_are_those_of_the_desk(mart: Callable[..., Views]) -> None:
    days = {
        "2025-03-29 23:59:59": (date(2025, 3, 29), date(2025, 3, 1)),
        "2025-03-30 00:00:00": (date(2025, 3, 30), date(2025, 3, 1)),  # 23 hours long
        "2025-03-31 00:00:00": (date(2025, 3, 31), date(2025, 3, 1)),
        "2025-10-26 23:59:59": (date(2025, 10, 26), date(2025, 10, 1)),  # 25 hours long
        "2025-10-27 00:00:00": (date(2025, 10, 27), date(2025, 10, 1)),
        "2025-12-31 23:59:59": (date(2025, 12, 31), date(2025, 12, 1)),
        "2026-01-01 00:00:00": (date(2026, 1, 1), date(2026, 1, 1)),
    }
    shown = mart("2026-06-01 00:00", *map(desk_ticket, days))("flow_event", "ticket_id, day, month")
    assert [row[1:] for row in shown] == list(days.values())


@pytest.mark.parametrize(
    ("t", "band"), [("2 00:00", "0-1"), ("3 00:00", "0-1"), ("3 00:10", "2-7"), ("9 00:00", "2-7"), ("9 00:01", "8-30")]
)
def test_age_is_in_days_of_the_wall(mart: Callable[..., Views], t: str, band: str) -> None:
    shown = mart(t, desk_ticket("1 23:50"), desk_ticket("1 23:55", *moves("OPEN", "1 23:58 DONE"), status="DONE"))
    assert shown("ageing", "project, band, unresolved, done", "unresolved + done > 0") == [("DSD", band, 1, 1)]
    assert len(shown("ageing", "band")) == 5


# Against the reference


def keyed(rows: list[dict[str, Any]], *key: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[k] for k in key): same_names(row) for row in rows}


@random_desks(3)
@given(st.data(), desks(most_tickets=12))
def test_flow_and_scores_equal_the_reference(data: st.DataObject, desk: list[Ticket]) -> None:
    moments = [data.draw(as_of(desk)) for _ in range(2)]
    with tempfile.TemporaryDirectory() as folder:
        store = store_of([jira_issue(t) for t in desk], Path(folder) / "store.duckdb")
        for t in moments:
            compare(desk, t, mart_of(store, t, full=True))


def compare(desk: list[Ticket], t: datetime, mart: Path) -> None:
    """Events and scores row for row; backlog of every day; closed against received; satisfaction; ageing."""
    shown = [ticket for ticket in desk if in_metrics(ticket, t)]
    events = [row for ticket in shown for row in flow_event_rows(ticket, t, RULES)]
    key = ("ticket_id", "seq", "event")
    assert keyed(rows_of(mart, "flow_event"), *key) == keyed(events, *key)
    scores = [row for ticket in shown for row in score_rows(ticket, t, RULES)]
    assert keyed(rows_of(mart, "score"), "ticket_id", "seq") == keyed(scores, "ticket_id", "seq")
    for view, expected in {
        "flow_day": backlog_rows(desk, t, RULES),
        "received_closed": received_closed_rows(desk, t, RULES),
        "satisfaction_month": satisfaction_rows(desk, t, RULES),
    }.items():
        assert rows_of(mart, view, ", ".join(expected[0]) if expected else "*") == expected, (view, t)
    ageing = rows_of(mart, "ageing", where="unresolved + done > 0")
    assert {(r["project"], r["band"]): (r["unresolved"], r["done"]) for r in ageing} == ageing_counts(desk, t, RULES)
    add_up(mart)


def add_up(mart: Path) -> None:
    """Two routes to one number: flow and the tickets, days and weeks and months, all and per project."""
    [tickets] = rows_of(mart, "ticket", "count(*) AS n, count(closed_at) AS closed, count(resolved_at) AS resolved")
    for view in ("flow_day", "flow_week", "flow_month"):
        rows = rows_of(mart, view)
        left = unresolved = 0
        for row in rows:
            left += row["received"] - row["closed"] + row["unclosed"]
            unresolved += row["received"] - row["resolved"] + row["reopened"]
            assert (row["backlog_open"], row["backlog_unresolved"]) == (left, unresolved)
        assert sum(row["received"] for row in rows) == tickets["n"]
        assert (left, unresolved) == (tickets["n"] - tickets["closed"], tickets["n"] - tickets["resolved"])
    whole = rows_of(mart, "flow_month")
    counts = [name for name in (whole[0] if whole else {}) if name not in ("month", "complete")]
    sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in counts)
    if counts:
        assert rows_of(mart, f"(SELECT month, complete, {sums} FROM flow_month_project GROUP BY ALL)") == whole
    for column, event in (("closed_at", "closed"), ("resolved_at", "resolved")):
        standing = rows_of(
            mart, "flow_event", "ticket_id, happened_at AS at_instant", f"event = '{event}' AND standing"
        )
        assert standing == rows_of(mart, "ticket", f"ticket_id, {column} AS at_instant", f"{column} IS NOT NULL")
    standing = rows_of(mart, "score", "ticket_id, score, set_at", "standing")
    assert standing == rows_of(mart, "ticket", "ticket_id, score, scored_at AS set_at", "score IS NOT NULL")
