"""What came in and went out, and what was left at the end of every day (AMP-S3); the backlog is counted, not added up."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

from .history import Ticket, Value, project_at, value_at
from .rows import Row, Rules, in_metrics, mart_instant
from .stays import SETTLED, closed_at, resolved_at, stays
from .working_time import ONE_DAY, wall_instant

BANDS = (("0-1", 0, 1), ("2-7", 2, 7), ("8-30", 8, 30), ("31-90", 31, 90), (">90", 91, None))


def flow_event_rows(ticket: Ticket, t: datetime, rules: Rules) -> list[Row]:
    """One row a thing that happened to a ticket's being open or unresolved."""
    path = stays(ticket, t)
    told = [(1, "received", path[0].entered_at, True)]
    for seq, (before, stay) in enumerate(pairwise([None, *path]), start=1):
        was, now = before.status if before else "", stay.status
        happened = {
            "unclosed": was == "CLOSED",
            "reopened": was in SETTLED and now not in SETTLED,
            "resolved": was not in SETTLED and now in SETTLED,
            "closed": now == "CLOSED",
        }
        told += [(seq, event, stay.entered_at, False) for event, is_so in happened.items() if is_so]
    standing = _standing(told, {"resolved": resolved_at(path), "closed": closed_at(path)})
    return [
        {
            "ticket_id": ticket.ticket_id,
            "key": value_at(ticket, "key", t),
            "seq": seq,
            "event": event,
            "happened_at": mart_instant(at),
            "day": rules.calendar.local_date(at),
            "month": rules.calendar.local_date(at).replace(day=1),
            "delta_open": {"received": 1, "unclosed": 1, "closed": -1}.get(event, 0),
            "delta_unresolved": {"received": 1, "reopened": 1, "resolved": -1}.get(event, 0),
            "standing": stands or (seq, event) in standing,
        }
        for seq, event, at, stands in told
    ]


def _standing(told: list[tuple[int, str, datetime, bool]], still: dict[str, datetime | None]) -> set[tuple[int, str]]:
    """Of each kind of event that still holds, the last."""
    return {
        (max(seq for seq, event, _, _ in told if event == kind), kind) for kind, at in still.items() if at is not None
    }


def backlog_rows(desk: list[Ticket], t: datetime, rules: Rules) -> list[Row]:
    """Per local day from the first creation to the last that `t` shows: tickets not CLOSED, and those not DONE either,
    by looking at each ticket as it was at that day's end."""
    shown = [ticket for ticket in desk if in_metrics(ticket, t)]
    if not shown:
        return []
    rows = []
    day = min(rules.calendar.local_date(ticket.created) for ticket in shown)
    while wall_instant(rules.calendar.zone, day, time(0)) < t:
        end = min(wall_instant(rules.calendar.zone, day + ONE_DAY, time(0)), t)
        found = [stays(ticket, end)[-1].status for ticket in shown if ticket.created < end]
        rows.append(
            {
                "day": day,
                "complete": wall_instant(rules.calendar.zone, day + ONE_DAY, time(0)) <= t,
                "backlog_open": sum(status != "CLOSED" for status in found),
                "backlog_unresolved": sum(status not in SETTLED for status in found),
            }
        )
        day += ONE_DAY
    return rows


def months_until(first: date, t: datetime, rules: Rules) -> list[date]:
    """First days of the months from that of `first` to the last one that `t` shows."""
    last = rules.calendar.local_date(t - timedelta(microseconds=1))
    months = [first.replace(day=1)]
    while (following := (months[-1] + timedelta(days=31)).replace(day=1)) <= last:
        months.append(following)
    return months


def received_closed_rows(desk: list[Ticket], t: datetime, rules: Rules) -> list[Row]:
    """AMP-S3, per month and since the start."""
    shown = [ticket for ticket in desk if in_metrics(ticket, t)]
    received = [rules.calendar.local_date(ticket.created).replace(day=1) for ticket in shown]
    ends = [closed_at(stays(ticket, t)) for ticket in shown]
    closed = [rules.calendar.local_date(end).replace(day=1) for end in ends if end]
    return [
        {
            "month": month,
            "received": received.count(month),
            "closed": closed.count(month),
            "received_total": sum(m <= month for m in received),
            "closed_total": sum(m <= month for m in closed),
        }
        for month in (months_until(min(received), t, rules) if received else [])
    ]


def ageing_counts(desk: list[Ticket], t: datetime, rules: Rules) -> dict[tuple[Value, str], tuple[int, int]]:
    """By project and band of age in local days: tickets neither DONE nor CLOSED, and those in DONE. Empty bands left out."""
    last = rules.calendar.local_date(t - timedelta(microseconds=1))
    counts: dict[tuple[Value, str], tuple[int, int]] = {}
    for ticket in desk:
        status = stays(ticket, t)[-1].status if in_metrics(ticket, t) else "CLOSED"
        if status == "CLOSED":
            continue
        days = (last - rules.calendar.local_date(ticket.created)).days
        [band] = [name for name, start, end in BANDS if start <= days and (end is None or days <= end)]
        place = project_at(ticket, t), band
        unresolved, done = counts.get(place, (0, 0))
        counts[place] = (unresolved, done + 1) if status == "DONE" else (unresolved + 1, done)
    return counts
