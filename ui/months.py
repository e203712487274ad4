"""Calendar months of the desk's zone (AMP-W3)."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ui import format as fmt
from ui.format import local

_NAMED = 13  # months whose names have room beside each other in a chart of half the width


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


def marks(months: list[date], running: date | None) -> dict[date, str]:
    """The months that a chart names under its axis, and how: of many every third, up to the last. The year stands under
    the first, the last, and the first of each year; `so far` under the month that still runs.

    >>> list(marks(span(date(2026, 2, 1), 3), date(2026, 2, 1)).values())
    ['Nov<br>2025', 'Dec', 'Jan<br>2026', 'Feb<br>2026<br>so far']
    """
    named = months[::-1][:: 1 if len(months) <= _NAMED else 3][::-1]
    return {
        m: f"{m:%b}{f'<br>{m:%Y}' if m == named[-1] or before is None or before.year != m.year else ''}"
        f"{'<br>so far' if m == running else ''}"
        for before, m in zip([None, *named], named, strict=False)
    }


def axis(months: list[date], running: date | None) -> dict[str, object]:
    """An axis whose points stand at `fmt.month`, named by `marks`."""
    named = marks(months, running)
    return {"type": "category", "tickvals": [fmt.month(m) for m in named], "ticktext": list(named.values())}


def place(day: date | None, months: list[date], without: float) -> float:
    """Where a day begins on such an axis, whose months stand at 0, 1, …; `without` a day, and before the first of them.

    >>> place(date(2026, 2, 15), span(date(2026, 2, 1), 1), -0.5), place(None, span(date(2026, 2, 1), 1), -0.5)
    (1.0, -0.5)
    """
    if day is None or day < months[0]:
        return without
    after = (day.year - months[0].year) * 12 + day.month - months[0].month
    return after - 0.5 + (day.day - 1) / monthrange(day.year, day.month)[1]
