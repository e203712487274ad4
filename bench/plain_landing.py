"""The plain way to land the same rows: json.loads, a Python row per table row, Arrow tables, insert, commit."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from demo import world
from etl.store import CHANGE_COLUMNS, COMMENT_COLUMNS, LINK_COLUMNS, PERSON_COLUMNS, TICKET_COLUMNS

Row = tuple[Any, ...]
Columns = dict[str, str]
TABLES: dict[str, Columns] = {
    "ticket": {name: kind for name, kind in TICKET_COLUMNS.items() if name not in ("content_hash", "resolution_date")},
    "change": CHANGE_COLUMNS,
    "comment": COMMENT_COLUMNS,
    "link": LINK_COLUMNS,
    "person": PERSON_COLUMNS,
}
_ID_OF = {name: field_id for name, (field_id, *_) in world.CUSTOM_FIELDS.items()}
_FIELD = {field_id: name for name, field_id in _ID_OF.items() if name not in ("first_response", "resolution_time")}
_FIELD |= {
    name: name for name in ("status", "priority", "assignee", "reporter", "summary", "description", "key", "link")
}
_FIELD |= {"issuetype": "type"}
_FLAGS = ("esa_arb", "esa_cab", "interface")
_MAPPED = (
    "relevance",
    "service",
    "service_element",
    "service_version",
    "category",
    "provider",
    "eta",
    "score",
    *_FLAGS,
)


def land(batches: Iterator[list[bytes]], path: Path, source: str) -> None:
    """Land the batches in a new database at `path`, each in a transaction."""
    known: set[str] = set()
    with duckdb.connect(str(path)) as db:
        db.execute("SET TimeZone = 'UTC'")
        for table, columns in TABLES.items():
            db.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        for batch in batches:
            rows: dict[str, list[Row]] = {table: [] for table in TABLES}
            for text in batch:
                _issue(json.loads(text), source, rows, known)
            db.execute("BEGIN")
            for table, columns in TABLES.items():
                _insert(db, table, columns, rows[table])
            db.execute("COMMIT")


def _insert(db: duckdb.DuckDBPyConnection, table: str, columns: Columns, rows: list[Row]) -> None:
    if not rows:
        return
    arrays = [pa.array(values) for values in zip(*rows, strict=True)]
    db.register("new_rows", pa.table(arrays, names=list(columns)))
    taken = (
        f"CAST({name} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'" if kind == "TIMESTAMP" else name
        for name, kind in columns.items()
    )
    db.execute(f"INSERT INTO {table} SELECT {', '.join(taken)} FROM new_rows")
    db.unregister("new_rows")


def _issue(issue: dict[str, Any], source: str, rows: dict[str, list[Row]], known: set[str]) -> None:
    ticket_id, fields = f"{source}/{issue['id']}", issue["fields"]
    people = [fields["assignee"], fields["reporter"]]
    histories, comments = issue["changelog"]["histories"], fields["comment"]["comments"]
    rows["change"] += _changes(ticket_id, histories)
    people += [entry["author"] for entry in histories]
    for c in comments:
        rows["comment"].append((ticket_id, c["id"], c["created"], _person(c["author"]), c.get("jsdPublic", True)))
        people.append(c["author"])
    for link in fields["issuelinks"]:
        rows["link"].append(_link(ticket_id, source, link))
    for who in people:
        if who and who["key"] not in known:
            known.add(who["key"])
            rows["person"].append((source, who["key"], who["displayName"]))
    entries = len({entry["id"] for entry in histories})
    counts = (issue["changelog"]["total"], entries, fields["comment"]["total"], len(comments))
    rows["ticket"].append((ticket_id, source, issue["id"], issue["key"], *_ticket(fields), *counts))


def _ticket(fields: dict[str, Any]) -> Row:
    head = (fields["project"]["key"], fields["created"], fields["updated"])
    status = (fields["status"]["name"], fields["status"]["id"])
    texts = (fields["summary"], "present" if (fields["description"] or "").strip() else None)
    names = (fields["issuetype"]["name"], (fields["priority"] or {}).get("name"))
    people = (_person(fields["assignee"]), _person(fields["reporter"]))
    return (*head, *status, *texts, *names, *people, *(_value(name, fields[_ID_OF[name]]) for name in _MAPPED))


def _value(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name in _FLAGS:
        return "true" if value else None
    return str(value["value"]) if isinstance(value, dict) else str(value)


def _person(who: dict[str, Any] | None) -> str | None:
    return who.get("accountId") or who.get("key") or who.get("name") if who else None


def _link(ticket_id: str, source: str, link: dict[str, Any]) -> Row:
    way = "outward" if link.get("outwardIssue") else "inward"
    other = link[f"{way}Issue"]
    head = (ticket_id, link["id"], link["type"]["name"], way, link["type"][way])
    return (*head, f"{source}/{other['id']}", other["key"])


def _changes(ticket_id: str, histories: list[dict[str, Any]]) -> list[Row]:
    ordered = sorted(histories, key=lambda entry: (entry["created"], int(entry["id"])))
    items = (
        (entry, place, item) for entry in ordered for place, item in enumerate(entry["items"] or [{"field": None}], 1)
    )
    return [
        (ticket_id, seq, entry["id"], place, entry["created"], _person(entry["author"]), *_change(item))
        for seq, (entry, place, item) in enumerate(items, 1)
    ]


def _change(item: dict[str, Any]) -> Row:
    field = _FIELD.get((item.get("fieldId") or item["field"] or "").strip().lower())
    if field is None:
        return None, None, None, None, None
    side = _SIDES.get(field, _text)
    ids = (item["from"], item["to"]) if field in ("status", "link") else (None, None)
    return field, side(item["from"], item["fromString"]), side(item["to"], item["toString"]), *ids


def _text(given: str | None, text: str | None) -> str | None:
    return text or given or None


def _id(given: str | None, text: str | None) -> str | None:
    return (given if given is not None else text) or None


def _flag(given: str | None, text: str | None) -> str | None:
    return "true" if (text or "").strip().lower() not in ("", "no", "false", "0", "none", "[]") else None


def _only_text(given: str | None, text: str | None) -> str | None:
    return text


def _present(given: str | None, text: str | None) -> str | None:
    return "present" if (text or "").strip() else None


_SIDES: dict[str, Callable[[str | None, str | None], str | None]] = {
    "assignee": _id, "reporter": _id, "description": _present, "link": _only_text, **dict.fromkeys(_FLAGS, _flag),
}  # fmt: skip
