"""Time to resolution per month, and with the open tickets in it; time in a status. Wall times in Rome, days of 09:00–17:00."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.naive.examples import desk_ticket, moves
from tests.naive.history import Ticket
from tests.story import NWH, Views, views

HOURS = "median_seconds / 3600, p90_seconds / 3600, resolved_median_seconds / 3600, resolved_p90_seconds / 3600"


@pytest.fixture
def mart(tmp_path: Path) -> Callable[..., Views]:
    """The mart of some tickets as of a wall time, to be asked for rows of its tables and views."""
    return lambda t, *tickets: views(tmp_path, t, *tickets)


def taking(hours: int, **current: str) -> Ticket:
    """Taken up on Monday at 09:00 and solved so many hours later."""
    return desk_ticket("1 08:00", *moves("TO DO", f"1 {9 + hours:02}:00 DONE"), status="DONE", **current)


def test_the_open_ones_move_the_percentiles(mart: Callable[..., Views]) -> None:
    """The example by hand: 3/4 left after 1 h, 1/2 after 2 h; the one open since 3 h is out of sight after 4 h."""
    open_one = desk_ticket("1 08:00", *moves("TO DO", "1 12:00 ON GOING"), status="ON GOING")
    shown = mart("1 17:00", taking(1), taking(2), taking(4), open_one)
    columns = f"n, resolved, running, too_small, {HOURS}, hidden_median_seconds"
    assert shown("resolution_estimate", columns, "dimension = 'all'") == [(4, 3, 1, True, 2, 4, 2, 4, 0)]


def test_what_the_backlog_hides(mart: Callable[..., Views]) -> None:
    """Three of six are open since 8 h: half are left after 3 h, and nobody knows the 90th percentile."""
    waiting = [
        desk_ticket("1 08:00", *moves("OPEN", "1 09:00 TO DO"), status="TO DO", type="Anomaly") for _ in range(3)
    ]
    shown = mart("1 17:00", taking(1), taking(2), taking(3), *waiting, desk_ticket("1 08:00"))
    estimate = shown("resolution_estimate", f"n, {HOURS}, hidden_median_seconds / 3600", "dimension = 'all'")
    assert estimate == [(6, 3, None, 2, 3, 1)]
    per_type = shown("resolution_estimate", "part, n, running, median_seconds / 3600", "dimension = 'type'")
    assert per_type == [("Anomaly", 3, 3, None), ("User Request", 3, 0, 2)]


def test_resolved_per_month(mart: Callable[..., Views]) -> None:
    unmeasured = desk_ticket("1 09:00", *moves("TO DO", "1 10:00 DONE"), key="DPM-9", type="Incident", status="DONE")
    late = desk_ticket("1 08:00", *moves("TO DO", "11 09:00 DONE"), status="DONE")
    anomaly = taking(3, type="Anomaly")  # without a goal
    shown = mart("2025-10-02 00:00", taking(1), taking(2), anomaly, late, unmeasured)
    columns = "month, complete, resolved, n, median_seconds / 3600, p90_seconds / 3600, too_small, judged, met"
    assert shown("resolution_month", columns) == [
        (date(2025, 9, 1), True, 5, 4, 2, 64, True, 3, 2),
        (date(2025, 10, 1), False, 0, 0, None, None, True, 0, 0),
    ]
    share = "round(met_share, 2), round(met_share_low, 2), round(met_share_high, 2), met_share_too_small"
    assert shown("resolution_month", share, "judged > 0") == [(0.67, 0.21, 0.94, True)]


def test_time_in_a_status(mart: Callable[..., Views]) -> None:
    path = moves("TO DO", "1 10:00 ON GOING", "1 12:00 TO DO", "1 17:00 DONE")
    shown = mart("2 12:00", desk_ticket("1 09:00", *path, status="DONE"))
    columns = "project, phase, status, n, median_seconds, p90_seconds, too_small, there_now"
    assert shown("status_time", columns) == [
        ("DSD", "champion", "TO DO", 2, 1 * NWH, 5 * NWH, True, 0),
        ("DSD", "confirmation", "DONE", 0, None, None, True, 1),
        ("DSD", "user", "ON GOING", 1, 2 * NWH, 2 * NWH, True, 0),
    ]
