"""The monthly report: one workbook for the service manager and the agency's technical officer."""

from pathlib import Path

from reports.request import Report
from reports.sheets import Book


def write_monthly(report: Report, folder: Path) -> list[Path]:
    """The workbook of a month. Returns its path."""
    request = report.request
    book = Book(f"{report.profile.title}, {report.period.title}", request.as_of, report.period.zone,
                report.profile.nwd_seconds, report.draft)  # fmt: skip
    book.page("Cover", (24, 60), title=book.title)
    path = folder / f"{request.stem}.xlsx"
    book.save(path)
    return [path]
