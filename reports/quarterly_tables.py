"""The tables of the quarterly report: the second and third line's metrics for the quarter and the one before (DMSU-M1 to M8).

The measures are those of the months, asked with every month taken for the last one of its quarter: so medians and shares
are of all tickets of the quarter, and a product is divided by its deployments at the quarter's end.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from metrics.catalogue import MEASURES
from reports.cells import Column
from reports.monthly.restricted import apart
from reports.period import Period, period_of
from reports.request import Report

_SELECTS = {measure.view: measure.select for measure in MEASURES}
_MONTHS = {  # the columns that say of which month a row is
    "ticket": ("created_month", "resolved_month"),
    "line_stay": ("arrived_month", "left_month"),
    "eta_revision": ("set_month",),
    "eta_outcome": ("delivered_month",),
}
_QUARTER = Column("Quarter", width=10)
_SHARE = (Column("95 % from", "share"), Column("95 % to", "share"))
_OLA = (Column("OLA", "nwh"), Column("Violations", "number"), Column("Share met", "share"), *_SHARE)
_VIOLATIONS = "CASE WHEN ola_seconds IS NOT NULL THEN violations END"  # of no agreement there are none to count


@dataclass(frozen=True)
class Table:
    """A table of the report: its sheet's name, what it shows, the rules it follows, how to read it, and its rows with
    values as in the mart. `brief`: the columns that the paper has room for, of this quarter's rows; none: it does not
    show the table."""

    name: str
    title: str
    rules: str
    note: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    brief: tuple[int, ...] = ()


def tables_of(report: Report) -> list[Table]:
    """All tables of the quarter, in the order of the rules; those on ETAs where the desk has them."""
    wanted = [make for make in _TABLES if "eta" in report.profile.field or make not in _ON_ETAS]
    return [make(report) for make in wanted]


def last_month(period: Period) -> date:
    """The month that stands for a quarter in its measures: its last one."""
    return period.last.replace(day=1)


def _asked(report: Report, view: str, columns: str, order: str, where: str = "true") -> list[tuple[Any, ...]]:
    """Rows of a measure for this quarter and the one before, this one first, each after the quarter's name."""
    shadows = ", ".join(
        f"{table} AS NOT MATERIALIZED (SELECT * REPLACE ({', '.join(map(_of_quarter, months))}) FROM {table})"
        for table, months in _MONTHS.items()
    )
    wanted = [last_month(report.period), last_month(report.period.previous())]
    found = report.db.execute(
        f"""WITH {shadows} SELECT month, {columns} FROM ({_SELECTS[view]}) AS measured
            WHERE month IN ($this, $before) AND ({where}) ORDER BY month DESC, {order}""",
        {"this": wanted[0], "before": wanted[1]},
    ).fetchall()
    return [(_named(report, month), *rest) for month, *rest in found]


def _of_quarter(column: str) -> str:
    return f"CAST(date_trunc('quarter', {column}) + INTERVAL 2 MONTH AS DATE) AS {column}"


def _named(report: Report, month: date) -> str:
    return period_of("quarter", month, report.period.zone).title


def _lines(report: Report) -> Table:
    columns = (
        _QUARTER, Column("Line", width=16), Column("Came", "number"), Column("Stays ended", "number"),
        Column("Passed on", "number"), Column("Share passed on", "share"), *_SHARE, Column("Returned", "number"),
        Column("Resolved", "number"), Column("Median to resolve", "nwh"), Column("Median at the line", "nwh"),
        Column("90th percentile", "nwh"),
    )  # fmt: skip
    rows = _asked(
        report, "line_month",
        "line, entered, n_ended, passed, passed_share, passed_share_low, passed_share_high, returned, resolved, "
        "resolved_median_seconds, median_seconds, p90_seconds",
        _LINE_ORDER, "dimension = 'all'",
    )  # fmt: skip
    return Table(
        "Lines", "Lines of support: what came, was passed on, was resolved", "DMSU-M1, M2, M4, M5",
        "A ticket that comes to a line again counts again. The share passed on is of the stays that ended in the quarter; "
        "the interval is Wilson's. Times are the line's own working time.",
        columns, rows, (1, 2, 4, 5, 8, 9, 10),
    )  # fmt: skip


_LINE_ORDER = "(SELECT min(place) FROM line_rule r WHERE r.line = measured.line)"


def _providers(report: Report) -> Table:
    columns = (
        _QUARTER, Column("Line", width=16), Column("Provider", width=24), Column("Came", "number"),
        Column("Passed on", "number"), Column("Resolved", "number"), Column("Median to resolve", "nwh"),
    )  # fmt: skip
    rows = _asked(
        report, "line_month", "line, value, entered, passed, resolved, resolved_median_seconds",
        f"{_LINE_ORDER}, value NULLS LAST",
        "dimension = 'provider' AND line IN (SELECT line FROM line_rule WHERE unit_field IS NOT NULL)",
    )  # fmt: skip
    return Table(
        "Providers", "Lines of providers: what came to each and what it resolved", "DMSU-M4, M5",
        "By the provider that the ticket names at T; empty: it names none.", columns, rows, (1, 2, 3, 4, 5, 6),
    )  # fmt: skip


def _responses(report: Report) -> Table:
    agreed = bool(report.profile.ola)
    columns = (
        _QUARTER, Column("Line", width=16), Column("Unit", width=24), Column("Came", "number"), Column("Responded", "number"),
        Column("Waiting", "number"), Column("Left without", "number"), Column("Average", "nwh"), Column("Median", "nwh"),
        Column("90th percentile", "nwh"), *(_OLA if agreed else ()),
    )  # fmt: skip
    judged = f", ola_seconds, {_VIOLATIONS}, met_share, met_share_low, met_share_high" if agreed else ""
    rows = _asked(
        report, "unit_response_month",
        f"line, unit, arrived, n, waiting, unanswered, average_seconds, median_seconds, p90_seconds{judged}",
        f"{_LINE_ORDER}, unit NULLS LAST",
    )  # fmt: skip
    about = "; a violation is a response after more than the OLA, or none for longer than it" if agreed else ""
    return Table(
        "Response", "Response times of the units", "DMSU-M3, OPS-M1, OPS-M2",
        f"By the quarter of arrival, so that nobody drops out by never responding{about}. No unit: the ticket names none, or "
        "is restricted.",
        columns, rows, (1, 2, 3, 4, 7, 8, 9, *((10, 11) if agreed else ())),
    )  # fmt: skip


def _accuracy(report: Report) -> Table:
    columns = (
        _QUARTER, Column("By", width=11), Column("Value", width=24), Column("Delivered", "number"),
        Column("By the initial ETA", "share"), *_SHARE, Column("By any ETA", "share"), Column("Within a week", "share"),
        Column("Within a month", "share"), Column("Later", "number"), Column("No ETA", "number"),
        Column("Median days late", "number"),
    )  # fmt: skip
    rows = _asked(
        report, "eta_accuracy",
        "CASE dimension WHEN 'service' THEN 'product' WHEN 'priority' THEN 'severity' ELSE dimension END, value, delivered, "
        "by_initial, by_initial_low, by_initial_high, by_agreed, within_week, within_month, n_later, n_no_eta, "
        "median_days_late",
        "CASE dimension WHEN 'all' THEN 1 WHEN 'provider' THEN 2 WHEN 'service' THEN 3 ELSE 4 END, value NULLS LAST",
        "dimension IN ('all', 'provider', 'service', 'priority')",
    )  # fmt: skip
    return Table(
        "ETA accuracy", "Fixes delivered, and by which ETA", "DMSU-M6",
        "Shares are cumulative, of all delivered ones, those without an ETA too. Median days late: below zero is early. Few "
        "tickets make wide intervals: below 5, do not judge.",
        columns, rows, (1, 2, 3, 4, 7, 8, 9, 11, 12),
    )  # fmt: skip


def _slips(report: Report) -> Table:
    columns = (
        _QUARTER, Column("Provider", width=24), Column("Dates replaced", "number"), Column("Slips", "number"),
        Column("Days slipped", "number"), Column("Median slip (days)", "number"), Column("After expiry", "share"),
    )  # fmt: skip
    rows = _asked(
        report, "eta_slip",
        "CASE dimension WHEN 'all' THEN 'all' ELSE value END, revisions, slips, days_slipped, median_days_slipped, "
        "after_expiry",
        "dimension, value NULLS LAST", "dimension IN ('all', 'provider')",
    )  # fmt: skip
    return Table(
        "Slips", "ETAs that were moved", "DMSU-M6",
        "A slip is a move to a later date; after expiry: the date before had passed when it was moved.", columns, rows,
        (1, 2, 3, 4, 5, 6),
    )  # fmt: skip


def _standing(report: Report) -> Table:
    columns = (
        Column("Provider", width=24), Column("Unresolved", "number"), Column("Within the initial ETA", "number"),
        Column("Within the agreed one", "number"), Column("Up to a week over", "number"),
        Column("Up to a month over", "number"), Column("Later", "number"), Column("No ETA", "number"),
    )  # fmt: skip
    rows = report.db.execute(
        """SELECT CASE dimension WHEN 'all' THEN 'all' ELSE value END, unresolved, n_initial, n_revised, n_week, n_month,
                  n_later, n_no_eta FROM eta_standing WHERE dimension IN ('all', 'provider')
           ORDER BY dimension, value NULLS LAST"""
    ).fetchall()
    return Table(
        "Open ETAs",
        "Unresolved tickets, as they stand against their dates at T",
        "DMSU-M6",
        "",
        columns,
        rows,
        tuple(range(8)),
    )


def _follow_up(report: Report) -> Table:
    columns = (
        Column("Reason", width=10), Column("Ticket", width=12), Column("Summary", width=60, wrap=True),
        Column("ETA", "day"), Column("Days", "number"), Column("Status", width=14), Column("Provider", width=22),
        Column("Assignee", width=22),
    )  # fmt: skip
    rows = report.db.execute(
        """SELECT f.reason, f.key, t.summary, f.eta, f.days, f.status, f.provider, f.assignee, t.restricted
           FROM follow_up f JOIN ticket t ON t.ticket_id = f.ticket_id
           ORDER BY CASE f.reason WHEN 'expired' THEN 1 WHEN 'due' THEN 2 WHEN 'on hold' THEN 3 ELSE 4 END, f.days DESC,
                    f.ticket_id"""
    ).fetchall()
    listed, hidden = apart(rows)
    said = ", ".join(f"{n:,} {reason}" for reason, n in Counter(row[0] for row in rows).items())
    return Table(
        "Follow-up", "Whom to ask about a date", "DMSU-M7",
        (f"Unresolved tickets to ask about: {said}{hidden}. " if said else "No ticket is to be asked about. ")
        + "ETA expired, due within a week, on hold for a release, or missing; days since then, or until it is due. The paper "
        "counts them; the workbook lists them, but for restricted ones.",
        columns, listed,
    )  # fmt: skip


def _products(report: Report) -> Table:
    columns = (
        _QUARTER, Column("Product", width=28), Column("Category", width=30), Column("Tickets", "number"),
        Column("Deployments", "number"), Column("Tickets per deployment", "decimal"),
    )  # fmt: skip
    rows = _asked(
        report,
        "product_month",
        "product, category, tickets, deployed, weighted",
        "product NULLS LAST, category NULLS LAST",
    )
    title = "Tickets received per product and category, raw and by deployments"
    return Table("Products by category", title, "DMSU-M8", _DEPLOYED, columns, rows)


def _product_totals(report: Report) -> Table:
    columns = (
        _QUARTER, Column("Product", width=28), Column("Tickets", "number"), Column("Deployments", "number"),
        Column("Tickets per deployment", "decimal"),
    )  # fmt: skip
    rows = []
    for (quarter, product), found in groupby(_products(report).rows, key=lambda row: row[:2]):
        counted = list(found)
        tickets, deployed = sum(row[3] for row in counted), counted[0][4]
        rows.append((quarter, product, tickets, deployed, tickets / deployed if deployed else None))
    title = "Tickets received per product, raw and by deployments"
    return Table("Products", title, "DMSU-M8", _DEPLOYED, columns, rows, (1, 2, 3, 4))


_DEPLOYED = (
    "Deployments are those of the user's table of products in force at the end of the quarter; without a count a product "
    "stands unweighted."
)
_ON_ETAS: tuple[Callable[[Report], Table], ...] = (_accuracy, _slips, _standing, _follow_up)
_TABLES = (_lines, _providers, _responses, *_ON_ETAS, _product_totals, _products)
