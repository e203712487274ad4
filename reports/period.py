"""The period that a report is on: a day, an ISO week, a month or a quarter, in the desk's zone (AMP-W3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.errors import ConfigError
from metrics.months import begins_at
from metrics.working_time import from_epoch

PeriodKind = Literal["day", "week", "month", "quarter"]
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


@dataclass(frozen=True)
class Period:
    """Local days from `first` up to, and without, `after`; `text` is how people write it: 2026-10."""

    kind: PeriodKind
    text: str
    first: date
    after: date
    zone: ZoneInfo

    @property
    def begins_at(self) -> datetime:
        """The local midnight that begins it, in UTC without a zone."""
        return from_epoch(begins_at(self.first, self.zone))

    @property
    def ends_at(self) -> datetime:
        """The local midnight that ends it, in UTC without a zone: the T of its report."""
        return from_epoch(begins_at(self.after, self.zone))

    @property
    def last(self) -> date:
        """Its last local day."""
        return self.after - timedelta(days=1)

    @property
    def title(self) -> str:
        """In words: `October 2026`, `Q3 2026`, `week 47 of 2026`, `Friday 20 November 2026`."""
        return {
            "day": day_in_words(self.first),
            "week": f"week {self.first.isocalendar().week} of {self.first.isocalendar().year}",
            "month": f"{self.first:%B %Y}",
            "quarter": f"Q{(self.first.month + 2) // 3} {self.first.year}",
        }[self.kind]

    def previous(self) -> "Period":
        """The period of its kind before it."""
        return period_of(self.kind, self.first - timedelta(days=1), self.zone)


def day_in_words(day: date) -> str:
    """`Friday 20 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def period_of(kind: PeriodKind, day: date, zone: ZoneInfo) -> Period:
    """The period of that kind that holds the local day.

    >>> period_of("quarter", date(2026, 9, 30), ZoneInfo("Europe/Rome")).text
    '2026-Q3'
    >>> period_of("week", date(2027, 1, 1), ZoneInfo("Europe/Rome")).text
    '2026-W53'
    """
    if kind == "day":
        return Period(kind, f"{day}", day, day + timedelta(days=1), zone)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        year, week, _ = monday.isocalendar()
        return Period(kind, f"{year}-W{week:02}", monday, monday + timedelta(days=7), zone)
    if kind == "month":
        return Period(kind, f"{day:%Y-%m}", day.replace(day=1), _months_on(day, 1), zone)
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(kind, f"{day.year}-Q{(day.month + 2) // 3}", first, _months_on(first, 3), zone)


def read_period(kind: PeriodKind, text: str, zone: ZoneInfo) -> Period:
    """The period that somebody wrote. Raises ConfigError for what is none of that kind: what, and what is allowed."""
    pattern, read, example = _READ[kind]
    try:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError
        period = period_of(kind, read(text), zone)
    except (ValueError, OverflowError):
        raise ConfigError(f"{text}: no {kind}; allowed: one such as {example}") from None
    if not _FIRST_YEAR <= period.first.year < _LAST_YEAR:
        raise ConfigError(f"{text}: too far away; allowed: {_FIRST_YEAR} to {_LAST_YEAR - 1}")
    return period


def example(kind: PeriodKind) -> str:
    """How a period of that kind is written."""
    return _READ[kind][2]


def last_ended(kind: PeriodKind, at: datetime, zone: ZoneInfo) -> Period:
    """The last period of that kind that had ended at the instant `at` (UTC without a zone)."""
    today = at.replace(tzinfo=UTC).astimezone(zone).date()
    return period_of(kind, today, zone).previous()


def _months_on(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _quarter(text: str) -> date:
    return date(int(text[:4]), int(text[-1]) * 3, 1)


_READ: dict[PeriodKind, tuple[str, Callable[[str], date], str]] = {
    "day": (r"\d{4}-\d\d-\d\d", date.fromisoformat, "2026-11-20"),
    "week": (r"\d{4}-W\d\d", lambda text: date.fromisoformat(f"{text}-1"), "2026-W47"),
    "month": (r"\d{4}-\d\d", lambda text: date.fromisoformat(f"{text}-01"), "2026-10"),
    "quarter": (r"\d{4}-Q[1-4]", _quarter, "2026-Q3"),
}
