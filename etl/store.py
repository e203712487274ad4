"""The store: what was pulled, in one DuckDB file a desk. One writer; tickets are replaced whole in one transaction."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from etl.migrations import STEPS
from etl.transaction import transaction
from metrics.errors import ArbiterError, first_line
from metrics.sql_text import literal

if TYPE_CHECKING:
    from etl.summary import Summary

SCHEMA_VERSION = 1 + len(STEPS)
# Rows that lie together: a batch's changes fill some of these, so that they are written at once, on several threads,
# and not first into the log.
_ROW_GROUP = 16_384
_NAMED = "source in the configuration"
_ONCE = "tickets counted once"

# The tables that hold a ticket, and what each row of them is. `ticket_id` is `<source>/<immutable id>`.
# Instants are UTC. `change.seq` is the place in the history after sorting by (time, entry, item).
TICKET_COLUMNS = {
    "ticket_id": "VARCHAR", "source": "VARCHAR", "id": "VARCHAR", "key": "VARCHAR", "project": "VARCHAR",
    "created_at": "TIMESTAMP", "updated_at": "TIMESTAMP", "resolution_date": "TIMESTAMP",
    "status": "VARCHAR", "status_id": "VARCHAR", "summary": "VARCHAR", "description": "VARCHAR",
    "type": "VARCHAR", "priority": "VARCHAR", "assignee": "VARCHAR", "reporter": "VARCHAR",
    "relevance": "VARCHAR", "service": "VARCHAR", "service_element": "VARCHAR", "service_version": "VARCHAR",
    "category": "VARCHAR", "provider": "VARCHAR", "eta": "VARCHAR", "score": "VARCHAR",
    "esa_arb": "VARCHAR", "esa_cab": "VARCHAR", "interface": "VARCHAR",
    "history_total": "BIGINT", "history_stored": "BIGINT", "comment_total": "BIGINT", "comment_stored": "BIGINT",
    "content_hash": "UBIGINT",
}  # fmt: skip
CHANGE_COLUMNS = {
    "ticket_id": "VARCHAR", "seq": "INTEGER", "entry_id": "VARCHAR", "item": "INTEGER", "changed_at": "TIMESTAMP",
    "author": "VARCHAR", "field": "VARCHAR", "from_value": "VARCHAR", "to_value": "VARCHAR",
    "from_id": "VARCHAR", "to_id": "VARCHAR",
}  # fmt: skip
COMMENT_COLUMNS = {
    "ticket_id": "VARCHAR", "comment_id": "VARCHAR", "created_at": "TIMESTAMP", "author": "VARCHAR",
    "public": "BOOLEAN",
}  # fmt: skip
LINK_COLUMNS = {
    "ticket_id": "VARCHAR", "link_id": "VARCHAR", "type": "VARCHAR", "direction": "VARCHAR", "label": "VARCHAR",
    "other_id": "VARCHAR", "other_key": "VARCHAR",
}  # fmt: skip
# The source's own figures for a clock. The numbers of an ongoing cycle (no `stopped_at`) are those of `first_seen_at`.
SLA_CYCLE_COLUMNS = {
    "ticket_id": "VARCHAR", "clock": "VARCHAR", "cycle": "INTEGER", "started_at": "TIMESTAMP",
    "stopped_at": "TIMESTAMP", "breach_at": "TIMESTAMP", "breached": "BOOLEAN", "goal_ms": "BIGINT",
    "elapsed_ms": "BIGINT", "remaining_ms": "BIGINT", "paused": "BOOLEAN",
}  # fmt: skip
# The present values of the fields that a profile has beside those of `ticket`; their history lies in `change`.
EXTRA_VALUE_COLUMNS = {"ticket_id": "VARCHAR", "field": "VARCHAR", "value": "VARCHAR"}
PERSON_COLUMNS = {"source": "VARCHAR", "person_id": "VARCHAR", "name": "VARCHAR"}
STAGED = {
    "ticket": TICKET_COLUMNS, "change": CHANGE_COLUMNS, "comment": COMMENT_COLUMNS, "link": LINK_COLUMNS,
    "sla_cycle": SLA_CYCLE_COLUMNS, "extra_value": EXTRA_VALUE_COLUMNS, "person": PERSON_COLUMNS,
}  # fmt: skip
# What the store adds. `no` numbers the tickets in the order in which this store met them; what is about a ticket has it.
# `settled`: the history of each field is known to end in its present value, so that nobody need look for it there.
_KEPT = {
    "ticket": {
        "first_seen_at": "TIMESTAMP", "gone_at": "TIMESTAMP", "version": "BIGINT", "no": "INTEGER", "settled": "BOOLEAN",
    },
    "change": {"first_seen_at": "TIMESTAMP", "no": "INTEGER"},
    "comment": {"first_seen_at": "TIMESTAMP", "no": "INTEGER"},
    "link": {"first_seen_at": "TIMESTAMP", "no": "INTEGER"},
    "sla_cycle": {"first_seen_at": "TIMESTAMP", "no": "INTEGER"},
    "extra_value": {"first_seen_at": "TIMESTAMP", "no": "INTEGER"},
    "person": {},
}  # fmt: skip
_OTHER_TABLES = """
CREATE TABLE store_schema (version INTEGER);
CREATE TABLE sync_run (run BIGINT, source VARCHAR, full_pull BOOLEAN, started_at TIMESTAMP, ended_at TIMESTAMP,
    fetched BIGINT, changed BIGINT, unchanged BIGINT, incomplete BIGINT, deleted BIGINT, rejected BIGINT,
    requests BIGINT, retries BIGINT, oldest_update TIMESTAMP, newest_update TIMESTAMP, outcome VARCHAR);
CREATE TABLE watermark (source VARCHAR, walked_to TIMESTAMP, verified_to TIMESTAMP, census_at TIMESTAMP,
    asked VARCHAR);
CREATE TABLE status_name (source VARCHAR, status_id VARCHAR, name VARCHAR);
CREATE TABLE source_site (source VARCHAR, link_prefix VARCHAR);
CREATE TABLE feedback (ticket_id VARCHAR, rating INTEGER, first_seen_at TIMESTAMP);
CREATE TABLE feedback_asked (ticket_id VARCHAR, content_hash UBIGINT);
CREATE TABLE source_check (source VARCHAR, "check" VARCHAR, checked BIGINT, failed BIGINT, detail VARCHAR);
"""


@dataclass(frozen=True)
class Watermark:
    """How far a source was pulled: `walked_to` by the walk, `verified_to` by the last proof that nothing is missing,
    and what was asked for: other fields or projects mean beginning anew."""

    walked_to: datetime | None = None
    verified_to: datetime | None = None
    census_at: datetime | None = None
    asked: str = ""


def up_to_date(path: Path) -> None:
    """Bring the store at `path` to this program's schema. Raises ArbiterError: newer, locked, or no store."""
    with suppress(duckdb.Error), duckdb.connect(str(path), read_only=True) as db:
        if db.execute("SELECT max(version) FROM store_schema").fetchall() == [(SCHEMA_VERSION,)]:
            return
    Store(path).close()


def utc_now() -> datetime:
    """This instant in UTC, without a zone, as the store keeps instants."""
    return datetime.now(UTC).replace(tzinfo=None)


class Store:
    """The store at `path`, open for writing. Close it before anybody else opens the file.

    Raises ArbiterError when the file is newer than this program, or is no store.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.db = duckdb.connect()
            self.db.execute("SET GLOBAL TimeZone = 'UTC'")
            self.db.execute(f"ATTACH {literal(path)} AS store (ROW_GROUP_SIZE {_ROW_GROUP})")
        except duckdb.Error as error:
            raise ArbiterError(f"{path}: the store cannot be opened: {first_line(error)}") from None
        self.path = path
        self.db.execute("USE store")
        self._migrate()

    def close(self) -> None:
        """Let the file go."""
        self.db.close()

    def connection(self) -> duckdb.DuckDBPyConnection:
        """One more connection to the store, for another thread. It sees what is committed; close it before the store."""
        db = self.db.cursor()
        db.execute("USE store")
        return db

    def one(self, sql: str) -> tuple[Any, ...]:
        """The only row of a query; its result is read to the end, as DuckDB wants before the next statement."""
        return self.db.execute(sql).fetchall()[0]

    def _migrate(self) -> None:
        tables = {name for (name,) in self.db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        if not tables:
            self._create()
        elif "store_schema" not in tables:
            raise ArbiterError(f"{self.path}: is a DuckDB file but no store of Arbiter")
        version = self.one("SELECT max(version) FROM store_schema")[0]
        if version > SCHEMA_VERSION:
            raise ArbiterError(
                f"{self.path}: the store has schema {version}, this program knows {SCHEMA_VERSION}: update Arbiter"
            )
        for step in range(version, SCHEMA_VERSION):
            with transaction(self.db):
                self.db.execute(STEPS[step - 1])
                self.db.execute("UPDATE store_schema SET version = ?", [step + 1])

    def _create(self) -> None:
        with transaction(self.db):
            for table, columns in STAGED.items():
                definition = ", ".join(f'"{c}" {t}' for c, t in {**columns, **_KEPT[table]}.items())
                self.db.execute(f"CREATE TABLE {table} ({definition})")
            self.db.execute(_OTHER_TABLES)
            self.db.execute("INSERT INTO store_schema VALUES (?)", [SCHEMA_VERSION])

    def watermark(self, source: str) -> Watermark:
        """How far `source` was pulled; a source that was never pulled has an empty one."""
        rows = self.db.execute(
            "SELECT walked_to, verified_to, census_at, asked FROM watermark WHERE source = ?", [source]
        ).fetchall()
        return Watermark(*rows[0]) if rows else Watermark()

    def begin_run(self, source: str, summary: "Summary", mark: Watermark) -> int:
        """Open a run of `source` that goes on from `mark`. Returns its number, one more than the last of any run."""
        run = int(self.one("SELECT coalesce(max(run), 0) + 1 FROM sync_run")[0])
        with transaction(self.db):
            self.db.execute(
                "INSERT INTO sync_run (run, source, full_pull, started_at, outcome) VALUES (?, ?, ?, ?, 'interrupted')",
                [run, source, summary.full, summary.started_at],
            )
            self.db.execute("DELETE FROM watermark WHERE source = ?", [source])
            self.db.execute(
                "INSERT INTO watermark VALUES (?, ?, ?, ?, ?)",
                [source, mark.walked_to, mark.verified_to, mark.census_at, mark.asked],
            )
        return run

    def end_run(self, run: int, summary: "Summary") -> None:
        """Close a run with its summary."""
        s = summary
        self.db.execute(
            """UPDATE sync_run SET ended_at = ?, fetched = ?, changed = ?, unchanged = ?, incomplete = ?, deleted = ?,
               rejected = ?, requests = ?, retries = ?, oldest_update = ?, newest_update = ?, outcome = 'done'
               WHERE run = ?""",
            [s.ended_at, s.fetched, s.changed, s.unchanged, s.incomplete, s.deleted, len(s.rejected), s.requests,
             s.retries, s.oldest_update, s.newest_update, run],
        )  # fmt: skip

    def verified(self, source: str, at: datetime) -> None:
        """Everything updated before `at` is proven to be here."""
        self.db.execute("UPDATE watermark SET verified_to = ? WHERE source = ?", [at, source])

    def census_taken(self, source: str, at: datetime) -> None:
        """Nothing that is gone is shown any more, as of `at`."""
        self.db.execute("UPDATE watermark SET census_at = ? WHERE source = ?", [at, source])

    def bury(self, source: str, ids: list[str], at: datetime, run: int) -> None:
        """Tombstones: the tickets are kept, and no longer there from `at` on."""
        with transaction(self.db):
            self.db.execute(
                "UPDATE ticket SET gone_at = ?, version = ? WHERE source = ? AND list_contains(?, id)",
                [at, run, source, ids],
            )

    def put_site(self, source: str, link_prefix: str, run: int) -> None:
        """Where tickets of `source` are linked: `link_prefix` and the key. A new one makes them all changed."""
        known = self.db.execute("SELECT link_prefix FROM source_site WHERE source = ?", [source]).fetchall()
        if known == [(link_prefix,)]:
            return
        with transaction(self.db):
            self.db.execute("DELETE FROM source_site WHERE source = ?", [source])
            self.db.execute("INSERT INTO source_site VALUES (?, ?)", [source, link_prefix])
            self.db.execute("UPDATE ticket SET version = ? WHERE source = ?", [run, source])

    def put_statuses(self, source: str, names: dict[str, str], run: int) -> None:
        """Present names of statuses by their id. Tickets that were ever in one with a new name count as changed."""
        known = dict(self.db.execute("SELECT status_id, name FROM status_name WHERE source = ?", [source]).fetchall())
        fresh = {status_id: name for status_id, name in names.items() if known.get(status_id) != name}
        if not fresh:
            return
        with transaction(self.db):
            ids = list(fresh)
            self.db.execute(
                "DELETE FROM status_name WHERE source = ? AND status_id IN (SELECT unnest(?))", [source, ids]
            )
            self.db.executemany("INSERT INTO status_name VALUES (?, ?, ?)", [[source, *pair] for pair in fresh.items()])
            self.db.execute(
                """UPDATE ticket SET version = $run WHERE source = $source AND ticket_id IN (
                    SELECT ticket_id FROM ticket WHERE list_contains($ids, status_id)
                    UNION SELECT ticket_id FROM change
                    WHERE list_contains($ids, from_id) OR list_contains($ids, to_id))""",
                {"run": run, "source": source, "ids": ids},
            )

    def feedback_due(self, source: str, statuses: list[str], again: bool) -> list[tuple[str, str]]:
        """Tickets (ticket_id, id) in one of these statuses whose feedback was not asked for as they are now, or, with
        `again`, all in them."""
        return self.db.execute(
            """SELECT t.ticket_id, t.id FROM ticket t LEFT JOIN feedback_asked a ON a.ticket_id = t.ticket_id
               WHERE t.source = ? AND t.gone_at IS NULL AND list_contains(?, t.status)
                 AND (? OR a.content_hash IS DISTINCT FROM t.content_hash)
               ORDER BY t.ticket_id""",
            [source, statuses, again],
        ).fetchall()

    def put_feedback(self, ratings: dict[str, int | None], seen_at: datetime, run: int) -> None:
        """Keep what these tickets were rated (None: they are not). A rating that is not the last one known is dated
        `seen_at` and makes its ticket a changed one."""
        asked = pa.table({"ticket_id": pa.array(list(ratings), pa.string()), "rating": list(ratings.values())})
        self.db.register("asked", asked.cast(pa.schema([("ticket_id", pa.string()), ("rating", pa.int32())])))
        with transaction(self.db):
            self.db.execute("""
                CREATE OR REPLACE TEMP TABLE fresh_rating AS
                WITH last AS (SELECT ticket_id, arg_max(rating, first_seen_at) AS rating FROM feedback GROUP BY ALL)
                SELECT a.ticket_id, a.rating FROM asked a LEFT JOIN last l USING (ticket_id)
                WHERE a.rating IS NOT NULL AND a.rating IS DISTINCT FROM l.rating""")
            self.db.execute("INSERT INTO feedback SELECT ticket_id, rating, ? FROM fresh_rating", [seen_at])
            self.db.execute(
                "UPDATE ticket SET version = ? WHERE ticket_id IN (SELECT ticket_id FROM fresh_rating)", [run]
            )
            self.db.execute("DELETE FROM feedback_asked WHERE ticket_id IN (SELECT ticket_id FROM asked)")
            self.db.execute("""INSERT INTO feedback_asked
                SELECT ticket_id, content_hash FROM ticket SEMI JOIN asked USING (ticket_id)""")
        self.db.unregister("asked")

    def left_behind(self, named: list[str]) -> list[tuple[str, int]]:
        """Sources that have tickets here and are not among those `named` now, with how many; kept for coverage, too. The
        last sync read none of them, nor failed to."""
        left = self.db.execute(
            """SELECT source, count(*) FROM ticket WHERE gone_at IS NULL AND NOT list_contains(?, source)
               GROUP BY source ORDER BY source""",
            [named],
        ).fetchall()
        with transaction(self.db):
            self.db.execute(
                """DELETE FROM source_check
                   WHERE "check" = ? OR ("check" = 'last sync' AND NOT list_contains(?, source))""",
                [_NAMED, named],
            )
        for source, tickets in left:
            self.check(source, _NAMED, tickets, tickets, "no longer in arbiter.toml: as they were last read")
        return left

    def counted_twice(self) -> list[tuple[str, int, str]]:
        """Sources of which other ones have the same tickets (the same ids of the same site), with how many, and which
        those are; kept for coverage, too."""
        twice = self.db.execute(
            """SELECT t.source, count(DISTINCT t.id), string_agg(DISTINCT u.source, ', ' ORDER BY u.source)
               FROM ticket t
               JOIN source_site s ON s.source = t.source AND s.link_prefix <> ''
               JOIN source_site o ON o.link_prefix = s.link_prefix AND o.source <> s.source
               JOIN ticket u ON u.source = o.source AND u.id = t.id AND u.gone_at IS NULL
               WHERE t.gone_at IS NULL GROUP BY t.source ORDER BY t.source"""
        ).fetchall()
        with transaction(self.db):
            self.db.execute('DELETE FROM source_check WHERE "check" = ?', [_ONCE])
        for source, tickets, others in twice:
            self.check(
                source, _ONCE, tickets, tickets, f"the same tickets of the same site are counted in {others}, too"
            )
        return twice

    def check(self, source: str, check: str, checked: int, failed: int, detail: str) -> None:
        """Keep what the last sync checked, for the mart's coverage."""
        with transaction(self.db):
            self.db.execute('DELETE FROM source_check WHERE source = ? AND "check" = ?', [source, check])
            self.db.execute("INSERT INTO source_check VALUES (?, ?, ?, ?, ?)", [source, check, checked, failed, detail])
