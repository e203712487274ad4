"""JSM's own SLA fields, computed simply: one cycle, working hours, pauses in ON GOING."""

from __future__ import annotations

from typing import Any

from demo import world
from demo.draft import Draft
from demo.office import HOUR, Office

_IDS = {"first_response": "1", "resolution_time": "2"}


def sla_fields(draft: Draft, now: dict[str, Any], until: int, office: Office) -> dict[str, Any]:
    """The values of "Time to first response" and "Time to resolution" at an instant, as `now` says the fields are."""
    stays = [stay for stay in draft.stays() if stay[1] < until]
    channel = now["project"] == "DSEC" or now.get("category") in world.CHANNEL_CATEGORIES
    answered = next((at for name, at in stays if name != "OPEN"), None)
    response = _cycle(draft.created, answered, [], 2.0 if channel else 4.0, until, office)
    fields = {"first_response": _field("first_response", response, answered is not None)}
    started = next((at for name, at in stays if name in ("TO DO", "DELEGATED", "IN PROGRESS")), None)
    goal = 20.0 if channel else 40.0 if now["issuetype"] == "User Request" else None
    if goal and started is not None:
        done = next((at for name, at in stays if name in ("DONE", "CLOSED") and at >= started), None)
        cycle = _cycle(started, done, _pauses(stays, until), goal, until, office)
        fields["resolution_time"] = _field("resolution_time", cycle, done is not None)
    return fields


def _pauses(stays: list[tuple[str, int]], until: int) -> list[tuple[int, int]]:
    ends = [at for _, at in stays[1:]] + [until]
    return [(at, end) for (name, at), end in zip(stays, ends, strict=True) if name == "ON GOING"]


def _cycle(
    start: int, stop: int | None, pauses: list[tuple[int, int]], goal: float, until: int, office: Office
) -> dict[str, Any]:
    end = until if stop is None else stop
    waited = sum(office.worked(max(a, start), min(b, end)) for a, b in pauses if a < end and b > start)
    elapsed, allowed = office.worked(start, end) - waited, int(goal * HOUR)
    cycle = {
        "startTime": _instant(start, office),
        "breachTime": _instant(office.after(end, (allowed - elapsed) / HOUR), office) if elapsed < allowed else None,
        "breached": elapsed > allowed,
        "goalDuration": _span(allowed),
        "elapsedTime": _span(elapsed),
        "remainingTime": _span(allowed - elapsed),
    }
    if stop is not None:
        return cycle | {"stopTime": _instant(stop, office)}
    paused = bool(pauses) and pauses[-1][1] == until
    return cycle | {"paused": paused, "withinCalendarHours": office.is_open(until)}


def _field(name: str, cycle: dict[str, Any], complete: bool) -> dict[str, Any]:
    label = world.CUSTOM_FIELDS[name][1]
    cycles = {"completedCycles": [cycle]} if complete else {"completedCycles": [], "ongoingCycle": cycle}
    return {"id": _IDS[name], "name": label, **cycles}


def _instant(at: int, office: Office) -> dict[str, Any]:
    text = office.text(at)
    iso = f"{text[:19]}{text[-5:]}"
    return {"iso8601": iso, "jira": text, "friendly": f"{office.wall(at):%d/%b/%y %H:%M}", "epochMillis": at}


def _span(length: int) -> dict[str, Any]:
    hours, minutes = divmod(abs(length) // 60_000, 60)
    return {"millis": length, "friendly": f"{'-' if length < 0 else ''}{hours}h {minutes}m"}
