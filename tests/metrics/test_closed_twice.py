"""A profile may have several statuses that close: from one of them to another a ticket is closed all the time (AMP-S3, 1.5).

The week is Monday 1 to Friday 5 September 2025; the desk is open from 09:00 to 17:00.
"""

from datetime import date
from pathlib import Path

import pytest

from tests.naive.examples import faultless, moves
from tests.story import NWH, Views, desp_with, views, when

CLOSED = '[[status]]\nname = "CLOSED"\nphase = "closed"\nkind = "closed"\n'
ARCHIVED = CLOSED.replace("CLOSED", "ARCHIVED")
PATH = ("OPEN", "1 10:00 TO DO", "1 12:00 DONE", "1 13:00 CLOSED", "2 10:00 ARCHIVED")


@pytest.fixture
def archived(tmp_path: Path) -> Views:
    """A ticket that was CLOSED on Monday, and another that was reopened after it was ARCHIVED, in a desk with both."""
    back = moves(*PATH, "3 10:00 TO DO", "3 12:00 DONE")
    return views(
        tmp_path,
        "5 09:00",
        faultless("DSD-1", "1 09:00", *moves(*PATH)),
        faultless("DSD-2", "1 09:00", *back),
        profile=desp_with(CLOSED, CLOSED + ARCHIVED),
    )


@pytest.mark.rule("AMP-S3")
def test_it_is_closed_once_and_when_it_was_closed_first(archived: Views) -> None:
    assert archived("ticket", "key, closed_at") == [("DSD-1", when("1 13:00")), ("DSD-2", None)]
    assert archived("flow_event", "key, event, happened_at, standing", "event IN ('closed', 'unclosed')") == [
        ("DSD-1", "closed", when("1 13:00"), True),
        ("DSD-2", "closed", when("1 13:00"), False),
        ("DSD-2", "unclosed", when("3 10:00"), False),
    ]
    assert archived("flow_day", "day, closed, unclosed, backlog_open", "closed + unclosed > 0") == [
        (date(2025, 9, 1), 2, 0, 0),
        (date(2025, 9, 3), 0, 1, 1),
    ]


@pytest.mark.rule("AMP-C4")
def test_the_clock_to_closure_stops_there(archived: Views) -> None:
    clock = f"key, stopped_at, working_seconds // {NWH}, paused_seconds // {NWH}"
    assert archived("clock", clock, "clock = 'closure'") == [
        ("DSD-1", when("1 13:00"), 3, 0),
        ("DSD-2", None, 3 + 2 + 5 + 8, 4 + 8 + 1),  # 3 12:00 to 5 09:00 in DONE counts; both closed stays do not
    ]


@pytest.mark.rule("AMP-L1", "F9")
def test_the_chain_ends_there_and_nothing_was_closed_without_done(archived: Views) -> None:
    assert archived("chain_span", f"key, closed_month, seconds // {NWH}", "key = 'DSD-1'") == [
        ("DSD-1", date(2025, 9, 1), 4)
    ]
    assert archived("finding", "key, rule", "rule = 'F9'") == []
