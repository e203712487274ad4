"""What a profile says of clocks and goals, of the lights that reports put on them, and of satisfaction."""

from typing import Literal

from pydantic import Field, model_validator

from metrics.profile_calendar import InForce, Part
from metrics.profile_values import ClockName, WorkingDuration


class Clock(Part):
    """A clock (1.5). Which lists matter depends on the clock; an empty `start` starts at creation."""

    rule: str
    projects: list[str] = ["*"]
    leaves: list[str] = []
    acknowledged: list[str] = []
    start: list[str] = []
    start_else: list[str] = []


class Alert(Part):
    """An alert of a goal (AMP-G4): passed when the counted time reaches it; what is to be done then."""

    after: WorkingDuration
    action: str


class Goal(InForce):
    """A goal (1.6). Of several that fit a ticket, the first in the file counts. `provider`: the group that it is for, by
    what the ticket has as provider at T (HD-M2)."""

    clock: ClockName
    rule: str
    within: WorkingDuration
    project: str | None = None
    type: str | None = None
    provider: str | None = None
    channel: Literal["priority", "standard"] | None = None
    alerts: list[Alert] = []


class PriorityChannel(Part):
    """What makes a ticket a priority-channel ticket (AMP-G3)."""

    rule: str = ""
    projects: list[str] = []
    categories: list[str] = []


class Satisfaction(Part):
    """Where the satisfaction score is asked for (1.7)."""

    projects: list[str] = ["*"]


class Lights(Part):
    """From which share of goals met on a report's light is green, and from which amber; below that it is red."""

    green: float = Field(default=0.95, ge=0, le=1)
    amber: float = Field(default=0.8, ge=0, le=1)

    @model_validator(mode="after")
    def _green_is_above_amber(self) -> "Lights":
        if self.green < self.amber:
            raise ValueError(f"amber {self.amber} lies above green {self.green}; allowed: at most as high")
        return self
