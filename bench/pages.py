"""The queries of the Overview, as the page asks them."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.desk import AS_OF
from metrics.profile import load_profile
from sight.opening import open_mart
from ui.filters import Filters, choices
from ui.months import month_of_snapshot
from ui.overview_queries import flow, goal_lines, goals, nearest, standing


def overview(mart: Path, projects: tuple[str, ...], priorities: tuple[str, ...], times: int = 5) -> dict[str, float]:
    """Milliseconds (median) of each query of one view of the Overview, narrowed to these (none: all).

    `choices` is asked once a mart, not a view.
    """
    profile, filters = load_profile("desp"), Filters(project=projects, priority=priorities)
    db, month = open_mart(mart), month_of_snapshot(AS_OF, ZoneInfo(profile.calendar.zone))
    queries: dict[str, Callable[[], object]] = {
        "flow": lambda: flow(db, filters, month),
        "goals": lambda: goals(db, filters, month),
        "standing": lambda: standing(db, filters, profile.nwd_seconds),
        "nearest": lambda: nearest(db, filters),
        "goal_lines": lambda: goal_lines(db),
        "choices": lambda: choices(db),
    }
    for query in queries.values():  # the first time reads the file
        query()
    return {name: statistics.median(_milliseconds(query) for _ in range(times)) for name, query in queries.items()}


def _milliseconds(query: Callable[[], object]) -> float:
    started = time.perf_counter()
    query()
    return (time.perf_counter() - started) * 1000
