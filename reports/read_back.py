"""The figures of a workbook of ours, read back cell by cell: what a reader of the file sees, by sheet, block, row, column.

The looks that `reports.cells` gives to headers and headings tell the tables, so that a new sheet is read like any other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook

from reports.cells import is_label, look_of

_NO_FIGURES = ("Tickets", "Check", "Definitions")  # the evidence, and what is said of figures that stand elsewhere
KEYS = ("Key", "Ticket")
LISTED = "listed"
_COUNTED = re.compile(r"(.*?): ([\d,]+)\b")  # a heading that counts the rows below it
_UNIT = re.compile(r"\((NWH|NWD|hours)\)")
Label = str | date


@dataclass(frozen=True)
class Place:
    """Where a figure stands: sheet, heading above its table (empty: none), what its row is of (title of the column, and
    value), and the title of its column. Of a row in a list of tickets the column is empty: whether it is there."""

    sheet: str
    block: str
    labels: tuple[tuple[str, Label], ...]
    column: str

    @property
    def row(self) -> tuple[str, str, tuple[tuple[str, Label], ...]]:
        """The row that it stands in."""
        return self.sheet, self.block, self.labels

    @property
    def key(self) -> str | None:
        """The key of the ticket that its row lists; None: it is no list of tickets."""
        return next((str(value) for title, value in self.labels if title in KEYS), None)


class Shown(NamedTuple):
    """A value as the cell holds it, and its unit: share (a fraction), NWH, NWD, hours, or none."""

    value: Any
    unit: str


Figures = dict[Place, Shown]


@dataclass
class _Table:
    """A table while it is read: the block it stands in, its titles, and its rows, each with its own block: of groups."""

    block: str
    header: Sequence[Any]
    rows: list[tuple[str, Sequence[Any]]] = field(default_factory=list)


class Workbook(NamedTuple):
    """What a workbook shows: the names of its sheets with figures, also of those that have none just now, and the figures."""

    sheets: list[str]
    figures: Figures


def read_workbook(path: Path) -> Workbook:
    """All figures of the workbook, in the order of its sheets and rows."""
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        found: Figures = {}
        sheets = [sheet for sheet in book.worksheets if sheet.title not in _NO_FIGURES]
        for sheet in sheets:
            for place, shown in _figures(sheet.title, sheet.iter_rows()):
                found[_once(place, found)] = shown
        return Workbook([sheet.title for sheet in sheets], found)
    finally:
        book.close()


def _once(place: Place, found: Figures) -> Place:
    """The place, told from those before it that are called the same."""
    number, first = 1, place
    while place in found:
        number += 1
        place = Place(first.sheet, first.block, (*first.labels, ("", f"({number})")), first.column)
    return place


def _figures(sheet: str, rows: Iterator[Sequence[Any]]) -> Iterator[tuple[Place, Shown]]:
    block, table = "", None
    for cells in rows:
        look = look_of(cells[0]) if cells else "plain"
        empty = all(cell.value is None for cell in cells)
        if table and (empty or look in ("heading", "head")):
            yield from _of_table(sheet, table)
            block, table = table.block, None
        if look == "head":
            table = _Table(block, [cell for cell in cells if cell.value is not None])
        elif look in ("heading", "group"):
            block = str(cells[0].value)
            if counted := _COUNTED.match(block):
                block = counted[1]
                yield Place(sheet, block, (), "rows"), Shown(int(counted[2].replace(",", "")), "")
        elif look == "plain" and not empty:
            if table:
                table.rows.append((block, cells))
            else:
                yield from _of_line(sheet, block, cells)
    if table:
        yield from _of_table(sheet, table)


def _of_table(sheet: str, table: _Table) -> Iterator[tuple[Place, Shown]]:
    titles = [str(cell.value) for cell in table.header]
    keys = [number for number, title in enumerate(titles, 1) if title in KEYS]
    n = keys[0] if keys else _labels(table)
    for block, cells in table.rows:
        labels = tuple(zip(titles[:n], (_label(cell) for cell in cells[:n]), strict=False))
        if keys:
            yield Place(sheet, block, labels, ""), Shown(LISTED, "")
        for title, cell in zip(titles[n:], cells[n:], strict=False):
            yield Place(sheet, block, labels, title), _shown(cell, title, labels)


def _labels(table: _Table) -> int:
    """How many columns from the left say what a row is of: without a number, neither by their header nor in fact; the first
    one where none has a number."""
    n = 0
    for number, head in enumerate(table.header):
        values = [cells[number].value for _, cells in table.rows if number < len(cells)]
        if not is_label(head) or any(isinstance(value, int | float) for value in values):
            break
        n += 1
    return n if 0 < n < len(table.header) else 1


def _of_line(sheet: str, block: str, cells: Sequence[Any]) -> Iterator[tuple[Place, Shown]]:
    """The numbers of a line outside of a table: they are of what stands first in it."""
    labels = (("", _label(cells[0])),)
    for number, cell in enumerate(cells[1:], 1):
        if isinstance(cell.value, int | float):
            yield Place(sheet, block, labels, "" if number == 1 else f"{number}"), _shown(cell, "", labels)


def _label(cell: Any) -> Label:
    value = cell.value
    return value.date() if isinstance(value, datetime) else "" if value is None else str(value).strip()


def _shown(cell: Any, title: str, labels: tuple[tuple[str, Label], ...]) -> Shown:
    """The value with its unit, which stands in the column's title, or, where rows differ, in the row's."""
    if cell.value in (None, ""):
        return Shown(None, "")
    said = _UNIT.search(title) or _UNIT.search(str(labels[0][1]) if labels else "")
    return Shown(cell.value, "share" if cell.number_format.endswith("%") else said[1] if said else "")
