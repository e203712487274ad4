"""The months that a monthly report speaks of: this one, the one before, and the last twelve together."""

from dataclasses import dataclass
from datetime import date

from reports.period import Period

MONTHS = 12


@dataclass(frozen=True)
class Span:
    """Whole months, `first` to `last`, each by its first day."""

    title: str
    first: date
    last: date


def months_up_to(month: date) -> list[date]:
    """`MONTHS` months up to this one, oldest first, each by its first day."""
    counts = range(month.year * 12 + month.month - MONTHS, month.year * 12 + month.month)
    return [date(count // 12, count % 12 + 1, 1) for count in counts]


def spans_of(period: Period) -> list[Span]:
    """This month, the last one, the last twelve."""
    months = months_up_to(period.first)
    single = [Span(f"{month:%B %Y}", month, month) for month in (months[-1], months[-2])]
    return [*single, Span(f"{months[0]:%b %Y} – {months[-1]:%b %Y}", months[0], months[-1])]
