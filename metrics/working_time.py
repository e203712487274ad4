"""Working time (AMP-W1, AMP-W2): open seconds of a calendar between two instants, in SQL and in Python alike.

`B(t)` is the number of open seconds before the whole second of instant `t`; working time between `a` and `b` is
`B(b) − B(a)`. Everything comes from one table of local days; for SQL it is laid out per UTC day (so that the join is
on a day number and needs no time-zone function per row) and, for the way back from `B` to an instant, in equal steps.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from itertools import accumulate
from math import gcd
from zoneinfo import ZoneInfo

import holidays

from metrics.profile_calendar import WEEKDAYS, Hours, OpenHours

_DAY = 86400
_EPOCH = datetime(1970, 1, 1)


def epoch(instant: datetime) -> int:
    """Whole seconds since 1970 of a UTC instant without a zone; the fraction is cut (AMP-W2)."""
    return (instant - _EPOCH) // timedelta(seconds=1)


def from_epoch(seconds: int) -> datetime:
    """The UTC instant, without a zone, that lies that many seconds after 1970 began."""
    return _EPOCH + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Day:
    """A local day: `kind` is open, weekend, holiday or closed; `opens`/`closes` in epoch seconds, equal if closed."""

    day: date
    kind: str
    name: str
    opens: int
    closes: int


class WorkingTime:
    """Working time of `calendar` over the local days `first`…`last`; asking outside them raises ValueError."""

    def __init__(self, calendar: OpenHours, first: date, last: date) -> None:
        self.calendar = calendar
        self._closed_as = _closed_days(calendar, range(first.year, last.year + 1))
        self.days = [self._day(first + timedelta(n)) for n in range((last - first).days + 1)]

    @cached_property
    def _openings(self) -> list[tuple[int, int]]:
        """The openings `(opens, closes)` in epoch seconds, in order."""
        return [(d.opens, d.closes) for d in self.days if d.opens < d.closes]

    @cached_property
    def _before(self) -> list[int]:
        """Open seconds before each opening, and in all at the end."""
        return [0, *accumulate(closes - opens for opens, closes in self._openings)]

    def before(self, instant: datetime) -> int:
        """`B(instant)`: open seconds from the first day on to the whole second of a UTC instant (AMP-W2)."""
        second = epoch(instant)
        if not self.days[0].day <= instant.date() <= self.days[-1].day:
            raise ValueError(f"{instant} lies outside the calendar's days {self.days[0].day} to {self.days[-1].day}")
        n = bisect_right(self._openings, (second, second))
        if n == 0:
            return 0
        opens, closes = self._openings[n - 1]
        return self._before[n - 1] + min(second, closes) - opens

    def between(self, start: datetime, end: datetime) -> int:
        """Open seconds in `[start, end)`."""
        return self.before(end) - self.before(start)

    def utc_days(self) -> list[tuple[int, int, int, int, int, int]]:
        """Rows (day, before, open1, length1, open2, length2) per UTC day, in seconds, for `before_sql`.

        `day` counts from 1970; an opening that crosses UTC midnight is two pieces; a UTC day meets at most two.
        """
        pieces: dict[int, list[tuple[int, int]]] = {}
        for opens, closes in self._openings:
            while opens < closes:
                day = opens // _DAY
                end = min(closes, (day + 1) * _DAY)
                pieces.setdefault(day, []).append((opens - day * _DAY, end - opens))
                opens = end
        first, last = epoch(_midnight(self.days[0].day)) // _DAY, epoch(_midnight(self.days[-1].day)) // _DAY
        rows, before = [], 0
        for day in range(first - 1, last + 2):
            (open1, length1), (open2, length2) = [*pieces.get(day, []), (0, 0), (0, 0)][:2]
            rows.append((day, before, open1, length1, open2, length2))
            before += length1 + length2
        return rows

    @cached_property
    def step(self) -> int:
        """The largest number of seconds that divides every opening: `reached_steps` are that long."""
        return gcd(*(closes - opens for opens, closes in self._openings)) or 1

    def reached_steps(self) -> list[tuple[int, int]]:
        """Rows (step, second): when `B` stood at `step × self.step`, with the desk open right after it.

        The earliest instant at which `B` equals `b > 0` lies in step `(b − 1) // self.step`.
        """
        return [
            (before // self.step + n, opens + n * self.step)
            for (opens, closes), before in zip(self._openings, self._before, strict=False)
            for n in range((closes - opens) // self.step)
        ]

    def _day(self, day: date) -> Day:
        hours = _hours_of(self.calendar, day)
        kind, name = self._kind(day, hours)
        if hours is None or kind != "open":
            return Day(day, kind, name, 0, 0)
        zone = self.calendar.zone
        return Day(day, kind, name, _instant(day, hours.opens, zone), _instant(day, hours.closes, zone))

    def _kind(self, day: date, hours: Hours | None) -> tuple[str, str]:
        if day in self._closed_as and day not in self.calendar.open_days:
            return self._closed_as[day]
        return ("open", "") if hours else ("weekend", WEEKDAYS[day.weekday()])


@cache  # every publish of a process asks for the same days again
def _instant(day: date, second: int, zone: str) -> int:
    """Epoch seconds of a local wall time: the first of two that read alike, the jump itself if it is skipped."""
    wall = (_midnight(day) + timedelta(seconds=second)).replace(tzinfo=ZoneInfo(zone))
    instant = wall.astimezone(UTC)
    if instant.astimezone(wall.tzinfo).replace(tzinfo=None) != wall.replace(tzinfo=None):
        instant = _jump_after(wall.replace(fold=1).astimezone(UTC), ZoneInfo(zone))
    return round(instant.timestamp())


def _jump_after(instant: datetime, zone: ZoneInfo) -> datetime:
    """The minute at which the zone's offset, as it is at `instant`, ends."""
    offset = instant.astimezone(zone).utcoffset()
    while instant.astimezone(zone).utcoffset() == offset:
        instant += timedelta(minutes=1)
    return instant


def _closed_days(calendar: OpenHours, years: range) -> dict[date, tuple[str, str]]:
    closed = {}
    if calendar.country:
        public = holidays.country_holidays(
            calendar.country, subdiv=calendar.subdivision, years=years, language="en_US"
        )  # else the names are those of the machine's language
        closed = {day: ("holiday", name) for day, name in public.items()}
    return closed | {d.day: ("closed", d.name) for d in calendar.closing_days}


def _hours_of(calendar: OpenHours, day: date) -> Hours | None:
    weekday = WEEKDAYS[day.weekday()]
    return next((h for h in calendar.hours if weekday in h.days and h.in_force_on(day)), None)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def local_midnight_after(day: date, calendar: OpenHours) -> datetime:
    """The UTC instant of the midnight that ends a local day (AMP-W3)."""
    end = _midnight(day) + timedelta(days=1)
    return end.replace(tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC).replace(tzinfo=None)


def epoch_sql(instant: str) -> str:
    """SQL: whole seconds since 1970 of a UTC timestamp."""
    return f"CAST(floor(epoch({instant})) AS BIGINT)"


def before_sql(second: str, day: str = "d") -> str:
    """SQL: `B` at an epoch second, with `utc_day` joined as `day` on `day.day = second // 86400`."""
    of_day = f"({second} - {day}.day * {_DAY})"
    return (
        f"{day}.before + least(greatest({of_day} - {day}.open1, 0), {day}.length1)"
        f" + least(greatest({of_day} - {day}.open2, 0), {day}.length2)"
    )
