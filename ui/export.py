"""Tables as files: typed cells, in the desk's zone; what begins like a formula stays text."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from metrics.errors import ArbiterError

_FORMULA = re.compile(r"[=+\-@\t\r]")
_CELL, _ROWS = 32_767, 1_048_575  # what a sheet can hold
_WIDEST = 60
_FORMATS = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd"}


@dataclass(frozen=True)
class Sheet:
    """What is exported: a name, columns (title, typed values), and lines about where it comes from."""

    name: str
    columns: list[tuple[str, list[Any]]]
    about: list[tuple[str, str]]

    @property
    def titles(self) -> list[str]:
        """The first line."""
        return [title for title, _ in self.columns]

    def rows(self) -> Iterable[tuple[Any, ...]]:
        """The lines below it."""
        return zip(*(values for _, values in self.columns), strict=True)


def as_csv(sheet: Sheet) -> bytes:
    """The sheet as CSV in UTF-8 with a mark that Excel understands; a quote stands before what looks like a formula.

    >>> as_csv(Sheet("t", [("a", ["=1+1"]), ("n", [-1])], [])).decode("utf-8-sig").splitlines()
    ['a,n', "'=1+1,-1"]
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(_harmless, sheet.titles))
    writer.writerows([_harmless(value) for value in row] for row in sheet.rows())
    return text.getvalue().encode("utf-8-sig")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def as_xlsx(sheet: Sheet) -> bytes:
    """The sheet as a workbook, and a second one that says where it comes from. Raises ArbiterError above Excel's limit."""
    rows = max((len(values) for _, values in sheet.columns), default=0)
    if rows > _ROWS:
        raise ArbiterError(f"{rows:,} rows: a sheet holds {_ROWS:,}; take CSV, or narrow the filters")
    book = Workbook(write_only=True)  # row by row: a big one does not stand in memory
    page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet.name)[:31].strip())
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(max(1, len(sheet.columns)))}{rows + 1}"
    for number, (title, values) in enumerate(sheet.columns, 1):
        longest = max((len(str(v)) for v in values[:200] if v is not None), default=0)
        page.column_dimensions[get_column_letter(number)].width = min(_WIDEST, max(len(title), longest) + 3)
    page.append([_cell(page, title, bold=True) for title in sheet.titles])
    for row in sheet.rows():
        page.append([_cell(page, value) for value in row])
    about = book.create_sheet("About")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 16, _WIDEST
    for what, said in sheet.about:
        about.append([_cell(about, what, bold=True), _cell(about, said)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(page: Any, value: Any, bold: bool = False) -> Any:
    """A typed cell; text is text whatever it begins with."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
        value = value if len(value) <= _CELL else value[: _CELL - 1] + "…"
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = bool(_FORMULA.match(value))
    elif type(value) in _FORMATS:
        cell.number_format = _FORMATS[type(value)]
    if bold:
        cell.font = Font(bold=True)
    return cell
