"""Which part of a stretch of time the desk was open, and why it was closed in the others."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from metrics.names import same_name
from sight.opening import Connection

OPEN, NIGHT, WEEKEND, HOLIDAY, CLOSED = "open", "night", "weekend", "holiday", "closed"
NAMES = {NIGHT: "nights", WEEKEND: "weekends", HOLIDAY: "holidays", CLOSED: "closing days"}


@dataclass(frozen=True)
class Day:
    """A local day of the calendar, from midnight to midnight in UTC; `opens`/`closes` are None on a day without opening."""

    day: date
    kind: str
    name: str
    opens: datetime | None
    closes: datetime | None
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Piece:
    """A stretch `[start, end)` of one kind; `name` is the holiday's, `day` the local day on which it begins."""

    start: datetime
    end: datetime
    kind: str
    day: date
    name: str = ""

    @property
    def seconds(self) -> int:
        """Its whole seconds, instants cut to the second (AMP-W2)."""
        return int((_cut(self.end) - _cut(self.start)).total_seconds())


def calendar_days(connection: Connection, start: datetime, end: datetime, provider: str | None = None) -> list[Day]:
    """The days that meet `[start, end)`, a day to spare on either side: those of the group `provider` where it keeps hours
    of its own (HD-M2), else those of the desk."""
    shown = "SELECT day, kind, coalesce(name, ''), opens_at, closes_at, begins_at, ends_at"
    met = "day BETWEEN ? AND ? ORDER BY day"
    span = [start.date() - timedelta(days=1), end.date() + timedelta(days=1)]
    named = connection.execute("SELECT DISTINCT provider FROM group_day").fetchall()
    groups = [group for (group,) in named if same_name(group) == same_name(provider)]
    own = connection.execute(f"{shown} FROM group_day WHERE provider IN ? AND {met}", [groups, *span])
    rows = own.fetchall() or connection.execute(f"{shown} FROM calendar_day WHERE {met}", span).fetchall()
    return [Day(*row) for row in rows]


def pieces(start: datetime, end: datetime, days: Sequence[Day]) -> list[Piece]:
    """`[start, end)` cut where the desk opens, closes, or is closed for another reason: without gap or overlap."""
    merged: list[Piece] = []
    first = bisect_right(days, start, key=lambda day: day.ends)
    for piece in _of_days(takewhile(lambda day: day.begins < end, islice(days, first, None))):
        low, high = max(piece.start, start), min(piece.end, end)
        if low >= high:
            continue
        last = merged[-1] if merged else None
        if last and (last.kind, last.name) == (piece.kind, piece.name):
            merged[-1] = replace(last, end=high)
        else:
            merged.append(replace(piece, start=low, end=high))
    return merged


def closed_seconds(cut: Sequence[Piece]) -> dict[str, int]:
    """Seconds per reason for being closed: nights, weekends, each holiday by its name."""
    found: dict[str, int] = {}
    for piece in cut:
        if piece.kind != OPEN:
            reason = f"{piece.kind} ({piece.name})" if piece.name else NAMES[piece.kind]
            found[reason] = found.get(reason, 0) + piece.seconds
    return found


def _of_days(days: Iterable[Day]) -> Iterator[Piece]:
    for day in days:
        if day.opens is None or day.closes is None or day.opens >= day.closes:
            name = day.name if day.kind in (HOLIDAY, CLOSED) else ""
            yield Piece(day.begins, day.ends, day.kind if day.kind in NAMES else CLOSED, day.day, name)
            continue
        yield Piece(day.begins, day.opens, NIGHT, day.day)
        yield Piece(day.opens, day.closes, OPEN, day.day)
        yield Piece(day.closes, day.ends, NIGHT, day.day)


def _cut(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
