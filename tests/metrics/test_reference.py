"""The mart equals a naive reference on random histories, as of any T: intervals, clocks, segments, tickets."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import jira_issue, part_of, rows_of, store_of
from tests.naive.history import Ticket
from tests.naive.rows import Rules, mart_rows
from tests.naive.strategies import as_of, desks
from tests.random_desks import random_desks

KEYS = {"ticket": ("ticket_id",), "interval": ("ticket_id", "seq"), "clock": ("ticket_id", "clock"),
        "clock_segment": ("ticket_id", "clock", "seq")}  # fmt: skip


def same_names(row: dict[str, Any]) -> dict[str, Any]:
    """The reference keeps raw people and types; the mart shows display names and the profile's spelling."""
    shown = dict(row)
    for name in ("assignee", "reporter", "type", "status", "priority", "set_by"):
        if isinstance(shown.get(name), str):
            shown[name] = " ".join(shown[name].replace("-", " ").replace("_", " ").split()).casefold()
    return shown


@random_desks(5)
@given(st.data(), desks(most_tickets=30))
def test_mart_equals_reference(data: st.DataObject, desk: list[Ticket]) -> None:
    moments = [data.draw(as_of(desk)) for _ in range(3)]
    with tempfile.TemporaryDirectory() as folder:
        store = store_of([jira_issue(t) for t in desk], Path(folder) / "store.duckdb")
        for t in moments:
            compare(desk, t, part_of(store, t, *KEYS))


def compare(desk: list[Ticket], t: datetime, mart: Path) -> None:
    """Every row and every column that the reference has."""
    expected = mart_rows(desk, t, Rules())
    for table, key in KEYS.items():
        found = {tuple(r[k] for k in key): same_names(r) for r in rows_of(mart, table)}
        wanted = {tuple(r[k] for k in key): same_names(r) for r in expected[table]}
        assert found.keys() == wanted.keys(), (table, t)
        for place, row in wanted.items():
            mine = {column: found[place][column] for column in row}
            assert mine == row, (table, t, place)
