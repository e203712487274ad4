"""The weekly digest (DMSU-M9): who was handled how; pasted anywhere, a ticket's text stays text."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from etl.config import Desk
from metrics.errors import ConfigError
from tests.naive.examples import faultless, moves
from tests.papers.desk import EVIL, OPERATIONS, PERSON, PLANTED, bytes_of, desk_in, files_of


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_in(tmp_path_factory.mktemp("desk"))


def _markdown(desk: Desk, week: str, *roles: str) -> str:
    return files_of(desk, "digest", week, *roles)[".md"].read_text(encoding="utf-8")  # type: ignore[arg-type]


@pytest.mark.rule("DMSU-M9")
def test_each_ticket_stands_where_it_was_handled(desk: Desk) -> None:
    said = _markdown(desk, "2025-W37")  # Monday 8 to Sunday 14 September
    figures = [line for line in said.splitlines() if line.startswith("| ") and "week" not in line]
    assert figures == [
        "| Received | 3 | 2 | +1 |",  # DSD-3, DPM-4, DSEC-5
        "| Answered | 2 | 2 | ±0 |",  # DSD-3, DSEC-5
        "| Resolved | 2 | 1 | +1 |",  # DSD-2 again, DPM-4
        "| Closed | 1 | 0 | +1 |",
        "| Reopened | 1 | 0 | +1 |",
        "| Passed on | 1 | 2 | −1 |",  # DSD-3, by two lines; the week before DSD-1 and DSD-2
        "| **Unresolved at the end** | **3** | 1 | +2 |",
    ]
    assert "Counted, not listed: 1 restricted." in said
    assert "; to delegated)" in said and "; after " in said


@pytest.mark.rule("DMSU-M9")
def test_a_week_stays_as_it_was_when_it_is_looked_at_later(desk: Desk) -> None:
    """Next week DSD-3 and DPM-4 came in, and DSD-2, resolved after 6 NWH, was opened again and resolved for good."""
    later = files_of(desk, "digest", "2025-W36", as_of="2025-09-14")
    said = next(file for name, file in later.items() if name.endswith(".md")).read_text(encoding="utf-8")
    for seen in (said, _markdown(desk, "2025-W36")):
        assert "| **Unresolved at the end** | **1** | 0 | +1 |" in seen
    assert "; after 6 NWH), Thu 04 Sep" not in said and "Zorromask), Thu 04 Sep, 09:00" in said


def test_a_week_in_which_nothing_happened_says_so(desk: Desk) -> None:
    said = _markdown(desk, "2025-W34")
    assert said.count("\n\nNone.") == 6
    assert "| Received | 0 | 0 | ±0 |" in said


def test_text_of_a_ticket_is_no_markup_in_markdown(desk: Desk) -> None:
    said = _markdown(desk, "2025-W36")
    line = next(line for line in said.splitlines() if line.startswith("- **[DSD-1]"))
    assert "\\<img src=x onerror=alert(1)\\> \\*\\*bold\\*\\* \\[a\\](http" in line
    assert (
        f"]({EVIL}" not in said and EVIL not in said
    )  # an address in a text is broken, so that nobody makes it a link
    assert "… (cut)" in line and "\u202e" not in line and "\x07" not in line


def test_text_of_a_ticket_is_no_markup_in_a_browser(desk: Desk, browser: Browser) -> None:
    file = files_of(desk, "digest", "2025-W36")[".html"]
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(file.as_uri())
    shown = page.locator("td", has_text="=HYPERLINK").first.inner_text()
    assert "<img src=x onerror=alert(1)> **bold**" in shown and "مرحبا 😀" in shown
    assert page.locator("img, script, link, iframe, form, style").count() == 0
    links = {a.get_attribute("href") for a in page.locator("a").all()}
    assert links == {f"https://jira.example.org/browse/DSD-{n}" for n in (1, 2)}
    assert asked == [file.as_uri()]
    page.close()


@pytest.mark.parametrize("roles", [("service_manager", "arb"), ("esa",)])
def test_no_digest_holds_a_word_that_its_reader_may_not_see(desk: Desk, roles: tuple[str, ...]) -> None:
    files = [f for week in ("2025-W36", "2025-W37") for f in files_of(desk, "digest", week, *roles).values()]  # type: ignore[arg-type]
    hidden = [PLANTED, "DSEC-5"] + ([OPERATIONS, "DPM-4", PERSON] if "esa" in roles else [])
    assert [(file.name, word) for file in files for word in hidden if word.encode() in bytes_of(file)] == []


def test_made_again_it_is_the_same(desk: Desk) -> None:
    once, again = (files_of(desk, "digest", "2025-W37", out=out) for out in ("once", "again"))
    assert [f.read_bytes() for f in once.values()] == [f.read_bytes() for f in again.values()]


def test_more_than_a_section_lists_is_counted(tmp_path: Path) -> None:
    path = moves("OPEN", "1 10:00 RECEIVED")
    desk = desk_in(tmp_path, *(faultless(f"DSD-{n}", "1 09:00", *path) for n in range(1, 104)))
    said = _markdown(desk, "2025-W36")
    assert "## Received: 103" in said and "Counted, not listed: 3 more." in said


def test_what_is_no_week_is_one_sentence(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="2025-54: no week; allowed: one such as 2026-W47"):
        files_of(desk, "digest", "2025-54")
