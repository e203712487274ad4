"""The queries of Work, on a connection from `sight.opening.open_mart`: what stands with lines, units, steps and fields."""

from datetime import date

import pandas as pd

from metrics.first_line import FIRST_LINE_MONTH
from metrics.line_month import LINE_MONTH
from metrics.major_incident import MAJOR_INCIDENT
from metrics.product_month import PRODUCT_MONTH
from metrics.ticket_count import TICKET_COUNT
from metrics.unit_response import UNIT_RESPONSE_MONTH
from metrics.work_step import STEP_MONTH
from sight.opening import Connection
from ui.filters import NONE, Filters, narrowed

# SQL: the months `?` to `?` of a measure's rows.
_SPAN = "month BETWEEN ? AND ?"


def _rows(connection: Connection, select: str, filters: Filters, sql: str, *values: object) -> pd.DataFrame:
    """What `sql` says of `{rows}`, a measure narrowed to the filters."""
    source, narrowing = narrowed(select, filters)
    return connection.execute(sql.format(rows=f"({source})"), [*narrowing, *values]).df()


def lines(connection: Connection, filters: Filters, month: date) -> pd.DataFrame:
    """The month's rows of `line_month`, in the order of the lines."""
    sql = """SELECT m.* FROM {rows} m JOIN line_rule l ON l.line = m.line
             WHERE m.dimension = 'all' AND m.month = ? ORDER BY l.place"""
    return _rows(connection, LINE_MONTH.select, filters, sql, month)


def first_line(connection: Connection, filters: Filters, first: date, last: date) -> pd.DataFrame:
    """`first_line_month` of the months, the latest first; nothing where there is no other line to pass a ticket on to."""
    sql = f"""SELECT * FROM {{rows}} WHERE dimension = 'all' AND {_SPAN}
              AND (SELECT count(DISTINCT line) > 1 FROM line_rule) ORDER BY month DESC"""
    return _rows(connection, FIRST_LINE_MONTH.select, filters, sql, first, last)


def units(connection: Connection, filters: Filters, month: date) -> pd.DataFrame:
    """The month's rows of `unit_response_month`, most violations first. Tickets that name nobody are of the unit
    `(none)`; a line without units stands for itself."""
    sql = f"""SELECT * REPLACE (coalesce(unit, '{NONE}') AS unit) FROM {{rows}}
              WHERE month = ? ORDER BY violations DESC, arrived DESC, unit, line"""
    return _rows(connection, UNIT_RESPONSE_MONTH.select, filters, sql, month)


def steps(connection: Connection, filters: Filters, first: date, last: date) -> pd.DataFrame:
    """`work_step_month` of the months, by step, the latest first."""
    sql = f"SELECT * FROM {{rows}} WHERE {_SPAN} ORDER BY place, month DESC, n DESC"
    return _rows(connection, STEP_MONTH.select, filters, sql, first, last)


def major_incidents(connection: Connection, filters: Filters) -> pd.DataFrame:
    """`major_incident` with what is known of the tickets, the latest first; hidden ones are not listed."""
    sql = """SELECT x.*, t.url, t.summary, t.service, t.status FROM {rows} x JOIN ticket t ON t.ticket_id = x.ticket_id
             WHERE NOT t.restricted ORDER BY x.created_at DESC"""
    return _rows(connection, MAJOR_INCIDENT.select, filters, sql)


def products(connection: Connection, filters: Filters, month: date) -> pd.DataFrame:
    """The month's rows of `product_month`, the most tickets first."""
    sql = "SELECT * FROM {rows} WHERE month = ? ORDER BY tickets DESC, product, category"
    return _rows(connection, PRODUCT_MONTH.select, filters, sql, month)


def ruled(connection: Connection, rules: str) -> bool:
    """Whether the profile has any of these rules (a table of them): without one nothing needs to be asked."""
    return bool(connection.execute(f"SELECT 1 FROM {rules} LIMIT 1").fetchall())


def fields(connection: Connection) -> list[str]:
    """The fields by which tickets can be counted: columns of ticket that hold something, then the further ones."""
    found = connection.execute(
        "SELECT DISTINCT field FROM ticket_count WHERE value IS NOT NULL ORDER BY field"
    ).fetchall()
    return [name for (name,) in found]


def by_field(connection: Connection, filters: Filters, field: str, first: date, last: date) -> pd.DataFrame:
    """`ticket_count` of a field over the months, all projects together, the most tickets first."""
    sql = f"""SELECT value, CAST(sum(received) AS BIGINT) AS received, CAST(sum(resolved) AS BIGINT) AS resolved,
                     CAST(sum(unresolved) AS BIGINT) AS unresolved
              FROM {{rows}} WHERE field = ? AND {_SPAN} GROUP BY value ORDER BY received DESC, value"""
    return _rows(connection, TICKET_COUNT.select, filters, sql, field, first, last)
