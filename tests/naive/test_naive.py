"""Worked examples by hand: the reference says what the procedure says.

The ordinary week is Monday 1 to Friday 5 September 2025; all times are those on the wall in Rome.
"""

from datetime import date, time, timedelta
from typing import Any

import pytest

from .clocks import clocks
from .examples import RULES, Event, change, clock_of, comment, desk_ticket, mart, moves, pick, rome
from .goals import AMP, NWD, NWH, Goal, GoalBook
from .history import value_at
from .rows import Rules, clock_rows, clock_segment_rows, in_metrics, interval_rows, ticket_row
from .stays import stays
from .working_time import NaiveCalendar, desp_calendar

# --- working time -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("AMP-W2")
@pytest.mark.parametrize(
    ("a", "b", "hours"),
    [
        ("1 09:00", "1 17:00", 8),
        ("1 16:00", "2 10:00", 2),  # over a night
        ("5 16:00", "8 10:00", 2),  # over a weekend
        ("6 10:00", "7 10:00", 0),
        ("2025-03-28 16:00", "2025-03-31 10:00", 2),  # the clock jumps in between
        ("2025-10-24 16:00", "2025-10-27 10:00", 2),
        ("2025-12-24 09:00", "2025-12-29 09:00", 8),  # 24 December is open, 25 and 26 are not
        ("2025-04-18 09:00", "2025-04-22 17:00", 16),  # Good Friday is open, Easter Monday is not
        ("2024-10-04 09:00", "2024-10-04 17:00", 8),  # 4 October is open until 2025
        ("2027-10-04 09:00", "2027-10-04 17:00", 0),
        ("2025-12-31 16:00", "2026-01-02 10:00", 2),
    ],
)
def test_open_seconds(a: str, b: str, hours: int) -> None:
    assert desp_calendar().open_seconds(rome(a), rome(b)) == hours * NWH


@pytest.mark.rule("AMP-W2")
def test_open_seconds_cut_both_ends_to_the_second() -> None:
    a = rome("1 10:00") + timedelta(milliseconds=900)
    assert desp_calendar().open_seconds(a, rome("1 10:00:01")) == 1
    assert desp_calendar().open_seconds(rome("1 10:00"), a) == 0


@pytest.mark.parametrize(
    ("day", "first", "last", "hours"),
    [
        (date(2025, 3, 30), time(0), time(0), 23),
        (date(2025, 10, 26), time(0), time(0), 25),
        (date(2025, 3, 30), time(2, 30), time(4), 1),  # opens when the clock jumps to 03:00
        (date(2025, 10, 26), time(1), time(2, 30), 1.5),  # closes at the first 02:30
    ],
)
def test_a_day_with_a_clock_change(day: date, first: time, last: time, hours: float) -> None:
    calendar = NaiveCalendar("Europe/Rome", {6: (first, last)})
    assert calendar.open_seconds(rome(f"{day} 00:00"), rome(f"{day + timedelta(days=1)} 00:00")) == hours * NWH


def test_new_hours_hold_from_their_date_on() -> None:
    calendar = NaiveCalendar(
        "Europe/Rome", {0: (time(9), time(17))}, variants=((date(2025, 9, 8), {0: (time(9), time(13))}),)
    )
    assert [calendar.open_seconds(rome(f"{day} 00:00"), rome(f"{day} 23:59")) // NWH for day in (1, 8, 15)] == [8, 4, 4]


@pytest.mark.rule("AMP-G6")
def test_add_ends_at_closing_time_not_at_the_next_opening() -> None:
    assert desp_calendar().add(rome("1 13:00"), 4 * NWH) == rome("1 17:00")
    assert desp_calendar().add(rome("5 16:00"), 2 * NWH) == rome("8 10:00")


# --- histories --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("AMP-W4")
def test_value_as_of() -> None:
    ticket = desk_ticket("1 09:00", change("1 12:00", "priority", "Low", "Critical"), priority="Blocking")
    seen = [value_at(ticket, "priority", rome(t)) for t in ("1 11:00", "1 12:00", "1 12:00:01", "9 09:00")]
    assert seen == [
        "Low",
        "Low",
        "Critical",
        "Critical",
    ]  # a change at T is not visible; history beats the present value


def test_stays_cover_everything_from_creation() -> None:
    ticket = desk_ticket(
        "1 09:00",
        change("1 11:00", "status", "Received", "ON-GOING"),
        change("1 10:00", "status", "OPEN", "received"),  # older, though it came later
        change("1 12:00", "status", "ON-GOING", "On going"),  # no move
        change("1 13:00", "status", "DONE", "Triage"),  # a broken chain, an unknown status
        change("1 13:00", "status", "Triage", "DONE"),  # a stay of no length
    )
    path = [(stay.status, stay.entered_at, stay.left_at) for stay in stays(ticket, rome("2 09:00"))]
    assert path == [
        ("OPEN", rome("1 09:00"), rome("1 10:00")),
        ("RECEIVED", rome("1 10:00"), rome("1 11:00")),
        ("ON GOING", rome("1 11:00"), rome("1 13:00")),
        ("Triage", rome("1 13:00"), rome("1 13:00")),
        ("DONE", rome("1 13:00"), None),
    ]


def test_a_change_before_creation_happens_at_creation() -> None:
    ticket = desk_ticket("1 10:00", *moves("OPEN", "1 09:00 RECEIVED", "1 11:00 TO DO"))
    rows = interval_rows(ticket, rome("1 12:00"), RULES)
    assert [pick(row, "status", "phase", "working_seconds") for row in rows] == [
        ("OPEN", "desk", 0),
        ("RECEIVED", "desk", NWH),
        ("TO DO", "champion", NWH),
    ]


def test_reopened_and_closed_again() -> None:
    path = moves(
        "OPEN", "1 10:00 TO DO", "1 11:00 DONE", "1 12:00 CLOSED", "2 10:00 TO DO", "2 11:00 DONE", "3 11:00 CLOSED"
    )
    ticket = desk_ticket("1 09:00", *path)
    names = "reopenings", "first_resolved_at", "resolved_at", "closed_at"
    assert pick(ticket_row(ticket, rome("1 13:00")), *names) == (0, mart("1 11:00"), mart("1 11:00"), mart("1 12:00"))
    assert pick(ticket_row(ticket, rome("2 10:30")), *names) == (1, mart("1 11:00"), None, None)
    assert pick(ticket_row(ticket, rome("4 09:00")), *names) == (1, mart("1 11:00"), mart("2 11:00"), mart("3 11:00"))
    worked = [row["working_seconds"] for row in interval_rows(ticket, rome("9 09:00"), RULES)]
    assert worked == [NWH, NWH, NWH, 6 * NWH, NWH, NWD, None]  # the CLOSED that stands has none


@pytest.mark.rule("AMP-W5")
def test_what_the_metrics_leave_out() -> None:
    ticket = desk_ticket(
        "1 09:00", change("1 10:00", "key", "OPS-9", "DSD-1"), change("1 11:00", "type", "Task", "User Request")
    )
    assert [in_metrics(ticket, rome(t)) for t in ("1 09:00", "1 10:30", "1 11:30")] == [False, False, True]


@pytest.mark.rule("AMP-S2")
def test_a_score_is_dated_by_the_change_that_set_it() -> None:
    ticket = desk_ticket("1 09:00", change("3 10:00", "score", "2", "4"), change("4 10:00", "score", "4", None))
    seen = [pick(ticket_row(ticket, rome(t)), "score", "scored_at") for t in ("2 09:00", "3 11:00", "4 11:00")]
    assert seen == [(2.0, None), (4.0, mart("3 10:00")), (None, None)]


# --- first response (AMP-C1) ------------------------------------------------------------------------------------------


@pytest.mark.rule("AMP-C1")
@pytest.mark.parametrize(
    ("path", "stopped_at", "implied"),
    [
        (["OPEN", "1 10:00 RECEIVED"], "1 10:00", False),
        (["OPEN", "1 10:00 TO DO"], "1 10:00", True),
        (["RECEIVED", "1 10:00 OPEN"], "1 09:00", False),
        (["TO DO", "1 10:00 IN PROGRESS"], "1 09:00", True),
    ],
)
def test_first_response(path: list[str], stopped_at: str, implied: bool) -> None:
    row = clock_of(desk_ticket("1 09:00", *moves(*path)), "first_response", "9 09:00")
    assert pick(row, "started_at", "stopped_at", "implied") == (mart("1 09:00"), mart(stopped_at), implied)


@pytest.mark.rule("AMP-G1")
@pytest.mark.parametrize(
    ("t", "state", "used", "passed", "next_alert_at"),
    [
        ("1 17:00", "running", 1, 0, "2 10:00"),
        ("2 10:00", "running", 2, 1, "2 11:00"),
        ("2 12:00", "running", 4, 2, None),  # just used up is not overdue
        ("2 13:00", "overdue", 5, 2, None),
    ],
)
def test_a_running_response(t: str, state: str, used: int, passed: int, next_alert_at: str | None) -> None:
    row = clock_of(desk_ticket("1 16:00"), "first_response", t)
    expected = (state, used * NWH, passed, next_alert_at and mart(next_alert_at), mart("2 12:00"), 4 * NWH)
    assert pick(row, "state", "working_seconds", "alerts_passed", "next_alert_at", "due_at", "goal_seconds") == expected


@pytest.mark.rule("AMP-G6")
def test_the_response_goal_is_met_up_to_its_last_second() -> None:
    states = []
    for received in ("1 13:00:00", "1 13:00:01"):
        ticket = desk_ticket("1 09:00", change(received, "status", "OPEN", "RECEIVED"))
        states.append(pick(clock_of(ticket, "first_response", "9 09:00"), "state", "due_at"))
    assert states == [("met", mart("1 13:00")), ("missed", mart("1 13:00"))]


# --- first human response (AMP-C2) ------------------------------------------------------------------------------------


@pytest.mark.rule("AMP-C2")
def test_who_answers() -> None:
    silent: list[Event] = [
        change("1 09:00", "status", "OPEN", "RECEIVED", by="Automation for Jira"),
        comment("1 10:00", by="ann"),  # the reporter
        comment("1 10:00", by=None),  # nobody known
        comment("1 10:00", by="bob", public=False),
        change("1 10:00", "status", "RECEIVED", "received", by="bob"),  # no move
        change("1 10:00", "assignee", None, "bob", by="bob"),
    ]
    row = clock_of(desk_ticket("1 09:00", *silent), "first_human_response", "1 12:00")
    assert pick(row, "stopped_at", "state", "working_seconds", "goal_seconds") == (None, "no_goal", 3 * NWH, None)
    row = clock_of(desk_ticket("1 09:00", *silent, comment("1 11:00", "bob")), "first_human_response", "1 12:00")
    assert pick(row, "stopped_at", "implied") == (mart("1 11:00"), False)


@pytest.mark.rule("AMP-C2")
def test_the_reporter_is_who_was_the_reporter_then() -> None:
    ticket = desk_ticket("1 09:00", comment("1 10:00", "ann"), change("1 11:00", "reporter", "bob", "ann"))
    assert clock_of(ticket, "first_human_response", "1 12:00")["stopped_at"] == mart("1 10:00")


@pytest.mark.rule("AMP-C2")
def test_closed_without_an_answer() -> None:
    closing = change("1 10:00", "status", "OPEN", "CLOSED", by="Automation for Jira")
    row = clock_of(desk_ticket("1 09:00", closing, comment("1 11:00", "bob")), "first_human_response", "1 12:00")
    assert pick(row, "stopped_at", "implied", "state") == (mart("1 10:00"), True, "no_goal")


# --- resolution and closure (AMP-C3, AMP-C4) --------------------------------------------------------------------------


@pytest.mark.rule("AMP-C3")
@pytest.mark.parametrize(
    ("path", "t", "started_at", "basis"),
    [
        (["OPEN", "1 10:00 RECEIVED", "1 11:00 ON GOING"], "9 09:00", None, None),
        (["OPEN", "1 10:00 RECEIVED", "1 11:00 DELEGATED", "1 12:00 TO DO"], "9 09:00", "1 11:00", "DELEGATED"),
        (
            ["OPEN", "1 10:00 RECEIVED", "1 11:00 OPEN", "1 12:00 RECEIVED", "1 13:00 DONE"],
            "9 09:00",
            "1 10:00",
            "RECEIVED",
        ),
        (["OPEN", "1 10:00 RECEIVED", "1 13:00 DONE", "2 13:00 TO DO"], "9 09:00", "1 10:00", "RECEIVED"),
        (["OPEN", "1 10:00 RECEIVED", "1 13:00 DONE"], "1 12:00", None, None),
        (["OPEN", "1 10:00 CLOSED"], "9 09:00", "1 09:00", "created"),
        (["TO DO"], "9 09:00", "1 09:00", "TO DO"),
    ],
)
def test_start_of_work(path: list[str], t: str, started_at: str | None, basis: str | None) -> None:
    ticket = desk_ticket("1 09:00", *moves(*path), status=path[-1].split(" ", 2)[-1] if len(path) > 1 else path[0])
    for name in ("resolution", "closure"):
        row = clock_of(ticket, name, t)
        assert pick(row, "started_at", "start_basis") == (started_at and mart(started_at), basis)
        assert (row["state"] == "not_started") == (started_at is None)


REOPENED = (
    "OPEN",
    "1 09:00 TO DO",
    "1 11:00 ON GOING",
    "1 14:00 IN PROGRESS",
    "1 15:00 DONE",
    "1 16:00 CLOSED",
    "2 11:00 TO DO",
    "2 13:00 DONE",
    "2 15:00 CLOSED",
)


@pytest.mark.rule("AMP-C3", "AMP-C4")
@pytest.mark.parametrize(
    ("t", "resolution", "closure"),
    [
        ("1 12:00", ("paused", None, 2, 1), ("paused", None, 2, 1)),
        ("1 15:30", ("met", "1 15:00", 3, 3), ("no_goal", None, 3.5, 3)),
        ("1 17:00", ("met", "1 15:00", 3, 3), ("no_goal", "1 16:00", 4, 3)),
        ("2 12:00", ("running", None, 4, 7), ("no_goal", None, 5, 6)),
        ("9 09:00", ("met", "2 13:00", 5, 7), ("no_goal", "2 15:00", 8, 6)),
    ],
)
def test_a_reopened_ticket(t: str, resolution: tuple[Any, ...], closure: tuple[Any, ...]) -> None:
    ticket = desk_ticket("1 09:00", *moves(*REOPENED))
    for name, (state, stopped_at, used, paused) in (("resolution", resolution), ("closure", closure)):
        row = clock_of(ticket, name, t)
        expected = (state, stopped_at and mart(stopped_at), used * NWH, paused * NWH)
        assert pick(row, "state", "stopped_at", "working_seconds", "paused_seconds") == expected


def test_the_segments_of_a_reopened_ticket() -> None:
    ticket = desk_ticket("1 09:00", *moves(*REOPENED))
    rows = [row for row in clock_segment_rows(ticket, rome("9 09:00"), RULES) if row["clock"] == "resolution"]
    assert [pick(row, "seq", "status", "kind", "working_seconds") for row in rows] == [
        (1, "TO DO", "counted", 2 * NWH),
        (2, "ON GOING", "paused", 3 * NWH),
        (3, "IN PROGRESS", "counted", NWH),
        (4, "DONE", "paused", NWH),
        (5, "CLOSED", "paused", 3 * NWH),
        (6, "TO DO", "counted", 2 * NWH),
    ]


@pytest.mark.rule("AMP-G2", "AMP-G6")
def test_due_alerts_and_state_of_a_paused_resolution() -> None:
    ticket = desk_ticket("1 09:00", *moves("TO DO", "3 09:00 ON GOING"), status="ON GOING")
    row = clock_of(ticket, "resolution", "4 09:00")  # 2 NWD used, 3 left from as_of on
    assert pick(row, "state", "alerts_passed") == ("paused", 1)
    assert pick(row, "next_alert_at", "due_at") == (mart("4 17:00"), mart("8 17:00"))
    late = desk_ticket("1 09:00", *moves("TO DO", "8 09:01 ON GOING"), status="ON GOING")
    assert pick(clock_of(late, "resolution", "9 09:00"), "state", "due_at") == ("overdue", mart("5 17:00"))


# --- goals (AMP-G1 to G5) ---------------------------------------------------------------------------------------------


@pytest.mark.rule("AMP-G1", "AMP-G2", "AMP-G3")
@pytest.mark.parametrize(
    ("key", "issue_type", "category", "response", "resolution"),
    [
        ("DSD-1", "User Request", "Functional", 4 * NWH, 5 * NWD),
        ("DSD-1", "Anomaly", None, 4 * NWH, None),
        ("DSD-1", "Anomaly", "payment-and BILLING", 2 * NWH, 20 * NWH),
        ("DSP-1", "User Request", "Security", 2 * NWH, 20 * NWH),
        ("DSEC-1", "Security Incident", None, 2 * NWH, 20 * NWH),
    ],
)
def test_goals(key: str, issue_type: str, category: str | None, response: int, resolution: int | None) -> None:
    ticket = desk_ticket("1 09:00", key=key, type=issue_type, category=category)
    rows = clock_rows(ticket, rome("1 10:00"), RULES)
    assert [row["goal_seconds"] for row in rows] == [response, None, resolution, None]


def test_clocks_run_in_some_projects_only() -> None:
    found = {key: len(clocks(desk_ticket("1 09:00", key=f"{key}-1"), rome("1 10:00"))) for key in ("DSD", "DC", "DPM")}
    assert found == {"DSD": 4, "DC": 2, "DPM": 0}


@pytest.mark.rule("AMP-G5")
def test_the_goal_is_the_one_at_the_stop() -> None:
    ticket = desk_ticket(
        "1 09:00",
        *moves("TO DO", "2 09:00 DONE"),
        change("2 09:00", "type", "User Request", "Anomaly"),
        change("3 09:00", "type", "Anomaly", "User Request"),
        status="DONE",
    )
    running, stopped = (clock_of(ticket, "resolution", t) for t in ("2 09:00", "9 09:00"))
    assert pick(running, "goal_seconds", "state") == (5 * NWD, "running")  # T sees neither the stop nor the new type
    assert pick(stopped, "goal_seconds", "state") == (None, "no_goal")  # judged by what it was at the stop


@pytest.mark.rule("AMP-G5")
def test_new_goals_hold_from_their_local_midnight_on() -> None:
    rules = Rules(books=(*AMP, GoalBook(valid_from=date(2025, 9, 3), response=Goal(NWH))))
    ticket = desk_ticket("2 15:00", *moves("OPEN", "3 10:00 RECEIVED"))
    goals = [clock_of(ticket, "first_response", t, rules)["goal_seconds"] for t in ("3 00:00", "3 09:30", "9 09:00")]
    assert goals == [4 * NWH, NWH, NWH]
