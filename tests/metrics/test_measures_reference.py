"""eta, eta_outcome, finding, chain and chain_part equal a naive reference on random linked desks, as of any T."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import jira_issue, part_of, rows_of, store_of
from tests.naive.history import Ticket
from tests.naive.linked_strategies import linked_as_of, linked_desks
from tests.naive.measures import measure_rows
from tests.naive.rows import Rules
from tests.random_desks import random_desks

KEYS = {"eta": ("ticket_id", "seq"), "eta_outcome": ("ticket_id",), "finding": ("ticket_id", "rule"),
        "chain": ("ticket_id",), "chain_part": ("ticket_id", "part")}  # fmt: skip


def as_shown(row: dict[str, Any]) -> dict[str, Any]:
    """The reference keeps raw people, where the mart shows names; the wording of the evidence is the program's own."""
    shown = {column: value for column, value in row.items() if column != "detail"}
    return shown | {"set_by": shown["set_by"] and shown["set_by"].casefold()} if "set_by" in shown else shown


@random_desks(8)
@given(st.data(), linked_desks(most_tickets=8))
def test_measures_equal_reference(data: st.DataObject, desk: list[Ticket]) -> None:
    moments = [data.draw(linked_as_of(desk)) for _ in range(3)]
    with tempfile.TemporaryDirectory() as folder:
        store = store_of([jira_issue(t) for t in desk], Path(folder) / "store.duckdb")
        for t in moments:
            compare(desk, t, part_of(store, t, *KEYS))


def compare(desk: list[Ticket], t: datetime, mart: Path) -> None:
    """Every row, and every column that the reference has, but the wording of the evidence."""
    expected = measure_rows(desk, t, Rules())
    for table, key in KEYS.items():
        rows = rows_of(mart, table)
        wanted = {tuple(r[k] for k in key): as_shown(r) for r in expected[table]}
        columns = next(iter(wanted.values()), {}).keys()
        found = {tuple(r[k] for k in key): as_shown({c: r[c] for c in r if c in {*columns, "detail"}}) for r in rows}
        assert found == wanted and len(found) == len(rows), (table, t)
        assert all(row["detail"] for row in rows if table == "finding")
