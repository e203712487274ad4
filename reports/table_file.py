"""Tables as files: typed cells, in the desk's zone; what begins like a formula stays text."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.errors import ArbiterError
from reports.cells import Cell, Column, looks_like_formula
from reports.page import MOST_ROWS
from reports.sheets import Book, widths_of


@dataclass(frozen=True)
class Sheet:
    """What is exported: a name, columns (title, typed values), lines about where it comes from, and as of when (UTC)."""

    name: str
    columns: list[tuple[str, list[Any]]]
    about: list[tuple[str, str]]
    as_of: datetime

    @property
    def titles(self) -> list[str]:
        """The first line."""
        return [title for title, _ in self.columns]

    def rows(self) -> Iterable[tuple[Any, ...]]:
        """The lines below it."""
        return zip(*(values for _, values in self.columns), strict=True)


def as_csv(sheet: Sheet) -> bytes:
    """The sheet as CSV in UTF-8 with a mark that Excel understands; a quote stands before what looks like a formula.

    >>> as_csv(Sheet("t", [("a", ["=1+1"]), ("n", [-1])], [], datetime(2026, 11, 20))).decode("utf-8-sig").splitlines()
    ['a,n', "'=1+1,-1"]
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(_harmless, sheet.titles))
    writer.writerows([_harmless(value) for value in row] for row in sheet.rows())
    return text.getvalue().encode("utf-8-sig")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and looks_like_formula(value) else value


def as_xlsx(sheet: Sheet) -> bytes:
    """The sheet as a workbook, and a second one that says where it comes from. Raises ArbiterError above Excel's limit."""
    rows = [list(row) for row in sheet.rows()]
    if len(rows) >= MOST_ROWS:
        raise ArbiterError(f"{len(rows):,} rows: a sheet holds {MOST_ROWS - 1:,}; take CSV, or narrow the filters")
    columns = [Column(title) for title in sheet.titles]
    book = Book(sheet.name, sheet.as_of)
    page = book.page(sheet.name, widths_of(columns, rows), frozen=1)
    page.row(*(Cell(title, look="head") for title in sheet.titles))
    for row in rows:
        page.row(*row)
    page.filter(1, len(columns))
    about = book.page("About", (16, 60))
    for what, said in sheet.about:
        about.row(Cell(what, look="bold"), Cell(said, look="wrap"))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
