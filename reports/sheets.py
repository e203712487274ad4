"""The one writer of workbooks: sheet by sheet, row by row, so that a big one does not stand in memory; same input, same
bytes."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.writer.excel import ExcelWriter

from reports.cells import Cell, Cells, Column, heading
from reports.page import Page
from reports.streaming import StreamedSheet, TimelessArchive

_WIDEST, _NARROWEST, _LOOKED_AT = 60, 9, 200
_A4 = 9
_UTC = ZoneInfo("UTC")


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
        frozen_columns: int = 0, landscape: bool = True, across: int = 1, one_page: bool = False,
    ) -> Page:  # fmt: skip
        """A new sheet, with its title above when there is one; the first `frozen` rows and columns stay in sight, and stand
        on every printed page. It prints on A4, `across` pages wide; `one_page`: on one altogether."""
        sheet = StreamedSheet(self._book, sheet_name(name))
        self._book._add_sheet(sheet)
        page = Page(sheet, self.cells, widths)
        _print_set_up(sheet, f"{self.draft}  {self.title}".strip(), landscape, across, one_page)
        if frozen or frozen_columns:
            sheet.freeze_panes = f"{get_column_letter(frozen_columns + 1)}{frozen + 1}"
        if frozen:
            sheet.print_title_rows = f"{frozen}:{frozen}"
        if across > 1:
            sheet.print_title_cols = f"A:{get_column_letter(max(1, frozen_columns))}"
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


def _print_set_up(sheet: Any, head: str, landscape: bool, across: int, one_page: bool) -> None:
    """A4, so many pages wide, with title and page numbers."""
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = across, 1 if one_page else 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.oddHeader.left.text = head.replace("&", "&&")
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"
