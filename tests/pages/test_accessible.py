"""Every page in light and dark: axe-core finds nothing serious, the console no error, and the keyboard reaches everything."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

from tests.pages.conftest import Dashboard
from tests.pages.visit import Visit, settled
from ui.navigation import PAGES

ASKED = {"ticket": {"key": "DSD-5"}, "definitions": {"about": "clock"}, "stages": {"desk": "cases"}}
_PROBED = ("/_stcore/health", "/_stcore/host-config")  # Streamlit looks for its server below the page's own address
# No rule that is on reads style sheets of other sites, and an element is named by its text: half the time of a run.
_QUICKLY = {"resultTypes": ["violations"], "preload": False, "selectors": False}
_COLOURS = ("color-contrast", "link-in-text-block")  # the rules that light and dark can differ in
_UNREACHED = """() => [...document.querySelectorAll('.stMain :is(button, a[href], input, textarea, summary, [role=tab])')]
  .filter(e => e.checkVisibility() && !e.disabled && e.tabIndex < 0 && !e.closest('[aria-hidden=true]')
               && !e.closest('[role=tablist], [role=radiogroup], .modebar, [data-testid=stElementToolbar]')
               && !e.matches('[aria-haspopup=listbox], [data-testid=stTextInputClearButton]'))  // of a box that is reached
  .map(e => e.outerHTML.slice(0, 200))"""


def _serious(page: Page, *rules: str) -> list[str]:
    """What axe-core finds by these rules, by all that it has without any: what it is, and the element."""
    only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    found = Axe().run(page, options=_QUICKLY | only).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("file", [page.file for page in PAGES])
def test_a_page_is_for_everybody(dashboard: Dashboard, visit: Visit, file: str) -> None:
    errors: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith(_PROBED):
            errors.append(message.text)

    visit.page.on("console", hear)
    page = visit.open(dashboard.address(page=file, **{"desk": "morning"} | ASKED.get(file, {})))
    assert _serious(page) == []
    page.emulate_media(color_scheme="dark")
    settled(page)
    in_the_dark = _serious(page, *_COLOURS)
    page.emulate_media(color_scheme="light")
    assert in_the_dark == []
    visit.page.remove_listener("console", hear)
    assert page.evaluate(_UNREACHED) == []
    assert errors == []


def test_the_keyboard_walks_from_the_menu_to_the_last_download(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("morning", "today"))
    reached = []
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.append(str(page.evaluate("() => document.activeElement.innerText || document.activeElement.ariaLabel")))
        if len(reached) > 1 and reached[-1] == reached[0]:
            break
    said = " ".join(reached)
    for name in ("Overview", "What is this?", "to escalate", "Mark as done", "CSV", "XLSX"):
        assert name in said, name
