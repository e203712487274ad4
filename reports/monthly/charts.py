"""Native charts, which stay editable in Excel: over ranges of a sheet, with a title that says what is seen, also where it
is nothing."""

from collections.abc import Sequence
from itertools import cycle

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun

from reports.page import Page, Placed

_COLOURS = ("1F3A5F", "C8963E", "5B8DB8", "8C4A4A", "6B7F5B", "B7A6C9", "4F9D97", "D9C27E", "A0A7B4", "C97B63")


_SHARE = "share"


def line_chart(page: Page, placed: Placed, columns: Sequence[int], title: str, unit: str = _SHARE) -> LineChart:
    """Lines over the months of a table: column 1 holds the months, `columns` the series, in `unit`; shares from 0 to 100 %."""
    chart = LineChart()
    _fill(chart, page, placed, columns, title, unit)
    for line, colour in zip(chart.series, cycle(_COLOURS), strict=False):
        line.graphicalProperties.line.solidFill = colour
        line.graphicalProperties.line.width = 28000
        line.marker.symbol, line.marker.size, line.smooth = "circle", 6, False
        line.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
    if unit == _SHARE:
        chart.y_axis.scaling.min, chart.y_axis.scaling.max, chart.y_axis.number_format = 0, 1, "0%"
    return chart


def bar_chart(
    page: Page, placed: Placed, columns: Sequence[int], title: str, unit: str = "tickets", stacked: bool = False,
    lying: bool = False,
) -> BarChart:  # fmt: skip
    """Bars over the rows of a table, in `unit`: column 1 holds what they are of. `stacked` on each other; `lying` from left
    to right."""
    chart = BarChart()
    _fill(chart, page, placed, columns, title, unit)
    for bar, colour in zip(chart.series, cycle(_COLOURS), strict=False):
        bar.graphicalProperties.solidFill = colour
    chart.gapWidth = 60
    if stacked:
        chart.grouping, chart.overlap = "stacked", 100
    if lying:
        chart.type, chart.x_axis.scaling.orientation = "bar", "maxMin"
    return chart


def _title(text: str, size: int, bold: bool) -> Title:
    look = CharacterProperties(sz=size, b=bold)
    run = RegularTextRun(rPr=look, t=text)
    return Title(tx=Text(rich=RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])])), overlay=False)


def _fill(
    chart: LineChart | BarChart, page: Page, placed: Placed, columns: Sequence[int], title: str, unit: str
) -> None:  # fmt: skip
    last = max(placed.first, placed.last)
    for column in columns:
        values = Reference(page.sheet, min_col=column, min_row=placed.header, max_row=last)
        chart.series.append(Series(values, title_from_data=True))
    chart.set_categories(Reference(page.sheet, min_col=1, min_row=placed.first, max_row=last))
    chart.title = _title(title if placed.shows.intersection(columns) else f"{title}: nothing to show", 1100, bold=True)
    chart.y_axis.title, chart.y_axis.number_format = _title(unit, 900, bold=False), "General"  # 50, not 50.00
    chart.legend.position = "b"
    if len(columns) == 1:
        chart.legend = None
    chart.x_axis.number_format, chart.x_axis.delete, chart.y_axis.delete = "mmm yy", False, False
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E3E6EB"))
