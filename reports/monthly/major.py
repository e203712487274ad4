"""The sheet Major incidents: how often, how long until service was restored, and whether the review was held (HD-M5)."""

from metrics.statistics import percentile_sql
from reports.cells import Column
from reports.monthly.charts import bar_chart
from reports.monthly.restricted import apart
from reports.monthly.spans import months_up_to
from reports.page import Page, Placed
from reports.request import Report
from reports.sheets import Book

_WIDTHS = (20, 20, 20, 14, 14, 12, 18, 20, 16, 46)
_MONTHS = (
    Column("Month", "month"), Column("Came", "number"), Column("Restored", "number"), Column("Median to restore", "hours"),
    Column("Longest", "hours"), Column("Reviewed", "number"),
)  # fmt: skip
_LIST = (
    Column("Key"), Column("Came", "instant"), Column("Restored", "instant"), Column("Time to restore", "hours"),
    Column("Working time", "nwh"), Column("Reviewed"), Column("Review"), Column("Service"), Column("Status"),
    Column("Summary"),
)  # fmt: skip


def write_major(report: Report, book: Book) -> None:
    """The sheet: twelve months, and every major incident of these that came, or that is not restored or not reviewed."""
    has_review = bool(report.profile.major.review)
    page = book.page("Major incidents", _WIDTHS, title=f"Major incidents, {report.period.title}",
                     subtitle=f"What the profile calls so ({report.profile.major.rule}). Restored is resolved; the time to "
                     "restore is elapsed, nights and weekends too, and runs to the as-of instant while it is not.")  # fmt: skip
    page.room_for_charts(2)
    placed = _by_month(report, page, has_review)
    _list(report, page, has_review)
    page.chart(bar_chart(page, placed, (2, 3), "Major incidents: came, and restored", "major incidents"))
    page.chart(bar_chart(page, placed, (4, 5), "Time to restore, by month of the restoration (hours)", "hours"))


def _by_month(report: Report, page: Page, has_review: bool) -> Placed:
    restored = "t.resolved_month = l.month"
    rows = report.db.execute(
        f"""SELECT l.month, count(*) FILTER (WHERE t.created_month = l.month), count(*) FILTER (WHERE {restored}),
                   {percentile_sql(0.5, "m.restore_seconds")} FILTER (WHERE {restored}),
                   max(m.restore_seconds) FILTER (WHERE {restored}),
                   count(*) FILTER (WHERE t.created_month = l.month AND m.reviewed)
            FROM (SELECT unnest(?::DATE[]) AS month) l
            LEFT JOIN (major_incident m JOIN ticket t ON t.ticket_id = m.ticket_id)
                ON t.created_month = l.month OR t.resolved_month = l.month
            GROUP BY l.month ORDER BY l.month""",
        [months_up_to(report.period.first)],
    ).fetchall()
    return page.table(_MONTHS if has_review else _MONTHS[:-1], [row if has_review else row[:-1] for row in rows])


def _list(report: Report, page: Page, has_review: bool) -> None:
    rows = report.db.execute(
        """SELECT t.key, m.created_at, m.restored_at, m.restore_seconds, m.working_seconds,
                  CASE WHEN m.reviewed THEN 'yes' WHEN NOT m.reviewed THEN 'no' END, m.review, t.service, t.status, t.summary,
                  t.restricted
           FROM major_incident m JOIN ticket t ON t.ticket_id = m.ticket_id
           WHERE t.created_month >= ? OR t.resolved_at IS NULL OR NOT m.reviewed ORDER BY m.created_at DESC, t.key""",
        [months_up_to(report.period.first)[0]],
    ).fetchall()
    listed, hidden = apart(rows)
    what = "are not restored, or not reviewed" if has_review else "are not restored"
    page.heading(f"Those that came in twelve months, or {what}: {len(rows)}{hidden}")
    kept = [n for n in range(len(_LIST)) if has_review or n not in (5, 6)]
    page.listing(
        [_LIST[n] for n in kept],
        [tuple(row[n] for n in kept) for row in listed],
        "None that may be listed." if rows else "None.",
    )
