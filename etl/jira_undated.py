"""What stands in a Jira issue without a readable time: it cannot be placed, so the issue is not whole (AMP-W5)."""

from datetime import datetime

import duckdb


def is_time(instant: str) -> str:
    """SQL: whether an instant is there, and one that Python has, too."""
    return f"coalesce({instant} BETWEEN '{datetime.min}' AND '{datetime.max}', false)"


def count_as_not_stored(db: duckdb.DuckDBPyConnection, stored: str, entry_id: str, undated: str) -> bool:
    """Takes entries out of the column of table `issue` that counts them. `undated` is SQL: FROM, and the condition on them.

    Returns whether there are any.
    """
    if not db.execute(f"SELECT 1 {undated} LIMIT 1").fetchall():
        return False
    db.execute(f"""
        UPDATE issue SET {stored} = {stored} - u.entries
        FROM (SELECT ticket_id, count(DISTINCT {entry_id}) AS entries {undated} GROUP BY ticket_id) u
        WHERE u.ticket_id = issue.ticket_id""")
    return True
