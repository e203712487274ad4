"""The queries of Stages: the funnel, how far tickets came by a further field, whom to remind, and the lists behind."""

import pandas as pd

from sight.opening import Connection
from ui.behind import TicketList
from ui.filters import Filters, narrowed
from ui.table import Column

_HOW_FAR = {
    "stage": Column("Last stage", width=140),
    "since": Column("There since", "instant", help="Since when the ticket was in its last stage"),
}
_STAY = {
    "seconds": Column("Time in stage", "days", 110, "Elapsed: nights and weekends too"),
    "entered_at": Column("Came there", "instant"),
    "left_at": Column("Left", "instant"),
    "next_stage": Column("Next stage", width=140),
}
_SILENT = {
    "assignee": Column("Owner", width=130, help="Whom to remind; empty: nobody has it"),
    "days": Column("Days", "number", 70, "Whole days since the last change or comment"),
    "updated_at": Column("Last change", "instant"),
}


def funnel(connection: Connection, filters: Filters) -> pd.DataFrame:
    """`stage_funnel`, in the order of the stages."""
    select, values = narrowed("SELECT * FROM stage_funnel", filters)
    return connection.execute(f"SELECT * FROM ({select}) AS f ORDER BY place", values).df()


def unstaged(connection: Connection, filters: Filters) -> tuple[int, int, str]:
    """How many tickets have no stage of the order, how many of these stand in one that the profile does not name, and an
    example of that."""
    select, values = narrowed(
        """SELECT t.ticket_id, max(CASE WHEN s.place IS NULL AND NOT s.dropped THEN s.stage END) AS unknown
           FROM ticket t LEFT JOIN stage_stay s ON s.ticket_id = t.ticket_id
           GROUP BY t.ticket_id HAVING count(s.place) = 0""",
        filters,
    )
    [row] = connection.execute(f"SELECT count(*), count(unknown), min(unknown) FROM ({select}) AS u", values).fetchall()
    return int(row[0]), int(row[1]), row[2] or ""


def fields(connection: Connection) -> list[str]:
    """The further fields that tickets can be told apart by."""
    return [name for (name,) in connection.execute("SELECT DISTINCT field FROM stage_field ORDER BY field").fetchall()]


def by_field(connection: Connection, filters: Filters, field: str) -> pd.DataFrame:
    """`stage_field` of one field, the most frequent value first, the tickets without any last."""
    select, values = narrowed("SELECT * FROM stage_field", filters)
    return connection.execute(
        f"SELECT * FROM ({select}) AS f WHERE field = ? ORDER BY value IS NULL, tickets DESC, value", [*values, field]
    ).df()


def load(connection: Connection, filters: Filters) -> pd.DataFrame:
    """`load`, who has the most first."""
    select, values = narrowed("SELECT * FROM load", filters)
    return connection.execute(f"SELECT * FROM ({select}) AS l ORDER BY unresolved DESC, person", values).df()


def reminders() -> TicketList:
    """Whom to remind of what: each owner's silent tickets, the longest first (RT-M2)."""
    return TicketList(
        "Nothing happened for two weeks", "SELECT * FROM stalled", _SILENT, "assignee NULLS FIRST, days DESC"
    )


def stage_lists(rows: pd.DataFrame) -> dict[str, TicketList]:
    """What the figures open, for the stages in `rows` (of `funnel`)."""
    lists = {
        "all": _reached("All that have a stage", "TRUE"),
        "done": _reached(f"Arrived: {rows.stage.iloc[-1]}", "standing = 'done'"),
        "way": _reached("On their way", "standing = 'on_its_way'"),
        "dropped": _reached("Dropped", "standing = 'dropped'"),
        "stalled": reminders(),
    }
    for row in rows.itertuples():
        place = int(row.place)
        lists[f"passed-{place}"] = _reached(f"Came further than {row.stage}", f"furthest > {place}")
        lists[f"way-{place}"] = _reached(f"Came as far as {row.stage}", f"furthest = {place} AND standing <> 'dropped'")
        lists[f"dropped-{place}"] = _reached(
            f"Dropped after {row.stage}", f"furthest = {place} AND standing = 'dropped'"
        )
        stays = f"SELECT * FROM stage_stay WHERE place = {place} AND left_at IS NOT NULL"
        lists[f"time-{place}"] = TicketList(f"Stays in {row.stage} that have ended", stays, _STAY, "seconds DESC")
    return lists


def _reached(title: str, condition: str) -> TicketList:
    return TicketList(title, f"SELECT * FROM stage_reached WHERE {condition}", _HOW_FAR, "since")
