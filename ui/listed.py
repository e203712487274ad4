"""The rows behind a figure as far as they may be listed, and what is said of the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from sight.opening import Connection

LISTED = 500


@dataclass(frozen=True)
class Listed:
    """The rows that are listed; how many there are in all, and how many of them are hidden from the reader."""

    rows: pd.DataFrame
    n: int
    restricted: int


def first_rows(connection: Connection, select: str, values: list[Any], order: str, limit: int = LISTED) -> Listed:
    """Of the rows of a select, which say whether they are `restricted`: the first of those that are not, in an order of
    its columns."""
    n, restricted = connection.execute(
        f"SELECT count(*), count(*) FILTER (WHERE restricted) FROM ({select}) AS counted", values
    ).fetchall()[0]
    rows = connection.execute(
        f"SELECT * EXCLUDE (restricted) FROM ({select}) AS wanted WHERE NOT restricted ORDER BY {order} LIMIT ?",
        [*values, limit],
    ).df()
    return Listed(rows, n, restricted)


def first_tickets(
    connection: Connection, select: str, values: list[Any], order: str, own: Sequence[str], about: Iterable[str],
    limit: int = LISTED,
) -> Listed:  # fmt: skip
    """Of the rows of a select, which have a ticket_id: the first of those whose ticket is not restricted, in an order of
    their columns: key and url of the ticket, the columns `own`, and of the ticket `about`. Only their tickets are read."""
    hidden = "SELECT ticket_id FROM ticket WHERE restricted"
    n, restricted = connection.execute(
        f"SELECT count(*), count(*) FILTER (WHERE ticket_id IN ({hidden})) FROM ({select}) AS counted", values
    ).fetchall()[0]
    columns = [*(f"l.{name}" for name in own), *(f"t.{name}" for name in about if name not in own)]
    rows = connection.execute(
        f"""
        WITH wanted AS MATERIALIZED (
            SELECT * FROM ({select}) AS w WHERE ticket_id NOT IN ({hidden}) ORDER BY {order} LIMIT ?
        ),
        placed AS (
            SELECT *, row_number() OVER (ORDER BY {order}) AS nth_of_list FROM wanted
        )
        SELECT t.ticket_id, t.key, t.url, {", ".join(columns)}
        FROM placed l JOIN ticket t ON t.ticket_id = l.ticket_id ORDER BY l.nth_of_list
        """,
        [*values, limit],
    ).df()
    return Listed(rows, n, restricted)


def say_hidden(found: Listed, others: str = "narrow the filters to see the others") -> None:
    """How many rows are counted and not listed, and why: security tickets, for ESA also those of hidden projects."""
    may = found.n - found.restricted
    said = [f"{found.restricted:,} restricted for your role: counted, not listed."] * bool(found.restricted)
    said += [f"The first {len(found.rows):,} of {may:,}: {others}."] * (may > len(found.rows))
    if said:
        st.caption(" ".join(said))
