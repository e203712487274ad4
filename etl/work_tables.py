"""Tables on the way to a mart that are made before the metrics run: rules, and what the store has of some tickets."""

import duckdb

from etl.statement import statement
from metrics.vocabulary import RuleTable

# What the metrics read of a history: to copy the rest of its columns, too, takes three times as long.
_READ = {
    "change": "no, seq, changed_at, author, field, from_value, to_value, from_id, to_id",
    "comment": "no, created_at, author, public",
    "link": "*",
}


def cursor(db: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """One more connection to the instance, with the tables on the way under their bare names."""
    another = db.cursor()
    another.execute("SET enable_progress_bar = false")  # it would stand in the output of `--json`
    another.execute("USE work")
    return another


def make_table(db: duckdb.DuckDBPyConnection, table: RuleTable, what: str) -> None:
    """Create a table of rules with its rows; `what` names it as in CREATE."""
    columns = [column.rsplit(" ", 1) for column in table.columns.split(", ")]
    values = [list(column) for column in zip(*table.rows, strict=True)] or [[] for _ in columns]
    named = ", ".join(f"unnest(${n}::{kind}[]) AS {name}" for n, (name, kind) in enumerate(columns, 1))
    db.execute(statement(f"CREATE {what} AS SELECT {named}"), values)


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
