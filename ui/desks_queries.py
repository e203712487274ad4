"""How each desk of the installation stands, on connections from `sight.opening.open_mart`: one row a desk."""

from dataclasses import dataclass
from datetime import datetime

from metrics.statistics import wilson
from sight.opening import Connection


@dataclass(frozen=True)
class Standing:
    """Unresolved tickets, those with an overdue clock, clocks judged this month and how many of them met their goal, and
    when a sync of it last ended well (None: never)."""

    unresolved: int
    overdue: int
    judged: int
    met: int
    synced_at: datetime | None

    @property
    def share(self) -> float | None:
        """Met ÷ judged; None when nothing was judged."""
        return self.met / self.judged if self.judged else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval of the share."""
        return wilson(self.met, self.judged)


def standing(connection: Connection) -> Standing:
    """The desk as its roles may see it, in the month that the snapshot's last instant lies in."""
    row = connection.execute(
        """
        WITH this_month AS (
            SELECT max(c.month) AS month FROM calendar_day c CROSS JOIN meta m WHERE c.begins_at < m.as_of
        ),
        judged AS (
            SELECT CAST(coalesce(sum(g.judged), 0) AS BIGINT) AS judged, CAST(coalesce(sum(g.met), 0) AS BIGINT) AS met
            FROM goal_share g JOIN this_month t ON t.month = g.month WHERE g.dimension = 'all'
        )
        SELECT (SELECT count(*) FROM ticket WHERE resolved_at IS NULL),
               (SELECT count(DISTINCT ticket_id) FROM clock WHERE state = 'overdue'), j.judged, j.met,
               (SELECT max(ended_at) FROM sync_run WHERE outcome = 'done')
        FROM judged j
        """
    ).fetchall()[0]
    return Standing(*row)
