"""Publish: a new mart, built beside the one that is read, and then pointed to.

An incremental publish recomputes the tickets that changed, that are unfinished, or that something happened to since
the last mart's T, and takes the rest over; it equals a full one row for row.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
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
from etl.marts import current_mart, drop_old, point_to, remove_half_built
from etl.rejected import EARLIEST
from etl.statement import statement
from etl.store import up_to_date, utc_now
from etl.vocabulary import SaidNow, read_vocabulary, said_now
from etl.wanted import choose_wanted
from etl.work_tables import cursor, make_table
from metrics.calendar_tables import as_of_macros, calendar_tables
from metrics.coverage import COVERAGE, checks_of
from metrics.errors import ArbiterError, ConfigError, first_line
from metrics.group_hours import group_calendars
from metrics.metric import Measure
from metrics.other_calendar import other_calendar_tables
from metrics.profile import Profile
from metrics.public_rules import public_rule_tables
from metrics.rules import rule_tables
from metrics.sql_text import literal
from metrics.sync_run import SYNC_RUN
from metrics.vocabulary import RuleTable
from metrics.working_time import WorkingTime

_MAKES_THE_MART = (
    *(
        Path(__file__).with_name(f"{name}.py")
        for name in ("publish", "wanted", "vocabulary", "compute", "by_hours", "work_tables", "known_at", "deployment")
    ),
    *sorted(Path(metrics.__file__).parent.glob("*.py")),
)
# Another program makes another mart: an incremental publish builds on a mart of this very code only.
CODE_VERSION = (
    f"{version('arbiter')}+{sha256(b''.join(path.read_bytes() for path in _MAKES_THE_MART)).hexdigest()[:12]}"
)
_FAULTS_OF_DUCKDB = (duckdb.InternalException, duckdb.FatalException)  # a publish would meet them again and again
_ROW_GROUP = 65_536  # rows that are written together: several threads write as they compute, not one at the end
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
    with `only_key` it holds just what has or had this key, or has it for its id; with `tables` (needs `out`) just these
    tables and measures, what they read, and what every mart has; with `known_at` (needs `out`: what was known once is
    nothing to go on from) only what the store had learned before that instant. `deployments` is the user's table of
    products. `count` is told of the progress, `took` the seconds of each metric; several run at once.
    Raises ArbiterError when there is no store, or the file cannot be written; ConfigError for `known_at` without `out`,
    for an `out` that would take the place of anything but a mart, and when the deployments are wrong.
    """
    assert out or not tables, "a part of a mart is nothing to go on from"
    if known_at and not out:
        raise ConfigError("--known-at: shows what was known once and becomes no current mart; allowed: with --out FILE")
    if out:
        _refuse_to_lose(out, mart_dir)
    if not store.is_file():
        raise ArbiterError(f"{store}: there is no store yet: run `arbiter sync` first")
    deployed = read_deployments(deployments) if deployments else []
    up_to_date(store)
    published_at = utc_now()
    name = f"{published_at:%Y%m%dT%H%M%S%f}.duckdb"
    target = out or mart_dir / name
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    remove_half_built(partial)

    def build(base: Path | None) -> tuple[int, int, int]:
        try:
            return _build(
                partial, store, profile, as_of, published_at, base, known_at, only_key, tables, deployed, count, took
            )
        except BaseException:
            remove_half_built(partial)
            raise

    base = None if full or out else current_mart(mart_dir)
    try:
        result = build(base)
    except _FAULTS_OF_DUCKDB:
        if base is None:
            raise
        result = build(None)  # the plans of a full publish are others, and what it makes is the same
    partial.replace(target)
    if out is None:
        point_to(mart_dir, target.name)
        drop_old(mart_dir)
    return Published(target, as_of, known_at, *result)


def _refuse_to_lose(out: Path, mart_dir: Path) -> None:
    """Raises ConfigError when a mart in the file `out` would take the place of something else, or of a published mart."""
    if out.is_dir():
        what = "is a folder"
    elif out.resolve().is_relative_to(mart_dir.resolve()):
        what = "lies among the published marts"
    elif out.exists() and not _is_mart(out):
        what = "is there, and is no mart"
    else:
        return
    raise ConfigError(f"--out {out}: {what}; allowed: a new file, or a mart that --out made")


def _is_mart(path: Path) -> bool:
    with suppress(duckdb.Error), duckdb.connect(str(path), read_only=True) as db:
        return bool(db.execute("SELECT count(*) FROM meta").fetchall())
    return False


def _build(
    path: Path, store: Path, profile: Profile, as_of: datetime, published_at: datetime, base: Path | None,
    known_at: datetime | None, only_key: str | None, wanted: frozenset[str] | None, deployed: list[Deployment],
    count: Count, took: Took,
) -> tuple[int, int, int]:  # fmt: skip
    with closing(duckdb.connect()) as instance, ThreadPoolExecutor(3) as pool:  # nobody is at work when it is closed
        db = _workplace(instance, path)
        _attach_store(db, store, known_at)
        first = _first_day(db, as_of)
        if base and not _can_build_on(db, base, profile, as_of, first):
            base = None
        copied = pool.submit(shutil.copyfile, base, path) if base else None  # while what to recompute is found out
        timed = pool.submit(_make_calendar, cursor(instance), profile, first, as_of)
        said = pool.submit(said_now, cursor(instance), profile)
        recomputed = choose_wanted(db, profile, base, only_key)
        calendar = timed.result()
        _make_rules(db, profile, said.result())
        if copied:
            copied.result()
            pool.submit(_flush, path)
        # No log: what a killed publish leaves is thrown away, and the checkpoint at the end brings all to the disk.
        db.execute(f"ATTACH {literal(path)} AS mart (ROW_GROUP_SIZE {_ROW_GROUP}, RECOVERY_MODE no_wal_writes)")

        def run(incremental: bool) -> None:
            connect, told = lambda: cursor(instance), lambda done, total: count("computing", done, total)
            compute(metrics_of(wanted), connect, incremental, told, took)

        ruled = pool.submit(_make_public_rules, cursor(instance), profile, calendar)
        if profile.group:
            compute_by_hours(db, group_calendars(profile, calendar), as_of, base is not None, run)
        else:
            run(base is not None)
        ruled.result()
        _finish(db, profile, as_of, published_at, known_at, deployed)
        if not base:  # it brings those of this very program
            _make_views(db, measures_of(wanted))
        tickets, excluded = db.execute("SELECT tickets, excluded FROM mart.meta").fetchall()[0]
        db.execute("CHECKPOINT mart")
        return tickets, excluded, recomputed


def _workplace(instance: duckdb.DuckDBPyConnection, path: Path) -> duckdb.DuckDBPyConnection:
    """A connection of `instance` with what all of its connections share: the tables on the way, and how to compute."""
    instance.execute("ATTACH ':memory:' AS work")
    db = cursor(instance)
    db.execute("SET GLOBAL TimeZone = 'UTC'")
    db.execute("SET preserve_insertion_order = false")
    db.execute(f"SET temp_directory = {literal(f'{path}.tmp')}")
    db.execute("SET checkpoint_threshold = '1TB'")  # once, at the end: each rewrites what the last one wrote
    return db


def _flush(path: Path) -> None:
    """Bring a copied mart to the disk while the metrics run: else the checkpoint at the end waits for all of it."""
    with suppress(OSError), path.open("rb") as file:  # it may be gone: the publish failed
        os.fsync(file.fileno())


def _attach_store(db: duckdb.DuckDBPyConnection, store: Path, known_at: datetime | None) -> None:
    """Attach the store as `store`; with `known_at`, what it had learned by then."""
    name = "pulled" if known_at else "store"
    try:
        db.execute(f"ATTACH {literal(store)} AS {name} (READ_ONLY)")
    except duckdb.Error as error:
        raise ArbiterError(f"{store}: the store cannot be read: {first_line(error)}") from None
    if known_at:
        show_as_known(db, name, known_at)


def _first_day(db: duckdb.DuckDBPyConnection, as_of: datetime) -> date:
    """The day from which open seconds are counted: 1 January of the year in which the first ticket came, by any zone. What a
    store from before they were refused has from before `EARLIEST` is left out, and counted as that."""
    earliest = db.execute("SELECT min(created_at) FROM store.ticket WHERE created_at >= ?", [EARLIEST]).fetchall()
    begins = min(as_of, earliest[0][0] or as_of) - timedelta(days=1)
    return date(begins.year, 1, 1)


def _can_build_on(db: duckdb.DuckDBPyConnection, base: Path, profile: Profile, as_of: datetime, first: date) -> bool:
    """Whether the mart at `base` was made of this very store, by these rules and this program, for an earlier T, from all
    that is known, and counts open seconds from the same day."""
    with suppress(duckdb.Error):
        made = duckdb.connect(str(base), read_only=True)
        try:
            row = made.execute(
                """SELECT profile_hash, code_version, as_of, (SELECT min(day) FROM calendar_day WHERE calendar = 'desk')
                   FROM meta WHERE known_at IS NULL"""
            ).fetchall()[0]
            last_run = made.execute("SELECT run, source, started_at FROM sync_run ORDER BY run DESC LIMIT 1").fetchall()
        finally:
            made.close()
        return bool(
            row[:2] == (profile.content_hash, CODE_VERSION) and row[2] <= as_of and row[3] == first
            and all(_has_run(db, run) for run in last_run)
        )  # fmt: skip
    return False


def _has_run(db: duckdb.DuckDBPyConnection, run: tuple[int, str, datetime]) -> bool:
    """Whether the store had this very run. One that was pulled anew, or put back from a copy, numbers its runs anew: what
    changed since cannot be told by them."""
    return bool(
        db.execute("SELECT 1 FROM store.sync_run WHERE run = ? AND source = ? AND started_at = ?", list(run)).fetchall()
    )


def _make_calendar(db: duckdb.DuckDBPyConnection, profile: Profile, first: date, as_of: datetime) -> WorkingTime:
    """T and the desk's calendar for the metrics: from `first` to two years beyond T, and as long again as the longest goal
    takes with one normal working day a week, for due times."""
    longest = max((profile.seconds(goal.within) for goal in profile.goal), default=0)
    years = 2 + longest // (50 * profile.nwd_seconds)
    calendar = WorkingTime(profile.calendar, first, date(as_of.year + years, 12, 31))
    for macro in as_of_macros(calendar, as_of):
        db.execute(macro)
    for table in (*calendar_tables(calendar), *other_calendar_tables(calendar, _has_cycles(db))):
        make_table(db, table, f"TABLE {table.name}")
    return calendar


def _make_rules(db: duckdb.DuckDBPyConnection, profile: Profile, said: SaidNow) -> None:
    """The tables of rules that the metrics read."""
    checks = RuleTable("rule_check", '"check" VARCHAR', [(c,) for c in checks_of(profile)])
    for table in (*rule_tables(profile, read_vocabulary(db, profile, said)), checks):
        make_table(db, table, f"TABLE {table.name}")


def _make_public_rules(db: duckdb.DuckDBPyConnection, profile: Profile, calendar: WorkingTime) -> None:
    """The rules and the calendar that whoever reads the mart sees, anew."""
    for table in public_rule_tables(profile, calendar):
        _make_anew(db, table)


def _make_anew(db: duckdb.DuckDBPyConnection, table: RuleTable) -> None:
    db.execute(f"DROP TABLE IF EXISTS mart.{table.name}")
    make_table(db, table, f"TABLE mart.{table.name}")


def _has_cycles(db: duckdb.DuckDBPyConnection) -> bool:
    return bool(db.execute("SELECT 1 FROM store.sla_cycle LIMIT 1").fetchall())


def _finish(
    db: duckdb.DuckDBPyConnection, profile: Profile, as_of: datetime, published_at: datetime, known_at: datetime | None,
    deployed: list[Deployment],
) -> None:  # fmt: skip
    """What counts all of the tickets, anew: deployments, coverage, syncs, meta."""
    products = db.execute("SELECT DISTINCT service FROM mart.ticket WHERE service IS NOT NULL").fetchall()
    _make_anew(db, deployment_table(deployed, (name for (name,) in products)))
    for name in ("coverage", "sync_run", "meta"):
        db.execute(f"DROP TABLE IF EXISTS mart.{name}")
    db.execute(statement(COVERAGE.sql))
    db.execute(statement(SYNC_RUN.sql))
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
        db.execute(statement(f"CREATE OR REPLACE VIEW {measure.view} AS {measure.select}"))
    db.execute("USE work")
