"""Nothing to show: each situation says what it is and what to do, and no traceback reaches a user."""

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import Dashboard, Visit


@pytest.mark.parametrize(
    ("desk", "page", "asked", "said"),
    [
        ("nothing", "", {}, "Nothing has been published for this desk yet. Run arbiter sync"),
        ("nothing", "ticket", {}, "Nothing has been published for this desk yet. Run arbiter sync"),
        ("broken", "", {}, "cannot be read by this version of the program: run arbiter publish"),
        ("empty", "overview", {}, "This desk has no tickets yet. arbiter sync pulls them"),
        ("full", "overview", {"service": "Portal", "provider": "EUMETSAT"}, "No ticket fits these filters"),
        ("full", "ticket", {}, "Type a ticket's key"),
        ("full", "ticket", {"key": "DSD-9999"}, "No ticket “DSD-9999” can be shown"),
    ],
)
def test_it_says_what_to_do(
    dashboard: Dashboard, visit: Visit, desk: str, page: str, asked: dict[str, str], said: str
) -> None:
    shown = visit.open(dashboard.address(desk, page, **asked))
    expect(shown.locator(".stAlert").filter(has_text=said).first).to_be_visible()
    assert "Traceback" not in shown.content()


def test_one_ticket_is_a_desk_too(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("single"))
    expect(page.get_by_text("1 ticket · 2 left out")).to_be_visible()
    expect(page.get_by_text("No ticket with a goal is running in time.")).to_be_visible()
    assert "could not be shown" not in page.content()
    ticket = visit.open(dashboard.address("single", "ticket", key="DSD-0"))
    expect(ticket.get_by_role("tab", name="Closure")).to_be_visible()


def test_nothing_unforeseen_happened(dashboard: Dashboard) -> None:
    assert "page failed" not in dashboard.log.read_text()
