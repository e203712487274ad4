"""Lists of tickets without the restricted ones, which are a number."""

from collections.abc import Sequence
from typing import Any


def apart(rows: Sequence[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], str]:
    """The rows that may be listed, without their last value: whether the ticket is restricted; and what a heading says of
    the others, if there are any."""
    listed = [row[:-1] for row in rows if not row[-1]]
    hidden = len(rows) - len(listed)
    return listed, f", {hidden} of them restricted" if hidden else ""
