"""What is taken of a Jira issue in JSON, and the SQL pieces that read it."""

import json

from etl.field_mapping import FieldMapping
from metrics.sql_text import literal

_PERSON = {"accountId": "VARCHAR", "key": "VARCHAR", "name": "VARCHAR", "displayName": "VARCHAR"}
_NAMED = {"id": "VARCHAR", "name": "VARCHAR"}
_OTHER_ISSUE = {"id": "VARCHAR", "key": "VARCHAR"}
_LINKS = [
    {
        "id": "VARCHAR",
        "type": {"name": "VARCHAR", "inward": "VARCHAR", "outward": "VARCHAR"},
        "inwardIssue": _OTHER_ISSUE,
        "outwardIssue": _OTHER_ISSUE,
    }
]
_COMMENTS = [
    {"id": "VARCHAR", "author": _PERSON, "created": "VARCHAR", "jsdPublic": "BOOLEAN", "visibility": "JSON"},
]
_ITEMS = [
    {
        "field": "VARCHAR",
        "fieldId": "VARCHAR",
        "fieldtype": "VARCHAR",
        "from": "VARCHAR",
        "fromString": "VARCHAR",
        "to": "VARCHAR",
        "toString": "VARCHAR",
    }
]
_HISTORIES = [{"id": "VARCHAR", "author": _PERSON, "created": "VARCHAR", "items": _ITEMS}]
_FIELDS = {
    "summary": "VARCHAR",
    "description": "JSON",
    "created": "VARCHAR",
    "updated": "VARCHAR",
    "resolutiondate": "VARCHAR",
    "status": _NAMED,
    "issuetype": _NAMED,
    "priority": _NAMED,
    "project": {"key": "VARCHAR"},
    "assignee": _PERSON,
    "reporter": _PERSON,
    "issuelinks": _LINKS,
    "comment": {"total": "BIGINT", "comments": _COMMENTS},
}
OF_EVERY_ISSUE = tuple(_FIELDS)  # read as what they are: no fields of a profile's choice
_ISSUE = {
    "id": "VARCHAR",
    "key": "VARCHAR",
    "self": "VARCHAR",
    "changelog": {"total": "BIGINT", "histories": _HISTORIES},
}
_DURATION, _TIME = {"millis": "BIGINT"}, {"epochMillis": "BIGINT"}
_CYCLE = {
    "startTime": _TIME, "stopTime": _TIME, "breachTime": _TIME, "breached": "BOOLEAN", "paused": "BOOLEAN",
    "goalDuration": _DURATION, "elapsedTime": _DURATION, "remainingTime": _DURATION,
}  # fmt: skip
_SLA = {"completedCycles": [_CYCLE], "ongoingCycle": _CYCLE}
PERSON_ID = 'coalesce({p}."accountId", {p}."key", {p}."name")'
PERSON_NAME = 'coalesce({p}."displayName", {p}."name", {p}."key", {p}."accountId")'


def structure(mapping: FieldMapping) -> dict[str, object]:
    """The parts of an issue that are taken, as `from_json` wants them: names and types."""
    fields: dict[str, object] = dict(_FIELDS)
    for field_id, _, _ in mapping.values.values():
        fields.setdefault(field_id, "JSON")
    fields |= dict.fromkeys(mapping.slas.values(), _SLA)
    return {**_ISSUE, "fields": fields}


def parsed(structure: object) -> str:
    """SQL: column `issue` as a struct."""
    return f"from_json(issue, {literal(json.dumps(structure))})"


def quoted(text: str) -> str:
    """SQL: a name."""
    return '"' + text.replace('"', '""') + '"'


def instant(text: str) -> str:
    """SQL: the instant in a text, in UTC; NULL where there is none."""
    return f"make_timestamp(epoch_us(try_cast({text} AS TIMESTAMPTZ)))"


def project_of(key: str) -> str:
    """SQL: the project that a key begins with."""
    return f"regexp_extract({key}, '^(.+)-[^-]+$', 1)"


def date(*texts: str) -> str:
    """SQL: the calendar date in the first text that holds one, as ISO text. A date has no zone: none is applied."""
    tries = [f"try_cast(substr({t}, 1, 10) AS DATE)" for t in texts]
    tries += [f"CAST(try_strptime({t}, ['%d/%b/%y', '%d/%b/%Y']) AS DATE)" for t in texts]
    return f"CAST(coalesce({', '.join(tries)}) AS VARCHAR)"


def flag(text: str) -> str:
    """SQL: 'true' for a flag that is set. No IN: DuckDB makes a join of it, which every row then goes through."""
    unset = " ".join(f"WHEN '{word}' THEN NULL" for word in ("", "no", "false", "0", "none", "[]"))
    return f"CASE lower(trim(coalesce({text}, ''))) {unset} ELSE 'true' END"
