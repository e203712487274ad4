"""Escalation steps that somebody has done: which alert of which clock of which ticket (AMP-G4)."""

from dataclasses import dataclass

from board.store import Board


@dataclass(frozen=True)
class Mark:
    """The last that was said of a step: done or not, by whom, when (UTC, ISO text)."""

    done: bool
    note: str
    marked_at: str
    marked_by: str


def mark(
    board: Board, ticket_id: str, clock: str, alert: int, action: str, done: bool, note: str, who: str
) -> None:  # fmt: skip
    """Say that a step is done, or is not after all; what was said before is kept."""
    with board.transaction() as db:
        db.execute(
            "INSERT INTO escalation VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [ticket_id, clock, alert, int(done), note, board.now(), who, action],
        )


def marks(board: Board, until: str | None = None) -> dict[tuple[str, str, int, str | None], Mark]:
    """(ticket_id, clock, alert, action) → the last mark; with `until` (UTC, ISO text), the last one made before that instant.
    The action is None where it was not kept then."""
    with board.reading() as db:
        rows = db.execute(
            "SELECT * FROM escalation WHERE ? IS NULL OR marked_at < ? ORDER BY rowid", [until, until]
        ).fetchall()
    return {
        (r["ticket_id"], r["clock"], r["alert"], r["action"]): Mark(
            bool(r["done"]), r["note"], r["marked_at"], r["marked_by"]
        )
        for r in rows
    }
