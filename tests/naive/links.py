"""Which ticket is a clone of which, and since when: stated links and what histories say of them (1.10, AMP-W4)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .history import Change, Link, Ticket, Value, as_seen_at, changes_of, exists_at, value_at

CLONES = "clones"
IS_CLONED_BY = "is cloned by"
JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True)
class Dated:
    """A history item on a link: it was made, or taken away."""

    at: datetime
    entry: int
    item: int
    made: bool


@dataclass(frozen=True)
class CloneLink:
    """`clone` clones `origin`: ids of tickets of the desk, or the key of one that is not in the store.

    `stated` is whether either ticket shows it today. It cannot hold before `floor`, the later creation of its two
    tickets, as far as they are known.
    """

    clone: str
    origin: str
    stated: bool
    dated: tuple[Dated, ...]
    floor: datetime


def clone_links(desk: list[Ticket]) -> list[CloneLink]:
    """Every clone link that stands today or ever stood, one for each pair and direction."""
    stated = {pair for ticket in desk for link in ticket.links for pair in _stated(desk, ticket, link)}
    items = [(pair, dated) for ticket in desk for pair, dated in _dated(desk, ticket)]
    found = []
    for clone, origin in sorted(stated | {pair for pair, _ in items}):
        mine = sorted((d for pair, d in items if pair == (clone, origin)), key=lambda d: (d.at, d.entry, d.item))
        floor = max(ticket.created for ticket in desk if ticket.ticket_id in (clone, origin))
        found.append(CloneLink(clone, origin, (clone, origin) in stated, tuple(mine), floor))
    return found


def holds(link: CloneLink, t: datetime) -> bool:
    """Whether the link holds as of `t`, when both its tickets exist: by the history, else as it is today (AMP-W4)."""
    if t <= link.floor:
        return False
    earlier = [dated for dated in link.dated if dated.at < t]
    later = [dated for dated in link.dated if dated.at >= t]
    if earlier:
        return earlier[-1].made
    return not later[0].made if later else link.stated


def held_from(link: CloneLink, t: datetime) -> datetime:
    """Since when a link that holds as of `t` has done so without a break."""
    since = link.floor
    for dated in [dated for dated in link.dated if dated.at < t]:
        if not holds(link, dated.at) and dated.made:
            since = max(dated.at, link.floor)
    return since


def clones_of(links: list[CloneLink], ticket: Ticket, t: datetime) -> list[str]:
    """What a ticket is cloned by as of `t`; not all of it need be in the store."""
    return [link.clone for link in links if link.origin == ticket.ticket_id and holds(link, t)]


def origins_of(links: list[CloneLink], ticket: Ticket, t: datetime) -> list[str]:
    """What a ticket clones as of `t`; not all of it need be in the store."""
    return [link.origin for link in links if link.clone == ticket.ticket_id and holds(link, t)]


def ever_origins_of(links: list[CloneLink], ticket: Ticket, t: datetime) -> list[str]:
    """What a ticket clones as of `t`, or cloned at any time before it."""
    return [link.origin for link in links if link.clone == ticket.ticket_id and _ever_held(link, t)]


def _ever_held(link: CloneLink, t: datetime) -> bool:
    begun = [at + JUST_AFTER for at in (link.floor, *(dated.at for dated in link.dated))]
    return any(holds(link, moment) for moment in begun if moment <= t)


def by_id(desk: list[Ticket], ticket_id: str) -> Ticket | None:
    """The ticket of the desk with that id."""
    return next((ticket for ticket in desk if ticket.ticket_id == ticket_id), None)


def desk_as_seen_at(desk: list[Ticket], t: datetime) -> list[Ticket]:
    """The same desk as somebody found it at `t`, its links too."""
    links = clone_links(desk)
    there = [ticket for ticket in desk if exists_at(ticket, t)]
    return [replace(as_seen_at(ticket, t), links=_links_seen_at(desk, links, ticket, t)) for ticket in there]


def _links_seen_at(desk: list[Ticket], links: list[CloneLink], ticket: Ticket, t: datetime) -> tuple[Link, ...]:
    """What of its links a ticket stated as of `t`: those it states now, and those its history has made or unmade."""
    told = {pair for link in ticket.links for pair in _stated(desk, ticket, link)}
    told |= {pair for pair, _ in _dated(desk, ticket)}
    seen = []
    for link in links:
        if (link.clone, link.origin) in told and holds(link, t):
            label, other = (CLONES, link.origin) if link.clone == ticket.ticket_id else (IS_CLONED_BY, link.clone)
            known = by_id(desk, other)
            seen.append(Link(label, other, (value_at(known, "key", t) if known else other) or ""))
    return tuple(seen)


def _stated(desk: list[Ticket], ticket: Ticket, link: Link) -> Iterator[tuple[str, str]]:
    """The (clone, origin) of a link that a ticket states today; none if it is of another kind."""
    other = link.other_id if by_id(desk, link.other_id) else link.other_key
    yield from _pair(ticket, link.label, other)


def _dated(desk: list[Ticket], ticket: Ticket) -> Iterator[tuple[tuple[str, str], Dated]]:
    """The (clone, origin) of every history item of a ticket on a clone link, and what it says."""
    for change in changes_of(ticket, "Link"):
        for text, made in ((change.from_, False), (change.to, True)):
            for label, key in _read(text):
                for pair in _pair(ticket, label, _who_had(desk, key)):
                    yield pair, Dated(change.at, change.entry, change.item, made)


def _read(text: Value) -> Iterator[tuple[str, str]]:
    """Label and key of a text such as `This issue clones DSD-12`."""
    if text:
        phrase, key = text.strip().rsplit(" ", 1)
        yield phrase.removeprefix("This issue ").removeprefix("This work item ").strip(), key


def _pair(ticket: Ticket, label: str, other: str) -> Iterator[tuple[str, str]]:
    if other != ticket.ticket_id and label == CLONES:
        yield ticket.ticket_id, other
    if other != ticket.ticket_id and label == IS_CLONED_BY:
        yield other, ticket.ticket_id


def _who_had(desk: list[Ticket], key: str) -> str:
    """The id of the ticket that has or once had a key; the key itself if no ticket of the desk did."""
    for ticket in sorted(desk, key=lambda ticket: ticket.key != key):
        if key == ticket.key or any(key in _sides(change) for change in changes_of(ticket, "key")):
            return ticket.ticket_id
    return key


def _sides(change: Change) -> tuple[Value, Value]:
    return change.from_, change.to
