"""The one writer of papers: A4 documents that people read and edit in Word or LibreOffice; same input, same bytes."""

import io
from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from reports.streaming import TimelessArchive

_INK, _QUIET, _ALARM = RGBColor(0x1F, 0x3A, 0x5F), RGBColor(0x5B, 0x64, 0x72), RGBColor(0xA6, 0x1B, 0x1B)
_HEAD, _LINE = "1F3A5F", "D0D5DD"
_FONT, _SIZE = "Calibri", 10.5
_SHORT, _LONG, _MARGIN = 21.0, 29.7, 1.8  # centimetres of A4
_HEADINGS = {1: (14, 14, 4), 2: (11.5, 10, 2)}  # points: size, space before and after


class Paper:
    """A document that is being written, from top to bottom. `at` (UTC) is what its properties call created; `draft`
    stands above its title and on every page; `about` heads every page."""

    def __init__(self, title: str, about: str, at: datetime, draft: str = "", landscape: bool = False) -> None:
        self._document = Document()
        self.width = (_LONG if landscape else _SHORT) - 2 * _MARGIN  # of its text, in centimetres
        self._sheet(landscape)
        self._styles()
        self._properties(title, at)
        if draft:
            self._run(self._document.add_paragraph(), draft, bold=True, colour=_ALARM, size=16)
        shown = self._document.add_paragraph(style="Title")
        shown.add_run(title)
        _without_border(shown)
        self._running(f"{draft}  {about}".strip())

    def heading(self, text: str, level: int = 1) -> None:
        """A heading; level 2 stands under level 1."""
        self._document.add_heading(text, level)

    def line(self, text: str, label: str = "", quiet: bool = False) -> None:
        """A paragraph, after its label in bold where it has one."""
        paragraph = self._document.add_paragraph()
        if label:
            self._run(paragraph, f"{label} ", bold=True)
        self._run(paragraph, text, colour=_QUIET if quiet else None, size=9 if quiet else None)

    def lines(self, texts: Sequence[str], label: str = "") -> None:
        """What somebody typed, line by line, in one paragraph after its label."""
        self.line("\n".join(texts), label)

    def numbered(self, texts: Iterable[str]) -> None:
        """A numbered list."""
        for number, text in enumerate(texts, 1):
            paragraph = self._document.add_paragraph()
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.9)
            paragraph.paragraph_format.space_after = Pt(1)
            self._run(paragraph, f"{number}.\t{text}")
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(0.9))

    def facts(self, rows: Iterable[tuple[str, str]], first: float = 4.2) -> None:
        """Two columns without a header: what, and what is said of it."""
        self._table([first, self.width - first], [], [(what, said) for what, said in rows])

    def table(
        self,
        heads: Sequence[str],
        widths: Sequence[float],
        rows: Iterable[Sequence[str]],
        numbers: Set[int] = frozenset(),
    ) -> None:
        """A table; its header comes again on every page, no row is torn. `widths` in centimetres; 0: what is left.
        `numbers`: the columns, from 0, that stand to the right."""
        rest = (self.width - sum(widths)) / max(1, sum(not w for w in widths))
        self._table([w or rest for w in widths], heads, rows, numbers)

    def save(self, path: Path) -> None:
        """Write it; nothing in it tells when or where that was."""
        made = io.BytesIO()
        self._document.save(made)
        with ZipFile(made) as source, TimelessArchive(path, "w") as archive:
            for name in source.namelist():
                archive.writestr(name, source.read(name))

    def _table(
        self,
        widths: Sequence[float],
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        numbers: Set[int] = frozenset(),
    ) -> None:
        told = [*([heads] if heads else []), *rows]
        table = self._document.add_table(len(told), len(widths))
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for number, (row, values) in enumerate(zip(table.rows, told, strict=True)):
            is_head = bool(heads) and number == 0
            _whole(row, is_head)
            for place, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
                cell.width = Cm(widths[place])
                self._fill(cell, value, is_head, bold=not heads and place == 0)
                if place in numbers:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        beneath = self._document.add_paragraph().paragraph_format  # or the next table would grow together with this one
        beneath.space_after, beneath.line_spacing = Pt(0), Pt(5)

    def _fill(self, cell: Any, text: str, is_head: bool, bold: bool) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        white = RGBColor(0xFF, 0xFF, 0xFF)
        self._run(paragraph, text, bold=is_head or bold, colour=white if is_head else None, size=9)
        _shade(cell, _HEAD if is_head else None)

    def _run(
        self,
        paragraph: Any,
        text: str,
        *,
        bold: bool = False,
        colour: RGBColor | None = None,
        size: float | None = None,
    ) -> None:
        run = paragraph.add_run(text)
        run.bold = bold
        if colour is not None:
            run.font.color.rgb = colour
        if size:
            run.font.size = Pt(size)

    def _sheet(self, landscape: bool) -> None:
        section = self._document.sections[0]
        width, height = (_LONG, _SHORT) if landscape else (_SHORT, _LONG)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(width), Cm(height)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN)

    def _styles(self) -> None:
        styles = self._document.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = _FONT, Pt(_SIZE)
        normal.paragraph_format.space_after = Pt(4)
        for name, size in (("Title", 20), *((f"Heading {level}", size) for level, (size, *_) in _HEADINGS.items())):
            style = styles[name]
            style.font.name, style.font.size, style.font.bold, style.font.color.rgb = _FONT, Pt(size), True, _INK
            fonts = style.element.rPr.rFonts
            for script in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # they would win over the name
                fonts.attrib.pop(qn(f"w:{script}"), None)
        for level, (_, before, after) in _HEADINGS.items():
            spacing = styles[f"Heading {level}"].paragraph_format
            spacing.space_before, spacing.space_after = Pt(before), Pt(after)

    def _properties(self, title: str, at: datetime) -> None:
        properties = self._document.core_properties
        properties.title, properties.author, properties.last_modified_by = title[:255], "Arbiter", "Arbiter"
        properties.created = properties.modified = at.replace(microsecond=0)
        properties.comments, properties.keywords, properties.subject, properties.revision = "", "", "", 1

    def _running(self, about: str) -> None:
        section = self._document.sections[0]
        self._run(section.header.paragraphs[0], about, colour=_QUIET, size=8.5)
        foot = section.footer.paragraphs[0]
        self._run(foot, "Page ", colour=_QUIET, size=8.5)
        _field(foot, "PAGE")
        self._run(foot, " of ", colour=_QUIET, size=8.5)
        _field(foot, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    """A number that the reader's program fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = paragraph.add_run("1")
    run.font.size, run.font.color.rgb = Pt(8.5), _QUIET
    field.append(run._r)
    paragraph._p.append(field)


def _whole(row: Any, is_head: bool) -> None:
    """The row is not torn between pages; a header comes again on each."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if is_head else [])):
        properties.append(OxmlElement(name))


def _shade(cell: Any, fill: str | None) -> None:
    """The ground of a cell, and the line under it."""
    properties = cell._tc.get_or_add_tcPr()
    borders = OxmlElement("w:tcBorders")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _LINE)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties.append(borders)
    if fill:
        ground = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
            ground.set(qn(f"w:{name}"), value)
        properties.append(ground)


def _without_border(paragraph: Any) -> None:
    """The template draws a line under titles."""
    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    none = OxmlElement("w:bottom")
    none.set(qn("w:val"), "nil")
    borders.append(none)
    properties.append(borders)
