"""Batches landed side by side: staged and written on several connections at once, committed in their order."""

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import duckdb

from etl.store import Store
from etl.turn import Turn

Batch = TypeVar("Batch")
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1  # those it may use
LANES = min(4, _CORES)


def land_side_by_side(
    store: Store,
    batches: Iterable[Batch],
    land: Callable[[duckdb.DuckDBPyConnection, Batch, Turn], None],
) -> None:
    """`land(db, batch, turn)` for each batch: it stages on `db` and takes what it staged in, as `turn` allows. The batches
    that are read and not yet in are as many as there are lanes, and one more.

    Raises what reading or landing a batch raises; no batch after that one is taken in.
    """
    store.db.execute("SET threads = 1")  # for each lane: more of them would only stand in each other's way
    store.db.execute("SET write_buffer_row_group_count = 1")  # written as inserted, not all in the commit
    lanes = [store.connection() for _ in range(LANES)]
    running: deque[Turn] = deque()
    turn: Turn | None = None
    try:
        with ThreadPoolExecutor(LANES) as pool:
            for number, batch in enumerate(batches):
                if len(running) == LANES:
                    running.popleft().landed.result()
                turn = Turn(before=turn)
                turn.landed = pool.submit(land, lanes[number % LANES], batch, turn)
                running.append(turn)
            while running:
                running.popleft().landed.result()
    finally:
        for db in lanes:
            db.close()
        store.db.execute("RESET threads")
        store.db.execute("RESET write_buffer_row_group_count")
