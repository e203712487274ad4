"""Papers that were frozen: made anew from the archive they are the same; what people wrote since is told apart."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from board import agenda, writing
from board.agenda import Item
from board.meeting import call_meeting, meeting_on
from board.recommendation import recommend, revise
from board.store import Board
from etl.config import Desk
from etl.store import utc_now
from launch.reporting import again, difference, publisher, report_request
from launch.terminal import Terminal
from metrics.errors import ArbiterError, ConfigError
from reports.archive import Entry
from reports.kinds import make_report
from reports.request import ReportRequest
from reports.restatement_text import restatement_text
from tests.desks import jira_issue, store_of
from tests.naive.examples import faultless, moves
from tests.papers.desk import desk_in, text_of

DAY = date(2025, 9, 12)


@dataclass(frozen=True)
class Frozen:
    """A desk with a frozen paper: what was asked for, the entry, and its files' bytes by name."""

    desk: Desk
    asked: ReportRequest
    entry: Entry
    files: dict[str, bytes]


def freeze(desk: Desk, kind: str, period: str) -> Frozen:
    asked = report_request(desk, kind, period, None)
    files, entry = make_report(asked, publisher(desk, Terminal()), desk.folder / "out", Terminal().count, freezing=True)
    assert entry is not None
    return Frozen(desk, asked, entry, {file.name: file.read_bytes() for file in files})


@pytest.fixture(scope="module")
def minutes(tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """Frozen minutes of a meeting, in which somebody then corrected what was decided."""
    desk = desk_in(tmp_path_factory.mktemp("board"))
    board = Board(desk.board)
    meeting = call_meeting(board, "arb", "ARB", DAY, "ann")
    agenda.begin(board, meeting, [Item("jira/1", "4 Goal missed")], datetime(2025, 9, 12, 7))
    told = writing.write(board, meeting.id, "jira/1", "decision", "Ask again", 0, "ann")
    frozen = freeze(desk, "arb", "2025-09-12")
    writing.write(board, meeting.id, "jira/1", "decision", "Ask nobody", told.version, "ann")
    assert meeting_on(board, "arb", DAY) is not None
    return frozen


def test_papers_are_made_anew_from_what_was_archived_with_them(
    minutes: Frozen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = again(minutes.desk, minutes.asked, tmp_path, Terminal())
    assert f"{minutes.asked.stem}: made from no. 1, the last of 1 frozen\n" in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in made} == minutes.files
    assert "Ask again" in text_of(next(file for file in made if file.name.endswith("-minutes.docx")))


def test_papers_made_now_tell_of_the_board_as_it_is(minutes: Frozen, tmp_path: Path) -> None:
    files, _ = make_report(minutes.asked, publisher(minutes.desk, Terminal()), tmp_path, Terminal().count)
    assert "Ask nobody" in text_of(next(file for file in files if file.name.endswith("-minutes.docx")))


@pytest.mark.parametrize("name", ["board.sqlite", "mart.duckdb", "profile.json"])
@pytest.mark.parametrize("gone", [True, False])
def test_nothing_is_made_from_what_is_not_as_it_was_archived(
    minutes: Frozen, tmp_path: Path, name: str, gone: bool
) -> None:
    kept = minutes.entry.folder / name
    was = kept.read_bytes()
    kept.unlink()
    if not gone:
        kept.write_bytes(was + b"x")
    try:
        with pytest.raises(ArbiterError, match=re.escape(f"{kept.parent}: {name}: not as archived: bring it back")):
            again(minutes.desk, minutes.asked, tmp_path, Terminal())
    finally:
        kept.write_bytes(was)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b"{}", b"\xff", b"an instant"])
def test_a_damaged_manifest_is_named(minutes: Frozen, tmp_path: Path, damaged: bytes) -> None:
    manifest = minutes.entry.folder / "manifest.json"
    was = manifest.read_bytes()
    manifest.chmod(0o644)
    manifest.write_bytes(damaged if damaged != b"an instant" else was.replace(b'"2025-', b'"20x5-'))
    try:
        with pytest.raises(ArbiterError, match=re.escape(f"{manifest}: is damaged: bring it back from a backup")):
            again(minutes.desk, minutes.asked, tmp_path, Terminal())
    finally:
        manifest.write_bytes(was)


def test_before_anybody_wrote_is_a_state_too(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    desk.board.unlink(missing_ok=True)
    agenda_, quarter = (freeze(desk, *asked) for asked in (("arb", "2025-09-12"), ("quarterly", "2025-Q3")))
    assert not desk.board.exists()  # a report writes nothing there
    board = Board(desk.board, now=lambda: "2025-09-11T12:00:00.000000")
    writing.write(board, call_meeting(board, "arb", "ARB", DAY, "ann").id, "", "note", "Ask the provider", 0, "ann")
    recommend(board, "Two people on call", "Cleo Planner", date(2025, 6, 20), "nobody answers")
    for frozen in (agenda_, quarter):
        made = again(desk, frozen.asked, tmp_path / frozen.asked.kind, Terminal())
        assert {file.name: file.read_bytes() for file in made} == frozen.files
    found = difference(desk, quarter.asked, Terminal())
    assert {step.cause for change in found.changes for step in change.steps} == {"what people wrote"}


def test_a_board_is_no_report_with_figures(minutes: Frozen) -> None:
    with pytest.raises(ConfigError, match="arb: has no figures to compare; allowed: monthly, quarterly"):
        difference(minutes.desk, minutes.asked, Terminal())


def test_a_quarter_tells_late_tickets_from_what_was_written_since(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    days = iter(f"2025-{day}T12:00:00.000000" for day in ("09-02", "09-15"))
    board = Board(desk.board, now=lambda: next(days))
    recommend(board, "Two people on call", "Cleo Planner", date(2025, 6, 20), "nobody answers")
    frozen = freeze(desk, "quarterly", "2025-Q3")
    revise(board, 1, "bob", followed="partly", outcome="one person")  # entered as of then
    late = faultless("DSD-9", "2025-09-08 09:00", *moves("OPEN", "2025-09-08 10:00 RECEIVED"))
    store_of([jira_issue(late)], desk.store, run=2, seen_at=utc_now())
    found = difference(desk, frozen.asked, Terminal())
    causes = {change.place.sheet: {step.cause for step in change.steps} for change in found.changes}
    assert causes.pop("Recommendations") == {"what people wrote"}
    assert set.union(*causes.values()) == {"late data"}
    [came] = [c for c in found.changes if (c.place.sheet, c.place.column) == ("Lines", "Came")]
    assert came.place.labels == (("Quarter", "Q3 2025"), ("Line", "desk"))
    assert (came.frozen, came.now, [one.key for one in came.steps[0].tickets]) == (4, 5, ["DSD-9"])
    assert "Followed not yet known -> partly" in restatement_text(found, frozen.asked.profile)
