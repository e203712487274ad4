"""Satisfaction scores: every value set, and the months of AMP-S1 and AMP-S2."""

from datetime import UTC, date, datetime
from statistics import mean

from .flow import months_until
from .history import Ticket, Value, changes_of, project_at, score_set_at, value_at
from .rows import Row, Rules, in_metrics, mart_instant
from .stays import resolved_at, stays

BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)
ASKED = ("DSD", "DSP")


def score_rows(ticket: Ticket, t: datetime, rules: Rules) -> list[Row]:
    """One row a value set before `t`, the one at creation included; clearing makes none."""
    held = value_at(ticket, "score", BEFORE_ALL)
    told: list[tuple[datetime | None, Value, str, Value]] = [(None, None, held, None)] if held else []
    for change in changes_of(ticket, "score"):
        if change.at < t:
            if change.to:
                told.append((max(change.at, ticket.created), change.author, change.to, held))
            held = change.to
    return [
        {
            "ticket_id": ticket.ticket_id,
            "key": value_at(ticket, "key", t),
            "seq": seq,
            "set_at": mart_instant(set_at),
            "basis": "change" if set_at else "undated",
            "set_by": set_by,
            "score": float(raw),
            "raw": raw,
            "previous": previous,
            "changed": seq > 1 and float(raw) != float(told[seq - 2][2]),
            "valid": is_valid(raw),
            "standing": seq == len(told) and held is not None,
            "set_month": month_of(set_at, rules),
            "project": project_at(ticket, t),
            "resolved_month": month_of(resolved_at(stays(ticket, t)), rules),
        }
        for seq, (set_at, set_by, raw, previous) in enumerate(told, start=1)
    ]


def is_valid(raw: str) -> bool:
    """Whether a score is a whole number from 1 to 5."""
    return float(raw) in (1, 2, 3, 4, 5)


def month_of(instant: datetime | None, rules: Rules) -> date | None:
    """The first day of the local month."""
    return rules.calendar.local_date(instant).replace(day=1) if instant else None


def satisfaction_rows(desk: list[Ticket], t: datetime, rules: Rules) -> list[Row]:
    """Per month from the first creation on: AMP-S1's counts, AMP-S2's average and response."""
    asked = [ticket for ticket in desk if in_metrics(ticket, t) and project_at(ticket, t) in ASKED]
    if not asked:
        return []
    first = min(rules.calendar.local_date(ticket.created) for ticket in asked)
    return [_month(month, asked, t, rules) for month in months_until(first, t, rules)]


def _month(month: date, asked: list[Ticket], t: datetime, rules: Rules) -> Row:
    solved = [ticket for ticket in asked if month_of(resolved_at(stays(ticket, t)), rules) == month]
    scores = [value_at(ticket, "score", t) for ticket in solved]
    valid = [score for score in scores if score and is_valid(score)]
    standing = [(value_at(ticket, "score", t), month_of(score_set_at(ticket, t), rules)) for ticket in asked]
    given = [float(score) for score, set_month in standing if score and is_valid(score) and set_month == month]
    dates = [
        month_of(score_set_at(ticket, t), rules) for ticket in solved if is_valid(value_at(ticket, "score", t) or "0")
    ]
    return {
        "month": month,
        "solved": len(solved),
        **{f"score_{n}": sum(float(score) == n for score in valid) for n in range(1, 6)},
        "not_scored": scores.count(None),
        "out_of_range": len(scores) - scores.count(None) - len(valid),
        "scored": len(valid),
        "undated": dates.count(None),
        "other_month": sum(set_month not in (None, month) for set_month in dates),
        "changed": sum(_was_changed(ticket, t, rules) for ticket in solved),
        "given": len(given),
        "average": mean(given) if given else None,
    }


def _was_changed(ticket: Ticket, t: datetime, rules: Rules) -> bool:
    return len({row["score"] for row in score_rows(ticket, t, rules)}) > 1
