"""Findings, Definitions, Data and the records of a ticket, as their readers use them, over a desk with some of each."""

import csv
import doctest
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from board.action import record
from board.meeting import call_meeting
from board.store import Board
from sight.opening import DESK, SECURITY, open_mart
from tests.command import write_config
from tests.pages.conftest import Dashboard, Serving, Visit, free_port, settled
from tests.pages.planted_desk import build
from tests.pages.test_sign_in import SOURCE
from ui import definition_search
from ui.filters import Filters
from ui.finding_queries import listed, per_month, rules


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    home = tmp_path_factory.mktemp("findings")
    build(home / "data" / "desk")
    board = Board(home / "data" / "desk" / "board.sqlite")
    meeting = call_meeting(board, "arb", "ARB", date(2026, 10, 14), "chair")
    record(board, meeting, "Ask Portal *why*", "Serco", date(2026, 10, 21), "chair", "jira/2")
    write_config(home, SOURCE)
    with Serving(home, free_port()) as url:
        yield Dashboard(url, home / "data", home / "log")


def _open(visit: Visit, desk: Dashboard, address: str) -> Page:
    return visit.open(f"{desk.url}/{address}")


def test_the_manager_works_through_a_rule(desk: Dashboard, visit: Visit) -> None:
    page = _open(visit, desk, "findings")
    page.get_by_text("F9", exact=True).click()
    settled(page)
    assert "rule=F9" in page.url
    expect(page.get_by_text("CLOSED is entered from DONE only.")).to_be_visible()
    expect(page.get_by_text("2 tickets, the longest standing first. 1 of them restricted")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    [row] = csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig")))
    assert row["Ticket"] == "DSD-2" and row["Evidence"].startswith("IN PROGRESS → CLOSED")
    page.get_by_text("Only tickets not closed").click()
    settled(page)
    expect(page.get_by_text("No tickets to list.")).to_be_visible()
    assert "not_closed=true" in page.url


def test_a_link_to_a_rule_and_a_month_shows_the_same(desk: Dashboard, visit: Visit) -> None:
    page = _open(visit, desk, "findings?rule=F9&since=2026-09&project=DSD")
    expect(page.get_by_text("0 tickets, the longest standing first.")).to_be_visible()
    page = _open(visit, desk, "findings?rule=F9&since=2026-10&project=DSD")
    expect(page.get_by_text("1 ticket, the longest standing first.")).to_be_visible()


def test_from_a_finding_to_what_it_means(desk: Dashboard, visit: Visit) -> None:
    page = _open(visit, desk, "findings?rule=F9")
    page.get_by_role("link", name="What is F9?").click()
    expect(page.get_by_role("heading", name="F9: closed from anything but DONE")).to_be_visible()
    page.get_by_role("button", name="finding", exact=True).click()
    expect(page.get_by_text("One row a ticket and rule that it leaves.")).to_be_visible()
    page.locator(".stExpander summary").filter(has_text="SQL").click()
    expect(page.get_by_text("CREATE TABLE mart.finding AS")).to_be_visible()
    assert "about=finding" in page.url


def test_definitions_are_found_by_words(desk: Dashboard, visit: Visit) -> None:
    page = _open(visit, desk, "definitions?words=reopened")
    expect(page.get_by_text("a move from DONE or CLOSED to any other status")).to_be_visible()
    page = _open(visit, desk, "definitions?words=xylophone")
    expect(page.get_by_text("Nothing here says “xylophone”")).to_be_visible()
    page = _open(visit, desk, "definitions?about=<b>x</b>")
    expect(page.get_by_text("asks about “<b>x</b>”")).to_be_visible()


def test_the_data_page_says_what_is_left_out(desk: Dashboard, visit: Visit) -> None:
    page = _open(visit, desk, "data")
    expect(page.get_by_text(re.compile(r"of \d+ checks failed; 5 tickets measured, 1 left out"))).to_be_visible()
    expect(page.get_by_text("1 more restricted: counted, not listed.")).to_be_visible()
    expect(page.get_by_role("cell", name="Europe/Rome", exact=True)).to_be_visible()
    expect(page.get_by_text("No sync has run yet")).to_be_visible()


def test_a_ticket_shows_what_is_on_record_of_it(desk: Dashboard, visit: Visit) -> None:
    page = _open(visit, desk, "ticket?key=DSD-2")
    expect(page.get_by_text("F9 Closed without DONE since")).to_be_visible()
    expect(page.get_by_text("within a week of the agreed date, 1 day after the agreed date (DMSU-M6)")).to_be_visible()
    for heading in ("Estimations", "Satisfaction", "Actions of the board"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("cell", name="Ask Portal *why*")).to_be_visible()
    for absent in ("Its chain", "Assigned to"):
        expect(page.get_by_role("heading", name=absent)).to_have_count(0)
    page = _open(visit, desk, "ticket?key=DSD-1")
    expect(page.get_by_text("DSD-1 and 1 restricted")).to_be_visible()
    expect(page.get_by_role("heading", name="Actions of the board")).to_have_count(0)


def test_an_action_is_not_there_before_it_was_recorded(desk: Dashboard, visit: Visit) -> None:
    page = _open(visit, desk, "ticket?key=DSD-2&as_of=2026-11-01")
    page.locator(".st-key-as-of-banner").wait_for(timeout=60_000)
    settled(page)
    expect(page.get_by_role("heading", name="Estimations")).to_be_visible()
    expect(page.get_by_role("heading", name="Actions of the board")).to_have_count(0)


@pytest.mark.parametrize("filters", [Filters(), Filters(project=("DSD",)), Filters(assignee=("Zorro",), months=3)])
def test_every_count_is_the_length_of_its_list(desk: Dashboard, filters: Filters) -> None:
    for roles in (DESK, SECURITY):
        db = open_mart(desk.mart("desk"), roles)
        found = rules(db, filters)
        assert list(found.rule) == [f"F{n}" for n in range(1, 13)]
        for row in found.to_dict("records"):
            all_, standing = (listed(db, filters, row["rule"], not_closed=only) for only in (False, True))
            assert (all_.n, standing.n) == (row["n"], row["not_closed"])
            assert len(all_.rows) == all_.n - all_.restricted
            for month in per_month(db, filters, row["rule"], date(2026, 11, 1)).to_dict("records"):
                assert listed(db, filters, row["rule"], month["month"].date()).n == month["n"]


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(definition_search).failed == 0


def test_nothing_unforeseen_happened(desk: Dashboard) -> None:
    assert "page failed" not in desk.log.read_text()
