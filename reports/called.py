"""The meeting that a board was called to on a day, and as of when its papers are."""

from datetime import datetime
from pathlib import Path

from board.meeting import Meeting, meeting_on
from board.store import BOARD_FILE, Board
from reports.period import Period

USUAL_BOARD = "arb"


def arb_moment(folder: Path, period: Period, board: str, now: datetime) -> datetime:
    """The T of a meeting's papers (UTC): that of the figures with which its agenda was kept when it began; until then
    the local midnight that begins its day, and before that day `now`."""
    meeting = called(folder / BOARD_FILE, board or USUAL_BOARD, period)
    if meeting and meeting.as_of:
        return datetime.fromisoformat(meeting.as_of)
    return min(period.begins_at, now.replace(microsecond=0))


def called(file: Path, name: str, period: Period) -> Meeting | None:
    """The meeting of the board `name` on the period's day, from the board's file; None: nobody called it."""
    return meeting_on(Board(file), name, period.first) if file.exists() else None
