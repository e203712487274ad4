"""The sheet Counts: tickets by what stands in their fields: group, state, channel, risk, known error (HD-M1, HD-M4, OPS-M3,
OPS-M4)."""

from datetime import date
from itertools import groupby
from typing import Any

from metrics.ticket_count import COUNTED
from reports.cells import Column
from reports.monthly.charts import bar_chart
from reports.monthly.desk import called, counted_fields, differing, titled
from reports.monthly.spans import months_up_to
from reports.request import Report
from reports.sheets import Book

_MOST = 20  # values that a field is shown by; the rest stand together
_CHARTS = 4
_COUNTS = (
    Column("Received in the month", "number"), Column("… resolved", "number"), Column("… not resolved", "number"),
    Column("In the month before", "number"), Column("In twelve months", "number"), Column("… resolved", "number"),
    Column("Share resolved", "share"),
)  # fmt: skip
_WIDTHS = (30, 16, 15, 13, 15, 15, 15, 13, 13)
_Row = tuple[Any, ...]


def write_counts(report: Report, book: Book) -> None:
    """The sheet: a table a field of the tickets received in the month, the one before and twelve, with how they stand."""
    further, has_projects = counted_fields(report.profile), bool(differing(report, ("project",)))
    shown = {field: _rows(report, field, has_projects and field in further)
             for field in [*further, *differing(report, COUNTED)]}  # fmt: skip
    page = book.page("Counts", _WIDTHS, title=f"Tickets by field, {report.period.title}",
                     subtitle="Tickets received, by the value that the field has at the as-of instant; resolved or not as of "
                     "then. Further fields stand by project, where it uses them (HD-M1, HD-M4, OPS-M3, OPS-M4).")  # fmt: skip
    filled = {field: rows for field, rows in shown.items() if rows}
    page.room_for_charts(min(_CHARTS, len(filled)))
    charts = []
    for field, rows in filled.items():
        name, projects = called(report.profile, field), [Column("Project")] * (has_projects and field in further)
        page.heading(f"By {name}")
        placed = page.table([Column(titled(name)), *projects, *_COUNTS],
                            [(row[1], *row[: len(projects)], *row[2:]) for row in rows])  # fmt: skip
        column = 2 + len(projects)
        charts.append(bar_chart(page, placed, (column, column + 3), f"By {name}: this month, and the one before"))
    for chart in charts[:_CHARTS]:
        page.chart(chart)


def _rows(report: Report, field: str, by_project: bool) -> list[_Row]:
    """Project (else empty), value, and the counts; of many values the most frequent, and the others together."""
    months = months_up_to(report.period.first)
    found = report.db.execute(
        f"""WITH counted AS (
                SELECT {"project" if by_project else "''"} AS project, value, month, CAST(sum(received) AS BIGINT) AS received,
                       CAST(sum(resolved) AS BIGINT) AS resolved
                FROM ticket_count WHERE field = $field AND month BETWEEN $first AND $last GROUP BY ALL
            )
            SELECT * FROM counted QUALIFY count(value) OVER (PARTITION BY project) > 0
            ORDER BY project, value NULLS LAST, month""",
        {"field": field, "first": months[0], "last": months[-1]},
    ).fetchall()
    rows: list[_Row] = []
    for project, of_project in groupby(found, key=lambda row: row[0]):
        values = [
            (project, "(none)" if value is None else value, *_counts(list(told), months))
            for value, told in groupby(of_project, key=lambda row: row[1])
        ]
        values.sort(key=lambda row: (-row[6], row[1]))
        rows += _cut(values)
    return rows


def _counts(told: list[_Row], months: list[date]) -> _Row:
    """The counts of one value, from its months."""
    by_month = {month: (received, resolved) for _, _, month, received, resolved in told}
    received, resolved = by_month.get(months[-1], (0, 0))
    return _shared(
        received, resolved, by_month.get(months[-2], (0, 0))[0], *(sum(n) for n in zip(*by_month.values(), strict=True))
    )


def _shared(received: int, resolved: int, before: int, all_received: int, all_resolved: int) -> _Row:
    share = all_resolved / all_received if all_received else None
    return received, resolved, received - resolved, before, all_received, all_resolved, share


def _cut(values: list[_Row]) -> list[_Row]:
    """The first values, and one row for the others together."""
    others = values[_MOST:]
    if len(others) < 2:
        return values
    received, resolved, before, *whole = (sum(row[n] for row in others) for n in (2, 3, 5, 6, 7))
    return [*values[:_MOST], (values[0][0], f"({len(others)} others)", *_shared(received, resolved, before, *whole))]
