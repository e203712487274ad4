"""The papers of a board's meeting: its agenda before, its minutes after, and both as a workbook (AMP-B1 to B4, 1.8)."""

from dataclasses import replace
from pathlib import Path

from board.meeting import Meeting
from board.store import Board
from metrics.errors import ConfigError
from metrics.profile import ReviewBoard
from reports.arb_agenda import agenda_paper
from reports.arb_minutes import minutes_paper
from reports.arb_workbook import workbook
from reports.called import USUAL_BOARD, called
from reports.minutes import minutes_of
from reports.request import Report
from reports.review import built, is_esas
from reports.sitting import Sitting, sit


def write_arb(report: Report, folder: Path) -> list[Path]:
    """The agenda (DOCX), from the beginning of the meeting on its minutes too (DOCX), and a workbook of both (XLSX).

    Raises ConfigError for a board that the profile does not have, or that is not for these roles.
    """
    name = report.request.board or USUAL_BOARD
    now = _sitting(report, name, _rule(report, name))
    said = minutes_of(now) if now.meeting.state != "preparing" else None
    agenda, minutes, book = (
        folder / f"{report.request.stem}{end}" for end in ("-agenda.docx", "-minutes.docx", ".xlsx")
    )
    agenda_paper(report, now).save(agenda)
    if said:
        minutes_paper(report, said).save(minutes)
    workbook(report, now, said).save(book)
    return [agenda, *([minutes] if said else []), book]


def _rule(report: Report, name: str) -> ReviewBoard:
    """Its rule. Who sees pseudonyms has ESA's boards."""
    boards = report.profile.board
    theirs = [one for one, rule in boards.items() if not report.pseudonyms or is_esas(rule.flag)]
    if name not in theirs:
        raise ConfigError(f"--board {name}: is no board for these roles; allowed: {', '.join(theirs) or 'none'}")
    return boards[name]


def _sitting(report: Report, name: str, rule: ReviewBoard) -> Sitting:
    """The meeting beside its tickets, called or not. What the board wrote names people: it is not for ESA to make."""
    meeting = None if report.pseudonyms else called(report.request.board_file, name, report.period)
    uncalled = Meeting(0, name, rule.title, report.period.first, "", "preparing", None)
    now = sit(report.db, Board(report.request.board_file), meeting or uncalled, built(report.db, name))
    return replace(now, actions=[]) if report.pseudonyms else now
