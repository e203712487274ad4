"""Findings, Definitions, Data and the records of a ticket, as their readers use them, over a desk with some of each."""

import doctest
import re
from datetime import date

import pytest
from playwright.sync_api import expect

from sight.opening import DESK, SECURITY, Connection
from tests.pages.conftest import Dashboard
from tests.pages.visit import Visit, exported, settled
from tests.pages.wire import open_page
from ui import definition_search
from ui.filters import Filters
from ui.finding_queries import listed, per_month, rules


def test_the_manager_works_through_a_rule(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("planted", "findings"))
    page.get_by_text("F9", exact=True).click()
    settled(page)
    assert "rule=F9" in page.url
    expect(page.get_by_text("CLOSED is entered from DONE only.")).to_be_visible()
    expect(page.get_by_text("2 tickets, the longest standing first.")).to_be_visible()
    [row] = exported(page, "finding-F9")
    assert row["Ticket"] == "DSD-2" and row["Evidence"].startswith("IN PROGRESS → CLOSED")
    page.get_by_role("radio", name="not closed", exact=True).click()
    settled(page)
    expect(page.get_by_text("No tickets to list.")).to_be_visible()
    assert "tickets=not_closed" in page.url


@pytest.mark.parametrize(
    ("month", "said"), [("2026-09", "0 tickets, the longest"), ("2026-10", "1 ticket, the longest")]
)
def test_a_link_to_a_rule_and_a_month_shows_the_same(dashboard: Dashboard, month: str, said: str) -> None:
    assert open_page(dashboard.address("planted", "findings", rule="F9", since=month, project="DSD")).holds(said)


def test_from_a_finding_to_what_it_means(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("planted", "findings", rule="F9"))
    page.get_by_role("link", name="What is F9?").click()
    expect(page.get_by_role("heading", name="F9: closed from anything but DONE")).to_be_visible()
    page.get_by_role("button", name="finding", exact=True).click()
    expect(page.get_by_text("One row a ticket and rule that it leaves.")).to_be_visible()
    page.locator(".stExpander summary").filter(has_text="SQL").click()
    expect(page.get_by_text("CREATE TABLE mart.finding AS")).to_be_visible()
    assert "about=finding" in page.url


def test_definitions_are_found_by_words(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("planted", "definitions", words="reopened"))
    expect(page.get_by_text("a move from DONE or CLOSED to any other status")).to_be_visible()
    page = visit.open(dashboard.address("planted", "definitions", about="<b>x</b>"))
    expect(page.get_by_text("asks about “<b>x</b>”")).to_be_visible()


def test_the_data_page_says_what_is_left_out(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("planted", "data"))
    expect(page.get_by_text(re.compile(r"of \d+ checks failed; 5 tickets measured, 1 left out"))).to_be_visible()
    expect(page.get_by_text("1 restricted for your role: counted, not listed.")).to_be_visible()
    expect(page.get_by_role("cell", name="Europe/Rome", exact=True)).to_be_visible()
    expect(page.get_by_text("No sync has run yet")).to_be_visible()


def test_a_ticket_shows_what_is_on_record_of_it(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("planted", "ticket", key="DSD-2"))
    expect(page.get_by_text("F9 Closed without DONE since")).to_be_visible()
    expect(page.get_by_text("within a week of the agreed ETA, 1 day after the agreed ETA (DMSU-M6)")).to_be_visible()
    for heading in ("ETA", "Satisfaction", "Actions of the board"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("cell", name="Ask Portal *why*")).to_be_visible()
    for absent in ("Its chain", "Assigned to"):
        expect(page.get_by_role("heading", name=absent)).to_have_count(0)
    page = visit.open(dashboard.address("planted", "ticket", key="DSD-1"))
    expect(page.get_by_text("DSD-1 and 1 restricted")).to_be_visible()
    expect(page.get_by_role("heading", name="Actions of the board")).to_have_count(0)


def test_an_action_is_not_there_before_it_was_recorded(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("planted", "ticket", key="DSD-2", as_of="2026-11-01"))
    page.locator(".st-key-as-of-banner").wait_for(timeout=60_000)
    settled(page)
    expect(page.get_by_role("heading", name="ETA", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Actions of the board")).to_have_count(0)


@pytest.mark.parametrize("filters", [Filters(), Filters(project=("DSD",)), Filters(assignee=("Zorro",), months=3)])
def test_every_count_is_the_length_of_its_list(dashboard: Dashboard, filters: Filters) -> None:
    for roles in (DESK, SECURITY):
        db = dashboard.opened("planted", roles)
        found = rules(db, filters)
        assert list(found.rule) == [f"F{n}" for n in range(1, 13)]
        for row in found.to_dict("records"):
            all_ = listed(db, filters, row["rule"])
            assert all_.n == row["n"] and len(all_.rows) == all_.n - all_.restricted
            assert _split(db, filters, row["rule"]) == (row["not_closed"], row["n"] - row["not_closed"])
            for month in per_month(db, filters, row["rule"], date(2026, 11, 1)).to_dict("records"):
                split = _split(db, filters, row["rule"], month["month"].date())
                assert split == (month["not_closed"], month["n"] - month["not_closed"])


def _split(db: Connection, filters: Filters, rule: str, month: date | None = None) -> tuple[int, int]:
    """How many are listed of tickets not closed, and of closed ones."""
    return listed(db, filters, rule, month, "not_closed").n, listed(db, filters, rule, month, "closed").n


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(definition_search).failed == 0


def test_nothing_unforeseen_happened(dashboard: Dashboard) -> None:
    assert "page failed" not in dashboard.log.read_text()
