"""Taking staged tickets into the store: whole tickets, in one transaction, together with the watermark."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from etl.transaction import transaction
from etl.turn import Turn
from metrics.ticket_values import FIELDS

Connection = duckdb.DuckDBPyConnection


def unsettled(ticket: str, change: str, extra_value: str) -> str:
    """SQL: ids of the tickets of which a field's history does not end in the field's present value."""
    present = " ".join(f"WHEN '{field}' THEN t.{field}" for field in FIELDS)
    return f"""
        SELECT DISTINCT t.ticket_id FROM {ticket} t JOIN (
            SELECT ticket_id, field, arg_max(coalesce(to_value, ''), seq) AS ended FROM {change}
            WHERE field NOT IN ('status', 'link') GROUP BY ticket_id, field) c ON c.ticket_id = t.ticket_id
        LEFT JOIN {extra_value} e ON e.ticket_id = c.ticket_id AND e.field = c.field
        WHERE c.ended <> coalesce(CASE c.field {present} ELSE e.value END, '')"""


@dataclass(frozen=True)
class Landed:
    """What one batch did: tickets that were new or differ, those that did not, those with a cut history,
    history entries."""

    changed: int
    unchanged: int
    incomplete: int
    entries: int
    oldest: datetime | None
    newest: datetime | None


def upsert(
    db: Connection, source: str, run: int, seen_at: datetime, walked_to: datetime | None = None,
    turn: Turn | None = None,
) -> Landed:  # fmt: skip
    """Take the tables that were staged on `db` in: whole tickets, in one transaction, together with the watermark. People
    are in before.

    A staged ticket that the store has in a newer or fuller form is not taken. A ticket without a difference
    is left alone. What the store had already seen keeps its `first_seen_at`.
    `turn`: the place of this batch among others that land at the same time.
    """
    turn = turn or Turn()
    _find_unsettled(db)
    tickets, *told = _staged(db)
    last = turn.to_decide({ticket_id for (ticket_id,) in db.execute("SELECT ticket_id FROM staged_ticket").fetchall()})
    with transaction(db):
        _add_people(db, run)
    known, last = _decide_what_differs(db, last)
    turn.decided(last)
    with transaction(db):
        changed = _replace_tickets(db, run, seen_at, known)
        turn.to_land()
        if walked_to is not None:
            db.execute("UPDATE watermark SET walked_to = greatest(walked_to, ?) WHERE source = ?", [walked_to, source])
    return Landed(changed, tickets - changed, *told)


def give_way(db: Connection) -> None:
    """Let the tickets that are staged on `db` be taken although the store may have them newer or fuller: for a source
    that is read whole each time, and may have been put right."""
    db.execute("""
        UPDATE ticket SET updated_at = s.updated_at - INTERVAL 1 MICROSECOND FROM staged_ticket s
        WHERE s.ticket_id = ticket.ticket_id AND s.content_hash <> ticket.content_hash""")


def _find_unsettled(db: Connection) -> None:
    found = unsettled("staged_ticket", "staged_change", "staged_extra_value")
    db.execute(f"CREATE OR REPLACE TEMP TABLE staged_unsettled AS {found}")


def _decide_what_differs(db: Connection, last: int) -> tuple[int, int]:
    """Table `differs`: ids of staged tickets that the store lacks or has otherwise; numbers up to `last` are given away.

    Returns how many of them the store has, and the last number that is given away now."""
    db.execute(
        """
        CREATE OR REPLACE TEMP TABLE differs AS
        SELECT s.ticket_id, t.no IS NOT NULL AS known, t.first_seen_at,
               coalesce(t.no, last.no + row_number() OVER (PARTITION BY t.no IS NULL ORDER BY s.ticket_id)) AS no
        FROM staged_ticket s LEFT JOIN ticket t ON t.ticket_id = s.ticket_id
        CROSS JOIN (SELECT greatest(max(no), ?) AS no FROM ticket) last
        WHERE t.ticket_id IS NULL
           OR ((t.content_hash <> s.content_hash OR t.gone_at IS NOT NULL)
               AND (s.updated_at > t.updated_at
                    OR (s.updated_at = t.updated_at AND s.history_stored >= t.history_stored
                        AND s.comment_stored >= least(t.comment_stored, s.comment_total))))""",
        [last],
    )
    return db.execute("SELECT count(*) FILTER (WHERE known), greatest(max(no), ?) FROM differs", [last]).fetchall()[0]


def _add_people(db: Connection, run: int) -> None:
    """Names as they are today. Tickets that show somebody whose name is another now count as changed; somebody
    who is known from histories only has the name that stands there."""
    db.execute("""
        CREATE OR REPLACE TEMP TABLE renamed AS
        SELECT s.source, s.person_id FROM staged_person s JOIN person p USING (source, person_id)
        WHERE p.name <> s.name""")
    if _count(db, "renamed"):
        _touch_tickets_of_renamed(db, run)
        db.execute("DELETE FROM person WHERE (source, person_id) IN (SELECT (source, person_id) FROM renamed)")
    for staged in ("staged_person", "staged_past_person"):
        db.execute(f"""
            INSERT INTO person SELECT s.* FROM {staged} s
            WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.source = s.source AND p.person_id = s.person_id)""")


def _touch_tickets_of_renamed(db: Connection, run: int) -> None:
    db.execute(
        """UPDATE ticket SET version = ? WHERE source IN (SELECT source FROM renamed) AND ticket_id IN (
            WITH mentioned AS (
                SELECT ticket_id, unnest([assignee, reporter]) AS person_id FROM ticket
                UNION ALL SELECT ticket_id, author FROM comment
                UNION ALL SELECT ticket_id, author FROM change
                UNION ALL SELECT ticket_id, unnest([from_value, to_value]) FROM change
                          WHERE field IN ('assignee', 'reporter'))
            SELECT ticket_id FROM mentioned SEMI JOIN renamed USING (person_id))""",
        [run],
    )


def _replace_tickets(db: Connection, run: int, seen_at: datetime, known: int) -> int:
    """Returns how many tickets were written. `known`: how many of them the store has."""
    natural = {
        "change": "entry_id, item, field", "comment": "comment_id", "link": "link_id",
        "sla_cycle": "clock, started_at, stopped_at, elapsed_ms", "extra_value": "field",
    }  # fmt: skip
    for table, key in natural.items():
        _insert_children(db, table, key, known, seen_at)
    if known:
        db.execute("DELETE FROM ticket WHERE no IN (SELECT no FROM differs WHERE known)")
    written = db.execute(
        """INSERT INTO ticket BY NAME
           SELECT s.*, coalesce(d.first_seen_at, ?) AS first_seen_at, NULL AS gone_at, ? AS version, d.no,
                  u.ticket_id IS NULL AS settled
           FROM staged_ticket s JOIN differs d ON d.ticket_id = s.ticket_id
           LEFT JOIN staged_unsettled u ON u.ticket_id = s.ticket_id""",
        [seen_at, run],
    )
    return int(written.fetchall()[0][0])


def _insert_children(db: Connection, table: str, key: str, known: int, seen_at: datetime) -> None:
    if not known:
        db.execute(
            f"INSERT INTO {table} SELECT s.*, ?, d.no FROM staged_{table} s JOIN differs d USING (ticket_id)",
            [seen_at],
        )
        return
    same = f"ticket_id, {key}"
    alike = " AND ".join(f"seen.{column} IS NOT DISTINCT FROM s.{column}" for column in same.split(", "))
    db.execute(f"""CREATE OR REPLACE TEMP TABLE seen AS
        SELECT {same}, min(first_seen_at) AS first_seen_at FROM {table}
        SEMI JOIN differs USING (no) GROUP BY ALL""")
    db.execute(f"DELETE FROM {table} WHERE no IN (SELECT no FROM differs WHERE known)")
    db.execute(
        f"""INSERT INTO {table} SELECT s.*, coalesce(seen.first_seen_at, ?), d.no
            FROM staged_{table} s JOIN differs d USING (ticket_id) LEFT JOIN seen ON {alike}""",
        [seen_at],
    )


def _count(db: Connection, rows: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0])


def _staged(db: Connection) -> tuple[Any, ...]:
    """How many tickets are staged, how many of them with a cut history, their history entries, oldest and newest update."""
    return db.execute("""
        SELECT count(*), count(*) FILTER (WHERE history_stored < history_total OR comment_stored < comment_total),
               CAST(coalesce(sum(history_stored), 0) AS BIGINT), min(updated_at), max(updated_at)
        FROM staged_ticket""").fetchall()[0]
