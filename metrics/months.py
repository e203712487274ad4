"""Days and months in the desk's zone (AMP-W3), without a time-zone function per row: at most one midnight a UTC day."""

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
        rows.append((day, month, begins_at(next_month, zone), next_month))
    return rows


def utc_dates(zone: ZoneInfo, first: date, last: date) -> list[tuple[int, date, int, date]]:
    """Rows (day, local_date, turns_at, next_date) for the UTC days from before `first` to after `last`.

    `day` counts from 1970; before epoch second `turns_at` it is `local_date` in the zone, from then on `next_date`.
    """
    rows = []
    for n in range(-1, (last - first).days + 2):
        start = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=n)
        local, next_date = ((start + timedelta(seconds=s)).astimezone(zone).date() for s in (0, _DAY - 1))
        rows.append((round(start.timestamp()) // _DAY, local, begins_at(next_date, zone), next_date))
    return rows


def begins_at(day: date, zone: ZoneInfo) -> int:
    """The epoch second at which a local day begins; where the clock skips midnight, the jump itself."""
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def _month(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date().replace(day=1)


def month_sql(second: str, months: str) -> str:
    """SQL: the month of an epoch second, with `utc_month` joined as `months` on `months.day = second // 86400`."""
    return f"CASE WHEN {second} < {months}.turns_at THEN {months}.month ELSE {months}.next_month END"


def date_sql(second: str, dates: str) -> str:
    """SQL: the local date of an epoch second, with `utc_date` joined as `dates` on `dates.day = second // 86400`."""
    return f"CASE WHEN {second} < {dates}.turns_at THEN {dates}.local_date ELSE {dates}.next_date END"
