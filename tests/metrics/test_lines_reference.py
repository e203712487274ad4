"""line_stay and handover equal a naive walk through random histories; line times and handovers add up."""

import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import jira_issue, part_of, rows_of, store_of
from tests.naive.history import Ticket
from tests.naive.lines import LINES, handover_rows, line_stay_rows
from tests.naive.rows import Rules, in_metrics
from tests.naive.strategies import as_of, desks
from tests.random_desks import random_desks

KEYS = ("ticket_id", "seq")


def folded(row: dict[str, Any]) -> dict[str, Any]:
    """The reference keeps account names; the mart shows display names."""
    people = ("from_person", "to_person", "by_person")
    return {k: v.casefold() if k in people and isinstance(v, str) else v for k, v in row.items()}


@random_desks(5)
@given(st.data(), desks(most_tickets=30))
def test_mart_equals_reference(data: st.DataObject, desk: list[Ticket]) -> None:
    moments = [data.draw(as_of(desk)) for _ in range(3)]
    with tempfile.TemporaryDirectory() as folder:
        store = store_of([jira_issue(t) for t in desk], Path(folder) / "store.duckdb")
        for t in moments:
            mart = part_of(store, t, "line_stay", "handover", "interval")
            shown = [ticket for ticket in desk if in_metrics(ticket, t)]
            compare(mart, "line_stay", [row for ticket in shown for row in line_stay_rows(ticket, t, Rules())], t)
            compare(mart, "handover", [row for ticket in shown for row in handover_rows(ticket, t)], t)
            lines_add_up(mart)


def compare(mart: Path, table: str, expected: list[dict[str, Any]], t: datetime) -> None:
    """Every row and every column that the reference has."""
    found = {tuple(row[k] for k in KEYS): folded(row) for row in rows_of(mart, table)}
    wanted = {tuple(row[k] for k in KEYS): folded(row) for row in expected}
    assert found.keys() == wanted.keys(), (table, t)
    for place, row in wanted.items():
        assert {column: found[place][column] for column in row} == row, (table, t, place)


def lines_add_up(mart: Path) -> None:
    """The times at the lines are those of the intervals whose phase belongs to a line."""
    at_lines, in_phases = Counter[str](), Counter[str]()
    for row in rows_of(mart, "line_stay"):
        at_lines[row["ticket_id"]] += row["working_seconds"]
    for row in rows_of(mart, '"interval"'):
        if row["phase"] in LINES:
            in_phases[row["ticket_id"]] += row["working_seconds"]
    assert at_lines == in_phases
