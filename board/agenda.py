"""The agenda of a meeting: what builds itself from the mart, and what the chair made of it (1.8)."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from board.meeting import Meeting
from board.store import Board

ADDED = "added"


@dataclass(frozen=True)
class Item:
    """A ticket on the agenda: its section, and whether the chair added or dropped it."""

    ticket_id: str
    section: str
    added: bool = False
    dropped: bool = False


def agenda(board: Board, meeting: Meeting, built: list[Item]) -> list[Item]:
    """The agenda in order: `built` (in its own order) with what the chair changed; dropped items come last.

    Once the meeting began, its agenda is the one that was kept then, whatever the mart says now.
    """
    with board.reading() as db:
        rows = db.execute(
            "SELECT * FROM agenda_item WHERE meeting_id = ? ORDER BY position IS NULL, position, ticket_id",
            [meeting.id],
        ).fetchall()
    preparing = meeting.state == "preparing"
    here = {item.ticket_id for item in built} if preparing else set()
    further = [r for r in rows if r["ticket_id"] not in here and (r["added"] or not preparing)]
    items = [*(built if preparing else []), *(Item(r["ticket_id"], r["section"] or ADDED) for r in further)]
    return _in_order(items, {r["ticket_id"]: r for r in rows})


def _in_order(items: list[Item], changed: dict[str, sqlite3.Row]) -> list[Item]:
    placed = []
    for place, item in enumerate(items):
        row = changed.get(item.ticket_id)
        at = place if row is None or row["position"] is None else row["position"]
        if row is not None:
            item = replace(item, added=bool(row["added"]), dropped=bool(row["dropped"]))
        placed.append((item.dropped, at, place, item))
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
    """Move a ticket to place `to` (from 0) of `shown`, the agenda as the chair sees it."""
    order = [item.ticket_id for item in shown if item.ticket_id != ticket_id]
    order.insert(to, ticket_id)
    with board.transaction() as db:
        for place, other in enumerate(order):
            _set(db, meeting, other, {"position": place})


def begin(board: Board, meeting: Meeting, shown: list[Item], as_of: datetime) -> None:
    """Keep the agenda as it stands, with the instant of its figures (UTC), and open the meeting; only the first counts."""
    with board.transaction() as db:
        opened = db.execute(
            "UPDATE meeting SET state = 'held', as_of = ? WHERE id = ? AND state = 'preparing'",
            [as_of.isoformat(), meeting.id],
        ).rowcount
        for place, item in enumerate(shown if opened else []):
            kept: dict[str, int | str] = {
                "position": place,
                "section": item.section,
                "added": item.added,
                "dropped": item.dropped,
            }
            _set(db, meeting, item.ticket_id, kept)


def _set(db: sqlite3.Connection, meeting: Meeting, ticket_id: str, values: Mapping[str, int | str]) -> None:
    db.execute("INSERT OR IGNORE INTO agenda_item (meeting_id, ticket_id) VALUES (?, ?)", [meeting.id, ticket_id])
    db.execute(
        f"UPDATE agenda_item SET {', '.join(f'{name} = ?' for name in values)} WHERE meeting_id = ? AND ticket_id = ?",
        [*values.values(), meeting.id, ticket_id],
    )
