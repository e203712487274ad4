"""A mart as of T from the full store equals one from a store that only ever saw history up to T (AMP-W3, AMP-W4)."""

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import jira_issue, mart_of, store_of
from tests.marts import assert_same, contents
from tests.naive.examples import change, desk_ticket, moves, rome
from tests.naive.history import Change, Ticket
from tests.naive.linked_strategies import linked_as_of, linked_desks
from tests.naive.links import desk_as_seen_at
from tests.naive.strategies import as_of, desks
from tests.random_desks import random_desks

# These speak of what was pulled, not of T: how much of a cut history came, and what the issue says of itself today.
OF_THE_PULL = ("histories whole", "history ends in the present status", "histories end in the present values")


def without(checks: tuple[str, ...], tables: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The tables of a mart without some checks of coverage."""
    coverage = {t: [row for row in tables[t] if not set(row) & set(checks)] for t in ("coverage", "coverage_item")}
    return tables | coverage


def both(desk: list[Ticket], t: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """The mart as of `t` today, and that of somebody who pulled the desk at `t`."""
    then = desk_as_seen_at(desk, t)
    with tempfile.TemporaryDirectory() as folder:
        stores = [
            store_of([jira_issue(ticket) for ticket in known], Path(folder, name, "store.duckdb"))
            for name, known in (("today", desk), ("then", then))
        ]
        today, back_then = (without(OF_THE_PULL, contents(mart_of(store, t))) for store in stores)
    return today, back_then


@random_desks(3)
@given(st.data(), desks(most_tickets=15))
def test_nothing_of_the_later_history_shows(data: st.DataObject, desk: list[Ticket]) -> None:
    assert_same(*both(desk, data.draw(as_of(desk))))


@random_desks(3)
@given(st.data(), linked_desks())
def test_nothing_of_later_links_shows(data: st.DataObject, desk: list[Ticket]) -> None:
    assert_same(*both(desk, data.draw(linked_as_of(desk))))


LATER: list[list[Change]] = [
    moves("OPEN", "3 10:00 Limbo"),  # an unknown status
    moves("DONE", "3 10:00 TO DO"),  # a move out of an odd status
    moves("TO DO", "1 10:00 triage", "3 10:00 TO DO", "4 10:00 Triage"),  # another spelling of an unknown status
    [change("3 10:00", "assignee", "zoe", "bob")],  # somebody whom only the history knows
    [change("3 10:00", "key", "DSD-6", "DPM-6")],  # a move to another project
    [change("3 10:00", "type", "User Request", "Task")],  # a type out of scope
]


def test_what_comes_after_t_does_not_show() -> None:
    desk = []
    for number, later in enumerate(LATER, 2):
        last = {"key": f"DSD-{number}", "status": "OPEN"} | {event.field: event.to for event in later}
        desk.append(replace(desk_ticket("1 09:00", *later, **last), ticket_id=f"jira/{number}"))
    assert_same(*both(desk, rome("2 09:00")))
