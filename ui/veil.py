"""Keys of hidden tickets in what people wrote at meetings: replaced for those who may not see them, as in texts of tickets."""

import re
from collections.abc import Callable
from dataclasses import replace

from board.action import Action
from sight.opening import Connection
from ui.session import Here

_STANDS_FOR = "(restricted)"
Veil = Callable[[str], str]


def veil(here: Here) -> Veil:
    """What makes of a text the one that this person may read; and what they write is kept as they may read it."""
    if "security" in here.person.roles:
        return str
    patterns = _patterns(here.snapshot.cursor(), sorted(here.person.roles))
    if not patterns:
        return str
    hidden = re.compile(rf"\b({'|'.join(patterns)})\b", re.IGNORECASE)
    return lambda text: hidden.sub(_STANDS_FOR, text)


def veiled(action: Action, by: Veil) -> Action:
    """An action with its words behind the veil."""
    return replace(action, text=by(action.text), actionee=by(action.actionee), outcome=by(action.outcome))


def _patterns(connection: Connection, roles: list[str]) -> list[str]:
    """Of keys in projects that are hidden from each of these roles, and of tickets that became restricted since."""
    projects = connection.execute(
        """SELECT project FROM hidden_project WHERE role IN (SELECT unnest(?::VARCHAR[]))
           GROUP BY project HAVING count(DISTINCT role) = ? ORDER BY project""",
        [roles, len(roles)],
    ).fetchall()
    moved = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'moved_ticket'").fetchall()
    keys = connection.execute("SELECT key FROM moved_ticket ORDER BY key").fetchall() if moved[0][0] else []
    return [rf"{re.escape(project)}-\d+" for (project,) in projects] + [re.escape(key) for (key,) in keys]
