"""SLA fields of Jira Service Management, as an issue holds them. All times are those on the wall in Rome."""

import json
from datetime import datetime, timedelta
from typing import Any

from tests.desks import MAPPING, jira_issue
from tests.naive.examples import rome
from tests.naive.history import Ticket

EPOCH = rome("1970-01-01 01:00")


def cycle(start: str, stop: str | None = None, hours: float = 0, goal: float = 40, **more: Any) -> dict[str, Any]:
    """A completed cycle, or, without a stop, an ongoing one; hours as the source counts them."""
    written = {
        "startTime": _instant(rome(start)), "breachTime": _instant(rome(start) + timedelta(days=9)),
        "breached": hours > goal, "goalDuration": _span(goal), "elapsedTime": _span(hours),
        "remainingTime": _span(goal - hours),
    }  # fmt: skip
    return written | ({"stopTime": _instant(rome(stop))} if stop else {"paused": False}) | more


def field(*cycles: dict[str, Any]) -> dict[str, Any]:
    """An SLA field that holds these cycles."""
    ongoing = [c for c in cycles if "stopTime" not in c]
    completed = [c for c in cycles if "stopTime" in c]
    return {"id": "1", "name": "Time to …", "completedCycles": completed} | (
        {"ongoingCycle": ongoing[0]} if ongoing else {}
    )


def issue_with(ticket: Ticket, resolutiondate: str | None = None, **fields: Any) -> bytes:
    """The issue of a ticket whose source says so of its clocks (`resolution=field(…)`)."""
    issue = json.loads(jira_issue(ticket))
    issue["fields"]["resolutiondate"] = rome(resolutiondate).isoformat() if resolutiondate else None
    for clock, value in fields.items():
        issue["fields"][MAPPING.slas[clock]] = value
    return json.dumps(issue).encode()


def _instant(at: datetime) -> dict[str, Any]:
    return {"iso8601": at.isoformat(), "epochMillis": round((at - EPOCH).total_seconds() * 1000)}


def _span(hours: float) -> dict[str, Any]:
    return {"millis": round(hours * 3_600_000), "friendly": f"{hours} h"}
