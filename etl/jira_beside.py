"""Staging what stands beside a Jira issue's change log: comments, links, SLA cycles, people."""

import duckdb

from etl.field_mapping import FieldMapping
from etl.jira_shape import PERSON_ID, PERSON_NAME, instant, quoted
from etl.jira_undated import count_as_not_stored, is_time
from metrics.sql_text import literal


def stage_lists(db: duckdb.DuckDBPyConnection, source: str) -> None:
    """Table `beside`, with a comment, a link and an SLA cycle in a row, as many as there are of the most, and on it the
    views staged_comment and staged_link. A comment is public unless `jsdPublic` is false or it has a `visibility`
    (AMP-C2); one without a readable time counts as not stored."""
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE beside AS
        SELECT *, {instant("c.created")} AS said_at
        FROM (SELECT ticket_id, unnest(comments) AS c, unnest(links) AS l, unnest(cycles) AS s FROM issue)""")
    count_as_not_stored(db, "comment_stored", "c.id", f"FROM beside WHERE c IS NOT NULL AND NOT {is_time('said_at')}")
    db.execute(f"""
        CREATE OR REPLACE TEMP VIEW staged_comment AS
        SELECT DISTINCT ON (ticket_id, c.id) ticket_id, c.id AS comment_id, said_at AS created_at,
               {PERSON_ID.format(p="c.author")} AS author,
               coalesce(c."jsdPublic", true) AND coalesce(c.visibility ->> '$', '') IN ('', 'null', '{{}}') AS public
        FROM beside WHERE c IS NOT NULL AND {is_time("said_at")}""")
    db.execute(f"""
        CREATE OR REPLACE TEMP VIEW staged_link AS
        SELECT DISTINCT ON (ticket_id, l.id) ticket_id, l.id AS link_id, l."type".name AS type,
               CASE WHEN l."outwardIssue" IS NULL THEN 'inward' ELSE 'outward' END AS direction,
               CASE WHEN l."outwardIssue" IS NULL THEN l."type".inward ELSE l."type".outward END AS label,
               {literal(source + "/")} || coalesce(l."outwardIssue".id, l."inwardIssue".id) AS other_id,
               coalesce(l."outwardIssue".key, l."inwardIssue".key) AS other_key
        FROM beside WHERE l IS NOT NULL""")


def cycles_of(mapping: FieldMapping) -> str:
    """SQL: of each SLA field the completed cycles, then the ongoing one, each with the clock that they are of. NULL where
    none has a value, which keeps DuckDB from making lists of nothing for page after page of issues."""
    if not mapping.slas:
        return "NULL"
    some = " OR ".join(f"i.fields.{quoted(field_id)} IS NOT NULL" for field_id in mapping.slas.values())
    return f"CASE WHEN {some} THEN flatten([{', '.join(map(_cycles, mapping.slas, mapping.slas.values()))}]) END"


def _cycles(clock: str, field_id: str) -> str:
    sla = f"i.fields.{quoted(field_id)}"
    both = f'list_append(coalesce({sla}."completedCycles", []), {sla}."ongoingCycle")'
    return f"list_transform({both}, lambda c: {{'clock': {literal(clock)}, 'c': c}})"


def stage_sla(db: duckdb.DuckDBPyConnection, mapping: FieldMapping) -> None:
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
        WHERE {_at("startTime")} IS NOT NULL""")
    db.execute("""
        UPDATE issue SET content_hash = hash(issue.content_hash, s.lasting) FROM (
            SELECT ticket_id, string_agg(concat_ws(' ', clock, epoch_ms(started_at), epoch_ms(stopped_at), goal_ms,
                       CASE WHEN stopped_at IS NOT NULL THEN elapsed_ms END), ';' ORDER BY clock, cycle) AS lasting
            FROM staged_sla_cycle GROUP BY ticket_id) s
        WHERE s.ticket_id = issue.ticket_id""")


def _at(time: str) -> str:
    return f'try(make_timestamp(c."{time}"."epochMillis" * 1000))'  # NULL where no calendar has it


def stage_people(db: duckdb.DuckDBPyConnection, source: str) -> None:
    """Tables staged_person, of who stands in an issue now or wrote in it, and staged_past_person, of who stood there
    once."""
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE staged_person AS
        WITH seen AS (
            SELECT assignee AS person_id, assignee_name AS name FROM issue
            UNION ALL SELECT reporter, reporter_name FROM issue
            UNION ALL SELECT {PERSON_ID.format(p="c.author")}, {PERSON_NAME.format(p="c.author")} FROM beside
            UNION ALL SELECT author, author_name FROM changed)
        SELECT {literal(source)} AS source, person_id, max(name) AS name
        FROM seen WHERE person_id IS NOT NULL GROUP BY person_id""")
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE staged_past_person AS
        WITH seen AS (SELECT from_value AS person_id, from_name AS name FROM changed WHERE from_name <> ''
                      UNION ALL SELECT to_value, to_name FROM changed WHERE to_name <> '')
        SELECT {literal(source)} AS source, person_id, max(name) AS name FROM seen GROUP BY person_id""")
