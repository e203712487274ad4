"""ETA, as its readers use it: whom to ask this morning, and how well providers keep their dates."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import Dashboard
from tests.pages.small_mart import PLANTED
from tests.pages.visit import Visit, drawer, exported, settled
from ui.behind import asked_for, listed
from ui.eta_charts import bias_chart
from ui.eta_queries import accuracy, eta_lists
from ui.filters import Filters
from ui.months import span


@pytest.fixture(scope="module")
def eta(dashboard: Dashboard, window: Visit) -> Visit:
    """The page, opened once for all that may be read of it at the same time."""
    window.forget()
    window.open(dashboard.address("told", "eta"))
    return window


def test_the_manager_sees_whom_to_ask(eta: Visit) -> None:
    page = eta.page
    expect(page.get_by_text("3 entries of 3 open tickets")).to_be_visible()
    expect(page.get_by_text("1 restricted for your role")).to_be_visible()
    asked = [(r["Ticket"], r["Why"], r["Days"], r["Assignee"]) for r in exported(page, "follow-up")]
    assert asked == [("DSD-24", "expired", "10", "Bruno"), ("DSD-2", "due within a week", "1", "Carla")]
    page.get_by_role("button", name="due within a week (1)").click()
    settled(page)
    assert [r["Ticket"] for r in exported(page, "follow-up")] == ["DSD-2"]
    assert not eta.saw(PLANTED)


def test_providers_side_by_side(eta: Visit) -> None:
    page = eta.page
    page.get_by_text("cumulative percentages, bias").click()
    settled(page)
    per = {r["Provider"]: (r["Delivered"], r["By the initial ETA"], r["Within a month"], r["Too few"]) for r in
           exported(page, "accuracy-by")}  # fmt: skip
    assert per["Alpha"] == ("4", "0.25", "0.5", "True")
    assert per["Beta"] == ("1", "0.0", "0.0", "True")


def test_the_percentages_are_cumulative_and_open_what_they_count(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("told", "eta", provider="Alpha", months="3"))
    for band, said in (("initial", "1 of 4"), ("revised", "2 of 4"), ("month", "2 of 4")):
        expect(page.locator(f".st-key-figure-by-{band} button").first).to_contain_text(
            f"{said} delivered since Aug 2025"
        )
    expect(page.locator(".st-key-figure-delivered-no-eta button").first).to_contain_text("50 %")  # DSD-1 and DSP-11
    page.locator(".st-key-figure-by-revised button").first.click()
    drawer(page)
    listed = [(r["Ticket"], r["Days late"]) for r in exported(page, "behind")]
    assert listed == [("DSD-21", "0"), ("DSD-22", "-1")]


def test_the_bias_opens_the_deliveries_that_it_is_the_median_of(dashboard: Dashboard) -> None:
    db, alpha, months = dashboard.opened("told"), Filters(provider=("Alpha",), months=3), span(date(2025, 11, 1), 3)
    delivered = accuracy(db, alpha, months[0], months[-1])
    for month, point in zip(months, bias_chart(delivered, months, None).data[0].customdata, strict=True):
        opened = asked_for(point[0], eta_lists())
        assert opened is not None
        assert listed(db, alpha, eta_lists()[opened.name], (month, month)).n == point[2]
    assert listed(db, alpha, eta_lists()["dated"], (months[0], months[-1])).n == 2


def test_a_late_revision_is_found(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("told", "eta", show="late-revisions.2025-09"))
    expect(page.locator(".st-key-figure-late-revisions button").first).to_contain_text("1 of 2 revisions")
    (row,) = exported(page, "behind")
    assert (row["Ticket"], row["ETA before"], row["ETA set"], row["Days moved"]) == (
        "DSD-23",
        "2025-09-05",
        "2025-09-12",
        "7",
    )
