"""The sheet ETA: how well delivery dates were kept, by month and by part, and how they moved (DMSU-M6)."""

from typing import Any

from reports.cells import Column
from reports.monthly.charts import bar_chart, line_chart
from reports.monthly.desk import called, differing, titled
from reports.monthly.spans import months_up_to
from reports.request import Report
from reports.sheets import Book

_DIMENSIONS = ("provider", "service", "priority")
_WIDTHS = (24, 13, 13, 13, 12, 12, 12, 12, 13, 13, 13, 13, 13)
_BANDS = (
    Column("Delivered", "number"), Column("By the initial ETA", "number"), Column("By a revised ETA", "number"),
    Column("Within a week", "number"), Column("Within a month", "number"), Column("Later", "number"),
    Column("No ETA", "number"), Column("Share by the initial ETA", "share"), Column("Share by any ETA", "share"),
    Column("Share within a week", "share"), Column("Share within a month", "share"), Column("Median days late", "number"),
)  # fmt: skip
_NUMBERS = ("delivered", "n_initial", "n_revised", "n_week", "n_month", "n_later", "n_no_eta")
_SELECT = ", ".join(
    [*(f"coalesce(e.{name}, 0)" for name in _NUMBERS), "e.by_initial", "e.by_agreed", "e.within_week", "e.within_month",
     "e.median_days_late"]
)  # fmt: skip


def write_eta(report: Report, book: Book) -> None:
    """The sheet: bands of delivery for twelve months and by part of this one, and the revisions by month."""
    month, months = report.period.first, months_up_to(report.period.first)
    page = book.page("ETA", _WIDTHS, title=f"ETA accuracy, {report.period.title}",
                     subtitle="Of the fixes delivered in the month, how many by which date (DMSU-M6). A date is met until the "
                     "end of that day; shares are cumulative and over all delivered, those without a date too.")  # fmt: skip
    page.room_for_charts(2)
    rows = report.db.execute(
        f"""SELECT m.month, {_SELECT} FROM (SELECT unnest(?::DATE[]) AS month) m
            LEFT JOIN eta_accuracy e ON e.month = m.month AND e.dimension = 'all' ORDER BY m.month""",
        [months],
    ).fetchall()
    placed = page.table([Column("Month", "month"), *_BANDS], rows)
    for dimension in differing(report, _DIMENSIONS):
        name = called(report.profile, dimension)
        page.heading(f"By {name}, {report.period.title}")
        parts = report.db.execute(
            f"""SELECT coalesce(e.value, '(none)'), {_SELECT} FROM eta_accuracy e
                WHERE e.dimension = ? AND e.month = ? ORDER BY e.delivered DESC, 1""",
            [dimension, month],
        ).fetchall()
        page.table([Column(titled(name)), *_BANDS], parts)
    page.heading("How dates moved: revisions by the month in which they were made")
    slips = [Column("Month", "month"), Column("Revisions", "number"), Column("To a later date", "number"),
             Column("Days slipped", "number"), Column("Median days", "number"), Column("After expiry", "number")]  # fmt: skip
    page.table(slips, _slips(report, months))
    page.chart(bar_chart(page, placed, (3, 4, 5, 6, 7, 8), "Delivered, by band", stacked=True))
    page.chart(line_chart(page, placed, (9, 10), "By the initial ETA, and by any ETA"))


def _slips(report: Report, months: list[Any]) -> list[tuple[Any, ...]]:
    rows = report.db.execute(
        """SELECT m.month, coalesce(e.revisions, 0), coalesce(e.slips, 0), coalesce(e.days_slipped, 0),
                  e.median_days_slipped, coalesce(e.n_after_expiry, 0)
           FROM (SELECT unnest(?::DATE[]) AS month) m
           LEFT JOIN eta_slip e ON e.month = m.month AND e.dimension = 'all' ORDER BY m.month""",
        [months],
    ).fetchall()
    return list(rows)
