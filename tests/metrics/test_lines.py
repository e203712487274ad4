"""Lines of support and their units by hand (DMSU-M1 to M5, OPS-M1, OPS-M2).

The week is Monday 1 to Friday 5 September 2025 in Rome; the desk is open from 09:00 to 17:00.
"""

from datetime import date
from pathlib import Path

import pytest

from tests.naive.examples import change, comment, desk_ticket, moves
from tests.naive.history import Ticket
from tests.story import NWD, NWH, desp_with, views, when

SEPTEMBER = date(2025, 9, 1)
THROUGH = moves("RECEIVED", "1 11:00 TO DO", "1 12:00 ON GOING", "1 15:00 DELEGATED", "2 10:00 DONE")
TIMES = "line, unit, from_line, arrived_at, left_at, ended, working_seconds"


def test_a_ticket_on_its_way_through_the_lines(tmp_path: Path) -> None:
    ask = views(tmp_path, "9 09:00", desk_ticket("1 09:00", *THROUGH, provider="Alpha"))
    assert ask("line_stay", f"seq, {TIMES}") == [
        (1, "desk", "desk", None, when("1 09:00"), when("1 11:00"), "passed", 2 * NWH),
        (2, "champion", "champion", "desk", when("1 11:00"), when("1 15:00"), "passed", NWH),  # the user had the rest
        (3, "delegated", "Alpha", "champion", when("1 15:00"), when("2 10:00"), "resolved", 3 * NWH),
    ]


def test_back_to_an_earlier_line_reopened_and_still_there(tmp_path: Path) -> None:
    path = moves("RECEIVED", "1 10:00 TO DO", "1 11:00 RECEIVED", "1 12:00 DONE", "2 09:00 ON GOING", "2 10:00 TO DO")
    ask = views(tmp_path, "2 12:00", desk_ticket("1 09:00", *path))
    assert ask("line_stay", f"seq, {TIMES}") == [
        (1, "desk", "desk", None, when("1 09:00"), when("1 10:00"), "passed", NWH),
        (2, "champion", "champion", "desk", when("1 10:00"), when("1 11:00"), "returned", NWH),
        (3, "desk", "desk", "champion", when("1 11:00"), when("1 12:00"), "reopened", NWH),
        (4, "champion", "champion", None, when("2 10:00"), None, None, 2 * NWH),
    ]


def test_to_another_provider_in_the_middle_of_a_stay(tmp_path: Path) -> None:
    path = moves("RECEIVED", "1 10:00 DELEGATED", "1 16:00 DONE")
    other = change("1 12:00", "provider", "Alpha", "Beta")
    ask = views(tmp_path, "9 09:00", desk_ticket("1 09:00", *path, other, provider="Beta"))
    assert ask("line_stay", TIMES, "line = 'delegated'") == [
        ("delegated", "Alpha", "desk", when("1 10:00"), when("1 12:00"), "reassigned", 2 * NWH),
        ("delegated", "Beta", "delegated", when("1 12:00"), when("1 16:00"), "resolved", 4 * NWH),
    ]
    # one ticket entered the line, and one stay at it ended, which was both units'
    of_line = "entered, n_ended, median_seconds, p90_seconds, resolved_median_seconds"
    assert ask("line_month", of_line, "dimension = 'all' AND line = 'delegated'") == [(1, 1, 6 * NWH, 6 * NWH, 6 * NWH)]
    assert ask("line_stay", "line_seconds", "line = 'delegated'") == [(2 * NWH,), (6 * NWH,)]


@pytest.mark.rule("DMSU-M2", "DMSU-M5")
def test_the_time_of_a_line_begins_anew_when_the_ticket_comes_again(tmp_path: Path) -> None:
    path = moves(
        "DELEGATED", "1 11:00 DONE", "1 12:00 DELEGATED", "1 13:00 ON GOING", "1 14:00 DELEGATED", "1 16:00 DONE"
    )
    other = change("1 15:00", "provider", "Alpha", "Beta")
    ask = views(tmp_path, "9 09:00", desk_ticket("1 10:00", *path, other, provider="Beta"))
    assert ask("line_stay", "seq, unit, ended, working_seconds, line_seconds") == [
        (1, "Alpha", "reopened", NWH, NWH),
        (2, "Alpha", "reassigned", 2 * NWH, 2 * NWH),
        (3, "Beta", "resolved", NWH, 3 * NWH),
    ]


def test_a_provider_set_with_the_move_itself_is_the_one_it_came_to(tmp_path: Path) -> None:
    path = [change("1 10:00", "provider", None, "Beta"), *moves("RECEIVED", "1 10:00 DELEGATED")]
    ask = views(tmp_path, "1 12:00", desk_ticket("1 09:00", *path, provider="Beta"))
    assert ask("line_stay", "unit, working_seconds", "line = 'delegated'") == [("Beta", 2 * NWH)]


# DMSU-M1, M2, M4, M5: what came to each line, was passed on or resolved there, and how long it took


@pytest.mark.rule("DMSU-M1", "DMSU-M2", "DMSU-M4", "DMSU-M5")
def test_line_month(tmp_path: Path) -> None:
    at_champion = ["1 10:00 TO DO", "1 14:00 DONE"]
    ask = views(
        tmp_path,
        "9 09:00",
        desk_ticket("1 09:00", *THROUGH, provider="Alpha"),  # desk 2 h, champion 1 h, delegated 3 h
        desk_ticket("1 09:00", *moves("RECEIVED", *at_champion), provider="Alpha"),  # desk 1 h, champion 4 h
        desk_ticket("1 09:00", *moves("RECEIVED", "1 10:00 DELEGATED"), provider="Beta"),  # desk 1 h; not back yet
    )
    counts = "line, entered, n_ended, passed, resolved, median_seconds, resolved_median_seconds"
    assert ask("line_month", counts, "dimension = 'all'") == [
        ("champion", 2, 2, 1, 1, NWH, 4 * NWH),  # DMSU-M1: two came; M2: one resolved, in 4 h
        ("delegated", 2, 1, 0, 1, 3 * NWH, 3 * NWH),  # DMSU-M4: two passed on to it; M5: one resolved, in 3 h
        ("desk", 3, 3, 3, 0, NWH, None),
    ]
    share = "value, passed, n_ended, passed_share, round(passed_share_low, 3), round(passed_share_high, 3)"
    assert ask("line_month", share, "dimension = 'provider' AND line = 'champion'") == [
        ("Alpha", 1, 2, 0.5, 0.095, 0.905)
    ]
    assert ask("line_month", "passed_share_too_small", "dimension = 'all' AND line = 'desk'") == [(True,)]


def test_the_month_is_that_of_the_event_in_the_desks_zone(tmp_path: Path) -> None:
    path = moves("RECEIVED", "2025-09-30 23:30 TO DO", "2025-10-01 00:30 DONE")
    ask = views(tmp_path, "2025-10-09 09:00", desk_ticket("29 09:00", *path))
    october = date(2025, 10, 1)
    assert ask("line_month", "month, line, entered, n_ended", "dimension = 'all'") == [
        (SEPTEMBER, "champion", 1, 0),
        (SEPTEMBER, "desk", 1, 1),
        (october, "champion", 0, 1),
    ]


# DMSU-M3, OPS-M1, OPS-M2: how soon a unit responds, against its OLA


OLA = """[[ola]]
line = "delegated"
unit = "ALPHA"
within = "4 NWH"

[[ola]]
line = "delegated"
within = "1 NWD"

[people]
"""


@pytest.mark.rule("DMSU-M3")
def test_the_first_move_or_public_comment_of_somebody_else_is_the_response(tmp_path: Path) -> None:
    came = moves("RECEIVED", "1 09:00 DELEGATED")  # bob passes it on
    silence = [
        comment("1 09:10", "ann"),  # the reporter
        comment("1 09:20", "Automation for Jira"),
        comment("1 09:30", "cleo", public=False),
        comment("1 09:40", "bob"),  # who passed it on: "forwarded to the provider"
        comment("1 09:50", None),
    ]
    ask = views(
        tmp_path,
        "1 14:00",
        desk_ticket("1 09:00", *came, *silence),
        desk_ticket("1 09:00", *came, *silence, comment("1 11:00", "cleo")),
        desk_ticket("1 09:00", *came, *silence, change("1 12:00", "status", "DELEGATED", "ON GOING", "cleo")),
        desk_ticket("1 09:00", *came, *silence, change("1 13:00", "status", "DELEGATED", "DONE", "bob")),
        desk_ticket("1 09:00", *came, change("1 13:00", "status", "DELEGATED", "DONE", "Automation for Jira")),
    )
    assert ask("line_stay", "ticket_id, responded_at, response_seconds, response", "line = 'delegated'") == [
        ("jira/10000", None, 5 * NWH, "no_goal"),
        ("jira/10001", when("1 11:00"), 2 * NWH, "no_goal"),
        ("jira/10002", when("1 12:00"), 3 * NWH, "no_goal"),
        ("jira/10003", when("1 13:00"), 4 * NWH, "no_goal"),
        ("jira/10004", None, 4 * NWH, "none"),
    ]


def delegated(provider: str, done: str | None = None, by: str = "cleo") -> Ticket:
    """Delegated on Monday 09:00, and DONE at some time."""
    answer = [change(done, "status", "DELEGATED", "DONE", by)] if done else []
    return desk_ticket("1 09:00", *moves("RECEIVED", "1 09:00 DELEGATED"), *answer, provider=provider)


@pytest.mark.rule("DMSU-M3")
def test_units_against_their_olas(tmp_path: Path) -> None:
    ask = views(
        tmp_path,
        "2 10:00",
        delegated("Alpha", "1 11:00"),  # 2 h: met
        delegated("Alpha", "1 13:00"),  # 4 h: met, exactly
        delegated("Alpha", "1 15:00"),  # 6 h: missed
        delegated("Alpha"),  # waiting for 9 h: overdue
        delegated("Alpha", "1 10:00", by="Automation for Jira"),  # gone after 1 h without a response: not judged
        delegated("Beta", "1 16:00"),  # 7 h within the OLA of all others
        profile=desp_with("[people]\n", OLA),
    )
    columns = "unit, arrived, n, waiting, unanswered, average_seconds, median_seconds, p90_seconds, ola_seconds"
    where = "line = 'delegated'"
    assert ask("unit_response_month", columns, where) == [
        ("Alpha", 5, 3, 1, 1, 4.0 * NWH, 4 * NWH, 6 * NWH, 4 * NWH),
        ("Beta", 1, 1, 0, 0, 7.0 * NWH, 7 * NWH, 7 * NWH, NWD),
    ]
    assert ask("unit_response_month", "unit, judged, violations, met_share, met_share_too_small", where) == [
        ("Alpha", 4, 2, 0.5, True),
        ("Beta", 1, 0, 1.0, True),
    ]


def test_the_ola_is_the_one_in_force_at_the_response(tmp_path: Path) -> None:
    later = OLA.replace('"4 NWH"\n', '"1 NWH"\nvalid_from = 2025-09-03\n', 1)
    came = moves("RECEIVED", "2 16:00 DELEGATED")
    ask = views(
        tmp_path,
        "4 09:00",
        desk_ticket("2 15:00", *came, change("2 17:30", "status", "DELEGATED", "DONE", "cleo"), provider="Alpha"),
        desk_ticket("2 15:00", *came, change("3 09:30", "status", "DELEGATED", "DONE", "cleo"), provider="Alpha"),
        profile=desp_with("[people]\n", later),
    )
    assert ask("line_stay", "response_seconds, ola_seconds, response", "line = 'delegated'") == [
        (NWH, NWD, "met"),
        (NWH + NWH // 2, NWH, "missed"),
    ]
