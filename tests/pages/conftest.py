"""A real browser on a real dashboard: one Streamlit process on a free port, over small marts built here."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, WebSocket, sync_playwright

from tests.browser import find as browser_of_tests
from tests.cases import SEVEN, mart_of_cases
from tests.pages.morning import build_morning
from tests.pages.small_mart import build
from tests.pages.told_desk import build_told

ROOT = Path(__file__).parents[2]
_LOOK = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = app.dataset.testScriptState !== 'notRunning'
    || !document.querySelector('.st-key-coverage, .stAlert')
    || document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
  if (busy) return '';
  const drawn = document.querySelectorAll('path, td, canvas').length;
  return [location.href, drawn, app.textContent].join(' ');
}"""
DESKS = ("full", "told", "changing", "empty", "single", "nothing", "broken", "morning")


@dataclass
class Dashboard:
    """The running dashboard: where it is, and the folder of each desk's marts."""

    url: str
    data: Path
    log: Path

    def address(self, desk: str = "full", page: str = "overview", **asked: str) -> str:
        """The address of a page of a desk."""
        query = "&".join(f"{name}={value}" for name, value in {"desk": desk, **asked}.items())
        return f"{self.url}/{page}?{query}"

    def mart(self, desk: str = "full") -> Path:
        """The file that the desk's pointer names."""
        folder = self.data / desk / "mart"
        return folder / (folder / "current").read_text().strip()


@dataclass
class Visit:
    """A browser window, and everything that reached it or left it."""

    page: Page
    received: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """Opens an address and waits until the dashboard is done drawing."""
        self.page.goto(address)
        settled(self.page)
        return self.page

    def saw(self, word: str) -> bool:
        """Whether a word came over the wire, shown or not."""
        return any(word.encode() in payload for payload in self.received) or word in self.page.content()


def settled(page: Page) -> None:
    """Waits until no run is going on and the screen has stood still for a moment."""
    page.wait_for_selector('.stMainBlockContainer [data-testid="stMarkdownContainer"]', timeout=30_000)
    seen, still = "", 0
    for _ in range(300):
        now = page.evaluate(_LOOK)
        still = still + 1 if now and now == seen else 0
        if still == 3:
            return
        seen = now
        page.wait_for_timeout(100)
    raise AssertionError("the dashboard goes on drawing")


def _chromium(playwright: Playwright) -> str:
    found = browser_of_tests(playwright.chromium.executable_path)
    if not found:
        pytest.fail("no Chromium for the browser tests: run `make test`, which gets one or says how", pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, talking to nobody but the dashboard."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        running = playwright.chromium.launch(executable_path=_chromium(playwright), args=flags)
        yield running
        running.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[Visit]:
    """One window for all visits: the dashboard's scripts are compiled once, and every `open` is a new session."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    heard = Visit(context.new_page())

    def listen(socket_: WebSocket) -> None:
        socket_.on("framereceived", lambda frame: heard.received.append(frame if isinstance(frame, bytes) else b""))

    heard.page.on("websocket", listen)
    heard.page.on("request", lambda request: heard.asked.append(request.url))
    yield heard
    context.close()


@pytest.fixture
def visit(window: Visit) -> Iterator[Visit]:
    """The window, with nothing heard yet; at the end of the test, nothing may have left the machine."""
    window.page.goto("about:blank")
    window.received.clear()
    window.asked.clear()
    yield window
    away = [url for url in window.asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))]
    assert away == []


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard over one installation with a desk for each situation."""
    home = tmp_path_factory.mktemp("dashboard")
    _marts(home / "data")
    source = 'source = [{name = "jira", kind = "jira", url = "https://jira.example.org", projects = ["DSD"]}]'
    desks = "\n".join(f'[desk.{name}]\nprofile = "desp"\n{source}' for name in DESKS)
    desks += f'\n[desk.cases]\nprofile = "egi-cases"\n{source}'
    (home / "arbiter.toml").write_text(f'data = "data"\n{desks}\n', encoding="utf-8")
    with Serving(home, free_port()) as url:
        yield Dashboard(url, home / "data", home / "log")


def _marts(data: Path) -> None:
    build(data / "full" / "mart")
    build_told(data / "told")
    build(data / "changing" / "mart", tickets=30)
    build(data / "empty" / "mart", tickets=0)
    build(data / "single" / "mart", tickets=1)
    build_morning(data / "morning")
    mart_of_cases(data / "cases", 20, *SEVEN)
    broken = data / "broken" / "mart"
    broken.mkdir(parents=True)
    (broken / "v1.duckdb").write_bytes(b"this is no mart")
    (broken / "current").write_text("v1.duckdb")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Serving:
    """Streamlit on a port, over the configuration in `home`, ended by its own process id."""

    def __init__(self, home: Path, port: int, **secrets: str) -> None:
        self.home, self.port, self.secrets = home, port, secrets

    def __enter__(self) -> str:
        port = self.port
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "web.py"), "--server.port", str(port)]
        about = {"ARBITER_CONFIG": str(self.home / "arbiter.toml"), "PYTHONPATH": str(ROOT), **self.secrets}
        environment = os.environ | about
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(command, cwd=self.home, env=environment, stdout=log, stderr=log)
        self._wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(10)

    def _wait_for(self, address: str) -> None:
        for _ in range(150):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                return
            except OSError:
                assert self.process.poll() is None, (self.home / "log").read_text()
                time.sleep(0.2)
        raise AssertionError("the dashboard did not start")
