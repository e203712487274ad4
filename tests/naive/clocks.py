"""The four clocks of a ticket as of an instant: start, stop, segments (AMP-C1 to AMP-C4). No working time here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from .history import Ticket, Value, project_at, value_at, visible_comments
from .stays import SETTLED, Stay, closed_at, resolved_at, stays

CREATED = "created"  # the start_basis of a clock that starts at creation
AUTOMATION = ("Automation for Jira",)
RESPONSE_PROJECTS = ("DSD", "DSP", "DC", "DSEC")
RESOLUTION_PROJECTS = ("DSD", "DSP", "DSEC")
TAKEN_UP = ("TO DO", "DELEGATED", "IN PROGRESS")


@dataclass(frozen=True)
class Segment:
    """A piece of a clock inside one stay; `paused` or counted."""

    started_at: datetime
    ended_at: datetime
    status: str
    paused: bool


@dataclass(frozen=True)
class Clock:
    """One clock. `started_at` None: it has not started. `stopped_at` None: it has not stopped, or goes on again."""

    name: str
    started_at: datetime | None = None
    start_basis: str | None = None
    stopped_at: datetime | None = None
    implied: bool = False
    segments: tuple[Segment, ...] = ()


def clocks(ticket: Ticket, t: datetime) -> list[Clock]:
    """The clocks that run in the ticket's project as of `t`."""
    found: list[Callable[[Ticket, datetime], Clock]] = []
    if project_at(ticket, t) in RESPONSE_PROJECTS:
        found += [first_response, first_human_response]
    if project_at(ticket, t) in RESOLUTION_PROJECTS:
        found += [resolution, closure]
    return [clock(ticket, t) for clock in found]


def first_response(ticket: Ticket, t: datetime) -> Clock:
    """From creation to the first move out of OPEN (AMP-C1)."""
    path = stays(ticket, t)
    stop, implied = _first_response_stop(path, ticket.created)
    cut = segments(path, ticket.created, stop or t, pauses=())
    return Clock("first_response", ticket.created, CREATED, stop, implied, cut)


def _first_response_stop(path: list[Stay], created: datetime) -> tuple[datetime | None, bool]:
    if path[0].status != "OPEN":
        return created, path[0].status != "RECEIVED"
    if len(path) == 1:
        return None, False
    return path[1].entered_at, path[1].status != "RECEIVED"


def first_human_response(ticket: Ticket, t: datetime) -> Clock:
    """From creation to the first move or public comment by a person who is not the reporter (AMP-C2)."""
    path = stays(ticket, t)
    responses = human_moves(ticket, path) + human_comments(ticket, t)
    closings = [stay.entered_at for stay in path if stay.status == "CLOSED"]
    stop = min(responses + closings, default=None)
    implied = stop is not None and stop not in responses
    cut = segments(path, ticket.created, stop or t, pauses=())
    return Clock("first_human_response", ticket.created, CREATED, stop, implied, cut)


def human_moves(ticket: Ticket, path: list[Stay]) -> list[datetime]:
    """The instants of the moves that answer the reporter."""
    return [stay.entered_at for stay in path[1:] if answers(ticket, stay.moved_by, stay.moved_at)]


def human_comments(ticket: Ticket, t: datetime) -> list[datetime]:
    """The instants of the public comments that answer the reporter; none is earlier than the ticket."""
    public = [c for c in visible_comments(ticket, t) if c.public]
    return [max(c.at, ticket.created) for c in public if answers(ticket, c.author, c.at)]


def answers(ticket: Ticket, author: Value, at: datetime) -> bool:
    """Whether an author is known, not automation, and not who is the reporter just before `at` (AMP-C2)."""
    return author is not None and author not in AUTOMATION and author != value_at(ticket, "reporter", at)


def resolution(ticket: Ticket, t: datetime) -> Clock:
    """From the first work to the final resolution; ON GOING and earlier resolutions pause it (AMP-C3)."""
    path = stays(ticket, t)
    return _after_start("resolution", path, resolved_at(path), t, pauses=("ON GOING", "DONE", "CLOSED"))


def closure(ticket: Ticket, t: datetime) -> Clock:
    """From the same start to the CLOSED stay that stands; ON GOING and earlier CLOSED stays pause it (AMP-C4)."""
    path = stays(ticket, t)
    return _after_start("closure", path, closed_at(path), t, pauses=("ON GOING", "CLOSED"))


def _after_start(name: str, path: list[Stay], stop: datetime | None, t: datetime, pauses: tuple[str, ...]) -> Clock:
    started_at, basis = start_of_work(path)
    if started_at is None:
        return Clock(name)
    return Clock(name, started_at, basis, stop, False, segments(path, started_at, stop or t, pauses))


def start_of_work(path: list[Stay]) -> tuple[datetime | None, str | None]:
    """Where C3 and C4 start, and the status that makes them; two Nones until that is decided (AMP-C3)."""
    for stay in path:
        if stay.status in TAKEN_UP:
            return stay.entered_at, stay.status
        if stay.status in SETTLED:
            return _start_without_work(path, stay)
    return None, None


def _start_without_work(path: list[Stay], settled: Stay) -> tuple[datetime, str]:
    for stay in path[: path.index(settled)]:
        if stay.status == "RECEIVED":
            return stay.entered_at, "RECEIVED"
    return path[0].entered_at, CREATED


def segments(path: list[Stay], start: datetime, end: datetime, pauses: tuple[str, ...]) -> tuple[Segment, ...]:
    """The stays cut to `[start, end)`: no gap, no overlap, none empty."""
    cut = []
    for stay in path:
        begin, until = max(stay.entered_at, start), min(stay.left_at or end, end)
        if begin < until:
            cut.append(Segment(begin, until, stay.status, stay.status in pauses))
    assert all(a.ended_at == b.started_at for a, b in pairwise(cut))
    return tuple(cut)
