"""The sheets Response and Resolution: goals met by month and by part, the misses, and where their time went."""

from datetime import date
from typing import Any

from metrics.statistics import percentile_sql, share_sql
from reports.cells import Cell, Column
from reports.monthly.charts import bar_chart, line_chart
from reports.monthly.spans import months_up_to
from reports.page import Page, Placed
from reports.request import Report
from reports.sheets import Book

_DIMENSIONS = ("type", "priority", "service", "provider")
_SHARES = (
    Column("Judged", "number"), Column("Met", "number"), Column("Missed", "number"), Column("Share met", "share"),
    Column("95 % from", "share"), Column("95 % to", "share"), Column("Implied", "number"),
)  # fmt: skip
_TIMES = (Column("Timed", "number"), Column("Median", "nwh"), Column("90th percentile", "nwh"))
_WIDTHS = (24, 18, 14, 18, 18, 14, 12, 12, 12, 14, 19, 44)


def write_clock(report: Report, book: Book, clock: str, title: str, rule: str) -> tuple[Page, Placed]:
    """The sheet of a clock: the last twelve months, this month by part, and every miss of the month. Returns it, and where
    the table of months stands."""
    month = report.period.first
    page = book.page(title, _WIDTHS, title=f"{title}: goals, {report.period.title}",
                     subtitle=f"Working time ({rule}); a clock counts in the month of its stop, by what the ticket was then "
                     "(AMP-G5); the 95 % interval is Wilson's. Below 5 a share is too small to judge.")  # fmt: skip
    page.room_for_charts(4)
    months = page.table([Column("Month", "month"), *_SHARES, *_TIMES], _by_month(report, clock, month))
    parts = [_part(report, page, clock, dimension, month) for dimension in _DIMENSIONS]
    lost = _where_time_went(report, page, clock, month)
    _misses(report, page, clock, month)
    page.chart(line_chart(page, months, (5,), f"{title}: share that met the goal"))
    page.chart(line_chart(page, months, (10, 11), f"{title}: median and 90th percentile (NWH)", share=False))
    page.chart(bar_chart(page, parts[1], (3, 4), "By priority: met and missed", stacked=True))
    page.chart(bar_chart(page, lost, (3,), "Misses by the status that took most time", lying=True))
    return page, months


def _by_month(report: Report, clock: str, month: date) -> list[tuple[Any, ...]]:
    months = months_up_to(month)
    rows = report.db.execute(
        f"""
        WITH timed AS (
            SELECT c.stopped_month AS month, count(*) AS n, {percentile_sql(0.5, "c.working_seconds")} AS median,
                   {percentile_sql(0.9, "c.working_seconds")} AS p90
            FROM clock c WHERE c.clock = $clock AND NOT c.implied AND c.stopped_month BETWEEN $first AND $last
            GROUP BY c.stopped_month
        )
        SELECT m.month, coalesce(g.judged, 0), coalesce(g.met, 0), coalesce(g.missed, 0), g.met_share, g.met_share_low,
               g.met_share_high, coalesce(g.implied, 0), coalesce(t.n, 0), t.median, t.p90
        FROM (SELECT unnest($months::DATE[]) AS month) m
        LEFT JOIN goal_share g ON g.month = m.month AND g.dimension = 'all' AND g.clock = $clock
        LEFT JOIN timed t ON t.month = m.month ORDER BY m.month
        """,
        {"clock": clock, "first": months[0], "last": months[-1], "months": months},
    ).fetchall()
    return list(rows)


def _part(report: Report, page: Page, clock: str, dimension: str, month: date) -> Placed:
    page.heading(f"By {dimension}, {report.period.title}")
    rows = report.db.execute(
        f"""
        WITH summed AS (
            SELECT coalesce(part, '(none)') AS part, judged, met, missed, implied FROM goal_share
            WHERE dimension = $dimension AND clock = $clock AND month = $month
        )
        SELECT part, judged, met, missed, met_share, met_share_low, met_share_high, implied
        FROM (SELECT *, {share_sql("met", "judged", "met_share")} FROM summed) ORDER BY judged DESC, part
        """,
        {"dimension": dimension, "clock": clock, "month": month},
    ).fetchall()
    return page.table([Column(dimension.capitalize()), *_SHARES], rows)


def _where_time_went(report: Report, page: Page, clock: str, month: date) -> Placed:
    page.heading("Where the missed ones lost their time: the status that took most of it (AMP-C3, 1.2)")
    rows = report.db.execute(
        """
        SELECT coalesce(status, '(unknown)'), coalesce(phase, ''), count(*), CAST(sum(status_seconds) AS BIGINT),
               CAST(sum(status_seconds) AS DOUBLE) / nullif(sum(used_seconds), 0)
        FROM goal_missed WHERE clock = ? AND month = ? GROUP BY ALL ORDER BY 3 DESC, 1, 2
        """,
        [clock, month],
    ).fetchall()
    columns = [Column("Status"), Column("Phase"), Column("Missed", "number"), Column("Time in it", "nwh"),
               Column("Of their time", "share")]  # fmt: skip
    return page.table(columns, rows)


def _misses(report: Report, page: Page, clock: str, month: date) -> None:
    """Every miss of the month, the furthest over its goal first; restricted ones are a number."""
    rows = report.db.execute(
        """
        SELECT t.key, t.type, t.priority, t.service, t.provider, m.used_seconds, m.goal_seconds, m.over_seconds, m.status,
               m.status_seconds, c.stopped_at, t.summary, t.restricted
        FROM goal_missed m JOIN ticket t ON t.ticket_id = m.ticket_id
        JOIN clock c ON c.ticket_id = m.ticket_id AND c.clock = m.clock
        WHERE m.clock = ? AND m.month = ? ORDER BY m.over_seconds DESC, t.key
        """,
        [clock, month],
    ).fetchall()
    listed = [row[:-1] for row in rows if not row[-1]]
    hidden = len(rows) - len(listed)
    page.heading(
        f"Every miss, {report.period.title}: {len(rows)}" + (f", {hidden} of them restricted" if hidden else "")
    )
    columns = [
        Column("Key"), Column("Type"), Column("Priority"), Column("Service"), Column("Provider"), Column("Used", "nwh"),
        Column("Goal", "nwh"), Column("Over", "nwh"), Column("Lost in"), Column("There", "nwh"),
        Column("Stopped", "instant"), Column("Summary"),
    ]  # fmt: skip
    page.table(columns, listed)
    if not listed:
        page.row(Cell("Nothing missed." if not rows else "Restricted ones are counts only.", look="note"))
