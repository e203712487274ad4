"""Meetings of a board: the weekly ARB, the ESA ARB, the CAB (AMP-B1, AMP-B4)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from board.store import Board
from metrics.errors import ArbiterError

State = Literal["preparing", "held", "closed"]
_NEXT: dict[str, tuple[State, ...]] = {"preparing": ("held",), "held": ("closed",), "closed": ("held",)}


@dataclass(frozen=True)
class Meeting:
    """One meeting of the board that the profile calls `board` and people `board_title`.

    `as_of` is the instant (UTC, ISO text) whose figures its agenda was taken from when it began.
    """

    id: int
    board: str
    board_title: str
    held_on: date
    reference: str
    state: State
    as_of: str | None

    @property
    def title(self) -> str:
        """`ARB of 20 November 2026`."""
        return f"{self.board_title} of {self.held_on.day} {self.held_on:%B %Y}"


def meetings(board: Board, name: str) -> list[Meeting]:
    """All meetings of a board, newest first."""
    return _read(board, "WHERE board = ?", [name])


def meeting_on(board: Board, name: str, day: date) -> Meeting | None:
    """The meeting of that day, if there is one."""
    found = _read(board, "WHERE board = ? AND held_on = ?", [name, day.isoformat()])
    return found[0] if found else None


def call_meeting(board: Board, name: str, title: str, day: date, who: str) -> Meeting:
    """The meeting of the board `name`, which people call `title`, on that day; made if there is none."""
    with board.transaction() as db:
        number = db.execute("SELECT count(*) + 1 FROM meeting WHERE board = ?", [name]).fetchone()[0]
        db.execute(
            """INSERT INTO meeting (board, title, held_on, reference, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT DO NOTHING""",
            [name, title, day.isoformat(), f"{title.replace(' ', '-')}-{number:03d}", board.now(), who],
        )
    called = meeting_on(board, name, day)
    assert called is not None
    return called


def move_to(board: Board, meeting: Meeting, state: State) -> None:
    """Take a meeting on: preparing → held → closed, and from closed back to held to correct its minutes.

    Raises ArbiterError for any other step.
    """
    with board.transaction() as db:
        now = db.execute("SELECT state FROM meeting WHERE id = ?", [meeting.id]).fetchone()["state"]
        if state != now and state not in _NEXT[now]:
            raise ArbiterError(f"{meeting.title} is {now}: next can be {' or '.join(_NEXT[now])}, not {state}")
        db.execute("UPDATE meeting SET state = ? WHERE id = ?", [state, meeting.id])


def _read(board: Board, where: str, values: list[str]) -> list[Meeting]:
    with board.reading() as db:
        rows = db.execute(f"SELECT * FROM meeting {where} ORDER BY held_on DESC", values).fetchall()
    return [
        Meeting(
            r["id"], r["board"], r["title"], date.fromisoformat(r["held_on"]), r["reference"], r["state"], r["as_of"]
        )
        for r in rows
    ]
