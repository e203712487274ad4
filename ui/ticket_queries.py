"""The queries of the Ticket page, on a connection from `sight.opening.open_mart`. A restricted one has no key to find."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from reports.by_key import by_key
from sight.opening import Connection

FOUND = 50
_FIELDS = (
    "ticket_id, key, project, url, type, summary, status, status_since, phase, priority, relevance, service, "
    "service_element, service_version, category, channel, provider, assignee, reporter, created_at, updated_at, "
    "first_resolved_at, resolved_at, closed_at, reopenings, eta, score, scored_at, esa_arb, esa_cab, interface"
)


@dataclass(frozen=True)
class Stay:
    """A stay in a status; `left_at` is None for the one that stands."""

    status: str
    phase: str | None
    entered_at: datetime
    left_at: datetime | None


@dataclass(frozen=True)
class Clock:
    """A clock as it stood at the snapshot; `used`, `paused`, `goal` in working seconds; `rule`: the rule id it runs by."""

    clock: str
    state: str
    started_at: datetime | None
    start_basis: str | None
    stopped_at: datetime | None
    used: int
    paused: int
    goal: int | None
    due_at: datetime | None
    alerts_passed: int
    next_alert_at: datetime | None
    implied: bool
    rule: str


@dataclass(frozen=True)
class Segment:
    """A part of a clock's time: counted or a pause, by which rule."""

    clock: str
    started_at: datetime
    ended_at: datetime
    kind: str
    status: str
    working_seconds: int
    rule: str


@dataclass(frozen=True)
class Alert:
    """An alert of a goal: after how many working seconds, and what is to be done then (AMP-G4)."""

    n: int
    after: int
    action: str
    rule: str


def ticket(connection: Connection, key: str) -> dict[str, Any] | None:
    """The fields of the ticket with that key or id, as they stood at the snapshot; None when there is none to be shown.
    Raises SharedKey."""
    return by_key(connection, _FIELDS, key)


def search(connection: Connection, text: str) -> pd.DataFrame:
    """At most `FOUND` tickets whose key begins with `text` or whose summary has all words of it, the latest first."""
    return connection.execute(
        f"""
        SELECT key, url, summary, type, priority, status, service, assignee, created_at, resolved_at FROM ticket
        WHERE starts_with(upper(key), upper($1))
           OR list_bool_and(list_transform($2, lambda word: contains(lower(summary), lower(word))))
        ORDER BY created_at DESC LIMIT {FOUND}
        """,
        [text.strip(), text.split() or [""]],
    ).df()


def further_fields(connection: Connection, ticket_id: str) -> dict[str, str]:
    """What the ticket has in the fields of its desk beside the usual ones, by name."""
    rows = connection.execute(
        "SELECT field, value FROM ticket_field WHERE ticket_id = ? AND value IS NOT NULL ORDER BY field", [ticket_id]
    ).fetchall()
    return dict(rows)


def stays(connection: Connection, ticket_id: str) -> list[Stay]:
    """The ticket's stays in a status, in order."""
    rows = connection.execute(
        "SELECT status, phase, entered_at, left_at FROM interval WHERE ticket_id = ? ORDER BY seq", [ticket_id]
    ).fetchall()
    return [Stay(*row) for row in rows]


def clocks(connection: Connection, ticket_id: str) -> list[Clock]:
    """The ticket's clocks, in the order of the procedure (AMP-C1 to AMP-C4)."""
    rows = connection.execute(
        """
        SELECT clock, state, started_at, start_basis, stopped_at, working_seconds, paused_seconds, goal_seconds, due_at,
               alerts_passed, next_alert_at, implied,
               coalesce((SELECT r.rule FROM clock_rule r WHERE r.clock = c.clock), '')
        FROM clock c WHERE ticket_id = ?
        ORDER BY list_position(['first_response', 'first_human_response', 'update', 'resolution', 'closure'], clock)
        """,
        [ticket_id],
    ).fetchall()
    return [Clock(*row) for row in rows]


def segments(connection: Connection, ticket_id: str) -> list[Segment]:
    """The segments of all clocks of a ticket, in order."""
    rows = connection.execute(
        """
        SELECT clock, started_at, ended_at, kind, status, working_seconds, rule
        FROM clock_segment WHERE ticket_id = ? ORDER BY clock, seq
        """,
        [ticket_id],
    ).fetchall()
    return [Segment(*row) for row in rows]


def alerts(connection: Connection, ticket_id: str, clock: str) -> list[Alert]:
    """The alerts of the goal that counts for one of a ticket's clocks, in order."""
    rows = connection.execute(
        """
        SELECT a.n, a.threshold_seconds, a.action, a.rule
        FROM clock c JOIN alert_rule a ON a.goal = c.goal
        WHERE c.ticket_id = ? AND c.clock = ? ORDER BY a.n
        """,
        [ticket_id, clock],
    ).fetchall()
    return [Alert(*row) for row in rows]
