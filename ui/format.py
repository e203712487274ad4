"""How numbers, durations and instants are written on every screen."""

import string
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reports.numbers import NOTHING as NOTHING
from reports.numbers import percent as percent
from reports.numbers import share as share
from reports.numbers import signed as signed

_ESCAPED = str.maketrans({c: f"\\{c}" for c in string.punctuation})


def duration(seconds: float | None, nwd_seconds: int, exact: bool = False) -> str:
    """Working time in working units, cut and never rounded up; `exact` goes down to the second.

    >>> duration(3 * 28800 + 7200, 28800), duration(2700, 28800), duration(0, 28800)
    ('3 NWD 2 h', '45 min', '0 min')
    >>> duration(28800 + 61, 28800, exact=True)
    '1 NWD 1 min 1 s'
    """
    if seconds is None or seconds != seconds:
        return NOTHING
    days, rest = divmod(int(seconds), nwd_seconds)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [(days, "NWD"), (hours, "h"), (minutes, "min"), (rest, "s")]
    said = [f"{n:,} {unit}" for n, unit in parts if n]
    if exact:
        return " ".join(said) or "0 s"
    largest = next((i for i, (n, _) in enumerate(parts) if n), None)
    if largest is None:
        return "0 min"
    return " ".join(f"{n:,} {unit}" for n, unit in parts[largest : largest + (2 if largest < 2 else 1)] if n)


def remaining(seconds: float | None, nwd_seconds: int) -> str:
    """Working time left of a goal; below zero it says by how much the goal is over.

    >>> remaining(-3600, 28800), remaining(60, 28800)
    ('over by 1 h', '1 min')
    """
    if seconds is None or seconds != seconds:
        return NOTHING
    return duration(seconds, nwd_seconds) if seconds >= 0 else f"over by {duration(-seconds, nwd_seconds)}"


def elapsed(seconds: float) -> str:
    """Calendar time in days, hours and minutes, down to the second: it adds up.

    >>> elapsed(90061), elapsed(0)
    ('1 d 1 h 1 min 1 s', '0 s')
    """
    days, rest = divmod(int(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    return (
        " ".join(f"{n:,} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")) if n)
        or "0 s"
    )


def days(seconds: float) -> str:
    """Calendar time at a glance: days with one decimal, below a day hours and minutes; cut.

    >>> days(9.96 * 86400), days(5400), days(0)
    ('9.9 d', '1 h 30 min', '0 min')
    """
    if seconds >= 86400:
        tenths = int(seconds) // 8640
        return f"{tenths // 10:,}.{tenths % 10} d"
    hours, minutes = int(seconds) // 3600, int(seconds) % 3600 // 60
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min")) if n) or "0 min"


def interval(low: float, high: float) -> str:
    """What lies between two parts of one: `53.1 % to 78 %`."""
    return f"{percent(low)} to {percent(high)}"


def count(n: int, one: str, many: str | None = None) -> str:
    """A number and what it counts: `1 ticket`, `1,234 tickets`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """A UTC instant without a zone, as the wall time of `zone`."""
    return instant.replace(tzinfo=UTC).astimezone(zone)


def instant(at: datetime | None, zone: ZoneInfo, seconds: bool = False) -> str:
    """A UTC instant in the desk's zone: `Fri 20 Nov 2026, 16:20`."""
    if at is None or at != at:
        return NOTHING
    return local(at, zone).strftime(f"%a %d %b %Y, %H:%M{':%S' if seconds else ''}")


def end(at: datetime, zone: ZoneInfo) -> str:
    """The instant up to which something is told; midnight belongs to the day that it ends.

    >>> end(datetime(2026, 10, 31, 23), ZoneInfo("Europe/Rome")), end(datetime(2026, 11, 2, 16), ZoneInfo("UTC"))
    ('Sat 31 Oct 2026, 24:00 CET', 'Mon 02 Nov 2026, 16:00 UTC')
    """
    wall = local(at, zone)
    if wall.time() != time():
        return wall.strftime("%a %d %b %Y, %H:%M %Z")
    return (wall - timedelta(days=1)).strftime("%a %d %b %Y, 24:00 ") + str(wall.tzname())


def day(at: datetime, zone: ZoneInfo) -> str:
    """The day of a UTC instant in the desk's zone: `Thu 19 Nov`."""
    return local(at, zone).strftime("%a %d %b")


def date_of(at: datetime, zone: ZoneInfo) -> str:
    """The day of a UTC instant in the desk's zone, with its year: `19 Nov 2026`."""
    return local(at, zone).strftime("%d %b %Y")


def month(day: date) -> str:
    """`Nov 2026`."""
    return day.strftime("%b %Y")


def plain(text: str | None) -> str:
    """Somebody else's text for a place that reads Markdown: shown as it is, never executed."""
    return (text or "").replace("\n", " ").translate(_ESCAPED)


def plain_html(text: str | None) -> str:
    """Somebody else's text for a place that reads a little HTML (Plotly's hover and labels)."""
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
