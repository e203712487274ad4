"""Which tickets a publish computes: all, the one that has a key, or what moved since the last mart and what it touches."""

from dataclasses import replace
from pathlib import Path

import duckdb

from etl.work_tables import choose_history, make_table
from metrics.finding_rules import link_rule
from metrics.profile import Profile
from metrics.sql_text import literal


def choose_wanted(db: duckdb.DuckDBPyConnection, profile: Profile, base: Path | None, only_key: str | None) -> int:
    """Table `wanted`: ids of the tickets to compute, all of them without the mart `base`; `wanted_change`,
    `wanted_comment` and `wanted_link`: what the store has of them. Returns how many."""
    if only_key is not None:
        db.execute(
            """CREATE TABLE wanted AS
               SELECT no, ticket_id FROM store.ticket WHERE key = $key
               UNION SELECT no, ticket_id FROM store.change
               WHERE field = 'key' AND (from_value = $key OR to_value = $key)""",
            {"key": only_key},
        )
    elif not base:
        kind = "TABLE" if profile.group else "VIEW"  # it is narrowed once more, to a calendar at a time
        db.execute(f"CREATE {kind} wanted AS SELECT no, ticket_id FROM store.ticket")
    else:
        db.execute(f"ATTACH {literal(base)} AS base (READ_ONLY)")
        since, version = db.execute("SELECT as_of, store_version FROM base.meta").fetchall()[0]
        db.execute(
            """
            CREATE TABLE wanted AS
            SELECT no, ticket_id FROM store.ticket
            WHERE version > $version OR created_at >= $as_of OR gone_at >= $as_of OR resolution_date >= $as_of
            UNION SELECT no, ticket_id FROM store.change WHERE changed_at >= $as_of
            UNION SELECT no, ticket_id FROM store.comment WHERE created_at >= $as_of
            UNION SELECT no, ticket_id FROM store.sla_cycle WHERE started_at >= $as_of OR stopped_at >= $as_of
            UNION SELECT t.no, t.ticket_id FROM store.ticket t JOIN store.feedback r USING (ticket_id)
                  WHERE r.first_seen_at >= $as_of
            UNION SELECT t.no, t.ticket_id FROM store.ticket t JOIN base.ticket m USING (ticket_id)
                  WHERE m.closed_at IS NULL""",
            {"as_of": since, "version": version},
        )
        _add_linked(db, profile)
        db.execute("DETACH base")
    choose_history(db, only_key is not None or bool(base or profile.group))
    return int(db.execute("SELECT count(*) FROM wanted").fetchall()[0][0])


def _add_linked(db: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    """Add to `wanted` whoever is, or ever was, linked to one of them as clone or origin, over any number of links:
    what a ticket does may move the chains and findings of all of these."""
    make_table(db, replace(link_rule(profile), name="clone_label"), "TABLE clone_label")
    db.execute("""
        INSERT INTO wanted
        WITH member AS (SELECT ticket_id AS root, unnest(keys) AS key FROM base.chain WHERE len(keys) > 1),
        touched AS (
            SELECT DISTINCT root FROM member
            WHERE key IN (SELECT key FROM base.ticket SEMI JOIN wanted USING (ticket_id)))
        SELECT no, ticket_id FROM store.ticket WHERE ticket_id IN (
            SELECT ticket_id FROM base.ticket ANTI JOIN wanted USING (ticket_id)
            WHERE key IN (SELECT key FROM member SEMI JOIN touched USING (root)))""")
    db.execute(r"""
        CREATE TABLE linked AS
        WITH stated AS (
            SELECT k.ticket_id, k.other_id, k.other_key
            FROM store.link k JOIN clone_label l ON l.label = lower(trim(k.label))),
        told AS (
            SELECT ticket_id, unnest([from_value, to_value]) AS told FROM store.change WHERE field = 'link'),
        named AS (
            SELECT ticket_id, regexp_extract(trim(told), '\S+$') AS other_key
            FROM told JOIN clone_label l ON lower(trim(told)) LIKE l.phrase || ' %'),
        only_told AS (FROM named ANTI JOIN stated USING (ticket_id, other_key)),
        bearer AS (
            SELECT key, ticket_id FROM store.ticket
            UNION ALL SELECT unnest([from_value, to_value]), ticket_id FROM store.change WHERE field = 'key'),
        pair AS (
            SELECT ticket_id AS one, other_id AS other FROM stated
            UNION ALL SELECT o.ticket_id, b.ticket_id FROM only_told o JOIN bearer b ON b.key = o.other_key)
        SELECT one, other FROM pair UNION ALL SELECT other, one FROM pair""")
    db.execute("""
        INSERT INTO wanted
        WITH RECURSIVE reached AS (
            SELECT ticket_id FROM wanted UNION SELECT l.other FROM reached r JOIN linked l ON l.one = r.ticket_id)
        SELECT no, ticket_id FROM store.ticket WHERE ticket_id IN (
            SELECT ticket_id FROM reached ANTI JOIN wanted USING (ticket_id))""")
    db.execute("DROP TABLE linked")
    db.execute("DROP TABLE clone_label")
