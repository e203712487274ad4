"""Keys of hidden tickets in what people wrote at meetings: replaced for those who may not see them, as in texts of tickets."""

from collections.abc import Callable

from sight.keys import mask
from sight.opening import Connection

Veil = Callable[[str], str]


def veil(connection: Connection) -> Veil:
    """What makes of a text the one that those may read for whom the connection was opened: without keys in projects
    that are hidden from them, and without those of tickets that came to be hidden since."""
    projects = connection.execute("SELECT project FROM unseen_project ORDER BY project").fetchall()
    moved = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'moved_ticket'").fetchall()
    keys = connection.execute("SELECT key FROM moved_ticket ORDER BY key").fetchall() if moved[0][0] else []
    return mask([project for (project,) in projects], [key for (key,) in keys])
