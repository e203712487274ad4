"""Two marts side by side: every table, row for row."""

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

# When it was made, from which run, and as known when: all that two marts of the same T may differ in.
_OF_THE_BUILD = {"meta": ("published_at", "store_version", "known_at")}


def contents(mart: Path, leave_out: tuple[str, ...] = (), views: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of a mart with its sorted rows, first the column names; and every view with its text.

    Over the same tables the same query says the same, and planning it takes ten times as long as reading a table: with
    `views` they have their rows too.
    """
    with duckdb.connect(str(mart), read_only=True) as db:
        asked = "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal"
        texts = {name: [(text,)] for name, text in db.execute(asked).fetchall()}
        found = "SELECT table_name FROM information_schema.tables ORDER BY 1"
        tables = [name for (name,) in db.execute(found).fetchall() if name not in leave_out]
        return {name: texts[name] if name in texts and not views else _rows(db, name) for name in tables}


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
