"""Plain ticket histories, and what they say of an instant (AMP-W3, AMP-W4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

Value = str | None
UNTOLD = {"summary": "A summary", "description": "A text"}  # of tickets that say nothing of these fields


@dataclass(frozen=True)
class Change:
    """One item of one history entry: `field` went from one value to another. `author` None is nobody known."""

    at: datetime
    entry: int
    item: int
    field: str
    from_: Value
    to: Value
    author: Value = None


@dataclass(frozen=True)
class Comment:
    at: datetime
    author: Value
    public: bool = True


@dataclass(frozen=True)
class Link:
    """A link as one of its tickets states it today: `label` is read from that ticket ("clones", "is cloned by")."""

    label: str
    other_id: str
    other_key: str


@dataclass(frozen=True)
class Ticket:
    """A ticket as it is found today. `current` holds the present value of every field.

    Fields: key, type, status, category, priority, assignee, reporter, eta (ISO date), score (number as text), provider,
    summary, description, relevance.
    The changes may stand in any order; `complete` is False where the history is known to be cut (AMP-W5).
    """

    ticket_id: str
    created: datetime
    current: Mapping[str, Value] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    comments: tuple[Comment, ...] = ()
    complete: bool = True
    links: tuple[Link, ...] = ()

    @property
    def key(self) -> str:
        """The present key."""
        return self.current["key"] or ""

    @property
    def project(self) -> str:
        """The present project."""
        return project_of(self.key)

    @property
    def type(self) -> Value:
        """The present issue type."""
        return self.current.get("type")


def project_of(key: str) -> str:
    """The project that a key such as `DSD-12` belongs to."""
    return key.rsplit("-", 1)[0]


def changes_of(ticket: Ticket, name: str) -> list[Change]:
    """All changes of one field in the order they happened: by time, entry, item."""
    mine = [change for change in ticket.changes if change.field == name]
    return sorted(mine, key=lambda change: (change.at, change.entry, change.item))


def exists_at(ticket: Ticket, t: datetime) -> bool:
    """Whether the ticket was created strictly before `t` (AMP-W3)."""
    return ticket.created < t


def value_at(ticket: Ticket, name: str, t: datetime) -> Value:
    """The value of a field as of `t`: changes strictly before it count (AMP-W4)."""
    earlier = [change for change in changes_of(ticket, name) if change.at < t]
    later = [change for change in changes_of(ticket, name) if change.at >= t]
    return _value(ticket, name, earlier, later)


def value_including(ticket: Ticket, name: str, t: datetime) -> Value:
    """The value of a field once the changes at the very instant `t` are done too (AMP-G5)."""
    earlier = [change for change in changes_of(ticket, name) if change.at <= t]
    later = [change for change in changes_of(ticket, name) if change.at > t]
    return _value(ticket, name, earlier, later)


def _value(ticket: Ticket, name: str, earlier: list[Change], later: list[Change]) -> Value:
    if earlier:
        return earlier[-1].to
    if later:
        return later[0].from_
    return ticket.current.get(name, UNTOLD.get(name))


def project_at(ticket: Ticket, t: datetime) -> str:
    """The project as of `t`, read off the key: a move always changes that, and not always a project item."""
    return project_of(value_at(ticket, "key", t) or "")


def score_set_at(ticket: Ticket, t: datetime) -> datetime | None:
    """When the score that stands at `t` was set; None without a score, or if no change tells (AMP-S2)."""
    earlier = [change for change in changes_of(ticket, "score") if change.at < t]
    return max(earlier[-1].at, ticket.created) if earlier and earlier[-1].to else None


def visible_comments(ticket: Ticket, t: datetime) -> list[Comment]:
    """The comments written strictly before `t`, oldest first (AMP-W3)."""
    return sorted((c for c in ticket.comments if c.at < t), key=lambda comment: comment.at)


def as_seen_at(ticket: Ticket, t: datetime) -> Ticket:
    """The same ticket as somebody found it at `t`, who could not know what came later."""
    return replace(
        ticket,
        current={name: value_at(ticket, name, t) for name in ticket.current},
        changes=tuple(change for change in ticket.changes if change.at < t),
        comments=tuple(visible_comments(ticket, t)),
    )
