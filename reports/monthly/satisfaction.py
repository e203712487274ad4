"""The sheet Satisfaction: scores by month and project (AMP-S1, AMP-S2), and the scores that need a look."""

from reports.cells import Cell, Column
from reports.monthly.charts import bar_chart, line_chart
from reports.monthly.desk import differing
from reports.monthly.spans import months_up_to
from reports.page import Page
from reports.request import Report
from reports.sheets import Book

_WIDTHS = (18, 13, 11, 11, 11, 12, 12, 13, 14, 14, 12, 12)
_COUNTS = (
    Column("Solved", "number"), *(Column(f"Score {n}", "number") for n in range(1, 6)), Column("Not scored", "number"),
    Column("Out of range", "number"), Column("Response rate", "share"), Column("Given", "number"),
    Column("Average", "decimal"),
)  # fmt: skip
_SELECT = """coalesce(s.solved, 0), coalesce(s.score_1, 0), coalesce(s.score_2, 0), coalesce(s.score_3, 0),
             coalesce(s.score_4, 0), coalesce(s.score_5, 0), coalesce(s.not_scored, 0), coalesce(s.out_of_range, 0),
             s.response_rate, coalesce(s.given, 0), s.average"""


def write_satisfaction(report: Report, book: Book) -> None:
    """The sheet: the last twelve months, the month by project, the remarks of the month."""
    month = report.period.first
    page = book.page("Satisfaction", _WIDTHS, title=f"Satisfaction, {report.period.title}",
                     subtitle="Scores 1 to 5 of the tickets solved in the month (AMP-S1); the average is over the scores given "
                     "in the month, whenever their ticket was solved (AMP-S2). S3 stands on the sheet Flow.")  # fmt: skip
    page.room_for_charts(3)
    rows = report.db.execute(
        f"""SELECT m.month, {_SELECT} FROM (SELECT unnest(?::DATE[]) AS month) m
            LEFT JOIN satisfaction_month s ON s.month = m.month ORDER BY m.month""",
        [months_up_to(month)],
    ).fetchall()
    placed = page.table([Column("Month", "month"), *_COUNTS], rows)
    rows = report.db.execute(
        f"SELECT s.project, {_SELECT} FROM satisfaction_month_project s WHERE s.month = ? ORDER BY s.project", [month]
    ).fetchall()
    if len(rows) > 1:
        page.heading(f"By project, {report.period.title}")
        page.table([Column("Project"), *_COUNTS], rows)
    if differing(report, ("service",)):
        _services(report, page)
    _remarks(report, page)
    page.chart(line_chart(page, placed, (12,), "Average score (1 to 5), by month given", "score"))
    page.chart(bar_chart(page, placed, (3, 4, 5, 6, 7), "Scores of the tickets solved in the month", stacked=True))
    page.chart(line_chart(page, placed, (10,), "Response rate"))


def _services(report: Report, page: Page) -> None:
    """The scores given per service, in the month and in twelve."""
    months = months_up_to(report.period.first)
    rows = report.db.execute(
        """SELECT coalesce(service, '(none)'), coalesce(sum(n) FILTER (WHERE month = $last), 0),
                  max(average) FILTER (WHERE month = $last), min(lowest) FILTER (WHERE month = $last), sum(n),
                  sum(n * average) / sum(n), min(lowest)
           FROM satisfaction_service WHERE month BETWEEN $first AND $last GROUP BY service ORDER BY 6, 1""",
        {"first": months[0], "last": months[-1]},
    ).fetchall()
    page.heading("By service, by month given, the lowest average first (OPS-M5)")
    page.table([
        Column("Service"), Column("Given in the month", "number"), Column("Average", "decimal"), Column("Lowest", "number"),
        Column("Given in twelve months", "number"), Column("Average", "decimal"), Column("Lowest", "number"),
    ], rows)  # fmt: skip


def _remarks(report: Report, page: Page) -> None:
    """Scores that need a look, set in the month or of tickets solved in it."""
    rows = report.db.execute(
        """SELECT r.remark, r.key, r.project, r.raw, r.previous, r.set_at, r.resolved_month
           FROM satisfaction_remark r JOIN ticket t ON t.ticket_id = r.ticket_id
           WHERE NOT t.restricted AND (r.set_month = $month OR r.resolved_month = $month) ORDER BY 1, 2, r.set_at""",
        {"month": report.period.first},
    ).fetchall()
    page.heading("Scores that need a look: changed, withdrawn, set in another month, out of range, undated")
    columns = [Column("Remark"), Column("Key"), Column("Project"), Column("Score"), Column("Before"),
               Column("Set", "day"), Column("Solved in", "month")]  # fmt: skip
    page.table(columns, [(*row[:5], row[5] and report.local(row[5]).date(), row[6]) for row in rows])
    if not rows:
        page.row(Cell("None in this month.", look="note"))
