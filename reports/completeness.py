"""The completeness statement of a report: source = store = counted + left out, histories whole, read after T (AMP-W5)."""

from dataclasses import dataclass
from datetime import datetime

from sight.opening import Connection

_LEFT_OUT = ("histories whole", "project in scope", "type in scope")  # the checks that take a ticket out of the metrics
_UNREAD = (
    "pull complete",
    "issues readable",
    "projects visible",
)  # checks of a sync: what did not come from the source


@dataclass(frozen=True)
class Completeness:
    """What the figures rest on, at T: numbers of tickets.

    `unread`: what the last comparison with the source (the census) found missing, by check; `left_out`: by reason;
    `read_at`: by source, one that was never read too, when the first whole sync after T ended (UTC; None: there was none
    yet).
    """

    in_store: int
    counted: int
    left_out: dict[str, int]
    unread: dict[str, int]
    read_at: dict[str, datetime | None]
    period_ended: bool

    @property
    def in_source(self) -> int:
        """What the source has: what the store has, and what could not be read."""
        return self.in_store + sum(self.unread.values())

    @property
    def doubts(self) -> list[str]:
        """Why the report is a draft, a sentence each; empty: all adds up."""
        sources = ", ".join(source for source, at in self.read_at.items() if at is None)
        found = [
            (not self.period_ended, "The period is not over at the as-of instant."),
            (not self.read_at, "No source was ever read."),
            (bool(sources), f"Not read whole since the as-of instant: {sources}."),
            (any(self.unread.values()), "The source has what the store could not read."),
            (bool(self.left_out.get(_LEFT_OUT[0])), "Some histories did not arrive whole; their tickets are left out."),
            (self.in_store != self.counted + sum(self.left_out.values()), "Counted and left out are not all tickets."),
        ]
        return [text for wrong, text in found if wrong]


def completeness(db: Connection, ends_at: datetime) -> Completeness:
    """What the mart says of its completeness, for a period that ends at `ends_at` (UTC)."""
    checks: dict[str, tuple[int, int]] = {
        check: (checked, failed)
        for check, checked, failed in db.execute(
            'SELECT "check", CAST(sum(checked) AS BIGINT), CAST(sum(failed) AS BIGINT) FROM coverage GROUP BY "check"'
        ).fetchall()
    }
    as_of, counted = db.execute("SELECT as_of, tickets FROM meta").fetchall()[0]
    read_at = dict(
        db.execute(
            """SELECT s.source, min(CASE WHEN r.outcome = 'done' AND r.started_at >= ? THEN r.ended_at END)
               FROM (SELECT source FROM sync_run UNION SELECT source FROM coverage) s
               LEFT JOIN sync_run r ON r.source = s.source GROUP BY s.source ORDER BY s.source""",
            [as_of],
        ).fetchall()
    )
    return Completeness(
        in_store=checks.get(_LEFT_OUT[0], (0, 0))[0],
        counted=counted,
        left_out={check: checks[check][1] for check in _LEFT_OUT if check in checks},
        unread={check: checks[check][1] for check in _UNREAD if check in checks},
        read_at=read_at,
        period_ended=as_of >= ends_at,
    )
