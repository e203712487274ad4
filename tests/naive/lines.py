"""Who had a ticket: the lines of support and their units with their responses, and its assignees one after the other."""

from dataclasses import dataclass
from datetime import datetime

from .clocks import answers
from .history import Change, Ticket, Value, changes_of, project_at, value_at, value_including, visible_comments
from .rows import Row, Rules, mart_instant
from .stays import SETTLED, Stay, phase, resolved_at, stays

LINES = ("desk", "champion", "delegated", "provider")  # first to last; of the same names as the phases
WITH_UNITS = ("delegated", "provider")


@dataclass
class Visit:
    """A time at a line and unit; `first` and `last` are the places of the stays in which it began and ended."""

    line: str
    unit: Value
    arrived_at: datetime
    brought_by: Value
    first: int
    from_line: Value
    left_at: datetime | None = None
    last: int | None = None
    ended: Value = None
    own: list[tuple[datetime, datetime]] | None = None


def line_stay_rows(ticket: Ticket, t: datetime, rules: Rules) -> list[Row]:
    """One row each time the ticket came to a line or unit; without OLAs."""
    path = stays(ticket, t)
    return [
        _row(ticket, visit, seq, _response(ticket, visit, path, t), t, rules)
        for seq, visit in enumerate(visits(ticket, path, t), start=1)
    ]


def visits(ticket: Ticket, path: list[Stay], t: datetime) -> list[Visit]:
    """The ticket's times at lines and units, oldest first."""
    found: list[Visit] = []
    here: Visit | None = None
    for place, stay in enumerate(path):
        if stay.status in SETTLED:
            if here:
                here.left_at, here.last, here.ended = stay.entered_at, place, "reopened"
            here = None
            continue
        line = phase(stay.status, project_at(ticket, t))
        if line not in LINES:
            continue
        for begins, ends, by in _pieces(ticket, stay, line, t):
            unit = value_including(ticket, "provider", begins) if line in WITH_UNITS else line
            if here is None or (here.line, here.unit) != (line, unit or None):
                came = Visit(line, unit or None, begins, by, place, here.line if here else None, own=[])
                if here:
                    here.left_at, here.last, here.ended = begins, place, _move(here.line, line)
                found.append(came)
                here = came
            assert here.own is not None
            here.own.append((begins, ends))
    if resolved_at(path) and here is None and found:
        found[-1].ended = "resolved"
    return found


def _move(line: str, other: str) -> str:
    if line == other:
        return "reassigned"
    return "passed" if LINES.index(line) < LINES.index(other) else "returned"


def _pieces(ticket: Ticket, stay: Stay, line: str, t: datetime) -> list[tuple[datetime, datetime, Value]]:
    """A stay cut where its unit may change: from, to, and who brought that about."""
    end = stay.left_at or t
    cuts = [(stay.entered_at, stay.moved_by)]
    if line in WITH_UNITS:
        inside = [c for c in changes_of(ticket, "provider") if stay.entered_at < c.at < end]
        cuts += [(at, [c.author for c in inside if c.at == at][-1]) for at in sorted({c.at for c in inside})]
    ends = [*(at for at, _ in cuts[1:]), end]
    return [(at, until, by) for (at, by), until in zip(cuts, ends, strict=True)]


def _response(ticket: Ticket, visit: Visit, path: list[Stay], t: datetime) -> datetime | None:
    """The first move or public comment that answers; no comment of who brought the ticket there."""
    last = len(path) - 1 if visit.last is None else visit.last
    moves = path[visit.first + 1 : last + 1]
    found = [m.entered_at for m in moves if answers(ticket, m.moved_by, m.entered_at)]
    for comment in visible_comments(ticket, t):
        at = max(comment.at, ticket.created)
        inside = visit.arrived_at <= at and (visit.left_at is None or at < visit.left_at)
        by_another = visit.brought_by is None or comment.author != visit.brought_by
        if comment.public and inside and by_another and answers(ticket, comment.author, at):
            found.append(at)
    return min(found, default=None)


def _row(ticket: Ticket, visit: Visit, seq: int, response: datetime | None, t: datetime, rules: Rules) -> Row:
    answered = rules.calendar.open_seconds(visit.arrived_at, response or visit.left_at or t)
    return {
        "ticket_id": ticket.ticket_id,
        "key": value_at(ticket, "key", t),
        "seq": seq,
        "line": visit.line,
        "unit": visit.unit,
        "from_line": visit.from_line,
        "arrived_at": mart_instant(visit.arrived_at),
        "left_at": mart_instant(visit.left_at),
        "ended": visit.ended,
        "working_seconds": sum(rules.calendar.open_seconds(a, b) for a, b in visit.own or []),
        "responded_at": mart_instant(response),
        "response_seconds": answered,
        "response": "no_goal" if response or visit.left_at is None else "none",
        "arrived_month": rules.calendar.local_date(visit.arrived_at).replace(day=1),
        "left_month": rules.calendar.local_date(visit.left_at).replace(day=1) if visit.left_at else None,
    }


def handover_rows(ticket: Ticket, t: datetime) -> list[Row]:
    """One row each time somebody else, or nobody, became the assignee."""
    rows: list[Row] = []
    changes = [change for change in changes_of(ticket, "assignee") if change.at < t]
    holder = changes[0].from_ if changes else None
    for change in changes:
        if change.to != holder:
            rows.append(_handover(ticket, len(rows) + 1, holder, change, t))
        holder = change.to
    return rows


def _handover(ticket: Ticket, seq: int, holder: Value, change: Change, t: datetime) -> Row:
    return {
        "ticket_id": ticket.ticket_id,
        "key": value_at(ticket, "key", t),
        "seq": seq,
        "handed_at": mart_instant(max(change.at, ticket.created)),
        "from_person": holder,
        "to_person": change.to,
        "by_person": change.author,
    }
