"""Marts side by side: which tickets differ between two of them, and a mart with some of its tickets as in another one."""

import shutil
from collections.abc import Collection
from pathlib import Path

import duckdb

from metrics.sql_text import literal

_NOT_OF_THE_TICKET = "seconds_before"  # columns that begin so count from the calendar's beginning
_NOT_OF_T = ("coverage_item", "reconcile")  # they tell also of what a ticket is now, beside its history
_Tables = dict[str, list[str]]


def differing(before: Path, after: Path) -> set[str]:
    """Ids of the tickets of which the two marts do not say the same, in any table."""
    with _attached(before=before, after=after) as db:
        selects = []
        tables = _common(db, "before", "after")
        for table, columns in tables.items():
            if table in _NOT_OF_T:
                continue
            shown = ", ".join(f'"{column}"' for column in columns if not column.startswith(_NOT_OF_THE_TICKET))
            sides = [f'SELECT {shown} FROM {name}."{table}"' for name in ("before", "after")]
            selects += [f"SELECT ticket_id FROM ({one} EXCEPT {other})" for one, other in (sides, sides[::-1])]
        return {ticket_id for (ticket_id,) in db.execute(" UNION ".join(selects)).fetchall()}


def known_to(mart: Path) -> set[str]:
    """Ids of the tickets of a mart, those too that it counts as left out."""
    with _attached(mart=mart) as db:
        rows = db.execute("SELECT ticket_id FROM mart.ticket UNION SELECT ticket_id FROM mart.coverage_item").fetchall()
        return {ticket_id for (ticket_id,) in rows}


def merged(mart: Path, other: Path, ids: Collection[str], out: Path) -> None:
    """Writes `mart` to `out` with those tickets as `other` has them."""
    shutil.copyfile(mart, out)
    with _attached(other=other) as db:
        db.execute(f"ATTACH {literal(out)} AS mixed")
        db.execute("CREATE TEMP TABLE wanted AS SELECT unnest(?::VARCHAR[]) AS ticket_id", [list(ids)])
        for table, columns in _common(db, "mixed", "other").items():
            shown = ", ".join(f'"{column}"' for column in columns)
            db.execute(f'DELETE FROM mixed."{table}" WHERE ticket_id IN (SELECT ticket_id FROM wanted)')
            db.execute(
                f"""INSERT INTO mixed."{table}" BY NAME SELECT {shown} FROM other."{table}"
                    WHERE ticket_id IN (SELECT ticket_id FROM wanted)"""
            )


def _attached(**marts: Path) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    db.execute("SET enable_progress_bar = false")  # it would stand in the output of a command
    for name, path in marts.items():
        db.execute(f"ATTACH {literal(path)} AS {name} (READ_ONLY)")
    return db


def _common(db: duckdb.DuckDBPyConnection, one: str, other: str) -> _Tables:
    """The tables of tickets that both have, with the columns that both have."""
    found: _Tables = {}
    for table, column in db.execute(
        """SELECT table_name, column_name FROM duckdb_columns() SEMI JOIN duckdb_tables() USING (database_name, table_name)
           WHERE database_name IN (?, ?) GROUP BY table_name, column_name HAVING count(*) = 2
           ORDER BY table_name, column_name""",
        [one, other],
    ).fetchall():
        found.setdefault(table, []).append(column)
    return {table: columns for table, columns in found.items() if "ticket_id" in columns}
