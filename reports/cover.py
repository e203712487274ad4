"""The first sheet of a workbook: what it is on, what it rests on, how to read it."""

from datetime import datetime

from reports.cells import Cell, Look
from reports.page import Page
from reports.request import Report
from reports.sheets import Book

_ROLES = {
    "service_manager": "service manager", "arb": "ARB", "esa": "ESA officer", "security": "security team",
}  # fmt: skip


def write_cover(report: Report, book: Book, reading: list[tuple[str, str]]) -> None:
    """The sheet Cover. `reading`: how to read the workbook, a line each: where, and what stands there."""
    page = book.page("Cover", (30, 12, 66), title=book.title, subtitle=report.profile.document, landscape=False)
    version, store_version = _version(report)
    _lines(page, [
        ("Period", f"{report.period.title} ({report.period.first} to {report.period.last}, {report.period.zone.key})"),
        ("As of", f"{wall(report, report.request.as_of)}: what happened strictly before it counts (AMP-W3)"),
        ("For", ", ".join(_ROLES[role] for role in sorted(report.request.roles)) + "; " + _sight(report)),
        ("Desk", f"{report.request.desk}: {report.profile.title}"),
        ("Profile", f"{report.profile.name}, version {report.profile.content_hash}: equal versions, equal rules"),
        ("Made by", f"Arbiter {version}; history up to run {store_version} of the store"),
    ])  # fmt: skip
    _statement(report, page)
    page.heading("How to read it")
    _lines(page, reading)


def wall(report: Report, at: datetime) -> str:
    """A UTC instant on the wall of the desk, with the name of its time."""
    return f"{report.local(at):%A} {report.local(at).day} {report.local(at):%B %Y, %H:%M} ({report.period.zone.key})"


def _version(report: Report) -> tuple[str, int]:
    row: tuple[str, int] = report.db.execute("SELECT code_version, store_version FROM meta").fetchall()[0]
    return row


def _sight(report: Report) -> str:
    if "security" in report.request.roles:
        return "restricted tickets are shown"
    people = "people are pseudonyms; " if report.pseudonyms else ""
    return f"{people}restricted tickets are counts and clock results alone"


def _statement(report: Report, page: Page) -> None:
    """Source = store = counted + left out; histories whole; read since."""
    complete = report.complete
    page.heading("Completeness")
    rows: list[tuple[str, int, str]] = [
        ("In the source", complete.in_source, "by its own list (census), as of the report"),
        *((f"  not read: {check}", n, "see the page Data") for check, n in complete.unread.items() if n),
        ("= in the store", complete.in_store, "tickets that existed at the as-of instant"),
        ("= counted", complete.counted, "in the figures of this report"),
        *((f"+ left out: {_REASONS[check]}", n, "AMP-W5, 1.1") for check, n in complete.left_out.items()),
    ]
    for what, n, said in rows:
        page.row(what, Cell(n, "number"), said)
    for source, at in complete.read_at.items():
        page.row(
            f"Read whole since ({source})", "not yet" if at is None else f"by the sync that ended {wall(report, at)}"
        )
    look: Look = "bad" if complete.doubts else "good"
    verdict = "DRAFT. " + " ".join(complete.doubts) if complete.doubts else "It adds up: nothing is missing."
    page.line("Verdict", verdict, look)


_REASONS = {
    "histories whole": "history not whole", "project in scope": "project out of scope", "type in scope": "type out of scope",
}  # fmt: skip


def _lines(page: Page, lines: list[tuple[str, str]]) -> None:
    for what, said in lines:
        page.line(what, said)
