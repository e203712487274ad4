"""What else is known of a ticket: findings, estimations, scores, handovers, its chains. Read by `ticket_id`."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.by_key import source_part
from sight.opening import Connection


@dataclass(frozen=True)
class Finding:
    """A rule that the ticket leaves: since when, and the evidence."""

    rule: str
    title: str
    since: datetime
    detail: str | None


@dataclass(frozen=True)
class Eta:
    """A date that was set (DMSU-M6); `after_expiry` when the one before had passed."""

    revision: int
    eta: date
    set_at: datetime
    set_by: str | None
    after_expiry: bool


@dataclass(frozen=True)
class Delivery:
    """How the estimation was kept: the band of DMSU-M6, and days after the agreed date (below zero: before it)."""

    delivered_at: datetime
    band: str
    days_late: int | None


@dataclass(frozen=True)
class Score:
    """A score that was given; `standing` is the one at the snapshot."""

    raw: str | None
    previous: str | None
    set_at: datetime | None
    set_by: str | None
    valid: bool
    standing: bool


@dataclass(frozen=True)
class Handover:
    """A change of the assignee (RT-M3)."""

    handed_at: datetime
    from_person: str | None
    to_person: str | None
    by_person: str | None


@dataclass(frozen=True)
class Chain:
    """A chain of several tickets: its members, the root first, and elapsed and working seconds by who held it."""

    keys: list[str]
    parts: list[tuple[str, int, int]]


def findings(connection: Connection, ticket_id: str) -> list[Finding]:
    """What the ticket leaves of the procedure, by rule (1.9)."""
    rows = connection.execute(
        """
        SELECT f.rule, r.title, f.since, f.detail FROM finding f JOIN finding_rule r ON r.rule = f.rule
        WHERE f.ticket_id = ? ORDER BY length(f.rule), f.rule
        """,
        [ticket_id],
    ).fetchall()
    return [Finding(*row) for row in rows]


def etas(connection: Connection, ticket_id: str) -> list[Eta]:
    """Every date that was set, in order."""
    rows = connection.execute(
        "SELECT revision, eta, set_at, set_by, after_expiry FROM eta WHERE ticket_id = ? ORDER BY seq", [ticket_id]
    ).fetchall()
    return [Eta(*row) for row in rows]


def delivery(connection: Connection, ticket_id: str) -> Delivery | None:
    """How the estimation was kept; None while the ticket is not delivered."""
    row = connection.execute(
        "SELECT delivered_at, band, days_late FROM eta_outcome WHERE ticket_id = ?", [ticket_id]
    ).fetchone()
    return Delivery(*row) if row else None


def scores(connection: Connection, ticket_id: str) -> list[Score]:
    """Every score that was given, in order."""
    rows = connection.execute(
        "SELECT raw, previous, set_at, set_by, valid, standing FROM score WHERE ticket_id = ? ORDER BY seq", [ticket_id]
    ).fetchall()
    return [Score(*row) for row in rows]


def handovers(connection: Connection, ticket_id: str) -> list[Handover]:
    """Every change of the assignee, in order."""
    rows = connection.execute(
        "SELECT handed_at, from_person, to_person, by_person FROM handover WHERE ticket_id = ? ORDER BY seq",
        [ticket_id],
    ).fetchall()
    return [Handover(*row) for row in rows]


def chains(connection: Connection, ticket_id: str, key: str) -> list[Chain]:
    """The chains in which the ticket stands with others (AMP-L1), by their roots, which are of the same source."""
    rows = connection.execute(
        """SELECT ticket_id, keys FROM chain
           WHERE len(keys) > 1 AND list_contains(keys, ?) AND starts_with(ticket_id, ?) ORDER BY ticket_id""",
        [key, source_part(ticket_id)],
    ).fetchall()
    return [Chain(keys, _parts(connection, root)) for root, keys in rows]


def _parts(connection: Connection, root: str) -> list[tuple[str, int, int]]:
    return connection.execute(
        "SELECT part, seconds, working_seconds FROM chain_part WHERE ticket_id = ? ORDER BY seconds DESC, part", [root]
    ).fetchall()
