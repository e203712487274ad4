"""The sheets Summary and Check: the figures as live formulas over the ticket list, and our values beside them."""

from dataclasses import dataclass
from typing import Any

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill

from reports.cells import Cell, Formula, Kind
from reports.monthly.figures import FIGURES, LIGHTS, light, light_shown, measured
from reports.monthly.spans import Span
from reports.page import Page
from reports.request import Report
from reports.sheets import Book

_COLUMNS = "CDE"  # one a span
_LIGHT = "F"
_FILLS = {"GREEN": ("DDEFE3", "1E6B3C"), "AMBER": ("FCEFC9", "7A5A00"), "RED": ("F8D9D6", "9B1C1C")}


@dataclass(frozen=True)
class Placing:
    """Where the figures of the summary stand, and what they are by our measures, span by span."""

    rows: dict[str, int]
    first: int
    last: int
    values: list[dict[str, Any]]


def write_summary(report: Report, book: Book, spans: list[Span]) -> tuple[Page, Placing]:
    """The sheet Summary: a row a figure, a column a span of months. Returns it, with room for two charts, and where things
    stand."""
    page = book.page("Summary", (42, 11, 17, 17, 17, 20), title=f"Summary, {report.period.title}",
                     subtitle=f"{report.profile.title}. Every figure is a formula over the sheet Tickets; "
                     "the sheet Check compares it with the value of our own measure.", frozen=4, landscape=False,
                     one_page=True)  # fmt: skip
    page.row(
        *(Cell(text, look="head") for text in ("Figure", "Rule", *(span.title for span in spans), "Light by the goal"))
    )
    first = page.row("First month", "", *(Cell(span.first, "month") for span in spans))
    last = page.row("Last month", "", *(Cell(span.last, "month") for span in spans))
    placing = Placing(_rows_from(page.next_row), first, last, [measured(report.db, s.first, s.last) for s in spans])
    thresholds = max(placing.rows.values()) + 2
    group = ""
    for figure in FIGURES:
        if figure.group != group:
            group = figure.group
            page.group(group)
        cells = [
            Formula(
                _filled(figure.formula, placing, n), _shown(placing.values[n][figure.name], figure.kind), figure.kind
            )
            for n in range(len(spans))
        ]
        page.row(f"  {figure.title}", figure.rule, *cells, _light(report, figure.name, placing, thresholds))
    _thresholds(report, page)
    _colour_lights(page)
    page.room_for_charts(2)
    return page, placing


def _rows_from(row: int) -> dict[str, int]:
    """The row of each figure; a heading stands above each group."""
    rows, group = {}, ""
    for figure in FIGURES:
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


def _light(report: Report, name: str, placing: Placing, thresholds: int) -> Formula | None:
    if name not in LIGHTS:
        return None
    judged, lights, values = name.replace("_share", "_judged"), report.profile.lights, placing.values[0]
    share, n = (f"{_COLUMNS[0]}{placing.rows[one]}" for one in (name, judged))
    shown = light_shown(values[name], values[judged], lights.green, lights.amber)
    return Formula(light(share, n, f"$C${thresholds}", f"$C${thresholds + 1}"), shown, "text", "bold")


def _thresholds(report: Report, page: Page) -> None:
    lights = report.profile.lights
    page.blank()
    page.row("GREEN: from this share of goals met on", "profile", Cell(lights.green, "share"))
    page.row("AMBER: from this one on; below it RED", "profile", Cell(lights.amber, "share"))
    page.row(Cell("Light and figures follow when months or thresholds are changed here, as far as the list of tickets goes.",
                  look="note"))  # fmt: skip


def _colour_lights(page: Page) -> None:
    """The colour follows the word, so that it is never the only sign."""
    for word, (fill, ink) in _FILLS.items():
        rule = FormulaRule([f'${_LIGHT}1="{word}"'], font=Font(color=ink, bold=True), fill=PatternFill(bgColor=fill))
        page.sheet.conditional_formatting.add(f"{_LIGHT}1:{_LIGHT}60", rule)


def write_check(report: Report, book: Book, spans: list[Span], placing: Placing) -> None:
    """The sheet Check: each figure of the summary as its formula has it, as our measure has it, and whether they agree."""
    page = book.page("Check", (42, 22, 16, 16, 14, 10), title="Check",
                     subtitle="The live formulas of the summary beside the values of our own measures, as of the report. "
                     "They agree as long as nobody changes the list of tickets or the months.", frozen=6)  # fmt: skip
    first = page.next_row + 3
    lines = [(figure, n) for figure in FIGURES for n in range(len(spans))]
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
