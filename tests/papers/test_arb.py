"""The papers of a meeting: agenda before, minutes after; nothing typed does anything, and nobody sees what is not theirs."""

from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from board import action, agenda, writing
from board.agenda import Item
from board.meeting import Meeting, call_meeting, meeting_on, move_to
from board.store import Board
from etl.config import Desk
from metrics.errors import ConfigError
from tests.papers.desk import EVIL, NASTY, OPERATIONS, PERSON, PLANTED, bytes_of, desk_in, files_of, text_of

FIRST, DAY = date(2025, 9, 5), date(2025, 9, 12)
LONG = "Write the FAQ" + " at length" * 98  # as long as may be typed


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with a meeting that raised two actions, and one that closed the first of them."""
    desk = desk_in(tmp_path_factory.mktemp("desk"))
    board = Board(desk.board)
    first = _begun(board, FIRST)
    action.record(board, first, "Phone the provider", "Cleo", date(2025, 9, 9), "ann", "jira/1")
    action.record(board, first, LONG, "Dan", date(2025, 9, 12), "ann")
    action.record(board, first, "Ask who leaked it", "Eve", None, "ann", "jira/5")
    move_to(board, first, "closed")
    second = _begun(board, DAY)
    writing.write(board, second.id, writing.MEETING, "participants", "Ann\nBob", 0, "ann")
    writing.write(board, second.id, "jira/1", "discussion", NASTY[:300] + "\nsecond line", 0, "ann")
    writing.write(board, second.id, "jira/1", "decision", "Ask again", 0, "ann")
    writing.write(board, second.id, "jira/5", "discussion", PLANTED, 0, "ann")
    action.close(board, 1, second, "He answered", "ann")
    return desk


def _begun(board: Board, day: date) -> Meeting:
    meeting = call_meeting(board, "arb", "ARB", day, "ann")
    shown = [Item("jira/1", "4 Goal missed"), Item("jira/3", "10 The rest"), Item("jira/5", "3 Priority channel")]
    agenda.begin(board, meeting, shown, datetime(day.year, day.month, day.day, 7))
    begun = meeting_on(board, "arb", day)
    assert begun is not None
    return begun


def test_before_a_meeting_there_is_an_agenda_as_of_the_morning(desk: Desk) -> None:
    files = files_of(desk, "arb", "2025-09-19")
    assert sorted(files) == ["-agenda.docx", ".xlsx"]
    said = text_of(files["-agenda.docx"])
    assert "Agenda of the ARB of 19 September 2025" in said
    assert "Friday 19 September 2025, 00:00 (Europe/Rome)" in said
    assert "the meeting is not called yet" in said
    assert [word in said for word in (LONG, "Phone the provider")] == [True, False]  # closed by then
    assert "DRAFT" in said and "Not read whole since the as-of instant: jira." in said


def test_a_note_of_the_chair_names_no_ticket_that_the_reader_may_not_see(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    board = Board(desk.board)
    meeting = _begun(board, DAY)
    writing.write(board, meeting.id, writing.MEETING, "note", "First DSEC-5, then DSD-1", 0, "ann")
    said = text_of(files_of(desk, "arb", "2025-09-12")["-agenda.docx"])
    assert "First (restricted), then DSD-1" in said and "DSEC-5" not in said


def test_an_action_is_overdue_once_its_day_is_past_when_the_board_meets(desk: Desk) -> None:
    on_its_day, later = (text_of(files_of(desk, "arb", day)["-agenda.docx"]) for day in (f"{DAY}", "2025-09-19"))
    assert ["9 Sep 2025, overdue" in on_its_day, "12 Sep 2025, overdue" in on_its_day] == [True, False]
    assert "12 Sep 2025, overdue" in later
    assert _overdue(desk, DAY) == {"A-001": None, "A-002": None}  # the first was closed at it
    assert _overdue(desk, date(2025, 9, 19)) == {"A-002": "overdue"}


def _overdue(desk: Desk, day: date) -> dict[str, str | None]:
    """Of the actions with a date, what the workbook of a meeting says of them."""
    sheet = load_workbook(files_of(desk, "arb", f"{day}")[".xlsx"])["Actions"]
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    return {row[0]: row[heads.index("Overdue")] for row in rows if row[heads.index("Until")]}


def test_a_section_has_one_heading_wherever_the_chair_saw_its_tickets(tmp_path: Path) -> None:
    """The chair ordered the tickets of a week later; the paper is of the morning."""
    desk = desk_in(tmp_path)
    board = Board(desk.board)
    meeting = call_meeting(board, "arb", "ARB", DAY, "ann")
    before = _headings(desk)
    assert len(before) == 2 and all(heading.endswith(" (1)") for heading in before)
    shown = [Item(ticket, "8 Stalled") for ticket in ("jira/1", "jira/3")]
    agenda.move(board, meeting, shown, "jira/3", 0)
    assert _headings(desk) == before
    agenda.put_first(board, meeting, shown, "jira/3")
    assert _headings(desk) == ["Put first by the chair (1)", before[0]]


def _headings(desk: Desk) -> list[str]:
    """Of the sections with tickets, in the order of the agenda, without its other sections."""
    document = Document(str(files_of(desk, "arb", f"{DAY}")["-agenda.docx"]))
    said = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    return said[1:-1]


@pytest.mark.rule("AMP-B3")
def test_after_it_there_are_minutes_that_stay(desk: Desk) -> None:
    files = files_of(desk, "arb", f"{FIRST}")
    assert sorted(files) == ["-agenda.docx", "-minutes.docx", ".xlsx"]
    said = text_of(files["-minutes.docx"])
    assert "Minutes of the ARB of 5 September 2025" in said and "ARB-001" in said
    assert "Friday 5 September 2025, 09:00 (Europe/Rome)" in said  # the figures with which the agenda was kept
    assert said.count("open") == 3  # also the one that the next meeting closed
    assert "He answered" not in said


def test_in_minutes_what_is_to_be_done_has_the_most_room(desk: Desk) -> None:
    table = Document(str(files_of(desk, "arb", f"{DAY}")["-minutes.docx"])).tables[1]
    widths = {cell.text: cell.width or 0 for cell in table.rows[0].cells}
    assert sorted(widths, key=lambda head: widths[head])[-1] == "What"
    assert widths["What"] > 2 * widths["State"]


def test_minutes_tell_what_was_said_as_it_was_typed(desk: Desk) -> None:
    files = files_of(desk, "arb", f"{DAY}")
    said = text_of(files["-minutes.docx"])
    assert "The meeting is not closed yet" in said and "DRAFT" in said
    assert f'=HYPERLINK("{EVIL}","x") <img src=x onerror=alert(1)> **bold**' in said
    assert "second line" in said and "Decision: Ask again" in said
    assert "closed: He answered" in said and "(a ticket that cannot be shown)" in said
    book = load_workbook(files[".xlsx"])
    assert book.sheetnames == ["Cover", "Agenda", "Actions", "Discussion"]
    rows = {row[0].value: row for row in book["Actions"].iter_rows(min_row=5)}
    assert (rows["A-001"][5].value, rows["A-001"][4].value.date()) == ("closed", date(2025, 9, 9))
    assert {cell.data_type for row in book["Discussion"].iter_rows(min_row=5) for cell in row} == {"s"}


@pytest.mark.parametrize("end", ["-agenda.docx", "-minutes.docx"])
def test_nothing_in_a_paper_leads_away_or_does_anything(desk: Desk, end: str) -> None:
    file = files_of(desk, "arb", f"{DAY}")[end]
    body = Document(str(file)).element.body.xml
    assert "hyperlink" not in body and "fldSimple" not in body and "instrText" not in body
    assert "… (cut)" in text_of(file) and "\u202e" not in text_of(file)


def test_made_again_it_is_the_same_to_the_byte(desk: Desk) -> None:
    first, second = (files_of(desk, "arb", f"{DAY}", out=out) for out in ("once", "again"))
    assert {end: file.read_bytes() for end, file in first.items()} == {e: f.read_bytes() for e, f in second.items()}


@pytest.mark.parametrize("roles", [("service_manager", "arb"), ("esa",)])
def test_no_paper_holds_a_word_that_its_reader_may_not_see(desk: Desk, roles: tuple[str, ...]) -> None:
    asked = [(f"{DAY}", "esa-arb")] + ([(f"{DAY}", "arb"), (f"{FIRST}", "arb")] if "esa" not in roles else [])
    files = [f for day, board in asked for f in files_of(desk, "arb", day, *roles, board=board).values()]  # type: ignore[arg-type]
    hidden = [PLANTED, "DSEC-5"] + ([OPERATIONS, PERSON, "Cleo", "Phone the provider"] if "esa" in roles else [])
    assert [(file.name, word) for file in files for word in hidden if word.encode() in bytes_of(file)] == []


def test_esa_makes_the_agenda_of_its_own_board_only(desk: Desk) -> None:
    files = files_of(desk, "arb", f"{DAY}", "esa", board="esa-arb")
    assert sorted(files) == ["-agenda.docx", ".xlsx"]
    said = text_of(files["-agenda.docx"])
    assert "DSD-1" in said and "Person " in said and "the desk sends the minutes" in said
    assert "not called yet" not in said and "No action" not in said  # it is not said what ESA cannot know
    with pytest.raises(ConfigError, match="--board arb: is no board for these roles; allowed: esa-arb, esa-cab"):
        files_of(desk, "arb", f"{DAY}", "esa")


def test_another_kind_is_on_no_board(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="--board arb: digest is on no board; allowed: with arb"):
        files_of(desk, "digest", "2025-W37", board="arb")


def test_a_board_that_is_none_is_one_sentence(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="--board cab: is no board for these roles; allowed: arb, esa-arb, esa-cab"):
        files_of(desk, "arb", f"{DAY}", board="cab")


def test_a_board_without_tickets_has_an_agenda_that_says_so(tmp_path: Path) -> None:
    said = text_of(files_of(desk_in(tmp_path), "arb", "2025-08-01", board="esa-cab")["-agenda.docx"])
    assert "No ticket is on this agenda" in said
