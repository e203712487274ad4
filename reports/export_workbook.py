"""The tables of the export as a workbook: a sheet a table, for those that a sheet holds."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from reports.cells import Column, Kind
from reports.cover import write_cover
from reports.export_tables import Exported
from reports.page import MOST_ROWS
from reports.request import Report
from reports.sheets import Book

_WIDTHS: dict[Kind, float] = {"instant": 20, "day": 12, "text": 24}


def fits(table: Exported) -> bool:
    """Whether a sheet holds it, under its header."""
    return table.rows < MOST_ROWS


def workbook(report: Report, tables: list[Exported]) -> Book:
    """The workbook, ready to be saved. Instants stand in the desk's zone, as the header says; durations in seconds."""
    request = report.request
    title = f"{report.profile.title}: tables of the mart"
    book = Book(title, request.as_of, report.period.zone, report.profile.nwd_seconds, report.draft)
    left_out = [one for one in tables if not fits(one)]
    write_cover(report, book, [
        ("Sheets", "One for each table and measure of the mart, as in parquet/ and csv/; README.md says what they hold"),
        *((one.name, f"{one.rows:,} rows are more than a sheet holds: in parquet/ and csv/ only") for one in left_out),
    ])  # fmt: skip
    for one in tables:
        if fits(one):
            columns = [Column(name, _kind(kind)) for name, kind in one.columns]
            page = book.page(one.name, [_WIDTHS.get(column.kind, 14) for column in columns], frozen=1)
            page.table(columns, _rows(one), filtered=True)
    return book


def _kind(kind: pa.DataType) -> Kind:
    if pa.types.is_timestamp(kind):
        return "instant"
    if pa.types.is_date(kind):
        return "day"
    if pa.types.is_boolean(kind):
        return "flag"
    return "text" if pa.types.is_string(kind) or pa.types.is_list(kind) else "general"


def _rows(table: Exported) -> Iterator[list[Any]]:
    for batch in table.batches():
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield [", ".join(map(str, value)) if isinstance(value, list) else value for value in row]
