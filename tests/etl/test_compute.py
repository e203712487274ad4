"""In which order metrics run: what a statement reads, as DuckDB's own parser tells it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from etl.compute import names_read
from metrics.catalogue import MEASURES, METRICS

SELECTS = {
    **{metric.table: re.sub(r"^\s*CREATE (TABLE|VIEW) [\w.]+ AS", "", metric.sql) for metric in METRICS},
    **{measure.view: measure.select for measure in MEASURES},
}


def _tables(node: Any) -> Iterator[str]:
    """The tables of a parsed statement but those of the store."""
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and node["schema_name"] != "store":
            yield node["table_name"]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _tables(part)


@pytest.mark.parametrize("name", SELECTS)
def test_what_a_statement_reads_is_found_in_its_text(name: str) -> None:
    with duckdb.connect() as db:
        [[parsed]] = db.execute("SELECT json_serialize_sql(?)", [SELECTS[name]]).fetchall()
    tree = json.loads(parsed)
    assert not tree["error"], tree
    assert names_read(SELECTS[name]) & SELECTS.keys() == set(_tables(tree)) & SELECTS.keys()
