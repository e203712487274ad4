"""Which tickets a publish computes: all, the one that has a key, or what moved since the last mart and what it touches."""

from dataclasses import replace
from pathlib import Path

import duckdb

from etl.work_tables import choose_history, make_table
from metrics.clone_link import KEY_AND_WORDS, TELLS
from metrics.finding_rules import link_rule
from metrics.profile import Profile
from metrics.sql_text import literal

_LINK_CHANGE = """SELECT no, ticket_id, seq, changed_at, from_value, to_value
                FROM store.change WHERE field = 'link'"""


def choose_wanted(db: duckdb.DuckDBPyConnection, profile: Profile, base: Path | None, only_key: str | None) -> int:
    """Table `wanted`: ids of the tickets to compute, all of them without the mart `base`; `touched`: those of them to
    which something happened since, or to what they are linked to; `wanted_change`, `wanted_comment` and `wanted_link`:
    what the store has of them; `link_change`: what histories say of links, of any ticket. Returns how many are wanted."""
    narrowed = bool(base or profile.group) or only_key is not None  # by groups: once more, to a calendar at a time
    if base:
        _choose_since(db, profile, base)
    else:
        _choose_all_of(db, "TABLE" if narrowed else "VIEW", only_key)
    choose_history(db, narrowed)
    return int(db.execute("SELECT count(*) FROM wanted").fetchall()[0][0])


def _choose_all_of(db: duckdb.DuckDBPyConnection, kind: str, only_key: str | None) -> None:
    chosen = "SELECT no, ticket_id FROM store.ticket"
    if only_key is not None:
        key = literal(_as_written(db, only_key))
        chosen += f""" WHERE key = {key} OR ticket_id = {key} UNION SELECT no, ticket_id FROM store.change
                   WHERE field = 'key' AND (from_value = {key} OR to_value = {key})"""
    db.execute(f"CREATE {kind} wanted AS {chosen}")
    db.execute("CREATE VIEW touched AS FROM wanted")
    db.execute(f"CREATE VIEW link_change AS {_LINK_CHANGE}")


def _as_written(db: duckdb.DuckDBPyConnection, asked: str) -> str:
    """The key as a ticket has or had it: as it was asked for, else but for capital and small letters, else as asked."""
    for fits in ("key = $1", "upper(key) = upper($1)"):
        found = db.execute(
            f"""SELECT min(key) FROM (
                    SELECT key FROM store.ticket
                    UNION ALL SELECT unnest([from_value, to_value]) FROM store.change WHERE field = 'key') AS borne
                WHERE {fits}""",
            [asked],
        ).fetchall()[0][0]
        if found is not None:
            return str(found)
    return asked


def _choose_since(db: duckdb.DuckDBPyConnection, profile: Profile, base: Path) -> None:
    """Touched: what something happened to, and whoever is, or ever was, linked to one of these as clone or origin, over
    any number of links: what a ticket does may move the chains and findings of all of these. Wanted: these, what was not
    closed, and whoever is linked to one of that. What the mart `base` knew of a link counts for a ticket to which
    something happened: it may state it no more."""
    db.execute(f"ATTACH {literal(base)} AS base (READ_ONLY)")
    db.execute(f"CREATE TABLE link_change AS {_LINK_CHANGE}")
    _find_moved(db)
    _find_links(db, profile)
    _find_reached(db)
    db.execute("CREATE TABLE wanted AS SELECT no, ticket_id FROM store.ticket SEMI JOIN reached USING (ticket_id)")
    db.execute("CREATE TABLE touched AS SELECT ticket_id FROM reached WHERE touched")
    for table in ("moved", "linked", "reached"):
        db.execute(f"DROP TABLE {table}")
    db.execute("DETACH base")


def _find_moved(db: duckdb.DuckDBPyConnection) -> None:
    """Table `moved`: the tickets to which something happened since the mart `base`."""
    since, version = db.execute("SELECT as_of, store_version FROM base.meta").fetchall()[0]
    db.execute(
        """
        CREATE TABLE moved AS
        SELECT no, ticket_id FROM store.ticket
        WHERE version > $version OR created_at >= $as_of OR gone_at >= $as_of OR resolution_date >= $as_of
        UNION SELECT no, ticket_id FROM store.change WHERE changed_at >= $as_of
        UNION SELECT no, ticket_id FROM store.comment WHERE created_at >= $as_of
        UNION SELECT no, ticket_id FROM store.sla_cycle WHERE started_at >= $as_of OR stopped_at >= $as_of
        UNION SELECT t.no, t.ticket_id FROM store.ticket t JOIN store.feedback r USING (ticket_id)
              WHERE r.first_seen_at >= $as_of""",
        {"as_of": since, "version": version},
    )


def _find_links(db: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    """Table `linked`: who states, or ever stated, a clone link to whom, both ways."""
    make_table(db, replace(link_rule(profile), name="clone_label"), "TABLE clone_label")
    db.execute(f"""
        CREATE TABLE linked AS
        WITH stated AS (
            SELECT k.ticket_id, k.other_id, k.other_key
            FROM store.link k JOIN clone_label l ON l.label = lower(trim(k.label))),
        told AS (SELECT ticket_id, trim(unnest([from_value, to_value])) AS told FROM link_change),
        parted AS MATERIALIZED (SELECT ticket_id, {KEY_AND_WORDS} FROM told),
        named AS (SELECT ticket_id, key AS other_key FROM parted JOIN clone_label ON {TELLS}),
        only_told AS (FROM named ANTI JOIN stated USING (ticket_id, other_key)),
        bearer AS (
            SELECT key, ticket_id FROM store.ticket
            UNION ALL SELECT unnest([from_value, to_value]), ticket_id FROM store.change WHERE field = 'key'),
        pair AS (
            SELECT ticket_id AS one, other_id AS other FROM stated
            UNION ALL SELECT o.ticket_id, b.ticket_id FROM only_told o JOIN bearer b ON b.key = o.other_key)
        SELECT one, other FROM pair UNION ALL SELECT other, one FROM pair""")
    db.execute("DROP TABLE clone_label")


def _find_reached(db: duckdb.DuckDBPyConnection) -> None:
    """Table `reached`: `moved`, what was not closed, and whoever is linked to one of these; `touched`: to one of `moved`."""
    db.execute("""
        CREATE TABLE reached AS
        WITH RECURSIVE member AS (SELECT ticket_id AS root, unnest(keys) AS key FROM base.chain WHERE len(keys) > 1),
        bearer AS (
            SELECT key FROM base.ticket SEMI JOIN moved USING (ticket_id)
            UNION SELECT key FROM store.ticket SEMI JOIN moved USING (no)),
        chained AS (SELECT DISTINCT root FROM member SEMI JOIN bearer USING (key)),
        near AS (SELECT DISTINCT key FROM member SEMI JOIN chained USING (root)),
        begun AS (
            SELECT ticket_id, true AS touched FROM moved
            UNION SELECT ticket_id, true FROM base.ticket SEMI JOIN near USING (key)
            UNION SELECT ticket_id, false FROM base.ticket WHERE closed_at IS NULL),
        met AS (
            FROM begun
            UNION SELECT l.other, m.touched FROM met m JOIN linked l ON l.one = m.ticket_id)
        SELECT ticket_id, bool_or(touched) AS touched FROM met GROUP BY ticket_id""")
