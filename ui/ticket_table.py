"""Tables of tickets: every key links to the ticket's page here, and to its own desk."""

import pandas as pd

from ui.figures import CLOCKS
from ui.mart import Snapshot
from ui.table import Column, table

KEY = {
    "key": Column("Ticket", "ticket"),
    "url": Column("Desk", "link", help="Opens the ticket in its own desk"),
}
ABOUT = {
    "summary": Column("Summary", width=280),
    "type": Column("Type", width=110),
    "priority": Column("Priority", width=80),
    "service": Column("Service", width=140),
    "provider": Column("Provider", width=120),
    "status": Column("Status", width=110),
    "assignee": Column("Assignee", width=130),
}
_TICKET = KEY | ABOUT | {"created_at": Column("Received", "instant"), "resolved_at": Column("Resolved", "instant")}
_ONE_CLOCK = KEY | {
    "clock": Column("Clock", width=105),
    "state": Column("State", "state"),
    "working_seconds": Column("Used", "working", 100, "Working time counted"),
    "goal_seconds": Column("Goal", "working", 80),
    "left_seconds": Column("Time left", "left", 130, "Working time left of the goal, or by how much it is over"),
    "due_at": Column("Due", "soon"),
    "stopped_at": Column("Stopped", "instant"),
    "alerts_passed": Column("Alerts", "number", 60, "Alerts of the goal passed so far"),
    "next_alert_at": Column("Next alert", "soon"),
    **{name: ABOUT[name] for name in ("summary", "priority", "service", "assignee", "status", "type")},
}


def clock_table(rows: pd.DataFrame, snapshot: Snapshot, key: str, name: str, running: bool, height: int) -> None:
    """One row a clock, from `overview_queries`; `running` or not decides which columns say something."""
    absent = {"stopped_at", "working_seconds", "goal_seconds"} if running else {"due_at", "next_alert_at"}
    absent |= {"clock"} if rows.clock.nunique() == 1 else set()
    columns = {column: how for column, how in _ONE_CLOCK.items() if column not in absent}
    table(rows.assign(clock=rows.clock.map(CLOCKS)), columns, snapshot, key, name, height)


def ticket_table(rows: pd.DataFrame, snapshot: Snapshot, key: str, name: str) -> None:
    """One row a ticket, from `overview_queries`."""
    table(rows, _TICKET, snapshot, key, name)
