"""The board: what people write is on disk when they were told so, and nobody overwrites anybody."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import pytest

from board import action, agenda, escalation, recommendation, saved_view, writing
from board.agenda import Item
from board.backup import back_up
from board.meeting import Meeting, call_meeting, meeting_on, meetings, move_to
from board.saved_view import SavedView
from board.store import Board
from metrics.errors import ArbiterError

FRIDAY, NEXT, LATER = date(2026, 11, 20), date(2026, 11, 27), date(2026, 12, 4)


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "desk" / "board.sqlite")


def ids(items: list[Item]) -> list[str]:
    return [item.ticket_id for item in items if not item.dropped]


BUILT = [Item("jira/1", "goal missed"), Item("jira/2", "stalled"), Item("jira/3", "stalled")]


def test_a_meeting_is_called_once_and_goes_its_way(board: Board) -> None:
    first = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    assert call_meeting(board, "arb", "ARB", FRIDAY, "bob") == first
    assert (first.reference, first.title) == ("ARB-001", "ARB of 20 November 2026")
    move_to(board, first, "held")
    move_to(board, first, "closed")
    assert [m.state for m in meetings(board, "arb")] == ["closed"]
    with pytest.raises(ArbiterError, match="is closed: next can be held, not preparing"):
        move_to(board, first, "preparing")


def test_the_chair_reorders_adds_and_drops(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    agenda.drop(board, meeting, "jira/1")
    agenda.add(board, meeting, "jira/9")
    assert ids(agenda.agenda(board, meeting, BUILT)) == ["jira/2", "jira/3", "jira/9"]
    agenda.move(board, meeting, agenda.agenda(board, meeting, BUILT), "jira/3", 0)
    agenda.put_first(board, meeting, agenda.agenda(board, meeting, BUILT), "jira/9")
    assert ids(agenda.agenda(board, meeting, BUILT)) == ["jira/9", "jira/3", "jira/2"]
    agenda.put_back(board, meeting, "jira/9")
    assert ids(agenda.agenda(board, meeting, BUILT)) == ["jira/3", "jira/2", "jira/9"]
    agenda.restore(board, meeting, "jira/1")
    assert sorted(ids(agenda.agenda(board, meeting, BUILT))) == ["jira/1", "jira/2", "jira/3", "jira/9"]


def test_sections_stay_whole_when_tickets_change_theirs_after_the_chair_ordered(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    now = [Item("jira/1", "goal missed"), *(Item(f"jira/{n}", "stalled") for n in (2, 3, 4, 5))]
    agenda.move(board, meeting, agenda.agenda(board, meeting, now), "jira/5", 0)
    agenda.put_first(board, meeting, agenda.agenda(board, meeting, now), "jira/4")
    then = [Item(f"jira/{n}", "goal missed") for n in (1, 2, 5)]  # as of another instant
    then += [Item(f"jira/{n}", "stalled") for n in (6, 3, 4)]
    assert [(item.ticket_id, item.heading) for item in agenda.agenda(board, meeting, then)] == [
        ("jira/4", "Put first by the chair"),
        ("jira/1", "goal missed"),
        ("jira/2", "goal missed"),
        ("jira/5", "goal missed"),  # the chair put it first of another section
        ("jira/6", "stalled"),  # never seen by the chair
        ("jira/3", "stalled"),
    ]
    assert ids(agenda.agenda(board, meeting, now)) == ["jira/4", "jira/1", "jira/5", "jira/2", "jira/3"]


def test_what_the_chair_moved_is_not_on_the_agenda_that_begins_once_it_left_it(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    agenda.put_first(board, meeting, agenda.agenda(board, meeting, BUILT), "jira/3")
    agenda.move(board, meeting, agenda.agenda(board, meeting, BUILT), "jira/1", 0)
    left = agenda.agenda(board, meeting, BUILT[1:2])  # the two others were resolved
    agenda.begin(board, meeting, left, datetime(2026, 11, 20, 8))
    begun = meeting_on(board, "arb", FRIDAY)
    assert begun is not None and ids(agenda.agenda(board, begun, BUILT)) == ["jira/2"]


def test_an_agenda_that_began_no_longer_follows_the_mart(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    agenda.drop(board, meeting, "jira/3")
    agenda.begin(board, meeting, agenda.agenda(board, meeting, BUILT), datetime(2026, 11, 20, 8))
    begun = meeting_on(board, "arb", FRIDAY)
    assert begun is not None and (begun.state, begun.as_of) == ("held", "2026-11-20T08:00:00")
    newer = [Item("jira/7", "priority channel"), *BUILT]
    assert ids(agenda.agenda(board, begun, newer)) == ["jira/1", "jira/2"]
    agenda.add(board, begun, "jira/7")  # somebody brings it up during the meeting
    assert ids(agenda.agenda(board, begun, newer)) == ["jira/1", "jira/2", "jira/7"]


def test_a_text_is_there_after_a_restart_and_two_who_write_at_once_lose_nothing(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    seen = writing.write(board, meeting.id, "jira/1", "discussion", "The provider waits.", 0, "ann")
    other = Board(board.path)
    theirs = writing.write(other, meeting.id, "jira/1", "discussion", "The provider waits.\nCall him.", 1, "bob")
    mine = writing.write(
        board, meeting.id, "jira/1", "discussion", "The provider waits.\nMail her.", seen.version, "ann"
    )
    assert (theirs.version, mine.version) == (2, 3)
    assert mine.body == "The provider waits.\nCall him.\nMail her."
    assert writing.read(Board(board.path), meeting.id, "jira/1", "discussion").body == mine.body
    same = writing.write(board, meeting.id, "jira/1", "discussion", mine.body, 3, "ann")
    assert same.version == 3  # saying the same again is no new version


def still_open(board: Board, meeting: Meeting) -> list[action.Action]:
    """The actions that are open after a meeting."""
    return [one for one in action.standing(board, meeting) if one.state == "open"]


def test_actions_keep_their_number_until_closed_and_come_back(board: Board) -> None:
    this, following = call_meeting(board, "arb", "ARB", FRIDAY, "ann"), call_meeting(board, "arb", "ARB", NEXT, "ann")
    one = action.record(board, this, " Phone the provider ", "cleo", date(2026, 11, 24), "ann", "jira/1")
    two = action.record(board, this, "Write the FAQ", "dan", None, "ann")
    assert [(a.label, a.text, a.due) for a in still_open(board, this)] == [
        ("A-001", "Phone the provider", date(2026, 11, 24)),
        ("A-002", "Write the FAQ", None),
    ]
    faq = action.standing(board, this)[1]
    action.change(board, faq, "Write the long FAQ", "dan", date(2026, 11, 23), following, "bob")
    action.close(board, one, following, "He answered.", "ann")
    assert [a.number for a in still_open(board, following)] == [two]
    assert [(a.number, a.state, a.outcome) for a in action.standing(board, following)] == [
        (one, "closed", "He answered."),
        (two, "open", ""),
    ]
    then = [(a.label, a.state, a.outcome) for a in action.standing(board, this)]
    assert then == [("A-001", "open", ""), ("A-002", "open", "")]  # the minutes of the first meeting stay as they were
    assert [(a.text, a.due) for a in action.standing(board, this)][1] == ("Write the FAQ", None)
    assert [(a.text, a.due) for a in still_open(board, following)] == [("Write the long FAQ", date(2026, 11, 23))]
    assert [a.state for a in action.standing(board, following)] == ["closed", "open"]
    assert [a.number for a in action.standing(board, call_meeting(board, "arb", "ARB", LATER, "ann"))] == [two]
    action.reopen(board, one, "ann")
    assert [a.number for a in action.actions_on(board, "jira/1") if a.state == "open"] == [one]
    with board.reading() as db:
        kept = db.execute("SELECT field, before, after, amended_by FROM amendment ORDER BY rowid").fetchall()
    assert ("due", None, "2026-11-23", "bob") in [tuple(row) for row in kept]
    assert ("state", "open", "closed", "ann") in [tuple(row) for row in kept]


def test_actions_of_a_ticket_as_of_an_instant_say_what_they_said_then(tmp_path: Path) -> None:
    now = iter(range(10, 60))
    board = Board(tmp_path / "board.sqlite", lambda: f"2026-11-20T09:{next(now)}:00.000000")
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")  # at 09:10
    action.record(board, meeting, "Phone", "cleo", date(2026, 11, 24), "ann", "jira/1")
    [phone] = action.actions_on(board, "jira/1")
    action.change(board, phone, "Phone CGI", "dan", None, meeting, "ann")
    action.close(board, 1, meeting, "They answered", "ann")
    action.reopen(board, 1, "bob")

    def said(minute: int) -> list[tuple[str, str, date | None, str, str]]:
        found = action.actions_on(board, "jira/1", f"2026-11-20T09:{minute}:30.000000")
        return [(one.text, one.actionee, one.due, one.state, one.outcome) for one in found]

    assert said(10) == []
    assert said(11) == [("Phone", "cleo", date(2026, 11, 24), "open", "")]
    assert said(12) == [("Phone CGI", "dan", None, "open", "")]
    assert said(13) == [("Phone CGI", "dan", None, "closed", "They answered")]
    assert said(14) == [("Phone CGI", "dan", None, "open", "")]  # not `open: They answered`


@pytest.mark.parametrize(
    ("text", "actionee", "said"), [("  ", "cleo", "the action is"), ("Phone", "", "the actionee is")]
)
def test_an_action_says_what_and_who(board: Board, text: str, actionee: str, said: str) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    with pytest.raises(ArbiterError, match=f"{said} empty: write what it should say"):
        action.record(board, meeting, text, actionee, None, "ann")
    assert still_open(board, meeting) == []
    action.record(board, meeting, "Phone", "cleo", None, "ann")
    [phone] = still_open(board, meeting)
    with pytest.raises(ArbiterError, match=f"{said} empty: write what it should say"):
        action.change(board, phone, text, actionee, None, meeting, "ann")


def test_minutes_say_what_their_meeting_changed_though_the_next_one_was_called(board: Board) -> None:
    this = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    action.record(board, this, "Phone", "cleo", None, "ann", "jira/1")
    following = call_meeting(board, "arb", "ARB", NEXT, "ann")  # at the end of this one, which goes on
    [phone] = still_open(board, this)
    action.change(board, phone, "Phone the provider", "cleo", None, this, "ann")
    [phone] = still_open(board, following)
    action.change(board, phone, "Phone the provider", "dan", date(2026, 11, 30), following, "bob")

    def said(meeting: Meeting) -> list[tuple[str, str, date | None]]:
        return [(one.text, one.actionee, one.due) for one in action.standing(board, meeting)]

    assert said(this) == [("Phone the provider", "cleo", None)]
    assert said(following) == [("Phone the provider", "dan", date(2026, 11, 30))]
    [phone] = still_open(board, this)  # this one is opened again, to correct it
    action.change(board, phone, "Phone CGI", "cleo", None, this, "ann")
    assert said(this) == [("Phone CGI", "cleo", None)]
    assert said(following) == [("Phone CGI", "dan", date(2026, 11, 30))]


def test_a_change_of_before_meetings_were_kept_with_it_is_told_as_it_was(board: Board) -> None:
    """By the board of schema 2: what was changed since the next meeting was called is not in the minutes of this one."""
    this = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    action.record(board, this, "Phone", "cleo", None, "ann")
    following = call_meeting(board, "arb", "ARB", NEXT, "ann")
    with board.transaction() as db:
        db.execute("ALTER TABLE escalation DROP COLUMN action")
        db.execute("ALTER TABLE amendment DROP COLUMN meeting_id")
        db.execute("PRAGMA user_version = 2")
        db.execute("UPDATE action SET text = 'Phone CGI'")
        changed = ["action", 1, "text", "Phone", "Phone CGI", board.now(), "bob"]
        db.execute("INSERT INTO amendment VALUES (?, ?, ?, ?, ?, ?, ?)", changed)
    again = Board(board.path)
    assert [one.text for one in action.standing(again, this)] == ["Phone"]
    assert [one.text for one in action.standing(again, following)] == ["Phone CGI"]


def test_two_chairs_who_change_one_action_do_not_undo_each_other(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    action.record(board, meeting, "Phone", "cleo", None, "ann", "jira/1")
    [seen] = action.actions_on(board, "jira/1")  # on the pages of both
    action.change(board, seen, "Phone", "cleo", date(2026, 11, 30), meeting, "ann")
    action.change(board, seen, "Phone CGI", "cleo", None, meeting, "bob")
    [stands] = action.actions_on(board, "jira/1")
    assert (stands.text, stands.due) == ("Phone CGI", date(2026, 11, 30))
    with pytest.raises(ArbiterError, match="A-001 was changed meanwhile: look at what it says now"):
        action.change(board, seen, "Mail", "cleo", None, meeting, "ann")
    action.close(board, 1, meeting, "They answered", "ann")
    with pytest.raises(ArbiterError, match="A-001 was closed meanwhile: it stays as it is"):
        action.close(board, 1, meeting, "", "bob", "cancelled")
    with pytest.raises(ArbiterError, match="A-001 was changed meanwhile"):
        action.change(board, stands, "Mail", "cleo", None, meeting, "bob")
    [ended] = action.standing(board, meeting)
    assert (ended.text, ended.state, ended.outcome) == ("Phone CGI", "closed", "They answered")


def test_an_action_knows_who_changed_what(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    number = action.record(board, meeting, "Phone", "cleo", None, "ann", "jira/1")
    [seen] = action.actions_on(board, "jira/1")
    action.change(board, seen, "Phone", "dan", date(2026, 11, 30), meeting, "bob")
    action.close(board, number, meeting, "They answered", "eve")
    assert [(one.who, one.field, one.before, one.after) for one in action.history(board, number)] == [
        ("ann", "recorded", None, None),
        ("bob", "actionee", "cleo", "dan"),
        ("bob", "due", None, "2026-11-30"),
        ("eve", "state", "open", "closed"),
        ("eve", "outcome", "", "They answered"),
    ]


def test_recommendations_have_a_risk_and_an_answer(board: Board) -> None:
    number = recommendation.recommend(board, "Two people on call", "ann", date(2026, 9, 30), "nobody answers at night")
    recommendation.revise(board, number, "bob", followed="partly", outcome="one person")
    (one,) = recommendation.recommendations(board)
    assert (one.label, one.followed, one.outcome) == ("R-001", "partly", "one person")
    assert recommendation.recommendations(board, until=date(2026, 9, 29)) == []
    with pytest.raises(ArbiterError, match="allowed are not yet known, yes, partly, no"):
        recommendation.revise(board, number, "bob", followed="maybe")
    with pytest.raises(ArbiterError, match="there is no recommendation 7"):
        recommendation.revise(board, 7, "bob", followed="yes")


def test_the_register_as_of_an_instant_says_what_it_said_then(tmp_path: Path) -> None:
    days = iter(f"2026-{month}-15T12:00:00.000000" for month in ("09", "10", "11", "12"))
    board = Board(tmp_path / "board.sqlite", now=lambda: next(days))
    number = recommendation.recommend(board, "Two on call", "ann", date(2026, 9, 14), "nobody answers")
    recommendation.revise(board, number, "bob", followed="partly", outcome="one person")
    recommendation.revise(board, number, "bob", text="Three on call", made_on=date(2026, 10, 1))
    recommendation.revise(board, number, "bob", followed="yes", outcome="three")

    def said(as_of: datetime) -> list[tuple[str, str, str]]:
        return [(r.text, r.followed, r.outcome) for r in recommendation.recommendations(board, as_of=as_of)]

    assert said(datetime(2026, 10, 1)) == [("Two on call", "not yet known", "")]
    assert said(datetime(2026, 11, 1)) == [("Two on call", "partly", "one person")]
    assert said(datetime(2027, 1, 1)) == [("Three on call", "yes", "three")]
    september, then = date(2026, 9, 30), datetime(2026, 10, 1)
    assert len(recommendation.recommendations(board, september, then)) == 1  # it was of September by then
    assert recommendation.recommendations(board, september) == []
    with pytest.raises(ArbiterError, match="the author is empty"):
        recommendation.revise(board, number, "bob", author=" ")


def test_an_escalation_step_is_marked_and_unmarked(board: Board) -> None:
    escalation.mark(board, "jira/1", "resolution", 2, "phone", True, "spoke to her", "ann")
    escalation.mark(board, "jira/1", "resolution", 2, "phone", False, "wrong ticket", "bob")
    found = escalation.marks(board)["jira/1", "resolution", 2, "phone"]
    assert (found.done, found.note, found.marked_by) == (False, "wrong ticket", "bob")


def test_many_writers_at_once_lose_nothing(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")

    def write(n: int) -> None:
        mine = Board(board.path)
        action.record(mine, meeting, f"action {n}", "cleo", None, f"person {n}")
        writing.write(mine, meeting.id, writing.MEETING, "participants", f"line {n}", 0, f"person {n}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert {a.text for a in still_open(board, meeting)} == {f"action {n}" for n in range(40)}
    lines = writing.read(board, meeting.id, writing.MEETING, "participants").body.splitlines()
    assert sorted(lines) == sorted(f"line {n}" for n in range(40))


def test_what_was_confirmed_survives_a_kill(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    script = f"""
import os, signal
from pathlib import Path
from board import action
from board.meeting import call_meeting
from board.saved_view import SavedView
from board.store import Board
from datetime import date
board = Board(Path({str(board.path)!r}))
meeting = call_meeting(board, "arb", "ARB", date(2026, 11, 20), "ann")
action.record(board, meeting, "said and kept", "cleo", None, "ann")
with board.transaction() as db:
    db.execute("INSERT INTO action (board, meeting_id, text, actionee, created_at, created_by)"
               " VALUES ('arb', 1, 'half', 'x', '', '')")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
    assert [a.text for a in action.standing(Board(board.path), meeting)] == ["said and kept"]


def test_a_backup_is_a_board(board: Board, tmp_path: Path) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    action.record(board, meeting, "Phone", "cleo", None, "ann")
    board.backup(tmp_path / "backup" / "board.sqlite")
    assert [a.text for a in still_open(Board(tmp_path / "backup" / "board.sqlite"), meeting)] == ["Phone"]


def test_a_board_is_backed_up_once_a_day_and_two_weeks_are_kept(board: Board, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    for day in range(1, 17):
        back_up(board.path, folder, now=lambda day=day: f"2026-11-{day:02}T08:00:00")  # type: ignore[misc]
    action.record(board, meeting, "Phone", "cleo", None, "ann")
    last = back_up(board.path, folder, now=lambda: "2026-11-16T17:00:00")
    assert [copy.name for copy in sorted(folder.iterdir())] == [
        f"board-2026-11-{day:02}.sqlite" for day in range(3, 17)
    ]
    assert last and [a.text for a in still_open(Board(last), meeting)] == ["Phone"]
    assert back_up(tmp_path / "nobody-wrote.sqlite", folder) is None


def test_a_backup_by_a_clock_that_went_back_stays(board: Board, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    for day in range(1, 15):
        back_up(board.path, folder, now=lambda day=day: f"2099-11-{day:02}T08:00:00")  # type: ignore[misc]
    copy = back_up(board.path, folder, now=lambda: "2026-11-16T17:00:00")
    assert copy and copy.exists()


def test_a_backup_that_cannot_be_written_is_said_plainly(board: Board) -> None:
    with pytest.raises(ArbiterError, match=r"^/proc/board-.*: the board cannot be read or written: unable to open"):
        back_up(board.path, Path("/proc"))


def test_a_full_disk_is_said_plainly_and_nothing_is_kept(board: Board) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    with (
        pytest.raises(ArbiterError, match="cannot be read or written: database or disk is full"),
        board.transaction() as db,
    ):
        db.execute("UPDATE meeting SET title = 'half'")
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        db.execute("INSERT INTO meeting (board, title, held_on, reference, created_at, created_by)"
                   " VALUES ('arb', ?, '', '', '', '')", ["x" * 100_000])  # fmt: skip
    assert meetings(board, "arb") == [meeting]


def test_who_reads_does_not_wait_for_who_writes(board: Board, tmp_path: Path) -> None:
    meeting = call_meeting(board, "arb", "ARB", FRIDAY, "ann")
    with board.transaction():  # held until the end: who waited for it would be refused
        assert still_open(Board(board.path), meeting) == []
        assert back_up(board.path, tmp_path / "backup")


def test_what_is_no_board_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database, but long enough to be taken for one" * 30)
    with pytest.raises(ArbiterError, match="the board cannot be read or written: file is not a database"):
        Board(tmp_path / "text")
    with sqlite3.connect(tmp_path / "other") as db:
        db.execute("CREATE TABLE t (a)")
    db.close()
    with pytest.raises(ArbiterError, match="is an SQLite file but no board of Arbiter"):
        Board(tmp_path / "other")
    with sqlite3.connect(tmp_path / "newer") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(ArbiterError, match="has schema 99, this program knows 4: update Arbiter"):
        Board(tmp_path / "newer")


def test_a_saved_view_is_its_owners_and_can_be_replaced_and_forgotten(board: Board) -> None:
    saved_view.save(board, "ann", SavedView(" Mine ", "goals", "project=DSD"))
    saved_view.save(board, "ann", SavedView("Mine", "goals", "project=DSP"))
    saved_view.save(board, "bob", SavedView("Mine", "", ""))
    assert saved_view.saved(board, "ann") == [SavedView("Mine", "goals", "project=DSP")]
    saved_view.forget(board, "ann", "Mine")
    assert (saved_view.saved(board, "ann"), len(saved_view.saved(board, "bob"))) == ([], 1)
    with pytest.raises(ArbiterError, match="0 characters are no name for a view; allowed: 1 to 60"):
        saved_view.save(board, "ann", SavedView("  ", "", ""))
