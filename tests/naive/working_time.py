"""Working time by walking the local days of a calendar one by one (AMP-W1, AMP-W2)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
FURTHEST_WALK = 4000  # days; a calendar that is not open for so long will not open again

Hours = Mapping[int, tuple[time, time]]
"""Opening and closing wall time by weekday (0 = Monday). A closing at 00:00 is the midnight that ends the day."""


class NaiveCalendar:
    """The open hours of a desk: one window a weekday, none on a holiday.

    `variants` are other weekly hours, each valid from the local date it stands with; `hours` are those before.
    """

    def __init__(
        self,
        zone: str,
        hours: Hours,
        holidays: frozenset[date] = frozenset(),
        variants: tuple[tuple[date, Hours], ...] = (),
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.hours = hours
        self.holidays = holidays
        self.variants = sorted(variants, key=lambda variant: variant[0])
        self._windows: dict[date, tuple[datetime, datetime] | None] = {}

    def open_seconds(self, a: datetime, b: datetime) -> int:
        """Open seconds in `[a, b)`, both cut to the whole second; negative if `b` is before `a` (AMP-W2)."""
        a, b = whole_second(a), whole_second(b)
        if b < a:
            return -self.open_seconds(b, a)
        total = timedelta(0)
        for opens, closes in self._windows_from(a):
            if opens >= b:
                break
            total += max(min(closes, b) - max(opens, a), timedelta(0))
        return total // ONE_SECOND

    def add(self, a: datetime, seconds: int) -> datetime:
        """The earliest instant by which `seconds` open seconds have passed since `a` (AMP-G6).

        Raises ValueError where the calendar never opens long enough.
        """
        a = whole_second(a)
        if seconds == 0:
            return a
        left = timedelta(seconds=seconds)
        for opens, closes in self._windows_from(a):
            begin = max(opens, a)
            if closes - begin >= left:
                return begin + left
            left -= max(closes - begin, timedelta(0))
        raise ValueError(f"the calendar has no {seconds} open seconds after {a}")

    def window(self, day: date) -> tuple[datetime, datetime] | None:
        """The opening and closing instant in UTC of a local day, None if it is closed."""
        if day not in self._windows:
            self._windows[day] = self._find_window(day)
        return self._windows[day]

    def local_date(self, instant: datetime) -> date:
        """The date on the desk's wall at an instant."""
        return instant.astimezone(self.zone).date()

    def _windows_from(self, a: datetime) -> Iterator[tuple[datetime, datetime]]:
        first = self.local_date(a) - ONE_DAY
        for n in range(FURTHEST_WALK):
            window = self.window(first + n * ONE_DAY)
            if window:
                yield window

    def _find_window(self, day: date) -> tuple[datetime, datetime] | None:
        hours = self._hours_on(day).get(day.weekday())
        if day in self.holidays or hours is None:
            return None
        opens, closes = hours
        closing_day = day + ONE_DAY if closes == MIDNIGHT else day
        return wall_instant(self.zone, day, opens), wall_instant(self.zone, closing_day, closes)

    def _hours_on(self, day: date) -> Hours:
        hours = self.hours
        for valid_from, variant in self.variants:
            if valid_from <= day:
                hours = variant
        return hours


def wall_instant(zone: ZoneInfo, day: date, wall: time) -> datetime:
    """The instant, in UTC, at which the wall clock of a zone shows `wall` on `day`.

    A wall time that comes twice (autumn) is its first coming; one that never comes (spring) is the jump itself.
    """
    wanted = datetime.combine(day, wall)
    instant = wanted.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wanted:
        return instant
    before_the_jump = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while before_the_jump.astimezone(zone).replace(tzinfo=None) < wanted:
        before_the_jump += ONE_SECOND
    return before_the_jump


def whole_second(instant: datetime) -> datetime:
    """The instant in UTC without its fraction of a second."""
    return instant.astimezone(UTC).replace(microsecond=0)


def italian_holidays(years: range) -> frozenset[date]:
    """The national public holidays of Italy, 4 October among them from 2026 on (AMP-W1)."""
    national = {day for day in holidays.Italy(years=years) if (day.month, day.day) != (10, 4)}
    return frozenset(national | {date(year, 10, 4) for year in years if year >= 2026})


def desp_calendar() -> NaiveCalendar:
    """Mon-Fri 09:00-17:00 Europe/Rome without the Italian national public holidays (AMP-W1)."""
    weekdays = {day: (time(9), time(17)) for day in range(5)}
    return NaiveCalendar("Europe/Rome", weekdays, italian_holidays(range(2009, 2041)))
