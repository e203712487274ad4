"""The desk as of another instant: from the address, for the whole application, and out as a file."""

import fcntl
import io
import re
import threading
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.pages.conftest import Dashboard
from tests.pages.visit import Visit, drawer, settled


def _open(dashboard: Dashboard, visit: Visit, page: str = "overview", **asked: str) -> Page:
    visit.page.goto(dashboard.address("dated", page, **asked))
    visit.page.locator(".st-key-coverage").wait_for(timeout=120_000)
    settled(visit.page)
    return visit.page


def test_a_link_as_of_a_day_shows_the_desk_of_that_day_and_leads_back(dashboard: Dashboard, visit: Visit) -> None:
    page = _open(dashboard, visit, as_of="2025-09-30")
    expect(page.locator(".st-key-as-of-banner")).to_contain_text("As it was on Tue 30 Sep 2025, 24:00 CEST")
    expect(page.locator(".st-key-as-of-banner")).to_contain_text("by what is known now")
    expect(page.get_by_text("3 tickets ·")).to_be_visible()
    expect(page.get_by_text("tickets in Sep 2025", exact=True).first).to_be_visible()
    said = page.locator(".stMain").inner_text()
    assert "so far" not in said  # the month is over
    assert re.findall(r"\bnow\b", said) == ["now", "now"]  # those of the banner: what is known now, and the way back
    page.get_by_role("button", name="Reference").click()
    page.get_by_role("menuitem", name="Ticket").click()
    expect(page.get_by_text("Type a ticket's key")).to_be_visible(timeout=30_000)
    assert "as_of=2025-09-30" in page.url
    _open(dashboard, visit, "ticket", as_of="2025-09-30", key="DSD-4")
    expect(page.get_by_text("No ticket “DSD-4” can be shown")).to_be_visible()
    page.get_by_role("button", name="Back to now").click()
    expect(page.get_by_role("heading", name="DSD-4 · =Request 4")).to_be_visible(timeout=30_000)
    assert "as_of" not in page.url
    assert len(list((dashboard.data / "dated" / "as_of").glob("20250930T22*-now-*.duckdb"))) == 1


def test_what_was_known_then_is_another_view(dashboard: Dashboard, visit: Visit) -> None:
    page = _open(dashboard, visit, as_of="2025-09-30", known="then")
    expect(page.locator(".st-key-as-of-banner")).to_contain_text("by what was known then")
    expect(page.get_by_text("0 tickets ·")).to_be_visible()  # the first sync came later


def test_the_officer_downloads_what_they_see(dashboard: Dashboard, visit: Visit) -> None:
    page = _open(dashboard, visit, as_of="2025-10-31T17:00", show="open.2025-10", project="DSD")
    opened = drawer(page)
    expect(opened).to_contain_text("5 tickets")
    with page.expect_download(timeout=60_000) as download:
        opened.get_by_role("button", name="XLSX").click()
    assert re.fullmatch(r"open-.*as-of-20251031T1600Z\.xlsx", download.value.suggested_filename)
    sheet, about = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).worksheets
    lines = list(sheet.iter_rows(values_only=True))
    assert [line[0] for line in lines] == ["Ticket", "DSD-3", "DSD-4", "DSD-0", "DSD-1", "DSD-2"]
    received = lines[0].index("Received (Europe/Rome)")
    assert lines[1][received] == datetime(2025, 10, 5, 11)
    summary = lines[0].index("Summary")
    assert {row[summary].data_type for row in sheet.iter_rows()} == {"s"}
    said = dict(about.iter_rows(values_only=True))
    assert said["As of"] == "Fri 31 Oct 2025, 17:00:00 Europe/Rome"
    assert "'project': 'DSD'" in str(said["Narrowed by"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"as_of": "yesterday"}, "yesterday: no instant; allowed: 2026-10-31 or"),
        ({"as_of": "2100-01-01"}, "the latest figures are of"),
        ({"as_of": "2025-10-31", "known": "maybe"}, "asks for known=maybe"),
    ],
)
def test_an_address_that_cannot_be_answered_says_so(
    dashboard: Dashboard, visit: Visit, asked: dict[str, str], said: str
) -> None:
    visit.page.goto(dashboard.address("dated", **asked))
    expect(visit.page.locator(".stAlert").filter(has_text=said)).to_be_visible(timeout=30_000)
    visit.page.get_by_role("button", name="Back to now").click()
    expect(visit.page.get_by_text("9 tickets ·")).to_be_visible(timeout=30_000)


def test_a_sync_that_is_running_is_waited_for(dashboard: Dashboard, visit: Visit) -> None:
    with (dashboard.data / "dated" / "lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        visit.page.goto(dashboard.address("dated", as_of="2025-11-30"))
        expect(visit.page.get_by_text("waiting for a sync that is running")).to_be_visible(timeout=60_000)
        threading.Timer(0.5, lambda: fcntl.flock(held, fcntl.LOCK_UN)).start()
        expect(visit.page.get_by_text("9 tickets ·")).to_be_visible(timeout=120_000)
