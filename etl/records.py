"""A ticket's whole history as plain rows, whatever desk it comes from, and its staging for the store."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import duckdb
import msgspec
import pyarrow as pa

from etl.rejected import EARLIEST, TOO_EARLY, Rejected
from etl.store import STAGED

__all__ = ["Change", "Comment", "Header", "History", "Link", "Rejected", "SlaCycle", "naive_utc", "stage_histories"]

_STAGED = {**STAGED, "past_person": STAGED["person"]}
_ARROW = {
    "VARCHAR": pa.string(), "TIMESTAMP": pa.timestamp("us"), "BIGINT": pa.int64(), "UBIGINT": pa.uint64(),
    "INTEGER": pa.int32(), "BOOLEAN": pa.bool_(),
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """A ticket in a source's own list: `updated` as ISO 8601 with a zone; `history_total`, None if it was not asked for
    or not said."""

    id: str
    key: str
    updated: str
    history_total: int | None


class Change(NamedTuple):
    """One field that changed in an entry of the history; `item` tells the fields of one entry apart, from 1.

    `field` is the canonical name, None where no metric needs it: the entry is kept to be counted. `from_id` and `to_id`
    are of statuses and links. People stand as their ids.
    """

    entry_id: str
    item: int
    changed_at: datetime
    author: str | None
    field: str | None
    from_value: str | None = None
    to_value: str | None = None
    from_id: str | None = None
    to_id: str | None = None


class Comment(NamedTuple):
    """A comment; `public`: the customer sees it."""

    comment_id: str
    created_at: datetime
    author: str | None
    public: bool


class Link(NamedTuple):
    """A link to another ticket of the same source. `label` reads from this ticket to the other one."""

    link_id: str
    type: str
    direction: str
    label: str
    other_id: str
    other_key: str | None


class SlaCycle(NamedTuple):
    """The source's own figures for a clock (`first_response`, `resolution`), for `arbiter reconcile`. Milliseconds of
    working time; None while the clock runs."""

    clock: str
    cycle: int
    started_at: datetime
    stopped_at: datetime | None
    breach_at: datetime | None
    breached: bool | None = None
    goal_ms: int | None = None
    elapsed_ms: int | None = None
    remaining_ms: int | None = None
    paused: bool | None = None


@dataclass
class History:
    """A ticket with all that happened to it. Instants are UTC without a zone.

    `fields`: present values by canonical name (the store's columns: type, priority, assignee, provider, …), and those of
    the profile's further fields.
    `updated_at`: None where the source does not say; it is then the last thing that happened.
    `history_total` and `comment_total`: how many the source says that there are, None if it does not say.
    `people`: id → name of who stands in the ticket now or wrote in it; `past_people`: of who stood there once.
    """

    id: str | None
    key: str | None
    project: str | None
    created_at: datetime | None
    status: str | None
    status_id: str | None = None
    updated_at: datetime | None = None
    resolution_date: datetime | None = None
    fields: dict[str, str | None] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    sla_cycles: list[SlaCycle] = field(default_factory=list)
    people: dict[str, str | None] = field(default_factory=dict)
    past_people: dict[str, str | None] = field(default_factory=dict)
    history_total: int | None = None
    comment_total: int | None = None

    @property
    def entries(self) -> int:
        """How many entries its history has; one entry may change several fields."""
        return len({change.entry_id for change in self.changes})

    @property
    def last_update(self) -> datetime:
        """`updated_at`, or else the last thing that happened to it. It needs `created_at`."""
        happened = [change.changed_at for change in self.changes] + [c.created_at for c in self.comments]
        return self.updated_at or max([self.created_at or datetime.min, *happened])


def naive_utc(at: datetime) -> datetime:
    """An instant with a zone as the store keeps it: UTC, without one."""
    return at.astimezone(UTC).replace(tzinfo=None)


def stage_histories(db: duckdb.DuckDBPyConnection, source: str, histories: list[History]) -> list[Rejected]:
    """Make the staged tables that `upsert` takes in. They hold until the next call.

    Of a ticket that stands twice the newest, fullest form is taken. Returns the histories that cannot be stored, by
    their place in `histories`, and why; the others are staged all the same.
    """
    rejected = [Rejected(n, why) for n, history in enumerate(histories) if (why := _why_unusable(history))]
    unusable = {r.index for r in rejected}
    usable = _newest_of_each(history for n, history in enumerate(histories) if n not in unusable)
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _STAGED}
    for history in usable:
        _add_rows(rows, source, history)
    for table in ("person", "past_person"):
        people = {person_id: name for history in usable for person_id, name in getattr(history, _PEOPLE[table]).items()}
        rows[table] = [(source, person_id, name or person_id) for person_id, name in people.items()]
    for table, columns in _STAGED.items():
        _stage(db, f"staged_{table}", columns, rows[table])
    return rejected


_PEOPLE = {"person": "people", "past_person": "past_people"}


def _why_unusable(history: History) -> str | None:
    needed = {"no id": history.id, "no key": history.key, "no status": history.status}
    for what, value in needed.items():
        if not value:
            return f"it has {what}"
    if not history.created_at:
        return "its time of creation is missing or no time"
    return TOO_EARLY if history.created_at.year < EARLIEST.year else None


def _newest_of_each(histories: Iterable[History]) -> list[History]:
    newest: dict[str | None, History] = {}
    for history in histories:
        known = newest.get(history.id)
        if known is None or (history.last_update, history.entries) >= (known.last_update, known.entries):
            newest[history.id] = history
    return list(newest.values())


def _add_rows(rows: dict[str, list[tuple[Any, ...]]], source: str, history: History) -> None:
    ticket_id = f"{source}/{history.id}"
    changes = sorted(history.changes, key=_place)
    comments = {comment.comment_id: comment for comment in history.comments}
    links = {link.link_id: link for link in history.links}
    rows["change"] += [(ticket_id, seq, *change) for seq, change in enumerate(changes, 1)]
    rows["comment"] += [(ticket_id, *comment) for comment in comments.values()]
    rows["link"] += [(ticket_id, *link) for link in links.values()]
    rows["sla_cycle"] += [(ticket_id, *cycle) for cycle in history.sla_cycles]
    entries = history.entries
    known = {
        "ticket_id": ticket_id, "source": source, "id": history.id, "key": history.key, "project": history.project,
        "created_at": history.created_at, "updated_at": history.last_update,
        "resolution_date": history.resolution_date, "status": history.status, "status_id": history.status_id,
        **history.fields,
        "history_total": entries if history.history_total is None else history.history_total,
        "history_stored": entries,
        "comment_total": len(comments) if history.comment_total is None else history.comment_total,
        "comment_stored": len(comments),
        "content_hash": _hash(history, changes),
    }  # fmt: skip
    rows["ticket"].append(tuple(known.get(column) for column in STAGED["ticket"]))
    further = history.fields.keys() - STAGED["ticket"].keys()
    rows["extra_value"] += [(ticket_id, name, value) for name in sorted(further) if (value := history.fields[name])]


def _place(change: Change) -> tuple[datetime, int, str, int]:
    """The order of the history: by time, then entry, by the number that its id is or ends in, then item."""
    number = change.entry_id.rpartition(" ")[2]
    return change.changed_at, int(number) if number.isdecimal() else 0, change.entry_id, change.item


def _hash(history: History, changes: list[Change]) -> int:
    """A hash of all that a ticket holds but the names of people, in an order of its own. `updated_at` is in it."""
    content = (
        history.id, history.key, history.project, history.created_at, history.status, history.status_id,
        history.updated_at, history.resolution_date, sorted(history.fields.items()), changes,
        sorted(history.comments, key=lambda c: c.comment_id), sorted(history.links, key=lambda link: link.link_id),
        history.sla_cycles, history.history_total, history.comment_total,
    )  # fmt: skip
    return int.from_bytes(hashlib.blake2b(msgspec.json.encode(content), digest_size=8).digest())


def _stage(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
    by_column = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(values, _ARROW[kind]) for values, kind in zip(by_column, columns.values(), strict=True)]
    db.register("landing_rows", pa.Table.from_arrays(arrays, names=list(columns)))
    db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM landing_rows")
    db.unregister("landing_rows")
