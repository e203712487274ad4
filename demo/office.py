"""When the simulated people are at work. Instants are epoch milliseconds; spans are working hours."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

HOUR = 3_600_000
DAY = 24 * HOUR


def millis(at: datetime) -> int:
    """Epoch milliseconds of an aware instant."""
    return (at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


class Office:
    """Open 09:00–17:00 on the working days between two local dates; nothing after the last day ever gets done."""

    def __init__(self, first: date, last: date, zone: str, country: str | None = "IT") -> None:
        self.first, self.last, self.zone = first, last, ZoneInfo(zone)
        years = range(first.year, last.year + 1)
        self.free = set(holidays.country_holidays(country, years=years)) if country else set()
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = []
        self._offsets: dict[int, timedelta] = {}
        total, day = 0, first
        while day <= last:
            if day.weekday() < 5 and day not in self.free:
                self._opens.append(self.local(day, 9))
                self._closes.append(self.local(day, 17))
                self._before.append(total)
                total += self._closes[-1] - self._opens[-1]
            day += timedelta(days=1)

    def local(self, day: date, hour: float) -> int:
        """The instant of a local wall-clock time."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return millis((midnight + timedelta(hours=hour)).astimezone(UTC))

    def day(self, at: int) -> date:
        """The local date of an instant."""
        return self.wall(at).date()

    def wall(self, at: int) -> datetime:
        """The local date and time of an instant, with its offset."""
        return datetime.fromtimestamp(at / 1000, self.zone)

    def text(self, at: int) -> str:
        """An instant as this Jira writes it, in the office's offset."""
        hour = at // HOUR
        offset = self._offsets.get(hour)
        if offset is None:
            offset = self._offsets[hour] = self.wall(at).utcoffset() or timedelta()
        minutes = int(offset.total_seconds() // 60)
        local = datetime.fromtimestamp(at // 1000, UTC) + offset
        return f"{local:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}+{minutes // 60:02d}{minutes % 60:02d}"

    def worked(self, start: int, end: int) -> int:
        """Open milliseconds between two instants."""
        return self._until(end) - self._until(start)

    def after(self, start: int, hours: float) -> int:
        """The earliest instant by which `hours` of open time have passed since `start`."""
        return self._at(self._until(start) + max(1, int(hours * HOUR)))

    def is_open(self, at: int) -> bool:
        """Whether somebody is in."""
        index = bisect_right(self._opens, at) - 1
        return index >= 0 and at < self._closes[index]

    def _until(self, at: int) -> int:
        index = bisect_right(self._opens, at) - 1
        if index < 0:
            return 0
        return self._before[index] + min(at, self._closes[index]) - self._opens[index]

    def _at(self, total: int) -> int:
        index = bisect_right(self._before, total - 1) - 1
        return self._opens[index] + total - self._before[index]
