"""The agenda of a meeting: what builds itself from the mart, and what the chair made of it (1.8)."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from board.meeting import Meeting
from board.store import Board

ADDED, FIRST = "added", "first"  # the chair's own sections: after all others, before all others
_IN_WORDS = {ADDED: "Added by the chair", FIRST: "Put first by the chair"}


@dataclass(frozen=True)
class Item:
    """A ticket on the agenda: its section, and whether the chair added or dropped it."""

    ticket_id: str
    section: str
    added: bool = False
    dropped: bool = False

    @property
    def heading(self) -> str:
        """Its section in words."""
        return _IN_WORDS.get(self.section, self.section)


def agenda(board: Board, meeting: Meeting, built: list[Item]) -> list[Item]:
    """The agenda in order: `built` (in its own order) with what the chair changed; dropped items come last. A section stands
    whole, wherever `built` has its tickets by now: the chair's order holds within the section in which it was made.

    Once the meeting began, its agenda is the one that was kept then, whatever the mart says now.
    """
    with board.reading() as db:
        rows = db.execute(
            "SELECT * FROM agenda_item WHERE meeting_id = ? ORDER BY position IS NULL, position, ticket_id",
            [meeting.id],
        ).fetchall()
    if meeting.state == "preparing":
        here = {item.ticket_id for item in built}
        further = [Item(r["ticket_id"], ADDED) for r in rows if r["added"] and r["ticket_id"] not in here]
        return _in_order([*built, *further], {r["ticket_id"]: r for r in rows})
    kept = [Item(r["ticket_id"], r["section"] or ADDED, bool(r["added"]), bool(r["dropped"])) for r in rows]
    return sorted(kept, key=lambda item: item.dropped)


def _in_order(items: list[Item], changed: dict[str, sqlite3.Row]) -> list[Item]:
    sections = [FIRST, *dict.fromkeys(item.section for item in items)]
    before: Counter[str] = Counter()
    placed = []
    for item in items:
        at, row = before[item.section], changed.get(item.ticket_id)
        before[item.section] += 1
        if row is not None:
            section = FIRST if row["section"] == FIRST else item.section
            if row["position"] is not None and row["section"] == section:
                at = row["position"]
            item = replace(item, section=section, added=bool(row["added"]), dropped=bool(row["dropped"]))
        placed.append((item.dropped, sections.index(item.section), at, item))
    return [item for *_, item in sorted(placed, key=lambda p: p[:3])]


def add(board: Board, meeting: Meeting, ticket_id: str) -> None:
    """Put a ticket on the agenda that is not there by itself; one that was dropped comes back."""
    with board.transaction() as db:
        _set(db, meeting, ticket_id, {"added": 1, "dropped": 0})


def drop(board: Board, meeting: Meeting, ticket_id: str) -> None:
    """Take a ticket off the agenda; it stays in sight as dropped."""
    with board.transaction() as db:
        _set(db, meeting, ticket_id, {"dropped": 1})


def restore(board: Board, meeting: Meeting, ticket_id: str) -> None:
    """Put a dropped ticket back."""
    with board.transaction() as db:
        _set(db, meeting, ticket_id, {"dropped": 0})


def move(board: Board, meeting: Meeting, shown: list[Item], ticket_id: str, to: int) -> None:
    """Move a ticket to place `to` (from 0) of its section of `shown`, the agenda as the chair sees it."""
    section = next(item.section for item in shown if item.ticket_id == ticket_id)
    _place(board, meeting, shown, ticket_id, section, to)


def put_first(board: Board, meeting: Meeting, shown: list[Item], ticket_id: str) -> None:
    """Move a ticket before all sections of `shown`, the agenda as the chair sees it."""
    _place(board, meeting, shown, ticket_id, FIRST, 0)


def put_back(board: Board, meeting: Meeting, ticket_id: str) -> None:
    """Let a ticket stand in its own section again, at its own place."""
    with board.transaction() as db:
        _set(db, meeting, ticket_id, {"section": None, "position": None})


def _place(board: Board, meeting: Meeting, shown: list[Item], ticket_id: str, section: str, to: int) -> None:
    there = [item for item in shown if item.section == section and not item.dropped]
    order = [item.ticket_id for item in there if item.ticket_id != ticket_id]
    order.insert(to, ticket_id)
    with board.transaction() as db:
        for place, other in enumerate(order):
            _set(db, meeting, other, {"position": place, "section": section})


def begin(board: Board, meeting: Meeting, shown: list[Item], as_of: datetime) -> None:
    """Keep the agenda as it stands, with the instant of its figures (UTC), and open the meeting; only the first counts."""
    with board.transaction() as db:
        opened = db.execute(
            "UPDATE meeting SET state = 'held', as_of = ? WHERE id = ? AND state = 'preparing'",
            [as_of.isoformat(), meeting.id],
        ).rowcount
        if not opened:
            return
        # What was moved, and then left the agenda or may not be seen by who begins, is not on it; what was added, is, last.
        db.execute(
            "UPDATE agenda_item SET dropped = dropped OR NOT added, position = NULL WHERE meeting_id = ?", [meeting.id]
        )
        for place, item in enumerate(shown):
            kept: dict[str, int | str | None] = {
                "position": place,
                "section": item.section,
                "added": item.added,
                "dropped": item.dropped,
            }
            _set(db, meeting, item.ticket_id, kept)


def _set(db: sqlite3.Connection, meeting: Meeting, ticket_id: str, values: Mapping[str, int | str | None]) -> None:
    db.execute("INSERT OR IGNORE INTO agenda_item (meeting_id, ticket_id) VALUES (?, ?)", [meeting.id, ticket_id])
    db.execute(
        f"UPDATE agenda_item SET {', '.join(f'{name} = ?' for name in values)} WHERE meeting_id = ? AND ticket_id = ?",
        [*values.values(), meeting.id, ticket_id],
    )
