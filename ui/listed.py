"""The rows behind a figure as far as they may be listed, and what is said of the others."""

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


def say_hidden(found: Listed, others: str = "narrow the filters to see the others") -> None:
    """How many rows are counted and not listed, and why: security tickets, for ESA also those of hidden projects."""
    may = found.n - found.restricted
    said = [f"{found.restricted:,} restricted for your role: counted, not listed."] * bool(found.restricted)
    said += [f"The first {len(found.rows):,} of {may:,}: {others}."] * (may > len(found.rows))
    if said:
        st.caption(" ".join(said))
