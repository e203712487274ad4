"""Stages: what the funnel counts is what its lists hold, and a desk without stages has no such page (RT-M1 to RT-M4)."""

from pathlib import Path

from playwright.sync_api import Page, expect

from sight.opening import open_mart
from tests.cases import case, mart_of_cases
from tests.pages.conftest import Dashboard
from tests.pages.visit import Visit, choose, settled
from ui.behind import listed
from ui.filters import Filters
from ui.stages_queries import by_field, fields, funnel, stage_lists, unstaged


def test_every_count_is_the_length_of_its_list(dashboard: Dashboard) -> None:
    db = dashboard.opened("cases")
    for filters in (Filters(), Filters(assignee=("bob",))):
        rows = funnel(db, filters)
        lists = stage_lists(rows)
        for row in rows.itertuples():
            counts = {"passed": row.passed_on, "way": row.on_its_way, "dropped": row.dropped, "time": row.n}
            for name, count in counts.items():
                assert listed(db, filters, lists[f"{name}-{row.place}"]).n == count, (name, row.place)
        assert (
            sum(listed(db, filters, lists[name]).n for name in ("done", "way", "dropped")) == rows.reached.iloc[0] == 6
        )
        assert unstaged(db, filters) == (1, 0, "")
    assert funnel(db, Filters(assignee=("nobody",))).reached.sum() == 0


def test_a_ticket_stands_under_each_of_its_values(dashboard: Dashboard) -> None:
    db = dashboard.opened("cases")
    assert fields(db) == ["scientific_discipline"]
    rows = by_field(db, Filters(), "scientific_discipline")
    assert list(zip(rows.value[:2], rows.tickets[:2], strict=True)) == [("Physics", 2), ("Biology", 1)]
    assert rows.value.isna().tolist() == [False, False, True] and rows.tickets.iloc[2] == 5


def test_the_page_and_a_list_behind_it(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("cases", "stages", show="dropped-1"))
    expect(page.get_by_text("Dropped after Pre-assessment, as of Sun 21 Sep 2025, 11:00 CEST: 1 row")).to_be_visible()
    page = visit.open(dashboard.address("cases", "stages"))
    expect(page.get_by_text("1 ticket without a stage of the order: not in the funnel.")).to_be_visible()
    expect(page.get_by_text("6 unresolved tickets on which nothing happened for two weeks")).to_be_visible()
    assert "could not be shown" not in page.content()
    _says_that_another_desk_has_no_such_page(page)


def _says_that_another_desk_has_no_such_page(page: Page) -> None:
    note = "has no page “Stages”; this is its first one."
    choose(page, "Desk", "full")
    expect(page.get_by_text(note)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    choose(page, "Project", "DSP")
    expect(page.get_by_text(note)).to_be_visible()
    page.get_by_role("link", name="Overview", exact=True).click()
    settled(page)
    expect(page.get_by_text(note)).to_have_count(0)


def test_an_address_with_a_page_that_the_desk_does_not_have_says_so(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("told", "stages"))
    expect(page.get_by_text("has no page “Stages”; this is its first one.")).to_be_visible()
    assert page.url.endswith("/stages?desk=told")


def test_a_stage_that_the_profile_does_not_name_is_counted(tmp_path: Path) -> None:
    db = open_mart(mart_of_cases(tmp_path, 20, case(1, at_creation="Limbo"), case(2), case(3, at_creation="Assessed")))
    assert unstaged(db, Filters()) == (2, 1, "Limbo")
    assert funnel(db, Filters()).reached.iloc[0] == 1
