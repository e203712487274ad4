"""How fast work goes: by kind of ticket, by provider, by season; and the office and people it is done by."""

from __future__ import annotations

from dataclasses import dataclass

from demo import world
from demo.draft import Draft
from demo.office import Office
from demo.people import Cast, Person

# Working hours of work on a ticket: the median, and how far it spreads (log-normal).
_EFFORT = {
    "User Request": (14, 0.72), "Anomaly": (125, 0.85), "Incident": (38, 0.95), "Change Request": (130, 0.75),
    "Story": (400, 0.75), "SPR": (210, 0.85), "Maintenance Request": (60, 0.6), "Security Incident": (9, 0.7),
    "Task": (20, 0.8),
}  # fmt: skip
# Some of these wait for a release, or for somebody else's software.
_MAY_WAIT = ("Anomaly", "SPR", "Story", "Incident")
_CHANNEL_EFFORT = (8.5, 0.7)


@dataclass
class Desk:
    """What every flow needs: the office, the people, and until when ON GOING had its retired name."""

    office: Office
    cast: Cast
    retired: int

    def slowness(self, at: int) -> float:
        """How slowly the desk reacts, against the average: better every year, bad in one month of fourteen."""
        wall = self.office.wall(at)
        months = wall.year * 12 + wall.month
        trend = max(0.75, 1.45 - 0.025 * (months - 2024 * 12))
        return trend * (2.4 if months % 14 == 2 else 1.0)

    def effort(self, draft: Draft, at: int, share: float = 1.0) -> float:
        """Working hours that the work on a ticket takes."""
        kind = draft.value("issuetype", at)
        median, spread = _CHANNEL_EFFORT if is_channel(draft, at) else _EFFORT[kind]
        urgency = {"Blocking": 0.75, "Critical": 0.9}.get(draft.value("priority", at), 1.0)
        outside = world.PROVIDERS[draft.values["provider"]] if draft.slot.project in ("DSP", "DSD") else 1.0
        if kind in _MAY_WAIT and draft.chance(0.1):
            outside *= 4.5
        return share * draft.around(median, spread) * urgency * outside

    def soon(self, draft: Draft, at: int, hours: float, spread: float = 0.7) -> int:
        """The instant at which somebody gets round to it, around so many working hours later."""
        return self.office.after(at, draft.around(hours, spread))

    def status(self, name: str, at: int, draft: Draft) -> str:
        """The status as it was called then: ON GOING had a twin that was retired."""
        return world.RETIRED_STATUS[1] if name == "ON GOING" and at < self.retired and draft.chance(0.4) else name

    def worker(self, draft: Draft) -> Person:
        """Somebody who works on tickets of this project (and provider)."""
        staff = {
            "DSD": self.cast.champions, "DSEC": self.cast.security, "DPM": self.cast.operators,
            "DCMS": self.cast.operators, "DEMS": self.cast.developers, "DC": self.cast.developers,
            "DSP": self.cast.providers[draft.values["provider"]],
        }  # fmt: skip
        return draft.rng.choice(staff[draft.slot.project])


def is_channel(draft: Draft, at: int) -> bool:
    """Whether the ticket goes by the priority channel."""
    return draft.slot.project == "DSEC" or draft.value("category", at) in world.CHANNEL_CATEGORIES
