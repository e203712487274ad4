"""The rows of the mart, as dicts with its column names; instants are naive UTC, as they come out of it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from .clocks import Clock, clocks
from .goals import AMP, Goal, GoalBook, book_as_of, book_at_stop, channel, goal
from .history import Ticket, exists_at, project_at, score_set_at, value_at, value_including
from .stays import closed_at, first_resolved_at, normal, phase, reopenings, resolved_at, stays
from .working_time import NaiveCalendar, desp_calendar

Row = dict[str, Any]
TYPES = {
    "DSD": ("Anomaly", "User Request"),
    "DSP": ("Anomaly", "User Request"),
    "DPM": ("Incident", "Change Request", "User Request"),
    "DEMS": ("Story", "SPR"),
    "DCMS": ("Maintenance Request",),
    "DSEC": ("Security Incident", "User Request"),
    "DC": ("Change Request",),
}


@dataclass(frozen=True)
class Rules:
    """What may differ from one effective date to another."""

    calendar: NaiveCalendar = field(default_factory=desp_calendar)
    books: tuple[GoalBook, ...] = AMP


def in_metrics(ticket: Ticket, t: datetime) -> bool:
    """Whether the mart as of `t` has rows of this ticket (AMP-W3, AMP-W5)."""
    if not ticket.complete or not exists_at(ticket, t):
        return False
    in_scope = TYPES.get(project_at(ticket, t), ())
    return normal(value_at(ticket, "type", t)) in [normal(name) for name in in_scope]


def ticket_row(ticket: Ticket, t: datetime) -> Row:
    """The columns of `ticket` that the history decides."""
    path, project = stays(ticket, t), project_at(ticket, t)
    eta, score = value_at(ticket, "eta", t), value_at(ticket, "score", t)
    return {
        **_who(ticket, t),
        "project": project,
        "type": value_at(ticket, "type", t),
        "status": path[-1].status,
        "status_since": mart_instant(path[-1].entered_at),
        "phase": phase(path[-1].status, project),
        "priority": value_at(ticket, "priority", t),
        "category": value_at(ticket, "category", t),
        "channel": channel(project, value_at(ticket, "category", t)),
        "assignee": value_at(ticket, "assignee", t),
        "reporter": value_at(ticket, "reporter", t),
        "created_at": mart_instant(ticket.created),
        "first_resolved_at": mart_instant(first_resolved_at(path)),
        "resolved_at": mart_instant(resolved_at(path)),
        "closed_at": mart_instant(closed_at(path)),
        "reopenings": reopenings(path),
        "eta": date.fromisoformat(eta) if eta else None,
        "score": float(score) if score else None,
        "scored_at": mart_instant(score_set_at(ticket, t)),
    }


def interval_rows(ticket: Ticket, t: datetime, rules: Rules) -> list[Row]:
    """One row a stay; the CLOSED stay that stands has no working time."""
    project = project_at(ticket, t)
    return [
        {
            **_who(ticket, t),
            "seq": seq,
            "status": stay.status,
            "phase": phase(stay.status, project),
            "entered_at": mart_instant(stay.entered_at),
            "left_at": mart_instant(stay.left_at),
            "working_seconds": None
            if stay.left_at is None and stay.status == "CLOSED"
            else rules.calendar.open_seconds(stay.entered_at, stay.left_at or t),
        }
        for seq, stay in enumerate(stays(ticket, t), start=1)
    ]


def clock_rows(ticket: Ticket, t: datetime, rules: Rules) -> list[Row]:
    """One row a clock that the ticket's project has."""
    return [_clock_row(ticket, clock, t, rules) for clock in clocks(ticket, t)]


def clock_segment_rows(ticket: Ticket, t: datetime, rules: Rules) -> list[Row]:
    """One row a segment of a clock; `rule` is left to the program."""
    return [
        {
            **_who(ticket, t),
            "clock": clock.name,
            "seq": seq,
            "started_at": mart_instant(segment.started_at),
            "ended_at": mart_instant(segment.ended_at),
            "kind": "paused" if segment.paused else "counted",
            "status": segment.status,
            "working_seconds": rules.calendar.open_seconds(segment.started_at, segment.ended_at),
        }
        for clock in clocks(ticket, t)
        for seq, segment in enumerate(clock.segments, start=1)
    ]


def mart_rows(tickets: list[Ticket], t: datetime, rules: Rules) -> dict[str, list[Row]]:
    """What the tables ticket, interval, clock and clock_segment hold as of `t`."""
    shown = [ticket for ticket in tickets if in_metrics(ticket, t)]
    return {
        "ticket": [ticket_row(ticket, t) for ticket in shown],
        "interval": [row for ticket in shown for row in interval_rows(ticket, t, rules)],
        "clock": [row for ticket in shown for row in clock_rows(ticket, t, rules)],
        "clock_segment": [row for ticket in shown for row in clock_segment_rows(ticket, t, rules)],
    }


def mart_instant(instant: datetime | None) -> datetime | None:
    """An instant as the mart stores it: UTC without saying so."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant else None


def goal_in_force(ticket: Ticket, clock: Clock, t: datetime, rules: Rules) -> Goal | None:
    """The goal by type, category and rules at the stop, that instant included, else as of `t` (AMP-G5)."""
    project, zone = project_at(ticket, t), rules.calendar.zone
    if clock.stopped_at:
        issue_type = value_including(ticket, "type", clock.stopped_at)
        category = value_including(ticket, "category", clock.stopped_at)
        book = book_at_stop(rules.books, clock.stopped_at, zone)
    else:
        issue_type, category = value_at(ticket, "type", t), value_at(ticket, "category", t)
        book = book_as_of(rules.books, t, zone)
    return goal(clock.name, issue_type, channel(project, category), book)


def used_seconds(clock: Clock, calendar: NaiveCalendar, paused: bool = False) -> int:
    """Working seconds in the counted (or the paused) segments of a clock."""
    mine = [s for s in clock.segments if s.paused == paused]
    return sum(calendar.open_seconds(s.started_at, s.ended_at) for s in mine)


def reached_at(clock: Clock, seconds: int, t: datetime, calendar: NaiveCalendar) -> datetime | None:
    """The earliest instant at which the counted time is `seconds`, counting on from the stop or `t` (AMP-G6)."""
    if clock.started_at is None:
        return None
    left = seconds
    for segment in [s for s in clock.segments if not s.paused]:
        counted = calendar.open_seconds(segment.started_at, segment.ended_at)
        if counted >= left:
            return calendar.add(segment.started_at, left)
        left -= counted
    return calendar.add(clock.stopped_at or t, left)


def state(clock: Clock, used: int, goal_seconds: int | None) -> str:
    """The state of a clock as of the instant it was read at (AMP-G6)."""
    if clock.started_at is None:
        return "not_started"
    if clock.stopped_at:
        return "no_goal" if goal_seconds is None else "met" if used <= goal_seconds else "missed"
    if goal_seconds is not None and used > goal_seconds:
        return "overdue"
    if clock.segments[-1].paused:
        return "paused"
    return "no_goal" if goal_seconds is None else "running"


def _clock_row(ticket: Ticket, clock: Clock, t: datetime, rules: Rules) -> Row:
    used = used_seconds(clock, rules.calendar)
    aim = goal_in_force(ticket, clock, t, rules)
    alerts = aim.alerts if aim else ()
    ahead = [] if clock.stopped_at else [alert for alert in alerts if alert > used]
    return {
        **_who(ticket, t),
        "clock": clock.name,
        "started_at": mart_instant(clock.started_at),
        "start_basis": clock.start_basis,
        "stopped_at": mart_instant(clock.stopped_at),
        "working_seconds": used,
        "paused_seconds": used_seconds(clock, rules.calendar, paused=True),
        "goal_seconds": aim.seconds if aim else None,
        "due_at": mart_instant(reached_at(clock, aim.seconds, t, rules.calendar)) if aim else None,
        "state": state(clock, used, aim.seconds if aim else None),
        "alerts_passed": sum(alert <= used for alert in alerts),
        "next_alert_at": mart_instant(reached_at(clock, min(ahead), t, rules.calendar)) if ahead else None,
        "implied": clock.implied,
    }


def _who(ticket: Ticket, t: datetime) -> Row:
    return {"ticket_id": ticket.ticket_id, "key": value_at(ticket, "key", t)}
