"""The sheet Steps: orders, changes and whatever else goes step by step: how many ended, how, and how long it took (HD-M4,
OPS-M3)."""

from typing import Any

from metrics.profile import Step
from metrics.statistics import percentile_sql
from reports.cells import Column
from reports.monthly.charts import bar_chart, line_chart
from reports.monthly.desk import called, counted_fields, differing, titled
from reports.monthly.spans import months_up_to
from reports.page import Page, Placed
from reports.request import Report
from reports.sheets import Book

_WIDTHS = (26, 20, 24, 22, 16, 16, 16, 16, 16)
_STEPS = (
    Column("Step"), Column("Rule"), Column("Begins", wrap=True), Column("Ends", wrap=True),
    Column("Ended", "number"), Column("Median", "nwh"),
    Column("90th percentile", "nwh"), Column("Begun, not ended", "number"), Column("Gone without", "number"),
)  # fmt: skip
_BY = (
    Column("Step"), Column("By"), Column("Value"), Column("Ended in"), Column("In the month", "number"),
    Column("Median", "nwh"), Column("90th percentile", "nwh"), Column("In twelve months", "number"),
    Column("Median of these", "nwh"),
)  # fmt: skip


def write_steps(report: Report, book: Book) -> None:
    """The sheet: the steps in the month, each by month and how it ended, and by what their tickets are."""
    months, steps = months_up_to(report.period.first), report.profile.step
    named = ", ".join(dict.fromkeys(step.rule for step in steps))
    page = book.page("Steps", _WIDTHS, title=f"Steps of the work, {report.period.title}",
                     subtitle=f"From the first stay in a status that begins it to the first after it that ends it ({named}), "
                     "once a ticket, in the month of its end. Working time; waiting lies within it.")  # fmt: skip
    outcomes = {place: _outcomes(report, place) for place in range(1, len(steps) + 1)}
    several = [place for place, found in outcomes.items() if len(found) > 1]
    page.room_for_charts(2 + len(several))
    page.table(_STEPS, _in_the_month(report))
    timed = _by_month(report, page)
    tables = {place: _how_it_ended(report, page, place, outcomes[place]) for place in several}
    _by_parts(report, page, months)
    medians = [3 + 2 * n for n in range(len(steps))]
    page.chart(line_chart(page, timed, medians, "Median of each step (NWH)", "NWH"))
    page.chart(bar_chart(page, timed, [column - 1 for column in medians], "How many ended"))
    for place, placed in tables.items():
        columns = range(2, 2 + len(outcomes[place]))
        page.chart(bar_chart(page, placed, columns, f"{_named(steps[place - 1])}: how it ended", stacked=True))


def _named(step: Step) -> str:
    return titled(step.name)


def _in_the_month(report: Report) -> list[tuple[Any, ...]]:
    rows = report.db.execute(
        f"""SELECT s.place, count(*) FILTER (WHERE s.month = $month),
                   {percentile_sql(0.5, "s.working_seconds")} FILTER (WHERE s.month = $month),
                   {percentile_sql(0.9, "s.working_seconds")} FILTER (WHERE s.month = $month),
                   count(*) FILTER (WHERE s.stopped_at IS NULL AND t.resolved_at IS NULL),
                   count(*) FILTER (WHERE s.stopped_at IS NULL AND t.resolved_at IS NOT NULL)
            FROM work_step s JOIN ticket t ON t.ticket_id = s.ticket_id GROUP BY s.place""",
        {"month": report.period.first},
    ).fetchall()
    found = {place: values for place, *values in rows}
    none = (0, None, None, 0, 0)
    return [
        (_named(step), step.rule, ", ".join(step.start) or "creation", ", ".join(step.stop), *found.get(place, none))
        for place, step in enumerate(report.profile.step, 1)
    ]


def _by_month(report: Report, page: Page) -> Placed:
    page.heading("By month of the end")
    steps, months = report.profile.step, months_up_to(report.period.first)
    rows = report.db.execute(
        f"""SELECT month, place, count(*), {percentile_sql(0.5, "working_seconds")}
            FROM work_step WHERE month BETWEEN ? AND ? GROUP BY month, place""",
        [months[0], months[-1]],
    ).fetchall()
    found = {(month, place): (n, median) for month, place, n, median in rows}
    columns = [
        column
        for step in steps
        for column in (Column(f"{_named(step)}: ended", "number"), Column(f"{_named(step)}: median", "nwh"))
    ]
    table = [
        (month, *(value for place in range(1, len(steps) + 1) for value in found.get((month, place), (0, None))))
        for month in months
    ]
    return page.table([Column("Month", "month"), *columns], table)


def _outcomes(report: Report, place: int) -> list[str]:
    """The statuses in which the step ended within twelve months, the most frequent first."""
    months = months_up_to(report.period.first)
    rows = report.db.execute(
        "SELECT outcome FROM work_step WHERE place = ? AND month BETWEEN ? AND ? GROUP BY outcome ORDER BY count(*) DESC, 1",
        [place, months[0], months[-1]],
    ).fetchall()
    return [outcome for (outcome,) in rows]


def _how_it_ended(report: Report, page: Page, place: int, outcomes: list[str]) -> Placed:
    page.heading(f"{_named(report.profile.step[place - 1])}: in which status it ended, by month")
    rows = report.db.execute(
        "SELECT month, outcome, n FROM work_step_month WHERE place = ? AND month IS NOT NULL", [place]
    ).fetchall()
    found = {(month, outcome): n for month, outcome, n in rows}
    table = [
        (month, *(found.get((month, outcome), 0) for outcome in outcomes))
        for month in months_up_to(report.period.first)
    ]
    return page.table([Column("Month", "month"), *(Column(name, "number") for name in outcomes)], table)


def _by_parts(report: Report, page: Page, months: list[Any]) -> None:
    """Each step by what its tickets differ in: type, service, provider, and the further fields."""
    profile = report.profile
    parts, fields = differing(report), counted_fields(profile)
    blocks = [
        *(f"SELECT '{part}' AS field, ticket_id, {part} AS value FROM ticket" for part in parts),
        *(f"SELECT '{field}' AS field, t.ticket_id, f.value FROM ticket t LEFT JOIN ticket_field f "
          f"ON f.ticket_id = t.ticket_id AND f.field = '{field}'" for field in fields),
    ]  # fmt: skip
    if not blocks:
        return
    page.heading(f"By what the tickets are: {report.period.title}, and twelve months")
    time, this = "s.working_seconds", "FILTER (WHERE s.month = $month)"
    rows = report.db.execute(
        f"""SELECT s.place, v.field, coalesce(v.value, '(none)'), s.outcome, count(*) {this},
                   {percentile_sql(0.5, time)} {this}, {percentile_sql(0.9, time)} {this}, count(*), {percentile_sql(0.5, time)}
            FROM work_step s JOIN ({" UNION ALL ".join(blocks)}) v ON v.ticket_id = s.ticket_id
            WHERE s.month BETWEEN $first AND $month
            GROUP BY s.place, v.field, v.value, s.outcome
            QUALIFY count(v.value) OVER (PARTITION BY s.place, v.field) > 0
            ORDER BY s.place, v.field, count(*) DESC, 3, 4""",
        {"first": months[0], "month": months[-1]},
    ).fetchall()
    page.table(
        _BY, [(_named(profile.step[place - 1]), called(profile, by), *rest) for place, by, *rest in rows], filtered=True
    )
