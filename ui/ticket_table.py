"""The columns of tables of tickets and clocks: every key links to the ticket's page here, and to its own desk."""

from ui.table import Column

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
TIMES = {"created_at": Column("Received", "instant"), "resolved_at": Column("Resolved", "instant")}
CLOCK = {
    "clock": Column("Clock", width=145),
    "state": Column("State", "state"),
    "working_seconds": Column("Used", "working", 100, "Working time counted"),
    "goal_seconds": Column("Goal", "working", 80),
    "left_seconds": Column("Time left", "left", 130, "Working time left of the goal, or by how much it is over"),
    "due_at": Column("Due", "soon"),
    "stopped_at": Column("Stopped", "instant"),
    "alerts_passed": Column("Alerts", "number", 60, "Alerts of the goal passed so far"),
    "next_alert_at": Column("Next alert", "soon"),
}
RUNNING = ("state", "left_seconds", "due_at", "alerts_passed", "next_alert_at")  # what says something of a clock that
STOPPED = (
    "state",
    "working_seconds",
    "goal_seconds",
    "left_seconds",
    "stopped_at",
    "alerts_passed",
)  # runs, or stopped
