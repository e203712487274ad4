"""Statements that are run time and again."""

from functools import lru_cache

import duckdb


@lru_cache(1000)
def statement(sql: str) -> duckdb.Statement:
    """The one statement of a text, for `execute`, parsed once a process: parsing is a fifth of a small publish."""
    return duckdb.extract_statements(sql)[0]
