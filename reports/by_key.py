"""A ticket by its key, as people write it: capital or small letters make no difference."""

from typing import Any

import duckdb

from metrics.errors import ArbiterError

# Just so first: that is quick among many tickets, and right where two keys differ in case alone. A hidden ticket has no key.
_FITS = (
    "key = ?",
    "ticket_id = ? AND key IS NOT NULL",
    "key = (SELECT min(key) FROM ticket WHERE {among} AND upper(key) = upper(?))",
)


class SharedKey(ArbiterError):
    """Several tickets have the key, such as those of two sources; their ids are `tickets`."""

    def __init__(self, key: str, tickets: list[str]) -> None:
        super().__init__(f"{key}: {len(tickets)} tickets have this key: say which one: {', '.join(tickets)}")
        self.tickets = tickets


def by_key(db: duckdb.DuckDBPyConnection, fields: str, key: str, among: str = "true") -> dict[str, Any] | None:
    """The fields, `ticket_id` among them, of the ticket with that key or `ticket_id`, of those that `among` (a condition)
    leaves; None where there is none. Raises SharedKey."""
    for fits in _FITS:
        cursor = db.execute(f"SELECT {fields} FROM ticket WHERE {among} AND {fits.format(among=among)}", [key.strip()])
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if rows:
            return only_one(rows, key)
    return None


def only_one(tickets: list[dict[str, Any]], key: str) -> dict[str, Any]:
    """The ticket of a list that has one. Raises SharedKey."""
    if len(tickets) > 1:
        raise SharedKey(key.strip(), sorted(ticket["ticket_id"] for ticket in tickets))
    return tickets[0]


def source_part(ticket_id: str) -> str:
    """What the ids of all tickets of its source begin with.

    >>> source_part("jira/10001")
    'jira/'
    """
    return ticket_id.partition("/")[0] + "/"
