"""Publish: a new mart, built beside the one that is read, and then pointed to.

An incremental publish recomputes the tickets that changed, that are unfinished, or that something happened to since
the last mart's T, and takes the rest over; it equals a full one row for row.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from etl.store import utc_now
from metrics.catalogue import METRICS, TICKET_TABLES
from metrics.coverage import CHECKS, COVERAGE
from metrics.errors import ArbiterError
from metrics.profile import Profile
from metrics.rules import RuleTable, Vocabulary, calendar_tables, public_rule_tables, rule_tables
from metrics.working_time import WorkingTime

CODE_VERSION = "0.1.0"
KEPT_VERSIONS = 3
Count = Callable[[str, int, int | None], None]
_CALENDAR_BEGINS = date(2000, 1, 1)


@dataclass(frozen=True)
class Published:
    """What a publish made: the mart's file, T, tickets in it, tickets left out, tickets recomputed."""

    path: Path
    as_of: datetime
    tickets: int
    excluded: int
    recomputed: int


def current_mart(mart_dir: Path) -> Path | None:
    """The mart that the pointer names, or None when nothing was published yet."""
    pointer = mart_dir / "current"
    if not pointer.is_file():
        return None
    path = mart_dir / pointer.read_text(encoding="utf-8").strip()
    return path if path.is_file() else None


def publish(
    store: Path,
    mart_dir: Path,
    profile: Profile,
    as_of: datetime,
    *,
    out: Path | None = None,
    full: bool = False,
    only_key: str | None = None,
    count: Count = lambda label, done, total: None,
) -> Published:
    """Build the mart as of `as_of` (UTC, without a zone) from the store.

    Without `out` it becomes the current mart of `mart_dir`; with it, it is written there and nothing else moves;
    with `only_key` it holds just the ticket that has or had this key.
    Raises ArbiterError when there is no store, or the file cannot be written.
    """
    if not store.is_file():
        raise ArbiterError(f"{store}: there is no store yet: run `arbiter sync` first")
    published_at = utc_now()
    name = f"{published_at:%Y%m%dT%H%M%S%f}.duckdb"
    target = out or mart_dir / name
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    base = None if full or out else current_mart(mart_dir)
    try:
        result = _build(partial, store, profile, as_of, published_at, base, only_key, count)
    except BaseException:
        partial.unlink(missing_ok=True)
        partial.with_name(partial.name + ".wal").unlink(missing_ok=True)
        raise
    partial.replace(target)
    if out is None:
        _point_to(mart_dir, target.name)
        _drop_old(mart_dir)
    return Published(target, as_of, *result)


def _build(
    path: Path, store: Path, profile: Profile, as_of: datetime, published_at: datetime, base: Path | None,
    only_key: str | None, count: Count,
) -> tuple[int, int, int]:  # fmt: skip
    if base and not _can_build_on(base, store, profile, as_of):
        base = None
    if base:
        shutil.copyfile(base, path)
    db = duckdb.connect(str(path))
    try:
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET preserve_insertion_order = false")
        db.execute(f"USE {_catalog(db)}.main")
        _attach_store(db, store)
        _schema_mart(db, base is not None)
        recomputed = _choose_wanted(db, base is not None, only_key)
        calendar = _calendar(db, profile, as_of)
        words = _vocabulary(db)
        tables = [*calendar_tables(calendar), *rule_tables(profile, words, calendar, as_of)]
        tables.append(RuleTable("rule_check", '"check" VARCHAR', [(c,) for c in CHECKS]))
        for table in tables:
            _make(db, table, "TEMP TABLE")
        _compute(db, count)
        _take_over(db, base is not None)
        _finish(db, profile, calendar, as_of, published_at)
        tickets, excluded = db.execute("SELECT tickets, excluded FROM meta").fetchall()[0]
        db.execute("CHECKPOINT")
        return tickets, excluded, recomputed
    finally:
        db.close()


def _catalog(db: duckdb.DuckDBPyConnection) -> str:
    return '"' + str(db.execute("SELECT current_database()").fetchall()[0][0]) + '"'


def _attach_store(db: duckdb.DuckDBPyConnection, store: Path) -> None:
    try:
        db.execute(f"ATTACH '{_quoted(store)}' AS store (READ_ONLY)")
    except duckdb.Error as error:
        raise ArbiterError(f"{store}: the store cannot be read: {str(error).splitlines()[0]}") from None


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _can_build_on(base: Path, store: Path, profile: Profile, as_of: datetime) -> bool:
    """Whether the mart at `base` was made by these rules and this program, for an earlier T."""
    with suppress(duckdb.Error):
        db = duckdb.connect(str(base), read_only=True)
        try:
            row = db.execute("SELECT profile_hash, code_version, as_of FROM meta").fetchall()[0]
        finally:
            db.close()
        return bool(row[0] == profile.content_hash and row[1] == CODE_VERSION and row[2] <= as_of)
    return False


def _schema_mart(db: duckdb.DuckDBPyConnection, incremental: bool) -> None:
    """New rows are computed in the schema `mart`; `_take_over` brings them beside the rows that stay."""
    db.execute("CREATE SCHEMA mart")
    if incremental:
        db.execute("CREATE TEMP TABLE base AS SELECT as_of, store_version FROM main.meta")


def _choose_wanted(db: duckdb.DuckDBPyConnection, incremental: bool, only_key: str | None) -> int:
    """Table `wanted`: ids of the tickets to compute. Returns how many."""
    if only_key:
        db.execute(
            """CREATE TEMP TABLE wanted AS
               SELECT ticket_id FROM store.ticket WHERE key = $key
               UNION SELECT ticket_id FROM store.change
               WHERE field = 'key' AND (from_value = $key OR to_value = $key)""",
            {"key": only_key},
        )
    elif not incremental:
        db.execute("CREATE TEMP TABLE wanted AS SELECT ticket_id FROM store.ticket")
    else:
        db.execute("""
            CREATE TEMP TABLE wanted AS
            SELECT ticket_id FROM store.ticket CROSS JOIN base
            WHERE version > base.store_version OR created_at >= base.as_of OR gone_at >= base.as_of
            UNION SELECT ticket_id FROM store.change CROSS JOIN base WHERE changed_at >= base.as_of
            UNION SELECT ticket_id FROM store.comment CROSS JOIN base WHERE created_at >= base.as_of
            UNION SELECT ticket_id FROM main.ticket WHERE closed_at IS NULL""")
    return int(db.execute("SELECT count(*) FROM wanted").fetchall()[0][0])


def _calendar(db: duckdb.DuckDBPyConnection, profile: Profile, as_of: datetime) -> WorkingTime:
    """The calendar over everything that happened, and two years beyond T for due times."""
    earliest = db.execute("SELECT min(created_at) FROM store.ticket").fetchall()[0][0]
    first = min(_CALENDAR_BEGINS, date(as_of.year, 1, 1), date(earliest.year, 1, 1) if earliest else _CALENDAR_BEGINS)
    return WorkingTime(profile.calendar, first, date(as_of.year + 2, 12, 31))


def _vocabulary(db: duckdb.DuckDBPyConnection) -> Vocabulary:
    """The names that occur in the store."""

    def texts(field: str) -> list[str]:
        rows = db.execute(
            f"""SELECT DISTINCT {field} FROM store.ticket WHERE {field} IS NOT NULL
                UNION SELECT DISTINCT to_value FROM store.change WHERE field = '{field}' AND to_value IS NOT NULL
                UNION SELECT DISTINCT from_value FROM store.change WHERE field = '{field}' AND from_value IS NOT NULL"""
        )
        return sorted(text for (text,) in rows.fetchall())

    statuses = db.execute("""
        SELECT DISTINCT source, coalesce(status, ''), coalesce(status_id, '') FROM store.ticket
        UNION SELECT DISTINCT split_part(ticket_id, '/', 1), coalesce(to_value, ''), coalesce(to_id, '')
              FROM store.change WHERE field = 'status'
        UNION SELECT DISTINCT split_part(ticket_id, '/', 1), coalesce(from_value, ''), coalesce(from_id, '')
              FROM store.change WHERE field = 'status'""").fetchall()
    present = db.execute("SELECT source, status_id, name FROM store.status_name").fetchall()
    return Vocabulary(
        statuses=statuses,
        projects=texts("project"),
        types=texts("type"),
        priorities=texts("priority"),
        categories=texts("category"),
        people=db.execute("SELECT source, person_id, name FROM store.person").fetchall(),
        present_names={(source, status_id): name for source, status_id, name in present},
    )


def _make(db: duckdb.DuckDBPyConnection, table: RuleTable, kind: str) -> None:
    """Create a table of rules with its rows."""
    db.execute(f"CREATE {kind} {table.name} ({table.columns})")
    if not table.rows:
        return
    columns = [pa.array(values) for values in zip(*table.rows, strict=True)]
    db.register("new_rows", pa.table(columns, names=[f"c{n}" for n in range(len(columns))]))
    db.execute(f"INSERT INTO {table.name} SELECT * FROM new_rows")
    db.unregister("new_rows")


def _compute(db: duckdb.DuckDBPyConnection, count: Count) -> None:
    for number, metric in enumerate(METRICS, 1):
        db.execute(metric.sql)
        count("publishing", number, len(METRICS))


def _take_over(db: duckdb.DuckDBPyConnection, incremental: bool) -> None:
    """Move what was computed into the mart's own tables, beside the rows of tickets that were not recomputed."""
    for table in TICKET_TABLES:
        if incremental:
            db.execute(f"DELETE FROM main.{table} WHERE ticket_id IN (SELECT ticket_id FROM wanted)")
            db.execute(f"INSERT INTO main.{table} SELECT * FROM mart.{table}")
        else:
            db.execute(f"CREATE TABLE main.{table} AS SELECT * FROM mart.{table}")
        if table != "coverage_item":
            db.execute(f"DROP TABLE mart.{table}")


def _finish(
    db: duckdb.DuckDBPyConnection, profile: Profile, calendar: WorkingTime, as_of: datetime, published_at: datetime
) -> None:
    """The tables that are made anew each time: coverage, rules, calendar, meta."""
    for name in ("coverage", "goal_rule", "alert_rule", "calendar_day", "meta"):
        db.execute(f"DROP TABLE IF EXISTS main.{name}")
    db.execute("DROP TABLE mart.coverage_item")
    db.execute(COVERAGE.sql.replace("mart.", "main."))
    for table in public_rule_tables(profile, calendar):
        _make(db, table, "TABLE")
    existing: Any = db.execute("""
        SELECT count(*) FROM store.ticket t CROSS JOIN as_of
        WHERE t.created_at < as_of.at_instant AND (t.gone_at IS NULL OR t.gone_at >= as_of.at_instant)""").fetchall()
    db.execute(
        """
        CREATE TABLE meta AS
        SELECT CAST(? AS TIMESTAMP) AS as_of, CAST(? AS TIMESTAMP) AS published_at, ? AS profile, ? AS profile_hash,
               (SELECT CAST(coalesce(max(version), 0) AS BIGINT) FROM store.ticket) AS store_version,
               ? AS code_version, (SELECT count(*) FROM main.ticket) AS tickets,
               CAST(? AS BIGINT) - (SELECT count(*) FROM main.ticket) AS excluded,
               ? AS zone, CAST(? AS BIGINT) AS nwd_seconds""",
        [as_of, published_at, profile.name, profile.content_hash, CODE_VERSION, existing[0][0],
         profile.calendar.zone, profile.nwd_seconds],
    )  # fmt: skip
    db.execute("DROP SCHEMA mart")


def _point_to(mart_dir: Path, name: str) -> None:
    """Move the pointer in one step, on disk before it counts."""
    pointer = mart_dir / "current"
    fresh = mart_dir / "current.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(pointer)


def _drop_old(mart_dir: Path) -> None:
    """Keep the newest versions: a reader that has an older one open goes on with it (the file lives until closed)."""
    half_built = mart_dir.glob("*.partial*")  # by a publish that was killed: the desk has one writer
    for path in [*sorted(mart_dir.glob("*.duckdb"))[:-KEPT_VERSIONS], *half_built]:
        path.unlink(missing_ok=True)
