"""What holds for every history and every calendar, whatever the rules say."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from . import strategies
from .examples import RULES, pick
from .goals import NWH
from .history import Ticket, as_seen_at
from .rows import mart_rows
from .working_time import NaiveCalendar, whole_second


@st.composite
def desk_and_instant(draw: st.DrawFn) -> tuple[list[Ticket], datetime]:
    desk = draw(strategies.desks(most_tickets=2))
    return desk, draw(strategies.as_of(desk))


@settings(max_examples=60, deadline=None)
@given(desk_and_instant())
def test_the_later_history_is_invisible(case: tuple[list[Ticket], datetime]) -> None:
    desk, t = case
    assert mart_rows(desk, t, RULES) == mart_rows([as_seen_at(ticket, t) for ticket in desk], t, RULES)


@settings(max_examples=60, deadline=None)
@given(desk_and_instant())
def test_segments_add_up_and_cover_the_clock(case: tuple[list[Ticket], datetime]) -> None:
    desk, t = case
    rows = mart_rows(desk, t, RULES)
    for clock in rows["clock"]:
        mine = [s for s in rows["clock_segment"] if pick(s, "key", "clock") == pick(clock, "key", "clock")]
        for kind, total in (("counted", "working_seconds"), ("paused", "paused_seconds")):
            assert sum(s["working_seconds"] for s in mine if s["kind"] == kind) == clock[total]
        if mine:
            end = clock["stopped_at"] or t.replace(tzinfo=None)
            assert (mine[0]["started_at"], mine[-1]["ended_at"]) == (clock["started_at"], end)


@settings(max_examples=60, deadline=None)
@given(strategies.calendars(), strategies.moments(), strategies.GAPS, st.integers(1, 50 * NWH))
def test_add_is_open_seconds_backwards(calendar: NaiveCalendar, a: datetime, gap: timedelta, seconds: int) -> None:
    b = a + gap
    second = timedelta(seconds=1)
    by_the_hour = [a + n * timedelta(hours=1) for n in range(gap // timedelta(hours=1) + 1)] + [b]
    parts = [calendar.open_seconds(x, y) for x, y in pairwise(by_the_hour)]
    assert sum(parts) == calendar.open_seconds(a, b)
    try:
        then = calendar.add(a, seconds)
    except ValueError:
        return  # some calendars never open for long enough
    assert calendar.open_seconds(a, then) == seconds == calendar.open_seconds(a, then - second) + 1
    assert then == whole_second(then)
