"""Which part of a stretch of time the desk was open, and why it was closed in the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sight.opening import Connection

OPEN, NIGHT, WEEKEND, HOLIDAY, CLOSED = "open", "night", "weekend", "holiday", "closed"
NAMES = {NIGHT: "nights", WEEKEND: "weekends", HOLIDAY: "holidays", CLOSED: "closing days"}


@dataclass(frozen=True)
class Day:
    """A local day of the calendar; `opens`/`closes` in UTC, None on a day without opening."""

    day: date
    kind: str
    name: str
    opens: datetime | None
    closes: datetime | None


@dataclass(frozen=True)
class Piece:
    """A stretch `[start, end)` of one kind; `name` is the holiday's."""

    start: datetime
    end: datetime
    kind: str
    name: str = ""

    @property
    def seconds(self) -> int:
        """Its whole seconds, instants cut to the second (AMP-W2)."""
        return int((_cut(self.end) - _cut(self.start)).total_seconds())


def calendar_days(connection: Connection, start: datetime, end: datetime, provider: str | None = None) -> list[Day]:
    """The days that meet `[start, end)`, a day to spare on either side: those of the group `provider` where it keeps hours
    of its own (HD-M2), else those of the desk."""
    shown = "SELECT day, kind, coalesce(name, ''), opens_at, closes_at"
    met = "day BETWEEN ? AND ? ORDER BY day"
    span = [start.date() - timedelta(days=1), end.date() + timedelta(days=1)]
    own = connection.execute(f"{shown} FROM group_day WHERE lower(provider) = lower(?) AND {met}", [provider, *span])
    rows = own.fetchall() or connection.execute(f"{shown} FROM calendar_day WHERE {met}", span).fetchall()
    return [Day(*row) for row in rows]


def pieces(start: datetime, end: datetime, days: Sequence[Day], zone: ZoneInfo) -> list[Piece]:
    """`[start, end)` cut where the desk opens, closes, or is closed for another reason: without gap or overlap."""
    merged: list[Piece] = []
    for piece in _of_days(days, zone):
        low, high = max(piece.start, start), min(piece.end, end)
        if low >= high:
            continue
        last = merged[-1] if merged else None
        if last and (last.kind, last.name) == (piece.kind, piece.name):
            merged[-1] = Piece(last.start, high, last.kind, last.name)
        else:
            merged.append(Piece(low, high, piece.kind, piece.name))
    return merged


def closed_seconds(cut: Sequence[Piece]) -> dict[str, int]:
    """Seconds per reason for being closed: nights, weekends, each holiday by its name."""
    found: dict[str, int] = {}
    for piece in cut:
        if piece.kind != OPEN:
            reason = f"{piece.kind} ({piece.name})" if piece.name else NAMES[piece.kind]
            found[reason] = found.get(reason, 0) + piece.seconds
    return found


def _of_days(days: Sequence[Day], zone: ZoneInfo) -> Iterator[Piece]:
    for day in days:
        midnight, end = _midnight(day.day, zone), _midnight(day.day + timedelta(days=1), zone)
        if day.opens is None or day.closes is None or day.opens >= day.closes:
            name = day.name if day.kind in (HOLIDAY, CLOSED) else ""
            yield Piece(midnight, end, day.kind if day.kind in NAMES else CLOSED, name)
            continue
        yield Piece(midnight, day.opens, NIGHT)
        yield Piece(day.opens, day.closes, OPEN)
        yield Piece(day.closes, end, NIGHT)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)


def _cut(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
