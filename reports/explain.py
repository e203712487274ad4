"""`arbiter explain`: why a ticket's clocks say what they say, segment by segment."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from metrics.errors import ArbiterError
from metrics.names import in_words
from metrics.profile import Profile
from reports.by_key import by_key, only_one
from reports.hours import CLOSED, HOLIDAY, NIGHT, WEEKEND, Day, calendar_days, pieces
from reports.wording import local_time, working_duration

# What it reads of a mart; calendars and `meta` are in every one.
EXPLAINED = frozenset({"ticket", "clock", "clock_segment", "coverage_item"})
_ORDER = ("first_response", "first_human_response", "update", "resolution", "closure")


class NoSuchTicket(ArbiterError):
    """The mart has no ticket of that key as of its T."""


def explain_ticket(mart: Path, key: str, profile: Profile, made_for_it: bool = False) -> dict[str, Any]:
    """The ticket of this key in the mart: its fields, and its clocks with segments, each split into the working time
    that counts or pauses and the nights, weekends and holidays inside it (seconds).

    `made_for_it`: the mart was made for this key, which its ticket may have had at another T. Raises NoSuchTicket, and
    SharedKey where several tickets have it.
    """
    with duckdb.connect(str(mart), read_only=True) as db:
        ticket = by_key(db, "*", key)
        if ticket is None and made_for_it and (bearers := _rows(db, "SELECT * FROM ticket", [])):
            ticket = only_one(bearers, key)
        if ticket is None:
            raise NoSuchTicket(_why_absent(db, key, profile))
        clocks = _rows(db, "SELECT * FROM clock WHERE ticket_id = ?", [ticket["ticket_id"]])
        segments = _rows(db, "SELECT * FROM clock_segment WHERE ticket_id = ? ORDER BY seq", [ticket["ticket_id"]])
        meta = _rows(db, "SELECT as_of, profile, store_version FROM meta", [])[0]
        days = calendar_days(db, ticket["created_at"], meta["as_of"], ticket["provider"])
    clocks.sort(key=lambda c: _ORDER.index(c["clock"]))
    for clock in clocks:
        clock["segments"] = [
            {**_plain(s), **_split(s["started_at"], s["ended_at"], days)}
            for s in segments
            if s["clock"] == clock["clock"]
        ]
    return {"as_of": meta["as_of"], "profile": meta["profile"], "ticket": ticket, "clocks": clocks}


def as_of_mart(mart: Path) -> datetime:
    """The T of a mart, in UTC."""
    with duckdb.connect(str(mart), read_only=True) as db:
        as_of: datetime = _rows(db, "SELECT as_of FROM meta", [])[0]["as_of"]
        return as_of


def _rows(db: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    result = db.execute(sql, parameters)
    names = [d[0] for d in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _why_absent(db: duckdb.DuckDBPyConnection, key: str, profile: Profile) -> str:
    reasons = _rows(
        db,
        'SELECT "check", detail FROM coverage_item WHERE upper(key) = upper($1) OR ticket_id = $1 ORDER BY key <> $1',
        [key],
    )
    [meta] = _rows(db, "SELECT as_of, known_at FROM meta", [])
    when = f"as of {local_time(meta['as_of'], profile)}"
    if meta["known_at"]:
        when += f", by what was known {local_time(meta['known_at'], profile)}"
    if reasons:
        return f"{key} is left out of the metrics {when}: {reasons[0]['check']}: {reasons[0]['detail']}"
    return f"{key}: there is no such ticket {when}"


def _plain(segment: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in segment.items() if k not in ("ticket_id", "key", "clock")}


def _split(start: datetime, end: datetime, days: list[Day]) -> dict[str, Any]:
    """Elapsed seconds of a segment outside working time: nights, weekends, holidays (with their names), closings.

    Whole seconds, as working time is counted (AMP-W2); with working_seconds they add up to elapsed_seconds.
    """
    cut = pieces(start, end, days)
    seconds: Counter[str] = Counter()
    for piece in cut:
        seconds[piece.kind] += piece.seconds
    return {
        "elapsed_seconds": seconds.total(),
        "night_seconds": seconds[NIGHT],
        "weekend_seconds": seconds[WEEKEND],
        "holiday_seconds": seconds[HOLIDAY] + seconds[CLOSED],
        "holidays": [f"{p.name} {p.day:%d %b %Y}" for p in cut if p.name],
    }


def explanation_text(explanation: dict[str, Any], profile: Profile) -> str:
    """The explanation for a terminal; instants in the desk's zone, which it names once."""
    ticket, as_of = explanation["ticket"], explanation["as_of"]
    head = [
        f"{ticket['key']}  {ticket['type'] or 'no type'}, {ticket['priority'] or 'no priority'}, {ticket['channel']} channel",
        f"{ticket['status']} since {local_time(ticket['status_since'], profile)}; "
        f"created {local_time(ticket['created_at'], profile)}",
        f"as of {local_time(as_of, profile)}; profile {explanation['profile']}; 1 NWD = {profile.calendar.nwd_hours:g} NWH; "
        f"times in {profile.calendar.zone}",
    ]
    if not explanation["clocks"]:
        head.append(f"no clock runs in project {ticket['project']} (1.5)")
    return "\n".join(head + [line for clock in explanation["clocks"] for line in ["", *_clock_lines(clock, profile)]])


def _clock_lines(clock: dict[str, Any], profile: Profile) -> list[str]:
    rule = profile.clock[clock["clock"]].rule
    goal = (
        f"goal {working_duration(clock['goal_seconds'], profile)}" if clock["goal_seconds"] is not None else "no goal"
    )
    implied = ", implied" if clock["implied"] else ""
    state = "stopped" if clock["stopped_at"] else "running"
    state = state if clock["state"] == "no_goal" else in_words(clock["state"])
    lines = [f"{in_words(clock['clock']).upper()} ({rule}): {state}{implied}, {goal}"]
    if clock["started_at"] is None:
        return [*lines, "  not started yet"]
    stop = f"stopped {local_time(clock['stopped_at'], profile)}" if clock["stopped_at"] else "still running"
    lines.append(f"  started {local_time(clock['started_at'], profile)} ({clock['start_basis']}), {stop}")
    width = max((len(s["status"]) for s in clock["segments"]), default=0)
    lines += [_segment_line(s, profile, width) for s in clock["segments"]]
    counted = sum(s["working_seconds"] for s in clock["segments"] if s["kind"] == "counted")
    lines.append(
        f"  sum of counted segments {working_duration(counted, profile)} = {counted} s; "
        f"paused {working_duration(clock['paused_seconds'], profile)} = {clock['paused_seconds']} s"
    )
    if clock["due_at"]:
        lines.append(f"  due {local_time(clock['due_at'], profile)} (AMP-G6); alerts passed: {clock['alerts_passed']}")
    if clock["next_alert_at"]:
        lines.append(f"  next alert {local_time(clock['next_alert_at'], profile)} (AMP-G4)")
    return lines


def _segment_line(segment: dict[str, Any], profile: Profile, width: int) -> str:
    """A segment; its status stands in a column of at least `width` letters."""
    outside = [
        f"{name} {_elapsed(segment[f'{name}_seconds'])}"
        for name in ("night", "weekend", "holiday")
        if segment[f"{name}_seconds"]
    ]
    holidays = f" ({'; '.join(segment['holidays'])})" if segment["holidays"] else ""
    not_working = f"; outside hours: {', '.join(outside)}{holidays}" if outside else ""
    return (
        f"  {segment['kind']:8}{segment['status']:<{max(width, 13)}} {local_time(segment['started_at'], profile)} to "
        f"{local_time(segment['ended_at'], profile)}  {working_duration(segment['working_seconds'], profile)} "
        f"= {segment['working_seconds']} s  [{segment['rule']}]{not_working}"
    )


def _elapsed(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min"
