"""Staging the change logs of Jira issues."""

import duckdb

from etl.field_mapping import FieldMapping
from etl.jira_shape import PERSON_ID, PERSON_NAME, date, flag, instant, project_of
from etl.jira_undated import count_as_not_stored, is_time
from etl.statement import statement
from metrics.sql_text import literal

# By the id in `fieldId`, or the name in older histories: a system field's canonical name, and how its values are kept.
# There a custom field can have the name of a system field; `fieldtype` tells them apart.
_SYSTEM_FIELDS = {
    "status": ("status", "text"), "issuetype": ("type", "text"), "priority": ("priority", "text"),
    "summary": ("summary", "text"), "key": ("key", "text"), "link": ("link", "shown"), "issuelinks": ("link", "shown"),
    "assignee": ("assignee", "person"), "reporter": ("reporter", "person"), "description": ("description", "presence"),
}  # fmt: skip
_CUSTOM = "custom field "


def stage_history(db: duckdb.DuckDBPyConnection, mapping: FieldMapping) -> None:
    """View staged_change, on table `changed`, which also has the names of the people in it. An entry without items keeps
    one row without a field, so that entries can be counted; a field that no metric needs keeps its row without its
    values. An entry that came twice (pages that overlap) counts once, one without a readable time as not stored."""
    known = ", ".join(f"({', '.join(map(literal, row))})" for row in _known_fields(mapping))
    db.execute(
        statement(f"""
        CREATE OR REPLACE TEMP TABLE changed AS
        WITH known_field(name, field, kind) AS (VALUES {known}),
        entry AS (
            SELECT n, ticket_id,
                   unnest(CASE WHEN entries > history_stored THEN {_once("histories")} ELSE histories END) AS h
            FROM issue),
        numbered AS (SELECT n, ticket_id, h.id AS entry_id, try_cast(h.id AS BIGINT) AS entry_number,
                            {instant("h.created")} AS changed_at,
                            {PERSON_ID.format(p="h.author")} AS author, {PERSON_NAME.format(p="h.author")} AS author_name,
                            CASE WHEN len(h.items) > 0 THEN h.items ELSE [NULL] END AS items
                     FROM entry),
        raw AS (SELECT n, ticket_id, entry_id, entry_number, changed_at, author, author_name, unnest(items) AS it,
                       generate_subscripts(items, 1) AS item FROM numbered),
        named AS (SELECT n, ticket_id, entry_id, entry_number, changed_at, author, author_name, item, k.field, k.kind,
                         it."from" AS from_id, it."fromString" AS from_text, it."to" AS to_id, it."toString" AS to_text
                  FROM raw LEFT JOIN known_field k ON k.name = {_field_name("it")})
        SELECT ticket_id,
               CAST(row_number() OVER (ORDER BY n, changed_at, entry_number,
                                       CASE WHEN entry_number IS NULL THEN entry_id END, item, field = 'project')
                    - rank() OVER (ORDER BY n) + 1 AS INTEGER) AS seq,
               entry_id, item, changed_at, author, field,
               {_change_value("from")} AS from_value, {_change_value("to")} AS to_value,
               CASE WHEN field IN ('status', 'link') THEN from_id END AS from_id,
               CASE WHEN field IN ('status', 'link') THEN to_id END AS to_id, author_name,
               CASE WHEN kind = 'person' AND from_id <> '' THEN from_text END AS from_name,
               CASE WHEN kind = 'person' AND to_id <> '' THEN to_text END AS to_name
        FROM named""")
    )
    undated = f"FROM changed WHERE NOT {is_time('changed_at')}"
    if count_as_not_stored(db, "history_stored", "entry_id", undated):
        db.execute(f"DELETE {undated}")
    db.execute("""
        CREATE OR REPLACE TEMP VIEW staged_change AS
        SELECT * EXCLUDE (author_name, from_name, to_name) FROM changed""")


def _known_fields(mapping: FieldMapping) -> list[tuple[str, str, str]]:
    """How a history item names a field → canonical name and how its values are kept. A changed key is a change of
    project too."""
    rows = dict(_SYSTEM_FIELDS)
    for canonical, (field_id, name, kind) in mapping.values.items():
        rows[field_id.lower()] = (canonical, kind)
        rows.setdefault(name.strip().lower(), (canonical, kind))
        if field_id.startswith("customfield_"):
            rows.setdefault(_CUSTOM + name.strip().lower(), (canonical, kind))
    return [*((name, *rest) for name, rest in rows.items()), ("key", "project", "project")]


def _once(entries: str) -> str:
    """SQL: a list of entries without those whose id came before."""
    ids = f"list_transform({entries}, lambda e: e.id)"
    return f"list_filter({entries}, lambda e, place: e.id IS NULL OR list_position({ids}, e.id) = place)"


def _field_name(item: str) -> str:
    return f"""CASE WHEN {item}."fieldId" <> '' THEN lower(trim({item}."fieldId"))
                    ELSE concat(CASE {item}.fieldtype WHEN 'custom' THEN '{_CUSTOM}' END, lower(trim({item}.field))) END"""


def _change_value(side: str) -> str:
    """SQL: the value on one side of a history item, in the form that the store keeps for its field."""
    given, text = f"{side}_id", f"{side}_text"
    plain = f"nullif(coalesce(nullif({text}, ''), {given}), '')"
    return f"""CASE
        WHEN kind IS NULL THEN NULL
        WHEN kind = 'shown' THEN {text}
        WHEN kind = 'person' THEN nullif(coalesce({given}, {text}), '')
        WHEN kind = 'presence' THEN CASE WHEN trim({text}) <> '' THEN 'present' END
        WHEN kind = 'date' THEN {date(f"nullif({given}, '')", text)}
        WHEN kind = 'flag' THEN {flag(text)}
        WHEN kind = 'project' THEN {project_of(plain)}
        ELSE {plain} END"""
