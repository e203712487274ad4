"""Reading an instant that somebody wrote: an as-of T on the command line or in an address."""

import re
from datetime import UTC, date, datetime

from metrics.errors import ConfigError
from metrics.profile import Profile
from metrics.working_time import local_midnight_after

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_WEEK = re.compile(r"\d{4}-?W\d\d(?!-?\d)")  # Python takes it for its Monday


def read_instant(text: str, profile: Profile, option: str = "") -> datetime:
    """An ISO 8601 instant in UTC, without a zone; a date means the midnight that ends it in the desk's zone (AMP-W3),
    in any of the ways in which ISO 8601 writes a day.

    An instant without an offset is read in the desk's zone. Raises ConfigError for what is no instant, which
    names the `option` that it was given to.
    """
    said = f"{option} {text}" if option else text
    day = _day(text)
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if not read or _WEEK.match(text):
        raise ConfigError(f"{said}: no instant; allowed: 2026-10-31 or 2026-10-31T17:00+01:00")
    if not _FIRST_YEAR <= read.year <= _LAST_YEAR:
        raise ConfigError(f"{said}: too far away; allowed: {_FIRST_YEAR} to {_LAST_YEAR}")
    if day:
        return local_midnight_after(day, profile.calendar)
    return (read if read.tzinfo else read.replace(tzinfo=profile.zone)).astimezone(UTC).replace(tzinfo=None)


def _day(text: str) -> date | None:
    """The day that the text names, alone."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
