"""Instants and durations as a terminal shows them."""

from datetime import UTC, datetime

from metrics.profile import Profile


def local_time(instant: datetime, profile: Profile) -> str:
    """A UTC instant on the wall of the desk: `Mon 2026-10-05 09:00:00`; with its offset in an hour that comes twice."""
    at = instant.replace(tzinfo=UTC).astimezone(profile.zone)
    comes_twice = at.utcoffset() != at.replace(fold=1 - at.fold).utcoffset()
    return f"{at:%a %Y-%m-%d %H:%M:%S}{f'{at:%z}' if comes_twice else ''}"


def working_duration(seconds: int, profile: Profile) -> str:
    """Working time as `3 NWD 2 NWH 10 min` (AMP-W1)."""
    days, rest = divmod(seconds, profile.nwd_seconds)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(days, "NWD"), (hours, "NWH"), (minutes, "min"), (left, "s")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 s"
