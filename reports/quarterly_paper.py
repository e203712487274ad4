"""The quarterly report as a paper that is read from beginning to end."""

from datetime import date
from typing import Any

from reports.cells import Cell, Column, heading
from reports.cover import wall
from reports.numbers import NOTHING, percent
from reports.paper import Paper
from reports.papers import on, resting
from reports.plain import brief
from reports.quarterly_tables import Table
from reports.request import Report

_ROWS = 60  # that a paper shows of a table; the workbook has all
_NUMBER, _TEXT, _CHARACTER = 2.5, 1.8, 0.3  # centimetres: a column of numbers, the least of text, at most a character
_LONG = 2000  # characters of a recommendation, which people wrote


def quarterly_paper(report: Report, told: list[Table]) -> Paper:
    """The paper, ready to be saved."""
    title = f"{report.profile.title}: {report.period.title}"
    paper = Paper(title, f"{title} · quarterly report", report.request.as_of, report.draft, landscape=True)
    paper.facts([
        ("Quarter", f"{report.period.title}: {report.period.first} to {report.period.last}"),
        ("As of", wall(report, report.request.as_of)),
    ])  # fmt: skip
    for one in told:
        if one.name == "Follow-up":
            paper.heading(f"{one.title} ({one.rules})")
            paper.line(one.note)
        elif one.brief:
            _table(paper, report, one)
    resting(paper, report)
    return paper


def _table(paper: Paper, report: Report, one: Table) -> None:
    paper.heading(f"{one.title} ({one.rules})")
    by_quarter = one.columns[0].title == "Quarter"
    rows = [row for row in one.rows if not by_quarter or row[0] == report.period.title]
    if not rows:
        paper.line("Nothing to show for this quarter.")
        return
    columns = [one.columns[n] for n in one.brief]
    shown = [[_said(row[n], one.columns[n]) for n in one.brief] for row in rows[:_ROWS]]
    numbers = {place for place, column in enumerate(columns) if column.kind not in ("text", "day")}
    paper.table([heading(column) for column in columns], _widths(columns, paper.width), shown, numbers)
    more = f"{len(rows) - _ROWS:,} more rows stand in the workbook." if len(rows) > _ROWS else ""
    if said := f"{one.note} {more}".strip():
        paper.line(said, quiet=True)


def _widths(columns: list[Column], whole: float) -> list[float]:
    """In centimetres: texts share what numbers leave, by their widths in the workbook."""
    characters = sum(column.width or 0 for column in columns if column.kind == "text")
    rest = whole - _NUMBER * sum(column.kind != "text" for column in columns)
    each = min(_CHARACTER, rest / max(1, characters))
    return [max(_TEXT, each * (column.width or 0)) if column.kind == "text" else _NUMBER for column in columns]


def _said(value: Any, column: Column) -> str:
    """A value of the mart as a paper says it, in the unit of its header."""
    kind = column.kind
    if isinstance(value, Cell):
        value, kind = value.value, value.kind
    if value is None:
        return NOTHING
    if isinstance(value, date):
        return on(value)
    if kind == "share":
        return percent(value)
    if kind == "nwh":
        return f"{value / 3600:,.1f}"
    if kind == "decimal":
        return f"{value:,.2f}"
    return f"{value:,}" if kind == "number" else brief(str(value), _LONG) or NOTHING
