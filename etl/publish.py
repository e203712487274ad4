"""Publish: a new mart, built beside the one that is read, and then pointed to.

An incremental publish recomputes the tickets that changed, that are unfinished, or that something happened to since
the last mart's T, and takes the rest over; it equals a full one row for row.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

import metrics
from etl.by_hours import compute_by_hours
from etl.compute import Took, compute, measures_of, metrics_of
from etl.deployment import Deployment, deployment_table, read_deployments
from etl.known_at import show_as_known
from etl.store import up_to_date, utc_now
from etl.work_tables import choose_history, make_table
from metrics.coverage import COVERAGE, checks_of
from metrics.errors import ArbiterError, ConfigError
from metrics.finding_rules import link_rule
from metrics.group_hours import group_calendars
from metrics.metric import Measure
from metrics.other_calendar import other_calendar_tables
from metrics.profile import Profile
from metrics.rules import as_of_macros, calendar_tables, public_rule_tables, rule_tables
from metrics.sync_run import SYNC_RUN
from metrics.vocabulary import RuleTable, Vocabulary
from metrics.working_time import WorkingTime

_MAKES_THE_MART = (
    *(
        Path(__file__).with_name(f"{name}.py")
        for name in ("publish", "compute", "by_hours", "work_tables", "known_at", "deployment")
    ),
    *sorted(Path(metrics.__file__).parent.glob("*.py")),
)
# Another program makes another mart: an incremental publish builds on a mart of this very code only.
CODE_VERSION = (
    f"{version('arbiter')}+{sha256(b''.join(path.read_bytes() for path in _MAKES_THE_MART)).hexdigest()[:12]}"
)
KEPT_VERSIONS = 3
_ROW_GROUP = 16_384  # rows that are written together: several threads write as they compute, not one at the end
Count = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Published:
    """What a publish made: the mart's file, T, K if it knows only what was known then, tickets in it, tickets left out,
    tickets recomputed."""

    path: Path
    as_of: datetime
    known_at: datetime | None
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
    known_at: datetime | None = None,
    full: bool = False,
    only_key: str | None = None,
    tables: frozenset[str] | None = None,
    deployments: Path | None = None,
    count: Count = lambda label, done, total: None,
    took: Took = lambda table, seconds: None,
) -> Published:
    """Build the mart as of `as_of` (UTC, without a zone) from the store.

    Without `out` it becomes the current mart of `mart_dir`; with it, it is written there and nothing else moves;
    with `only_key` it holds just the ticket that has or had this key; with `tables` (needs `out`) just these tables and
    measures, what they read, and what every mart has; with `known_at` (needs `out`: what was known once is nothing to go
    on from) only what the store had learned before that instant. `deployments` is the user's table of products. `count`
    is told of the progress, `took` the seconds of each metric; several run at once.
    Raises ArbiterError when there is no store, or the file cannot be written; ConfigError for `known_at` without `out`,
    and when the deployments are wrong.
    """
    assert out or not tables, "a part of a mart is nothing to go on from"
    if known_at and not out:
        raise ConfigError("--known-at: shows what was known once and becomes no current mart; allowed: with --out FILE")
    if not store.is_file():
        raise ArbiterError(f"{store}: there is no store yet: run `arbiter sync` first")
    deployed = read_deployments(deployments) if deployments else []
    up_to_date(store)
    published_at = utc_now()
    name = f"{published_at:%Y%m%dT%H%M%S%f}.duckdb"
    target = out or mart_dir / name
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    base = None if full or out else current_mart(mart_dir)
    try:
        result = _build(
            partial, store, profile, as_of, published_at, base, known_at, only_key, tables, deployed, count, took
        )
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    partial.replace(target)
    if out is None:
        _point_to(mart_dir, target.name)
        _drop_old(mart_dir)
    return Published(target, as_of, known_at, *result)


def _build(
    path: Path, store: Path, profile: Profile, as_of: datetime, published_at: datetime, base: Path | None,
    known_at: datetime | None, only_key: str | None, wanted: frozenset[str] | None, deployed: list[Deployment],
    count: Count, took: Took,
) -> tuple[int, int, int]:  # fmt: skip
    if base and not _can_build_on(base, store, profile, as_of):
        base = None
    instance = duckdb.connect()
    with ThreadPoolExecutor(1) as pool:
        copied = pool.submit(shutil.copyfile, base, path) if base else None  # while what to recompute is found out
        try:
            instance.execute("ATTACH ':memory:' AS work")  # the tables on the way, for all connections
            db = _cursor(instance)
            db.execute("SET GLOBAL TimeZone = 'UTC'")
            db.execute("SET preserve_insertion_order = false")
            db.execute(f"SET temp_directory = '{_quoted(path)}.tmp'")
            db.execute("SET checkpoint_threshold = '1TB'")  # once, at the end: each rewrites what the last one wrote
            _attach_store(db, store, known_at)
            recomputed = _choose_wanted(db, profile, base, only_key)
            calendar = _calendar(db, profile, as_of)
            _make_rules(db, profile, calendar, as_of)
            if copied:
                copied.result()
                pool.submit(_flush, path)
            # No log: what a killed publish leaves is thrown away, and the checkpoint at the end brings all to the disk.
            db.execute(f"ATTACH '{_quoted(path)}' AS mart (ROW_GROUP_SIZE {_ROW_GROUP}, RECOVERY_MODE no_wal_writes)")

            def run(incremental: bool) -> None:
                connect, told = lambda: _cursor(instance), lambda done, total: count("publishing", done, total)
                compute(metrics_of(wanted), connect, incremental, told, took)

            if profile.group:
                compute_by_hours(db, group_calendars(profile, calendar), as_of, base is not None, run)
            else:
                run(base is not None)
            _finish(db, profile, calendar, as_of, published_at, known_at, deployed)
            if not base:  # it brings those of this very program
                _make_views(db, measures_of(wanted))
            tickets, excluded = db.execute("SELECT tickets, excluded FROM mart.meta").fetchall()[0]
            db.execute("CHECKPOINT mart")
            return tickets, excluded, recomputed
        finally:
            instance.close()


def _flush(path: Path) -> None:
    """Bring a copied mart to the disk while the metrics run: else the checkpoint at the end waits for all of it."""
    with suppress(OSError), path.open("rb") as file:  # it may be gone: the publish failed
        os.fsync(file.fileno())


def _cursor(db: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """One more connection, with the tables on the way under their bare names."""
    cursor = db.cursor()
    cursor.execute("SET enable_progress_bar = false")  # it would stand in the output of `--json`
    cursor.execute("USE work")
    return cursor


def _attach_store(db: duckdb.DuckDBPyConnection, store: Path, known_at: datetime | None) -> None:
    """Attach the store as `store`; with `known_at`, what it had learned by then."""
    name = "pulled" if known_at else "store"
    try:
        db.execute(f"ATTACH '{_quoted(store)}' AS {name} (READ_ONLY)")
    except duckdb.Error as error:
        raise ArbiterError(f"{store}: the store cannot be read: {str(error).splitlines()[0]}") from None
    if known_at:
        show_as_known(db, name, known_at)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _can_build_on(base: Path, store: Path, profile: Profile, as_of: datetime) -> bool:
    """Whether the mart at `base` was made by these rules and this program, for an earlier T, from all that is known."""
    with suppress(duckdb.Error):
        db = duckdb.connect(str(base), read_only=True)
        try:
            row = db.execute("SELECT profile_hash, code_version, as_of FROM meta WHERE known_at IS NULL").fetchall()[0]
        finally:
            db.close()
        return bool(row[0] == profile.content_hash and row[1] == CODE_VERSION and row[2] <= as_of)
    return False


def _choose_wanted(db: duckdb.DuckDBPyConnection, profile: Profile, base: Path | None, only_key: str | None) -> int:
    """Table `wanted`: ids of the tickets to compute, all of them without the mart `base`; `wanted_change`,
    `wanted_comment` and `wanted_link`: what the store has of them. Returns how many."""
    if only_key:
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
        db.execute(f"ATTACH '{_quoted(base)}' AS base (READ_ONLY)")
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
    choose_history(db, bool(only_key or base or profile.group))
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
            SELECT ticket_id FROM base.ticket WHERE key IN (SELECT key FROM member SEMI JOIN touched USING (root)))""")
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
        CREATE OR REPLACE TABLE wanted AS
        WITH RECURSIVE reached AS (
            SELECT ticket_id FROM wanted UNION SELECT l.other FROM reached r JOIN linked l ON l.one = r.ticket_id)
        SELECT no, ticket_id FROM store.ticket SEMI JOIN reached USING (ticket_id)""")
    db.execute("DROP TABLE linked")
    db.execute("DROP TABLE clone_label")


def _calendar(db: duckdb.DuckDBPyConnection, profile: Profile, as_of: datetime) -> WorkingTime:
    """The calendar over everything that happened, from the year of its first local day on, and two years beyond T for
    due times."""
    earliest = db.execute("SELECT min(created_at) FROM store.ticket").fetchall()[0][0]
    begins = min(as_of, earliest or as_of) - timedelta(days=1)
    return WorkingTime(profile.calendar, date(begins.year, 1, 1), date(as_of.year + 2, 12, 31))


def _make_rules(db: duckdb.DuckDBPyConnection, profile: Profile, calendar: WorkingTime, as_of: datetime) -> None:
    """T and the tables of rules that the metrics read."""
    words = _vocabulary(db, profile)
    tables = [*calendar_tables(calendar), *rule_tables(profile, words)]
    tables += other_calendar_tables(calendar, _has_cycles(db))
    tables.append(RuleTable("rule_check", '"check" VARCHAR', [(c,) for c in checks_of(profile)]))
    for macro in as_of_macros(calendar, as_of):
        db.execute(macro)
    for table in tables:
        make_table(db, table, f"TABLE {table.name}")


def _vocabulary(db: duckdb.DuckDBPyConnection, profile: Profile) -> Vocabulary:
    """The names that occur in the tickets to compute; every status for every source."""
    unit_fields = sorted({line.unit for line in profile.line if line.unit})
    groups = ["provider"] if profile.group or any(goal.provider for goal in profile.goal) else []
    fields = list(dict.fromkeys(("project", "type", "priority", "category", *unit_fields, *groups)))
    found: dict[str, set[str | None]] = {field: set() for field in fields}
    changed = "SELECT DISTINCT field, from_value, to_value FROM wanted_change WHERE field IN ?"
    for field, *values in db.execute(changed, [fields]).fetchall():
        found[field].update(values)
    now = f"SELECT DISTINCT source, status, status_id, {', '.join(fields)} FROM store.ticket"
    tickets = db.execute(f"{now} SEMI JOIN wanted USING (no)").fetchall()
    for field, column in zip(fields, list(zip(*tickets, strict=True))[3:], strict=False):
        found[field].update(column)
    moves = db.execute(
        "SELECT DISTINCT from_value, from_id, to_value, to_id FROM wanted_change WHERE field = 'status'"
    ).fetchall()
    names = {pair for a, b, c, d in moves for pair in ((a, b), (c, d))} | {(row[1], row[2]) for row in tickets}
    sources = db.execute("SELECT DISTINCT source FROM store.ticket").fetchall()
    present = db.execute("SELECT source, status_id, name FROM store.status_name").fetchall()
    return Vocabulary(
        statuses=list({(source, name or "", id_ or "") for (source,) in sources for name, id_ in names}),
        projects=_texts(found["project"]),
        types=_texts(found["type"]),
        priorities=_texts(found["priority"]),
        categories=_texts(found["category"]),
        units=_texts(set().union(*(found[field] for field in (*unit_fields, *groups)))),
        stages=_stages(db, profile),
        people=db.execute("SELECT source, person_id, name FROM store.person").fetchall(),
        present_names={(source, status_id): name for source, status_id, name in present},
    )


def _stages(db: duckdb.DuckDBPyConnection, profile: Profile) -> list[str]:
    """What stands or stood in the field of the stage; statuses have the profile's spelling already."""
    field = profile.stage.field if profile.stage else ""
    rows = db.execute(
        """SELECT value FROM store.extra_value WHERE field = $field
           UNION SELECT from_value FROM wanted_change WHERE field = $field
           UNION SELECT to_value FROM wanted_change WHERE field = $field""",
        {"field": field},
    ).fetchall()
    return _texts({value for (value,) in rows})


def _has_cycles(db: duckdb.DuckDBPyConnection) -> bool:
    return bool(db.execute("SELECT 1 FROM store.sla_cycle LIMIT 1").fetchall())


def _texts(values: set[str | None]) -> list[str]:
    return sorted(value for value in values if value is not None)


def _finish(
    db: duckdb.DuckDBPyConnection, profile: Profile, calendar: WorkingTime, as_of: datetime, published_at: datetime,
    known_at: datetime | None, deployed: list[Deployment],
) -> None:  # fmt: skip
    """The tables that are made anew each time: coverage, syncs, rules, calendar, deployments, meta."""
    products = db.execute("SELECT DISTINCT service FROM mart.ticket WHERE service IS NOT NULL").fetchall()
    rules = [*public_rule_tables(profile, calendar), deployment_table(deployed, (name for (name,) in products))]
    for name in ("coverage", "sync_run", *(table.name for table in rules), "meta"):
        db.execute(f"DROP TABLE IF EXISTS mart.{name}")
    for table in rules:
        make_table(db, table, f"TABLE mart.{table.name}")
    db.execute(COVERAGE.sql)
    db.execute(SYNC_RUN.sql)
    existing: Any = db.execute("""
        SELECT count(*) FROM store.ticket t
        WHERE t.created_at < as_of() AND (t.gone_at IS NULL OR t.gone_at >= as_of())""").fetchall()
    db.execute(
        """
        CREATE TABLE mart.meta AS
        SELECT CAST(? AS TIMESTAMP) AS as_of, CAST(? AS TIMESTAMP) AS published_at, ? AS profile, ? AS profile_hash,
               (SELECT CAST(coalesce(max(version), 0) AS BIGINT) FROM store.ticket) AS store_version,
               ? AS code_version, (SELECT count(*) FROM mart.ticket) AS tickets,
               CAST(? AS BIGINT) - (SELECT count(*) FROM mart.ticket) AS excluded,
               ? AS zone, CAST(? AS BIGINT) AS nwd_seconds, before_as_of() AS seconds_before,
               CAST(? AS TIMESTAMP) AS known_at""",
        [as_of, published_at, profile.name, profile.content_hash, CODE_VERSION, existing[0][0],
         profile.calendar.zone, profile.nwd_seconds, known_at],
    )  # fmt: skip


def _make_views(db: duckdb.DuckDBPyConnection, measures: Iterable[Measure]) -> None:
    db.execute("USE mart")  # a view keeps bare names, so that the file can be opened under any name
    for measure in measures:
        db.execute(f"CREATE OR REPLACE VIEW {measure.view} AS {measure.select}")
    db.execute("USE work")


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
