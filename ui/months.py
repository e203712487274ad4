"""Calendar months of the desk's zone (AMP-W3)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ui.format import local


def month_of_snapshot(as_of: datetime, zone: ZoneInfo) -> date:
    """The first day of the last month that a snapshot knows something of: midnight still belongs to the day before."""
    return local(as_of - timedelta(microseconds=1), zone).date().replace(day=1)


def running_month(as_of: datetime, zone: ZoneInfo) -> date | None:
    """The month that still runs at an instant; None at the midnight that ends one.

    >>> running_month(datetime(2026, 10, 31, 22, 59), ZoneInfo("Europe/Rome"))
    datetime.date(2026, 10, 1)
    >>> running_month(datetime(2026, 10, 31, 23), ZoneInfo("Europe/Rome")) is None
    True
    """
    month = month_of_snapshot(as_of, zone)
    return month if local(as_of, zone).date().replace(day=1) == month else None


def back(month: date, months: int) -> date:
    """The first day of the month that lies so many months before.

    >>> back(date(2026, 1, 1), 2)
    datetime.date(2025, 11, 1)
    """
    index = month.year * 12 + month.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def span(last: date, before: int) -> list[date]:
    """`before` months and the month `last`, oldest first."""
    return [back(last, n) for n in range(before, -1, -1)]


def labels(months: list[date], running: date | None) -> list[str]:
    """A label per month for a chart: the year under January and the first, `so far` under the month that still runs."""
    return [
        f"{m:%b}<br>{'so far' if m == running else f'{m:%Y}' if m.month == 1 or n == 0 else ''}"
        for n, m in enumerate(months)
    ]
