"""Local dates of instants (AMP-W3), without a time-zone function per row: at most one midnight turns a UTC day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY = 86400


def utc_dates(zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[int, date, int, date]]:
    """Rows (day, date, turns_at, next_date) for the UTC days from before `first` to after `last`.

    `day` counts from 1970; before epoch second `turns_at` it is `date` in the zone, from then on `next_date`.
    """
    for n in range(-1, (last - first).days + 2):
        start = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=n)
        today, tomorrow = (at.astimezone(zone).date() for at in (start, start + timedelta(seconds=_DAY - 1)))
        turn = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
        yield round(start.timestamp()) // _DAY, today, round(turn.timestamp()), tomorrow


def date_sql(second: str, dates: str) -> str:
    """SQL: the local date of an epoch second, with `utc_date` joined as `dates` on `dates.day = second // 86400`."""
    return f"CASE WHEN {second} < {dates}.turns_at THEN {dates}.date ELSE {dates}.next_date END"
