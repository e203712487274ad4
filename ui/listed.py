"""The rows behind a figure as far as they may be listed, and what is said of the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from metrics.sql_text import literal
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
    return with_tickets(connection, found, own, about)


def with_tickets(connection: Connection, found: Listed, own: Sequence[str], about: Iterable[str]) -> Listed:
    """Rows with a ticket_id: key and url of the ticket, their columns `own`, and of the ticket `about`."""
    of_tickets = ["key", "url", *(name for name in about if name not in own)]
    of_them = tickets(connection, list(found.rows.ticket_id), of_tickets)
    rows = found.rows[["ticket_id", *own]].merge(of_them, on="ticket_id")
    return replace(found, rows=rows[["ticket_id", "key", "url", *own, *of_tickets[2:]]])


def tickets(
    connection: Connection, wanted: Sequence[str], about: Sequence[str], by: str = "ticket_id", source: str = ""
) -> pd.DataFrame:
    """`by` and these columns of the tickets with these ids (or keys); with `source`, which their ids begin with, of that one.

    Those that are not closed lie together in the mart, and most lists are of them: the others are read only for the rest.
    """
    of_source = f" AND starts_with(ticket_id, {literal(source)})" if source else ""
    found = _tickets(connection, wanted, about, by, f"closed_at IS NULL{of_source}")
    rest = list(set(wanted) - set(found[by]))
    parts = [found, _tickets(connection, rest, about, by, f"closed_at IS NOT NULL{of_source}")] if rest else [found]
    return pd.concat([part for part in parts if len(part)] or parts[:1])


def _tickets(connection: Connection, wanted: Sequence[str], about: Sequence[str], by: str, where: str) -> pd.DataFrame:
    named = ", ".join("?" * len(wanted)) or "NULL"
    sql = f"SELECT {', '.join((by, *about))} FROM ticket WHERE {where} AND {by} IN ({named})"
    return connection.execute(sql, list(wanted)).df()


def say_hidden(found: Listed, others: str = "narrow the filters to see the others") -> None:
    """How many rows are counted and not listed, and why: security tickets, for ESA also those of hidden projects."""
    may = found.n - found.restricted
    said = [f"{found.restricted:,} restricted for your role: counted, not listed."] * bool(found.restricted)
    said += [f"The first {len(found.rows):,} of {may:,}: {others}."] * (may > len(found.rows))
    if said:
        st.caption(" ".join(said))


def say_none(found: Listed, nothing: str, icon: str = ":material/check_circle:") -> None:
    """Why no row is listed: there is `nothing`, or none of what is counted may be listed (`say_hidden` says how many)."""
    if found.n:
        st.info("There are some, and none that can be listed here.", icon=":material/visibility_off:")
    else:
        st.info(nothing, icon=icon)
