"""One simulated ticket while its life is being written: what changed when, before it becomes a Jira issue."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from demo.people import Person


@dataclass(frozen=True)
class Slot:
    """A place for a ticket: the id and the keys it has if it comes to be, the same whenever it is simulated."""

    id: int
    project: str
    key: str
    moved_key: str | None = None


@dataclass
class Event:
    """What somebody (None: an account since deleted) changed in one go.

    `silent` changes do not move `updated` (an administrator's bulk change).
    """

    at: int
    who: Person | None
    changes: dict[str, Any]
    silent: bool = False


@dataclass
class Comment:
    """A comment. How it is hidden from the user: not at all, by JSM's `jsd` flag, or by a `role`."""

    at: int
    who: Person
    body: str
    hidden: str | None = None


@dataclass
class Link:
    """A link, told from this ticket: `outward` if this one clones (or relates to) the other."""

    at: int
    who: Person
    kind: dict[str, str]
    outward: bool
    other: Draft
    id: int


@dataclass
class Draft:
    """A ticket in the making. `values` are those at creation; names of fields are the simulator's own.

    A `shifted` ticket shows another estimation than its history ends in, as time-zone bugs leave behind.
    """

    slot: Slot
    created: int
    reporter: Person
    rng: random.Random
    values: dict[str, Any]
    origin: Draft | None = None
    events: list[Event] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    clones: list[Draft] = field(default_factory=list)
    shifted: bool = False

    def set(self, at: int, who: Person | None, silent: bool = False, **changes: Any) -> None:
        """Records a change of fields at an instant."""
        self.events.append(Event(at, who, changes, silent))

    def comment(self, at: int, who: Person, body: str, hidden: str | None = None) -> None:
        """Records a comment."""
        self.comments.append(Comment(at, who, body, hidden))

    def value(self, name: str, at: int) -> Any:
        """A field's value after everything recorded up to and including an instant."""
        value = self.values.get(name)
        for event in sorted(self.events, key=lambda event: event.at):
            if event.at <= at and name in event.changes:
                value = event.changes[name]
        return value

    def first(self, **wanted: Any) -> int | None:
        """When a field first became a value, e.g. `first(status="DONE")`; None if never."""
        ((name, value),) = wanted.items()
        if self.values.get(name) == value:
            return self.created
        return min((event.at for event in self.events if event.changes.get(name) == value), default=None)

    def stays(self) -> list[tuple[str, int]]:
        """The statuses in order, each with the instant of entry."""
        moves = sorted((event.at, index) for index, event in enumerate(self.events) if "status" in event.changes)
        return [(self.values["status"], self.created)] + [
            (self.events[index].changes["status"], at) for at, index in moves
        ]

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.rng.random() < share

    def around(self, median: float, spread: float) -> float:
        """A duration around a median, log-normal: mostly near, sometimes far above."""
        return median * self.rng.lognormvariate(0.0, spread)
