"""The chair prepares, holds and closes a meeting; next week's shows what is still open. Nothing typed is lost."""

from datetime import date, datetime
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from board import writing
from board.action import record, standing
from board.meeting import Meeting, call_meeting, meeting_on, meetings, move_to
from board.store import Board
from reports.review import about, boards, built, ticket_of
from sight.opening import DESK, SECURITY
from tests.pages.conftest import Dashboard
from tests.pages.small_mart import PLANTED
from tests.pages.visit import Visit, choose, exported, press, settled
from tests.papers.desk import text_of
from ui.format import end


def _text(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def _type(page: Page, name: str, text: str) -> None:
    _text(page, name).fill(text)
    _text(page, name).press("Tab")
    expect(page.get_by_text("saved ").first).to_be_visible()
    settled(page)


def _day(page: Page, name: str, digits: str) -> None:
    page.get_by_role("group", name=name).get_by_role("spinbutton").first.click()
    page.keyboard.type(digits)
    page.keyboard.press("Tab")
    settled(page)


def _board(dashboard: Dashboard) -> Board:
    return Board(dashboard.data / "morning" / "board.sqlite")


def test_the_chair_prepares_holds_and_closes_a_meeting_and_next_week_carries_over(
    dashboard: Dashboard, visit: Visit
) -> None:
    page = visit.open(dashboard.address("morning", page="arb"))
    press(page, "Prepare it")
    before = [row["Ticket"] for row in exported(page, "agenda")]
    assert sorted(before) == ["DSD-1", "DSD-2", "DSD-3", "DSD-4"]  # the unresolved ones

    choose(page, "Ticket on the agenda", "DSD-3 ·")
    for button, section in (
        ("To the top", "Put first by the chair"),
        ("Back to its section", "4 Goal missed"),
        ("To the top", "Put first by the chair"),
    ):
        press(page, button)
        assert {row["Ticket"]: row["Section"] for row in exported(page, "agenda")}["DSD-3"] == section
    choose(page, "Ticket on the agenda", "DSD-4 ·")
    press(page, "Drop")
    _text(page, "Add a ticket").fill("DSD-6")
    press(page, "Add")
    prepared = [row["Ticket"] for row in exported(page, "agenda")]
    assert prepared == ["DSD-3", *(key for key in before if key not in ("DSD-3", "DSD-4")), "DSD-6"]
    _text(page, "Add a ticket").fill("DSEC-7")
    press(page, "Add")
    expect(page.get_by_text("so it is not added")).to_be_visible()
    expect(
        page.get_by_text("The papers are as of Thu 11 Sep 2025, 00:00, the midnight that begins the day")
    ).to_be_visible()
    _text(page, "Add a ticket").fill("  ")
    press(page, "Add")
    expect(page.get_by_text("type the key of a ticket, such as DSD-123")).to_be_visible()

    press(page, "Begin the meeting")
    expect(page.get_by_role("heading", name="DSD-3")).to_be_visible()
    _type(page, "Participants", "Ann, Bob <b>")
    _type(page, "Discussion", "The user waits.\nSince Monday.")
    _type(page, "Decision", "Ask the *provider*")
    visit.open(page.url)  # a reload, in a new session
    expect(_text(page, "Discussion")).to_have_value("The user waits.\nSince Monday.")
    _text(page, "What").fill("Phone the provder")
    _text(page, "Who").fill("Cleo")
    press(page, "Record action")
    _text(page, "What").fill("Phone them again")
    _text(page, "Who").fill("Cleo")
    press(page, "Record action")
    page.get_by_role("button", name="Change").first.click()  # the newest action stands first
    press(page, "Cancel action")
    expect(page.get_by_text("Phone them again")).to_have_count(0)
    expect(page.get_by_text("A-001 Phone the provder: Cleo, without a date")).to_be_visible()
    press(page, "Change")
    _text(page, "What it says").fill("Phone the provider")
    press(page, "Change action")
    expect(page.get_by_text("A-001 Phone the provider: Cleo, without a date")).to_be_visible()
    expect(page.get_by_text("what: “Phone the provder”, then “Phone the provider”")).to_be_visible()
    page.keyboard.press("Escape")

    choose(page, "Go to", "DSD-6 ·")
    expect(page.get_by_text(f"{len(prepared)} of {len(prepared)}")).to_be_visible()
    choose(page, "Go to", "DSD-3 ·")
    press(page, "Next")
    expect(page.get_by_text(f"2 of {len(prepared)}")).to_be_visible()
    expect(_text(page, "Discussion")).to_have_value("")
    visit.open(page.url)  # the address names the ticket
    expect(page.get_by_text(f"2 of {len(prepared)}")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="DSD-3")).to_be_visible()
    settled(page)

    press(page, "Close the meeting")
    with page.expect_download() as download:
        page.get_by_role("button", name="Minutes as Markdown").click()
    minutes = Path(download.value.path()).read_text(encoding="utf-8")
    for said in ("ARB\\-001", "Ann\\, Bob \\<b\\>", "The user waits\\.  \nSince Monday\\.", "Ask the \\*provider\\*"):
        assert said in minutes
    assert "| A-001 | DSD\\-3 | Phone the provider | Cleo | – | open |" in minutes
    assert "DSD\\-4" not in minutes
    [held] = meetings(_board(dashboard), "arb")
    assert held.as_of is not None  # the paper says so, too; the page may be as of later
    began = end(datetime.fromisoformat(held.as_of), ZoneInfo("Europe/Rome"))
    assert f"Agenda as of {began}; tickets as they are called as of" in minutes
    expect(page.get_by_text("Ask the *provider*")).to_be_visible()
    expect(page.get_by_text("The papers are as of Thu 11 Sep 2025, 12:00, when the meeting began")).to_be_visible()
    press(page, "Make the papers: agenda and minutes")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="morning-arb-2025-09-11-minutes.docx").click(timeout=60_000)
    assert "Ask the *provider*" in text_of(Path(download.value.path()))

    press(page, "Prepare it")
    expect(
        page.get_by_text("as of Thu 18 Sep 2025, 00:00, the midnight that begins the day of the meeting")
    ).to_be_visible()
    [carried] = exported(page, "earlier")
    assert (carried["Action"], carried["What"], carried["Ticket"]) == ("A-001", "Phone the provider", "DSD-3")
    assert (carried["Status now"], carried["Its ticket since"]) == ("OPEN", "not updated")
    _day(page, "Until when", "20250930")
    press(page, "Change action")
    [carried] = exported(page, "earlier")
    assert (carried["What"], carried["Who"], carried["Until"]) == ("Phone the provider", "Cleo", "2025-09-30")
    _text(page, "What came of it").fill("They answered")
    press(page, "Close action")
    expect(page.get_by_text("No action is open from an earlier meeting.")).to_be_visible()

    first, second = sorted(meetings(_board(dashboard), "arb"), key=lambda m: m.held_on)
    assert (first.state, second.state, (second.held_on - first.held_on).days) == ("closed", "preparing", 7)
    assert [word for word in (PLANTED, PLANTED.title()) if visit.saw(word)] == []


def test_the_chair_orders_the_agenda_and_no_hidden_key_is_kept(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("morning", page="arb", board="ESA ARB"))
    press(page, "Prepare it")
    for key in ("DSD-1", "DSD-2", "DSD-3"):
        _text(page, "Add a ticket").fill(key)
        press(page, "Add")
    for chosen, button, order in (
        ("DSD-3 ·", "Up", ["DSD-1", "DSD-3", "DSD-2"]),
        ("DSD-1 ·", "Down", ["DSD-3", "DSD-1", "DSD-2"]),
        ("DSD-3 ·", "Drop", ["DSD-1", "DSD-2"]),
        ("DSD-3 ·", "Restore", ["DSD-1", "DSD-2", "DSD-3"]),
    ):
        choose(page, "Ticket on the agenda", chosen)
        press(page, button)
        assert sorted(row["Ticket"] for row in exported(page, "agenda")) == sorted(order), button
        assert button == "Restore" or [row["Ticket"] for row in exported(page, "agenda")] == order, button

    press(page, "Begin the meeting")
    _type(page, "Decision", "As for DSEC-7, and dsec-99: wait for DSD-1")
    expect(_text(page, "Decision")).to_have_value("As for (restricted), and (restricted): wait for DSD-1")
    _text(page, "What").fill("Look at DSEC-7")
    _text(page, "Who").fill("Cleo")
    press(page, "Next")
    expect(_text(page, "What")).to_have_value("")
    press(page, "Record action")
    refused = page.locator(".stAlert").filter(has_text="The action is empty")
    expect(refused).to_be_visible()
    under = page.get_by_role("button", name="Record action").bounding_box()
    said = refused.bounding_box()
    assert under and said and 0 < said["y"] - under["y"] < 100
    press(page, "Close the meeting")
    unrecorded = page.locator(".stAlert").filter(has_text="An action is written but not recorded on DSD-3: record it")
    expect(unrecorded).to_be_visible()
    press(page, "Previous")
    for gone in (refused, unrecorded):
        expect(gone).to_have_count(0)
    expect(_text(page, "What")).to_have_value("Look at DSEC-7")
    _day(page, "Until", "20250930")
    press(page, "Record action")
    for field in ("What", "Who"):
        expect(_text(page, field)).to_have_value("")
    expect(page.get_by_role("group", name="Until").get_by_role("spinbutton").first).to_have_text("yyyy")
    _text(page, "Who").fill("Dan")  # straight from the field to the button
    press(page, "Close the meeting")
    expect(unrecorded).to_be_visible()
    _text(page, "Who").fill("")
    press(page, "Close the meeting")
    expect(page.get_by_text("wait for DSD-1")).to_be_visible()

    press(page, "Prepare it")
    [carried] = exported(page, "earlier")
    assert carried["What"] == "Look at (restricted)"
    _text(page, "What came of it").fill("Not needed: DSEC-7 is closed")
    press(page, "Cancel action")
    expect(page.get_by_text("No action is open from an earlier meeting.")).to_be_visible()
    [cancelled] = [a for a in standing(_board(dashboard), _last(dashboard, "esa-arb")) if a.label == carried["Action"]]
    assert (cancelled.state, cancelled.outcome) == ("cancelled", "Not needed: (restricted) is closed")
    press(page, "Open again")
    [opened] = exported(page, "earlier")
    assert (opened["Action"], opened["What"]) == (carried["Action"], carried["What"])


def test_an_action_whose_day_is_past_is_marked(dashboard: Dashboard, visit: Visit) -> None:
    board = Board(dashboard.data / "mails" / "board.sqlite")
    earlier = call_meeting(board, "arb", "ARB", date(2025, 9, 4), "ann")
    for day in (10, 11):  # the next meeting is on the 11th
        record(board, earlier, f"Phone on the {day}th", "Cleo", date(2025, 9, day), "ann", "jira/1")
    move_to(board, call_meeting(board, "arb", "ARB", date(2025, 9, 11), "ann"), "held")
    page = visit.open(dashboard.address("mails", page="arb"))
    page.get_by_text("Open actions from earlier meetings: 2").click()
    settled(page)
    assert [row["Overdue"] for row in exported(page, "earlier")] == ["overdue", ""]
    page = visit.open(dashboard.address("mails", page="arb"))
    press(page, "Close the meeting")
    until = page.locator(".st-key-minutes td").filter(has_text="10 Sep 2025")
    expect(until).to_have_text("10 Sep 2025")
    expect(until).to_have_css("text-wrap-mode", "nowrap")  # or it breaks into three lines


def test_words_that_are_partly_hidden_cannot_be_changed(dashboard: Dashboard, visit: Visit) -> None:
    """Somebody of security wrote them, on a ticket that everybody sees, and a week before."""
    board = Board(dashboard.data / "told" / "board.sqlite")
    earlier = call_meeting(board, "arb", "ARB", date(2025, 9, 1), "ann")
    record(board, earlier, "Compare with DSEC-5", "Cleo", None, "security")
    page = visit.open(dashboard.address("told", page="arb"))
    if page.get_by_role("button", name="Prepare it").count():
        press(page, "Prepare it")
    [carried] = exported(page, "earlier")
    assert carried["What"] == "Compare with (restricted)"
    expect(page.get_by_text("only somebody who may can change it")).to_be_visible()
    expect(page.get_by_role("textbox", name="What it says")).to_have_count(0)
    assert not visit.saw("DSEC-5")


def _last(dashboard: Dashboard, board: str) -> Meeting:
    return max(meetings(_board(dashboard), board), key=lambda meeting: meeting.held_on)


def test_what_two_people_write_at_once_is_kept(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("morning", page="arb", board="ESA CAB"))
    press(page, "Prepare it")
    board = _board(dashboard)
    [meeting] = meetings(board, "esa-cab")
    writing.write(board, meeting.id, writing.MEETING, "note", "theirs", 0, "bob")
    _type(page, "Note of the chair", "mine")
    expect(_text(page, "Note of the chair")).to_have_value("theirs\nmine")
    called = meeting_on(board, "esa-cab", meeting.held_on)
    assert called is not None
    assert called.reference == "ESA-CAB-001"


@pytest.mark.rule("AMP-B2")
def test_a_request_holds_all_tickets_of_its_assignee(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("morning", page="arb"))
    if page.get_by_role("combobox", name="Assignee").count() == 0:
        press(page, "Prepare it")
    choose(page, "Assignee", "Cleo")
    address = unquote(page.get_by_role("link", name="Open in the mail program").get_attribute("href") or "")
    assert "DSD-2: No map tiles" in address
    with page.expect_download() as download:
        page.get_by_role("button", name="As a file (.eml)").click()
    assert "X-Unsent: 1" in Path(download.value.path()).read_text()


def test_who_may_not_see_a_ticket_finds_it_on_no_agenda(dashboard: Dashboard) -> None:
    desk, guard = (dashboard.opened("morning", roles) for roles in (DESK, SECURITY))
    assert [board.name for board in boards(desk)] == ["arb", "esa-arb", "esa-cab"]
    assert ticket_of(desk, "DSEC-7") is None
    hidden = ticket_of(guard, "dsec-7 ")
    assert hidden
    assert about(desk, [hidden]) == {}
    assert set(built(desk, "arb").rows.key) == {f"DSD-{n}" for n in range(1, 5)}


def test_an_agenda_without_tickets_is_empty(dashboard: Dashboard) -> None:
    for board in ("esa-arb", "esa-cab"):
        assert built(dashboard.opened("morning"), board).rows.empty
