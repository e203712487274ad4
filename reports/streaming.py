"""What openpyxl leaves out: formulas that carry their results, rows at a good pace, files that do not tell when they were
made.

A formula without a result shows nothing in a preview, in pandas, or wherever nobody recalculates.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.xml.functions import fromstring

_FIRST_INSTANT = (1980, 1, 1, 0, 0, 0)  # that a ZIP can name
_BLOCK = 1 << 20


class Written(NamedTuple):
    """A cell as a sheet holds it: attributes of its element, with the style, and what stands in it, both as XML."""

    attributes: str
    content: str


def written_value(value: Any, style: int) -> Written:
    """The cell of a number, a truth value, a local date or instant, a clean text, or (None) nothing but a style."""
    if value is None:
        return Written(f's="{style}"', "")
    if isinstance(value, str):
        return Written(f's="{style}" t="inlineStr"', f'<is><t xml:space="preserve">{escape(value)}</t></is>')
    if isinstance(value, bool):
        return Written(f's="{style}" t="b"', f"<v>{int(value)}</v>")
    return Written(f's="{style}"', f"<v>{to_excel(value) if isinstance(value, date) else value!r}</v>")


def written_formula(formula: str, result: float | str | None, style: int) -> Written:
    """The cell of a formula that begins with `=`, and what it comes to."""
    kind = ' t="str"' if isinstance(result, str) else ""
    shown = "" if result is None else f"<v>{escape(result) if isinstance(result, str) else repr(result)}</v>"
    return Written(f's="{style}"{kind}', f"<f>{escape(formula[1:])}</f>{shown}")


class StreamedSheet(WriteOnlyWorksheet):  # type: ignore[misc]
    """A sheet that takes rows of `Written` (None: nothing) and writes them out at once."""

    _writer: Any = None

    def _get_writer(self) -> None:
        if self._writer is None:
            writer = self._writer = _Writer(self)
            writer.write_top()

    def _values_to_row(self, values: Sequence[Written | None], row_idx: int) -> Sequence[Written | None]:
        return values


class _Writer(WorksheetWriter):  # type: ignore[misc]
    def write_row(self, xf: Any, row: Iterable[Written | None], row_idx: int) -> None:
        said = dict(self.ws.row_dimensions.pop(row_idx, {}))  # its height: said once, and not kept
        attributes = "".join(f' {name}="{value}"' for name, value in said.items() if name != "r")
        cells = "".join(
            f'<c r="{get_column_letter(number)}{row_idx}" {cell.attributes}>{cell.content}</c>'
            for number, cell in enumerate(row, 1)
            if cell is not None
        )
        xf.write(fromstring(f'<row r="{row_idx}"{attributes}>{cells}</row>'))


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
