"""The quarterly report: the metrics of the second and third line, and the register of recommendations (DMSU-M1 to M10)."""

from pathlib import Path

from reports.cover import write_cover
from reports.definitions_sheet import write_definitions
from reports.quarterly_paper import quarterly_paper
from reports.quarterly_register import register
from reports.quarterly_summary import summary
from reports.quarterly_tables import Table, tables_of
from reports.request import Report
from reports.sheets import Book

_VIEWS = (
    "line_month", "unit_response_month", "eta_accuracy", "eta_slip", "eta_standing", "follow_up", "product_month",
)  # fmt: skip
_HEADER = 4  # the row of a table's header under the title


def write_quarterly(report: Report, folder: Path) -> list[Path]:
    """The report of a quarter as a workbook and as a paper. Returns the two files."""
    tables = tables_of(report)
    told = [summary(report, tables), *tables, register(report)]
    book, paper = (folder / f"{report.request.stem}.{end}" for end in ("xlsx", "docx"))
    _workbook(report, told).save(book)
    quarterly_paper(report, told).save(paper)
    return [book, paper]


def _workbook(report: Report, told: list[Table]) -> Book:
    title = f"{report.profile.title}: {report.period.title}"
    book = Book(title, report.request.as_of, report.period.zone, report.profile.nwd_seconds, report.draft)
    write_cover(report, book, [(one.name, f"{one.title} ({one.rules})") for one in told])
    for one in told:
        widths = [column.width or 13 for column in one.columns]
        page = book.page(one.name, widths, title=f"{one.title} ({one.rules})", subtitle=one.note, frozen=_HEADER)
        page.table(one.columns, one.rows, filtered=True)
    write_definitions(report, book, _VIEWS)
    return book
