"""Batches landed side by side: staged on several connections at once, taken in one after the other, in their order."""

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import duckdb

from etl.store import Store

Batch = TypeVar("Batch")
LANES = min(4, os.cpu_count() or 1)


def land_side_by_side(
    store: Store,
    batches: Iterable[Batch],
    land: Callable[[duckdb.DuckDBPyConnection, Batch, Callable[[], object]], None],
) -> None:
    """`land(db, batch, turn)` for each batch: it stages on `db`, calls `turn`, which comes back when the batches before
    are in, and takes its own in. The batches that are read and not yet in are as many as there are lanes, and one more.

    Raises what reading or landing a batch raises; no batch after that one is taken in.
    """
    store.db.execute("SET threads = 1")  # for each lane: more of them would only stand in each other's way
    lanes = [store.connection() for _ in range(LANES)]
    running: deque[Future[None]] = deque()
    before: Callable[[], object] = _at_once
    try:
        with ThreadPoolExecutor(LANES) as pool:
            for number, batch in enumerate(batches):
                if len(running) == LANES:
                    running.popleft().result()
                running.append(pool.submit(land, lanes[number % LANES], batch, before))
                before = running[-1].result
            while running:
                running.popleft().result()
    finally:
        for db in lanes:
            db.close()
        store.db.execute("RESET threads")


def _at_once() -> None:
    """The turn of the first batch."""
