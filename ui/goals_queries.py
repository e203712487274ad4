"""The queries of Goals, on a connection from `sight.opening.open_mart`: measures of one clock over some months."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from metrics.goal_share import GOAL_SHARE, GOAL_USED, JUDGED, TENTH
from metrics.statistics import share_sql
from sight.opening import Connection
from ui.figures import CLOCK_NAMES
from ui.filters import Filters, narrowed
from ui.listed import Listed, first_rows, with_tickets
from ui.months import back


@dataclass(frozen=True)
class Asked:
    """Which clock, narrowed by what, up to which month; the months before it are those of the filters."""

    clock: str
    filters: Filters
    month: date

    @property
    def months(self) -> tuple[date, date]:
        """The first and the last month."""
        return back(self.month, self.filters.months), self.month


def clocks(connection: Connection) -> dict[str, str]:
    """The clocks that the desk has goals for, and what they are called."""
    ruled = {clock for (clock,) in connection.execute("SELECT DISTINCT clock FROM goal_rule").fetchall()}
    return {clock: title for clock, title in CLOCK_NAMES.items() if clock in ruled}


def per_month(connection: Connection, asked: Asked) -> pd.DataFrame:
    """Per month: judged, met, missed, implied, and the share met with its interval."""
    select, values = narrowed(GOAL_SHARE.select, asked.filters)
    return connection.execute(
        f"SELECT * FROM ({select}) WHERE dimension = 'all' AND clock = ? AND month BETWEEN ? AND ? ORDER BY month",
        [*values, asked.clock, *asked.months],
    ).df()


def last_judged(connection: Connection, asked: Asked) -> datetime | None:
    """When the last of these clocks stopped that were judged, in whatever month; None: none ever was."""
    where, values = asked.filters.where("c")
    asking = f"SELECT max(c.stopped_at) FROM clock c WHERE {JUDGED} AND c.clock = ?{where}"
    found: datetime | None = connection.execute(asking, [asked.clock, *values]).fetchall()[0][0]
    return found


def per_part(connection: Connection, asked: Asked, dimension: str) -> pd.DataFrame:
    """Per value of a dimension, over all the months: the same, the lowest share first."""
    select, values = narrowed(GOAL_SHARE.select, asked.filters)
    return connection.execute(
        f"""
        WITH summed AS (
            SELECT part, CAST(sum(judged) AS BIGINT) AS judged, CAST(sum(met) AS BIGINT) AS met,
                   CAST(sum(missed) AS BIGINT) AS missed, CAST(sum(implied) AS BIGINT) AS implied
            FROM ({select}) WHERE dimension = ? AND clock = ? AND month BETWEEN ? AND ? GROUP BY part
        )
        SELECT *, {share_sql("met", "judged", "met_share")} FROM summed WHERE judged > 0
        ORDER BY met_share, judged DESC, part
        """,
        [*values, dimension, asked.clock, *asked.months],
    ).df()


def used(connection: Connection, asked: Asked) -> pd.DataFrame:
    """Per tenth of the goal: clocks that stopped within it."""
    select, values = narrowed(GOAL_USED.select, asked.filters)
    return connection.execute(
        f"""SELECT tenth, CAST(sum(n) AS BIGINT) AS n FROM ({select}) WHERE clock = ? AND month BETWEEN ? AND ?
            GROUP BY tenth ORDER BY tenth""",
        [*values, asked.clock, *asked.months],
    ).df()


def lost_in(connection: Connection, asked: Asked) -> pd.DataFrame:
    """The misses by the status that took most of their time: how many, and how much of it went there; most first."""
    select, values = narrowed("SELECT * FROM goal_missed", asked.filters)
    return connection.execute(
        f"""
        SELECT coalesce(phase, '') AS phase, status, count(*) AS n,
               CAST(sum(status_seconds) AS DOUBLE) / sum(used_seconds) AS share,
               percentile_disc(0.5) WITHIN GROUP (ORDER BY over_seconds) AS over_median
        FROM ({select}) WHERE clock = ? AND month BETWEEN ? AND ?
        GROUP BY phase, status ORDER BY n DESC, status, phase
        """,
        [*values, asked.clock, *asked.months],
    ).df()


@dataclass(frozen=True)
class Picked:
    """Which of the judged clocks to list: all that missed, those that lost their time in a status, or those of a tenth."""

    phase: str = ""
    status: str | None = None
    tenth: int | None = None

    def where(self) -> tuple[str, list[str | int]]:
        """SQL, and its parameters."""
        if self.tenth is not None:
            return f"{TENTH} = ?", [self.tenth]
        if self.status is not None:
            return "c.state = 'missed' AND coalesce(m.phase, '') = ? AND m.status = ?", [self.phase, self.status]
        return "c.state = 'missed'", []


def picked(connection: Connection, asked: Asked, which: Picked) -> Listed:
    """The clocks behind a figure, the furthest over their goal first, with where the time of the missed ones went."""
    where, after = asked.filters.where("c")
    fits, chosen = which.where()
    found = first_rows(
        connection,
        f"""
        SELECT c.ticket_id, c.restricted, c.state, c.stopped_at, c.working_seconds, c.goal_seconds,
               c.goal_seconds - c.working_seconds AS left_seconds, m.status AS lost_in, m.status_seconds
        FROM clock c LEFT JOIN goal_missed m ON m.ticket_id = c.ticket_id AND m.clock = c.clock
        WHERE c.clock = ? AND {JUDGED} AND c.stopped_month BETWEEN ? AND ? AND {fits}{where}
        """,
        [asked.clock, *asked.months, *chosen, *after],
        "left_seconds, ticket_id",
    )
    return with_tickets(
        connection,
        found,
        ("state", "stopped_at", "working_seconds", "goal_seconds", "left_seconds", "lost_in", "status_seconds"),
        ("summary", "type", "priority", "service", "provider", "assignee"),
    )
