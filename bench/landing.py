"""Landing: issues a second of our way, of a parser alone, and of the plain way (json, Arrow tables, insert)."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from bench.desk import AS_OF, SOURCE, fill
from bench.issues import issues
from demo import world
from etl.fields import resolve_fields
from etl.jira_landing import FieldMapping, stage
from etl.store import CHANGE_COLUMNS, COMMENT_COLUMNS, Store
from metrics.profile import load_profile

BATCH = 5_000


def write_sample(folder: Path, tickets: int, seed: int, say: Callable[[str], None]) -> Path:
    """A file of so many issues, one a line."""
    store, path = folder / "sample.duckdb", folder / "sample.jsonl"
    fill(store, tickets, seed, say)
    with duckdb.connect(str(store), read_only=True) as db, path.open("wb") as file:
        ids = [id_ for (id_,) in db.execute("SELECT ticket_id FROM ticket").fetchall()]
        file.writelines(issue + b"\n" for issue in issues(db, ids))
    store.unlink()
    return path


def mapping() -> FieldMapping:
    """Where the generated issues keep the profile's fields."""
    return resolve_fields(load_profile("desp"), world.fields())[0]


def ours(sample: Path, store_path: Path) -> float:
    """Seconds to take the sample into a fresh store, batch by batch, each committed."""
    fields, started = mapping(), time.perf_counter()
    store = Store(store_path)
    try:
        for batch in _batches(sample):
            rejected = stage(store.db, SOURCE, batch, fields)
            if rejected:
                raise RuntimeError(f"generated issues were rejected, first: {rejected[0]}")
            store.upsert(SOURCE, 1, AS_OF)
    finally:
        store.close()
    return time.perf_counter() - started


def parse_only(sample: Path) -> float:
    """Seconds to decode the same issues into typed structs, and nothing else."""
    decoder, started = msgspec.json.Decoder(_Issue), time.perf_counter()
    for batch in _batches(sample):
        for text in batch:
            decoder.decode(text)
    return time.perf_counter() - started


def json_and_arrow(sample: Path, path: Path) -> float:
    """Seconds for the plain way: json.loads, a row per ticket, change and comment, Arrow tables, insert, commit."""
    started = time.perf_counter()
    with duckdb.connect(str(path)) as db:
        for table, columns in _PLAIN.items():
            db.execute(f"CREATE TABLE {table} ({', '.join(f'{c} {t}' for c, t in columns.items())})")
        for batch in _batches(sample):
            rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _PLAIN}
            for text in batch:
                _plain_rows(json.loads(text), rows)
            db.execute("BEGIN")
            for table, columns in _PLAIN.items():
                values = [pa.array(v, pa.string()) for v in zip(*rows[table], strict=True)]
                db.register("new_rows", pa.table(values, names=list(columns)))
                db.execute(f"INSERT INTO {table} SELECT * FROM new_rows")
            db.execute("COMMIT")
    return time.perf_counter() - started


def _batches(sample: Path) -> Iterator[list[bytes]]:
    with sample.open("rb") as lines:
        while batch := list(islice(lines, BATCH)):
            yield batch


_CUSTOM = [field_id for field_id, *_ in world.CUSTOM_FIELDS.values()]
_TICKET = ("id", "key", "summary", "project", "type", "status", "priority", "assignee", "reporter", "created", "updated")
_PLAIN = {
    "ticket": dict.fromkeys((*_TICKET, *_CUSTOM), "VARCHAR"),
    "change": dict.fromkeys((c for c in CHANGE_COLUMNS if c not in ("seq", "item")), "VARCHAR")
    | {"changed_at": "TIMESTAMPTZ"},
    "comment": dict.fromkeys((c for c in COMMENT_COLUMNS if c != "public"), "VARCHAR") | {"created_at": "TIMESTAMPTZ"},
}


def _plain_rows(issue: dict[str, Any], rows: dict[str, list[tuple[Any, ...]]]) -> None:
    number, fields = issue["id"], issue["fields"]
    names = [(fields[f] or {}).get("name") for f in ("issuetype", "status", "priority", "assignee", "reporter")]
    custom = [fields[field_id] for field_id in _CUSTOM]
    texts = [str(v.get("value")) if isinstance(v, dict) else None if v is None else str(v) for v in custom]
    head = (number, issue["key"], fields["summary"], fields["project"]["key"], *names)
    rows["ticket"].append((*head, fields["created"], fields["updated"], *texts))
    for entry in issue["changelog"]["histories"]:
        author = (entry["author"] or {}).get("name")
        for i in entry["items"]:
            sides = (i["fromString"], i["toString"], i["from"], i["to"])
            rows["change"].append((number, entry["id"], entry["created"], author, i["field"], *sides))
    for c in fields["comment"]["comments"]:
        rows["comment"].append((number, c["id"], c["created"], (c["author"] or {}).get("name")))


class _Person(msgspec.Struct):
    name: str | None = None
    key: str | None = None
    displayName: str | None = None


class _Named(msgspec.Struct):
    id: str
    name: str | None = None


class _Project(msgspec.Struct):
    key: str


class _Item(msgspec.Struct, rename={"from_id": "from", "from_text": "fromString", "to_id": "to", "to_text": "toString"}):
    field: str | None = None
    fieldId: str | None = None
    from_id: str | None = None
    from_text: str | None = None
    to_id: str | None = None
    to_text: str | None = None


class _History(msgspec.Struct):
    id: str
    created: str
    items: list[_Item]
    author: _Person | None = None


class _Changelog(msgspec.Struct):
    total: int
    histories: list[_History]


class _Comment(msgspec.Struct):
    id: str
    created: str
    author: _Person | None = None
    jsdPublic: bool = True


class _Comments(msgspec.Struct):
    total: int
    comments: list[_Comment]


class _LinkType(msgspec.Struct):
    name: str
    inward: str
    outward: str


class _Other(msgspec.Struct):
    id: str
    key: str


class _Link(msgspec.Struct):
    id: str
    type: _LinkType
    inwardIssue: _Other | None = None
    outwardIssue: _Other | None = None


_Fields = msgspec.defstruct(
    "_Fields",
    [
        ("created", str), ("updated", str), ("status", _Named), ("issuetype", _Named), ("project", _Project),
        ("priority", _Named | None), ("assignee", _Person | None), ("reporter", _Person | None),
        ("comment", _Comments), ("issuelinks", list[_Link]), ("summary", str), ("description", str | None),
        *((field_id, Any) for field_id in _CUSTOM),
    ],
)  # fmt: skip


class _Issue(msgspec.Struct):
    id: str
    key: str
    fields: _Fields  # type: ignore[valid-type]
    changelog: _Changelog
