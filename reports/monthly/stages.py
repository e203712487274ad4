"""The sheet Stages: how far tickets came, how long each stage takes, what moved in the month, and what the tickets are about
(RT-M1, RT-M4)."""

from collections.abc import Sequence
from typing import Any

from reports.cells import Column
from reports.monthly.charts import bar_chart
from reports.monthly.desk import called, titled
from reports.monthly.spans import months_up_to
from reports.page import Page, Placed
from reports.request import Report
from reports.sheets import Book

_WIDTHS = (26, 18, 18, 19, 18, 14, 18, 14, 14, 14, 14, 16)
_FUNNEL = (
    Column("Stage"), Column("Reached it", "number"), Column("Came further", "number"), Column("As far as this", "number"),
    Column("Dropped", "number"), Column("Conversion", "share"), Column("95 % from", "share"), Column("95 % to", "share"),
    Column("There now", "number"), Column("Stays ended", "number"), Column("Median", "days"),
    Column("90th percentile", "days"),
)  # fmt: skip
_STANDING = (Column("Tickets"), Column("At the as-of instant", "number"), Column("Of all", "share"))
_PER_VALUE = (
    Column("Tickets", "number"), Column("Arrived", "number"), Column("On their way", "number"), Column("Dropped", "number"),
    Column("Without a stage", "number"),
)  # fmt: skip
_MOVED = (
    Column("Key"), Column("Before"), Column("Came to"), Column("On", "instant"), Column("Owner"),
    Column("There for", "days"), Column("Left for"), Column("Summary"),
)  # fmt: skip
_ENDS = {
    "done": "arrived: reached the last stage",
    "on_its_way": "on their way",
    "dropped": "dropped: ended early, or closed",
}


def write_stages(report: Report, book: Book) -> None:
    """The sheet: the funnel, how the tickets stand, what came to each stage in twelve months, each further field, and the
    moves of the month."""
    page = book.page("Stages", _WIDTHS, title=f"Stages, as of the end of {report.period.title}",
                     subtitle="A ticket that skips a stage has reached it too; conversion is came further ÷ reached. Times are "
                     "elapsed days of the stays that have ended, nights and weekends too (RT-M1).")  # fmt: skip
    fields = [name for (name,) in report.db.execute("SELECT DISTINCT field FROM stage_field ORDER BY 1").fetchall()]
    page.room_for_charts(3 + len(fields))
    funnel = page.table(_FUNNEL, _funnel(report))
    _standing(report, page)
    months, stages = _came(report, page)
    values = {field: _by_field(report, page, field) for field in fields}
    _moved(report, page)
    page.chart(bar_chart(page, funnel, (2,), "How many tickets reached each stage (RT-M1)", lying=True))
    page.chart(bar_chart(page, funnel, (11,), "Median time in each stage (days)", "days", lying=True))
    page.chart(bar_chart(page, months, range(2, 2 + stages), "What came to each stage, by month", stacked=True))
    for field, placed in values.items():
        title = f"How far they came, by {called(report.profile, field)} (RT-M4)"
        page.chart(bar_chart(page, placed, (3, 4, 5, 6), title, stacked=True, lying=True))


def _funnel(report: Report) -> Sequence[tuple[Any, ...]]:
    return report.db.execute(
        """SELECT stage, reached, passed_on, on_its_way, dropped, conversion, conversion_low, conversion_high, there_now, n,
                  median_seconds, p90_seconds FROM stage_funnel ORDER BY place"""
    ).fetchall()


def _standing(report: Report, page: Page) -> None:
    """How many arrived, are on their way or dropped, and how many have no stage of the order; together all tickets."""
    page.heading("How the tickets stand")
    found = dict(report.db.execute("SELECT standing, count(*) FROM stage_reached GROUP BY standing").fetchall())
    total = report.db.execute("SELECT count(*) FROM ticket").fetchall()[0][0]
    counted = [(said, found.get(name, 0)) for name, said in _ENDS.items()]
    counted.append(("without a stage of the order", total - sum(n for _, n in counted)))
    page.table(_STANDING, [(said, n, n / total if total else None) for said, n in counted])


def _came(report: Report, page: Page) -> tuple[Placed, int]:
    """By month, how many tickets came to each stage; where the table stands, and how many stages it has."""
    page.heading("What came to each stage, by month: a ticket that comes again counts again")
    stages = [
        s for (s,) in report.db.execute("SELECT stage FROM stage_rule ORDER BY place NULLS LAST, stage").fetchall()
    ]
    found = {
        (month, stage): n
        for month, stage, n in report.db.execute(
            """SELECT c.month, s.stage, count(*) FROM stage_stay s JOIN ticket t ON t.ticket_id = s.ticket_id
               JOIN calendar_day c ON c.begins_at <= s.entered_at AND s.entered_at < c.ends_at
               GROUP BY c.month, s.stage"""
        ).fetchall()
    }
    rows = [(m, *(found.get((m, stage), 0) for stage in stages)) for m in months_up_to(report.period.first)]
    return page.table([Column("Month", "month"), *(Column(s, "number") for s in stages)], rows), len(stages)


def _by_field(report: Report, page: Page, field: str) -> Placed:
    name = called(report.profile, field)
    page.heading(f"By {name}: a ticket of several counts in each (RT-M4)")
    rows = report.db.execute(
        """SELECT coalesce(value, '(none)'), tickets, done, on_its_way, dropped, unstaged FROM stage_field
           WHERE field = ? ORDER BY tickets DESC, 1""",
        [field],
    ).fetchall()
    return page.table([Column(titled(name)), *_PER_VALUE], rows)


def _moved(report: Report, page: Page) -> None:
    rows = report.db.execute(
        """WITH stay AS (
               SELECT *, lag(stage) OVER (PARTITION BY ticket_id ORDER BY seq) AS before FROM stage_stay
           )
           SELECT t.key, s.before, s.stage, s.entered_at, t.assignee, s.seconds, s.next_stage, t.summary
           FROM stay s JOIN ticket t ON t.ticket_id = s.ticket_id
           WHERE s.entered_at >= ? AND s.entered_at < ? AND NOT t.restricted ORDER BY s.entered_at, t.key""",
        [report.period.begins_at, report.period.ends_at],
    ).fetchall()
    page.heading(f"What came to a stage in {report.period.title}: {len(rows)}")
    page.listing(_MOVED, rows, "Nothing.")
