"""The one writer of workbooks: sheets row by row, so that a big one does not stand in memory; same input, same bytes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.writer.excel import ExcelWriter

from metrics.errors import ArbiterError
from reports.cells import Cell, Cells, Column, Kind, Look, heading
from reports.streaming import StreamedSheet, TimelessArchive

MOST_ROWS = 1_048_576
_WIDEST, _NARROWEST, _LOOKED_AT = 60, 9, 200
_A4 = 9
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Placed:
    """Where a table stands: its sheet, header row, and first and last row of data (last < first: none)."""

    sheet: str
    header: int
    first: int
    last: int

    def range(self, column: int) -> str:
        """The cells of a column (from 1) as an absolute reference; of an empty table the row below its header."""
        letter, last = get_column_letter(column), max(self.first, self.last)
        return f"{quote_sheetname(self.sheet)}!{absolute_coordinate(f'{letter}{self.first}:{letter}{last}')}"


class Book:
    """A workbook that is being written. `at` (UTC) is what its properties call created; `draft` heads every sheet; `zone`
    and `nwd_seconds` serve instants and durations as the mart has them."""

    def __init__(
        self, title: str, at: datetime, zone: ZoneInfo = _UTC, nwd_seconds: int = 28800, draft: str = ""
    ) -> None:
        self._book = Workbook(write_only=True)
        self.cells = Cells(self._book, zone, nwd_seconds)
        self.title, self.at, self.draft = title, at, draft
        properties = self._book.properties
        properties.title, properties.creator = title, "Arbiter"
        properties.created = properties.modified = at.replace(microsecond=0)

    def page(
        self, name: str, widths: Sequence[float] = (), *, title: str = "", subtitle: str = "", frozen: int = 0,
        frozen_columns: int = 0, landscape: bool = True,
    ) -> "Page":  # fmt: skip
        """A new sheet, with its title above when there is one; the first `frozen` rows and columns stay in sight."""
        sheet = StreamedSheet(self._book, sheet_name(name))
        self._book._add_sheet(sheet)
        page = Page(self, sheet, widths)
        _print_set_up(sheet, self.title, self.draft, landscape)
        if frozen or frozen_columns:
            sheet.freeze_panes = f"{get_column_letter(frozen_columns + 1)}{frozen + 1}"
        if frozen:
            sheet.print_title_rows = f"{frozen}:{frozen}"
        if title:
            page.row(Cell(f"{self.draft} · {title}" if self.draft else title, look="title"))
            page.row(Cell(subtitle, look="note"))
            page.blank()
        return page

    def name(self, name: str, reference: str) -> None:
        """A name that formulas may use for cells."""
        self._book.defined_names[name] = DefinedName(name, attr_text=reference)

    def save(self, file: Path | BinaryIO) -> None:
        """Write it; nothing in it tells when or where that was."""
        with TimelessArchive(file, "w", ZIP_DEFLATED, allowZip64=True) as archive:
            ExcelWriter(self._book, archive).save()


class Page:
    """A sheet that is being written, from top to bottom."""

    def __init__(self, book: Book, sheet: Any, widths: Sequence[float]) -> None:
        self._book, self.sheet, self.next_row = book, sheet, 1
        sheet.sheet_view.showGridLines = False
        self._widths(widths)

    @property
    def name(self) -> str:
        """The sheet's name."""
        return str(self.sheet.title)

    def row(self, *values: Any, look: Look = "plain") -> int:
        """A line of values: `Cell`, `Formula`, or plain ones as their type says (instants as they stand). Returns its row."""
        self.sheet.append([self._cell(value, look) for value in values])
        self.next_row += 1
        return self.next_row - 1

    def blank(self) -> None:
        """An empty line."""
        self.row()

    def heading(self, text: str) -> int:
        """A heading between blocks, with a line above it to breathe. Returns its row."""
        self.blank()
        return self.row(Cell(text, look="bold"))

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, filtered: bool = False) -> Placed:
        """A table with its header, at the next row; values as in the mart. `filtered`: the one of the sheet with a filter.

        Raises ArbiterError above what a sheet holds.
        """
        zone = self._book.cells.zone.key
        header = self.row(*(Cell(heading(column, zone), look="head") for column in columns))
        kinds = [column.kind for column in columns]
        make, sheet = self._book.cells.cell, self.sheet
        for row in rows:
            if self.next_row > MOST_ROWS:
                raise ArbiterError(f"more than {MOST_ROWS:,} rows: a sheet holds no more; take CSV, or narrow it")
            sheet.append([make(sheet, value, kind) for value, kind in zip(row, kinds, strict=True)])
            self.next_row += 1
        if filtered:
            self.filter(header, len(columns))
        return Placed(self.name, header, header + 1, self.next_row - 1)

    def filter(self, header: int, columns: int) -> None:
        """A filter on the table from row `header` to the last one; a sheet has one."""
        self.sheet.auto_filter.ref = f"A{header}:{get_column_letter(max(1, columns))}{max(header, self.next_row - 1)}"

    def chart(self, chart: Any, anchor: str) -> None:
        """A native chart, its upper left corner at a cell."""
        self.sheet.add_chart(chart, anchor)

    def _cell(self, value: Any, look: Look) -> Any:
        kind: Kind = "text" if isinstance(value, str) else "general"
        if isinstance(value, date):
            kind = "wall" if isinstance(value, datetime) else "day"
        return self._book.cells.cell(self.sheet, value, kind, look)

    def _widths(self, widths: Sequence[float]) -> None:
        for number, width in enumerate(widths, 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width


def sheet_name(name: str) -> str:
    """A name that a sheet may have.

    >>> sheet_name("Flow: [in/out] of a desk whose name is long")
    'Flow   in out  of a desk whose'
    """
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip()


def widths_of(columns: Sequence[Column], rows: Sequence[Sequence[Any]], zone: str = "UTC") -> list[float]:
    """The widths that the columns need: as they say, or by their titles and the first values."""
    found: list[float] = []
    for number, column in enumerate(columns):
        longest = max((len(str(row[number])) for row in rows[:_LOOKED_AT] if row[number] is not None), default=0)
        by_kind = {"instant": 19, "day": 11, "text": longest}.get(column.kind, 9)
        title = max(map(len, heading(column, zone).split()), default=0) + 2
        found.append(column.width or min(_WIDEST, max(_NARROWEST, title, by_kind + 2)))
    return found


def _print_set_up(sheet: Any, title: str, draft: str, landscape: bool) -> None:
    """A4, as wide as one page, with title and page numbers."""
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.oddHeader.left.text = _printed(f"{draft}  {title}".strip())
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def _printed(text: str) -> str:
    return text.replace("&", "&&")
