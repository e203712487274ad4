"""Chains of clones, and who held the user's problem when (AMP-L1)."""

from datetime import datetime, timedelta
from itertools import pairwise

from .history import Ticket, project_at, value_at
from .links import CloneLink, by_id, clone_links, clones_of, held_from, holds
from .rows import Row, Rules, in_metrics
from .stays import SETTLED, Stay, closed_at, stays
from .working_time import whole_second

PARTS = ("confirmation", "user", "desk", "pass_on", "provider", "champion")
ONE_SECOND = timedelta(seconds=1)


class Chain:
    """A root with all that it reaches as of `t` over the clone links that hold then, each from when it began to."""

    def __init__(self, desk: list[Ticket], root: Ticket, t: datetime) -> None:
        self.root, self.t = root, t
        self.shown = [ticket for ticket in desk if in_metrics(ticket, t)]
        self.links = [link for link in clone_links(desk) if holds(link, t)]
        self.since = {link: held_from(link, t) for link in self.links}
        self.members = reached(self.shown, root, self.links)
        self.paths = {member.ticket_id: stays(member, t) for member in self.members}
        self.in_dsd = project_at(root, t) == "DSD"

    @property
    def end(self) -> datetime:
        """The start of the root's CLOSED stay that stands, else `t`."""
        return closed_at(self.paths[self.root.ticket_id]) or self.t

    def pieces(self) -> list[tuple[str, datetime, datetime]]:
        """The span cut wherever anything changes: part, begin, end of each piece; none is empty."""
        cuts = {stay.entered_at for path in self.paths.values() for stay in path} | set(self.since.values())
        inside = {cut for cut in cuts if self.root.created < cut < self.end}
        bounds = sorted({self.root.created, self.end} | inside)
        return [(self.part(a), a, b) for a, b in pairwise(bounds)]

    def part(self, moment: datetime) -> str:
        """Whose a moment is: the first part that fits."""
        held = [link for link in self.links if self.since[link] <= moment]
        members = reached(self.shown, self.root, held)
        status = self._status(self.root.ticket_id, moment)
        if status in SETTLED:
            return "confirmation"
        if any(self._status(member.ticket_id, moment) == "ON GOING" for member in members):
            return "user"
        if status in ("OPEN", "RECEIVED"):
            return "desk"
        if status == "DELEGATED":
            clones = clones_of(held, self.root, self.t)
            settled = [self._status(clone, moment) in SETTLED for clone in clones]
            return "pass_on" if clones and all(settled) else "provider"
        return "champion" if self.in_dsd else "provider"

    def _status(self, ticket_id: str, moment: datetime) -> str | None:
        """None before creation and for what is not in the metrics: nobody knows."""
        been = [stay for stay in self.paths.get(ticket_id, ()) if stay.entered_at <= moment]
        return _last(been)


def roots(desk: list[Ticket], t: datetime) -> list[Ticket]:
    """Whoever has no origin, or has only origins in a cycle with it and is the first of them."""
    shown = [ticket for ticket in desk if in_metrics(ticket, t)]
    links = [link for link in clone_links(desk) if holds(link, t)]
    reach = {ticket.ticket_id: reached(shown, ticket, links) for ticket in shown}
    found = []
    for ticket in shown:
        above = [other for other in shown if ticket in reach[other.ticket_id]]
        if all(other in reach[ticket.ticket_id] for other in above) and ticket == min(above, key=age):
            found.append(ticket)
    return found


def reached(shown: list[Ticket], start: Ticket, links: list[CloneLink]) -> list[Ticket]:
    """The ticket, its clones, their clones and so on, as far as they are shown: itself first, the others by age."""
    found = [start]
    for ticket in found:  # it grows on the way
        clones = [by_id(shown, link.clone) for link in links if link.origin == ticket.ticket_id]
        found += {clone.ticket_id: clone for clone in clones if clone and clone not in found}.values()
    return [start, *sorted(found[1:], key=age)]


def age(ticket: Ticket) -> tuple[datetime, int, str]:
    """Orders tickets: the earliest created first, then the lowest id, as a number."""
    return ticket.created, int(ticket.ticket_id.rsplit("/", 1)[1]), ticket.ticket_id


def chain_rows(desk: list[Ticket], t: datetime) -> list[Row]:
    """One row a chain: the keys of all its members, the root's first, the others by age; restricted ones too."""
    return [
        {**_root(root, t), "keys": [value_at(member, "key", t) for member in Chain(desk, root, t).members]}
        for root in roots(desk, t)
    ]


def chain_part_rows(desk: list[Ticket], t: datetime, rules: Rules) -> list[Row]:
    """One row a chain and part that had a moment; both kinds of seconds are between instants cut to the second."""
    rows = []
    for root in roots(desk, t):
        pieces = Chain(desk, root, t).pieces()
        for part in PARTS:
            mine = [(a, b) for named, a, b in pieces if named == part]
            if mine:
                elapsed = sum((whole_second(b) - whole_second(a)) // ONE_SECOND for a, b in mine)
                working = sum(rules.calendar.open_seconds(a, b) for a, b in mine)
                rows.append({**_root(root, t), "part": part, "seconds": elapsed, "working_seconds": working})
    return rows


def _root(root: Ticket, t: datetime) -> Row:
    return {"ticket_id": root.ticket_id, "root_key": value_at(root, "key", t)}


def _last(path: list[Stay]) -> str | None:
    return path[-1].status if path else None
