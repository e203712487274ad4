"""What could not be landed."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

# What is no JSON raises one of these; the last one lists in lists without an end.
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
# A ticket cannot be older: what software writes where it has no date would make the calendar begin with year 1.
EARLIEST = datetime(1970, 1, 1)
TOO_EARLY = f"it was created before {EARLIEST.year}"


@dataclass(frozen=True)
class Rejected:
    """An issue that could not be landed: its place in the batch (from 0) and why."""

    index: int
    reason: str
