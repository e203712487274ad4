"""The sheets Summary and Check: the figures as live formulas over the ticket list, and our values beside them."""

from dataclasses import dataclass
from typing import Any

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill

from reports.cells import Cell, Formula, Kind
from reports.monthly.desk import clocks_of, has_goal
from reports.monthly.figures import Figure, figures_of, light, light_of, light_shown
from reports.monthly.spans import Span
from reports.monthly.values import measured
from reports.page import Page
from reports.request import Report
from reports.sheets import Book

_COLUMNS = "CDE"  # one a span
_LIGHT = "F"
_FILLS = {"GREEN": ("DDEFE3", "1E6B3C"), "AMBER": ("FCEFC9", "7A5A00"), "RED": ("F8D9D6", "9B1C1C")}


@dataclass(frozen=True)
class Placing:
    """Which figures the summary has, where they stand, and what they are by our measures, span by span."""

    figures: list[Figure]
    rows: dict[str, int]
    first: int
    last: int
    values: list[dict[str, Any]]


def write_summary(report: Report, book: Book, spans: list[Span], charts: int) -> tuple[Page, Placing]:
    """The sheet Summary: a row a figure, a column a span of months; lights where there are goals. Returns it, with room for
    so many charts, and where things stand."""
    lights = _lights(report)
    page = book.page("Summary", (42, 11, 17, 17, 17, *([20] if lights else [])), title=f"Summary, {report.period.title}",
                     subtitle=f"{report.profile.title}. Every figure is a formula over the sheet Tickets; "
                     "the sheet Check compares it with the value of our own measure.", frozen=4, landscape=False,
                     one_page=True)  # fmt: skip
    page.row(
        *(Cell(text, look="head") for text in ("Figure", "Rule", *(span.title for span in spans))),
        *([Cell(f"Light by the goal, {report.period.title}", look="head")] if lights else []),
    )
    first = page.row("First month", "", *(Cell(span.first, "month") for span in spans))
    last = page.row("Last month", "", *(Cell(span.last, "month") for span in spans))
    figures = figures_of(report.profile)
    values = [measured(report.db, report.profile, span.first, span.last) for span in spans]
    placing = Placing(figures, _rows_from(page.next_row, figures), first, last, values)
    thresholds = max(placing.rows.values()) + 2
    group = ""
    for figure in figures:
        if figure.group != group:
            group = figure.group
            page.group(group)
        judged = lights.get(figure.name)
        light_cell = judged and _light(report, figure.name, judged, placing, thresholds)
        page.row(f"  {figure.title}", figure.rule, *_live(figure, placing), light_cell)
    if lights:
        _thresholds(report, page)
        _colour_lights(page)
    page.room_for_charts(charts)
    return page, placing


def _live(figure: Figure, placing: Placing) -> list[Formula]:
    """The cells of a figure, one a span."""
    return [
        Formula(_filled(figure.formula, placing, n), _shown(values[figure.name], figure.kind), figure.kind)
        for n, values in enumerate(placing.values)
    ]


def _lights(report: Report) -> dict[str, str]:
    """The shares that a light judges, with the figure that says of how many clocks they are."""
    return {light_of(c): f"{c}_judged" for c in clocks_of(report.profile) if has_goal(report.profile, c)}


def _rows_from(row: int, figures: list[Figure]) -> dict[str, int]:
    """The row of each figure; a heading stands above each group."""
    rows, group = {}, ""
    for figure in figures:
        row += figure.group != group
        group, rows[figure.name] = figure.group, row
        row += 1
    return rows


def _filled(formula: str, placing: Placing, span: int) -> str:
    column = _COLUMNS[span]
    cells = {name: f"{column}{row}" for name, row in placing.rows.items()}
    return formula.format(first=f"{column}${placing.first}", last=f"{column}${placing.last}", **cells)


def _shown(value: Any, kind: Kind) -> Any:
    """The value in the unit of its cell; empty text where the formula says nothing too."""
    if value is None:
        return ""
    return value / 3600 if kind == "nwh" else value


def _light(report: Report, name: str, judged: str, placing: Placing, thresholds: int) -> Formula:
    lights, values = report.profile.lights, placing.values[0]
    share, n = (f"{_COLUMNS[0]}{placing.rows[one]}" for one in (name, judged))
    shown = light_shown(values[name], values[judged], lights.green, lights.amber)
    return Formula(light(share, n, f"$C${thresholds}", f"$C${thresholds + 1}"), shown, "text", "bold")


def _thresholds(report: Report, page: Page) -> None:
    lights = report.profile.lights
    page.blank()
    page.row("GREEN: from this share of goals met on", "profile", Cell(lights.green, "share"))
    page.row("AMBER: from this one on; below it RED", "profile", Cell(lights.amber, "share"))
    page.row(Cell("Light and figures follow when months or thresholds are changed here, as far as the list of tickets goes; "
                  "headings keep the report's months.", look="note"))  # fmt: skip


def _colour_lights(page: Page) -> None:
    """The colour follows the word, so that it is never the only sign."""
    for word, (fill, ink) in _FILLS.items():
        rule = FormulaRule([f'${_LIGHT}1="{word}"'], font=Font(color=ink, bold=True), fill=PatternFill(bgColor=fill))
        page.sheet.conditional_formatting.add(f"{_LIGHT}1:{_LIGHT}100", rule)


def write_check(book: Book, spans: list[Span], placing: Placing) -> None:
    """The sheet Check: each figure of the summary as its formula has it, as our measure has it, and whether they agree."""
    page = book.page("Check", (42, 22, 16, 16, 14, 10), title="Check",
                     subtitle="The live formulas of the summary beside the values of our own measures, as of the report. "
                     "They agree as long as nobody changes the list of tickets or the months.", frozen=6)  # fmt: skip
    first = page.next_row + 3
    lines = [(figure, n) for figure in placing.figures for n in range(len(spans))]
    everywhere = f'=IF(COUNTIF(F{first}:F{first + len(lines) - 1},"no")=0,"yes","no")'
    page.row(Cell("All agree", look="bold"), Formula(everywhere, "yes", "text", "bold"))
    page.blank()
    titles = ("Figure", "Months", "Live formula", "Our measure", "Difference", "Agrees")
    page.row(*(Cell(title, look="head") for title in titles))
    for figure, n in lines:
        row, value = page.next_row, _shown(placing.values[n][figure.name], figure.kind)
        live = f"=Summary!{_COLUMNS[n]}{placing.rows[figure.name]}"
        page.row(
            f"{figure.group}: {figure.title.removeprefix('… ')}",
            spans[n].title,
            Formula(live, value, figure.kind),
            Cell(placing.values[n][figure.name], figure.kind),
            Formula(f'=IF(OR(C{row}="",D{row}=""),"",C{row}-D{row})', "" if value == "" else 0, "general"),
            Formula(f'=IF(C{row}="",IF(D{row}="","yes","no"),IF(ABS(C{row}-D{row})<=1E-9*MAX(1,ABS(D{row})),"yes","no"))',
                    "yes", "text"),
        )  # fmt: skip
