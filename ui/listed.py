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
    rows = connection.execute(
        f"""
        WITH every AS MATERIALIZED ({select}),
        counted AS (SELECT count(*) AS n_in_all, count(*) FILTER (WHERE restricted) AS n_restricted FROM every),
        first AS (SELECT * EXCLUDE (restricted), TRUE AS is_listed FROM every WHERE NOT restricted ORDER BY {order} LIMIT ?)
        SELECT c.*, f.* FROM counted c LEFT JOIN first f ON TRUE ORDER BY {order}
        """,
        [*values, limit],
    ).df()
    n, restricted = int(rows.n_in_all[0]), int(rows.n_restricted[0])
    listed = rows[rows.is_listed.notna()].drop(columns=["n_in_all", "n_restricted", "is_listed"])
    return Listed(listed, n, restricted)


def first_tickets(
    connection: Connection, select: str, values: list[Any], order: str, own: Sequence[str], about: Iterable[str],
    limit: int = LISTED,
) -> Listed:  # fmt: skip
    """Of the rows of a select, which have a ticket_id: the first of those whose ticket is not restricted, in an order of
    their columns: key and url of the ticket, the columns `own`, and of the ticket `about`. Only their tickets are read."""
    hidden = "ticket_id IN (SELECT ticket_id FROM ticket WHERE restricted)"
    found = first_rows(connection, f"SELECT *, {hidden} AS restricted FROM ({select}) AS w", values, order, limit)
    of_tickets = ["key", "url", *(name for name in about if name not in own)]
    tickets = _tickets(connection, list(found.rows.ticket_id), of_tickets)
    rows = found.rows[["ticket_id", *own]].merge(tickets, on="ticket_id")
    return Listed(rows[["ticket_id", "key", "url", *own, *of_tickets[2:]]], found.n, found.restricted)


def _tickets(connection: Connection, ids: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """These columns of these tickets. Named one by one, they are looked up; joined, all tickets would be read."""
    named = ", ".join("?" * len(ids)) or "NULL"
    sql = f"SELECT {', '.join(('ticket_id', *columns))} FROM ticket WHERE ticket_id IN ({named})"
    return connection.execute(sql, list(ids)).df()


def say_hidden(found: Listed, others: str = "narrow the filters to see the others") -> None:
    """How many rows are counted and not listed, and why: security tickets, for ESA also those of hidden projects."""
    may = found.n - found.restricted
    said = [f"{found.restricted:,} restricted for your role: counted, not listed."] * bool(found.restricted)
    said += [f"The first {len(found.rows):,} of {may:,}: {others}."] * (may > len(found.rows))
    if said:
        st.caption(" ".join(said))
