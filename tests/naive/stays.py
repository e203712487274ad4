"""The stays of a ticket in its statuses, and what follows from them alone (AMP-W4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from .history import Ticket, Value, changes_of

STATUSES = ("OPEN", "RECEIVED", "TO DO", "IN PROGRESS", "DELEGATED", "ON GOING", "DONE", "CLOSED")
PHASES = {
    "OPEN": "desk",
    "RECEIVED": "desk",
    "DELEGATED": "delegated",
    "ON GOING": "user",
    "DONE": "confirmation",
    "CLOSED": "closed",
}
AT_WORK = ("TO DO", "IN PROGRESS")
SETTLED = ("DONE", "CLOSED")


@dataclass(frozen=True)
class Stay:
    """A ticket in a status over `[entered_at, left_at)`; `left_at` None: it is still there.

    `moved_by`: who brought it there, None for the stay it was created in, too; `moved_at`: when, by the history, which may
    be before creation.
    """

    status: str
    entered_at: datetime
    left_at: datetime | None = None
    moved_by: Value = None
    moved_at: datetime = datetime.max


def normal(name: Value) -> str:
    """A name in the form in which names are compared."""
    return " ".join((name or "").strip().casefold().replace("-", " ").replace("_", " ").split())


def canonical(name: Value) -> str:
    """The procedure's name of a status, or the raw one if the procedure has none."""
    return next((status for status in STATUSES if normal(status) == normal(name)), name or "")


def phase(status: str, project: str) -> Value:
    """The phase of a status in a project; None for an unknown status."""
    if status in AT_WORK:
        return "champion" if project == "DSD" else "provider"
    return PHASES.get(status)


def stays(ticket: Ticket, t: datetime) -> list[Stay]:
    """Every stay up to `t` from creation on, without a gap; zero-length ones too; two spellings are one stay.

    A change dated before the creation is taken to have happened at it.
    """
    moves = changes_of(ticket, "status")
    first = moves[0].from_ if moves else ticket.current["status"]
    found = [Stay(canonical(first), ticket.created)]
    for move in moves:
        if move.at >= t or normal(move.to) == normal(found[-1].status):
            continue
        at = max(move.at, ticket.created)
        last = found.pop()
        found.append(replace(last, left_at=at))
        found.append(Stay(canonical(move.to), at, None, move.author, move.at))
    return found


def resolutions(path: list[Stay]) -> list[datetime]:
    """The first instant of every run of DONE and CLOSED stays: such a run is one resolution."""
    starts = []
    before: Stay | None = None
    for stay in path:
        if stay.status in SETTLED and (before is None or before.status not in SETTLED):
            starts.append(stay.entered_at)
        before = stay
    return starts


def first_resolved_at(path: list[Stay]) -> datetime | None:
    """The first resolution, whether or not it stood."""
    return next(iter(resolutions(path)), None)


def resolved_at(path: list[Stay]) -> datetime | None:
    """The final resolution; None while the ticket is open (again)."""
    return resolutions(path)[-1] if path[-1].status in SETTLED else None


def closed_at(path: list[Stay]) -> datetime | None:
    """The start of the CLOSED stay that stands; None if the ticket is not CLOSED."""
    return path[-1].entered_at if path[-1].status == "CLOSED" else None


def reopenings(path: list[Stay]) -> int:
    """How often the ticket left DONE or CLOSED for any status but these two."""
    return sum(a.status in SETTLED and b.status not in SETTLED for a, b in pairwise(path))
