"""Rules with effective dates: opening hours, closing days and workflows that change on a day (1.2, AMP-W1, AMP-G5).

The new rules hold from Wednesday 3 September 2025, which begins at midnight in Rome.
"""

import pytest

from tests.naive.examples import desk_ticket, moves
from tests.naive.history import Ticket
from tests.story import NWH, Story, desp_with, when

HOURS = """[[calendar.hours]]
days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
opens = "09:00"
closes = "17:00"
"""
OTHER_HOURS = """
[[calendar.hours]]
days = ["Mon", "Tue", "Wed", "Thu"]
opens = "10:00"
closes = "14:00"
valid_from = 2025-09-03
"""
MAINTENANCE = """[workflow.maintenance]
created = ["TO DO"]

[workflow.maintenance.moves]
"TO DO" = ["IN PROGRESS"]
"IN PROGRESS" = ["DONE"]
"DONE" = ["TO DO", "CLOSED"]
"""
EDITIONS = """[[workflow.maintenance]]
created = ["TO DO"]
moves = { "TO DO" = ["IN PROGRESS"], "IN PROGRESS" = ["DONE"], "DONE" = ["TO DO", "CLOSED"] }
valid_to = 2025-09-03

[[workflow.maintenance]]
created = ["RECEIVED"]
moves = { "RECEIVED" = ["DONE"] }
valid_from = 2025-09-03
"""


@pytest.mark.rule("AMP-W1", "AMP-W2")
def test_opening_hours_change_on_a_day() -> None:
    story = Story(
        "5 09:00",
        desk_ticket("2 16:00", *moves("OPEN", "3 11:00 RECEIVED"), status="RECEIVED"),  # 16-17 and 10-11
        desk_ticket("2 16:00"),  # due after 4 NWH: 16-17 on Tuesday, 10-13 on Wednesday
        profile=desp_with(HOURS, f"{HOURS}valid_to = 2025-09-03\n{OTHER_HOURS}"),
    )
    assert story.each("first_response", "working_seconds", "due_at") == [
        (2 * NWH, when("3 13:00")), (9 * NWH, when("3 13:00")),
    ]  # fmt: skip


@pytest.mark.rule("AMP-W1")
def test_a_closing_day_does_not_count() -> None:
    closed = 'closing_days = [{ day = 2025-09-02, name = "Move to the new office" }]\n'
    story = Story("3 11:00", desk_ticket("1 16:00"), profile=desp_with("nwd_hours = 8\n", f"nwd_hours = 8\n{closed}"))
    assert story.each("first_response", "working_seconds", "due_at") == [(3 * NWH, when("3 12:00"))]


@pytest.mark.rule("AMP-W5")
def test_a_status_is_possible_at_creation_by_the_workflow_of_that_day() -> None:
    story = Story(
        "5 09:00",
        *(desk_ticket(f"{created} 09:00", key="DPM-1", type="Incident", status=status)
          for created in (2, 3) for status in ("TO DO", "RECEIVED")),
        profile=desp_with(MAINTENANCE, EDITIONS),
    )  # fmt: skip
    failed = [story.rows("coverage_item", "check", number=n) for n in range(4)]
    wrong = [("status without history possible at creation",)]
    assert failed == [[], wrong, wrong, []]  # Tuesday: only TO DO; Wednesday: only RECEIVED


@pytest.mark.rule("F1")
def test_a_move_is_judged_by_the_workflow_of_that_day() -> None:
    def incident(created: str, *path: str) -> Ticket:
        status = path[-1].split(" ", 2)[-1]
        return desk_ticket(created, *moves(*path), key="DPM-1", type="Incident", status=status)

    story = Story(
        "5 09:00",
        incident("1 09:00", "TO DO", "1 10:00 IN PROGRESS", "2 23:59:59 DONE"),  # all by the old workflow
        incident("1 09:00", "TO DO", "1 10:00 IN PROGRESS", "3 00:00:00 DONE"),  # the new one has no such move
        incident("1 09:00", "TO DO", "1 10:00 RECEIVED", "4 09:00 DONE"),  # TO DO to RECEIVED was never one
        incident("3 00:00", "RECEIVED", "3 10:00 DONE"),  # created and done by the new one
        incident("3 00:00", "TO DO", "3 10:00 DONE"),  # created by the old one, too late
        profile=desp_with(MAINTENANCE, EDITIONS),
        also=("finding",),
    )
    found = [story.rows("finding", "since", number=n, rule="F1") for n in range(5)]
    assert found == [[], [(when("3 00:00"),)], [(when("1 10:00"),)], [], [(when("3 00:00"),)]]
