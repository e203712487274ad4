"""Months in the desk's zone (AMP-W3), without a time-zone function per row: at most one turn of the month a UTC day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY = 86400


def utc_months(zone: ZoneInfo, first: date, last: date) -> list[tuple[int, date, int, date]]:
    """Rows (day, month, turns_at, next_month) for the UTC days from before `first` to after `last`.

    `day` counts from 1970; before epoch second `turns_at` it is `month` (its first day) in the zone, from then on
    `next_month`.
    """
    rows = []
    for n in range(-1, (last - first).days + 2):
        start = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=n)
        day = round(start.timestamp()) // _DAY
        month, next_month = (_month(at, zone) for at in (start, start + timedelta(seconds=_DAY - 1)))
        turn = datetime(next_month.year, next_month.month, 1, tzinfo=zone)
        rows.append((day, month, round(turn.timestamp()), next_month))
    return rows


def _month(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date().replace(day=1)


def month_sql(second: str, months: str) -> str:
    """SQL: the month of an epoch second, with `utc_month` joined as `months` on `months.day = second // 86400`."""
    return f"CASE WHEN {second} < {months}.turns_at THEN {months}.month ELSE {months}.next_month END"
