"""Why a figure is red: from the share met to the status that took the time and its tickets; and what flows."""

from datetime import date

import pandas as pd
from playwright.sync_api import expect

from tests.pages.conftest import Dashboard
from tests.pages.small_mart import PLANTED
from tests.pages.visit import Visit, exported, settled
from ui.filter_bar import breakdowns
from ui.filters import Filters
from ui.flow_queries import EVENTS, Listing, Period, ageing, first_day, flow, listed
from ui.goals_queries import Asked, Picked, lost_in, per_month, per_part, picked, used
from ui.mart import current_snapshot

FILTERS = Filters(months=3)
SEPTEMBER = date(2025, 9, 1)
PERIODS: tuple[Period, ...] = ("week", "month")


def test_the_manager_finds_why_the_share_is_low(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("morning", page="goals", months="3"))
    expect(page.get_by_text("1 of 2, 1 missed")).to_be_visible()
    bar = page.locator(".st-key-lost-0 .barlayer path").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settled(page)
    expect(page.get_by_text("missed, most time in IN PROGRESS (champion): 1 clock")).to_be_visible()
    assert "list=missed" in page.url
    [row] = exported(page, "clocks")
    assert (row["Ticket"], row["Most time in"], row["Time in it (working hours)"]) == ("DSD-5", "IN PROGRESS", "56.0")
    assert not visit.saw(PLANTED)


def test_what_flows_and_the_lists_behind_it(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("morning", page="flow", months="3", tickets="reopened"))
    expect(page.get_by_text("5 unresolved,")).to_be_visible()
    assert [row["Ticket"] for row in exported(page, "listed")] == ["DSD-5"]
    page = visit.open(dashboard.address("morning", page="flow", months="3"))
    assert [row["Ticket"] for row in exported(page, "listed")] == ["DSD-2", "DSD-1", "DSD-4", "DSD-3"]
    assert not visit.saw(PLANTED)


def test_a_page_breaks_down_by_what_tickets_have(dashboard: Dashboard) -> None:
    dated = current_snapshot(dashboard.data / "dated" / "mart")
    assert breakdowns(dated, ("service", "provider", "type", "project")) == ["type", "project"]
    assert breakdowns(dated, ("service", "provider")) == ["service"]


def test_every_count_is_the_length_of_its_list(dashboard: Dashboard) -> None:
    db = dashboard.opened("morning")
    for clock in ("first_response", "resolution"):
        asked = Asked(clock, FILTERS, SEPTEMBER)
        missed = int(per_month(db, asked).missed.sum())
        assert missed == per_part(db, asked, "type").missed.sum() == picked(db, asked, Picked()).n
        for row in lost_in(db, asked).itertuples():
            assert picked(db, asked, Picked(row.phase, row.status)).n == row.n
        for row in used(db, asked).itertuples():
            assert picked(db, asked, Picked(tenth=row.tenth)).n == row.n
    for period in PERIODS:
        rows = flow(db, FILTERS, period, first_day(period, SEPTEMBER, 3))
        starts = [start.date() for start in rows.start]
        for at, (start, end) in enumerate(zip(starts, [*starts[1:], None], strict=True)):
            for event in EVENTS:
                assert listed(db, FILTERS, Listing("event", event, start, end)).n == rows[event].iloc[at]
        assert listed(db, FILTERS, Listing("open")).n == rows.backlog_unresolved.iloc[-1]
    for band in ageing(db, FILTERS).itertuples():
        last = None if pd.isna(band.to_days) else int(band.to_days)
        counted = {"aged": band.unresolved + band.done, "unresolved": band.unresolved, "done": band.done}
        for kind, n in counted.items():
            assert listed(db, FILTERS, Listing(kind, "", int(band.from_days), last)).n == n
    assert listed(db, Filters(project=("DSD",)), Listing("stalled")).n == 0
