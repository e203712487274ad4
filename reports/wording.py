"""Instants and durations as a terminal shows them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from metrics.profile import Profile

_IN_UTC = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC")


def local_time(instant: datetime, profile: Profile) -> str:
    """A UTC instant on the wall of the desk: `Mon 2026-10-05 09:00:00`; with its offset in an hour that comes twice."""
    at = instant.replace(tzinfo=UTC).astimezone(profile.zone)
    comes_twice = at.utcoffset() != at.replace(fold=1 - at.fold).utcoffset()
    return f"{at:%a %Y-%m-%d %H:%M:%S}{f'{at:%z}' if comes_twice else ''}"


def in_zone(text: str, zone: ZoneInfo) -> str:
    """A text of the mart with its instants, such as `2026-07-20 14:28:04 UTC`, on the wall of the zone.

    >>> in_zone("stalled since 2026-07-20 14:28:04 UTC, by ann", ZoneInfo("Europe/Rome"))
    'stalled since 2026-07-20 16:28, by ann'
    """

    def local(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    return _IN_UTC.sub(local, text)


def working_duration(seconds: int, profile: Profile) -> str:
    """Working time as `3 NWD 2 NWH 10 min` (AMP-W1)."""
    days, rest = divmod(seconds, profile.nwd_seconds)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(days, "NWD"), (hours, "NWH"), (minutes, "min"), (left, "s")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 s"
