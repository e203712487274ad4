"""What could not be landed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rejected:
    """An issue that could not be landed: its place in the batch (from 0) and why."""

    index: int
    reason: str
