"""The Ticket page: why a clock says what it says."""

import re

import duckdb
from playwright.sync_api import expect

from tests.pages.conftest import Dashboard
from tests.pages.small_mart import MARKUP
from tests.pages.visit import Visit, settled

_UNITS = {"NWD": 8 * 3600, "h": 3600, "min": 60, "s": 1}


def _seconds(said: str) -> int:
    return sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+) (NWD|h|min|s)\b", said))


def test_the_segments_sum_to_the_figure(dashboard: Dashboard, visit: Visit) -> None:
    with duckdb.connect(str(dashboard.mart()), read_only=True) as db:
        row = db.execute(
            """SELECT key, working_seconds, paused_seconds FROM clock JOIN ticket USING (ticket_id, key)
               WHERE clock = 'resolution' AND paused_seconds > 0 AND NOT ticket.restricted AND reopenings > 0
                 AND state = 'missed' LIMIT 1"""
        ).fetchone()
    assert row is not None
    key, working, paused = row
    page = visit.open(dashboard.address(page="ticket", key=key.lower()))
    panel = page.get_by_role("tabpanel", name="Resolution")
    expect(panel.get_by_text("equals the figure")).to_be_visible()
    lines = [line.locator("td").all_inner_texts() for line in panel.locator("table").first.locator("tbody tr").all()]
    counted = sum(_seconds(line[-1]) for line in lines if "counted" in line[3])
    assert counted == working
    assert sum(_seconds(line[-1]) for line in lines if "paused" in line[3]) == paused
    said = re.search(r"Sum of the counted segments: (.*?) ·", panel.inner_text())
    assert said and _seconds(said[1]) == working
    assert "AMP-C3" in panel.inner_text()
    href = page.get_by_role("link", name="Open in its own desk").get_attribute("href")
    assert href == f"https://jira.example.org/browse/{key}"


def test_the_first_visit_ever_may_go_straight_to_a_ticket(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address(page="ticket", key="DSD-0"))
    expect(page.get_by_text("Request number 0")).to_be_visible()
    expect(page.get_by_role("tab", name="Resolution")).to_be_visible()


def test_text_from_a_ticket_is_text(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address(page="ticket", key="DSD-3"))
    expect(page.get_by_role("heading", name=f"DSD-3 · {MARKUP}")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_words_of_the_summary_find_tickets(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address(page="ticket"))
    box = page.get_by_role("searchbox", name="Ticket").or_(page.get_by_role("textbox", name="Ticket"))
    box.fill("number 11")
    box.press("Enter")
    settled(page)
    expect(page.get_by_text("tickets with “number 11”")).to_be_visible()
    box.fill("DSD-10")
    box.press("Enter")
    settled(page)
    assert "key=DSD-10" in page.url


def test_a_share_that_is_almost_all_is_no_quotation(dashboard: Dashboard, visit: Visit) -> None:
    """Five minutes with the desk, 17 days with the champion: a cell is Markdown, in which `>` begins a quotation."""
    page = visit.open(dashboard.address("told", "ticket", key="DSD-2"))
    for share in ("> 99.9 %", "< 0.1 %"):
        expect(page.get_by_role("cell", name=share)).to_be_visible()
