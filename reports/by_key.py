"""A ticket by its key, as people write it: capital or small letters make no difference."""

from typing import Any

import duckdb

# Just so first: that is quick among many tickets, and right where two keys differ in case alone.
_FITS = ("key = ?", "upper(key) = upper(?) ORDER BY key LIMIT 1")


def by_key(db: duckdb.DuckDBPyConnection, fields: str, key: str, among: str = "true") -> dict[str, Any] | None:
    """The fields of the ticket with that key, of those that `among` (a condition) leaves; None where there is none."""
    for fits in _FITS:
        cursor = db.execute(f"SELECT {fields} FROM ticket WHERE {among} AND {fits}", [key.strip()])
        row = cursor.fetchone()
        if row is not None:
            return dict(zip([column[0] for column in cursor.description], row, strict=True))
    return None
