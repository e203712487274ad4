"""One measure by several dimensions of the ticket: one view, a block of rows each."""

from collections.abc import Callable

DIMENSIONS = ("all", "project", "provider", "service", "priority")
COLUMNS = {
    "dimension": "what the block is broken down by: " + ", ".join(DIMENSIONS) + " (not broken down: value is empty)",
    "value": "the ticket's value of it at T; empty: it has none",
}


def broken_down(select: Callable[[str], str]) -> str:
    """SQL: the rows of `select(value)` once a dimension, after the columns `dimension`, `value`.

    `value` is the expression to select and group by, of a table `ticket t`. A reader who asks for one dimension pays
    for that one only.
    """
    blocks = [(name, "CAST(NULL AS VARCHAR)" if name == "all" else f"t.{name}") for name in DIMENSIONS]
    return "\nUNION ALL\n".join(f"SELECT '{name}' AS dimension, * FROM (\n{select(value)}\n)" for name, value in blocks)
