"""The desk as of another instant: from the address, for the whole application, and out as a file."""

import fcntl
import io
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.command import arbiter, files_desk
from tests.naive.history import Ticket
from tests.pages.conftest import Serving, Visit, free_port, settled

MONTHS = ((9, 3), (10, 2), (11, 4))  # so many tickets were created in each


def _ticket(number: int, month: int) -> Ticket:
    about = {"key": f"DSD-{number}", "status": "OPEN", "type": "User Request", "summary": f"=Request {number}"}
    return Ticket(f"jira/{number}", datetime(2025, month, 5, 9, tzinfo=UTC), {**about, "assignee": "ann"})


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    home = tmp_path_factory.mktemp("as-of")
    numbered = enumerate(month for month, n in MONTHS for _ in range(n))
    config = files_desk(home, *(_ticket(number, month) for number, month in numbered))
    assert arbiter("sync", "--config", config).code == 0
    with Serving(home, free_port()) as url:
        yield url, home / "data" / "desk"


def _open(page: Page, address: str) -> Page:
    page.goto(address)
    page.locator(".st-key-coverage").wait_for(timeout=120_000)
    settled(page)
    return page


def test_a_link_as_of_a_day_shows_the_desk_of_that_day_and_leads_back(desk: tuple[str, Path], visit: Visit) -> None:
    url, folder = desk
    page = _open(visit.page, f"{url}/?as_of=2025-09-30")
    expect(page.locator(".st-key-as-of-banner")).to_contain_text("As it was on Tue 30 Sep 2025, 24:00 CEST")
    expect(page.locator(".st-key-as-of-banner")).to_contain_text("by what is known now")
    expect(page.get_by_text("3 tickets ·")).to_be_visible()
    page.get_by_role("button", name="Reference").click()
    page.get_by_role("menuitem", name="Ticket").click()
    expect(page.get_by_text("Type a ticket's key")).to_be_visible(timeout=30_000)
    assert "as_of=2025-09-30" in page.url
    _open(page, f"{url}/ticket?as_of=2025-09-30&key=DSD-4")
    expect(page.get_by_text("No ticket “DSD-4” can be shown")).to_be_visible()
    page.get_by_role("button", name="Back to now").click()
    expect(page.get_by_role("heading", name="DSD-4 · =Request 4")).to_be_visible(timeout=30_000)
    assert "as_of" not in page.url
    assert len(list((folder / "as_of").glob("20250930T22*-now-*.duckdb"))) == 1


def test_what_was_known_then_is_another_view(desk: tuple[str, Path], visit: Visit) -> None:
    page = _open(visit.page, f"{desk[0]}/?as_of=2025-09-30&known=then")
    expect(page.locator(".st-key-as-of-banner")).to_contain_text("by what was known then")
    expect(page.get_by_text("0 tickets ·")).to_be_visible()  # the first sync came later


def test_the_officer_downloads_what_they_see(desk: tuple[str, Path], visit: Visit) -> None:
    page = _open(visit.page, f"{desk[0]}/overview?as_of=2025-10-31T17:00&show=open.2025-10")
    page.get_by_role("dialog").wait_for()
    settled(page)
    expect(page.get_by_role("dialog")).to_contain_text("5 tickets")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("dialog").get_by_role("button", name="XLSX").click()
    assert re.fullmatch(r"open-.*as-of-20251031T1600Z\.xlsx", download.value.suggested_filename)
    sheet, about = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).worksheets
    lines = list(sheet.iter_rows(values_only=True))
    assert [line[0] for line in lines] == ["Ticket", "DSD-3", "DSD-4", "DSD-0", "DSD-1", "DSD-2"]
    received = lines[0].index("Received (Europe/Rome)")
    assert lines[1][received] == datetime(2025, 10, 5, 11)
    assert {cell.data_type for cell in sheet["C"]} == {"s"}
    assert ("As of", "Fri 31 Oct 2025, 17:00:00 Europe/Rome") in list(about.iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("as_of=yesterday", "yesterday: no instant; allowed: 2026-10-31 or"),
        ("as_of=2100-01-01", "the latest figures are of"),
        ("as_of=2025-10-31&known=maybe", "asks for known=maybe"),
    ],
)
def test_an_address_that_cannot_be_answered_says_so(
    desk: tuple[str, Path], visit: Visit, asked: str, said: str
) -> None:
    visit.page.goto(f"{desk[0]}/?{asked}")
    expect(visit.page.locator(".stAlert").filter(has_text=said)).to_be_visible(timeout=30_000)
    visit.page.get_by_role("button", name="Back to now").click()
    expect(visit.page.get_by_text("9 tickets ·")).to_be_visible(timeout=30_000)


def test_a_sync_that_is_running_is_waited_for(desk: tuple[str, Path], visit: Visit) -> None:
    url, folder = desk
    with (folder / "lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        visit.page.goto(f"{url}/?as_of=2025-11-30")
        expect(visit.page.get_by_text("waiting for a sync that is running")).to_be_visible(timeout=60_000)
        threading.Timer(0.5, lambda: fcntl.flock(held, fcntl.LOCK_UN)).start()
        expect(visit.page.get_by_text("9 tickets ·")).to_be_visible(timeout=120_000)
