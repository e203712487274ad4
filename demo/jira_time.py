"""Instants as Jira writes them: `2026-11-21T09:30:00.000+0100`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_OFFSET_WITHOUT_COLON = re.compile(r"([+-]\d\d)(\d\d)$")


def parse_instant(text: str) -> datetime:
    """The aware instant that a Jira timestamp names."""
    return datetime.fromisoformat(_OFFSET_WITHOUT_COLON.sub(r"\1:\2", text))


def format_instant(at: datetime, zone: tzinfo = UTC) -> str:
    """`at` as Jira writes it to an account in `zone`: milliseconds, an offset without a colon."""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"


def to_millis(text: str) -> int:
    """Milliseconds since the epoch of a Jira timestamp, exact."""
    return (parse_instant(text) - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
