"""What all tests share: the browser, and random examples that are the same in every run unless more are asked for."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from etl.lanes import LANES
from tests.browser import find as browser_of_tests

settings.register_profile("same", derandomize=True)
if "ARBITER_EXAMPLES" not in os.environ:
    settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the pages first: they take longest."""
    items.sort(key=lambda item: "pages" not in item.path.parts)


class _Together(LoadScopeScheduling):  # xdist's own groups have no effect with pytest 9.2 (xdist 3.8)
    """Tests of one file run on one worker, and those of all files on the same dashboard: what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return _shared_by(nodeid.split("::")[0])


def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores, since many tests wait for a browser or a server; four cores are enough for all."""
    return LANES + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Together:
    return _Together(config, log)


@cache
def _shared_by(file: str) -> str:
    text = (Path(__file__).parents[1] / file).read_text(encoding="utf-8")
    return next((shared for shared in ("site: Site", "dashboard: Dashboard") if shared in text), file)


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
