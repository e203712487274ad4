"""Action items: what, who, until when; they keep their number until closed (AMP-B3, 1.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from board.meeting import Meeting
from board.register import amend, before, required
from board.store import Board


@dataclass(frozen=True)
class Action:
    """One action item. `raised_on`, `closed_on`: the days of the meetings that raised and closed it (closed at none: the
    day of closing); instants are UTC, ISO text."""

    number: int
    board: str
    raised_on: date
    ticket_id: str | None
    text: str
    actionee: str
    due: date | None
    state: str
    outcome: str
    created_at: str
    closed_at: str | None
    closed_on: date | None

    @property
    def label(self) -> str:
        """How people call it: `A-007`."""
        return f"A-{self.number:03d}"


def record(
    board: Board, meeting: Meeting, text: str, actionee: str, due: date | None, who: str, ticket_id: str | None = None
) -> int:
    """Record an action of a meeting; its number. Raises ArbiterError when text or actionee is empty."""
    values = [required(text, "the action"), required(actionee, "the actionee")]
    with board.transaction() as db:
        cursor = db.execute(
            """INSERT INTO action (board, meeting_id, ticket_id, text, actionee, due, created_at, created_by)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            [meeting.board, meeting.id, ticket_id, *values, due and due.isoformat(), board.now(), who],
        )
        return int(cursor.lastrowid or 0)


def change(board: Board, number: int, text: str, actionee: str, due: date | None, who: str) -> None:
    """Let an action say something else. Raises ArbiterError when text or actionee is empty, or there is no such action."""
    said = {"text": required(text, "the action"), "actionee": required(actionee, "the actionee")}
    until = {"due": due.isoformat() if due else None}
    with board.transaction() as db:
        amend(db, "action", number, said | until, board.now(), who)


def close(board: Board, number: int, meeting: Meeting | None, outcome: str, who: str, state: str = "closed") -> None:
    """Close an action, or cancel it (`cancelled`), with what came of it."""
    at = board.now()
    with board.transaction() as db:
        amend(db, "action", number, {"state": state, "outcome": outcome, "closed_at": at}, at, who)
        db.execute("UPDATE action SET closed_in = ? WHERE number = ?", [meeting and meeting.id, number])


def reopen(board: Board, number: int, who: str) -> None:
    """Open a closed action again, under its number."""
    with board.transaction() as db:
        amend(db, "action", number, {"state": "open", "closed_at": None}, board.now(), who)
        db.execute("UPDATE action SET closed_in = NULL WHERE number = ?", [number])


def standing(board: Board, meeting: Meeting) -> list[Action]:
    """Actions that the minutes of a meeting tell of, by number: open from earlier ones, raised at it, or closed at it.

    They stand as they stood when it ended: one that a later meeting closed is open, and says what it said before the next
    meeting was called.
    """
    day = meeting.held_on
    earlier = _said_before_the_next(board, meeting)
    known = _read(board, "WHERE a.board = ? AND m.held_on <= ? ORDER BY a.number", [meeting.board, day.isoformat()])
    told = [one for one in known if one.raised_on == day or not one.closed_on or one.closed_on >= day]
    told = [_as_said(one, earlier.get(one.number, {})) for one in told]
    return [_still_open(one) if one.closed_on and one.closed_on > day else one for one in told]


def _said_before_the_next(board: Board, meeting: Meeting) -> dict[int, dict[str, str | None]]:
    with board.reading() as db:
        [called] = db.execute(
            "SELECT min(created_at) FROM meeting WHERE board = ? AND held_on > ?",
            [meeting.board, meeting.held_on.isoformat()],
        ).fetchone()
        return before(db, "action", called) if called else {}


def _as_said(one: Action, earlier: Mapping[str, str | None]) -> Action:
    due = earlier.get("due", one.due and one.due.isoformat())
    return replace(
        one,
        text=earlier.get("text") or one.text,
        actionee=earlier.get("actionee") or one.actionee,
        due=date.fromisoformat(due) if due else None,
    )


def _still_open(one: Action) -> Action:
    return replace(one, state="open", outcome="", closed_at=None, closed_on=None)


def actions_on(board: Board, ticket_id: str) -> list[Action]:
    """Every action on a ticket, newest first."""
    return _read(board, "WHERE a.ticket_id = ? ORDER BY a.number DESC", [ticket_id])


def _read(board: Board, where: str, values: list[object]) -> list[Action]:
    with board.reading() as db:
        rows = db.execute(
            f"""SELECT a.*, m.held_on, coalesce(c.held_on, substr(a.closed_at, 1, 10)) AS closed_on
                FROM action a JOIN meeting m ON m.id = a.meeting_id LEFT JOIN meeting c ON c.id = a.closed_in {where}""",
            values,
        ).fetchall()
    return [
        Action(
            number=r["number"], board=r["board"], raised_on=date.fromisoformat(r["held_on"]), ticket_id=r["ticket_id"],
            text=r["text"], actionee=r["actionee"], due=date.fromisoformat(r["due"]) if r["due"] else None,
            state=r["state"], outcome=r["outcome"], created_at=r["created_at"], closed_at=r["closed_at"],
            closed_on=date.fromisoformat(r["closed_on"]) if r["closed_on"] else None,
        )
        for r in rows
    ]  # fmt: skip
