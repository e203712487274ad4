"""Tables on the way to a mart that are made before the metrics run: rules, and what the store has of some tickets."""

import duckdb
import pyarrow as pa

from metrics.vocabulary import RuleTable

# What the metrics read of a history: to copy the rest of its columns, too, takes three times as long.
_READ = {
    "change": "no, seq, changed_at, author, field, from_value, to_value, from_id, to_id",
    "comment": "no, created_at, author, public",
    "link": "*",
}


def make_table(db: duckdb.DuckDBPyConnection, table: RuleTable, what: str) -> None:
    """Create a table of rules with its rows; `what` names it as in CREATE."""
    db.execute(f"CREATE {what} ({table.columns})")
    if table.rows:
        columns = [pa.array(values) for values in zip(*table.rows, strict=True)]
        rows = pa.table(columns, names=[f"column{n}" for n in range(len(columns))])  # noqa: F841 (found by its name)
        db.execute(f"INSERT INTO {what.split()[-1]} FROM rows")


def choose_history(db: duckdb.DuckDBPyConnection, narrowed: bool) -> None:
    """Tables `wanted_change`, `wanted_comment` and `wanted_link`: what the store has of the tickets `wanted`; of all
    tickets unless `narrowed`."""
    for table, columns in _READ.items():
        if narrowed:
            db.execute(
                f"CREATE OR REPLACE TABLE wanted_{table} AS SELECT {columns} FROM store.{table} SEMI JOIN wanted USING (no)"
            )
        else:
            db.execute(f"CREATE VIEW wanted_{table} AS SELECT {columns} FROM store.{table}")
