"""Free text of a meeting: every version is kept, and two people who write at once lose nothing."""

from dataclasses import dataclass
from typing import Literal

from board.store import Board

Field = Literal["note", "discussion", "decision", "participants"]
MEETING = ""  # stands for the ticket where a text is about the whole meeting


@dataclass(frozen=True)
class Text:
    """A text as it stands, and its version (0: nothing was written yet)."""

    body: str = ""
    version: int = 0
    written_at: str = ""
    written_by: str = ""


def read(board: Board, meeting: int, ticket_id: str, field: Field) -> Text:
    """The text as it stands."""
    return read_all(board, meeting).get((ticket_id, field), Text())


def read_all(board: Board, meeting: int) -> dict[tuple[str, str], Text]:
    """All texts of a meeting as they stand: (ticket or MEETING, field) → text."""
    with board.reading() as db:
        rows = db.execute(
            """SELECT ticket_id, field, body, max(version) AS version, written_at, written_by FROM written
               WHERE meeting_id = ? GROUP BY ticket_id, field""",
            [meeting],
        ).fetchall()
    return {(r["ticket_id"], r["field"]): Text(r["body"], r["version"], r["written_at"], r["written_by"]) for r in rows}


def write(board: Board, meeting: int, ticket_id: str, field: Field, body: str, based_on: int, who: str) -> Text:
    """Save a text that was written over version `based_on`; what others saved since then is kept beside it.

    Returns the text as it then stands: `body` where nobody came between, else theirs with `body` below it.
    """
    with board.transaction() as db:
        now = db.execute(
            """SELECT version, body FROM written WHERE meeting_id = ? AND ticket_id = ? AND field = ?
               ORDER BY version DESC""",
            [meeting, ticket_id, field],
        ).fetchall()
        stood = {row["version"]: row["body"] for row in now}
        latest = max(stood, default=0)
        joined = _joined(stood.get(based_on, ""), stood.get(latest, ""), body)
        if joined == stood.get(latest, ""):
            return Text(joined, latest)
        at = board.now()
        db.execute(
            "INSERT INTO written VALUES (?, ?, ?, ?, ?, ?, ?)",
            [meeting, ticket_id, field, latest + 1, joined, at, who],
        )
    return Text(joined, latest + 1, at, who)


def _joined(base: str, theirs: str, mine: str) -> str:
    """What both wrote over `base`.

    >>> _joined("", "theirs", "mine"), _joined("a", "a", "ab"), _joined("a", "a b", "a")
    ('theirs\\nmine', 'ab', 'a b')
    """
    if theirs == base or mine == theirs:
        return mine
    if mine == base:
        return theirs
    added = mine.removeprefix(base).lstrip("\n") if base and mine.startswith(base) else mine
    return f"{theirs}\n{added}"
