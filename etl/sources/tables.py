"""Rows of tables in files: CSV, XLSX, JSON lines, Parquet, with the place of each, so that bad ones can be named."""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from glob import glob
from pathlib import Path
from typing import IO, Any

import msgspec
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from etl.http import SourceError
from etl.rejected import UNREADABLE
from etl.section import TableSection
from metrics.errors import first_line
from metrics.names import same_name

_DELIMITERS = ",;\t|"
_ROWS_AT_ONCE = 10_000
_BROKEN_FILE = (
    OSError, EOFError, zlib.error, zipfile.BadZipFile, pa.ArrowInvalid, csv.Error, KeyError, UnicodeError,
)  # fmt: skip
# What openpyxl raises at a workbook that is damaged inside: XML that is none (a SyntaxError), and what follows from it.
_DAMAGED_BOOK = (SyntaxError, TypeError, ValueError, LookupError, AttributeError, RuntimeError)
# Line (or row) numbers, and cells, those of the header first; or a sentence on what is wrong with a row.
_Grid = Iterator[tuple[int, list[Any] | str]]
_JSON = ".jsonl"
csv.field_size_limit(2**24)  # a description may be long
_OBJECT = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True)
class Row:
    """A row: where it stands (`exports/a.csv:17`), and its cells in the order of the columns asked for."""

    place: str
    cells: list[str | None]


class Table:
    """The table in the files that a section names, relative to `base`. Raises SourceError when there are none.

    `broken` names, while it is read, rows and files that cannot be.
    """

    def __init__(self, section: TableSection, base: Path, nulls: Iterable[str] = ()) -> None:
        self.section, self.broken = section, list[str]()
        self._nulls = {"", *nulls}
        self.paths = [Path(p) for p in sorted(glob(str(base / section.path), recursive=True)) if Path(p).is_file()]  # noqa: PTH207 (absolute patterns)
        if not self.paths:
            raise SourceError(
                f"{base / section.path}: no file is there; allowed: {', '.join(_KINDS)}; .gz of the texts"
            )

    def rows(self, columns: list[str]) -> Iterator[Row]:
        """The rows of all files. Raises SourceError when a file lacks one of the columns."""
        self.broken.clear()
        for path in self.paths:
            try:
                yield from self._rows(path, columns)
            except _BROKEN_FILE as error:
                self.broken.append(f"{path}: the file cannot be read to its end: {first_line(error)}")

    def _rows(self, path: Path, columns: list[str]) -> Iterator[Row]:
        kind = "".join(path.suffixes[-2:] if path.suffix == ".gz" else path.suffixes[-1:]).removesuffix(".gz").lower()
        if kind not in _KINDS:
            raise SourceError(f"{path}: is no table that can be read; allowed: {', '.join(_KINDS)}")
        if kind == _JSON:
            yield from self._lines(path, columns)
        else:
            yield from self._grid(path, _GRIDS[kind](path, self.section), columns)

    def _grid(self, path: Path, grid: _Grid, columns: list[str]) -> Iterator[Row]:
        """Rows of a table that begins with a header."""
        file = str(path)
        first = next(grid, (0, []))[1]
        if isinstance(first, str) or not first:
            raise SourceError(f"{file}: the header {first or 'is missing'}; allowed: names of columns")
        header = [str(cell or "").lstrip("\ufeff") for cell in first]
        places = [_place(path, header, column) for column in columns]
        for number, cells in grid:
            if isinstance(cells, str):
                self.broken.append(f"{file}:{number}: it {cells}")
            elif len(cells) != len(header):
                if any(cells):
                    self.broken.append(f"{file}:{number}: it has {len(cells)} cells, the header has {len(header)}")
            elif any(cell not in (None, "") for cell in cells):
                yield Row(f"{file}:{number}", [self._text(cells[place]) for place in places])

    def _lines(self, path: Path, columns: list[str]) -> Iterator[Row]:
        """Rows of JSON lines, which name their values and may leave some out; a name that no line has is wrong."""
        names = [same_name(column) for column in columns]
        met: set[str] = set()
        with _opened(path) as file:
            for number, line in enumerate(file, 1):
                try:
                    cells = {same_name(n): v for n, v in _OBJECT.decode(line).items()} if line.strip() else {}
                except UNREADABLE as error:
                    self.broken.append(f"{path}:{number}: no JSON object: {error}")
                    continue
                met.update(cells)
                if cells:
                    yield Row(f"{path}:{number}", [self._text(cells.get(name)) for name in names])
        if missing := [column for column, name in zip(columns, names, strict=True) if met and name not in met]:
            self.broken.append(f"{path}: no line has {', '.join(missing)}")

    def _text(self, value: Any) -> str | None:
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # numbers of tickets, as spreadsheets keep them
        text = "" if value is None else str(value).strip()
        return None if text in self._nulls else text


def _place(path: Path, header: list[str], column: str) -> int:
    names = [same_name(name) for name in header]
    if names.count(same_name(column)) == 1:
        return names.index(same_name(column))
    there = ", ".join(get_close_matches(column, header, n=5, cutoff=0.5) or header)
    what = "there are several columns" if same_name(column) in names else "there is no column"
    raise SourceError(f"{path}: {what} {column!r}; there: {there}")


def _csv(path: Path, section: TableSection) -> _Grid:
    with _opened(path) as file:
        text = io.TextIOWrapper(file, encoding=section.encoding, errors="surrogateescape", newline="")
        first = text.readline()
        delimiter = section.delimiter or max(_DELIMITERS, key=first.count)
        reader = csv.reader(_chained(first, text), delimiter=delimiter)
        for cells in reader:
            fits = all(cell.isascii() or _is_text(cell) for cell in cells)
            yield reader.line_num, cells if fits else f"is not written in {section.encoding}"


def _chained(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _is_text(cell: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in cell)


def _xlsx(path: Path, section: TableSection) -> _Grid:
    try:
        yield from _sheet(path, section)
    except _DAMAGED_BOOK as error:
        raise OSError(f"the workbook is damaged ({error})") from None


def _sheet(path: Path, section: TableSection) -> _Grid:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        if section.sheet and section.sheet not in book.sheetnames:
            raise SourceError(f"{path}: there is no sheet {section.sheet!r}; there: {', '.join(book.sheetnames)}")
        sheet = book[section.sheet] if section.sheet else book.worksheets[0]
        width = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            width = width or len(cells)
            yield number, [*cells, *[None] * (width - len(cells))]
    finally:
        book.close()


def _parquet(path: Path, section: TableSection) -> _Grid:
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        yield 0, list(names)
        number = 0
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, list(cells)


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


_GRIDS: dict[str, Callable[[Path, TableSection], _Grid]] = {
    ".csv": _csv, ".tsv": _csv, ".txt": _csv, ".xlsx": _xlsx, ".parquet": _parquet,
}  # fmt: skip
_KINDS = (*_GRIDS, _JSON)
