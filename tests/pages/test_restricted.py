"""A restricted ticket leaves the mart as counts and clock results only: no text, no people, no key, on no page."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import expect

from sight.opening import DESK, SECURITY, open_mart
from tests.pages.conftest import Dashboard, Visit, settled
from tests.pages.small_mart import PLANTED
from ui.figures import FIGURES, Shown
from ui.filters import Filters
from ui.months import span
from ui.navigation import PAGES, Listed
from ui.overview_queries import behind


def _restricted_keys(mart: Path) -> list[str]:
    with duckdb.connect(str(mart), read_only=True) as db:
        return [key for (key,) in db.execute("SELECT key FROM ticket WHERE restricted").fetchall()]


def test_no_word_of_a_restricted_ticket_reaches_the_browser(dashboard: Dashboard, visit: Visit) -> None:
    keys = _restricted_keys(dashboard.mart())
    page = visit.open(dashboard.address())
    page.locator(".st-key-coverage button").first.click()
    settled(page)
    for figure in ("open.2026-11", "resolution-running"):
        visit.open(dashboard.address(project="DSEC", show=figure))
    assert visit.saw("of them restricted")
    visit.open(dashboard.address(page="ticket", key="DSEC"))
    assert [word for word in (PLANTED, *keys, "DSEC-99") if visit.saw(word)] == []


@pytest.mark.parametrize("listed", PAGES, ids=lambda listed: listed.file)
def test_no_page_and_no_file_of_it_holds_a_planted_word(dashboard: Dashboard, visit: Visit, listed: Listed) -> None:
    """Every page of ui/navigation.py, as it opens, for the planted words; and everything that it offers to download."""
    address = "" if listed is PAGES[0] else listed.file
    page = visit.open(dashboard.address(page=address, key="DSD-0"))
    files = b""
    for button in page.get_by_role("button", name="CSV", exact=True).all():
        with page.expect_download() as download:
            button.click()
        files += Path(download.value.path()).read_bytes()
    for word in (PLANTED, "DSEC-99", *_restricted_keys(dashboard.mart())):
        assert not visit.saw(word)
        assert word.encode() not in files


def test_a_restricted_ticket_is_not_found_by_key_or_by_words(dashboard: Dashboard, visit: Visit) -> None:
    for asked in (_restricted_keys(dashboard.mart())[0], PLANTED.lower()):
        page = visit.open(dashboard.address(page="ticket", key=asked))
        expect(page.get_by_text("can be shown")).to_be_visible()
        assert not visit.saw(PLANTED)


@pytest.mark.parametrize("name", FIGURES)
def test_no_list_behind_a_figure_holds_a_restricted_ticket(dashboard: Dashboard, name: str) -> None:
    connection, keys = open_mart(dashboard.mart()), set(_restricted_keys(dashboard.mart()))
    for month in span(date(2026, 11, 1), 12) if FIGURES[name].dated else [None]:
        found = behind(connection, Filters(), Shown(name, month))
        assert len(found.rows) == found.n - found.restricted
        assert not keys & set(found.rows.key)
        assert found.rows.key.notna().all()


def test_the_views_hide_what_the_role_may_not_see(dashboard: Dashboard) -> None:
    texts = "key, url, summary, assignee, reporter, service_element, service_version, category"
    everyone, security = (open_mart(dashboard.mart(), role) for role in (DESK, SECURITY))
    hidden = everyone.execute(f"SELECT DISTINCT {texts} FROM ticket WHERE restricted").fetchall()
    assert hidden == [(None,) * 8]
    shown = security.execute("SELECT count(summary), count(*) FROM ticket WHERE project = 'DSEC'").fetchone()
    assert shown is not None
    assert shown[0] == shown[1] > 0
    both = [
        c.execute("SELECT clock, state, count(*) FROM clock GROUP BY ALL ORDER BY ALL") for c in (everyone, security)
    ]
    assert both[0].fetchall() == both[1].fetchall()
