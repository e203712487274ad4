"""A restricted ticket leaves the mart as counts and clock results only: no text, no people, no key, on no page."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from sight.opening import DESK, SECURITY
from tests.pages.conftest import Dashboard
from tests.pages.small_mart import PLANTED
from tests.pages.visit import Visit, settled
from tests.pages.wire import open_page
from ui.behind import listed
from ui.figure_lists import figure_lists
from ui.figures import CLOCK_NAMES, FIGURES
from ui.filters import Filters
from ui.months import span
from ui.navigation import PAGES
from ui.ticket_queries import ticket


def _restricted_keys(mart: Path) -> list[str]:
    with duckdb.connect(str(mart), read_only=True) as db:
        return [key for (key,) in db.execute("SELECT key FROM ticket WHERE restricted").fetchall()]


def test_no_page_and_no_file_of_it_holds_a_planted_word(dashboard: Dashboard) -> None:
    """Every page of ui/navigation.py, as it opens, for the planted words; and everything that it offers to download."""
    words = (PLANTED, "DSEC-99", *_restricted_keys(dashboard.mart()))
    figures = [{"project": "DSEC", "show": figure} for figure in ("open.2026-11", "resolution-running")]
    asked = [*(("overview", figure) for figure in figures), ("ticket", {"key": "DSEC"})]
    asked += [("" if listed is PAGES[0] else listed.file, {"key": "DSD-0"}) for listed in PAGES]
    opened = [open_page(dashboard.address(page=page, **about)) for page, about in asked]
    seen = b"\n".join(part for one in opened for part in (*one.messages, *one.files.values()))
    assert [word for word in words if word.encode() in seen] == []
    assert b"restricted for your role" in seen


def test_what_failed_says_no_restricted_word(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address())
    page.locator(".st-key-coverage button").first.click()
    settled(page)
    assert not visit.saw(PLANTED)
    assert visit.saw("histories whole")


def test_a_restricted_ticket_is_not_found_by_key_or_by_words(dashboard: Dashboard) -> None:
    for asked in (_restricted_keys(dashboard.mart())[0], PLANTED.lower()):
        opened = open_page(dashboard.address(page="ticket", key=asked))
        assert opened.holds("can be shown")
        assert not opened.holds(PLANTED)


@pytest.mark.parametrize(
    ("desk", "page", "nothing", "counted"),
    [
        ("told", "eta", "Every open ticket has an ETA", "1 restricted for your role: counted, not listed."),
        ("full", "overview", "No ticket with a goal is running", "Restricted tickets are counted, not listed."),
    ],
)
def test_nothing_is_said_to_be_there_only_when_nothing_is(
    dashboard: Dashboard, desk: str, page: str, nothing: str, counted: str
) -> None:
    opened = open_page(dashboard.address(desk, page, project="DSEC"))
    assert opened.holds(counted)
    assert not opened.holds(nothing)


@pytest.mark.parametrize("name", FIGURES)
def test_no_list_behind_a_figure_holds_a_restricted_ticket(dashboard: Dashboard, name: str) -> None:
    connection, keys = dashboard.opened(), set(_restricted_keys(dashboard.mart()))
    one = figure_lists(CLOCK_NAMES)[name]
    for month in span(date(2026, 11, 1), 12) if one.month else [date(2026, 11, 1)]:
        found = listed(connection, Filters(), one, (month, month))
        assert len(found.rows) == found.n - found.restricted
        assert not keys & set(found.rows.key)
        assert found.rows.key.notna().all()


def test_a_restricted_ticket_is_not_found_by_its_id(dashboard: Dashboard) -> None:
    assert ticket(dashboard.opened("morning"), "jira/10006") is None
    found = ticket(dashboard.opened("morning", SECURITY), "jira/10006")
    assert found and found["project"] == "DSEC"


def test_the_views_hide_what_the_role_may_not_see(dashboard: Dashboard) -> None:
    texts = "key, url, summary, assignee, reporter, service_element, service_version, category"
    everyone, security = (dashboard.opened(roles=roles) for roles in (DESK, SECURITY))
    hidden = everyone.execute(f"SELECT DISTINCT {texts} FROM ticket WHERE restricted").fetchall()
    assert hidden == [(None,) * 8]
    shown = security.execute("SELECT count(summary), count(*) FROM ticket WHERE project = 'DSEC'").fetchone()
    assert shown is not None
    assert shown[0] == shown[1] > 0
    both = [
        c.execute("SELECT clock, state, count(*) FROM clock GROUP BY ALL ORDER BY ALL") for c in (everyone, security)
    ]
    assert both[0].fetchall() == both[1].fetchall()
