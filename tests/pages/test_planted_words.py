"""A walk over every page and every download as each role: no word of a hidden ticket reaches the browser.

A new page is walked as soon as it stands in `ui/navigation.py`; a view that only an address opens is a line in `ALSO`.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from metrics.profile import Role
from tests.command import write_config
from tests.pages.conftest import Serving, Visit, free_port, settled
from tests.pages.oidc_provider import CLIENT_SECRET, running_provider
from tests.pages.planted_desk import DPM_WORD, PLANTED, RESTRICTED_KEYS, build
from tests.pages.test_sign_in import SOURCE, Site, _auth
from ui.navigation import PAGES

ALSO = {
    "overview": ("show=open.2026-10", "show=resolution-judged.2026-10"),
    "ticket": ("key=DSD-1", "key=dsec-7", f"key={PLANTED.lower()}", "key=DPM-4", f"key={DPM_WORD.lower()}"),
    "findings": tuple(f"rule=F{n}" for n in (1, 8, 9, 10, 11, 12)),
    "definitions": ("words=restricted",),
    "data": ("failed=jira: histories whole",),
}
EVERYWHERE = ("", "project=DSEC")
ROLES: dict[str, Role] = {"manager": "service_manager", "chair": "arb", "officer": "esa", "guard": "security"}
SECRET = (PLANTED, PLANTED.title(), *RESTRICTED_KEYS)
FORBIDDEN = {
    "manager": SECRET,
    "chair": SECRET,
    "officer": (*SECRET, DPM_WORD, DPM_WORD.title(), "Zorro", "Yolanda", "DPM-4"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Site]:
    home, port = tmp_path_factory.mktemp("planted"), free_port()
    build(home / "data" / "desk")
    with running_provider() as provider:
        config = write_config(home, SOURCE)
        config.write_text(config.read_text() + _auth(provider.discovery, f"http://127.0.0.1:{port}"))
        given = {"ARBITER_AUTH_CLIENT_SECRET": CLIENT_SECRET, "ARBITER_AUTH_COOKIE_SECRET": "0" * 32}
        with Serving(home, port, **given) as url:
            yield Site(url, home, browser)


def _downloads(visit: Visit) -> Iterator[tuple[str, bytes]]:
    """Every file that the page offers, unpacked if it is a workbook."""
    buttons = visit.page.locator('[data-testid="stDownloadButton"] button')
    for n in range(buttons.count()):
        with visit.page.expect_download() as waiting:
            buttons.nth(n).dispatch_event("click")  # one in a tab that is not open, too
        path = Path(waiting.value.path())
        yield waiting.value.suggested_filename, _unpacked(path.read_bytes())


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"\n".join(book.read(name) for name in book.namelist())


def _addresses(who: str) -> list[str]:
    """Every page that somebody has, as `page?asked`; the first is the start and has no name."""
    files = [page.file for page in PAGES if ROLES[who] in page.roles]
    asked = [(file, query) for file in files for query in (*EVERYWHERE, *ALSO.get(file, ()))]
    return [f"{'' if file == files[0] else file}?{query}" for file, query in asked]


def _walk(visit: Visit, url: str, words: tuple[str, ...], addresses: list[str]) -> tuple[list[str], int]:
    """What was seen of these words, and where; and how many files were read."""
    seen, files = [], 0
    for address in addresses:
        visit.received.clear()
        visit.page.goto(f"{url}/{address}")
        settled(visit.page)
        seen += [f"{word} on {address}" for word in words if visit.saw(word)]
        for name, content in _downloads(visit):
            files += 1
            seen += [f"{word} in {name} of {address}" for word in words if word.encode() in content]
    return seen, files


@pytest.mark.parametrize("who", FORBIDDEN)
def test_no_word_of_a_hidden_ticket_reaches_the_browser(site: Site, who: str) -> None:
    visit = site.sign_in(who)
    seen, files = _walk(visit, site.url, FORBIDDEN[who], _addresses(who))
    assert seen == []
    assert files > 10
    visit.page.context.close()


def test_the_walk_sees_what_may_be_seen(site: Site) -> None:
    visit = site.sign_in("guard")
    some = ["overview?show=received.2026-10", "findings?rule=F9", "data?failed=jira: histories whole"]
    seen, _ = _walk(visit, site.url, FORBIDDEN["officer"], some)
    for word in (PLANTED, "DSEC-7", DPM_WORD, "Zorro"):
        assert any(entry.startswith(f"{word} on ") for entry in seen), word
        assert any(entry.startswith(f"{word} in ") for entry in seen), word
    visit.page.context.close()


def test_every_page_was_drawn(site: Site) -> None:
    """Runs last: a page that failed shows nothing, which is no proof."""
    assert "page failed" not in (site.home / "log").read_text()
