"""Publish: the floor that it is measured by, a full one, and one after an update of a few tickets."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from bench.child import say
from bench.desk import AS_OF, SOURCE
from bench.issues import issues, with_one_more
from bench.landing import import_pandas, mapping
from etl.jira_landing import stage
from etl.publish import publish
from etl.store import Store
from etl.upsert import upsert
from metrics.sql_text import literal
from profiles import load_profile

LATER = AS_OF + timedelta(hours=1)
_FLOOR = """SELECT count(next_at), max(next_at) FROM (
    SELECT lead(changed_at) OVER (PARTITION BY ticket_id ORDER BY seq) AS next_at FROM change)"""


@dataclass(frozen=True)
class Build:
    """A publish: seconds in all and per metric (several run at once), tickets recomputed, mart and MiB."""

    seconds: float
    steps: dict[str, float]
    recomputed: int
    mart: Path
    mart_mib: float


def floor(store: Path, times: int = 3) -> float:
    """Seconds (median) of one lead() over the raw change table, in the order of each ticket."""
    with duckdb.connect(str(store), read_only=True) as db:
        db.execute("SET enable_progress_bar = false")
        return statistics.median(_seconds(lambda: db.execute(_FLOOR).fetchall()) for _ in range(times))


def build(store: Path, mart_dir: Path, as_of: datetime, full: bool, out: Path | None = None) -> Build:
    """One publish of the desk."""
    profile, steps, started = load_profile("desp"), dict[str, float](), time.perf_counter()
    published = publish(
        store, mart_dir, profile, as_of, full=full, out=out, took=steps.__setitem__,
        count=lambda label, done, total: say(f"{label}: {done} of {total}"),
    )  # fmt: skip
    seconds = time.perf_counter() - started
    size = published.path.stat().st_size / 2**20
    return Build(seconds, steps, published.recomputed, published.path, size)


def update(store: Path, tickets: int) -> float:
    """Seconds to land so many tickets, a third of them not closed, each with one more change in the hour after T."""
    changed = _changed_issues(store, tickets)
    fields = mapping()
    import_pandas()
    started = time.perf_counter()
    opened = Store(store)
    try:
        stage(opened.db, SOURCE, changed, fields)
        landed = upsert(opened.db, SOURCE, 2, LATER)
    finally:
        opened.close()
    if landed.changed != len(changed):
        raise RuntimeError(f"{landed.changed} of {len(changed)} changed tickets were taken in")
    return time.perf_counter() - started


def _changed_issues(store: Path, tickets: int) -> list[bytes]:
    with duckdb.connect(str(store), read_only=True) as db:
        ids = db.execute(
            """(SELECT ticket_id FROM ticket WHERE status <> 'CLOSED' ORDER BY hash(ticket_id) LIMIT ?)
               UNION ALL (SELECT ticket_id FROM ticket WHERE status = 'CLOSED' ORDER BY hash(ticket_id) LIMIT ?)""",
            [tickets // 3, tickets - tickets // 3],
        ).fetchall()
        found = list(issues(db, [id_ for (id_,) in ids]))
    step = timedelta(minutes=50) / max(len(found), 1)
    return [with_one_more(issue, AS_OF + timedelta(minutes=5) + n * step) for n, issue in enumerate(found)]


def differing_rows(one: Path, other: Path) -> dict[str, int]:
    """Per table of two marts but `meta`, which says when each was made: how many rows only one of them has."""
    with duckdb.connect() as db:
        db.execute("SET enable_progress_bar = false")
        db.execute(f"ATTACH {literal(one)} AS one (READ_ONLY)")
        db.execute(f"ATTACH {literal(other)} AS other (READ_ONLY)")
        tables = db.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'one' ORDER BY ALL"
        ).fetchall()
        return {table: _differing(db, table) for (table,) in tables if table != "meta"}


def _differing(db: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(
        db.execute(
            f"""SELECT count(*) FROM (
                (FROM one.{table} EXCEPT ALL FROM other.{table}) UNION ALL (FROM other.{table} EXCEPT ALL FROM one.{table}))"""
        ).fetchall()[0][0]
    )


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
