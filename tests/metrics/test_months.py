"""Days and months of the zone by table, against the clock on the wall, in zones where that is hard."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics.months import begins_at, utc_months

_DAY = 86400
ZONES = (
    "Europe/Rome",
    "UTC",
    "America/New_York",
    "Asia/Kolkata",
    "Atlantic/Azores",
    "Africa/Cairo",
    "Pacific/Auckland",
)


def on_the_wall(second: int, zone: str) -> date:
    return datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone)).date()


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_months_turn_where_the_wall_says(zone: str) -> None:
    first, last = date(2024, 1, 1), date(2026, 12, 31)
    for day, month, turns_at, next_month, local_day, next_day in utc_months(ZoneInfo(zone), first, last):
        for second in {day * _DAY, day * _DAY + _DAY - 1, *(turns_at + n for n in (-1, 0, 1))}:
            if second // _DAY == day:
                wall = on_the_wall(second, zone)
                told = (local_day, month) if second < turns_at else (next_day, next_month)
                assert told == (wall, wall.replace(day=1))


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_begins_with_its_first_second(zone: str) -> None:
    for n in range(3 * 365):
        day = date(2024, 1, 1) + timedelta(days=n)
        begin = begins_at(day, ZoneInfo(zone))
        assert (on_the_wall(begin, zone), on_the_wall(begin - 1, zone)) == (day, day - timedelta(days=1))
