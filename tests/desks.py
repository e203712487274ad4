"""Desks for tests: Jira issues as a server would answer them, landed in a real store, published to a real mart."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from etl.field_mapping import FieldMapping
from etl.jira_landing import stage
from etl.publish import publish
from etl.store import Store
from etl.upsert import upsert
from metrics.profile import Profile
from metrics.sql_text import literal
from profiles import load_profile
from tests.naive.history import Change, Link, Ticket

# Fields beside the canonical ones; the profiles of some desks have them.
FURTHER = ("came_by", "risk", "review", "known_error")
SITE = "https://jira.example.org"
MAPPING = FieldMapping(
    {
        "relevance": ("customfield_1", "Relevance", "text"),
        "service": ("customfield_2", "Service", "text"),
        "category": ("customfield_3", "Category", "text"),
        "eta": ("customfield_4", "Original Estimation", "date"),
        "score": ("customfield_5", "Satisfaction Score", "number"),
        "esa_arb": ("customfield_6", "ESA ARB", "flag"),
        "esa_cab": ("customfield_10", "ESA CAB", "flag"),
        "provider": ("customfield_7", "Service Provider", "text"),
        "first_response": ("customfield_8", "Time to first response", "sla"),
        "resolution": ("customfield_9", "Time to resolution", "sla"),
        **{name: (f"further_{name}", name, "text") for name in FURTHER},
    }
)
CLONERS = {"name": "Cloners", "inward": "is cloned by", "outward": "clones"}
_SYSTEM = {"type": "issuetype", "key": "Key"}
_FIELD_IDS = {name: field_id for name, (field_id, _, _) in MAPPING.values.items()}


def jira_time(at: datetime) -> str:
    """An instant as Jira writes it; microseconds are kept so that nothing in a test is rounded."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")


def person(name: str | None) -> dict[str, str] | None:
    """A user as Jira writes it."""
    return {"name": name, "displayName": name.title()} if name else None


def jira_issue(ticket: Ticket) -> bytes:
    """A plain history as the issue that Jira would answer for it."""
    now = ticket.current
    fields: dict[str, Any] = {
        "summary": now.get("summary", "A summary"),
        "description": now.get("description", "A text"),
        "created": jira_time(ticket.created),
        "updated": jira_time(max([ticket.created, *(c.at for c in ticket.changes), *(c.at for c in ticket.comments)])),
        "status": {"id": "", "name": now["status"]},
        "issuetype": {"name": now.get("type")},
        "priority": {"name": now["priority"]} if now.get("priority") else None,
        "project": {"key": ticket.project},
        "assignee": person(now.get("assignee")),
        "reporter": person(now.get("reporter")),
        "comment": {"total": len(ticket.comments), "comments": _comments(ticket)},
        "issuelinks": [_link(link) for link in ticket.links],
        **{_FIELD_IDS[name]: now[name] for name in _FIELD_IDS if name in now},
    }
    entries = _entries(ticket.changes)
    return json.dumps(
        {
            "id": ticket.ticket_id.split("/")[-1],
            "key": ticket.key,
            "fields": fields,
            "changelog": {"total": len(entries) + (not ticket.complete), "histories": entries},
        }
    ).encode()


def _link(link: Link) -> dict[str, Any]:
    """Its id is the same in every pull, so it is made of what a move to another project leaves as it is."""
    side = "outwardIssue" if link.label == "clones" else "inwardIssue"
    other = {"id": link.other_id.split("/")[-1], "key": link.other_key}
    return {"id": f"{link.label} {link.other_key.rsplit('-', 1)[1]}", "type": CLONERS, side: other}


def _comments(ticket: Ticket) -> list[dict[str, Any]]:
    """Oldest first: those that come later leave the ids of the others as they are."""
    return [
        {"id": str(n), "created": jira_time(c.at), "author": person(c.author), "jsdPublic": c.public}
        for n, c in enumerate(sorted(ticket.comments, key=lambda c: c.at))
    ]


def _entries(changes: Iterable[Change]) -> list[dict[str, Any]]:
    entries: dict[int, list[Change]] = {}
    for change in changes:
        entries.setdefault(change.entry, []).append(change)
    return [
        {
            "id": str(number),
            "created": jira_time(items[0].at),
            "author": person(items[0].author),
            "items": [_item(c) for c in sorted(items, key=lambda c: c.item)],
        }
        for number, items in entries.items()
    ]


def _item(change: Change) -> dict[str, Any]:
    name = _FIELD_IDS.get(change.field) or _SYSTEM.get(change.field, change.field)
    item = {"field": name, "fieldId": name, "fromString": change.from_, "toString": change.to}
    if change.field in ("assignee", "reporter"):  # who it was stands in `from`, how they are called in `fromString`
        shown = {"fromString": person(change.from_), "toString": person(change.to)}
        item |= {"from": change.from_, "to": change.to}
        item |= {side: user and user["displayName"] for side, user in shown.items()}
    return item


def store_of(
    issues: list[bytes], path: Path, source: str = "jira", run: int = 1, seen_at: datetime | None = None
) -> Path:
    """A store with these issues, whole, in the file `path`; an existing store is gone on with."""
    store = Store(path)
    try:
        rejected = stage(store.db, source, issues, MAPPING)
        assert not rejected, rejected
        store.put_site(source, f"{SITE}/browse/", run)
        upsert(store.db, source, run, seen_at or datetime(2026, 1, 1))
    finally:
        store.close()
    return path


def part_of(store: Path, as_of: datetime, *tables: str, profile: Profile | None = None, **options: Any) -> Path:
    """A mart of just these tables and measures, with what they rest on: quicker than a whole one."""
    out = store.with_name(f"part-{len(list(store.parent.glob('part-*')))}.duckdb")
    return mart_of(store, as_of, profile, out=out, tables=frozenset(tables), **options)


def mart_of(store: Path, as_of: datetime, profile: Profile | None = None, **options: Any) -> Path:
    """The mart of a store as of an aware or UTC instant, with the `desp` profile unless another is given."""
    naive = as_of.astimezone(UTC).replace(tzinfo=None) if as_of.tzinfo else as_of
    return publish(store, store.parent / "mart", profile or load_profile("desp"), naive, **options).path


@cache
def _instance() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@contextmanager
def reading(mart: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads a mart: one DuckDB for all, since starting one takes longer than most questions to it."""
    db = _instance()
    db.execute(f"ATTACH {literal(mart)} AS mart (READ_ONLY)")
    try:
        db.execute("USE mart")
        yield db
    finally:
        db.execute("USE memory")
        db.execute("DETACH mart")


def rows_of(mart: Path, table: str, columns: str = "*", where: str = "true") -> list[dict[str, Any]]:
    """Rows of a mart table as dicts, sorted by all their columns."""
    with reading(mart) as db:
        return _rows(db, table, columns, where)


def tables_of(mart: Path, tables: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Several tables of a mart as `rows_of` gives one."""
    with reading(mart) as db:
        return {table: _rows(db, table, "*", "true") for table in tables}


def _rows(db: duckdb.DuckDBPyConnection, table: str, columns: str, where: str) -> list[dict[str, Any]]:
    result = db.execute(f"SELECT {columns} FROM {table} WHERE {where} ORDER BY ALL")
    names = [d[0] for d in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
