"""A walk over every page and every download as each role: no word of a hidden ticket reaches the browser.

A new page is walked as soon as it stands in `ui/navigation.py`; a view that only an address opens is a line in `ALSO`,
with keys as nobody writes them: what somebody asks for is said again on the page.
"""

import pytest

from metrics.profile import Role
from tests.pages.planted_desk import DPM_WORD, PLANTED, RESTRICTED_KEYS
from tests.pages.signed_site import PLANTED_DESK, Site
from tests.pages.wire import Opened, open_page
from ui.navigation import PAGES

ALSO = {
    "overview": ("show=open.2026-10", "show=resolution-judged.2026-10"),
    "goals": ("list=missed",),
    "chains": ("chain=dsec-7", "show=waiting"),
    "ticket": ("key=DSD-1", "key=dsec-7", f"key={PLANTED.lower()}", "key=dpm-4", f"key={DPM_WORD.lower()}"),
    "findings": tuple(f"rule=F{n}" for n in (1, 8, 9, 10, 11, 12)),
    "definitions": ("words=restricted",),
    "data": ("failed=jira: histories whole",),
}
EVERYWHERE = ("", "project=DSEC")
ROLES: dict[str, Role] = {"manager": "service_manager", "chair": "arb", "officer": "esa"}
SECRET = (PLANTED, PLANTED.title(), *RESTRICTED_KEYS)
FORBIDDEN = {
    "manager": SECRET,
    "chair": SECRET,
    "officer": (*SECRET, DPM_WORD, DPM_WORD.title(), "Zorro", "Yolanda", "DPM-4"),
}


def _addresses(who: str) -> list[str]:
    """Every page that somebody has, as `page?asked`; the first is the start and has no name."""
    files = [page.file for page in PAGES if ROLES[who] in page.roles]
    asked = [(file, query) for file in files for query in (*EVERYWHERE, *ALSO.get(file, ()))]
    return [f"{'' if file == files[0] else file}?{query}" for file, query in asked]


def _walk(site: Site, who: str, addresses: list[str]) -> dict[str, Opened]:
    """What each address sends to somebody."""
    cookies = site.cookies(who)
    return {address: open_page(f"{site.url}/{address}&desk={PLANTED_DESK}", cookies) for address in addresses}


def _seen(walk: dict[str, Opened], words: tuple[str, ...]) -> list[str]:
    """Which of these words came, and where."""
    return [f"{word} on {address}" for address, opened in walk.items() for word in words if opened.holds(word)] + [
        f"{word} in {name} of {address}"
        for address, opened in walk.items()
        for name, content in opened.files.items()
        for word in words
        if word.encode() in content
    ]


@pytest.mark.parametrize("who", FORBIDDEN)
def test_no_word_of_a_hidden_ticket_reaches_the_browser(site: Site, who: str) -> None:
    walk = _walk(site, who, _addresses(who))
    assert _seen(walk, FORBIDDEN[who]) == []
    assert sum(len(opened.files) for opened in walk.values()) > 20


def test_the_walk_sees_what_may_be_seen(site: Site) -> None:
    some = ["overview?show=received.2026-10", "findings?rule=F9", "data?failed=jira: histories whole"]
    seen = _seen(_walk(site, "guard", some), FORBIDDEN["officer"])
    for word in (PLANTED, "DSEC-7", DPM_WORD, "Zorro"):
        assert any(entry.startswith(f"{word} on ") for entry in seen), word
        assert any(entry.startswith(f"{word} in ") for entry in seen), word


def test_every_page_was_drawn(site: Site) -> None:
    """Runs last: a page that failed shows nothing, which is no proof."""
    assert "page failed" not in (site.home / "log").read_text()
