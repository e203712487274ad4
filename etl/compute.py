"""Running the metrics: each as soon as what it reads is there, several at once.

Many steps keep one core busy at a time, and most need only few of the others.
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import duckdb

from etl.lanes import LANES
from etl.statement import statement
from metrics.catalogue import MEASURES, METRICS
from metrics.metric import Measure, Metric

Connection = duckdb.DuckDBPyConnection
Took = Callable[[str, float], None]
_READ = re.compile(r'\b(?:FROM|JOIN)\s+(?:mart\.)?"?(\w+)\b(?!\.)')


def names_read(sql: str) -> set[str]:
    """The tables that a statement reads but those of the store, and the names that it gives to its own parts."""
    return set(_READ.findall(sql))


def _reads() -> dict[str, set[str]]:
    """The tables that each metric reads, those behind a view too."""
    reads: dict[str, set[str]] = {}
    views: set[str] = set()
    for metric in METRICS:
        found = reads.keys() & names_read(metric.sql)
        reads[metric.table] = found.union(*(reads[name] for name in found & views))
        if "CREATE VIEW" in metric.sql:
            views.add(metric.table)
    return reads


def _heights() -> dict[str, int]:
    """How many steps, one after the other, wait for each metric: the longest way is begun first."""
    heights = dict.fromkeys(_READS, 0)
    for table in reversed(_READS):
        for read in _READS[table]:
            heights[read] = max(heights[read], heights[table] + 1)
    return heights


_READS = _reads()
_HEIGHTS = _heights()
_ON_THE_WAY = {m.table for m in METRICS if not m.public and "CREATE TABLE" in m.sql}
_EVERY_MART_HAS = frozenset({"ticket", "coverage_item"})


def measures_of(tables: frozenset[str] | None) -> list[Measure]:
    """The measures among `tables` and those that they read, in the order in which they can be made; None: all."""
    if tables is None:
        return list(MEASURES)
    found, wanted = list[Measure](), set(tables)
    for measure in reversed(MEASURES):
        if measure.view in wanted:
            found.insert(0, measure)
            wanted |= names_read(measure.select)
    return found


def metrics_of(tables: frozenset[str] | None) -> list[Metric]:
    """The metrics that make `tables`, and those that these or the measures among them read; None: all."""
    if tables is None:
        return list(METRICS)
    read = set[str]().union(*(names_read(measure.select) for measure in measures_of(tables)))
    wanted = _READS.keys() & (tables | _EVERY_MART_HAS | read)
    for table in reversed(_READS):
        if table in wanted:
            wanted |= _READS[table]
    return [metric for metric in METRICS if metric.table in wanted]


def compute(
    metrics: Sequence[Metric], connect: Callable[[], Connection], incremental: bool, count: Callable[[int, int], None],
    took: Took,
) -> None:  # fmt: skip
    """Run `metrics` on connections that `connect` opens; drop each table on the way after its last reader.

    `count` is told how many are done, of how many; `took` a metric's table and its seconds.
    An incremental publish puts what it computed in the place of what the mart had of these tickets.
    """
    lanes = [connect() for _ in range(LANES)]
    try:
        with ThreadPoolExecutor(LANES) as pool:
            try:
                _run_all(metrics, lanes, pool, incremental, count, took)
            except BaseException:
                for lane in lanes:
                    lane.interrupt()  # the pool waits for what is running
                raise
    finally:
        for lane in lanes:
            lane.close()


def _run_all(
    metrics: Sequence[Metric], lanes: list[Connection], pool: ThreadPoolExecutor, incremental: bool,
    count: Callable[[int, int], None], took: Took,
) -> None:  # fmt: skip
    free, running = list(lanes), dict[Future[None], tuple[str, Connection]]()
    tables = {metric.table for metric in metrics}
    waiting = sorted(metrics, key=lambda m: -_HEIGHTS[m.table])
    done: set[str] = set()
    while waiting or running:
        for metric in _ready(waiting, done)[: len(free)]:
            waiting.remove(metric)
            lane = free.pop()
            running[pool.submit(_run, lane, metric, incremental, took)] = metric.table, lane
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            future.result()
            table, lane = running.pop(future)
            free.append(lane)
            done.add(table)
            _drop_used(lane, table, tables, done)
            count(len(done), len(metrics))


def _ready(waiting: Iterable[Metric], done: set[str]) -> list[Metric]:
    return [metric for metric in waiting if _READS[metric.table] <= done]


def _run(db: Connection, metric: Metric, incremental: bool, took: Took) -> None:
    started = time.perf_counter()
    if metric.public and incremental:
        _replace(db, metric)
    else:
        db.execute(statement(metric.sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")))  # it runs once a calendar
    took(metric.table, time.perf_counter() - started)


def _replace(db: Connection, metric: Metric) -> None:
    """Put the rows that may be other than they were in the place of those that the mart had."""
    other = f"({metric.moves} OR ticket_id IN (SELECT ticket_id FROM wanted SEMI JOIN touched USING (ticket_id)))"
    table = f"mart.{metric.table}"
    computed = metric.sql.replace(f"CREATE TABLE {table} AS", f"INSERT INTO {table} FROM (")
    db.execute(statement(f"DELETE FROM {table} WHERE ticket_id IN (SELECT ticket_id FROM wanted) AND {other}"))
    db.execute(statement(f"{computed}) WHERE {other}"))


def _drop_used(db: Connection, table: str, tables: set[str], done: set[str]) -> None:
    """Drop what nobody of `tables` reads any more now that `table` is done."""
    for read in (_READS[table] | {table}) & _ON_THE_WAY:
        if all(reader in done for reader in tables if read in _READS[reader]):
            db.execute(f"DROP TABLE IF EXISTS {read}")
