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


_TYPES = {
    "VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(), "TIMESTAMP": pa.timestamp("us"),
}  # fmt: skip


def cursor(db: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """One more connection to the instance, with the tables on the way under their bare names."""
    another = db.cursor()
    another.execute("SET enable_progress_bar = false")  # it would stand in the output of `--json`
    another.execute("USE work")
    return another


def make_table(db: duckdb.DuckDBPyConnection, table: RuleTable, what: str) -> None:
    """Create a table of rules with its rows; `what` names it as in CREATE."""
    columns = [column.rsplit(" ", 1) for column in table.columns.split(", ")]
    values = zip(*table.rows, strict=True) if table.rows else [()] * len(columns)
    arrays = {name.strip('"'): pa.array(of, _TYPES[kind]) for (name, kind), of in zip(columns, values, strict=True)}
    rows = pa.table(arrays)  # noqa: F841 (found by its name)
    db.execute(f"CREATE {what} AS FROM rows")


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
