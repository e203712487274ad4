"""A sheet that is being written, from top to bottom: rows, tables, room for charts; heights that fit what stands in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from textwrap import wrap
from typing import Any

from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.worksheet.cell_range import CellRange

from metrics.errors import ArbiterError
from reports.cells import Cell, Cells, Column, Formula, Kind, Look, heading

MOST_ROWS = 1_048_576
_HEIGHTS: dict[Look, float] = {"title": 27, "note": 14, "group": 17}  # points; others as tall as their lines
_LINE, _WIDTH = 13.5, 10  # of a line of text, and of a column that says nothing
_CHART_ROWS, _ROW_CM, _CHARACTER_CM = 16, 0.529, 0.19
_LONGEST = 2000  # characters that a height is made for


@dataclass(frozen=True)
class Placed:
    """Where a table stands: its sheet, header row, first and last row of data (last < first: none), and which columns
    (from 1) have anything that a chart can show: a figure other than 0, or any share."""

    sheet: str
    header: int
    first: int
    last: int
    shows: frozenset[int]

    def range(self, column: int) -> str:
        """The cells of a column (from 1) as an absolute reference; of an empty table the row below its header."""
        letter, last = get_column_letter(column), max(self.first, self.last)
        return f"{quote_sheetname(self.sheet)}!{absolute_coordinate(f'{letter}{self.first}:{letter}{last}')}"


class Page:
    """A sheet that is being written; `widths` of its columns in characters."""

    def __init__(self, sheet: Any, cells: Cells, widths: Sequence[float]) -> None:
        self.sheet, self.next_row = sheet, 1
        self._cells, self._widths = cells, list(widths)
        self._room: list[tuple[str, float]] = []  # for charts: their upper left corners and widths
        sheet.sheet_view.showGridLines = False
        for number, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width

    @property
    def name(self) -> str:
        """The sheet's name."""
        return str(self.sheet.title)

    def row(self, *values: Any, height: float | None = None) -> int:
        """A line of values: `Cell`, `Formula`, or plain ones as their type says (instants as they stand). Returns its row.

        `height` in points; without it as high as its cells need.
        """
        heights = [self._height(value, number) for number, value in enumerate(values) if isinstance(value, Cell)]
        if height := height or max(filter(None, heights), default=None):
            self.sheet.row_dimensions[self.next_row].height = height
        self.sheet.append([self._cells.cell(value, _kind(value)) for value in values])
        self.next_row += 1
        return self.next_row - 1

    def blank(self) -> None:
        """An empty line."""
        self.row()

    def heading(self, text: str) -> int:
        """A heading between blocks, with a line above it to breathe. Returns its row."""
        self.blank()
        return self.row(Cell(text, look="heading"))

    def group(self, text: str) -> int:
        """A line over the whole width that heads the lines below it. Returns its row."""
        return self.row(*(Cell(text if n == 0 else None, look="group") for n in range(len(self._widths))))

    def line(self, what: str, said: str, look: Look = "wrap") -> int:
        """A line of text after a word, over all columns but the first, as high as it needs. Returns its row."""
        columns = len(self._widths)
        rest = [Cell(None, look=look) for _ in range(columns - 2)]
        height = _lines(said, sum(self._widths[1:])) * _LINE + 2
        row = self.row(Cell(what, look="bold"), Cell(said, look=look), *rest, height=height)
        if columns > 2:
            self.sheet.merged_cells.add(CellRange(min_row=row, max_row=row, min_col=2, max_col=columns))
        return row

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, filtered: bool = False) -> Placed:
        """A table with its header, at the next row; values as in the mart. `filtered`: the one of the sheet with a filter.

        Raises ArbiterError above what a sheet holds.
        """
        zone = self._cells.zone.key
        header = self.row(*(Cell(heading(column, zone), column.kind, "head") for column in columns))
        looks: list[tuple[Kind, Look]] = [(column.kind, "wrap" if column.wrap else "plain") for column in columns]
        wrapped = [number for number, column in enumerate(columns) if column.wrap]
        make, sheet = self._cells.cell, self.sheet
        bare = list(range(len(columns)))
        for row in rows:
            if self.next_row > MOST_ROWS:
                raise ArbiterError(f"more than {MOST_ROWS:,} rows: a sheet holds no more; take CSV, or narrow it")
            if wrapped:
                lines = max(self._lines(row[number], number) for number in wrapped)
                sheet.row_dimensions[self.next_row].height = lines * _LINE + 2
            sheet.append([make(value, *look) for value, look in zip(row, looks, strict=True)])
            bare = [n for n in bare if row[n] is None or not _shows(row[n], columns[n].kind)]
            self.next_row += 1
        if filtered:
            self.filter(header, len(columns))
        shows = frozenset(n + 1 for n in range(len(columns)) if n not in bare)
        return Placed(self.name, header, header + 1, self.next_row - 1, shows)

    def listing(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]], nothing: str) -> None:
        """A table with the filter of the sheet; without rows the note `nothing` instead."""
        if rows:
            self.table(columns, rows, filtered=True)
        else:
            self.row(Cell(nothing, look="note"))

    def filter(self, header: int, columns: int) -> None:
        """A filter on the table from row `header` to the last one; a sheet has one."""
        self.sheet.auto_filter.ref = f"A{header}:{get_column_letter(max(1, columns))}{max(header, self.next_row - 1)}"

    def room_for_charts(self, charts: int) -> None:
        """Empty lines here for so many charts, three or two beside each other over the whole width."""
        beside = 3 if charts % 3 == 0 else 2
        edges = [self._column_at(n / beside) for n in range(beside + 1)]
        for n in range(0, charts, beside):
            for begin, end in list(pairwise(edges))[: charts - n]:
                corner = f"{get_column_letter(begin + 1)}{self.next_row}"
                self._room.append((corner, sum(self._widths[begin:end]) * _CHARACTER_CM - 0.4))
            for _ in range(_CHART_ROWS):
                self.blank()

    def chart(self, chart: Any) -> None:
        """A native chart, in the next room for one."""
        corner, chart.width = self._room.pop(0)
        chart.height = (_CHART_ROWS - 1) * _ROW_CM
        self.sheet.add_chart(chart, corner)

    def _column_at(self, share: float) -> int:
        """How many columns take that share of the width, as near as can be."""
        goal, taken = sum(self._widths) * share, 0.0
        for number, width in enumerate(self._widths):
            if taken + width / 2 > goal:
                return number
            taken += width
        return len(self._widths)

    def _height(self, cell: Cell, number: int) -> float | None:
        if cell.look in ("wrap", "head"):
            return self._lines(cell.value, number) * _LINE + (5 if cell.look == "head" else 2)
        return _HEIGHTS.get(cell.look)

    def _lines(self, text: Any, number: int) -> int:
        return _lines(text, self._widths[number] if number < len(self._widths) else _WIDTH)


def _lines(text: Any, width: float) -> int:
    """How many lines the text takes in so many characters."""
    return max(1, len(wrap(str(text or "")[:_LONGEST], max(4, int(width) - 1))))


def _shows(value: Any, kind: Kind) -> bool:
    """Whether a chart has something to show of the value."""
    figure = value.value if isinstance(value, Cell) else value.result if isinstance(value, Formula) else value
    return figure is not None and (kind == "share" or figure != 0)


def _kind(value: Any) -> Kind:
    if isinstance(value, date):
        return "wall" if isinstance(value, datetime) else "day"
    return "text" if isinstance(value, str) else "general"
