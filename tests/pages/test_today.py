"""The manager's morning: which ticket to phone about, the mark when it is done, who answered, and nothing restricted."""

import re
from email import message_from_bytes
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from board import escalation
from board.store import Board
from profiles import load_profile
from sight.opening import SECURITY, open_mart
from tests.desks import jira_issue, part_of, store_of
from tests.naive.examples import comment, desk_ticket, moves, rome
from tests.pages.conftest import Dashboard
from tests.pages.small_mart import PLANTED
from tests.pages.visit import Visit, choose, exported, settled
from tests.pages.wire import open_page
from tests.story import desp_with
from ui.filters import Filters
from ui.today_queries import back_from_user, every_step, listed_steps, new, since
from ui.today_steps import Escalated, escalated

NWD = 8 * 3600
SENTENCES = (
    "**0** to escalate", "**1** to escalate", "No step of escalation waits for anybody.",
    "Steps of escalation wait, and none that can be listed here.", "1 restricted for your role: counted, not listed.",
    "No running clock passes an alert within the next working day.",
)  # fmt: skip


def _glance(page: Page) -> list[str]:
    return [re.sub(r"\s+", " ", text) for text in page.locator(".st-key-glance a").all_inner_texts()]


def test_the_manager_lands_on_it_with_what_the_address_asks_for(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("morning", page="", project="DSD"))
    assert "3 to escalate" in _glance(page)
    assert "desk=morning" in page.url
    assert "project=DSD" in page.url


def test_the_manager_finds_whom_to_phone_and_marks_it(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("morning", page="today"))
    assert _glance(page)[0] == "4 to escalate"  # one of them is restricted
    rows = {row["Ticket"]: row for row in exported(page, "steps")}
    assert list(rows) == ["DSD-1", "DSD-3", "DSD-2"]  # who can still make it first, then the latest past its goal
    due = rows["DSD-1"]
    assert (due["Step to take"], due["Assignee"], due["Alert"]) == ("phone the assignee", "Bob", "2 of 3")
    assert due["Time left (working hours)"] == "14.0"
    _has_what_comes_next_what_is_new_and_who_answered(page)

    choose(page, "Steps that were taken", "DSD-1")
    page.get_by_role("textbox", name="Note").fill("promised for noon <b>")
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_text("3 to escalate")).to_be_visible()
    settled(page)
    assert [row["Ticket"] for row in exported(page, "steps")] == ["DSD-3", "DSD-2"]
    said = escalation.marks(Board(dashboard.data / "morning" / "board.sqlite"))[
        "jira/10000", "resolution", 2, "phone the assignee"
    ]
    assert (said.done, said.note, said.marked_by) == (True, "promised for noon <b>", "this machine")

    other = visit.open(dashboard.address("morning", page="today"))  # another session sees it too
    other.get_by_text("1 step marked as done").click()
    settled(other)
    [row] = exported(other, "taken-steps")
    assert (row["Ticket"], row["By"], row["Note"]) == ("DSD-1", "this machine", "promised for noon <b>")

    choose(other, "Steps that were not taken after all", "DSD-1")
    other.get_by_role("button", name="Not done").click()
    expect(other.get_by_text("4 to escalate")).to_be_visible()


def test_a_desk_whose_goals_have_no_alerts_escalates_nothing(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("cases", page="today"))
    assert [re.sub(r"^\d+ | since .*", "", figure) for figure in _glance(page)] == ["new", "back from users"]
    assert page.get_by_text("To escalate").count() == page.get_by_text("About to pass an alert").count() == 0


def _has_what_comes_next_what_is_new_and_who_answered(page: Page) -> None:
    assert _glance(page)[1:] == [
        "1 to pass an alert within 1 NWD", "1 new since Wed 10 Sep", "1 back from users since Wed 10 Sep"
    ]  # fmt: skip
    [coming] = exported(page, "soon")
    assert (coming["Ticket"], coming["Step to take"]) == ("DSD-1", "phone the service manager")
    assert coming["Passed at (Europe/Rome)"] == "2025-09-12 10:00:00"
    assert [row["Ticket"] for row in exported(page, "new")] == ["DSD-3"]
    assert [row["Ticket"] for row in exported(page, "back")] == ["DSD-4"]


def test_an_alert_that_asks_for_an_e_mail_has_it_ready(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("mails", page="today"))
    page.get_by_text("E-mails to send: 2, on 3 steps").click()
    choose(page, "To", "Bob")
    said = page.locator(".st-key-mails code").inner_text()
    assert said.startswith("Escalation: DSD-21, DSD-23\n\nTo Bob, and the service manager of Portal.")
    assert (
        "- DSD-21: About DSD-21 (TO DO)\n  Resolution: alert 1 of 3; time left of the goal of 5 NWD: 2 NWD 7 h" in said
    )
    address = unquote(page.get_by_role("link", name="Open in the mail program").get_attribute("href") or "")
    assert address.startswith(f"mailto:?subject=Escalation: DSD-21, DSD-23&body={said.partition(chr(10) * 2)[2]}")
    with page.expect_download() as download:
        page.get_by_role("button", name="As a file (.eml)").click()
    mail = message_from_bytes(Path(download.value.path()).read_bytes())
    assert (mail["Subject"], mail["X-Unsent"], mail["To"]) == ("Escalation: DSD-21, DSD-23", "1", None)


def test_nothing_of_a_restricted_ticket_is_on_it(dashboard: Dashboard) -> None:
    opened = open_page(dashboard.address("morning", page="today"))
    assert opened.holds("1 restricted for your role")
    assert [word for word in (PLANTED, PLANTED.title(), "DSEC-7") if opened.holds(word)] == []


def test_what_waits_hidden_is_counted_and_nobody_is_told_that_nothing_waits(dashboard: Dashboard) -> None:
    asked = dashboard.address("morning", page="today", project="DSEC")
    assert _told(asked) == ["**1** to escalate", "Steps of escalation wait, and none that can be listed here.",
                            "1 restricted for your role: counted, not listed.",
                            "No running clock passes an alert within the next working day."]  # fmt: skip
    board, step = (
        Board(dashboard.data / "morning" / "board.sqlite"),
        ("jira/10006", "resolution", 3, "phone the service manager"),
    )
    escalation.mark(board, *step, True, "", "security")
    try:
        assert _told(asked) == ["**0** to escalate", "No step of escalation waits for anybody.",
                                "No running clock passes an alert within the next working day."]  # fmt: skip
    finally:
        escalation.mark(board, *step, False, "", "security")


def _told(address: str) -> list[str]:
    """Which of the sentences on escalation the page says."""
    opened = open_page(address)
    return [words for words in SENTENCES if opened.holds(words)]


def test_a_mark_made_later_does_not_show_as_of_before(tmp_path: Path) -> None:
    board = Board(
        tmp_path / "board.sqlite", now=iter(["2025-09-11T08:00:00.000000", "2025-09-12T08:00:00.000000"]).__next__
    )
    escalation.mark(board, "jira/1", "resolution", 2, "phone", True, "phoned", "ann")
    escalation.mark(board, "jira/1", "resolution", 2, "phone", False, "wrong ticket", "ann")
    key = ("jira/1", "resolution", 2, "phone")
    assert escalation.marks(board, "2025-09-11T10:00:00.000000")[key].note == "phoned"
    assert escalation.marks(board, "2025-09-11T08:00:00.000000") == {}
    assert escalation.marks(board)[key].note == "wrong ticket"


@pytest.mark.rule("AMP-G4", "HD-M2")
def test_a_step_taken_before_the_last_answer_is_to_be_taken_again_after_it(tmp_path: Path) -> None:
    """The owner was reminded on Friday 5 September, answered on Monday, and is silent again: the clock started anew."""
    answers = (comment("1 09:00", "bob"), comment("8 09:00", "bob"))
    ticket = desk_ticket("1 09:00", *moves("new", "1 09:00 open"), *answers, status="open", type="Incident")
    store = store_of([jira_issue(ticket)], tmp_path / "store.duckdb")
    board = tmp_path / "board.sqlite"
    friday = Board(board, now=lambda: "2025-09-05T12:00:00.000000")
    escalation.mark(friday, ticket.ticket_id, "update", 1, "remind the owner", True, "", "ann")
    for t, waiting in (("5 17:00", 0), ("12 17:00", 1)):
        mart = part_of(store, rome(t), "escalation", profile=load_profile("eosc-helpdesk"))
        assert _waiting_and_done(mart, "update", board) == (waiting, 1 - waiting)


@pytest.mark.rule("AMP-G4", "AMP-G5")
@pytest.mark.parametrize(("marked", "waiting"), [(["phone"], 0), (["write"], 1), ([None], 0), (["phone", "write"], 0)])
def test_another_step_that_has_its_number_by_now_is_to_be_taken(
    tmp_path: Path, marked: list[str | None], waiting: int
) -> None:
    """Under the goal that counts the second alert says phone; of older marks only the number was kept."""
    alerts = 'alerts = [{ after = "1 NWD", action = "mail" }, { after = "2 NWD", action = "phone" }]\n'
    goal = '[[goal]]\nclock = "resolution"\nrule = "AMP-G2"\ntype = "User Request"\n'
    profile = desp_with(goal, f'{goal}within = "5 NWD"\n{alerts}\n{goal}')
    ticket = desk_ticket("1 09:00", status="TO DO")
    store = store_of([jira_issue(ticket)], tmp_path / "store.duckdb")
    board = Board(tmp_path / "board.sqlite", now=lambda: "2025-09-03T12:00:00.000000")
    for action in marked:
        escalation.mark(board, ticket.ticket_id, "resolution", 2, action or "", True, "", "ann")
    with board.transaction() as db:
        db.execute("UPDATE escalation SET action = NULL WHERE action = ''")
    mart = part_of(store, rome("3 17:00"), "escalation", profile=profile)
    assert _waiting_and_done(mart, "resolution", board.path) == (waiting, 1 - waiting)


def _waiting_and_done(mart: Path, clock: str, board: Path) -> tuple[int, int]:
    """How many steps of a clock wait, and how many are marked as done."""
    found = _escalated(mart, clock, board)
    return found.waiting.n, len(found.done)


def _escalated(mart: Path, clock: str, board: Path) -> Escalated:
    with open_mart(mart) as db:
        steps = every_step(db, Filters(), 0)
        steps = steps[steps["clock"] == clock]
        here: Any = SimpleNamespace(desk=SimpleNamespace(board=board), snapshot=SimpleNamespace(cursor=lambda: db))
        return escalated(steps, steps, here)


@pytest.mark.rule("AMP-G4")
def test_a_note_names_no_ticket_that_its_reader_may_not_see(tmp_path: Path) -> None:
    ticket = desk_ticket("1 09:00", status="TO DO")
    store = store_of([jira_issue(ticket)], tmp_path / "store.duckdb")
    board = Board(tmp_path / "board.sqlite", now=lambda: "2025-09-03T12:00:00.000000")
    mart = part_of(store, rome("4 17:00"), "escalation")
    with open_mart(mart) as db:
        [step, *_] = every_step(db, Filters(), 0).to_dict("records")
    escalation.mark(
        board, ticket.ticket_id, step["clock"], step["alert"], step["action"], True, "same cause as DSEC-5", "ann"
    )
    assert list(_escalated(mart, step["clock"], board.path).done.note) == ["same cause as (restricted)"]


@pytest.mark.parametrize("filters", [Filters(), Filters(project=("DSD",), service=("Portal",))])
def test_the_queries_are_narrowed(dashboard: Dashboard, filters: Filters) -> None:
    db = dashboard.opened("morning", SECURITY)
    news = since(db)
    kept = {"DSD-2", "DSD-3", "DSD-4"} if filters.narrows() else {f"DSD-{n}" for n in range(1, 7)} | {"DSEC-7"}
    assert set(listed_steps(db, every_step(db, filters, NWD)).rows.key) == kept & {"DSD-1", "DSD-2", "DSD-3", "DSEC-7"}
    assert set(new(db, filters, news).rows.key) == {"DSD-3"}
    assert set(back_from_user(db, filters, news).rows.key) == {"DSD-4"}
