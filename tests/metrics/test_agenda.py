"""The agenda of a board (AMP-B1, AMP-B4, 1.8): by hand. All times are those on the wall in Rome; 15 September is a Monday."""

from pathlib import Path

import pytest

from tests.naive.examples import change, desk_ticket, moves
from tests.story import desp_with, views

MOVED = moves("OPEN", "1 10:00 RECEIVED", "1 11:00 TO DO")
DATED = {"eta": "2025-10-30"}  # far enough not to matter


@pytest.mark.rule("AMP-B1")
def test_each_ticket_stands_once_in_the_first_section_that_fits(tmp_path: Path) -> None:
    recent = change("15 08:00", "summary", "A", "B", by="ann")
    shown = views(
        tmp_path,
        "15 18:00",
        desk_ticket("15 10:00", *moves("OPEN", "15 10:10 RECEIVED"), status="RECEIVED", key="DSD-10", **DATED),
        desk_ticket("1 09:00", *MOVED, status="TO DO", key="DSD-8", type="Anomaly", **DATED),
        desk_ticket("1 09:00", *MOVED, recent, status="TO DO", key="DSD-6", type="Anomaly"),
        desk_ticket("15 14:00", status="OPEN", key="DSD-5", **DATED),
        desk_ticket("1 09:00", *MOVED, recent, status="TO DO", key="DSD-4", type="User Request", **DATED),
        desk_ticket("15 10:00", status="OPEN", key="DSD-3", category="Payment and Billing", **DATED),
        desk_ticket("1 09:00", *MOVED, status="TO DO", key="DSD-2", esa_arb="true", type="User Request"),
        desk_ticket("1 09:00", *MOVED, *moves("TO DO", "1 12:00 DONE"), status="DONE", key="DSD-9", type="Anomaly"),
        desk_ticket("1 09:00", *MOVED, *moves("TO DO", "9 12:00 DONE"), status="DONE", key="DSD-11", type="Anomaly"),
    )
    assert shown("agenda", "place, section, key", "board = 'arb'") == [
        (1, 2, "DSD-2"),
        (2, 3, "DSD-3"),
        (3, 4, "DSD-4"),
        (4, 5, "DSD-5"),  # three working hours without a response, of four
        (5, 6, "DSD-6"),
        (6, 8, "DSD-8"),
        (7, 9, "DSD-9"),
        (8, 10, "DSD-10"),
    ]
    flagged = "esa_flagged, goal_missed, eta_reason, reopened, stalled, ready_to_close"
    assert shown("agenda", flagged, "board = 'arb' AND key = 'DSD-2'") == [(True, True, "missing", False, True, False)]
    assert shown("agenda", "key", "board = 'esa-arb'") == [("DSD-2",)]


@pytest.mark.parametrize("named", ['["DSD", "DSP", "DPM", "DSD"]', '["DSD", "*"]'])
def test_a_project_that_a_board_names_twice_counts_once(tmp_path: Path, named: str) -> None:
    board = 'rule = "AMP-B1"\nprojects = '
    profile = desp_with(board + '["DSD", "DSP", "DPM"]', board + named)
    shown = views(tmp_path, "15 18:00", desk_ticket("1 09:00", status="OPEN", key="DSD-1"), profile=profile)
    assert shown("agenda", "key, place", "board = 'arb'") == [("DSD-1", 1)]


@pytest.mark.rule("AMP-B1")
def test_within_a_section_priority_comes_before_age(tmp_path: Path) -> None:
    later = [desk_ticket(f"{day} 09:00", status="OPEN", priority=p, key=key) for day, p, key in (
        (10, "Low", "DSD-1"), (12, "Blocking", "DSD-2"), (11, "Low", "DSD-3"), (13, None, "DSD-4"))]  # fmt: skip
    shown = views(tmp_path, "15 18:00", *later)
    assert [key for _, key in shown("agenda", "place, key")] == ["DSD-2", "DSD-1", "DSD-3", "DSD-4"]


@pytest.mark.rule("AMP-B1", "AMP-G3")
def test_a_ticket_of_the_priority_channel_is_blocking_whatever_its_priority_says(tmp_path: Path) -> None:
    flagged, channel = {"status": "OPEN", "esa_arb": "true", **DATED}, {"category": "Security"}
    shown = views(
        tmp_path,
        "15 18:00",
        desk_ticket("10 09:00", key="DSD-1", priority="Critical", **flagged),
        desk_ticket("11 09:00", key="DSD-2", priority="Low", **flagged, **channel),
        desk_ticket("12 09:00", key="DSD-3", priority="Blocking", **flagged),
        desk_ticket("12 09:00", key="DSD-4", priority="Blocking", **channel, **DATED),
        desk_ticket("11 09:00", key="DSD-5", **channel, **DATED),
    )
    assert [(key, section) for _, key, section in shown("agenda", "place, key, section", "board = 'arb'")] == [
        ("DSD-2", 2), ("DSD-3", 2), ("DSD-1", 2), ("DSD-5", 3), ("DSD-4", 3),
    ]  # fmt: skip


@pytest.mark.rule("AMP-B4")
def test_esa_reviews_what_is_flagged_for_it(tmp_path: Path) -> None:
    shown = views(
        tmp_path,
        "15 18:00",
        desk_ticket("1 09:00", key="DSD-1", esa_arb="true"),
        desk_ticket("1 09:00", key="DSP-2", esa_arb="true"),
        desk_ticket("1 09:00", *moves("OPEN", "1 10:00 DONE", "2 10:00 CLOSED"), key="DSD-3", esa_arb="true"),
        desk_ticket("1 09:00", key="DSD-4"),
        desk_ticket("1 09:00", key="DC-5", type="Change Request", esa_cab="true"),
        desk_ticket("1 09:00", key="DC-6", type="Change Request"),
    )
    assert shown("agenda", "board, key", "board <> 'arb'") == [
        ("esa-arb", "DSD-1"),
        ("esa-arb", "DSP-2"),
        ("esa-cab", "DC-5"),
    ]
    assert shown("agenda", "key", "board = 'arb'") == [("DSD-1",), ("DSD-4",), ("DSP-2",)]  # DC is not for the board
