"""The desk `eosc-helpdesk` by hand: groups with goals and hours of their own, the update clock, lines (HD-M1 to M5).

The week is Monday 1 to Friday 5 September 2025. All wall times are those of Rome, Berlin and Amsterdam; Athens is an
hour ahead. Data Storage works from 08:00 to 16:00, Cloud Compute to 18:00, AAI (as it is in Rome) from 08:00 to 16:00.
"""

from datetime import date
from pathlib import Path

import pytest

from metrics.profile import parse_profile
from reports.explain import explain_ticket
from tests.desks import jira_issue, mart_of, rows_of, store_of
from tests.marts import assert_same, contents
from tests.naive.examples import change, comment, moves, rome
from tests.naive.history import Change, Comment, Ticket
from tests.story import NWD, NWH, Views, numbered, views, when
from tests.test_profile import SMALL, mistakes

TEXT = (Path(__file__).parents[2] / "profiles" / "eosc-helpdesk.toml").read_text(encoding="utf-8")
HELPDESK = parse_profile(TEXT, "eosc-helpdesk.toml")
SEPTEMBER = date(2025, 9, 1)


def asked(group: str, created: str, *events: Change | Comment, **current: str | None) -> Ticket:
    """A ticket of uma, with a group of the helpdesk."""
    now = {"key": "HD-1", "type": "Incident", "status": "new", "reporter": "uma", "provider": group} | current
    return Ticket(
        "jira/1",
        rome(created),
        now,
        tuple(event for event in events if isinstance(event, Change)),
        tuple(event for event in events if isinstance(event, Comment)),
    )


def told(folder: Path, t: str, *tickets: Ticket) -> Views:
    return views(folder, t, *tickets, profile=HELPDESK)


@pytest.mark.rule("HD-M1")
def test_tickets_by_group_state_priority_and_channel(tmp_path: Path) -> None:
    ask = told(
        tmp_path, "5 09:00",
        asked("AAI", "1 09:00", came_by="chat", priority="3 high"),
        asked("AAI", "1 09:00", *moves("new", "1 10:00 closed"), came_by="email", priority="3 high", status="closed"),
        asked("First Line", "1 09:00"),
    )  # fmt: skip
    assert ask("ticket_count", "field, value, received, resolved", "field IN ('provider', 'came_by', 'status')") == [
        ("came_by", "chat", 1, 0),
        ("came_by", "email", 1, 1),
        ("came_by", None, 1, 0),
        ("provider", "AAI", 2, 1),
        ("provider", "First Line", 1, 0),
        ("status", "closed", 1, 1),
        ("status", "new", 2, 0),
    ]


@pytest.mark.rule("HD-M2")
def test_each_group_is_timed_by_its_own_hours(tmp_path: Path) -> None:
    """From Monday 15:00 to Tuesday 10:00: 2 + 1 NWH in Amsterdam, 1 + 2 in Berlin, 3 + 1 in Rome, 1 + 2 in Athens."""
    groups = ("First Line", "Data Storage", "Cloud Compute", "AAI")
    solved = moves("new", "2 10:00 closed")
    ask = told(tmp_path, "5 09:00", *(asked(group, "1 15:00", *solved, status="closed") for group in groups))
    assert ask("clock", "provider, working_seconds", "clock = 'resolution'") == [
        ("AAI", 3 * NWH),
        ("Cloud Compute", 4 * NWH),
        ("Data Storage", 3 * NWH),
        ("First Line", 3 * NWH),
    ]


@pytest.mark.rule("HD-M2", "AMP-C1")
def test_a_ticket_created_past_new_is_answered_implied(tmp_path: Path) -> None:
    """Of the others any move answers: the profile names no status that alone would."""
    ask = told(
        tmp_path, "5 09:00",
        asked("AAI", "1 09:00", status="open"),
        asked("AAI", "1 09:00", status="closed"),
        asked("AAI", "1 09:00", *moves("new", "1 10:00 closed"), status="closed"),
        asked("AAI", "1 09:00"),
    )  # fmt: skip
    assert ask("clock", "state, implied, working_seconds", "clock = 'first_response'") == [
        ("met", False, NWH), ("met", True, 0), ("met", True, 0), ("overdue", False, 4 * NWD),
    ]  # fmt: skip


@pytest.mark.rule("HD-M2")
def test_holidays_are_those_of_the_groups_country(tmp_path: Path) -> None:
    """Friday 3 October 2025 is a holiday in Germany alone; both tickets came on Thursday 16:00 and are solved Friday."""
    solved = moves("new", "2025-10-03 11:00 closed")
    ask = told(
        tmp_path, "2025-10-06 12:00",
        asked("Data Storage", "2025-10-02 15:00", *solved, status="closed"),
        asked("Cloud Compute", "2025-10-02 15:00", *solved, status="closed"),
        asked("Data Storage", "2025-10-02 15:00"),
    )  # fmt: skip
    assert ask("clock", "provider, state, working_seconds, due_at", "clock = 'resolution'") == [
        # 12 NWH up to the weekend and 7 days of 9 leave 5 NWH for Wednesday the 15th
        ("Cloud Compute", "met", 5 * NWH, when("2025-10-15 14:00")),
        ("Data Storage", "met", NWH, when("2025-10-17 15:00")),
        ("Data Storage", "running", NWH + 4 * NWH, when("2025-10-17 15:00")),
    ]
    german = "provider = 'Data Storage' AND kind = 'holiday' AND day = '2025-10-03'"
    assert len(ask("group_day", "name", german)) == 1


@pytest.mark.rule("HD-M2", "AMP-W2")
@pytest.mark.parametrize("group", ["data-storage", "AAI"])
def test_the_hours_of_a_group_explain_its_tickets(tmp_path: Path, group: str) -> None:
    """However its tickets spell it, and however far away it is: New Zealand works while it
    is night here, from one day to the next."""
    far = TEXT.replace('zone = "Europe/Athens"', 'zone = "Pacific/Auckland"')
    store = store_of([jira_issue(asked(group, "2025-10-22 15:00"))], tmp_path / "store.duckdb")
    mart = mart_of(store, rome("2025-10-30 20:00"), parse_profile(far, "a group far away"))
    for clock in explain_ticket(mart, "HD-1", HELPDESK)["clocks"]:
        for segment in clock["segments"]:
            parts = [segment[f"{kind}_seconds"] for kind in ("working", "night", "weekend", "holiday")]
            assert sum(parts) == segment["elapsed_seconds"] == (8 * 24 + 6) * NWH  # an hour more: summer time ended


@pytest.mark.rule("HD-M2")
def test_a_holiday_of_a_group_has_the_date_of_its_own_zone(tmp_path: Path) -> None:
    """Tuesday 28 October 2025 is a holiday in Greece; here it begins on Monday at 23:00."""
    store = store_of([jira_issue(asked("AAI", "2025-10-27 12:00"))], tmp_path / "store.duckdb")
    mart = mart_of(store, rome("2025-10-27 23:30"), HELPDESK)
    [segment] = explain_ticket(mart, "HD-1", HELPDESK)["clocks"][0]["segments"]
    assert segment["holidays"] == ["Ohi Day 28 Oct 2025"]
    assert [segment[f"{kind}_seconds"] / NWH for kind in ("working", "night", "holiday")] == [4, 7, 0.5]


@pytest.mark.rule("HD-M2")
def test_a_group_with_goals_of_its_own(tmp_path: Path) -> None:
    ask = told(tmp_path, "1 15:00", asked("First Line", "1 09:00"), asked("aai", "1 09:00"), asked("Other", "1 09:00"))
    assert ask("clock", "provider, clock, goal_seconds", "clock IN ('first_human_response', 'resolution')") == [
        ("First Line", "first_human_response", 4 * NWH),
        ("First Line", "resolution", 10 * NWD),
        ("Other", "first_human_response", NWD),
        ("Other", "resolution", 10 * NWD),
        ("aai", "first_human_response", NWD),
        ("aai", "resolution", 5 * NWD),
    ]


@pytest.mark.rule("HD-M2")
def test_the_update_clock_starts_anew_at_every_public_answer(tmp_path: Path) -> None:
    """Answered Monday 11:00, asked back (a pause) from 12:00 to 14:00, an internal note, answered Tuesday 10:00."""
    events = (
        *moves("new", "1 10:00 open", "1 12:00 pending reminder", "1 14:00 open"),
        comment("1 11:00", "ann"), comment("1 15:00", "uma"), comment("1 16:00", "ann", public=False),
        comment("2 10:00", "bob"),
    )  # fmt: skip
    ticket = asked("First Line", "1 09:00", *events, status="open")
    shown = "started_at, stopped_at, working_seconds, paused_seconds, state, start_basis"
    before, running, later = (
        told(tmp_path / t, f"{t}:00", ticket)("clock", shown, "clock = 'update'") for t in ("1 10", "1 16", "2 12")
    )
    assert before == [(None, None, 0, 0, "not_started", "public answer")]
    assert running == [(when("1 11:00"), None, 3 * NWH, 2 * NWH, "running", "public answer")]
    assert later == [(when("2 10:00"), None, 2 * NWH, 0, "running", "public answer")]


@pytest.mark.rule("HD-M2")
def test_of_a_solved_ticket_the_longest_wait_for_an_answer_counts(tmp_path: Path) -> None:
    """Answers on Monday 1 11:00, Tuesday 9 11:00 (6 NWD later) and the solution Wednesday 10 11:00: the goal is 5 NWD."""
    events = (*moves("new", "1 10:00 open", "10 11:00 closed"), comment("1 11:00", "ann"), comment("9 11:00", "ann"))
    ask = told(tmp_path, "11 09:00", asked("First Line", "1 09:00", *events, status="closed"))
    assert ask("clock", "started_at, stopped_at, working_seconds, state", "clock = 'update'") == [
        (when("1 11:00"), when("9 11:00"), 6 * NWD, "missed")
    ]
    segments = ask("clock_segment", "started_at, ended_at, kind, working_seconds", "clock = 'update'")
    assert segments == [(when("1 11:00"), when("9 11:00"), "counted", 6 * NWD)]
    assert ask("goal_missed", "status, status_seconds, over_seconds", "clock = 'update'") == [("open", 6 * NWD, NWD)]


@pytest.mark.rule("HD-M2", "AMP-G5")
def test_a_late_answer_misses_the_goal_of_its_time(tmp_path: Path) -> None:
    """An update within 5 NWD, from Monday 8 September on within 2: waits of 4 NWD before it and of 3 after it."""
    goal = '[[goal]]\nclock = "update"\nrule = "HD-M2"\n'
    shorter = f'{goal}valid_from = 2025-09-08\nwithin = "2 NWD"\n\n{goal}valid_to = 2025-09-08\n'
    answers = (comment("1 11:00", "ann"), comment("5 11:00", "ann"), comment("10 11:00", "ann"))
    ticket = asked("First Line", "1 09:00", *moves("new", "1 10:00 open", "10 12:00 closed"), *answers, status="closed")
    ask = views(tmp_path, "11 09:00", ticket, profile=parse_profile(TEXT.replace(goal, shorter), "changed goal"))
    assert ask("clock", "started_at, stopped_at, working_seconds, goal_seconds, state", "clock = 'update'") == [
        (when("5 11:00"), when("10 11:00"), 3 * NWD, 2 * NWD, "missed")
    ]


@pytest.mark.rule("HD-M3")
def test_solved_at_the_first_line_passed_on_and_sent_around(tmp_path: Path) -> None:
    own = asked("First Line", "1 09:00", *moves("new", "1 10:00 open", "1 11:00 closed"), status="closed")
    around = (
        change("1 10:00", "provider", "First Line", "Storage"), change("1 11:00", "provider", "Storage", "Compute"),
        change("1 12:00", "provider", "Compute", "First Line"), change("1 13:00", "provider", "First Line", "Storage"),
    )  # fmt: skip
    sent = asked("Storage", "1 09:00", *moves("new", "1 09:30 open", "2 10:00 closed"), *around, status="closed")
    ask = told(tmp_path, "5 09:00", own, sent)
    shown = "resolved, at_first_line, passed_on, rerouted, reroutings, first_line_share"
    assert ask("first_line_month", shown, "dimension = 'all'") == [(2, 1, 1, 1, 2, 0.5)]


@pytest.mark.rule("HD-M5")
def test_major_incidents_until_restored_and_reviewed(tmp_path: Path) -> None:
    major = {"type": "Major Incident", "status": "closed"}
    ask = told(
        tmp_path, "5 09:00",
        asked("First Line", "1 16:00", *moves("new", "2 10:00 closed"), **major, review="2025-09-04"),
        asked("First Line", "1 16:00", *moves("new", "2 11:00 closed"), **{**major, "type": "Major-incident"}),
        asked("First Line", "1 16:00"),
    )  # fmt: skip
    assert ask("major_incident", "restored_at, restore_seconds, working_seconds, reviewed, review") == [
        (when("2 10:00"), 18 * NWH, 2 * NWH, True, "2025-09-04"),
        (when("2 11:00"), 19 * NWH, 3 * NWH, False, None),
    ]


def test_an_incremental_publish_times_by_the_group_of_today(tmp_path: Path) -> None:
    """To Data Storage on Tuesday: from then on its hours count for the whole life of the ticket."""
    to_storage = change("2 09:00", "provider", "Cloud Compute", "Data Storage")
    ticket = asked("Data Storage", "1 15:00", to_storage, *moves("new", "2 10:00 open"), status="open")
    other = asked("Cloud Compute", "1 15:00", status="new")
    store = store_of([jira_issue(t) for t in numbered((ticket, other))], tmp_path / "store.duckdb")
    used = "ticket_id, working_seconds"
    monday = rows_of(mart_of(store, rome("1 18:00"), HELPDESK), "clock", used, "clock = 'resolution'")
    assert [row["working_seconds"] for row in monday] == [3 * NWH, 3 * NWH]
    later = mart_of(store, rome("2 12:00"), HELPDESK)
    assert [row["working_seconds"] for row in rows_of(later, "clock", used, "clock = 'resolution'")] == [
        5 * NWH,
        6 * NWH,
    ]
    assert_same(contents(later), contents(mart_of(store, rome("2 12:00"), HELPDESK, full=True)))


def test_a_clock_that_never_started_says_the_same_at_every_t(tmp_path: Path) -> None:
    """Nobody wrote to the user before the ticket was closed: what the mart has of it may be taken over."""
    closed = asked("Cloud Compute", "1 09:00", *moves("new", "1 10:00 open", "1 11:00 closed"), status="closed")
    store = store_of([jira_issue(closed)], tmp_path / "store.duckdb")
    for t in ("2 12:00", "4 12:00"):
        mart = mart_of(store, rome(t), HELPDESK)
    assert rows_of(mart, "clock", "state, seconds_before_stop", "clock = 'update'") == [
        {"state": "not_started", "seconds_before_stop": None}
    ]
    assert_same(contents(mart), contents(mart_of(store, rome("4 12:00"), HELPDESK, full=True)))


def test_groups_name_hours_that_exist_and_do_not_go_with_clones() -> None:
    [line] = mistakes(SMALL + '[group.A]\nhours = "night"\n[link]\nclones = "clones"\n')
    assert "group.A.hours: 'night' is not defined; allowed: none" in line
    assert "group: tickets that are linked as clones are timed together" in line
    assert parse_profile(SMALL, "x").hours_of_groups == {}
