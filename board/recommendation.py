"""The register of recommendations, which goes into the quarterly report (DMSU-M10)."""

from dataclasses import dataclass
from datetime import date

from board.register import amend, required
from board.store import Board
from metrics.errors import ArbiterError

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
    values = [required(text, "the recommendation"), required(author, "the author"), made_on.isoformat()]
    with board.transaction() as db:
        cursor = db.execute(
            "INSERT INTO recommendation (text, author, made_on, risk, created_at) VALUES (?, ?, ?, ?, ?)",
            [*values, required(risk, "the risk if it is not followed"), board.now()],
        )
        return int(cursor.lastrowid or 0)


def follow_up(board: Board, number: int, followed: str, outcome: str, who: str) -> None:
    """Say whether a recommendation was followed and what came of it. Raises ArbiterError for any other answer."""
    if followed not in FOLLOWED:
        raise ArbiterError(f"{followed}: is no answer to whether it was followed; allowed are {', '.join(FOLLOWED)}")
    with board.transaction() as db:
        amend(db, "recommendation", number, {"followed": followed, "outcome": outcome}, board.now(), who)


def recommendations(board: Board, until: date | None = None) -> list[Recommendation]:
    """The register, by number; with `until`, what was made up to that day."""
    with board.reading() as db:
        rows = db.execute(
            "SELECT * FROM recommendation WHERE made_on <= ? ORDER BY number", [(until or date.max).isoformat()]
        ).fetchall()
    return [
        Recommendation(
            r["number"],
            r["text"],
            r["author"],
            date.fromisoformat(r["made_on"]),
            r["risk"],
            r["followed"],
            r["outcome"],
        )
        for r in rows
    ]
