"""Typed cells: numbers as numbers, instants in the desk's zone, durations with their unit in the header, text as text."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from reports.streaming import Written, written_formula, written_value

Kind = Literal[
    "text",
    "instant",
    "wall",
    "day",
    "month",
    "nwh",
    "nwd",
    "hours",
    "days",
    "number",
    "decimal",
    "share",
    "flag",
    "general",
]  # instant: in UTC; wall: in the desk's zone already; nwh, nwd, hours, days (of 24 hours): of seconds
Look = Literal["plain", "head", "title", "heading", "group", "bold", "note", "wrap", "good", "warn", "bad"]

LONGEST_TEXT = 32_767  # what a cell can hold
CUT = "… (cut)"
FORMULA_BEGINS = r"[=+\-@\t\r\n|%]"  # a regular expression that re and Arrow read alike
_FORMULA = re.compile(FORMULA_BEGINS)
_UNITS = {"nwh": "NWH", "nwd": "NWD", "hours": "hours", "days": "days"}
_SECOND = "yyyy-mm-dd hh:mm:ss"
_FORMATS: dict[Kind, str] = {
    "text": "@", "instant": _SECOND, "wall": _SECOND, "day": "yyyy-mm-dd", "month": "mmm yyyy", "nwh": "#,##0.00",
    "nwd": "#,##0.00", "hours": "#,##0.00", "days": "#,##0.0",
    "number": "#,##0", "decimal": "#,##0.00", "share": "0.0%", "flag": "General",
    "general": "General",
}  # fmt: skip
_LOUD: dict[Look, tuple[int, str]] = {"title": (16, "1F3A5F"), "heading": (11, "1F3A5F"), "note": (9, "5B6472")}
_FILLS: dict[Look, str] = {"head": "1F3A5F", "group": "E8EDF4", "good": "DDEFE3", "warn": "FCEFC9", "bad": "F8D9D6"}
_LINE = Side(style="thin", color="D0D5DD")


def look_of(cell: Any) -> Look:
    """The look of a cell that was read back, as far as it tells what a row is: head, group, title, heading or note."""
    if cell.font is None:
        return "plain"
    filled: tuple[Look, ...] = ("head", "group")
    fill = next((look for look in filled if cell.fill.fgColor.rgb == f"00{_FILLS[look]}"), None)
    loud = next((look for look, (size, _) in _LOUD.items() if cell.font.sz == size), None)
    return fill or loud or "plain"


def is_label(cell: Any) -> bool:
    """Whether a header that was read back is of text, months or days: of what says what a row is of."""
    return cell.number_format in (_FORMATS["text"], _FORMATS["month"], _FORMATS["day"])


@dataclass(frozen=True)
class Cell:
    """A value with what it is and how it looks; `value` as in the mart: UTC instants, seconds."""

    value: Any
    kind: Kind = "text"
    look: Look = "plain"


@dataclass(frozen=True)
class Formula:
    """A live formula, such as `=SUM(A1:A3)`, of our own making: never made from text of tickets. `result` is what it
    comes to, in the cell's unit: the value of our measures."""

    text: str
    result: float | str | None = None
    kind: Kind = "number"
    look: Look = "plain"


@dataclass(frozen=True)
class Column:
    """A column of a table: its title without unit, what its values are, its width in characters (None: as they need), and
    whether long text takes several lines."""

    title: str
    kind: Kind = "text"
    width: float | None = None
    wrap: bool = False


def heading(column: Column, zone: str = "UTC") -> str:
    """The title with its unit, or the zone of its instants: `Resolution (NWH)`, `Created (Europe/Rome)`."""
    unit = zone if column.kind == "instant" else _UNITS.get(column.kind)
    return f"{column.title} ({unit})" if unit else column.title


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet that guesses would take the text for a formula, or a command."""
    return bool(_FORMULA.match(text))


def safe_text(text: str) -> str:
    """The text without control characters, cut visibly where a cell could not hold it.

    >>> safe_text("a\\x00b"), len(safe_text("x" * 40000)), safe_text("x" * 40000)[-9:]
    ('ab', 32767, 'xx… (cut)')
    """
    clean: str = ILLEGAL_CHARACTERS_RE.sub("", text).replace("\ufffe", "").replace("\uffff", "")
    clean = clean.encode("utf-8", "ignore").decode("utf-8")  # halves of surrogate pairs
    if 2 * len(clean) <= LONGEST_TEXT:
        return clean
    units = len(clean) + sum(c > "\uffff" for c in clean)  # Excel counts in UTF-16
    if units <= LONGEST_TEXT:
        return clean
    room, end = LONGEST_TEXT - len(CUT), 0
    for end, c in enumerate(clean):  # noqa: B007
        room -= 1 + (c > "\uffff")
        if room < 0:
            break
    return clean[:end] + CUT


class Cells:
    """Makes the cells of one workbook: styles once, then only values. `nwd_seconds`: of one normal working day."""

    def __init__(self, book: Workbook, zone: ZoneInfo, nwd_seconds: int) -> None:
        self.zone = zone
        self._units = {"nwh": 3600, "hours": 3600, "days": 86400, "nwd": nwd_seconds}
        self._sheet = book.create_sheet("styles")
        book.remove(self._sheet)
        self._styles: dict[tuple[str, str, bool], int] = {}

    def cell(self, given: Any, kind: Kind = "text", look: Look = "plain") -> Written | None:
        """The cell for a value of that kind, a `Cell` or a `Formula`; None where there is nothing."""
        if isinstance(given, Formula):
            return written_formula(given.text, given.result, self._style(given.kind, given.look, False))
        if isinstance(given, Cell):
            given, kind, look = given.value, given.kind, given.look
        value = self.value(given, kind)
        if value is None and look == "plain":
            return None
        is_text = isinstance(value, str)
        shown: Kind = "text" if is_text and look != "head" else kind
        return written_value(value, self._style(shown, look, is_text and looks_like_formula(value)))

    def value(self, value: Any, kind: Kind) -> Any:
        """What the cell holds: local wall time without a zone, hours or days of a duration; None for what is missing."""
        if value is None or value != value:
            return None
        if isinstance(value, str):
            return safe_text(value)
        if kind == "instant":
            return value.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None, microsecond=0)
        if kind in ("day", "month") and isinstance(value, datetime):
            return value.date()
        if kind in self._units:
            return float(value) / self._units[kind]
        return value if isinstance(value, bool | int | float | date) else safe_text(str(value))

    def _style(self, kind: Kind, look: Look, quoted: bool) -> int:
        key = (kind, look, quoted)
        if key not in self._styles:
            self._styles[key] = self._new_style(kind, look, quoted).style_id
        return self._styles[key]

    def _new_style(self, kind: Kind, look: Look, quoted: bool) -> Any:
        cell = WriteOnlyCell(self._sheet)
        cell.number_format = "General" if look in _LOUD else _FORMATS[kind]
        size, colour = _LOUD.get(look, (10, "FFFFFF" if look == "head" else "1B1F24"))
        bold = look in ("head", "title", "heading", "group", "bold")
        cell.font = Font(name="Calibri", size=size, bold=bold, color=colour)
        if look in _FILLS:
            cell.fill = PatternFill("solid", fgColor=_FILLS[look])
        if look not in ("title", "heading", "note"):
            cell.border = Border(bottom=_LINE)
        left = kind in ("text", "instant", "wall", "day", "month", "flag")
        cell.alignment = Alignment(
            horizontal="left" if left else "right",
            vertical="center" if look in ("head", "group", "title") else "top",
            wrap_text=look in ("head", "wrap", "good", "warn", "bad"),
            indent=int(look not in _LOUD),
        )
        cell.quotePrefix = quoted
        return cell
