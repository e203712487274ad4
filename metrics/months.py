"""Days and months in the desk's zone (AMP-W3), without a time-zone function per row: at most one midnight a UTC day."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_DAY = 86400


def utc_months(zone: ZoneInfo, first: date, last: date) -> list[tuple[int, date, int, date, date, date]]:
    """Rows (day, month, turns_at, next_month, local_day, next_day) for the UTC days from before `first` to after `last`.

    `day` counts from 1970; before epoch second `turns_at` it is `local_day` in the zone, in the month `month` (its first
    day), from then on `next_day` in `next_month`.
    """
    rows = []
    for n in range(-1, (last - first).days + 2):
        start = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=n)
        here, after = ((start + timedelta(seconds=s)).astimezone(zone).date() for s in (0, _DAY - 1))
        turns_at = begins_at(after, zone)
        rows.append(
            (round(start.timestamp()) // _DAY, here.replace(day=1), turns_at, after.replace(day=1), here, after)
        )
    return rows


@cache  # asked three times of each day, and again by every publish of a process
def begins_at(day: date, zone: ZoneInfo) -> int:
    """The epoch second at which a local day begins; where the clock skips midnight, the jump itself."""
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def month_sql(second: str, months: str) -> str:
    """SQL: the month of an epoch second, with `utc_month` joined as `months` on `months.day = second // 86400`."""
    return f"CASE WHEN {second} < {months}.turns_at THEN {months}.month ELSE {months}.next_month END"


def local_day_sql(second: str, months: str) -> str:
    """SQL: the local day of an epoch second, with `utc_month` joined as for `month_sql`."""
    return f"CASE WHEN {second} < {months}.turns_at THEN {months}.local_day ELSE {months}.next_day END"
