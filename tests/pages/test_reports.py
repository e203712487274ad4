"""The Reports page: the same file as from the command line, and what was frozen."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from playwright.sync_api import expect

from board.meeting import call_meeting
from board.store import Board
from metrics.errors import ArbiterError
from reports.archive import frozen
from reports.kinds import KINDS
from reports.period import period_of
from tests.command import arbiter, files_desk
from tests.naive.history import Change, Ticket
from tests.pages.serving import Serving, free_port
from tests.pages.visit import Visit
from ui.background import _begun, begin
from ui.installation import DeskShown
from ui.people import ANYBODY
from ui.report_making import Making, _makings, _take, make

MONTH = "2025-10"


def _ticket(number: int) -> Ticket:
    about = {"key": f"DSD-{number}", "status": "RECEIVED", "type": "User Request", "summary": f"Request {number}"}
    moved = Change(datetime(2025, 10, 6, 10, tzinfo=UTC), number, 0, "status", "OPEN", "RECEIVED", "bob")
    return Ticket(f"jira/{number}", datetime(2025, 10, 6, 9, tzinfo=UTC), about, (moved,))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A dashboard, and the configuration of its desk, which has one frozen report for itself and one for security."""
    config = files_desk(tmp_path_factory.mktemp("reports"), *map(_ticket, range(1, 4)))
    assert arbiter("sync", "--config", config).code == 0
    for role in ("arb", "security"):
        asked = ("report", "monthly", "2025-09", "--freeze", "--role", role, "--config", config)
        assert arbiter(*asked).code == 0
    with Serving(config.parent, free_port(), ARBITER_CONFIG_SAID="arbiter.toml") as url:
        yield url, config


def test_the_page_gives_the_file_that_the_command_line_gives(desk: tuple[str, Path], visit: Visit) -> None:
    url, config = desk
    page = visit.open(f"{url}/reports?as_of=2025-11-15")
    expect(page.get_by_text("The same as from arbiter report monthly 2025-10")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Make it").click()
    take = page.get_by_role("button", name="desk-monthly-2025-10.xlsx")
    take.wait_for(timeout=120_000)
    with page.expect_download() as download:
        take.click()
    done = arbiter("report", "monthly", MONTH, "--config", config)
    assert Path(download.value.path()).read_bytes() == Path(done.out.strip()).read_bytes()
    assert not list((config.parent / "data" / "desk" / "reports").glob(".for-page-*"))


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskShown]:
    """A desk of which nothing gets ready: every command of its dashboard sleeps."""
    sleeper = tmp_path / "sleeper"
    sleeper.write_text("#!/bin/sh\necho waiting >&2\nexec sleep 60\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(sleeper))
    monkeypatch.setattr(st, "session_state", {})
    for made in (_begun, _makings):
        made.clear()
    yield DeskShown("desk", tmp_path / "desk", tmp_path / "desk" / "mart", None, "")
    for build in _begun().builds:
        build.process.kill()
        build.process.wait()
    for made in (_begun, _makings):
        made.clear()


def _make(desk: DeskShown, month: int, kind: str = "monthly") -> Making:
    period = period_of("month", date(2025, month, 1), ZoneInfo("Europe/Rome"))
    make(desk, Path("arbiter.toml"), ANYBODY, KINDS[kind], period)
    asked: Making = st.session_state["report"]
    return asked


def test_a_report_that_is_being_made_is_not_begun_twice(slow: DeskShown) -> None:
    first = _make(slow, 1)
    assert [_make(slow, 1) is first for _ in range(10)] == [True] * 10
    first.build.process.kill()
    first.build.process.wait()
    again = _make(slow, 1)
    assert again is not first and again.build.running
    _take(first)
    assert (first.files, first.folder.exists()) == ({}, False)
    _take(first)  # by another session that waited for it


def test_what_was_written_meanwhile_is_in_the_papers(slow: DeskShown) -> None:
    board = Board(slow.folder / "board.sqlite")
    day = date(2025, 1, 3)
    call_meeting(board, "arb", "ARB", day, "ann")
    first, monthly = _make(slow, 1, "arb"), _make(slow, 1)
    assert _make(slow, 1, "arb") is first
    with board.reading():  # while another one reads, what is written stays in the log beside the file
        call_meeting(board, "esa-arb", "ESA ARB", day, "ann")
        assert _make(slow, 1) is monthly
        assert _make(slow, 1, "arb") is not first


def test_so_many_are_made_at_once_reports_and_instants_together(
    slow: DeskShown, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(st, "warning", lambda text, icon: said.append(text))
    made = [_make(slow, month) for month in (1, 2, 3)]
    assert len({id(one) for one in made}) == 3 and not said
    assert _make(slow, 4) is made[-1]  # refused, it forgets nothing
    assert said == ["Other reports or instants are being made, and no more at once: try again in a moment."]
    with pytest.raises(ArbiterError, match="no more at once"):
        begin(["publish"], slow.folder / "as_of" / "one.log")
    assert len(list((slow.folder / "reports").iterdir())) == 3
    made[0].build.process.kill()
    made[0].build.process.wait()
    assert begin(["publish"], slow.folder / "as_of" / "one.log").running


def test_frozen_reports_are_listed_for_those_who_may_see_them(desk: tuple[str, Path], visit: Visit) -> None:
    url, config = desk
    page = visit.open(f"{url}/reports")
    take = page.get_by_role("button", name="desk-monthly-2025-09-arb.xlsx")
    with page.expect_download() as download:
        take.click()
    entry = config.parent / "data" / "desk" / "archive" / "desk-monthly-2025-09-arb" / "1"
    assert Path(download.value.path()).read_bytes() == (entry / take.inner_text().split()[-1]).read_bytes()
    assert not visit.saw("desk-monthly-2025-09-security")
    said = page.get_by_text("makes the last one of that name anew")
    expect(said).to_contain_text("arbiter report again monthly 2025-09 --role=arb makes")
    expect(said).to_contain_text("arbiter report diff monthly 2025-09 --role=arb says")


@pytest.mark.parametrize(
    "asked",
    [
        "monthly 2025-09 --role=arb",
        "monthly 2025-09 --as-of=2025-10-20T10:00:00Z --role=esa",
        "arb 2025-10-08",
        "arb 2025-10-08 --board=esa-arb --role=arb --role=esa",
    ],
)
def test_the_words_of_a_frozen_report_make_that_one_again(desk: tuple[str, Path], tmp_path: Path, asked: str) -> None:
    _, config = desk
    assert arbiter("report", *asked.split(), "--freeze", "--config", config).code == 0
    [entry] = [e for e in frozen(config.parent / "data" / "desk") if e.asked("desk") == asked]
    again = arbiter("report", "again", *entry.asked("desk").split(), "--out", tmp_path, "--config", config)
    assert again.code == 0, again.err
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert made == {file.name: file.read_bytes() for file in entry.files}
