"""A browser window on the dashboard: what reached it, and what somebody does in it."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, WebSocket

_LOOK = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = app.dataset.testScriptState !== 'notRunning'
    || !document.querySelector('.st-key-coverage, .stAlert')
    || document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
  if (busy) return '';
  const drawn = document.querySelectorAll('path, td, canvas').length;
  return [location.href, drawn, app.textContent].join(' ');
}"""


@dataclass
class Visit:
    """A browser window, and everything that reached it or left it."""

    page: Page
    received: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @classmethod
    def listening(cls, page: Page) -> "Visit":
        """A visit in this window that hears all from now on."""
        heard = cls(page)

        def listen(socket: WebSocket) -> None:
            socket.on("framereceived", lambda frame: heard.received.append(frame if isinstance(frame, bytes) else b""))

        page.on("websocket", listen)
        page.on("request", lambda request: heard.asked.append(request.url))
        return heard

    def forget(self) -> None:
        """Leaves the page, and forgets what was received on it."""
        self.page.goto("about:blank")
        self.received.clear()

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
    for _ in range(400):
        now = page.evaluate(_LOOK)
        still = still + 1 if now and now == seen else 0
        if still == 3:
            return
        seen = now
        page.wait_for_timeout(75)
    raise AssertionError("the dashboard goes on drawing")


def drawer(page: Page) -> Locator:
    """The drawer with the tickets behind a figure, once it is drawn."""
    page.get_by_role("dialog").wait_for()
    settled(page)
    return page.get_by_role("dialog")


def exported(page: Page, table: str) -> list[dict[str, str]]:
    """What a table's CSV holds: the rows on screen are drawn on a canvas."""
    with page.expect_download() as download:
        page.locator(f".st-key-{table}-csv button").first.click()
    return list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))


def press(page: Page, name: str) -> None:
    """Presses a button."""
    page.get_by_role("button", name=name).click()
    settled(page)


def choose(page: Page, box: str, typed: str) -> None:
    """Chooses in a box, by keyboard; a list of choices closes when the page scrolls under it, so that is done first."""
    found = page.get_by_role("combobox", name=box)
    found.scroll_into_view_if_needed()
    page.wait_for_timeout(700)
    found.focus()
    page.keyboard.type(typed)
    page.get_by_role("option").filter(has_text=typed).first.wait_for()
    for key in ("Enter", "Escape"):
        page.keyboard.press(key)
    settled(page)
