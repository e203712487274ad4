"""Landing: Jira REST issues, as JSON text, into the staged tables of the store. One way for every Jira source.

DuckDB parses the JSON with explicit columns (no generic inference, no Python objects per issue); only what the
metrics need is taken, so descriptions, comment bodies and e-mail addresses never reach the store.
"""

import struct
from datetime import datetime
from typing import cast

import duckdb
import msgspec
import pyarrow as pa

from etl.field_mapping import FieldMapping
from etl.jira_beside import cycles_of, stage_lists, stage_people, stage_sla
from etl.jira_history import stage_history
from etl.jira_shape import PERSON_ID, PERSON_NAME, date, flag, instant, parsed, project_of, quoted, structure
from etl.rejected import EARLIEST, TOO_EARLY, UNREADABLE, Rejected
from etl.statement import statement
from metrics.sql_text import literal

_MAPPED = (
    "relevance", "service", "service_element", "service_version", "category", "provider", "eta", "score",
    "esa_arb", "esa_cab", "interface",
)  # fmt: skip
# A custom field's value: an option, a user, the first of several, or a plain text or number.
_JSON_TEXT = """CASE substr(v, 1, 1)
    WHEN '{' THEN coalesce(v ->> '$.value', v ->> '$.name', v ->> '$.displayName')
    WHEN '[' THEN coalesce(v ->> '$[0].value', v ->> '$[0].name', v ->> '$[0]')
    ELSE v ->> '$' END"""
_NO_TEXTS = "media|mediaInline|inlineCard|blockCard|embedCard|mention|emoji|date|status|extension|inlineExtension"
_ROWS_A_TASK = 256  # Arrow batches are what DuckDB's threads share out


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
    stage_history(db, mapping)
    stage_lists(db, source)
    stage_sla(db, mapping)
    stage_people(db, source)
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
    once, so the lists in them (histories, comments, links, SLA cycles) are kept beside as they are. An issue that came
    without a history at all lacks at least one entry: it is not whole."""
    mapped = ", ".join(f"{_current_value(mapping, name)} AS {column}" for name, column in _columns(mapping))
    _register(db, issues)
    db.execute(
        statement(f"""
        CREATE OR REPLACE TEMP TABLE issue AS
        WITH whole AS (SELECT n, {parsed(structure(mapping))} AS i FROM landing_batch),
        parsed AS (SELECT n, i, {_mapped_texts(mapping)} AS texts FROM whole)
        SELECT n, ? || '/' || i.id AS ticket_id, i.id AS id, i.key AS key, hash({_lasting(mapping)}, ?) AS content_hash,
               i.fields IS NOT NULL AS has_fields,
               {instant("i.fields.created")} AS created_at, {instant("i.fields.updated")} AS updated_at,
               {instant("i.fields.resolutiondate")} AS resolution_date,
               coalesce(i.fields.project.key, {project_of("i.key")}) AS project,
               i.fields.status.name AS status, i.fields.status.id AS status_id,
               nullif(i.fields.summary, '') AS summary,
               CASE WHEN {_says_something("i.fields.description")} THEN 'present' END AS description,
               i.fields.issuetype.name AS type, i.fields.priority.name AS priority,
               {PERSON_ID.format(p="i.fields.assignee")} AS assignee,
               {PERSON_NAME.format(p="i.fields.assignee")} AS assignee_name,
               {PERSON_ID.format(p="i.fields.reporter")} AS reporter,
               {PERSON_NAME.format(p="i.fields.reporter")} AS reporter_name, {mapped},
               coalesce(i.changelog.total, len(i.changelog.histories), 1) AS history_total,
               {_distinct_ids("i.changelog.histories")} AS history_stored, len(i.changelog.histories) AS entries,
               coalesce(i.fields.comment.total, len(i.fields.comment.comments), 0) AS comment_total,
               {_distinct_ids("i.fields.comment.comments")} AS comment_stored,
               i.changelog.histories AS histories, i.fields.comment.comments AS comments, i.fields.issuelinks AS links,
               {cycles_of(mapping)} AS cycles
        FROM parsed"""),
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


def _distinct_ids(entries: str) -> str:
    """SQL: how many different ids the entries of a list have; pages that overlap repeat some."""
    return f"coalesce(list_unique(list_transform({entries}, lambda e: e.id)), 0)"


def _says_something(text: str) -> str:
    """SQL: whether a description, as JSON, has anything but spaces in it. Cloud gives a document: its texts, or what else
    somebody can put there."""
    return f"""CASE WHEN starts_with({text}, '{{') THEN regexp_matches({text}, '"text": *"[^"]*[^" ]|"type": *"({_NO_TEXTS})"')
                    ELSE regexp_matches(nullif({text}, 'null'), '[^" ]') END"""


def _split_readable(issues: list[bytes]) -> tuple[list[Rejected], dict[int, bytes]]:
    decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
    rejected: list[Rejected] = []
    good: dict[int, bytes] = {}
    for index, text in enumerate(issues):
        try:
            decoder.decode(text)
            text.decode()
        except UNREADABLE as error:
            rejected.append(Rejected(index, f"not a JSON object: {error}"))
        else:
            good[index] = text
    return rejected, good


def _lasting(mapping: FieldMapping) -> str:
    """SQL: all that an issue says but the source's own figures, which run on at every read."""
    fields = (
        name for name in cast(dict[str, object], structure(mapping)["fields"]) if name not in mapping.slas.values()
    )
    return ", ".join(["i.id", "i.key", "i.self", "i.changelog", *(f"i.fields.{quoted(name)}" for name in fields)])


def _unusable(db: duckdb.DuckDBPyConnection) -> list[Rejected]:
    rows = db.execute(
        f"""
        SELECT n, CASE WHEN id IS NULL THEN 'it has no id' WHEN key IS NULL THEN 'it has no key'
                       WHEN NOT has_fields THEN 'it has no fields'
                       WHEN created_at < $earliest THEN {literal(TOO_EARLY)}
                       ELSE 'its created or updated is no time' END
        FROM issue
        WHERE id IS NULL OR key IS NULL OR NOT has_fields OR created_at IS NULL OR updated_at IS NULL
           OR created_at < $earliest OR created_at > $last OR updated_at NOT BETWEEN $first AND $last""",
        {"earliest": EARLIEST, "first": datetime.min, "last": datetime.max},  # beyond, DuckDB has years; Python has not
    )
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


def _stage_tickets(db: duckdb.DuckDBPyConnection, source: str) -> None:
    """View staged_ticket."""
    db.execute(f"""
        CREATE OR REPLACE TEMP VIEW staged_ticket AS
        SELECT ticket_id, {literal(source)} AS source, id, key, project, created_at, updated_at,
               resolution_date, status, status_id, summary, description, type, priority, assignee, reporter,
               {", ".join(_MAPPED)},
               history_total, history_stored, comment_total, comment_stored, content_hash
        FROM issue""")


def _stage_extra_values(db: duckdb.DuckDBPyConnection, mapping: FieldMapping) -> None:
    """View staged_extra_value: a row for each further field that has a value."""
    rows = [
        f"SELECT ticket_id, {literal(name)} AS field, {column} AS value FROM issue WHERE {column} <> ''"
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
    values = ", ".join(f"i.fields.{quoted(field_id)}" for field_id, _, _ in mapping.values.values())
    return f"list_transform([{values}]::JSON[], lambda v: nullif({_JSON_TEXT}, ''))"


def _current_value(mapping: FieldMapping, name: str) -> str:
    """SQL: the present value of a mapped field, in the form that the store keeps, or NULL where it is not mapped."""
    if name not in mapping.values:
        return "NULL::VARCHAR"
    text, kind = f"texts[{list(mapping.values).index(name) + 1}]", mapping.values[name][2]
    return date(text) if kind == "date" else flag(text) if kind == "flag" else text
