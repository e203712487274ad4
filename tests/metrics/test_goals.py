"""Goals, priority channel, alerts, due times by hand (AMP-G1 to G6).

The week is Monday 1 to Friday 5 September 2025 in Rome; the desk is open from 09:00 to 17:00; 1 NWD = 8 NWH.
"""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from sight.opening import open_mart
from tests.desks import jira_issue, mart_of, part_of, store_of
from tests.naive.examples import change, desk_ticket, moves, rome
from tests.story import NWD, NWH, SOFTWARE, Story, desp_with, numbered, software_ticket, when
from ui.overview_queries import goal_lines
from ui.ticket_queries import alerts


@pytest.mark.rule("AMP-G1", "AMP-G2", "AMP-G3")
def test_goals_by_project_type_and_category() -> None:
    story = Story(
        "1 10:00",
        desk_ticket("1 09:00", type="User Request", category="Functional"),
        desk_ticket("1 09:00", type="Anomaly"),
        desk_ticket("1 09:00", type="Anomaly", category="payment-and BILLING"),  # names are compared like statuses
        desk_ticket("1 09:00", key="DSP-1", type="User Request", category="Security"),
        desk_ticket("1 09:00", key="DSEC-1", type="Security Incident"),
        desk_ticket("1 09:00", type="Anomaly", category="Securities"),
    )
    assert story.each("first_response", "goal_seconds") == [
        (4 * NWH,), (4 * NWH,), (2 * NWH,), (2 * NWH,), (2 * NWH,), (4 * NWH,),
    ]  # fmt: skip
    assert story.each("resolution", "goal_seconds") == [
        (5 * NWD,),
        (None,),
        (20 * NWH,),
        (20 * NWH,),
        (20 * NWH,),
        (None,),
    ]
    assert {goal for clock in ("first_human_response", "closure") for goal in story.each(clock, "goal_seconds")} == {
        (None,)
    }
    channels = [story.rows("ticket", "channel", number=n)[0][0] for n in range(6)]
    assert channels == ["standard", "standard", "priority", "priority", "priority", "standard"]


@pytest.mark.rule("AMP-G1", "AMP-G6")
@pytest.mark.parametrize(
    ("t", "state", "used", "passed", "next_alert"),
    [
        ("1 17:00", "running", 1, 0, "2 10:00"),
        ("2 10:00", "running", 2, 1, "2 11:00"),  # an alert is passed when used ≥ its threshold
        ("2 12:00", "running", 4, 2, None),  # used = goal is not overdue
        ("2 13:00", "overdue", 5, 2, None),
    ],
)
def test_a_running_first_response(t: str, state: str, used: int, passed: int, next_alert: str | None) -> None:
    story = Story(t, desk_ticket("1 16:00"))
    columns = ("state", "working_seconds", "alerts_passed", "next_alert_at", "due_at")
    assert story.each("first_response", *columns) == [(state, used * NWH, passed, when(next_alert), when("2 12:00"))]


@pytest.mark.rule("AMP-G6")
def test_met_up_to_the_last_second() -> None:
    story = Story(
        "9 09:00",
        desk_ticket("1 09:00", *moves("OPEN", "1 13:00:00 RECEIVED")),
        desk_ticket("1 09:00", *moves("OPEN", "1 13:00:01 RECEIVED")),
    )
    assert story.each("first_response", "state", "working_seconds", "due_at") == [
        ("met", 4 * NWH, when("1 13:00")),
        ("missed", 4 * NWH + 1, when("1 13:00")),
    ]


@pytest.mark.rule("AMP-G6")
def test_due_is_closing_time_not_the_next_opening() -> None:
    story = Story("1 14:00", desk_ticket("1 13:00"), desk_ticket("5 13:00"))
    assert story.each("first_response", "due_at") == [(when("1 17:00"),)]
    assert Story("5 14:00", desk_ticket("5 14:00:00", type="Anomaly"), desk_ticket("5 13:30")).each(
        "first_response", "due_at"
    ) == [(when("8 09:30"),)]  # the first of the two is created at T: not visible


@pytest.mark.rule("AMP-G2", "AMP-G6")
def test_due_moves_with_the_pauses() -> None:
    path = moves("TO DO", "3 09:00 ON GOING", "4 09:00 IN PROGRESS")  # 2 NWD used, 1 paused, 3 NWD left
    story = Story("4 11:00", desk_ticket("1 09:00", *path, status="IN PROGRESS"))
    assert story.each("resolution", "due_at", "alerts_passed", "next_alert_at") == [
        (when("8 17:00"), 1, when("4 17:00"))
    ]
    overdue = Story("15 09:00", desk_ticket("1 09:00", *path, status="IN PROGRESS"))
    assert overdue.each("resolution", "due_at", "state", "alerts_passed", "next_alert_at") == [
        (when("8 17:00"), "overdue", 3, None)
    ]


@pytest.mark.rule("AMP-G6")
def test_states_of_a_paused_clock() -> None:
    story = Story(
        "11 09:00",
        desk_ticket("1 09:00", *moves("TO DO", "3 09:00 ON GOING"), status="ON GOING"),
        desk_ticket("1 09:00", *moves("TO DO", "8 09:01 ON GOING"), status="ON GOING"),  # a minute over: overdue
        desk_ticket("1 09:00", *moves("TO DO", "8 09:00 ON GOING"), status="ON GOING"),  # to the second: paused
        desk_ticket(
            "1 09:00", *moves("TO DO", "3 09:00 ON GOING"), type="Anomaly", status="ON GOING"
        ),  # no goal: paused
        desk_ticket("1 09:00", *moves("TO DO", "3 09:00 IN PROGRESS"), type="Anomaly", status="IN PROGRESS"),
    )
    assert story.each("resolution", "state") == [("paused",), ("overdue",), ("paused",), ("paused",), ("no_goal",)]


@pytest.mark.rule("AMP-G6")
def test_not_started_has_neither_due_time_nor_alerts() -> None:
    story = Story("9 09:00", desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED"), status="RECEIVED"))
    columns = ("started_at", "due_at", "state", "alerts_passed", "next_alert_at", "working_seconds")
    assert story.each("resolution", *columns) == [(None, None, "not_started", 0, None, 0)]


# AMP-G5: judged by what it is, when it stops


@pytest.mark.rule("AMP-G5")
def test_the_goal_is_the_one_in_force_at_the_stop() -> None:
    stopped = moves("TO DO", "2 09:00 DONE")
    story = Story(
        "9 09:00",
        # at the stop itself it becomes an anomaly, later a request again
        desk_ticket(
            "1 09:00", *stopped, change("2 09:00", "type", "User Request", "Anomaly"),
            change("3 09:00", "type", "Anomaly", "User Request"),
        ),
        desk_ticket("1 09:00", *stopped, change("2 09:00:01", "type", "User Request", "Anomaly"), type="Anomaly"),
        # the category makes it a priority-channel ticket only after the stop
        desk_ticket("1 09:00", *stopped, change("3 09:00", "category", None, "Security"), category="Security"),
    )  # fmt: skip
    assert story.each("resolution", "goal_seconds", "state") == [(None, "no_goal"), (5 * NWD, "met"), (5 * NWD, "met")]
    assert story.rows("ticket", "channel", number=2) == [("priority",)]  # as of T it is one


@pytest.mark.rule("AMP-G5")
def test_a_running_clock_is_judged_by_what_the_ticket_is_at_t() -> None:
    ticket = desk_ticket(
        "1 09:00", change("2 09:00", "category", None, "Security"), category="Security", status="TO DO"
    )
    goals = [Story(t, ticket).each("resolution", "goal_seconds") for t in ("1 12:00", "2 09:00", "2 10:00")]
    assert goals == [[(5 * NWD,)], [(5 * NWD,)], [(20 * NWH,)]]


GOAL = 'rule = "AMP-G1"\nwithin = "0.5 NWD"\n'
NEW_GOAL = '[[goal]]\nclock = "first_response"\nvalid_from = 2025-09-03\nrule = "AMP-G1"\nwithin = "1 NWH"\n'
CHANGED = (GOAL, f"valid_to = 2025-09-03\n{GOAL}\n{NEW_GOAL}")


@pytest.mark.rule("AMP-G5")
def test_goals_have_effective_dates() -> None:
    profile = desp_with(*CHANGED)
    story = Story(
        "9 09:00",
        desk_ticket("2 15:00", *moves("OPEN", "2 16:59 RECEIVED")),  # stops the day before: 4 NWH
        desk_ticket("2 15:00", *moves("OPEN", "3 00:00 RECEIVED")),  # at local midnight the new goal holds
        desk_ticket("1 09:00"),  # never answered: judged as of T
        profile=profile,
    )
    assert story.each("first_response", "goal_seconds", "state") == [
        (4 * NWH, "met"), (NWH, "missed"), (NWH, "overdue"),
    ]  # fmt: skip
    at_midnight = Story("3 00:00", desk_ticket("2 15:00"), profile=profile)
    assert at_midnight.each("first_response", "goal_seconds") == [(4 * NWH,)]  # T sees what was strictly before it


@pytest.mark.rule("AMP-G5")
@pytest.mark.parametrize(("t", "in_force"), [("3 00:00", 4 * NWH), ("3 00:30", NWH)])
def test_the_midnight_that_ends_a_day_has_the_goals_of_that_day(tmp_path: Path, t: str, in_force: int) -> None:
    mart = part_of(store_of([], tmp_path / "store.duckdb"), rome(t), "escalation", profile=desp_with(*CHANGED))
    lines = [line for line in goal_lines(open_mart(mart)) if line.clock == "first_response"]
    shown = [line.goal_seconds for line in lines if not line.ended]
    assert shown == sorted([in_force, 2 * NWH])  # that of the priority channel did not change


REQUESTS = '[[goal]]\nclock = "resolution"\nrule = "AMP-G2"\ntype = "User Request"\n'
EARLIER_ALERTS = """valid_from = 2025-09-03
within = "5 NWD"
alerts = [{ after = "1 NWD", action = "write" }, { after = "2 NWD", action = "phone" }]

"""


@pytest.mark.rule("AMP-G4", "AMP-G5", "AMP-G6")
def test_alerts_are_those_of_the_goal_that_counts(tmp_path: Path) -> None:
    """From Wednesday 3 September on the goal of the same length has other alerts."""
    profile = desp_with(REQUESTS, f"{REQUESTS}{EARLIER_ALERTS}{REQUESTS}valid_to = 2025-09-03\n")
    running = desk_ticket("1 09:00", status="TO DO")
    stopped = desk_ticket("1 09:00", *moves("TO DO", "2 11:00 DONE"))
    store = store_of([jira_issue(ticket) for ticket in numbered((running, stopped))], tmp_path / "store.duckdb")

    def shown(t: str) -> tuple[list[Any], list[list[int]]]:
        steps = "SELECT alert, alerts, passed, to_alert_seconds FROM escalation WHERE clock = 'resolution'"
        with open_mart(part_of(store, rome(t), "escalation", "clock", profile=profile)) as db:
            told = [[a.after for a in alerts(db, f"jira/1000{n}", "resolution")] for n in (0, 1)]
            return db.execute(steps).fetchall(), told

    before, after = [2 * NWD, 3 * NWD, 4 * NWD], [NWD, 2 * NWD]
    assert shown("2 12:00") == ([(1, 3, False, 5 * NWH)], [before, before])  # 1 NWD 3 h used, of both
    assert shown("3 12:00") == ([(2, 2, True, -3 * NWH)], [after, before])  # 2 NWD 3 h; the other one had stopped


@pytest.mark.rule("AMP-G4", "AMP-G6")
def test_alerts_are_passed_in_the_order_of_their_thresholds(tmp_path: Path) -> None:
    """However the profile lists them: here the phone call after 2 NWD before the letter after 1 NWD."""
    alerts_last_first = 'alerts = [{ after = "2 NWD", action = "phone" }, { after = "1 NWD", action = "write" }]\n'
    profile = desp_with(REQUESTS, f'{REQUESTS}within = "5 NWD"\n{alerts_last_first}\n{REQUESTS}')
    running = desk_ticket("1 09:00", status="TO DO")
    store = store_of([jira_issue(ticket) for ticket in numbered((running,))], tmp_path / "store.duckdb")
    steps = "SELECT alert, passed, action FROM escalation WHERE clock = 'resolution' ORDER BY alert"
    with open_mart(part_of(store, rome("2 12:00"), "escalation", "clock", profile=profile)) as db:
        assert db.execute(steps).fetchall() == [(1, True, "write"), (2, False, "phone")]
        assert [(a.n, a.action) for a in alerts(db, "jira/10000", "resolution")] == [(1, "write"), (2, "phone")]


def test_a_goal_of_many_years_has_a_due_time() -> None:
    """1,000 normal working days of five a week, but holidays: four years."""
    story = Story("9 09:00", desk_ticket("2 15:00"), profile=desp_with(GOAL, 'rule = "AMP-G1"\nwithin = "1000 NWD"\n'))
    [(due,)] = story.each("first_response", "due_at")
    assert due.year == 2029


def test_a_first_goal_that_fits_counts() -> None:
    ordinary = 'clock = "resolution"\nrule = "AMP-G2"\ntype = "User Request"\nwithin = "5 NWD"\n'
    profile = desp_with(
        f"[[goal]]\n{ordinary}",
        f'[[goal]]\n{ordinary}project = "DSP"\n\n[[goal]]\n{ordinary.replace("5 NWD", "9 NWD")}',
    )
    story = Story("1 10:00", desk_ticket("1 09:00"), desk_ticket("1 09:00", key="DSP-1"), profile=profile)
    assert story.each("resolution", "goal_seconds") == [(9 * NWD,), (5 * NWD,)]


@pytest.mark.rule("AMP-G4")
def test_escalation_stands_in_the_mart(tmp_path: Path) -> None:
    mart = mart_of(store_of([jira_issue(desk_ticket("1 09:00"))], tmp_path / "store.duckdb"), rome("1 10:00"))
    with duckdb.connect(str(mart), read_only=True) as db:
        alerts = db.execute(
            "SELECT n, threshold_seconds, action FROM alert_rule WHERE rule = 'AMP-G2' ORDER BY n"
        ).fetchall()
    assert alerts == [
        (1, 2 * NWD, "e-mail the assignee and the service manager of the service"),
        (2, 3 * NWD, "phone the assignee"),
        (3, 4 * NWD, "phone the service manager"),
    ]


def test_goals_of_a_software_project() -> None:
    story = Story(
        "2 11:00", software_ticket("1 11:00"), software_ticket("1 11:00", type="Improvement"), profile=SOFTWARE
    )
    assert story.each("resolution", "goal_seconds") == [(20 * NWD,), (None,)]
    assert story.each("first_response", "goal_seconds", "due_at") == [(3 * NWD, when("3 19:00"))] * 2
