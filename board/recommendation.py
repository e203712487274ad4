"""The register of recommendations, which goes into the quarterly report (DMSU-M10)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from board.register import amend, before, required
from board.store import Board
from metrics.errors import ArbiterError

_SAYS = {"text": "the recommendation", "author": "the author", "risk": "the risk if it is not followed"}
FOLLOWED = ("not yet known", "yes", "partly", "no")


@dataclass(frozen=True)
class Recommendation:
    """One recommendation: what, by whom, when, the risk if it is not followed, whether it was, and the outcome."""

    number: int
    text: str
    author: str
    made_on: date
    risk: str
    followed: str
    outcome: str

    @property
    def label(self) -> str:
        """How people call it: `R-007`."""
        return f"R-{self.number:03d}"


def recommend(board: Board, text: str, author: str, made_on: date, risk: str) -> int:
    """Enter a recommendation; its number. Raises ArbiterError when a text is empty."""
    values = [required(text, _SAYS["text"]), required(author, _SAYS["author"]), made_on.isoformat()]
    with board.transaction() as db:
        cursor = db.execute(
            "INSERT INTO recommendation (text, author, made_on, risk, created_at) VALUES (?, ?, ?, ?, ?)",
            [*values, required(risk, _SAYS["risk"]), board.now()],
        )
        return int(cursor.lastrowid or 0)


def revise(
    board: Board, number: int, who: str, *, text: str | None = None, author: str | None = None,
    made_on: date | None = None, risk: str | None = None, followed: str | None = None, outcome: str | None = None,
) -> None:  # fmt: skip
    """Change what a recommendation says, whether it was followed, and what came of it; what is None stays.

    Raises ArbiterError for an empty text, for any other answer than `FOLLOWED`, and when there is no such number.
    """
    if followed is not None and followed not in FOLLOWED:
        raise ArbiterError(f"{followed}: is no answer to whether it was followed; allowed are {', '.join(FOLLOWED)}")
    texts = {"text": text, "author": author, "risk": risk}
    given = {field: required(said, _SAYS[field]) for field, said in texts.items() if said is not None}
    free = {"made_on": made_on.isoformat() if made_on else None, "followed": followed, "outcome": outcome}
    given |= {field: said for field, said in free.items() if said is not None}
    with board.transaction() as db:
        amend(db, "recommendation", number, given, board.now(), who)


def recommendations(board: Board, until: date | None = None, as_of: datetime | None = None) -> list[Recommendation]:
    """The register, by number; with `until`, what was made up to that day, whenever it was entered.

    With `as_of` (UTC), each says what it said just before that instant: an answer that came later is not in it.
    """
    with board.reading() as db:
        rows = db.execute("SELECT * FROM recommendation ORDER BY number").fetchall()
        earlier = before(db, "recommendation", as_of.isoformat(timespec="microseconds")) if as_of else {}
    found = [_read({**row, **earlier.get(row["number"], {})}) for row in rows]
    return [one for one in found if until is None or one.made_on <= until]


def _read(row: dict[str, Any]) -> Recommendation:
    made_on = date.fromisoformat(row["made_on"])
    return Recommendation(
        row["number"], row["text"], row["author"], made_on, row["risk"], row["followed"], row["outcome"]
    )
