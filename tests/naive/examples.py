"""Hand-made tickets for the worked examples. All times are those on the wall in Rome.

The ordinary week is Monday 1 to Friday 5 September 2025, of which `1 09:00` is the first opening.
"""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from .history import Change, Comment, Link, Ticket
from .rows import Row, Rules, clock_rows

RULES = Rules()
ENTRIES = count(1)
Event = Change | Comment
TYPES = {"DSD": "Anomaly", "DSP": "Anomaly", "DEMS": "SPR", "DPM": "Incident", "DSEC": "Security Incident"}
GOOD = {"priority": "Low", "relevance": "Routine", "summary": "A summary", "description": "A text"}


def rome(text: str) -> datetime:
    """The instant of a wall time: `1 09:00` in that September, or a whole ISO date and time."""
    day, clock = text.split()
    whole = text if "-" in day else f"2025-09-{int(day):02} {clock}"
    return datetime.fromisoformat(whole).replace(tzinfo=ZoneInfo("Europe/Rome")).astimezone(UTC)


def mart(text: str) -> datetime:
    """The same as the mart holds it."""
    return rome(text).replace(tzinfo=None)


def change(when: str, field: str, before: str | None, after: str | None, by: str | None = "bob") -> Change:
    """A history entry with one item."""
    return Change(rome(when), next(ENTRIES), 0, field, before, after, by)


def comment(when: str, by: str | None, public: bool = True) -> Comment:
    """A comment."""
    return Comment(rome(when), by, public)


def desk_ticket(created: str, *events: Event, key: str = "DSD-1", **current: str | None) -> Ticket:
    """A user request by ann, created in OPEN unless its first status change says otherwise."""
    return Ticket(
        "jira/10001",
        rome(created),
        {"key": key, "type": "User Request", "status": "OPEN", "reporter": "ann"} | current,
        tuple(event for event in events if isinstance(event, Change)),
        tuple(event for event in events if isinstance(event, Comment)),
    )


def moves(*path: str) -> list[Change]:
    """Moves by bob from a path such as `OPEN`, `1 10:00 RECEIVED`, `1 11:00 TO DO`."""
    before, found = path[0], []
    for step in path[1:]:
        day, clock, after = step.split(" ", 2)
        found.append(change(f"{day} {clock}", "status", before, after))
        before = after
    return found


def faultless(key: str, created: str, *events: Event, links: tuple[Link, ...] = (), **current: str | None) -> Ticket:
    """A ticket with all that the procedure asks for; its number makes its id, its last status change its status."""
    project, number = key.split("-")
    path = [event for event in events if getattr(event, "field", "") == "status"]
    status = {"status": path[-1].to} if path else {}  # type: ignore[union-attr]
    told = desk_ticket(created, *events, key=key, **{"type": TYPES[project], **GOOD, **status, **current})
    return replace(told, ticket_id=f"jira/{number}", links=links)


def clones(key: str) -> tuple[Link, ...]:
    """What a clone of that ticket states."""
    return (Link("clones", f"jira/{key.split('-')[1]}", key),)


def is_cloned_by(*keys: str) -> tuple[Link, ...]:
    """What an origin of those tickets states."""
    return tuple(Link("is cloned by", f"jira/{key.split('-')[1]}", key) for key in keys)


def clock_of(ticket: Ticket, name: str, t: str, rules: Rules = RULES) -> Row:
    """The mart row of one clock as of a wall time."""
    [row] = [row for row in clock_rows(ticket, rome(t), rules) if row["clock"] == name]
    return row


def pick(row: Row, *names: str) -> tuple[Any, ...]:
    """Some columns of a row."""
    return tuple(row[name] for name in names)
