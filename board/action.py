"""Action items: what, who, until when; they keep their number until closed (AMP-B3, 1.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from board.meeting import Meeting
from board.register import amend, before, required
from board.store import Board
from metrics.errors import ArbiterError


@dataclass(frozen=True)
class Action:
    """One action item. `raised_on`, `closed_on`: the days of the meetings that raised and closed it (closed at none: the
    day of closing); instants are UTC, ISO text; `version` grows with each change."""

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
    version: int

    @property
    def label(self) -> str:
        """How people call it: `A-007`."""
        return _label(self.number)


@dataclass(frozen=True)
class Said:
    """Who recorded an action (`recorded`), or changed a field of it and how, and when (UTC, ISO text)."""

    at: str
    who: str
    field: str
    before: str | None
    after: str | None


def _label(number: int) -> str:
    return f"A-{number:03d}"


def record(
    board: Board, meeting: Meeting, text: str, actionee: str, due: date | None, who: str, ticket_id: str | None = None
) -> int:
    """Record an action of a meeting; its number. Raises ArbiterError when text or actionee is empty."""
    values = [required(text, "the action"), required(actionee, "the actionee")]
    with board.transaction() as db:
        cursor = db.execute(
            """INSERT INTO action (board, meeting_id, ticket_id, text, actionee, due, created_at, created_by)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            [meeting.board, meeting.id, ticket_id, *values, _day(due), board.now(), who],
        )
        return int(cursor.lastrowid or 0)


def change(
    board: Board, seen: Action, text: str, actionee: str, due: date | None, meeting: Meeting, who: str
) -> None:  # fmt: skip
    """Let an action say something else at a meeting: what differs from `seen`, which is the action as it was shown.

    Raises ArbiterError when text or actionee is empty, and when somebody ended the action or changed the same meanwhile.
    """
    shown = {"text": seen.text, "actionee": seen.actionee, "due": _day(seen.due)}
    wanted = {"text": required(text, "the action"), "actionee": required(actionee, "the actionee"), "due": _day(due)}
    other = {field: said for field, said in wanted.items() if said != shown[field]}
    with board.transaction() as db:
        since = db.execute(
            "SELECT field FROM amendment WHERE register = 'action' AND number = ? AND rowid > ?",
            [seen.number, seen.version],
        ).fetchall()
        if {"state", *other} & {field for (field,) in since}:
            raise ArbiterError(f"{seen.label} was changed meanwhile: look at what it says now, then change it again")
        amend(db, "action", seen.number, other, board.now(), who, meeting.id)


def close(board: Board, number: int, meeting: Meeting | None, outcome: str, who: str, state: str = "closed") -> None:
    """Close an action, or cancel it (`cancelled`), with what came of it. Raises ArbiterError when it is not open."""
    at = board.now()
    with board.transaction() as db:
        row = db.execute("SELECT state FROM action WHERE number = ?", [number]).fetchone()
        if row and row["state"] != "open":
            raise ArbiterError(f"{_label(number)} was {row['state']} meanwhile: it stays as it is")
        amend(db, "action", number, {"state": state, "outcome": outcome, "closed_at": at}, at, who)
        db.execute("UPDATE action SET closed_in = ? WHERE number = ?", [meeting and meeting.id, number])


def reopen(board: Board, number: int, who: str) -> None:
    """Open a closed action again, under its number; what had come of it is taken back."""
    with board.transaction() as db:
        amend(db, "action", number, {"state": "open", "outcome": "", "closed_at": None}, board.now(), who)
        db.execute("UPDATE action SET closed_in = NULL WHERE number = ?", [number])


def standing(board: Board, meeting: Meeting) -> list[Action]:
    """Actions that the minutes of a meeting tell of, by number: open from earlier ones, raised at it, or closed at it.

    They stand as they stood when it ended: one that a later meeting closed is open, and one that a later meeting changed
    says what it said before.
    """
    day = meeting.held_on
    known = _read(board, "WHERE a.board = ? AND m.held_on <= ? ORDER BY a.number", [meeting.board, day.isoformat()])
    told = [one for one in known if one.raised_on == day or not one.closed_on or one.closed_on >= day]
    said = _said_by(board, day)
    told = [_as_said(one, said.get(one.number, {})) for one in told]
    return [_still_open(one) if one.closed_on and one.closed_on > day else one for one in told]


def _said_by(board: Board, day: date) -> dict[int, dict[str, str | None]]:
    """number → the fields of actions that were changed at some meeting, with what they said after those up to a day."""
    with board.reading() as db:
        rows = db.execute(
            """SELECT a.number, a.field, a.before, a.after, m.held_on <= ? AS by_then
               FROM amendment a JOIN meeting m ON m.id = a.meeting_id WHERE a.register = 'action' ORDER BY a.rowid""",
            [day.isoformat()],
        ).fetchall()
    found: dict[int, dict[str, str | None]] = {}
    for number, field, earlier, after, by_then in rows:
        said = found.setdefault(number, {})
        if by_then:
            said[field] = after
        else:
            said.setdefault(field, earlier)
    return found


def _as_said(one: Action, said: Mapping[str, str | None]) -> Action:
    due = said.get("due", _day(one.due))
    return replace(
        one,
        text=said.get("text") or one.text,
        actionee=said.get("actionee") or one.actionee,
        due=date.fromisoformat(due) if due else None,
    )


def _still_open(one: Action) -> Action:
    return replace(one, state="open", outcome="", closed_at=None, closed_on=None)


def actions_on(board: Board, ticket_id: str, until: str | None = None) -> list[Action]:
    """Every action on a ticket, newest first; with `until` (UTC, ISO text), those recorded before that instant, as they
    stood just before it."""
    where = "WHERE a.ticket_id = ? AND (? IS NULL OR a.created_at < ?) ORDER BY a.number DESC"
    return _read(board, where, [ticket_id, until, until], until)


def history(board: Board, number: int) -> list[Said]:
    """What was said of an action since it was recorded, oldest first."""
    with board.reading() as db:
        rows = db.execute(
            """SELECT created_at, created_by, 'recorded', NULL, NULL FROM action WHERE number = $number
               UNION ALL SELECT * FROM (
                   SELECT amended_at, amended_by, field, before, after FROM amendment
                   WHERE register = 'action' AND number = $number AND field <> 'closed_at' ORDER BY rowid)""",
            {"number": number},
        ).fetchall()
    return [Said(*row) for row in rows]


def _day(due: date | None) -> str | None:
    return due.isoformat() if due else None


def _read(board: Board, where: str, values: list[object], until: str | None = None) -> list[Action]:
    with board.reading() as db:
        rows = db.execute(
            f"""SELECT a.*, m.held_on, coalesce(c.held_on, substr(a.closed_at, 1, 10)) AS closed_on,
                       coalesce(x.version, 0) AS version
                FROM action a JOIN meeting m ON m.id = a.meeting_id LEFT JOIN meeting c ON c.id = a.closed_in
                LEFT JOIN (SELECT number, max(rowid) AS version FROM amendment WHERE register = 'action' GROUP BY number) x
                    ON x.number = a.number {where}""",
            values,
        ).fetchall()
        earlier = before(db, "action", until) if until else {}
    return [
        Action(
            number=r["number"], board=r["board"], raised_on=date.fromisoformat(r["held_on"]), ticket_id=r["ticket_id"],
            text=r["text"], actionee=r["actionee"], due=date.fromisoformat(r["due"]) if r["due"] else None,
            state=r["state"], outcome=r["outcome"], created_at=r["created_at"], closed_at=r["closed_at"],
            closed_on=date.fromisoformat(r["closed_on"]) if r["closed_at"] and r["closed_on"] else None, version=r["version"],
        )
        for r in ({**row, **earlier.get(row["number"], {})} for row in rows)
    ]  # fmt: skip
