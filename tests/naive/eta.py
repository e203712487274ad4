"""Estimations and how well they were kept (DMSU-M6, on AMP's original estimation); all dates are the desk's own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from .history import Ticket, Value, changes_of, value_at
from .rows import Row, Rules, mart_instant
from .stays import resolved_at, stays

BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Estimate:
    """A date that was set. `set_by` None: it was there at creation, or nobody known set it."""

    set_at: datetime
    set_by: Value
    eta: date


def estimates(ticket: Ticket, t: datetime) -> list[Estimate]:
    """Every date set before `t` in the order of setting, the one at creation included; clearing makes none."""
    at_creation = value_at(ticket, "eta", BEFORE_ALL)
    found = [Estimate(ticket.created, None, date.fromisoformat(at_creation))] if at_creation else []
    for change in changes_of(ticket, "eta"):
        if change.at < t and change.to:
            set_at = max(change.at, ticket.created)
            found.append(Estimate(set_at, change.author, date.fromisoformat(change.to)))
    return found


def eta_rows(ticket: Ticket, t: datetime, rules: Rules) -> list[Row]:
    """One row a date set, those set after delivery too."""
    rows: list[Row] = []
    previous: date | None = None
    delivered_at = resolved_at(stays(ticket, t))
    for revision, estimate in enumerate(estimates(ticket, t)):
        set_on = rules.calendar.local_date(estimate.set_at)
        rows.append(
            {
                "ticket_id": ticket.ticket_id,
                "key": value_at(ticket, "key", t),
                "seq": revision + 1,
                "set_at": mart_instant(estimate.set_at),
                "set_by": estimate.set_by,
                "eta": estimate.eta,
                "revision": revision,
                "after_expiry": previous is not None and set_on > previous,
                "previous_eta": previous,
                "set_month": set_on.replace(day=1),
                "after_delivery": delivered_at is not None and estimate.set_at > delivered_at,
            }
        )
        previous = estimate.eta
    return rows


def eta_outcome_rows(ticket: Ticket, t: datetime, rules: Rules) -> list[Row]:
    """One row if the ticket is delivered: resolved, and not open again."""
    delivered_at = resolved_at(stays(ticket, t))
    if delivered_at is None:
        return []
    in_time = [estimate.eta for estimate in estimates(ticket, t) if estimate.set_at <= delivered_at]
    delivered_on = rules.calendar.local_date(delivered_at)
    return [
        {
            "ticket_id": ticket.ticket_id,
            "key": value_at(ticket, "key", t),
            "delivered_at": mart_instant(delivered_at),
            "initial_eta": in_time[0] if in_time else None,
            "agreed_eta": in_time[-1] if in_time else None,
            "band": band(delivered_on, in_time),
            "days_late": (delivered_on - in_time[-1]).days if in_time else None,
            "delivered_month": delivered_on.replace(day=1),
        }
    ]


def band(delivered_on: date, etas: list[date]) -> str:
    """The first band that fits a delivery; `etas` are the dates set by then, the initial one first."""
    if not etas:
        return "no_eta"
    initial, agreed = etas[0], etas[-1]
    if delivered_on <= initial:
        return "initial"
    if delivered_on <= agreed:
        return "revised"
    if delivered_on <= agreed + WEEK:
        return "week"
    return "month" if delivered_on <= agreed + MONTH else "later"
