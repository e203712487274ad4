"""What brings a store of an older schema to the present one."""


def _number(table: str, no: str, order: str) -> str:
    """SQL: the table anew, in the order of the tickets, with their number as its last column."""
    return f"""
        CREATE TABLE numbered AS SELECT x.*, {no} AS no FROM {table} x ORDER BY {order};
        DROP TABLE {table};
        ALTER TABLE numbered RENAME TO {table};"""


def _undated(table: str, entry_id: str, at: str, stored: str) -> str:
    """SQL: takes rows without a time out of the table, and out of what their tickets have stored."""
    undated = f"NOT coalesce({at} BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999', false)"
    return f"""
        UPDATE ticket SET {stored} = {stored} - u.entries
        FROM (SELECT no, count(DISTINCT {entry_id}) AS entries FROM {table} WHERE {undated} GROUP BY no) u
        WHERE u.no = ticket.no;
        DELETE FROM {table} WHERE {undated};"""


_OF_ITS_TICKET = "(SELECT t.no FROM ticket t WHERE t.ticket_id = x.ticket_id)"

# Step n, counted from 0, makes schema n + 2 of schema n + 1; it runs in one transaction. Add at the end, change none.
STEPS = (
    # Each ticket has a number of its own, for ever; what belongs to it carries it, so that a publish joins integers.
    _number("ticket", "CAST(row_number() OVER (ORDER BY ticket_id) AS INTEGER)", "no")
    + "".join(_number(table, _OF_ITS_TICKET, "no") for table in ("change", "comment", "link")),
    # What the source itself says: its resolution dates, its SLA cycles, the ratings that its feedback resource gave.
    # A store that lacks them asks for everything once more.
    """
    ALTER TABLE ticket ADD COLUMN resolution_date TIMESTAMP;
    CREATE TABLE sla_cycle (ticket_id VARCHAR, clock VARCHAR, cycle INTEGER, started_at TIMESTAMP, stopped_at TIMESTAMP,
        breach_at TIMESTAMP, breached BOOLEAN, goal_ms BIGINT, elapsed_ms BIGINT, remaining_ms BIGINT, paused BOOLEAN,
        first_seen_at TIMESTAMP, no INTEGER);
    CREATE TABLE feedback (ticket_id VARCHAR, rating INTEGER, first_seen_at TIMESTAMP);
    CREATE TABLE feedback_asked (ticket_id VARCHAR, content_hash UBIGINT);
    UPDATE watermark SET asked = '';
    """,
    # Whether the history of each of its fields ends in the present value is found out when a ticket lands again.
    "ALTER TABLE ticket ADD COLUMN settled BOOLEAN DEFAULT false",
    # Present values of further fields. A profile that gains one asks for everything once more by itself.
    """
    CREATE TABLE extra_value (ticket_id VARCHAR, field VARCHAR, value VARCHAR, first_seen_at TIMESTAMP, no INTEGER)
    """,
    # An entry or a comment without a readable time counts as not stored.
    _undated("change", "entry_id", "changed_at", "history_stored")
    + _undated("comment", "comment_id", "created_at", "comment_stored"),
)
