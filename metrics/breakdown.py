"""One measure by several dimensions of the ticket: one view, a block of rows each."""

from collections.abc import Callable

DIMENSIONS = ("all", "project", "provider", "service", "priority")
COLUMNS = {
    "dimension": "what the block is broken down by: " + ", ".join(DIMENSIONS) + " (not broken down: value is empty)",
    "value": "the ticket's value of it at T; empty: it has none",
}


def broken_down(select: Callable[[str, str], str], rows: str, ticket: str = "") -> str:
    """SQL: the rows of `select(value, source)` once a dimension, after the columns `dimension`, `value`.

    `rows` is a table with rows per ticket and its short name (`line_stay s`). `value` is the expression to select and
    group by; `source` are the rows, joined with their tickets where the value is the ticket's: a reader who asks for one
    dimension pays for that one only. `ticket` is the short name of what has the ticket's fields among `rows` already.
    """
    joined = rows if ticket else f"{rows} JOIN ticket t ON t.ticket_id = {rows.split()[-1]}.ticket_id"
    blocks = [("all", "CAST(NULL AS VARCHAR)", rows)]
    blocks += [(dimension, f"{ticket or 't'}.{dimension}", joined) for dimension in DIMENSIONS[1:]]
    return "\nUNION ALL\n".join(
        f"SELECT '{dimension}' AS dimension, * FROM (\n{select(value, source)}\n)"
        for dimension, value, source in blocks
    )
