"""Satisfaction, as its readers use it: the procedure's figures, who was not satisfied, which scores need a look."""

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Dashboard
from tests.pages.visit import Visit, drawer, exported, settled


@pytest.fixture(scope="module")
def page(dashboard: Dashboard, window: Visit) -> Page:
    """The page, opened once: a test opens boxes on it, the last one a drawer."""
    window.forget()
    return window.open(dashboard.address("told", "satisfaction"))


def test_the_figures_of_the_procedure(page: Page) -> None:
    expect(page.locator(".st-key-figure-given button").first).to_contain_text(
        "3.00"
    )  # 5, 4, 1 in October, 2 in November
    expect(page.locator(".st-key-figure-scored button").first).to_contain_text("4 scored of 11 solved")
    page.get_by_text("Satisfaction per month since the start").click()
    settled(page)
    months = {r["Month"]: r for r in exported(page, "months")}
    october = months["2025-10-01"]
    assert [october[f"Score {n}"] for n in range(1, 6)] == ["1", "1", "0", "1", "1"]
    assert (october["Solved"], october["Not scored"], october["Out of range"]) == ("9", "4", "1")
    assert (october["Scores set"], months["2025-11-01"]["Average"]) == ("3", "2.0")
    assert (october["Received"], october["Closed"], october["Closed since the start"]) == ("9", "6", "7")


def test_scores_that_need_a_look(page: Page) -> None:
    page.get_by_text("Scores with a remark since the start").click()
    settled(page)
    found = {(r["Ticket"], r["Remark"], r["Score"]) for r in exported(page, "remarks")}
    assert found == {("DSD-34", "changed", "2"), ("DSD-34", "other month", "2"), ("DSD-35", "out of range", "9")}
    page.get_by_role("button", name="out of range (1)").click()
    settled(page)
    assert [r["Ticket"] for r in exported(page, "remarks")] == ["DSD-35"]


def test_few_scores_are_shown_and_not_judged(page: Page) -> None:
    expect(
        page.get_by_text("The average has no limits yet: they need two complete months with 5 or more")
    ).to_be_visible()
    expect(page.get_by_text("too few to judge").first).to_be_visible()


def test_the_unsatisfied_and_where_they_are_in_jira(page: Page) -> None:
    low = [(r["Ticket"], r["Score"], r["Before"], r["Address"]) for r in exported(page, "low")]
    assert low == [
        ("DSD-34", "2", "5", "https://jira.example.org/browse/DSD-34"),
        ("DSD-33", "1", "", "https://jira.example.org/browse/DSD-33"),
    ]
    page.locator(".st-key-figure-low button").first.click()
    expect(drawer(page)).to_contain_text("Solved and scored 2 or less, all months shown: 2 rows")
