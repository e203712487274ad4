"""The sheet Flow: what came in and went out, the backlog at each month's end (AMP-S3), and how old the open work is."""

from reports.cells import Column
from reports.monthly.charts import bar_chart, line_chart
from reports.monthly.desk import differing
from reports.monthly.spans import months_up_to
from reports.page import Page
from reports.request import Report
from reports.sheets import Book

_WIDTHS = (18, 13, 13, 13, 13, 15, 16, 17, 17, 17)


def write_flow(report: Report, book: Book) -> None:
    """The sheet: twelve months of flow and backlog, the month by project, ages at T by project."""
    month = report.period.first
    page = book.page("Flow", _WIDTHS, title=f"Flow and backlog, {report.period.title}",
                     subtitle="Moves count as they happened (AMP-S3, 1.5): a ticket that is resolved twice counts twice. "
                     "Closed for good: the start of the CLOSED stay that stands at the as-of instant.",
                     one_page=True)  # fmt: skip
    page.room_for_charts(3)
    rows = report.db.execute(
        """SELECT m.month, coalesce(f.received, 0), coalesce(f.resolved, 0), coalesce(f.reopened, 0), coalesce(f.closed, 0),
                  coalesce(r.closed, 0), coalesce(f.backlog_open, 0), coalesce(f.backlog_unresolved, 0),
                  coalesce(r.received_total, 0), coalesce(r.closed_total, 0)
           FROM (SELECT unnest(?::DATE[]) AS month) m
           LEFT JOIN flow_month f ON f.month = m.month LEFT JOIN received_closed r ON r.month = m.month
           ORDER BY m.month""",
        [months_up_to(month)],
    ).fetchall()
    placed = page.table([
        Column("Month", "month"), Column("Received", "number"), Column("Resolved", "number"), Column("Reopened", "number"),
        Column("Closed", "number"), Column("Closed for good", "number"), Column("Backlog: not closed", "number"),
        Column("Backlog: not resolved", "number"), Column("Received since the start", "number"),
        Column("Closed since the start", "number"),
    ], rows)  # fmt: skip
    if differing(report, ("project",)):
        _projects(report, page)
    page.heading("How old the open work is, at the as-of instant: days since creation (AMP-B1)")
    ages = report.db.execute(
        """SELECT band, CAST(sum(unresolved) AS BIGINT), CAST(sum(done) AS BIGINT) FROM ageing
           GROUP BY band, from_days ORDER BY from_days"""
    ).fetchall()
    aged = page.table([Column("Days"), Column("Unresolved", "number"), Column("Done, to close", "number")], ages)
    page.chart(bar_chart(page, placed, (2, 5), "Received and closed (AMP-S3)"))
    page.chart(line_chart(page, placed, (7, 8), "Backlog at the end of the month", "tickets"))
    page.chart(bar_chart(page, aged, (2, 3), "Age of the open work, in days", stacked=True))


def _projects(report: Report, page: Page) -> None:
    page.heading(f"By project, {report.period.title}")
    rows = report.db.execute(
        """SELECT project, f.received, f.resolved, f.reopened, f.closed, r.closed, f.backlog_open, f.backlog_unresolved,
                  r.received_total, r.closed_total
           FROM flow_month_project f JOIN received_closed_project r USING (month, project)
           WHERE month = ? ORDER BY project""",
        [report.period.first],
    ).fetchall()
    page.table([
        Column("Project"), Column("Received", "number"), Column("Resolved", "number"), Column("Reopened", "number"),
        Column("Closed", "number"), Column("Closed for good", "number"), Column("Not closed", "number"),
        Column("Not resolved", "number"), Column("Received since the start", "number"),
        Column("Closed since the start", "number"),
    ], rows)  # fmt: skip
