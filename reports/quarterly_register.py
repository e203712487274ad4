"""The register of recommendations in the quarterly report (DMSU-M10)."""

from dataclasses import replace
from typing import Any

from board.recommendation import Recommendation, recommendations
from board.store import Board
from reports.cells import Column
from reports.period import period_of
from reports.quarterly_tables import Table
from reports.request import Report
from sight.veil import Veil, veil

_COLUMNS = (
    Column("No.", width=8), Column("Quarter", width=10), Column("Recommendation", width=50, wrap=True),
    Column("By", width=20), Column("Made", "day"), Column("Risk if not followed", width=40, wrap=True),
    Column("Followed", width=14), Column("Outcome", width=40, wrap=True),
)  # fmt: skip
_BRIEF = (0, 2, 3, 4, 5, 6, 7)
_BY = 3


def register(report: Report) -> Table:
    """What was recommended up to the end of the quarter, whenever it was entered, with what was known of it at T.

    Who sees pseudonyms is not told who wrote it.
    """
    path = report.request.board_file
    written = recommendations(Board(path), report.period.last, report.request.as_of) if path.exists() else []
    by = veil(report.db)
    known = [veiled(one, by) for one in written]
    shown = [n for n in range(len(_COLUMNS)) if n != _BY or not report.pseudonyms]
    newest = sorted(known, key=lambda one: (one.made_on < report.period.first, one.number))
    rows = [_row(report, one) for one in newest]
    return Table(
        "Recommendations", "Recommendations: new ones first, then those of earlier quarters", "DMSU-M10",
        "Followed or not, and the outcome, as they were known at T: what is known later stands in the next report.",
        tuple(_COLUMNS[n] for n in shown), [tuple(row[n] for n in shown) for row in rows],
        tuple(shown.index(n) for n in _BRIEF if n in shown),
    )  # fmt: skip


def veiled(one: Recommendation, by: Veil) -> Recommendation:
    """A recommendation with its words behind the veil."""
    return replace(one, text=by(one.text), author=by(one.author), risk=by(one.risk), outcome=by(one.outcome))


def _row(report: Report, one: Recommendation) -> tuple[Any, ...]:
    quarter = period_of("quarter", one.made_on, report.period.zone).title
    return one.label, quarter, one.text, one.author, one.made_on, one.risk, one.followed, one.outcome
