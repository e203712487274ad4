"""The figures of Overview and Goals: which rows stand behind each. A count and its list of tickets read the same line."""

from dataclasses import dataclass
from datetime import date

CLOCK_NAMES = {
    "first_response": "First response",
    "first_human_response": "First human response",
    "update": "Update",
    "resolution": "Resolution",
    "closure": "Closure",
}
ALWAYS_SHOWN = ("first_response", "resolution")  # on the Overview, with goals or without


@dataclass(frozen=True)
class Figure:
    """`where` selects the rows of `clock` (then `clock` is set), else of the list; `dated` names its month column."""

    title: str
    where: str
    clock: str | None = None
    dated: str | None = None


_OF_CLOCK = {
    "judged": ("goal met or missed", "state IN ('met', 'missed') AND NOT implied", "stopped_month"),
    "met": ("goal met", "state = 'met' AND NOT implied", "stopped_month"),
    "missed": ("goal missed", "state = 'missed' AND NOT implied", "stopped_month"),
    "implied": ("implied, not counted in the share", "implied", "stopped_month"),
    "timed": ("working time", "NOT implied", "stopped_month"),
    "overdue": ("past the goal and still running", "state = 'overdue'", None),
    "running": ("in time and still running", "state IN ('running', 'paused') AND goal_seconds IS NOT NULL", None),
}
_OF_TICKET = {
    "received": Figure("Received", "TRUE", dated="created_month"),
    "resolved": Figure("Resolved", "TRUE", dated="resolved_month"),
    "open": Figure("Open at the end of the month", "TRUE", dated="open_month"),
}
FIGURES: dict[str, Figure] = _OF_TICKET | {
    f"{clock}-{name}": Figure(f"{title}: {what}", where, clock, dated)
    for clock, title in CLOCK_NAMES.items()
    for name, (what, where, dated) in _OF_CLOCK.items()
    if clock == "first_response" or name != "implied"
}


@dataclass(frozen=True)
class Shown:
    """A figure that is being looked into: its name, and the month it is of (None: as of now)."""

    name: str
    month: date | None = None

    def address(self) -> str:
        """How it is written in the address: `resolution-missed.2026-03`."""
        return f"{self.name}.{self.month:%Y-%m}" if self.month else self.name
