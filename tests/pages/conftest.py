"""A real browser on a real dashboard: one Streamlit process on a free port, over small marts built here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from board.action import record
from board.meeting import call_meeting
from board.store import Board
from sight.opening import DESK, Connection, open_mart
from sight.roles import Roles
from tests.cases import SEVEN, mart_of_cases
from tests.pages import planted_desk
from tests.pages.dated_desk import build_dated
from tests.pages.morning import MAILS, build_morning
from tests.pages.serving import Serving, free_port
from tests.pages.signed_site import Site, signed_site
from tests.pages.small_mart import build
from tests.pages.told_desk import build_told
from tests.pages.visit import Visit

DESKS = (
    "full", "told", "changing", "empty", "single", "nothing", "broken", "morning", "planted", "dated", "old", "mails",
    "older", "expired",
)  # fmt: skip


@dataclass
class Dashboard:
    """The running dashboard: where it is, and the folder of each desk's marts."""

    url: str
    data: Path
    log: Path
    _opened: dict[tuple[str, Roles], Connection] = field(default_factory=dict)

    def address(self, desk: str = "full", page: str = "overview", **asked: str) -> str:
        """The address of a page of a desk."""
        query = "&".join(f"{name}={value}" for name, value in {"desk": desk, **asked}.items())
        return f"{self.url}/{page}?{query}"

    def mart(self, desk: str = "full") -> Path:
        """The file that the desk's pointer names."""
        folder = self.data / desk / "mart"
        return folder / (folder / "current").read_text().strip()

    def opened(self, desk: str = "full", roles: Roles = DESK) -> Connection:
        """The desk's mart as these roles see it, opened once: that takes longer than most of what is asked of it."""
        if (desk, roles) not in self._opened:
            self._opened[desk, roles] = open_mart(self.mart(desk), roles)
        return self._opened[desk, roles]


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[Visit]:
    """One window for all visits: the dashboard's scripts are compiled once, and every `open` is a new session."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    window = Visit.listening(context.new_page())
    yield window
    _nothing_left_the_machine(window)
    context.close()


@pytest.fixture
def visit(window: Visit) -> Iterator[Visit]:
    """The window, with nothing heard yet; at the end of the test, nothing may have left the machine."""
    window.forget()
    yield window
    _nothing_left_the_machine(window)


def _nothing_left_the_machine(window: Visit) -> None:
    away = [url for url in window.asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))]
    window.asked.clear()
    assert away == []


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard over one installation with a desk for each situation."""
    home = tmp_path_factory.mktemp("dashboard")
    _desks(home / "data")
    source = 'source = [{name = "jira", kind = "jira", url = "https://jira.example.org", projects = ["DSD"]}]'
    desks = "\n".join(f'[desk.{name}]\nprofile = "desp"\n{source}' for name in DESKS)
    desks += f'\n[desk.cases]\nprofile = "egi-cases"\n{source}'
    (home / "arbiter.toml").write_text(f'data = "data"\n{desks}\n', encoding="utf-8")
    with Serving(home, free_port(), ARBITER_CONFIG_SAID="my desks.toml") as url:
        yield Dashboard(url, home / "data", home / "log")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Site]:
    """A dashboard on which people sign in."""
    with signed_site(tmp_path_factory.mktemp("signed"), browser) as running:
        yield running


def _desks(data: Path) -> None:
    build(data / "full" / "mart")
    build_told(data / "told")
    build(data / "changing" / "mart", tickets=30)
    build(data / "empty" / "mart", tickets=0)
    build(data / "single" / "mart", tickets=1)
    former = build(data / "older" / "mart", tickets=1)  # as a former version of the program made it
    with duckdb.connect(str(former)) as db:
        db.execute("ALTER TABLE clock DROP COLUMN goal")
    build_morning(data / "morning")
    build_morning(data / "mails", MAILS)
    planted_desk.build(data / "planted")
    board = Board(data / "planted" / "board.sqlite")
    meeting = call_meeting(board, "arb", "ARB", date(2026, 10, 14), "chair")
    record(board, meeting, "Ask Portal *why*", "Serco", date(2026, 10, 21), "chair", "jira/2")
    build_dated(data / "dated")
    build_dated(data / "old", datetime(2028, 1, 9))
    build_dated(data / "expired", expired=True)
    mart_of_cases(data / "cases", 20, *SEVEN)
    broken = data / "broken" / "mart"
    broken.mkdir(parents=True)
    (broken / "v1.duckdb").write_bytes(b"this is no mart")
    (broken / "current").write_text("v1.duckdb")
