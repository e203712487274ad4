"""Tickets of a generated store as the Jira issues they would have come from: the landing's input."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

import duckdb
import msgspec

from bench.desk import display_name
from demo import world
from demo.issue_writer import issue_type, priority, project, status
from demo.people import Person

Row = dict[str, Any]
_AT_ONCE = 5_000
_LETTERS = "What was done, what was expected and what came instead, as a user writes it down. "
_FLAGS = ("esa_arb", "esa_cab", "interface")
_PLAIN = ("service_version", "eta")
# How a changelog names a field, where it is neither the canonical name nor a custom field's.
_ITEM_NAMES = {"type": "issuetype", "link": "Link", None: "resolution"}


def issues(db: duckdb.DuckDBPyConnection, ids: list[str]) -> Iterator[bytes]:
    """The tickets with these ids, in the order of their ids, each as JSON in the shape of a Data Center."""
    for start in range(0, len(ids), _AT_ONCE):
        for ticket, histories, comments, links in _whole(db, sorted(ids)[start : start + _AT_ONCE]):
            yield msgspec.json.encode(_issue(ticket, histories, comments, links))


def with_one_more(issue: bytes, at: datetime) -> bytes:
    """The issue after one more change at `at`: a ticket that is not closed moves on, a closed one gets a priority."""
    written = msgspec.json.decode(issue)
    fields, histories = written["fields"], written["changelog"]["histories"]
    now = fields["status"]["name"]
    if now == "CLOSED":
        after = "Critical" if fields["priority"]["name"] != "Critical" else "Low"
        item = _item("priority", fields["priority"]["name"], after, None, None)
        fields["priority"] = priority(after)
    else:
        after = {"OPEN": "RECEIVED", "RECEIVED": "DELEGATED", "DONE": "CLOSED"}.get(now, "DONE")
        item = _item("status", now, after, fields["status"]["id"], world.STATUSES[after])
        fields["status"] = status(after)
    histories.append({"id": written["id"] + "99", "author": _person("agent1"), "created": _time(at), "items": [item]})
    written["changelog"]["total"] += 1
    fields["updated"] = _time(at)
    return msgspec.json.encode(written)


def _whole(db: duckdb.DuckDBPyConnection, ids: list[str]) -> Iterator[tuple[Row, list[Row], list[Row], list[Row]]]:
    children: dict[str, dict[str, list[Row]]] = {}
    for table, order in {"change": "seq", "comment": "comment_id", "link": "link_id"}.items():
        children[table] = defaultdict(list)
        for row in _rows(db, table, ids, f"ticket_id, {order}"):
            children[table][row["ticket_id"]].append(row)
    for ticket in _rows(db, "ticket", ids, "ticket_id"):
        key = ticket["ticket_id"]
        yield ticket, children["change"][key], children["comment"][key], children["link"][key]


def _rows(db: duckdb.DuckDBPyConnection, table: str, ids: list[str], order: str) -> Iterator[Row]:
    result = db.execute(
        f"SELECT * FROM {table} WHERE ticket_id IN (SELECT unnest(CAST(? AS VARCHAR[]))) ORDER BY {order}", [ids]
    )
    names = [column[0] for column in result.description]
    return (dict(zip(names, row, strict=True)) for row in result.fetchall())


def _issue(ticket: Row, changes: list[Row], comments: list[Row], links: list[Row]) -> Row:
    number = ticket["id"]
    histories = _histories(changes)
    shown = [_comment(number, comment) for comment in comments]
    return {
        "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
        "id": number,
        "self": f"{world.BASE}/rest/api/2/issue/{number}",
        "key": ticket["key"],
        "fields": {
            **_fields(ticket),
            "comment": {"comments": shown, "maxResults": len(shown), "total": len(shown), "startAt": 0},
            "issuelinks": [_link(link) for link in links],
        },
        "changelog": {"startAt": 0, "maxResults": len(histories), "total": len(histories), "histories": histories},
    }


def _fields(ticket: Row) -> Row:
    done = ticket["status"] in ("DONE", "CLOSED")
    custom = {world.CUSTOM_FIELDS[name][0]: _custom(name, ticket.get(name)) for name in world.CUSTOM_FIELDS}
    return {
        "summary": ticket["summary"],
        "description": _LETTERS * 6,
        "issuetype": issue_type(ticket["type"]),
        "status": status(ticket["status"]),
        "priority": priority(ticket["priority"]),
        "project": project(ticket["project"]),
        "resolution": {"id": "10000", "name": "Done"} if done else None,
        "resolutiondate": _time(ticket["updated_at"]) if done else None,
        "created": _time(ticket["created_at"]),
        "updated": _time(ticket["updated_at"]),
        "assignee": _person(ticket["assignee"]),
        "reporter": _person(ticket["reporter"]),
        "creator": _person(ticket["reporter"]),
        "labels": [],
        "duedate": None,
        "components": [],
        **custom,
    }


def _custom(name: str, value: str | None) -> Any:
    if value is None:
        return None
    if name in _FLAGS:
        return [{"self": f"{world.BASE}/rest/api/2/customFieldOption/10301", "value": "Yes", "id": "10301"}]
    if name == "score":
        return float(value)
    if name in _PLAIN:
        return value
    return {"self": f"{world.BASE}/rest/api/2/customFieldOption/10400", "value": value, "id": "10400"}


def _histories(changes: list[Row]) -> list[Row]:
    entries: dict[str, Row] = {}
    for change in changes:
        entry = entries.setdefault(
            change["entry_id"],
            {
                "id": change["entry_id"],
                "author": _person(change["author"]),
                "created": _time(change["changed_at"]),
                "items": [],
            },
        )
        sides = (change[name] for name in ("field", "from_value", "to_value", "from_id", "to_id"))
        entry["items"].append(_item(*sides))
    return list(entries.values())


def _item(field: str | None, before: str | None, after: str | None, before_id: str | None, after_id: str | None) -> Row:
    sides: dict[str, str | None] = {"from": before_id, "fromString": before, "to": after_id, "toString": after}
    if field in ("assignee", "reporter"):
        shown = {
            name: person and display_name(person) for name, person in (("fromString", before), ("toString", after))
        }
        sides |= {"from": before, "to": after, **shown}
    elif field == "eta":
        sides |= {"from": before, "to": after}
    if field in world.CUSTOM_FIELDS:
        field_id, name = world.CUSTOM_FIELDS[field][:2]
        return {"fieldId": field_id, "field": name, "fieldtype": "custom", **sides}
    name = _ITEM_NAMES.get(field or "") or field or ""
    return {"fieldId": name, "field": name, "fieldtype": "jira", **sides}


def _comment(number: str, comment: Row) -> Row:
    author, at = _person(comment["author"]), _time(comment["created_at"])
    return {
        "self": f"{world.BASE}/rest/api/2/issue/{number}/comment/{comment['comment_id']}",
        "id": comment["comment_id"],
        "author": author,
        "body": _LETTERS * 3,
        "updateAuthor": author,
        "created": at,
        "updated": at,
        "jsdPublic": comment["public"],
    }


def _link(link: Row) -> Row:
    other = link["other_id"].split("/")[1]
    return {
        "id": link["link_id"],
        "self": f"{world.BASE}/rest/api/2/issueLink/{link['link_id']}",
        "type": world.CLONERS,
        "outwardIssue": {
            "id": other,
            "key": link["other_key"],
            "self": f"{world.BASE}/rest/api/2/issue/{other}",
            "fields": {"summary": "Another question", "status": status("CLOSED"), "priority": priority("Low")},
        },
    }


@cache
def _person(person_id: str | None) -> Row | None:
    if person_id is None:
        return None
    return Person(person_id, display_name(person_id), "desp.example.org").value()


def _time(instant: datetime) -> str:
    return f"{instant.isoformat(timespec='milliseconds')}+0000"
