"""The queries of the Findings page, on a connection from `sight.opening.open_mart`: counts per rule and month, one list."""

from datetime import date
from typing import Any

import pandas as pd

from sight.opening import Connection
from ui.filters import Filters, narrowed
from ui.listed import Listed, first_tickets
from ui.months import back

_NOT_CLOSED = "f.ticket_id IN (SELECT ticket_id FROM ticket WHERE closed_at IS NULL)"
_ONLY = {"all": "TRUE", "not_closed": _NOT_CLOSED, "closed": f"NOT {_NOT_CLOSED}"}
# Months of the desk's zone (AMP-W3), in UTC.
_MONTHS = "SELECT month, min(begins_at) AS begins_at, max(ends_at) AS ends_at FROM calendar_day GROUP BY month"


def rules(connection: Connection, filters: Filters) -> pd.DataFrame:
    """Per rule, in its order: title, section, says, historical, findings (n), and those on tickets not closed."""
    select = f"""
        SELECT r.rule, r.title, r.section, r.says, r.historical, count(f.rule) AS n,
               count(CASE WHEN {_NOT_CLOSED} THEN 1 END) AS not_closed
        FROM finding_rule r
        LEFT JOIN finding f ON f.rule = r.rule
        GROUP BY r.rule, r.title, r.section, r.says, r.historical
        ORDER BY length(r.rule), r.rule
    """
    return _rows(connection, filters, select, [])


def per_month(connection: Connection, filters: Filters, rule: str, last: date) -> pd.DataFrame:
    """Findings of a rule by the month of `since`: month, n, not_closed; the filters' months up to `last`."""
    select = f"""
        SELECT m.month, count(*) AS n, count(CASE WHEN {_NOT_CLOSED} THEN 1 END) AS not_closed
        FROM finding f
        JOIN ({_MONTHS}) m ON f.since >= m.begins_at AND f.since < m.ends_at
        WHERE f.rule = ? AND m.month BETWEEN ? AND ?
        GROUP BY m.month
    """
    return _rows(connection, filters, select, [rule, back(last, filters.months), last])


def listed(
    connection: Connection, filters: Filters, rule: str, month: date | None = None, which: str = "all"
) -> Listed:
    """The tickets of a rule, the oldest first, with since when and the evidence; of one month, or only those `not_closed` or
    `closed`."""
    where, values = f"f.rule = ? AND {_ONLY[which]}", [rule, *([month] * 2 if month else [])]
    if month:
        where += f" AND f.since >= {_edge('begins_at')} AND f.since < {_edge('ends_at')}"
    sql, of_filters = narrowed(f"SELECT f.ticket_id, f.since, f.detail FROM finding f WHERE {where}", filters)
    about = ("summary", "status", "assignee", "service", "provider", "priority")
    return first_tickets(connection, sql, [*of_filters, *values], "since, ticket_id", ("since", "detail"), about)


def _edge(column: str) -> str:
    return f"(SELECT m.{column} FROM ({_MONTHS}) m WHERE m.month = ?)"


def _rows(connection: Connection, filters: Filters, select: str, values: list[Any]) -> pd.DataFrame:
    """A select over the tickets that the filters leave; theirs are the first values."""
    sql, of_filters = narrowed(select, filters)
    return connection.execute(sql, [*of_filters, *values]).df()
