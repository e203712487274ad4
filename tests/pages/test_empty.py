"""Nothing to show: each situation says what it is and what to do, and no traceback reaches a user."""

import pytest
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.pages.conftest import Dashboard
from tests.pages.visit import Visit
from tests.pages.wire import open_page

PUBLISH = "Nothing has been published for this desk yet. Run `arbiter sync --config 'my desks.toml' --desk=nothing`"
TICKETS = "This desk has no tickets yet. `arbiter sync --config 'my desks.toml' --desk=empty` pulls them"


@pytest.mark.parametrize(
    ("desk", "page", "asked", "said"),
    [
        ("nothing", "", {}, PUBLISH),
        ("nothing", "ticket", {}, PUBLISH),
        (
            "broken",
            "",
            {},
            "cannot be read by this version of the program: `arbiter publish --config 'my desks.toml' --desk=broken` makes",
        ),
        *(
            ("empty", page, {}, TICKETS)
            for page in ("today", "overview", "goals", "flow", "chains", "eta", "satisfaction")
        ),
        ("full", "overview", {"service": "Portal", "provider": "EUMETSAT"}, "No ticket fits these filters"),
        ("full", "overview", {"service": "Nope"}, "The address asks for service “Nope”, which no ticket here has"),
        ("full", "work", {"month": "June"}, "The address asks for `month=June`; allowed here: 2026-"),
        ("full", "goals", {"clock": "zzz"}, "asks for `clock=zzz`; allowed here: first_response, "),
        ("full", "overview", {"months": "7"}, "asks for `months=7`; allowed here: 3, 6, 12, 24. Shown is 12."),
        ("told", "chains", {"time": "some"}, "asks for `time=some`; allowed here: elapsed, working. Shown is elapsed."),
        ("full", "ticket", {}, "Type a ticket's key"),
        ("older", "ticket", {"key": "DSD-0"}, "This was published by another version of the program and lacks what is"),
        ("full", "ticket", {"key": "DSD-9999"}, "can be shown. It may be newer than this snapshot"),
        ("old", "overview", {}, "the newest ticket is of 05 Nov 2025"),
        ("old", "flow", {}, "the newest ticket is of 05 Nov 2025"),
        ("expired", "overview", {}, "First response: goal met"),
        ("old", "goals", {"clock": "first_response"}, "The last one stopped on 05 Sep 2025; *As of* shows"),
        ("told", "chains", {"service": "Portal", "provider": "Beta"}, "No chain fits these filters"),
        ("told", "work", {"provider": "Beta"}, "Narrowed to the tickets that these providers have at T"),
        ("told", "eta", {"service": "Portal", "provider": "Beta"}, "No ticket fits these filters"),
        ("told", "eta", {"show": "nonsense"}, "which this page does not have"),
        ("told", "satisfaction", {"service": "Portal", "provider": "Beta"}, "No ticket fits these filters"),
        ("told", "satisfaction", {"project": "DSEC"}, "No ticket of a project that asks for a score"),
        ("planted", "definitions", {"words": "xylophone"}, "Nothing here says “xylophone”"),
    ],
)
def test_it_says_what_to_do(dashboard: Dashboard, desk: str, page: str, asked: dict[str, str], said: str) -> None:
    opened = open_page(dashboard.address(desk, page, **asked))
    assert opened.holds(said)
    assert not opened.holds("Traceback")


def test_the_month_of_a_link_to_work_is_shown(dashboard: Dashboard) -> None:
    opened = open_page(dashboard.address(page="work", month="2026-09"))
    elements = (ForwardMsg.FromString(message).delta.new_element for message in opened.messages)
    assert "2026-09" in [e.selectbox.raw_value for e in elements if e.selectbox.query_param_key == "month"]
    assert not opened.holds("The address asks for")


def test_before_the_first_ticket_nobody_is_told_to_sync(dashboard: Dashboard, visit: Visit) -> None:
    visit.page.goto(dashboard.address("dated", as_of="1999-01-01"))
    expect(visit.page.get_by_text("This desk had no ticket as of Fri 01 Jan 1999, 24:00 CET.")).to_be_visible(
        timeout=60_000
    )
    assert not visit.saw("no tickets yet")


def test_what_to_do_is_seen(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("nothing", ""))
    expect(page.locator(".stAlert").filter(has_text="Run arbiter sync")).to_be_visible()


def test_one_ticket_is_a_desk_too(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("single"))
    expect(page.get_by_text("1 ticket · 2 left out")).to_be_visible()
    expect(page.get_by_text("No ticket with a goal is running in time.")).to_be_visible()
    assert "could not be shown" not in page.content()
    ticket = visit.open(dashboard.address("single", "ticket", key="DSD-0"))
    expect(ticket.get_by_role("tab", name="Closure")).to_be_visible()


def test_nothing_unforeseen_happened(dashboard: Dashboard) -> None:
    assert "page failed" not in dashboard.log.read_text()
