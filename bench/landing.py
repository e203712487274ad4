"""Landing: issues a second of our way, of a parser alone, and of the plain way to the same rows.

Ours reads the file as `jira-files` does, in that source's batches; the plain way has the batches that suit it best
(larger ones make it slower). It neither compares with what is there, nor hashes, nor looks for repeated entries.
"""

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
from bench.plain_landing import land
from demo import world
from etl.field_mapping import FieldMapping
from etl.fields import resolve_fields
from etl.jira_landing import stage
from etl.lanes import land_side_by_side
from etl.sources.jira_files import FileIssue, JiraFiles
from etl.store import Store
from etl.turn import Turn
from etl.upsert import upsert
from profiles import load_profile

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
    """Seconds to take the sample into a fresh store as `jira-files` does: batch by batch, each committed."""
    fields = mapping()
    import_pandas()
    started = time.perf_counter()
    store = Store(store_path)

    def take(db: duckdb.DuckDBPyConnection, batch: list[FileIssue], turn: Turn) -> None:
        rejected = stage(db, SOURCE, [issue.text for issue in batch], fields)
        if rejected:
            raise RuntimeError(f"generated issues were rejected, first: {rejected[0]}")
        upsert(db, SOURCE, 1, AS_OF, turn=turn)

    try:
        land_side_by_side(store, JiraFiles(sample.name, sample.parent).batches(), take)
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
    """Seconds to land the same rows the plain way."""
    import_pandas()
    started = time.perf_counter()
    land(_batches(sample), path, SOURCE)
    return time.perf_counter() - started


def import_pandas() -> None:
    """Arrow imports it at its first array; that is no part of landing."""
    pa.array([0])


def _batches(sample: Path) -> Iterator[list[bytes]]:
    with sample.open("rb", buffering=2**20) as lines:
        while batch := list(islice(lines, BATCH)):
            yield batch


_CUSTOM = [field_id for field_id, *_ in world.CUSTOM_FIELDS.values()]


class _Person(msgspec.Struct):
    name: str | None = None
    key: str | None = None
    displayName: str | None = None


class _Named(msgspec.Struct):
    id: str
    name: str | None = None


class _Project(msgspec.Struct):
    key: str


class _Item(
    msgspec.Struct, rename={"from_id": "from", "from_text": "fromString", "to_id": "to", "to_text": "toString"}
):
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
