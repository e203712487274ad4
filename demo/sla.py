"""JSM's own SLA fields. The administrators of this Jira set them up by the procedure, but not quite:

- DSEC's calendar never closes, and DSP's knows no holidays;
- the priority channel of DSD is not paused while the user is asked;
- outstanding requests have three days, not five;
- requests about documentation run from RECEIVED on;
- as everywhere in JSM, a reopened ticket begins a new cycle;
- a few values were lost in an outage and are as somebody entered them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from demo import world
from demo.draft import Draft
from demo.office import HOUR, Office

_IDS = {"first_response": "1", "resolution_time": "2"}
_DESKS = ("DSD", "DSP", "DSEC", "DC")
_STARTS = ("TO DO", "DELEGATED", "IN PROGRESS")
_OVER = ("DONE", "CLOSED")
_ENTERED_BY_HAND = 149  # every so manieth ticket
Stays = list[tuple[str, int, int]]  # status, from, until


class _AlwaysOpen(Office):
    """A calendar that never closes."""

    def __init__(self, zone: str, like: Office) -> None:
        super().__init__(like.first, like.first, zone)

    def worked(self, start: int, end: int) -> int:
        """All of it."""
        return end - start

    def after(self, start: int, hours: float) -> int:
        """So much later."""
        return start + max(1, int(hours * HOUR))

    def is_open(self, at: int) -> bool:
        """Always."""
        return True


class SlaFields:
    """The values of "Time to first response" and "Time to resolution" as of one instant."""

    def __init__(self, office: Office, until: int) -> None:
        self.office, self.until = office, until
        self._without_holidays = Office(office.first, office.last, office.zone.key, country=None)
        self._always = _AlwaysOpen(office.zone.key, office)

    def of(self, draft: Draft, now: dict[str, Any]) -> dict[str, Any]:
        """The values that there are, by the simulator's names of the fields, for a ticket that now is as `now` says."""
        if now["project"] not in _DESKS:
            return {}
        stays = self._stays(draft)
        channel = now["project"] == "DSEC" or now.get("category") in world.CHANNEL_CATEGORIES
        calendar = self._calendar(now["project"])
        answered = next((since for name, since, _ in stays if name != "OPEN"), None)
        response = _Cycle(draft.created, answered, [(draft.created, answered or self.until)])
        fields = {"first_response": self._field("first_response", [response], 2.0 if channel else 4.0, calendar, draft)}
        goal = _goal(now, channel)
        cycles = list(self._cycles(stays, now, paused=not channel or now["project"] == "DSEC"))
        if goal and cycles:
            fields["resolution_time"] = self._field("resolution_time", cycles, goal, calendar, draft)
        return fields

    def _stays(self, draft: Draft) -> Stays:
        entries = [stay for stay in draft.stays() if stay[1] < self.until]
        ends = [at for _, at in entries[1:]] + [self.until]
        return [(name, at, end) for (name, at), end in zip(entries, ends, strict=True)]

    def _calendar(self, project: str) -> Office:
        return {"DSEC": self._always, "DSP": self._without_holidays}.get(project, self.office)

    def _cycles(self, stays: Stays, now: dict[str, Any], paused: bool) -> Iterator[_Cycle]:
        """From a start to DONE or CLOSED, and anew after a reopening."""
        starts = ("RECEIVED", *_STARTS) if now.get("category") == "Documentation" else _STARTS
        cycle: _Cycle | None = None
        for name, since, until in stays:
            if cycle and name in _OVER:
                yield _Cycle(cycle.start, since, cycle.counted)
                cycle = None
            elif cycle is None and name in starts:
                cycle = _Cycle(since, None, [])
            if cycle and not (paused and name == "ON GOING"):
                cycle.counted.append((since, until))
        if cycle:
            yield cycle

    def _field(self, name: str, cycles: list[_Cycle], goal: float, calendar: Office, draft: Draft) -> dict[str, Any]:
        written = [self._cycle(cycle, int(goal * HOUR), calendar, draft) for cycle in cycles]
        last = {"ongoingCycle": written.pop()} if cycles[-1].stop is None else {}
        label = world.CUSTOM_FIELDS[name][1]
        return {"id": _IDS[name], "name": label, "completedCycles": written, **last}

    def _cycle(self, cycle: _Cycle, allowed: int, calendar: Office, draft: Draft) -> dict[str, Any]:
        elapsed = sum(calendar.worked(since, until) for since, until in cycle.counted)
        breach = cycle.breach(allowed, calendar, self.until)
        if cycle.stop is not None and draft.slot.id % _ENTERED_BY_HAND == 0:
            elapsed += 37 * 60_000
        written = {
            "startTime": self._instant(cycle.start), "breachTime": self._instant(breach),
            "breached": elapsed > allowed, "goalDuration": _span(allowed), "elapsedTime": _span(elapsed),
            "remainingTime": _span(allowed - elapsed),
        }  # fmt: skip
        if cycle.stop is not None:
            return written | {"stopTime": self._instant(cycle.stop)}
        is_paused = not cycle.counted or cycle.counted[-1][1] < self.until
        return written | {"paused": is_paused, "withinCalendarHours": calendar.is_open(self.until)}

    def _instant(self, at: int) -> dict[str, Any]:
        text = self.office.text(at)
        iso = f"{text[:19]}{text[-5:]}"
        return {"iso8601": iso, "jira": text, "friendly": f"{self.office.wall(at):%d/%b/%y %H:%M}", "epochMillis": at}


class _Cycle:
    """From `start` to `stop` (None: goes on), and the spans of it that count."""

    def __init__(self, start: int, stop: int | None, counted: list[tuple[int, int]]) -> None:
        self.start, self.stop, self.counted = start, stop, counted

    def breach(self, allowed: int, calendar: Office, until: int) -> int:
        """When the goal was or, if nothing pauses any more, will be used up."""
        left = allowed
        for since, end in self.counted:
            used = calendar.worked(since, end)
            if used >= left:
                return calendar.after(since, left / HOUR)
            left -= used
        return calendar.after(until if self.stop is None else self.stop, left / HOUR)


def _goal(now: dict[str, Any], channel: bool) -> float | None:
    if channel:
        return 20.0
    if now["issuetype"] != "User Request" or now["project"] == "DC":
        return None
    return 24.0 if now.get("relevance") == "Outstanding" else 40.0


def _span(length: int) -> dict[str, Any]:
    hours, minutes = divmod(abs(length) // 60_000, 60)
    return {"millis": length, "friendly": f"{'-' if length < 0 else ''}{hours}h {minutes}m"}
