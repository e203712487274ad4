"""The store as it stood at an earlier instant K (AMP-W4): views over it that hide what it learned at K or later.

Whoever reads `store` after this reads the views, so that `changed_at < T` stays the only rule of what is visible. A
change that was not known yet lies behind every T and after all known ones: its `from` tells what was current at K. Gone
for good, since the store keeps no earlier form of it: comments and links that were deleted since, names of people and
statuses, values that changed without a history, whether the history was whole, what an earlier sync had checked, links
to tickets that it learned at K or later, if they were taken away since, what an entry said before it was corrected under
its id, that a ticket was gone that came back.
"""

from datetime import datetime

import duckdb

_NEVER = "TIMESTAMP '9999-01-01'"
_LAST = 1_000_000_000  # more than any history has entries


def show_as_known(db: duckdb.DuckDBPyConnection, pulled: str, known_at: datetime) -> None:
    """Attach a database `store` with a view for each table of the attached store `pulled`."""
    db.execute("ATTACH ':memory:' AS store")
    tables = db.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [pulled]).fetchall()
    known = _known_rows(pulled, f"TIMESTAMP '{known_at.isoformat(sep=' ')}'")
    for (table,) in tables:
        view = known.get(table, "SELECT * FROM {table}").format(table=f'{pulled}."{table}"')
        db.execute(f'CREATE VIEW store."{table}" AS {view}')


def _known_rows(pulled: str, k: str) -> dict[str, str]:
    """By table of `pulled`: the query for what was known at `k` (SQL) of `{table}`."""
    seen = f"SELECT * FROM {{table}} WHERE first_seen_at < {k}"
    return {
        "ticket": f"SELECT * REPLACE (CASE WHEN gone_at < {k} THEN gone_at END AS gone_at, "
        f"CASE WHEN no NOT IN ({_resolved_unseen(pulled, k)}) THEN resolution_date END AS resolution_date) FROM {{table}} "
        f"WHERE first_seen_at < {k}",
        "change": f"SELECT * REPLACE (CASE WHEN first_seen_at < {k} THEN changed_at ELSE {_NEVER} END AS changed_at, "
        f"CASE WHEN first_seen_at < {k} THEN seq ELSE seq + {_LAST} END AS seq) FROM {{table}} "
        f"WHERE NOT {_names_an_unknown_ticket(pulled, k)}",
        "comment": seen,
        "link": seen,
        "feedback": seen,
        "sla_cycle": seen,
        "source_check": "SELECT * FROM {table} WHERE false",
    }


def _resolved_unseen(pulled: str, k: str) -> str:
    """SQL: the tickets whose resolution date was set by a move that was not known at `k`: the history has it at that second."""
    return (
        f"SELECT c.no FROM {pulled}.change c JOIN {pulled}.ticket r ON r.no = c.no "
        f"WHERE c.first_seen_at >= {k} AND abs(epoch(c.changed_at) - epoch(r.resolution_date)) <= 1"
    )


def _names_an_unknown_ticket(pulled: str, k: str) -> str:
    """SQL: whether a change, not known at `k`, took away a link to a ticket of its source that was not known either. Its
    `from` would tell of a link to a ticket outside the store, where there was none that anybody had seen."""
    keys = (
        f"SELECT source || '/' || key FROM {pulled}.ticket WHERE first_seen_at >= {k} UNION ALL "
        f"SELECT t.source || '/' || c.from_value FROM {pulled}.change c JOIN {pulled}.ticket t ON t.no = c.no "
        f"WHERE c.field = 'key' AND t.first_seen_at >= {k}"
    )
    named_key = "split_part(ticket_id, '/', 1) || '/' || split_part(trim(from_value), ' ', -1)"
    named = f"coalesce({named_key} IN ({keys}), false)"
    return f"(field = 'link' AND first_seen_at >= {k} AND {named})"
