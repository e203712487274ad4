"""The queries of Today, on a connection from `sight.opening.open_mart`: what needs somebody, and how fresh the figures are."""

from datetime import datetime

import pandas as pd

from metrics.escalation import ESCALATION
from sight.opening import Connection
from ui.filters import Filters, narrowed
from ui.listed import LISTED, Listed, first_rows, with_tickets

_ABOUT = ("summary", "type", "priority", "status", "service", "provider", "assignee")
_ROW = ", ".join(f"t.{name}" for name in ("ticket_id", "key", "url", *_ABOUT))


def since(connection: Connection) -> datetime:
    """From when on something is news: the midnight that began the last working day before the one that the snapshot shows
    something of. On most days that is yesterday; on a Monday the weekend is news, too."""
    at: datetime = connection.execute(
        """
        WITH today AS (SELECT max(c.day) AS day FROM calendar_day c CROSS JOIN meta m WHERE c.begins_at < m.as_of)
        SELECT max(c.begins_at) FROM calendar_day c JOIN today t ON c.day < t.day WHERE c.open_seconds > 0
        """
    ).fetchall()[0][0]
    return at


def has_alerts(connection: Connection) -> bool:
    """Whether the desk's goals have alerts (AMP-G6): without them nothing is escalated."""
    return bool(connection.execute("SELECT 1 FROM alert_rule LIMIT 1").fetchall())


def every_step(connection: Connection, filters: Filters, soon_seconds: int) -> pd.DataFrame:
    """Alerts passed, and those that a running clock passes within so much working time (AMP-G4), those of tickets too that
    are `restricted`; one that can still meet its goal first, the least time left first, then those past it, the latest
    first."""
    select, values = narrowed(ESCALATION.select, filters)
    return connection.execute(
        f"""
        SELECT *, ticket_id IN (SELECT ticket_id FROM ticket WHERE restricted) AS restricted FROM ({select}) e
        WHERE e.passed OR (e.state = 'running' AND e.to_alert_seconds <= ?)
        ORDER BY left_seconds < 0, abs(left_seconds), ticket_id, alert
        """,
        [*values, soon_seconds],
    ).df()


def listed_steps(connection: Connection, every: pd.DataFrame) -> Listed:
    """Of all steps the first that may be listed, with their tickets."""
    found = Listed(every[~every.restricted].head(LISTED), len(every), int(every.restricted.sum()))
    return with_tickets(connection, found, [name for name in ESCALATION.columns if name != "ticket_id"], _ABOUT)


def new(connection: Connection, filters: Filters, since: datetime) -> Listed:
    """Tickets created since then, the latest first."""
    where, values = filters.where("t")
    return first_rows(
        connection,
        f"SELECT {_ROW}, t.created_at, t.restricted FROM ticket t WHERE t.created_at >= ?{where}",
        [since, *values],
        "created_at DESC, ticket_id",
    )


def back_from_user(connection: Connection, filters: Filters, since: datetime) -> Listed:
    """Unresolved tickets that left the user's phase since then and are not in it again: when, and where they stand."""
    where, values = filters.where("t")
    return first_rows(
        connection,
        f"""
        WITH back AS (
            SELECT ticket_id, max(left_at) AS back_at FROM "interval" WHERE phase = 'user' AND left_at >= ?
            GROUP BY ticket_id
        )
        SELECT {_ROW}, b.back_at, t.restricted FROM back b JOIN ticket t ON t.ticket_id = b.ticket_id
        WHERE t.resolved_at IS NULL AND t.phase IS DISTINCT FROM 'user'{where}
        """,
        [since, *values],
        "back_at DESC, ticket_id",
    )


def freshness(connection: Connection) -> pd.DataFrame:
    """Per source, one that was never read too: when it was last read whole and what that brought, how the last sync ended
    (`failed`: it could not be read), and failed checks."""
    return connection.execute(
        """
        WITH latest AS (
            SELECT source, max(run) AS run, max(run) FILTER (WHERE outcome = 'done') AS whole FROM sync_run GROUP BY source
        ),
        checked AS (
            SELECT source, sum(CASE WHEN failed > 0 THEN 1 ELSE 0 END) AS checks,
                   max(CASE WHEN "check" = 'last sync' AND failed > 0 THEN 'failed' END) AS outcome
            FROM coverage GROUP BY source
        )
        SELECT coalesce(l.source, c.source) AS source, w.ended_at AS read_at, w.fetched, w.changed,
               coalesce(c.outcome, r.outcome) AS outcome, c.checks AS failed_checks
        FROM latest l
        FULL JOIN checked c ON c.source = l.source
        LEFT JOIN sync_run r ON r.source = l.source AND r.run = l.run
        LEFT JOIN sync_run w ON w.source = l.source AND w.run = l.whole
        ORDER BY 1
        """
    ).df()
