"""Views that people saved for themselves: a page and what its address asks for, under a name."""

from dataclasses import dataclass

from board.store import Board
from metrics.errors import ArbiterError

_LONGEST = 60


@dataclass(frozen=True)
class SavedView:
    """A page, what its address asks for (a query string), and the name that its owner gave it."""

    name: str
    page: str
    query: str


def save(board: Board, person: str, view: SavedView) -> None:
    """Keep a view; one of the same name is replaced. Raises ArbiterError for a name that is empty or too long."""
    name = view.name.strip()
    if not 0 < len(name) <= _LONGEST:
        raise ArbiterError(f"{len(name)} characters are no name for a view; allowed: 1 to {_LONGEST}")
    with board.transaction() as db:
        db.execute(
            "INSERT OR REPLACE INTO saved_view VALUES (?, ?, ?, ?, ?)",
            [person, name, view.page, view.query, board.now()],
        )


def forget(board: Board, person: str, name: str) -> None:
    """Drop a view of this person."""
    with board.transaction() as db:
        db.execute("DELETE FROM saved_view WHERE person = ? AND name = ?", [person, name])


def saved(board: Board, person: str) -> list[SavedView]:
    """The views of this person, by name."""
    with board.reading() as db:
        rows = db.execute(
            "SELECT name, page, query FROM saved_view WHERE person = ? ORDER BY name", [person]
        ).fetchall()
    return [SavedView(*row) for row in rows]
