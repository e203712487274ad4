"""The sheet Lines: what came to each line of support, what it resolved and passed on, what the first one solved (DMSU-M1 to
M5, HD-M3)."""

from typing import Any

from reports.cells import Column, Kind
from reports.monthly.charts import bar_chart, line_chart
from reports.monthly.spans import months_up_to
from reports.page import Page, Placed
from reports.request import Report
from reports.sheets import Book

_LINES = (
    Column("Line"), Column("Came", "number"), Column("Stays ended", "number"), Column("Resolved", "number"),
    Column("Returned", "number"), Column("Passed on", "number"), Column("Share passed on", "share"),
    Column("95 % from", "share"), Column("95 % to", "share"), Column("Median to resolve", "nwh"),
    Column("Median stay", "nwh"), Column("90th percentile", "nwh"),
)  # fmt: skip
_FIRST = (
    Column("Month", "month"), Column("Resolved", "number"), Column("At the first line", "number"), Column("Share", "share"),
    Column("95 % from", "share"), Column("95 % to", "share"), Column("Passed on", "number"),
    Column("Tickets sent around", "number"), Column("Re-routings", "number"),
)  # fmt: skip
_MONTHLY: tuple[tuple[str, str, Kind], ...] = (("entered", "Came: {}", "number"), ("resolved", "Resolved: {}", "number"),
            ("resolved_median_seconds", "Median to resolve: {}", "nwh"))  # fmt: skip


def write_lines(report: Report, book: Book) -> None:
    """The sheet: the lines in the month, what each had in twelve months, and what was solved at the first one."""
    names = [line.name for line in report.profile.line]
    page = book.page("Lines", [24, *[13] * max(11, 3 * len(names))], title=f"Lines of support, {report.period.title}",
                     subtitle="A ticket that comes to a line again counts again; the share passed on is of the stays that "
                     "ended in the month (DMSU-M1 to M5). Times are the line's own working time.")  # fmt: skip
    page.room_for_charts(4)
    page.table(_LINES, _in_the_month(report))
    months = _by_month(report, page, names)
    first = _first_line(report, page)
    for n, (_, title, kind) in enumerate(_MONTHLY):
        columns = range(2 + n * len(names), 2 + (n + 1) * len(names))
        said = title.removesuffix(": {}")
        if kind == "number":
            page.chart(bar_chart(page, months, columns, f"{said}, by line", "stays", stacked=True))
        else:
            page.chart(line_chart(page, months, columns, f"{said}, by line (NWH)", "NWH"))
    page.chart(line_chart(page, first, (4,), f"Solved at the first line: {names[0]} (HD-M3)"))


def _in_the_month(report: Report) -> list[tuple[Any, ...]]:
    return report.db.execute(
        """SELECT r.line, coalesce(m.entered, 0), coalesce(m.n_ended, 0), coalesce(m.resolved, 0), coalesce(m.returned, 0),
                  coalesce(m.passed, 0), m.passed_share, m.passed_share_low, m.passed_share_high, m.resolved_median_seconds,
                  m.median_seconds, m.p90_seconds
           FROM line_rule r LEFT JOIN line_month m ON m.line = r.line AND m.dimension = 'all' AND m.month = ?
           ORDER BY r.place""",
        [report.period.first],
    ).fetchall()


def _by_month(report: Report, page: Page, names: list[str]) -> Placed:
    page.heading("By month: what came to each line, what it resolved, and in which time")
    shown = ", ".join(name for name, _, _ in _MONTHLY)
    found: dict[tuple[Any, str], tuple[Any, ...]] = {
        (month, line): tuple(values)
        for month, line, *values in report.db.execute(
            f"SELECT month, line, {shown} FROM line_month WHERE dimension = 'all'"
        ).fetchall()
    }
    columns = [Column(title.format(line), kind) for _, title, kind in _MONTHLY for line in names]
    none = (0, 0, None)
    rows = [
        (month, *(found.get((month, line), none)[n] for n in range(len(_MONTHLY)) for line in names))
        for month in months_up_to(report.period.first)
    ]
    return page.table([Column("Month", "month"), *columns], rows)


def _first_line(report: Report, page: Page) -> Placed:
    page.heading(
        "Solved at the first line, by month of the final resolution; a re-routing is a move to another unit of the same "
        "line, or back to an earlier one (HD-M3)"
    )
    rows = report.db.execute(
        """SELECT m.month, coalesce(f.resolved, 0), coalesce(f.at_first_line, 0), f.first_line_share, f.first_line_share_low,
                  f.first_line_share_high, coalesce(f.passed_on, 0), coalesce(f.rerouted, 0), coalesce(f.reroutings, 0)
           FROM (SELECT unnest(?::DATE[]) AS month) m
           LEFT JOIN first_line_month f ON f.month = m.month AND f.dimension = 'all' ORDER BY m.month""",
        [months_up_to(report.period.first)],
    ).fetchall()
    return page.table(_FIRST, rows)
