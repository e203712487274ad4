"""Copies of a desk's board, one a day on which something was published."""

from collections.abc import Callable
from pathlib import Path

from board.store import Board, utc_text

KEPT = 14


def back_up(path: Path, folder: Path, now: Callable[[], str] = utc_text) -> Path | None:
    """Copy the board in `path` to `folder` under the day (UTC) of `now`, over what that day had so far.

    Returns the copy, and keeps the last `KEPT` of them; None where nobody wrote anything yet. Raises ArbiterError when
    the board cannot be read.
    """
    if not path.exists():
        return None
    copy = folder / f"board-{now()[:10]}.sqlite"
    Board(path).backup(copy)
    for old in sorted(folder.glob("board-????-??-??.sqlite"))[:-KEPT]:
        if old != copy:  # a clock that went back gave it the oldest day
            old.unlink()
    return copy
