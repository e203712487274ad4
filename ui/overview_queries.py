"""The queries of the Overview, on a connection from `sight.opening.open_mart`: aggregates and limited lists only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from metrics.goal import IN_FORCE, LAST_DAY
from metrics.sql_text import literal
from sight.opening import Connection
from ui.figures import FIGURES
from ui.filters import Filters, narrowed
from ui.listed import tickets
from ui.months import back, span

NEAREST = 50
_OF_TICKET = ("key", "url", "summary", "type", "priority", "status", "service", "assignee")
# What flow_month counts. A resolution that stands is its ticket's own; of the others, and of reopenings, there are few:
# reading all events takes twice as long.
_MOVED = """
SELECT created_month AS received, resolved_month AS resolved, NULL AS reopened, count(*)
FROM ticket GROUP BY created_month, resolved_month
UNION ALL
SELECT NULL, CASE WHEN event = 'resolved' THEN month END, CASE WHEN event = 'reopened' THEN month END, count(*)
FROM flow_event WHERE NOT standing AND event IN ('resolved', 'reopened') GROUP BY event, month
"""
_CLOCK_ROW = "clock, state, working_seconds, goal_seconds, due_at, alerts_passed, next_alert_at, stopped_at"


def _filter(name: str) -> str:
    """`FILTER (…)` on the rows behind a figure of the clock of the row."""
    return f"FILTER (WHERE {FIGURES[f'first_response-{name}'].where})"


def goals(connection: Connection, filters: Filters, month: date, clocks: Sequence[str]) -> pd.DataFrame:
    """Per clock of `clocks` and month of its stop: met, missed, implied, timed (n), median and 90th percentile (working s).

    Percentiles are by nearest rank: each is the time of an actual ticket. Implied responses count in `implied` only.
    """
    where, values = filters.where("c")
    rows = connection.execute(
        f"""
        SELECT clock, stopped_month AS month, count(*) {_filter("met")} AS met, count(*) {_filter("missed")} AS missed,
               count(*) {_filter("implied")} AS implied, count(*) {_filter("timed")} AS timed,
               quantile_disc(working_seconds, [0.5, 0.9]) {_filter("timed")} AS percentiles
        FROM clock c
        WHERE c.clock IN ({", ".join(map(literal, clocks))}) AND c.stopped_month BETWEEN ? AND ?{where}
        GROUP BY clock, stopped_month ORDER BY clock, stopped_month
        """,
        [back(month, filters.months), month, *values],
    ).df()
    percentiles = rows.pop("percentiles")
    for place, name in enumerate(("median", "p90")):  # none in a month of implied ones only
        rows[name] = [None if p is None or p is pd.NA else p[place] for p in percentiles]
    return rows


def flow(connection: Connection, filters: Filters, month: date) -> pd.DataFrame:
    """Per month, as `flow_month` has it (AMP-S3): tickets received, resolutions as they happened, and the tickets that were
    unresolved at its end (`open`)."""
    moved = connection.execute(*narrowed(_MOVED, filters)).fetchall()
    received, resolved, reopened = (Counter[date]() for _ in range(3))
    for *months, n in moved:
        for counted, at in zip((received, resolved, reopened), months, strict=True):
            if at:
                counted[at] += n
    unresolved = received + reopened
    unresolved.subtract(resolved)
    rows = [
        {
            "month": m,
            "received": received[m],
            "resolved": resolved[m],
            "open": sum(n for at, n in unresolved.items() if at <= m),
        }
        for m in span(month, filters.months)
    ]
    return pd.DataFrame(rows)


def began(connection: Connection) -> date:
    """The month of the desk's first ticket, whatever the filters."""
    first: date = connection.execute("SELECT min(created_month) FROM ticket").fetchall()[0][0]
    return first


def standing(connection: Connection, filters: Filters, soon_seconds: int) -> pd.DataFrame:
    """Per clock, of those with a goal that still run: overdue, running in time, and `soon` (within so much of it)."""
    where, values = filters.where("c")
    return connection.execute(
        f"""
        SELECT clock, count(*) {_filter("overdue")} AS overdue, count(*) {_filter("running")} AS running,
               count(*) FILTER (WHERE {FIGURES["first_response-running"].where}
                                AND goal_seconds - working_seconds <= ?) AS soon
        FROM clock c
        WHERE c.stopped_at IS NULL AND c.goal_seconds IS NOT NULL{where}
        GROUP BY clock ORDER BY clock
        """,
        [soon_seconds, *values],
    ).df()


def nearest(connection: Connection, filters: Filters) -> pd.DataFrame:
    """Clocks in time and still running, least working time left first; restricted tickets are not listed."""
    where, values = filters.where("c")
    clocks = connection.execute(
        f"""
        SELECT ticket_id, {_CLOCK_ROW}, goal_seconds - working_seconds AS left_seconds FROM clock c
        WHERE c.stopped_at IS NULL AND {FIGURES["first_response-running"].where}{where}
          AND NOT c.restricted
        ORDER BY left_seconds NULLS LAST, working_seconds DESC, ticket_id LIMIT {NEAREST}
        """,
        values,
    ).df()
    return clocks.merge(tickets(connection, list(clocks.ticket_id), _OF_TICKET), on="ticket_id")


@dataclass(frozen=True)
class GoalLine:
    """A goal of the procedure: for which clock, for whom (type and channel), and how much; `since`: from which day on;
    `ended`: from which day on no more. None: always, and still."""

    clock: str
    whom: str
    goal_seconds: int
    since: date | None = None
    ended: date | None = None


def goal_lines(connection: Connection) -> list[GoalLine]:
    """The goals in force at the snapshot, shortest first, then those that ended before it."""
    rows = connection.execute(
        f"""
        SELECT clock, concat_ws(' ', type, channel || ' channel', project, provider), goal_seconds, valid_from,
               CASE WHEN NOT ({IN_FORCE}) THEN valid_to END AS ended
        FROM goal_rule g WHERE {IN_FORCE} OR valid_to <= {LAST_DAY}
        ORDER BY ended NULLS FIRST, clock, goal_seconds
        """
    ).fetchall()
    return [GoalLine(*row) for row in rows]
