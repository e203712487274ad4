"""A table of the export as files: Parquet as the mart has it, CSV for what reads nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from reports.cells import FORMULA_BEGINS
from reports.request import Report

_BATCH = 50_000
_OF_THE_BUILD = {"meta": "published_at"}  # when this mart was made: nothing that the same report may differ in
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"


@dataclass(frozen=True)
class Exported:
    """A table or measure that was written as Parquet: its columns with the types that other tools see, its rows."""

    name: str
    rows: int
    columns: list[tuple[str, pa.DataType]]
    file: Path

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Its rows, some at a time."""
        yield from pq.ParquetFile(self.file).iter_batches(_BATCH)


def as_parquet(report: Report, name: str, file: Path) -> Path:
    """Writes all rows of a table or measure, in an order of their own: instants in UTC, durations in seconds."""
    left_out = _OF_THE_BUILD.get(name, "")
    select = f"SELECT * {f'EXCLUDE ({left_out})' if left_out else ''} FROM {name} ORDER BY ALL"
    found = report.db.cursor().sql(select).to_arrow_reader(_BATCH)
    with pq.ParquetWriter(file, found.schema, compression="zstd") as writer:
        for batch in found:
            writer.write_batch(batch)
    return file


def exported(name: str, file: Path) -> Exported:
    """What was written."""
    schema = pq.read_schema(file)
    return Exported(name, pq.read_metadata(file).num_rows, list(zip(schema.names, schema.types, strict=True)), file)


def as_csv(table: Exported, file: Path) -> None:
    """The same as CSV in UTF-8, lists joined by commas; a quote stands before text that looks like a formula."""
    fields = [(name, pa.string() if _is_text(kind) else kind) for name, kind in table.columns]
    schema = pa.schema(fields)
    with pa_csv.CSVWriter(file, schema) as writer:
        for batch in table.batches():
            columns = [_harmless(column) if _is_text(column.type) else column for column in batch.columns]
            writer.write_batch(pa.record_batch(columns, schema=schema))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_list(kind))


def _harmless(column: Any) -> Any:
    text = pc.binary_join(column, ", ") if pa.types.is_list(column.type) else column.cast(pa.string())
    clean = pc.replace_substring_regex(text, _CONTROL, "")
    quoted = pc.binary_join_element_wise("'", clean, "")
    return pc.if_else(pc.match_substring_regex(clean, f"^{FORMULA_BEGINS}"), quoted, clean)
