"""What all tests share: the browser, and random examples that are the same in every run unless more are asked for."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import find as browser_of_tests

settings.register_profile("same", derandomize=True)
if "ARBITER_EXAMPLES" not in os.environ:
    settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file run on one worker, those of the pages too, since they share a dashboard; these first."""
    items.sort(key=lambda item: "pages" not in item.path.parts)
    for item in items:
        pages = "pages" in item.path.parts
        item.add_marker(pytest.mark.xdist_group("pages" if pages else str(item.path)))


def _chromium(playwright: Playwright) -> str:
    found = browser_of_tests(playwright.chromium.executable_path)
    if not found:
        pytest.fail("no Chromium for the browser tests: run `make test`, which gets one or says how", pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, talking to nobody but whom a test visits. There can be one Playwright in a process."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        running = playwright.chromium.launch(executable_path=_chromium(playwright), args=flags)
        yield running
        running.close()
