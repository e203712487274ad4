"""What openpyxl leaves out: formulas that carry their results, and files whose bytes tell nothing of when they were made.

A formula without a result shows nothing in a preview, in pandas, or wherever nobody recalculates.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.cell import Cell as ExcelCell
from openpyxl.cell._writer import write_cell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter

_FIRST_INSTANT = (1980, 1, 1, 0, 0, 0)  # that a ZIP can name
_BLOCK = 1 << 20


class FormulaCell(ExcelCell):  # type: ignore[misc]
    """A cell with a formula, and what it came to when the file was made: a number, a text, or nothing."""

    __slots__ = ("result",)


class StreamedSheet(WriteOnlyWorksheet):  # type: ignore[misc]
    """A sheet that takes rows of ready cells (None: nothing) and writes them out at once."""

    _writer: Any = None

    def _get_writer(self) -> None:
        if self._writer is None:
            writer = self._writer = _Writer(self)
            writer.write_top()

    def _values_to_row(self, values: Iterable[Any], row_idx: int) -> Iterator[Any]:
        for number, cell in enumerate(values, 1):
            if cell is not None:
                cell.row, cell.column = row_idx, number
                yield cell


class _Writer(WorksheetWriter):  # type: ignore[misc]
    def write_row(self, xf: Any, row: Iterable[Any], row_idx: int) -> None:
        height = dict(self.ws.row_dimensions.pop(row_idx, {}))  # said once, and not kept
        with xf.element("row", {"r": f"{row_idx}"} | height):
            for cell in row:
                if isinstance(cell, FormulaCell):
                    _write_formula(xf, cell)
                else:
                    write_cell(xf, self.ws, cell, True)


def _write_formula(xf: Any, cell: FormulaCell) -> None:
    result = cell.result
    is_text = isinstance(result, str)
    with xf.element("c", {"r": cell.coordinate, "s": f"{cell.style_id}", "t": "str" if is_text else "n"}):
        with xf.element("f"):
            xf.write(cell.value.removeprefix("="))
        if result is not None:
            with xf.element("v"):
                xf.write(result if is_text else repr(result))


class TimelessArchive(ZipFile):
    """A ZIP whose entries have no time of their own."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        """As ZipFile's."""
        super().writestr(_timeless(zinfo_or_arcname), data, ZIP_DEFLATED)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        """As ZipFile's."""
        with Path(filename).open("rb") as source, self.open(_timeless(arcname), "w", force_zip64=True) as target:
            while block := source.read(_BLOCK):
                target.write(block)


def _timeless(name: Any) -> ZipInfo:
    entry = ZipInfo(name if isinstance(name, str) else name.filename, _FIRST_INSTANT)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
