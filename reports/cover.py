"""What a report is on and rests on, in lines: for the first sheet of a workbook, and for the papers."""

from datetime import datetime

from reports.cells import Cell, Look
from reports.made_by import made_by
from reports.page import Page
from reports.period import day_in_words
from reports.request import Report
from reports.sheets import Book
from sight.roles import ROLE_NAMES

Lines = list[tuple[str, str]]


def write_cover(report: Report, book: Book, reading: Lines) -> None:
    """The sheet Cover. `reading`: how to read the workbook, a line each: where, and what stands there."""
    page = book.page("Cover", (30, 12, 66), title=book.title, subtitle=report.profile.document, landscape=False)
    _lines(page, about_lines(report))
    page.heading("Completeness")
    for what, n, note in _counted(report):
        page.row(what, Cell(n, "number"), note)
    for source, said in _read(report):
        page.line(source, said)
    look: Look = "bad" if report.complete.doubts else "good"
    page.line("Verdict", verdict(report), look)
    page.heading("How to read it")
    _lines(page, reading)


def about_lines(report: Report) -> Lines:
    """Period, T, for whom, by which rules, made by which program."""
    return [
        ("Period", f"{report.period.title} ({report.period.first} to {report.period.last}, {report.period.zone.key})"),
        ("As of", f"{wall(report, report.request.as_of)}: what happened strictly before it counts (AMP-W3)"),
        ("For", ", ".join(ROLE_NAMES[role] for role in sorted(report.request.roles)) + "; " + _sight(report)),
        ("Desk", f"{report.request.desk}: {report.profile.title}"),
        ("Profile", f"{report.profile.name}, version {report.profile.content_hash}: equal versions, equal rules"),
        ("Made by", f"Arbiter {made_by(report.db)}"),
    ]


def completeness_lines(report: Report) -> Lines:
    """Source = store = counted + left out; histories whole; read since."""
    return [*((what, f"{n:,}   {note}") for what, n, note in _counted(report)), *_read(report)]


def _counted(report: Report) -> list[tuple[str, int, str]]:
    complete = report.complete
    return [
        ("In the source", complete.in_source, "by its own list (census), as of the report"),
        *((f"  not read: {check}", n, "see the page Data") for check, n in complete.unread.items() if n),
        ("= in the store", complete.in_store, "tickets that existed at the as-of instant"),
        ("= counted", complete.counted, "in the figures of this report"),
        *((f"+ left out: {_REASONS[check]}", n, "AMP-W5, 1.1") for check, n in complete.left_out.items()),
    ]


def _read(report: Report) -> Lines:
    return [
        (f"Read whole since ({source})", "not yet" if at is None else f"by the sync that ended {wall(report, at)}")
        for source, at in report.complete.read_at.items()
    ]


def verdict(report: Report) -> str:
    """Whether it adds up; else why the report is a draft."""
    doubts = report.complete.doubts
    return "DRAFT. " + " ".join(doubts) if doubts else "It adds up: nothing is missing."


def wall(report: Report, at: datetime) -> str:
    """A UTC instant on the wall of the desk, with the name of its time."""
    local = report.local(at)
    return f"{day_in_words(local)}, {local:%H:%M} ({report.period.zone.key})"


def _sight(report: Report) -> str:
    if "security" in report.request.roles:
        return "restricted tickets are shown"
    people = "people are pseudonyms; " if report.pseudonyms else ""
    return f"{people}restricted tickets are counts and clock results alone"


_REASONS = {
    "histories whole": "history not whole", "project in scope": "project out of scope", "type in scope": "type out of scope",
}  # fmt: skip


def _lines(page: Page, lines: Lines) -> None:
    for what, said in lines:
        page.line(what, said)
