"""The Overview, as its readers use it."""

import re
from pathlib import Path
from typing import Any

import duckdb
from playwright.sync_api import Page, expect

from tests.pages.conftest import Dashboard
from tests.pages.small_mart import build
from tests.pages.visit import Visit, drawer, settled


def _one(mart: Path, sql: str) -> tuple[Any, ...]:
    """What the mart itself says, without any of the dashboard's code."""
    with duckdb.connect(str(mart), read_only=True) as db:
        row = db.execute(sql).fetchone()
    assert row is not None
    return row


def _tile(page: Page, figure: str) -> str:
    return page.locator(f".st-key-figure-{figure} button").first.inner_text()


def _click_bar(page: Page, chart: str, n: int) -> None:
    """Clicks in the middle of a bar, where a pointer would; Plotly listens on a layer above it."""
    bar = page.locator(f"{chart} .barlayer .trace").first.locator("path").nth(n)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def _drawer(page: Page) -> str:
    return drawer(page).inner_text()


def test_the_figures_are_what_the_mart_says(dashboard: Dashboard, visit: Visit) -> None:
    page, mart = visit.open(dashboard.address()), dashboard.mart()
    expect(page).to_have_title("Overview · DESP service desk · Arbiter")
    month = "stopped_month = DATE '2026-11-01'"
    met, missed, implied, median = _one(
        mart,
        f"""SELECT count(*) FILTER (state = 'met' AND NOT implied), count(*) FILTER (state = 'missed'),
                   count(*) FILTER (implied), quantile_disc(working_seconds, 0.5) FILTER (NOT implied)
            FROM clock WHERE clock = 'first_response' AND {month}""",
    )
    share = _tile(page, "first_response-judged")
    assert f"{met} of {met + missed} in Nov 2026 + {implied} implied" in share
    assert f"{met * 1000 // (met + missed) / 10:g} %" in share
    assert f"{median // 3600} h" in _tile(page, "first_response-timed")
    for figure, rows in (
        ("received", "ticket WHERE date_trunc('month', created_at) = DATE '2026-11-01'"),
        ("resolved", "flow_event WHERE event = 'resolved' AND happened_at >= TIMESTAMP '2026-11-01'"),
        ("open", "ticket WHERE resolved_at IS NULL"),
    ):
        (n,) = _one(mart, f"SELECT count(*) FROM {rows}")
        assert re.search(rf"\b{n}\b", _tile(page, figure)), figure
    (overdue,) = _one(mart, "SELECT count(*) FROM clock WHERE clock = 'resolution' AND state = 'overdue'")
    assert re.search(rf"\b{overdue}\b", _tile(page, "resolution-overdue"))


def test_a_figure_opens_its_tickets_by_a_click_and_by_keyboard(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address())
    for figure, condition in (("received", "created_at >= TIMESTAMP '2026-11-01'"), ("open", "resolved_at IS NULL")):
        page.locator(f".st-key-figure-{figure} button").first.click()
        sql = f"SELECT count(*), count(*) FILTER (restricted) FROM ticket WHERE {condition}"
        n, restricted = _one(dashboard.mart(), sql)
        said = _drawer(page)
        assert f"{n} tickets" in said
        assert f"{restricted} restricted for your role" in said
        assert f"show={figure}.2026-11" in page.url
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator(".st-key-figure-resolved button").first.focus()
    page.keyboard.press("Enter")
    assert "Resolved, Nov 2026" in _drawer(page)


def test_a_click_on_a_bar_shows_its_tickets_and_closing_forgets_it(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address(months="3"))
    _click_bar(page, ".st-key-goals-resolution-0", 3)  # met, this month
    (n,) = _one(
        dashboard.mart(),
        """SELECT count(*) FROM clock WHERE clock = 'resolution' AND state = 'met'
           AND stopped_month = DATE '2026-11-01'""",
    )
    assert f"Resolution: goal met, Nov 2026: {n} clocks" in _drawer(page)
    page.keyboard.press("Escape")
    settled(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "show=" not in page.url
    _click_bar(page, ".st-key-goals-resolution-1", 3)
    assert f"{n} clocks" in _drawer(page)


def test_a_view_sent_to_somebody_is_the_same_view(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address())
    page.get_by_role("combobox", name="Project").fill("DSP")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    settled(page)
    (n,) = _one(
        dashboard.mart(), "SELECT count(*) FROM ticket WHERE project = 'DSP' AND created_at >= TIMESTAMP '2026-11-01'"
    )
    assert "project=DSP" in page.url
    assert re.search(rf"\b{n}\b", _tile(page, "received"))
    page.locator(".st-key-figure-received button").first.click()
    assert f"{n} tickets within the filters" in _drawer(page)
    other = page.context.new_page()  # a session of its own; a browser of its own would compile all scripts again
    other.goto(page.url)
    assert f"{n} tickets within the filters" in _drawer(other)
    assert re.search(rf"\b{n}\b", _tile(other, "received"))
    other.close()


def test_a_key_leads_to_its_ticket(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address(show="resolution-overdue"))
    (key,) = _one(
        dashboard.mart(), "SELECT key FROM clock WHERE state = 'overdue' ORDER BY working_seconds DESC LIMIT 1"
    )
    table = page.get_by_role("dialog").locator("canvas").first.bounding_box()
    assert table is not None
    page.mouse.move(table["x"] + 24, table["y"] + 52)
    page.wait_for_timeout(300)  # the grid is a canvas: a link is one once the pointer rests on it
    with page.expect_popup() as opened:
        page.mouse.click(table["x"] + 26, table["y"] + 52)
    expect(opened.value.get_by_role("link", name="Open in its own desk")).to_have_attribute(
        "href", re.compile(f"/{key}$"), timeout=30_000
    )
    opened.value.close()


def test_what_was_chosen_still_holds_after_another_page(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address(project="DSP", months="3"))
    page.get_by_role("button", name="Reference").click()
    page.get_by_role("menuitem", name="Ticket").click()
    expect(page.get_by_text("Type a ticket's key")).to_be_visible()
    page.get_by_role("link", name="Overview").first.click()
    expect(page.locator(".st-key-figure-received")).to_be_visible()
    settled(page)
    assert "project=DSP" in page.url
    assert "months=3" in page.url


def test_what_an_address_chose_holds_on_the_next_page(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address(project="DSP", months="3"))
    for menu, title in (("Performance", "Flow"), ("Performance", "Goals")):
        page.get_by_role("button", name=menu).click()
        page.get_by_role("menuitem", name=title).click()
        page.wait_for_url(f"**/{title.lower()}?**")
        settled(page)
        expect(page.locator(".st-key-project")).to_contain_text("DSP")
        assert "project=DSP" in page.url
        assert "months=3" in page.url


def test_a_value_that_does_not_occur_is_dropped_from_the_address(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address(project="NOPE", show="nonsense"))
    expect(page.get_by_text("which this page does not have")).to_be_visible()
    assert "NOPE" not in page.url


def test_a_new_publish_is_offered_and_shows_on_the_next_run(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("changing"))
    expect(page.get_by_text("30 tickets")).to_be_visible()
    old = dashboard.mart("changing")
    build(old.parent, tickets=33, version="v2.duckdb")
    old.unlink()
    page.locator(".st-key-figure-received button").first.click()
    settled(page)
    expect(page.get_by_text("33 tickets").first).to_be_visible()
