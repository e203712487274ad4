"""The sheets Findings (1.9) and ESA: where practice left the procedure, and the tickets flagged for the agency."""

from metrics.names import in_words
from reports.cells import Cell, Column
from reports.monthly.charts import bar_chart
from reports.monthly.restricted import apart
from reports.request import Report
from reports.sheets import Book
from reports.wording import in_zone

_FINDING_WIDTHS = (12, 32, 13, 16, 60, 22)
_FLAGGED = (
    Column("Key", width=13), Column("Boards", width=17), Column("Type", width=15), Column("Priority", width=10),
    Column("Service", width=18), Column("Provider", width=16), Column("Status", width=14), Column("Status since", "day", 12),
    Column("Created", "day", 12), Column("Resolved", "day", 12), Column("ETA", "day", 12),
    Column("First response", width=13), Column("Resolution", width=13), Column("Summary", width=50),
)  # fmt: skip


def write_findings(report: Report, book: Book) -> None:
    """The sheet Findings: a row a rule, then every finding that is new in the month."""
    page = book.page("Findings", _FINDING_WIDTHS, title=f"Findings, {report.period.title}",
                     subtitle="Where practice leaves the written procedure (1.9). It is never an error: the ticket is measured "
                     "like any other.")  # fmt: skip
    period = {"begins": report.period.begins_at, "ends": report.period.ends_at}
    page.room_for_charts(1)
    rows = report.db.execute(
        """SELECT r.rule, r.title, count(f.ticket_id) AS n, count(CASE WHEN f.since >= $begins AND f.since < $ends THEN 1 END),
                  r.says, r.section
           FROM finding_rule r LEFT JOIN finding f ON f.rule = r.rule
           GROUP BY r.rule, r.title, r.says, r.section ORDER BY length(r.rule), r.rule""",
        period,
    ).fetchall()
    placed = page.table([
        Column("Rule"), Column("Finding"), Column("Stand at the end", "number"), Column("New in the month", "number"),
        Column("What the procedure says", wrap=True), Column("Section", wrap=True),
    ], rows)  # fmt: skip
    new = report.db.execute(
        """SELECT f.rule, t.key, f.since, t.status, f.detail, t.project FROM finding f JOIN ticket t USING (ticket_id)
           WHERE NOT t.restricted AND f.since >= $begins AND f.since < $ends
           ORDER BY length(f.rule), f.rule, f.since, t.key""",
        period,
    ).fetchall()
    page.heading(f"New in {report.period.title}: {len(new):,} that may be listed")
    columns = [
        Column("Rule"),
        Column("Key"),
        Column("Since", "day"),
        Column("Status"),
        Column("Evidence", wrap=True),
        Column("Project"),
    ]
    rows = [
        (rule, key, report.local(since).date(), status, in_zone(evidence or "", report.period.zone) or None, project)
        for rule, key, since, status, evidence, project in new
    ]
    page.table(columns, rows, filtered=True)
    page.chart(bar_chart(page, placed, (3, 4), "Findings by rule: standing, and new in the month", "findings"))


def write_flagged(report: Report, book: Book) -> None:
    """The sheet ESA: tickets flagged for the agency that are open at T or were resolved in the month."""
    rows = report.db.execute(
        """SELECT t.key, concat_ws(', ', CASE WHEN t.esa_arb THEN 'ESA ARB' END, CASE WHEN t.esa_cab THEN 'ESA CAB' END),
                  t.type, t.priority, t.service, t.provider, t.status, t.status_since, t.created_at, t.resolved_at, t.eta,
                  CASE WHEN f.implied THEN 'implied' ELSE f.state END, r.state, t.summary, t.restricted
           FROM ticket t LEFT JOIN clock f ON f.ticket_id = t.ticket_id AND f.clock = 'first_response'
           LEFT JOIN clock r ON r.ticket_id = t.ticket_id AND r.clock = 'resolution'
           WHERE (t.esa_arb OR t.esa_cab) AND (t.resolved_at IS NULL OR t.resolved_month = ?)
           ORDER BY t.resolved_at IS NOT NULL, t.project, length(t.key), t.key""",
        [report.period.first],
    ).fetchall()
    listed, hidden = apart(rows)
    page = book.page("ESA", [column.width or 12 for column in _FLAGGED], title=f"Flagged for ESA, {report.period.title}",
                     subtitle=f"Tickets with the ESA ARB or ESA CAB flag (AMP-B4): {len(rows):,}{hidden}. Open at the as-of "
                     "instant first, then those resolved in the month.", frozen=4, frozen_columns=1)  # fmt: skip
    local = [
        (*row[:7], *(report.local(at).date() if at else None for at in row[7:10]), *map(_plain, row[10:13]), row[13])
        for row in listed
    ]
    page.table(_FLAGGED, local, filtered=True)
    if not listed:
        page.row(Cell("None that may be listed." if rows else "None.", look="note"))


def _plain(value: object) -> object:
    return in_words(value) if isinstance(value, str) else value
