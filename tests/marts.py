"""Two marts side by side: every table, row for row."""

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

# When it was made, from which run, and as known when: all that two marts of the same T may differ in.
_OF_THE_BUILD = {"meta": ("published_at", "store_version", "known_at")}


def contents(mart: Path, leave_out: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every table and view of a mart with its sorted rows; first the column names."""
    with duckdb.connect(str(mart), read_only=True) as db:
        tables = [
            name for (name,) in db.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()
        ]
        return {table: _rows(db, table) for table in tables if table not in leave_out}


def _rows(db: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    dropped = ", ".join(_OF_THE_BUILD.get(table, ()))
    result = db.execute(f"SELECT * {f'EXCLUDE ({dropped})' if dropped else ''} FROM {table} ORDER BY ALL")
    rows = [tuple(tuple(v) if isinstance(v, list) else v for v in row) for row in result.fetchall()]
    return [tuple(d[0] for d in result.description or []), *rows]


def assert_same(mine: dict[str, Any], other: dict[str, Any]) -> None:
    """Raises AssertionError that names the first table that differs and the rows that only one side has."""
    assert mine.keys() == other.keys()
    for table, rows in mine.items():
        here, there = Counter(rows), Counter(other[table])
        assert here == there, f"{table}: only in one {list(here - there)}, only in the other {list(there - here)}"
