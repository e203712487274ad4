"""The desks `eosc-orders` and `eosc-hub` by hand: orders, changes, problems, surveys (HD-M4, OPS-M1 to M5).

The week is Monday 1 to Friday 5 September 2025; 09:00 to 17:00 in Amsterdam, where clocks read as in Rome.
"""

from datetime import date
from pathlib import Path

import pytest

from profiles import load_profile
from tests.naive.examples import change, moves, rome
from tests.naive.history import Change, Ticket
from tests.story import NWD, NWH, views, when

ORDERS, HUB = load_profile("eosc-orders"), load_profile("eosc-hub")
SEPTEMBER = date(2025, 9, 1)


def ticket(key: str, type_: str, created: str, *events: Change, **current: str | None) -> Ticket:
    return Ticket("jira/1", rome(created), {"key": key, "type": type_, "reporter": "rob"} | current, events)


def order(number: int, created: str, *events: Change, **current: str | None) -> Ticket:
    return ticket(f"ORD-{number}", "Order", created, *events, **current)


@pytest.mark.rule("HD-M4")
def test_orders_by_channel_and_state_and_how_long_each_step_took(tmp_path: Path) -> None:
    """Checked Monday 11:00 and approved Tuesday 10:00; turned down at once Tuesday 12:00; still as it came."""
    through = moves("submitted", "1 11:00 in validation", "1 15:00 with provider", "2 10:00 approved", "3 10:00 ready")
    refused = moves("submitted", "2 12:00 rejected")
    ask = views(
        tmp_path, "5 09:00",
        order(1, "1 09:00", *through, status="ready", came_by="EOSC channel"),
        order(2, "1 09:00", *refused, status="rejected", came_by="open access"),
        order(3, "4 09:00", status="submitted", came_by="EOSC channel"),
        profile=ORDERS,
    )  # fmt: skip
    assert ask("ticket_count", "value, received, unresolved, resolved", "field = 'came_by'") == [
        ("EOSC channel", 2, 1, 1),
        ("open access", 1, 0, 1),
    ]
    assert ask("ticket_count", "value, month, received", "field = 'status'") == [
        ("ready", SEPTEMBER, 1),
        ("rejected", SEPTEMBER, 1),
        ("submitted", SEPTEMBER, 1),
    ]
    assert ask("work_step", "key, step, outcome, stopped_at, working_seconds", "place < 3") == [
        ("ORD-1", "check to decision", "approved", when("2 10:00"), 7 * NWH),
        ("ORD-1", "order to check", "in validation", when("1 11:00"), 2 * NWH),
        ("ORD-2", "order to check", "rejected", when("2 12:00"), NWD + 3 * NWH),
        ("ORD-3", "order to check", None, None, None),
    ]
    assert ask("work_step_month", "outcome, month, n, median_seconds, too_small", "step = 'check to decision'") == [
        ("approved", SEPTEMBER, 1, 7 * NWH, True),
    ]


@pytest.mark.rule("OPS-M1", "OPS-M2")
def test_units_against_their_ola(tmp_path: Path) -> None:
    """Alpha takes it up after 2 NWH; Beta only on Wednesday 11:00, 2 NWD late by 2 NWH on an OLA of one."""
    quick = moves("Open", "1 10:00 Assigned", "1 12:00 In Progress")
    slow = moves("Open", "1 10:00 Assigned", "3 11:00 In Progress")
    ask = views(
        tmp_path, "5 09:00",
        ticket("ISM-1", "Incident", "1 09:00", *quick, status="In Progress", provider="Alpha"),
        ticket("ISM-2", "Incident", "1 09:00", *slow, status="In Progress", provider="Beta"),
        profile=HUB,
    )  # fmt: skip
    shown = "unit, average_seconds, ola_seconds, violations, judged"
    assert ask("unit_response_month", shown, "line = 'support units'") == [
        ("Alpha", 2 * NWH, NWD, 0, 1),
        ("Beta", 2 * NWD + NWH, NWD, 1, 1),
    ]


@pytest.mark.rule("OPS-M3")
def test_changes_by_type_and_risk_with_lead_time_and_decision(tmp_path: Path) -> None:
    done = moves("Open", "1 10:00 In Assessment", "2 09:00 Approved", "3 09:00 Implemented")
    refused = moves("Open", "1 13:00 Rejected")
    ask = views(
        tmp_path, "5 09:00",
        ticket("CHM-1", "Standard Change", "1 09:00", *done, status="Implemented", risk="low"),
        ticket("CHM-2", "Emergency Change", "1 09:00", *refused, status="Rejected", risk="high"),
        profile=HUB,
    )  # fmt: skip
    assert ask("ticket_count", "field, value, received", "project = 'CHM' AND field IN ('type', 'risk')") == [
        ("risk", "high", 1),
        ("risk", "low", 1),
        ("type", "Emergency Change", 1),
        ("type", "Standard Change", 1),
    ]
    assert ask("work_step", "key, step, outcome, working_seconds", "outcome IS NOT NULL") == [
        ("CHM-1", "lead time", "Implemented", 2 * NWD),
        ("CHM-1", "request to decision", "Approved", NWD),
        ("CHM-2", "request to decision", "Rejected", 4 * NWH),
    ]


@pytest.mark.rule("OPS-M4")
def test_problems_with_and_without_a_known_error(tmp_path: Path) -> None:
    linked = change("2 09:00", "known_error", None, "PM-9")
    ask = views(
        tmp_path, "5 09:00",
        ticket("PM-1", "Problem", "1 09:00", linked, status="Open", known_error="PM-9"),
        ticket("PM-2", "Problem", "1 09:00", status="Open"),
        ticket("PM-3", "Problem", "1 09:00", status="Open"),
        profile=HUB,
    )  # fmt: skip
    assert ask("ticket_count", "value, received", "project = 'PM' AND field = 'known_error'") == [
        ("PM-9", 1),
        (None, 2),
    ]


@pytest.mark.rule("OPS-M5")
def test_survey_scores_per_service(tmp_path: Path) -> None:
    def answer(number: int, service: str, score: int) -> Ticket:
        given = change("2 09:00", "score", None, str(score))
        return ticket(f"CSI-{number}", "Survey", "1 09:00", given, status="Open", service=service, score=str(score))

    ask = views(
        tmp_path, "5 09:00", answer(1, "B2SAFE", 5), answer(2, "B2SAFE", 2), answer(3, "B2FIND", 9), profile=HUB
    )
    assert ask("satisfaction_service", "service, month, n, average, lowest, too_small") == [
        ("B2SAFE", SEPTEMBER, 2, 3.5, 2, True)
    ]
