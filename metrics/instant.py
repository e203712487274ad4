"""Reading an instant that somebody wrote: an as-of T on the command line or in an address."""

from datetime import UTC, date, datetime

from metrics.errors import ConfigError
from metrics.profile import Profile
from metrics.working_time import local_midnight_after

_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def read_instant(text: str, profile: Profile) -> datetime:
    """An ISO 8601 instant in UTC, without a zone; a date means the midnight that ends it in the desk's zone (AMP-W3).

    An instant without an offset is read in the desk's zone. Raises ConfigError for what is no instant.
    """
    try:
        if len(text) == 10:
            at = local_midnight_after(date.fromisoformat(text), profile.calendar)
        else:
            read = datetime.fromisoformat(text)
            at = (read if read.tzinfo else read.replace(tzinfo=profile.zone)).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise ConfigError(f"{text}: no instant; allowed: 2026-10-31 or 2026-10-31T17:00+01:00") from None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ConfigError(f"{text}: too far away; allowed: {_FIRST_YEAR} to {_LAST_YEAR}")
    return at
