"""The sheet Owners: who has how much, how tickets changed hands, and whom to remind (RT-M2, RT-M3)."""

from reports.cells import Column
from reports.monthly.charts import bar_chart
from reports.monthly.restricted import apart
from reports.request import Report
from reports.sheets import Book

_NOBODY = "(nobody)"
_LOAD = (
    Column("Owner"), Column("Unresolved", "number"), Column("Silent for two weeks", "number"),
    Column("Received from others", "number"), Column("Given to others", "number"),
)  # fmt: skip
_SILENT = (
    Column("Owner"), Column("Key"), Column("Status"), Column("Last change", "instant"), Column("Days since", "number"),
    Column("Summary"),
)  # fmt: skip


def write_owners(report: Report, book: Book) -> None:
    """The sheet: the load of each owner at T, and every unresolved ticket on which nothing happened for two weeks."""
    page = book.page("Owners", (26, 20, 20, 20, 14, 60), title=f"Owners, as of the end of {report.period.title}",
                     subtitle="Unresolved tickets of each owner; handovers are those of all time (RT-M3). Silent: no change "
                     "and no comment for 14 days of 24 hours (RT-M2).")  # fmt: skip
    page.room_for_charts(1)
    load = report.db.execute(
        f"""SELECT coalesce(person, '{_NOBODY}'), unresolved, stalled, received, given FROM load
            ORDER BY unresolved DESC, 1"""
    ).fetchall()
    placed = page.table(_LOAD, load)
    rows = report.db.execute(
        f"""SELECT coalesce(s.assignee, '{_NOBODY}'), s.key, s.status, s.updated_at, s.days, t.summary,
                   t.restricted
            FROM stalled s JOIN ticket t ON t.ticket_id = s.ticket_id
            ORDER BY 1, s.days DESC, s.key"""
    ).fetchall()
    silent, hidden = apart(rows)
    page.heading(f"Whom to remind: {len(rows)}{hidden}")
    page.listing(_SILENT, silent, "None that may be listed." if rows else "Nobody.")
    page.chart(bar_chart(page, placed, (2, 3), "Unresolved, and silent of these, per owner"))
