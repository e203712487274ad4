"""What brings a store of an older schema to the present one."""


def _number(table: str, no: str, order: str) -> str:
    """SQL: the table anew, in the order of the tickets, with their number as its last column."""
    return f"""
        CREATE TABLE numbered AS SELECT x.*, {no} AS no FROM {table} x ORDER BY {order};
        DROP TABLE {table};
        ALTER TABLE numbered RENAME TO {table};"""


_OF_ITS_TICKET = "(SELECT t.no FROM ticket t WHERE t.ticket_id = x.ticket_id)"

# Step n, counted from 0, makes schema n + 2 of schema n + 1; it runs in one transaction. Add at the end, change none.
STEPS = (
    # Each ticket has a number of its own, for ever; what belongs to it carries it, so that a publish joins integers.
    _number("ticket", "CAST(row_number() OVER (ORDER BY ticket_id) AS INTEGER)", "no")
    + "".join(_number(table, _OF_ITS_TICKET, "no") for table in ("change", "comment", "link")),
)
