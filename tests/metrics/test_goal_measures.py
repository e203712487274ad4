"""Which step of escalation is due, the share of goals met, how much of a goal was used, where a miss lost its time."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.naive.examples import desk_ticket, moves
from tests.pages.morning import NOON, TICKETS
from tests.story import NWD, NWH, Views, views

SEPTEMBER = date(2025, 9, 1)


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    yield views(tmp_path_factory.mktemp("morning"), NOON, *TICKETS)


def test_a_clock_has_the_alert_it_passed_last_and_the_next_one(morning: Views) -> None:
    columns = "clock, alert, alerts, passed, action, left_seconds, to_alert_seconds"
    assert morning("escalation", columns, "ticket_id = 'jira/10000'") == [
        ("resolution", 2, 3, True, "phone the assignee", 14 * NWH, -2 * NWH),
        ("resolution", 3, 3, False, "phone the service manager", 14 * NWH, 6 * NWH),
    ]


def test_a_clock_past_its_goal_has_passed_its_last_alert(morning: Views) -> None:
    [(state, alert, action, left)] = morning(
        "escalation", "state, alert, action, left_seconds", "ticket_id = 'jira/10001'"
    )
    assert (state, alert, action) == ("overdue", 3, "phone the service manager")
    assert left == 5 * NWD - (7 * NWH + 7 * NWD + 3 * NWH)


def test_who_waits_for_an_answer_is_answered_by_the_community_manager(morning: Views) -> None:
    assert morning("escalation", "clock, alert, action", "ticket_id = 'jira/10002'") == [
        ("first_response", 2, "user community manager answers the user")
    ]


def test_the_priority_channel_has_its_own_alerts(morning: Views) -> None:
    assert morning("escalation", "clock, alert, rule, state", "ticket_id = 'jira/10006'") == [
        ("resolution", 3, "AMP-G3", "overdue")
    ]


def test_a_stopped_clock_asks_for_nothing(morning: Views) -> None:
    assert morning("escalation", "ticket_id", "ticket_id IN ('jira/10004', 'jira/10005')") == []


def test_the_share_met_by_service(morning: Views) -> None:
    where = "dimension = 'service' AND clock = 'resolution'"
    assert morning("goal_share", "part, month, judged, met, missed, met_share_too_small", where) == [
        ("Data Lake", SEPTEMBER, 1, 0, 1, True),
        ("Portal", SEPTEMBER, 1, 1, 0, True),
    ]
    [(judged, met, low, high)] = morning(
        "goal_share", "judged, met, round(met_share_low, 3), round(met_share_high, 3)",
        "dimension = 'all' AND clock = 'resolution'",
    )  # fmt: skip
    assert (judged, met, low, high) == (2, 1, 0.095, 0.905)


def test_the_tenth_of_the_goal_that_ends_at_the_goal_is_met(tmp_path: Path) -> None:
    tenths = {"1 09:24": 1, "1 09:25": 2, "1 13:00": 10, "1 13:01": 11, "3 09:00": 21}
    told = [desk_ticket("1 09:00", *moves("OPEN", f"{at} RECEIVED"), status="RECEIVED") for at in tenths]
    ask = views(tmp_path, "4 12:00", *told)
    assert ask("goal_used", "clock, tenth, n") == [("first_response", tenth, 1) for tenth in tenths.values()]
    states = ask("clock", "ticket_id, state", "clock = 'first_response'")
    assert [(state == "met") for _, state in states] == [tenth <= 10 for tenth in tenths.values()]


def test_a_miss_lost_its_time_where_most_of_what_counted_went(morning: Views) -> None:
    columns = "clock, phase, status, status_seconds, used_seconds, over_seconds"
    assert morning("goal_missed", columns, "clock = 'resolution'") == [
        ("resolution", "champion", "IN PROGRESS", 7 * NWD, 8 * NWD + NWH, 3 * NWD + NWH)
    ]
