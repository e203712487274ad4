"""The register of recommendations: entered, answered and corrected on its page; nobody undoes what another wrote."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from board.recommendation import Recommendation, recommend, recommendations, revise
from board.store import Board
from tests.pages.conftest import Dashboard
from tests.pages.visit import Visit, press

NASTY = '=HYPERLINK("http://evil.example") <img src=x onerror=alert(1)> **bold** \u202eright'


def _board(dashboard: Dashboard) -> Board:
    return Board(dashboard.data / "single" / "board.sqlite")


def _fill(page: Page, name: str, text: str) -> None:
    page.get_by_role("textbox", name=name, exact=True).last.fill(text)


def test_a_recommendation_is_entered_answered_and_read(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("single", page="recommendations"))
    expect(page.get_by_text("No recommendation is on the register.")).to_be_visible()
    press(page, "Enter it")
    expect(page.get_by_text("the recommendation is empty")).to_be_visible()
    _fill(page, "Recommendation", NASTY)
    _fill(page, "Risk if it is not followed", "nobody answers at night")
    _fill(page, "By", "Ann")
    press(page, "Enter it")
    expect(page.get_by_text("1 recommendation: 1 not yet known")).to_be_visible()
    expect(page.get_by_role("textbox", name="Recommendation", exact=True).last).to_have_value("")

    revise(_board(dashboard), 1, "bob", risk="nobody answers on Sundays")  # meanwhile, in another window
    page.get_by_text("partly", exact=True).click()
    _fill(page, "Outcome", "one person")
    press(page, "Save")
    expect(page.get_by_text("1 recommendation: 1 partly followed")).to_be_visible()
    [one] = recommendations(_board(dashboard))
    today = one.made_on
    assert one == Recommendation(1, NASTY, "Ann", today, "nobody answers on Sundays", "partly", "one person")
    with page.expect_download() as download:
        page.locator(".st-key-recommendations-csv button").first.click()
    assert f"'{NASTY[:10]}" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert page.locator("img[src=x]").count() == 0


def test_what_a_reader_may_not_see_of_it_stays_as_it_is(dashboard: Dashboard, visit: Visit) -> None:
    board = Board(dashboard.data / "told" / "board.sqlite")
    number = recommend(board, "After DSEC-5, rotate the keys", "security", date(2025, 9, 1), "they leak")
    page = visit.open(dashboard.address("told", page="recommendations", recommendation=str(number)))
    page.get_by_text("Correct its words").click()
    words = page.get_by_role("textbox", name="Recommendation", exact=True).first
    expect(words).to_have_value("After (restricted), rotate the keys")
    expect(words).to_be_disabled()
    _fill_first(page, "Risk if it is not followed", "they leak again")
    press(page, "Save")
    expect(page.get_by_text("Risk if it is not followed: they leak again")).to_be_visible()
    [one] = [each for each in recommendations(board) if each.number == number]
    assert (one.text, one.risk) == ("After DSEC-5, rotate the keys", "they leak again")
    assert not visit.saw("DSEC-5")


def _fill_first(page: Page, name: str, text: str) -> None:
    page.get_by_role("textbox", name=name, exact=True).first.fill(text)
