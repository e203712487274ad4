"""A desk whose groups keep hours of their own, computed calendar by calendar (HD-M2)."""

from collections.abc import Callable
from datetime import datetime

import duckdb

from etl.work_tables import choose_history, make_table
from metrics.calendar_tables import as_of_macros, day_tables
from metrics.group_hours import TICKET_HOURS, GroupCalendar


def compute_by_hours(
    db: duckdb.DuckDBPyConnection, parts: list[GroupCalendar], as_of: datetime, incremental: bool,
    compute: Callable[[bool], None],
) -> None:  # fmt: skip
    """Call `compute` (incremental or not) once for each calendar that times some of the tickets `wanted`, over these;
    the desk's own calendar, the first of `parts`, stands again at the end."""
    db.execute(TICKET_HOURS)
    met = {hours for (hours,) in db.execute("SELECT DISTINCT hours FROM ticket_hours").fetchall()}
    used = [part for part in parts if part.hours in met] or parts[:1]
    for n, part in enumerate((*used, parts[0])):
        for macro in as_of_macros(part.calendar, as_of):
            db.execute(macro)
        for table in day_tables(part.calendar):
            make_table(db, table, f"OR REPLACE TABLE {table.name}")
        if n < len(used):
            db.execute(
                "CREATE OR REPLACE TABLE wanted AS SELECT no, ticket_id FROM ticket_hours WHERE hours = ?", [part.hours]
            )
            choose_history(db, True)
            compute(incremental or n > 0)
