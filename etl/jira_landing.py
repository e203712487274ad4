"""Landing: Jira REST issues, as JSON text, into the staged tables of the store. One way for every Jira source.

DuckDB parses the JSON with explicit columns (no generic inference, no Python objects per issue); only what the
metrics need is taken, so descriptions, comment bodies and e-mail addresses never reach the store.
"""

import json
import struct
from dataclasses import dataclass, field
from typing import cast

import duckdb
import msgspec
import pyarrow as pa

from metrics.ticket_values import FIELDS

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
# By the id in `fieldId`, or the name in older histories: a system field's canonical name, and how its values are kept.
_SYSTEM_FIELDS = {
    "status": ("status", "text"), "issuetype": ("type", "text"), "priority": ("priority", "text"),
    "summary": ("summary", "text"), "key": ("key", "text"), "link": ("link", "shown"),
    "assignee": ("assignee", "person"), "reporter": ("reporter", "person"), "description": ("description", "presence"),
}  # fmt: skip
_MAPPED = (
    "relevance", "service", "service_element", "service_version", "category", "provider", "eta", "score",
    "esa_arb", "esa_cab", "interface",
)  # fmt: skip
# A custom field's value: an option, a user, the first of several, or a plain text or number.
_JSON_TEXT = """CASE substr(v, 1, 1)
    WHEN '{' THEN coalesce(v ->> '$.value', v ->> '$.name', v ->> '$.displayName')
    WHEN '[' THEN coalesce(v ->> '$[0].value', v ->> '$[0].name', v ->> '$[0]')
    ELSE v ->> '$' END"""
_ROWS_A_TASK = 256  # Arrow batches are what DuckDB's threads share out
_PERSON_ID = 'coalesce({p}."accountId", {p}."key", {p}."name")'
_PERSON_NAME = 'coalesce({p}."displayName", {p}."name", {p}."key", {p}."accountId")'


@dataclass(frozen=True)
class FieldMapping:
    """Where the source keeps the profile's fields: canonical name → (field id, its name at the site, kind)."""

    fields: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Changes when a field is found elsewhere: histories pulled before must then be pulled again."""
        return json.dumps(self.fields, sort_keys=True)

    @property
    def values(self) -> dict[str, tuple[str, str, str]]:
        """The fields that hold a value of the ticket."""
        return {name: f for name, f in self.fields.items() if f[2] != "sla"}

    @property
    def extra(self) -> list[str]:
        """Those of them that the store's table of tickets has no column for."""
        return [name for name in self.values if name not in FIELDS]

    @property
    def slas(self) -> dict[str, str]:
        """The fields that hold the source's own figures for a clock: clock → field id."""
        return {name: f[0] for name, f in self.fields.items() if f[2] == "sla"}


@dataclass(frozen=True)
class Rejected:
    """An issue that could not be landed: its place in the batch (from 0) and why."""

    index: int
    reason: str


def stage(db: duckdb.DuckDBPyConnection, source: str, issues: list[bytes], mapping: FieldMapping) -> list[Rejected]:
    """Make staged_ticket, staged_extra_value, staged_change, staged_comment, staged_link, staged_sla_cycle, staged_person
    and staged_past_person from issues as JSON text. They hold until the next call.

    Of an issue that stands twice the newest, fullest form is taken.
    Returns the issues that could not be read; the others are staged all the same.
    """
    rejected = _parse_readable(db, source, issues, mapping)
    rejected += _unusable(db)
    _leave_out(db, {r.index for r in rejected}.union(_superseded(db)))
    _stage_tickets(db, source)
    _stage_extra_values(db, mapping)
    _stage_history(db, mapping)
    _stage_lists(db, source)
    _stage_sla(db, mapping)
    _stage_people(db, source)
    return sorted(rejected, key=lambda r: r.index)


def _parse_readable(
    db: duckdb.DuckDBPyConnection, source: str, issues: list[bytes], mapping: FieldMapping
) -> list[Rejected]:
    """Parse a batch; only when something in it is no JSON, find out what, and parse the rest."""
    try:
        _parse(db, source, dict(enumerate(issues)), mapping)
    except (duckdb.Error, pa.ArrowInvalid):
        rejected, readable = _split_readable(issues)
        _parse(db, source, readable, mapping)
        return rejected
    return []


def _parse(db: duckdb.DuckDBPyConnection, source: str, issues: dict[int, bytes], mapping: FieldMapping) -> None:
    """Table `issue`: one row an issue; instants are NULL where there is none. The texts are parsed
    once, so the lists in them (histories, comments, links, SLA cycles) are kept beside as they are."""
    mapped = ", ".join(f"{_current_value(mapping, name)} AS {column}" for name, column in _columns(mapping))
    _register(db, issues)
    cycles = ", ".join(_cycles(clock, field_id) for clock, field_id in mapping.slas.items())
    cycles = f"flatten([{cycles}])" if cycles else "NULL"
    db.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE issue AS
        WITH whole AS (SELECT n, {_parsed(_structure(mapping))} AS i FROM landing_batch),
        parsed AS (SELECT n, i, {_mapped_texts(mapping)} AS texts FROM whole)
        SELECT n, ? || '/' || i.id AS ticket_id, i.id AS id, i.key AS key, hash({_lasting(mapping)}, ?) AS content_hash,
               i.fields IS NOT NULL AS has_fields,
               {_instant("i.fields.created")} AS created_at, {_instant("i.fields.updated")} AS updated_at,
               {_instant("i.fields.resolutiondate")} AS resolution_date,
               coalesce(i.fields.project.key, {_project_of("i.key")}) AS project,
               i.fields.status.name AS status, i.fields.status.id AS status_id,
               nullif(i.fields.summary, '') AS summary,
               CASE WHEN regexp_matches(nullif(i.fields.description, 'null'), '[^" ]') THEN 'present' END AS description,
               i.fields.issuetype.name AS type, i.fields.priority.name AS priority,
               {_PERSON_ID.format(p="i.fields.assignee")} AS assignee,
               {_PERSON_NAME.format(p="i.fields.assignee")} AS assignee_name,
               {_PERSON_ID.format(p="i.fields.reporter")} AS reporter,
               {_PERSON_NAME.format(p="i.fields.reporter")} AS reporter_name, {mapped},
               coalesce(i.changelog.total, len(i.changelog.histories)) AS history_total,
               {_distinct_ids("i.changelog.histories")} AS history_stored, len(i.changelog.histories) AS entries,
               coalesce(i.fields.comment.total, len(i.fields.comment.comments), 0) AS comment_total,
               {_distinct_ids("i.fields.comment.comments")} AS comment_stored,
               i.changelog.histories AS histories, i.fields.comment.comments AS comments, i.fields.issuelinks AS links,
               {cycles} AS cycles
        FROM parsed""",
        [source, mapping.fingerprint],
    )


def _register(db: duckdb.DuckDBPyConnection, issues: dict[int, bytes]) -> None:
    """View `landing_batch`: the issues' texts and their places, as they lie in memory."""
    texts = pa.Array.from_buffers(
        pa.string_view(),
        len(issues),
        [
            None,
            pa.py_buffer(b"".join(map(_view, range(len(issues)), issues.values()))),
            *map(pa.py_buffer, issues.values()),
        ],
    )
    texts.validate(full=True)
    batch = pa.table({"n": pa.array(list(issues), pa.int64()), "issue": texts})
    db.register("landing_batch", pa.Table.from_batches(batch.to_batches(_ROWS_A_TASK), batch.schema))


def _view(number: int, text: bytes) -> bytes:
    """An entry of Arrow's string view: a short text itself, else where it stands."""
    if len(text) <= 12:
        return struct.pack("<i12s", len(text), text)
    return struct.pack("<i4sii", len(text), text[:4], number, 0)


def _parsed(structure: object) -> str:
    return f"from_json(issue, {_literal(json.dumps(structure))})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _distinct_ids(entries: str) -> str:
    """SQL: how many different ids the entries of a list have; pages that overlap repeat some."""
    return f"coalesce(list_unique(list_transform({entries}, lambda e: e.id)), 0)"


def _split_readable(issues: list[bytes]) -> tuple[list[Rejected], dict[int, bytes]]:
    decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
    rejected: list[Rejected] = []
    good: dict[int, bytes] = {}
    for index, text in enumerate(issues):
        try:
            decoder.decode(text)
            text.decode()
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            rejected.append(Rejected(index, f"not a JSON object: {error}"))
        else:
            good[index] = text
    return rejected, good


def _structure(mapping: FieldMapping) -> dict[str, object]:
    fields: dict[str, object] = dict(_FIELDS)
    for field_id, _, _ in mapping.values.values():
        fields.setdefault(field_id, "JSON")
    fields |= dict.fromkeys(mapping.slas.values(), _SLA)
    return {**_ISSUE, "fields": fields}


def _lasting(mapping: FieldMapping) -> str:
    """SQL: all that an issue says but the source's own figures, which run on at every read."""
    fields = (
        name for name in cast(dict[str, object], _structure(mapping)["fields"]) if name not in mapping.slas.values()
    )
    return ", ".join(["i.id", "i.key", "i.self", "i.changelog", *(f"i.fields.{_name(name)}" for name in fields)])


def _unusable(db: duckdb.DuckDBPyConnection) -> list[Rejected]:
    rows = db.execute("""
        SELECT n, CASE WHEN id IS NULL THEN 'it has no id' WHEN key IS NULL THEN 'it has no key'
                       WHEN NOT has_fields THEN 'it has no fields' ELSE 'its created or updated is no time' END
        FROM issue
        WHERE id IS NULL OR key IS NULL OR NOT has_fields OR created_at IS NULL OR updated_at IS NULL""")
    return [Rejected(n, reason) for n, reason in rows.fetchall()]


def _superseded(db: duckdb.DuckDBPyConnection) -> list[int]:
    """Of issues that stand twice in a batch, the places of all but the newest, fullest form."""
    rows = db.execute("""
        SELECT n FROM issue WHERE created_at IS NOT NULL AND updated_at IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY id ORDER BY updated_at DESC, entries DESC, n DESC) > 1""")
    return [n for (n,) in rows.fetchall()]


def _leave_out(db: duckdb.DuckDBPyConnection, places: set[int]) -> None:
    """Take the issues at these places out of table `issue`."""
    if places:
        db.execute("DELETE FROM issue WHERE list_contains(?, n)", [list(places)])


def _known_fields(mapping: FieldMapping) -> list[tuple[str, str, str]]:
    """How a history item names a field → canonical name and how its values are kept. A changed key is a change of
    project too."""
    rows = dict(_SYSTEM_FIELDS)
    for canonical, (field_id, name, kind) in mapping.values.items():
        rows[field_id.lower()] = (canonical, kind)
        rows.setdefault(name.strip().lower(), (canonical, kind))
    return [*((name, *rest) for name, rest in rows.items()), ("key", "project", "project")]


def _instant(text: str) -> str:
    return f"make_timestamp(epoch_us(try_cast({text} AS TIMESTAMPTZ)))"


def _stage_history(db: duckdb.DuckDBPyConnection, mapping: FieldMapping) -> None:
    """View staged_change, on table `changed`, which also has the names of the people in it. An entry without items keeps
    one row without a field, so that entries can be counted; a field that no metric needs keeps its row without its
    values. An entry that came twice (pages that overlap) counts once."""
    rows = ", ".join(f"({', '.join(map(_literal, row))})" for row in _known_fields(mapping))
    db.execute(f"CREATE OR REPLACE TEMP TABLE known_field AS FROM (VALUES {rows}) t(name, field, kind)")
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE changed AS
        WITH entry AS (
            SELECT n, ticket_id,
                   unnest(CASE WHEN entries > history_stored THEN {_once("histories")} ELSE histories END) AS h
            FROM issue),
        numbered AS (SELECT n, ticket_id, h.id AS entry_id, try_cast(h.id AS BIGINT) AS entry_number,
                            {_instant("h.created")} AS changed_at,
                            {_PERSON_ID.format(p="h.author")} AS author, {_PERSON_NAME.format(p="h.author")} AS author_name,
                            CASE WHEN len(h.items) > 0 THEN h.items ELSE [NULL] END AS items
                     FROM entry),
        raw AS (SELECT n, ticket_id, entry_id, entry_number, changed_at, author, author_name, unnest(items) AS it,
                       generate_subscripts(items, 1) AS item FROM numbered),
        named AS (SELECT n, ticket_id, entry_id, entry_number, changed_at, author, author_name, item, k.field, k.kind,
                         it."from" AS from_id, it."fromString" AS from_text, it."to" AS to_id, it."toString" AS to_text
                  FROM raw LEFT JOIN known_field k ON k.name = {_field_name("it")})
        SELECT ticket_id,
               CAST(row_number() OVER (PARTITION BY n
                    ORDER BY changed_at, entry_number, CASE WHEN entry_number IS NULL THEN entry_id END, item,
                             field = 'project') AS INTEGER) AS seq,
               entry_id, item, changed_at, author, field,
               {_change_value("from")} AS from_value, {_change_value("to")} AS to_value,
               CASE WHEN field IN ('status', 'link') THEN from_id END AS from_id,
               CASE WHEN field IN ('status', 'link') THEN to_id END AS to_id, author_name,
               CASE WHEN kind = 'person' AND from_id <> '' THEN from_text END AS from_name,
               CASE WHEN kind = 'person' AND to_id <> '' THEN to_text END AS to_name
        FROM named""")
    db.execute("""
        CREATE OR REPLACE TEMP VIEW staged_change AS
        SELECT * EXCLUDE (author_name, from_name, to_name) FROM changed""")


def _once(entries: str) -> str:
    """SQL: a list of entries without those whose id came before."""
    ids = f"list_transform({entries}, lambda e: e.id)"
    return f"list_filter({entries}, lambda e, place: e.id IS NULL OR list_position({ids}, e.id) = place)"


def _field_name(item: str) -> str:
    return f'lower(trim(coalesce({item}."fieldId", {item}.field)))'


def _project_of(key: str) -> str:
    return f"regexp_extract({key}, '^(.+)-[^-]+$', 1)"


def _change_value(side: str) -> str:
    """SQL: the value on one side of a history item, in the form that the store keeps for its field."""
    given, text = f"{side}_id", f"{side}_text"
    plain = f"nullif(coalesce(nullif({text}, ''), {given}), '')"
    return f"""CASE
        WHEN kind IS NULL THEN NULL
        WHEN kind = 'shown' THEN {text}
        WHEN kind = 'person' THEN nullif(coalesce({given}, {text}), '')
        WHEN kind = 'presence' THEN CASE WHEN trim({text}) <> '' THEN 'present' END
        WHEN kind = 'date' THEN {_date(f"nullif({given}, '')", text)}
        WHEN kind = 'flag' THEN {_flag(text)}
        WHEN kind = 'project' THEN {_project_of(plain)}
        ELSE {plain} END"""


def _date(*texts: str) -> str:
    """SQL: the calendar date in the first text that holds one, as ISO text. A date has no zone: none is applied."""
    tries = [f"try_cast(substr({t}, 1, 10) AS DATE)" for t in texts]
    tries += [f"CAST(try_strptime({t}, ['%d/%b/%y', '%d/%b/%Y']) AS DATE)" for t in texts]
    return f"CAST(coalesce({', '.join(tries)}) AS VARCHAR)"


def _flag(text: str) -> str:
    """SQL: 'true' for a flag that is set. No IN: DuckDB makes a join of it, which every row then goes through."""
    unset = " ".join(f"WHEN '{word}' THEN NULL" for word in ("", "no", "false", "0", "none", "[]"))
    return f"CASE lower(trim(coalesce({text}, ''))) {unset} ELSE 'true' END"


def _stage_tickets(db: duckdb.DuckDBPyConnection, source: str) -> None:
    """View staged_ticket."""
    db.execute(f"""
        CREATE OR REPLACE TEMP VIEW staged_ticket AS
        SELECT ticket_id, {_literal(source)} AS source, id, key, project, created_at, updated_at,
               resolution_date, status, status_id, summary, description, type, priority, assignee, reporter,
               {", ".join(_MAPPED)},
               history_total, history_stored, comment_total, comment_stored, content_hash
        FROM issue""")


def _stage_extra_values(db: duckdb.DuckDBPyConnection, mapping: FieldMapping) -> None:
    """View staged_extra_value: a row for each further field that has a value."""
    rows = [
        f"SELECT ticket_id, {_literal(name)} AS field, {column} AS value FROM issue WHERE {column} <> ''"
        for name, column in _columns(mapping)
        if name in mapping.extra
    ]
    nothing = "SELECT ticket_id, '' AS field, '' AS value FROM issue WHERE false"
    db.execute(f"CREATE OR REPLACE TEMP VIEW staged_extra_value AS {' UNION ALL '.join(rows) or nothing}")


def _columns(mapping: FieldMapping) -> list[tuple[str, str]]:
    """The mapped fields and what they are called in table `issue`."""
    return [*((name, name) for name in _MAPPED), *((name, f'"x {name}"') for name in mapping.extra)]


def _mapped_texts(mapping: FieldMapping) -> str:
    """SQL: the present values of the mapped fields as texts, in their order. One expression for all of them: planning
    one for each takes longer than parsing a page of issues."""
    values = ", ".join(f"i.fields.{_name(field_id)}" for field_id, _, _ in mapping.values.values())
    return f"list_transform([{values}]::JSON[], lambda v: nullif({_JSON_TEXT}, ''))"


def _current_value(mapping: FieldMapping, name: str) -> str:
    """SQL: the present value of a mapped field, in the form that the store keeps, or NULL where it is not mapped."""
    if name not in mapping.values:
        return "NULL::VARCHAR"
    text, kind = f"texts[{list(mapping.values).index(name) + 1}]", mapping.values[name][2]
    return _date(text) if kind == "date" else _flag(text) if kind == "flag" else text


def _stage_lists(db: duckdb.DuckDBPyConnection, source: str) -> None:
    """Table `beside`, with a comment, a link and an SLA cycle in a row, as many as there are of the most, and on it the
    views staged_comment and staged_link. A comment is public unless `jsdPublic` is false or it has a `visibility`
    (AMP-C2)."""
    db.execute("""
        CREATE OR REPLACE TEMP TABLE beside AS
        SELECT ticket_id, unnest(comments) AS c, unnest(links) AS l, unnest(cycles) AS s FROM issue""")
    db.execute(f"""
        CREATE OR REPLACE TEMP VIEW staged_comment AS
        SELECT DISTINCT ON (ticket_id, c.id) ticket_id, c.id AS comment_id, {_instant("c.created")} AS created_at,
               {_PERSON_ID.format(p="c.author")} AS author,
               coalesce(c."jsdPublic", true) AND coalesce(c.visibility ->> '$', '') IN ('', 'null', '{{}}') AS public
        FROM beside WHERE c IS NOT NULL""")
    db.execute(f"""
        CREATE OR REPLACE TEMP VIEW staged_link AS
        SELECT DISTINCT ON (ticket_id, l.id) ticket_id, l.id AS link_id, l."type".name AS type,
               CASE WHEN l."outwardIssue" IS NULL THEN 'inward' ELSE 'outward' END AS direction,
               CASE WHEN l."outwardIssue" IS NULL THEN l."type".inward ELSE l."type".outward END AS label,
               {_literal(source + "/")} || coalesce(l."outwardIssue".id, l."inwardIssue".id) AS other_id,
               coalesce(l."outwardIssue".key, l."inwardIssue".key) AS other_key
        FROM beside WHERE l IS NOT NULL""")


def _cycles(clock: str, field_id: str) -> str:
    """SQL: the completed cycles of an SLA field, then the ongoing one, each with the clock that they are of."""
    sla = f"i.fields.{_name(field_id)}"
    both = f'list_append(coalesce({sla}."completedCycles", []), {sla}."ongoingCycle")'
    return f"list_transform({both}, lambda c: {{'clock': {_literal(clock)}, 'c': c}})"


def _stage_sla(db: duckdb.DuckDBPyConnection, mapping: FieldMapping) -> None:
    """Table staged_sla_cycle: the completed cycles of each SLA field, then the ongoing one, numbered by their start.

    What of them lasts goes into the content hash. The numbers of an ongoing cycle do not: they run on at every read,
    and would make every open ticket a changed one.
    """
    if not mapping.slas:
        db.execute(
            "CREATE OR REPLACE TEMP TABLE staged_sla_cycle AS SELECT * EXCLUDE (first_seen_at, no) FROM sla_cycle LIMIT 0"
        )
        return
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE staged_sla_cycle AS
        SELECT ticket_id, clock,
               CAST(row_number() OVER (PARTITION BY ticket_id, clock ORDER BY {_at("startTime")}, {_at("stopTime")})
                    AS INTEGER) AS cycle,
               {_at("startTime")} AS started_at, {_at("stopTime")} AS stopped_at, {_at("breachTime")} AS breach_at,
               c.breached AS breached, c."goalDuration".millis AS goal_ms, c."elapsedTime".millis AS elapsed_ms,
               c."remainingTime".millis AS remaining_ms, c.paused AS paused
        FROM (SELECT ticket_id, s.clock AS clock, s.c AS c FROM beside WHERE s IS NOT NULL)
        WHERE c."startTime"."epochMillis" IS NOT NULL""")
    db.execute("""
        UPDATE issue SET content_hash = hash(issue.content_hash, s.lasting) FROM (
            SELECT ticket_id, string_agg(concat_ws(' ', clock, epoch_ms(started_at), epoch_ms(stopped_at), goal_ms,
                       CASE WHEN stopped_at IS NOT NULL THEN elapsed_ms END), ';' ORDER BY clock, cycle) AS lasting
            FROM staged_sla_cycle GROUP BY ticket_id) s
        WHERE s.ticket_id = issue.ticket_id""")


def _at(time: str) -> str:
    return f'make_timestamp(c."{time}"."epochMillis" * 1000)'


def _stage_people(db: duckdb.DuckDBPyConnection, source: str) -> None:
    """Tables staged_person, of who stands in an issue now or wrote in it, and staged_past_person, of who stood there
    once."""
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE staged_person AS
        WITH seen AS (
            SELECT assignee AS person_id, assignee_name AS name FROM issue
            UNION ALL SELECT reporter, reporter_name FROM issue
            UNION ALL SELECT {_PERSON_ID.format(p="c.author")}, {_PERSON_NAME.format(p="c.author")} FROM beside
            UNION ALL SELECT author, author_name FROM changed)
        SELECT {_literal(source)} AS source, person_id, max(name) AS name
        FROM seen WHERE person_id IS NOT NULL GROUP BY person_id""")
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE staged_past_person AS
        WITH seen AS (SELECT from_value AS person_id, from_name AS name FROM changed WHERE from_name <> ''
                      UNION ALL SELECT to_value, to_name FROM changed WHERE to_name <> '')
        SELECT {_literal(source)} AS source, person_id, max(name) AS name FROM seen GROUP BY person_id""")
