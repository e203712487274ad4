"""Landing: Jira REST issues, as JSON text, into the staged tables of the store. One way for every Jira source.

DuckDB parses the JSON with explicit columns (no generic inference, no Python objects per issue); only what the
metrics need is taken, so descriptions, comment bodies and e-mail addresses never reach the store.
"""

import json
from dataclasses import dataclass, field

import duckdb
import msgspec
import pyarrow as pa

_PERSON = {"accountId": "VARCHAR", "key": "VARCHAR", "name": "VARCHAR", "displayName": "VARCHAR"}
_NAMED = {"id": "VARCHAR", "name": "VARCHAR"}
_OTHER_ISSUE = {"id": "VARCHAR", "key": "VARCHAR"}
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
    "issuelinks": [
        {
            "id": "VARCHAR",
            "type": {"name": "VARCHAR", "inward": "VARCHAR", "outward": "VARCHAR"},
            "inwardIssue": _OTHER_ISSUE,
            "outwardIssue": _OTHER_ISSUE,
        }
    ],
    "comment": {
        "total": "BIGINT",
        "comments": [
            {
                "id": "VARCHAR",
                "author": _PERSON,
                "created": "VARCHAR",
                "jsdPublic": "BOOLEAN",
                "visibility": "JSON",
            }
        ],
    },
}
_ISSUE = {
    "id": "VARCHAR",
    "key": "VARCHAR",
    "self": "VARCHAR",
    "changelog": {
        "total": "BIGINT",
        "histories": [
            {
                "id": "VARCHAR",
                "author": _PERSON,
                "created": "VARCHAR",
                "items": [
                    {
                        "field": "VARCHAR",
                        "fieldId": "VARCHAR",
                        "from": "VARCHAR",
                        "fromString": "VARCHAR",
                        "to": "VARCHAR",
                        "toString": "VARCHAR",
                    }
                ],
            }
        ],
    },
}
# Canonical name of each system field, by its id in `fieldId`, or by its name in older histories.
_SYSTEM_FIELDS = {
    "status": "status", "issuetype": "type", "priority": "priority", "assignee": "assignee", "reporter": "reporter",
    "summary": "summary", "description": "description", "key": "key", "link": "link",
}  # fmt: skip
_MAPPED = (
    "relevance", "service", "service_element", "service_version", "category", "provider", "eta", "score",
    "esa_arb", "esa_cab", "interface",
)  # fmt: skip
# A custom field's value: an option, a user, the first of several, or a plain text or number.
_JSON_TEXT = """CASE substr({v}, 1, 1)
    WHEN '{{' THEN coalesce({v} ->> '$.value', {v} ->> '$.name', {v} ->> '$.displayName')
    WHEN '[' THEN coalesce({v} ->> '$[0].value', {v} ->> '$[0].name', {v} ->> '$[0]')
    ELSE {v} ->> '$' END"""
_ROWS_A_THREAD = 2048  # Arrow batches are what DuckDB's threads share out
_DURATION, _TIME = {"millis": "BIGINT"}, {"epochMillis": "BIGINT"}
_CYCLE = {
    "startTime": _TIME, "stopTime": _TIME, "breachTime": _TIME, "breached": "BOOLEAN", "paused": "BOOLEAN",
    "goalDuration": _DURATION, "elapsedTime": _DURATION, "remainingTime": _DURATION,
}  # fmt: skip
_SLA = {"completedCycles": [_CYCLE], "ongoingCycle": _CYCLE}
_PERSON_ID = 'coalesce({p}."accountId", {p}."key", {p}."name")'


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
    def slas(self) -> dict[str, str]:
        """The fields that hold the source's own figures for a clock: clock → field id."""
        return {name: f[0] for name, f in self.fields.items() if f[2] == "sla"}


@dataclass(frozen=True)
class Rejected:
    """An issue that could not be landed: its place in the batch (from 0) and why."""

    index: int
    reason: str


def stage(db: duckdb.DuckDBPyConnection, source: str, issues: list[bytes], mapping: FieldMapping) -> list[Rejected]:
    """Fill the staged tables (ticket, change, comment, link, person, SLA cycle) from issues as JSON text.

    Of an issue that stands twice the newest, fullest form is taken.
    Returns the issues that could not be read; the others are staged all the same.
    """
    rejected = _parse_readable(db, source, issues, mapping)
    rejected += _reject_unusable(db)
    _keep_newest(db)
    _stage_history(db, mapping)
    _stage_comments(db)
    _stage_sla(db, mapping)
    _stage_tickets(db, source)
    _stage_links(db, source)
    _stage_people(db, source)
    return sorted(rejected, key=lambda r: r.index)


def _parse_readable(
    db: duckdb.DuckDBPyConnection, source: str, issues: list[bytes], mapping: FieldMapping
) -> list[Rejected]:
    """Parse a batch; only when something in it is no JSON, find out what, and parse the rest."""
    try:
        _parse(db, source, dict(enumerate(issues)), mapping)
    except (duckdb.Error, pa.ArrowInvalid):
        rejected, good = _split_readable(issues)
        _parse(db, source, good, mapping)
        return rejected
    return []


def _parse(db: duckdb.DuckDBPyConnection, source: str, issues: dict[int, bytes], mapping: FieldMapping) -> None:
    """Table `issue`: one row an issue, flat but for its lists; instants are NULL where there is none."""
    mapped = ", ".join(f"{_current_value(mapping, name)} AS {name}" for name in _MAPPED)
    texts = "".join(f", {_current_text(field_id)} AS {name}_text" for name, (field_id, _, _) in mapping.values.items())
    slas = "".join(f", issue -> '{_path_to(field_id)}' AS sla_{clock}" for clock, field_id in mapping.slas.items())
    sla_names = "".join(f", sla_{clock}" for clock in mapping.slas)
    batch = pa.table({"n": pa.array(list(issues), pa.int64()), "issue": pa.array(list(issues.values()), pa.string())})
    db.register("landing_batch", pa.Table.from_batches(batch.to_batches(_ROWS_A_THREAD), batch.schema))
    db.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE issue AS
        WITH whole AS (SELECT n, from_json(issue, ?) AS i{slas} FROM landing_batch),
        parsed AS (SELECT n, i{sla_names}{texts} FROM whole)
        SELECT n, ? || '/' || i.id AS ticket_id, i.id AS id, i.key AS key, hash(i, ?) AS content_hash,
               i.fields IS NOT NULL AS has_fields,
               {_instant("i.fields.created")} AS created_at, {_instant("i.fields.updated")} AS updated_at,
               {_instant("i.fields.resolutiondate")} AS resolution_date{sla_names},
               coalesce(i.fields.project.key, {_project_of("i.key")}) AS project,
               i.fields.status.name AS status, i.fields.status.id AS status_id,
               nullif(i.fields.summary, '') AS summary,
               CASE WHEN coalesce(trim(i.fields.description ->> '$'), '') <> '' THEN 'present' END AS description,
               i.fields.issuetype.name AS type, i.fields.priority.name AS priority,
               i.fields.assignee AS assignee, i.fields.reporter AS reporter, {mapped},
               coalesce(i.changelog.total, len(i.changelog.histories)) AS history_total,
               i.changelog.histories AS histories,
               coalesce(i.fields.comment.total, len(i.fields.comment.comments), 0) AS comment_total,
               i.fields.comment.comments AS comments, i.fields.issuelinks AS links
        FROM parsed""",
        [json.dumps(_structure(mapping)), source, mapping.fingerprint],
    )
    db.unregister("landing_batch")


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
    return {**_ISSUE, "fields": fields}


def _reject_unusable(db: duckdb.DuckDBPyConnection) -> list[Rejected]:
    rows = db.execute("""
        SELECT n, CASE WHEN id IS NULL THEN 'it has no id' WHEN key IS NULL THEN 'it has no key'
                       WHEN NOT has_fields THEN 'it has no fields' ELSE 'its created or updated is no time' END
        FROM issue
        WHERE id IS NULL OR key IS NULL OR NOT has_fields OR created_at IS NULL OR updated_at IS NULL""")
    rejected = [Rejected(n, reason) for n, reason in rows.fetchall()]
    if rejected:
        db.execute("DELETE FROM issue WHERE list_contains(?, n)", [[r.index for r in rejected]])
    return rejected


def _keep_newest(db: duckdb.DuckDBPyConnection) -> None:
    """Of an issue that stands twice in a batch, keep the newest, fullest form."""
    db.execute("""
        DELETE FROM issue WHERE n IN (
            SELECT n FROM (
                SELECT n, row_number() OVER (PARTITION BY id ORDER BY updated_at DESC, entries DESC, n DESC) AS place
                FROM (SELECT n, id, updated_at, len(histories) AS entries FROM issue))
            WHERE place > 1)""")


def _known_fields(mapping: FieldMapping) -> list[tuple[str, str, str]]:
    """How a history item names a field → canonical name and kind."""
    rows = {name: (canonical, "text") for name, canonical in _SYSTEM_FIELDS.items()}
    for canonical, (field_id, name, kind) in mapping.values.items():
        rows[field_id.lower()] = (canonical, kind)
        rows.setdefault(name.strip().lower(), (canonical, kind))
    return [(name, *rest) for name, rest in rows.items()]


def _instant(text: str) -> str:
    return f"make_timestamp(epoch_us(try_cast({text} AS TIMESTAMPTZ)))"


def _stage_history(db: duckdb.DuckDBPyConnection, mapping: FieldMapping) -> None:
    """Table staged_change. An entry without items keeps one row without a field, so that entries can be counted;
    a field that no metric needs keeps its row without its values. A changed key is a change of project too."""
    names = pa.table(dict(zip(("name", "field", "kind"), zip(*_known_fields(mapping), strict=True), strict=True)))
    db.register("known_field", names)
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE item AS
        WITH entry AS (SELECT ticket_id, unnest(histories) AS h FROM issue),
        numbered AS (SELECT ticket_id, h.id AS entry_id, {_instant("h.created")} AS changed_at,
                            {_PERSON_ID.format(p="h.author")} AS author,
                            CASE WHEN len(h.items) > 0 THEN h.items ELSE [NULL] END AS items
                     FROM entry),
        raw AS (SELECT ticket_id, entry_id, changed_at, author, unnest(items) AS it,
                       generate_subscripts(items, 1) AS item FROM numbered)
        SELECT ticket_id, entry_id, changed_at, author, item, k.field, k.kind,
               it."from" AS from_id, it."fromString" AS from_text, it."to" AS to_id, it."toString" AS to_text
        FROM raw LEFT JOIN known_field k ON k.name = lower(trim(coalesce(it."fieldId", it.field)))""")
    db.unregister("known_field")
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE staged_change AS
        WITH valued AS (SELECT ticket_id, entry_id, item, changed_at, author, field,
                          {_change_value("from")} AS from_value, {_change_value("to")} AS to_value,
                          CASE WHEN field IN ('status', 'link') THEN from_id END AS from_id,
                          CASE WHEN field IN ('status', 'link') THEN to_id END AS to_id
                   FROM item),
        with_project AS (
            SELECT * FROM valued
            UNION ALL
            SELECT ticket_id, entry_id, item, changed_at, author, 'project',
                   {_project_of("from_value")}, {_project_of("to_value")}, NULL, NULL
            FROM valued WHERE field = 'key')
        SELECT ticket_id,
               CAST(row_number() OVER (PARTITION BY ticket_id
                    ORDER BY changed_at, try_cast(entry_id AS BIGINT), entry_id, item, field) AS INTEGER) AS seq,
               entry_id, item, changed_at, author, field, from_value, to_value, from_id, to_id
        FROM with_project""")
    _drop_repeated_items(db)


def _drop_repeated_items(db: duckdb.DuckDBPyConnection) -> None:
    """An entry that came twice (pages that overlap) counts once; `seq` may then have gaps, which nothing minds."""
    db.execute("""
        DELETE FROM staged_change c USING (
            SELECT ticket_id, entry_id, item, field, min(seq) AS first_seq FROM staged_change
            GROUP BY ticket_id, entry_id, item, field HAVING count(*) > 1) d
        WHERE c.ticket_id = d.ticket_id AND c.entry_id = d.entry_id AND c.item = d.item
          AND c.field IS NOT DISTINCT FROM d.field AND c.seq > d.first_seq""")


def _project_of(key: str) -> str:
    return f"regexp_extract({key}, '^(.+)-[^-]+$', 1)"


def _change_value(side: str) -> str:
    """SQL: the value on one side of a history item, in the form that the store keeps for its field."""
    given, text = f"{side}_id", f"{side}_text"
    return f"""CASE
        WHEN field IS NULL THEN NULL
        WHEN field = 'link' THEN {text}
        WHEN field IN ('assignee', 'reporter') THEN nullif(coalesce({given}, {text}), '')
        WHEN field = 'description' THEN CASE WHEN trim({text}) <> '' THEN 'present' END
        WHEN kind = 'date' THEN {_date(f"nullif({given}, '')", text)}
        WHEN kind = 'flag' THEN {_flag(text)}
        ELSE nullif(coalesce(nullif({text}, ''), {given}), '') END"""


def _date(*texts: str) -> str:
    """SQL: the calendar date in the first text that holds one, as ISO text. A date has no zone: none is applied."""
    tries = [f"try_cast(substr({t}, 1, 10) AS DATE)" for t in texts]
    tries += [f"CAST(try_strptime({t}, ['%d/%b/%y', '%d/%b/%Y']) AS DATE)" for t in texts]
    return f"CAST(coalesce({', '.join(tries)}) AS VARCHAR)"


def _flag(text: str) -> str:
    return f"CASE WHEN lower(trim({text})) NOT IN ('', 'no', 'false', '0', 'none', '[]') THEN 'true' END"


def _stage_tickets(db: duckdb.DuckDBPyConnection, source: str) -> None:
    db.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE staged_ticket AS
        SELECT ticket_id, ? AS source, id, key, project, created_at, updated_at, resolution_date, status, status_id, summary,
               description, type, priority, {_PERSON_ID.format(p="assignee")} AS assignee,
               {_PERSON_ID.format(p="reporter")} AS reporter, {", ".join(_MAPPED)},
               history_total, coalesce(h.entries, 0) AS history_stored,
               comment_total, coalesce(c.comments, 0) AS comment_stored, content_hash
        FROM (SELECT * EXCLUDE (comments, histories, links) FROM issue)
        LEFT JOIN (SELECT ticket_id, count(DISTINCT entry_id) AS entries FROM staged_change GROUP BY ticket_id) h
            USING (ticket_id)
        LEFT JOIN (SELECT ticket_id, count(*) AS comments FROM staged_comment GROUP BY ticket_id) c
            USING (ticket_id)""",
        [source],
    )


def _stage_sla(db: duckdb.DuckDBPyConnection, mapping: FieldMapping) -> None:
    """Table staged_sla_cycle: the completed cycles of each SLA field, then the ongoing one, numbered by their start.

    What of them lasts goes into the content hash. The numbers of an ongoing cycle do not: they run on at every read,
    and would make every open ticket a changed one.
    """
    cycles = [_cycles_sql(clock) for clock in mapping.slas] or [f"{_cycles_sql('')} LIMIT 0"]
    db.execute(f"CREATE OR REPLACE TEMP TABLE staged_sla_cycle AS {' UNION ALL '.join(cycles)}")
    if mapping.slas:
        db.execute("""
            UPDATE issue SET content_hash = hash(issue.content_hash, s.lasting) FROM (
                SELECT ticket_id, string_agg(concat_ws(' ', clock, epoch_ms(started_at), epoch_ms(stopped_at), goal_ms,
                           CASE WHEN stopped_at IS NOT NULL THEN elapsed_ms END), ';' ORDER BY clock, cycle) AS lasting
                FROM staged_sla_cycle GROUP BY ticket_id) s
            WHERE s.ticket_id = issue.ticket_id""")


def _cycles_sql(clock: str) -> str:
    """SQL: the cycles of the SLA field of a clock; of no field, rows of the same columns from nothing."""
    field = f"sla_{clock}" if clock else "NULL"

    def at(time: str) -> str:
        return f'make_timestamp(c."{time}"."epochMillis" * 1000)'

    return f"""
        SELECT ticket_id, '{clock}' AS clock,
               CAST(row_number() OVER (PARTITION BY ticket_id ORDER BY {at("startTime")}, {at("stopTime")}) AS INTEGER)
                   AS cycle,
               {at("startTime")} AS started_at, {at("stopTime")} AS stopped_at, {at("breachTime")} AS breach_at,
               c.breached AS breached, c."goalDuration".millis AS goal_ms, c."elapsedTime".millis AS elapsed_ms,
               c."remainingTime".millis AS remaining_ms, c.paused AS paused
        FROM (SELECT ticket_id, unnest(list_append(coalesce(s."completedCycles", []), s."ongoingCycle")) AS c
              FROM (SELECT ticket_id, from_json({field}, '{json.dumps(_SLA)}') AS s FROM issue))
        WHERE c."startTime"."epochMillis" IS NOT NULL"""


def _path_to(field_id: str) -> str:
    """The JSON pointer to a field, inside an SQL text."""
    return "/fields/" + field_id.replace("~", "~0").replace("/", "~1").replace("'", "''")


def _current_text(field_id: str) -> str:
    """SQL: the present value of a field as text."""
    return "nullif(" + _JSON_TEXT.format(v=f'i.fields."{field_id}"') + ", '')"


def _current_value(mapping: FieldMapping, name: str) -> str:
    """SQL: the present value of a mapped field, in the form that the store keeps, or NULL where it is not mapped."""
    if name not in mapping.values:
        return "NULL::VARCHAR"
    text, kind = f"{name}_text", mapping.fields[name][2]
    return _date(text) if kind == "date" else _flag(text) if kind == "flag" else text


def _stage_comments(db: duckdb.DuckDBPyConnection) -> None:
    """A comment is public unless `jsdPublic` is false or it has a `visibility` (AMP-C2)."""
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE staged_comment AS
        SELECT DISTINCT ON (ticket_id, c.id) ticket_id, c.id AS comment_id, {_instant("c.created")} AS created_at,
               {_PERSON_ID.format(p="c.author")} AS author,
               coalesce(c."jsdPublic", true) AND coalesce(c.visibility ->> '$', '') IN ('', 'null', '{{}}') AS public
        FROM (SELECT ticket_id, unnest(comments) AS c FROM issue)""")


def _stage_links(db: duckdb.DuckDBPyConnection, source: str) -> None:
    db.execute(
        """
        CREATE OR REPLACE TEMP TABLE staged_link AS
        SELECT DISTINCT ON (ticket_id, l.id) ticket_id, l.id AS link_id, l."type".name AS type,
               CASE WHEN l."outwardIssue" IS NULL THEN 'inward' ELSE 'outward' END AS direction,
               CASE WHEN l."outwardIssue" IS NULL THEN l."type".inward ELSE l."type".outward END AS label,
               ? || '/' || coalesce(l."outwardIssue".id, l."inwardIssue".id) AS other_id,
               coalesce(l."outwardIssue".key, l."inwardIssue".key) AS other_key
        FROM (SELECT ticket_id, unnest(links) AS l FROM issue)""",
        [source],
    )


def _stage_people(db: duckdb.DuckDBPyConnection, source: str) -> None:
    db.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE staged_person AS
        WITH seen AS (
            SELECT assignee AS p FROM issue UNION ALL SELECT reporter FROM issue
            UNION ALL SELECT c.author FROM (SELECT unnest(comments) AS c FROM issue)
            UNION ALL SELECT h.author FROM (SELECT unnest(histories) AS h FROM issue))
        SELECT ? AS source, {_PERSON_ID.format(p="p")} AS person_id,
               max(coalesce(p."displayName", p."name", p."key", p."accountId")) AS name
        FROM seen WHERE {_PERSON_ID.format(p="p")} IS NOT NULL GROUP BY 2""",
        [source],
    )
    db.execute(
        """
        CREATE OR REPLACE TEMP TABLE staged_past_person AS
        WITH seen AS (
            SELECT from_id AS person_id, from_text AS name FROM item WHERE field IN ('assignee', 'reporter')
            UNION ALL SELECT to_id, to_text FROM item WHERE field IN ('assignee', 'reporter'))
        SELECT ? AS source, person_id, max(name) AS name FROM seen
        WHERE person_id <> '' AND name <> '' GROUP BY person_id""",
        [source],
    )
