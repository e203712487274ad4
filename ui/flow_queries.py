"""The queries of Flow, on a connection from `sight.opening.open_mart`: what came in and went out, how old the open work is."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from metrics.ageing import AGEING
from metrics.catalogue import MEASURES
from metrics.stalled import STALLED
from sight.opening import Connection
from ui.filters import Filters, narrowed
from ui.listed import Listed, first_rows, with_tickets
from ui.months import back

EVENTS = ("received", "resolved", "reopened", "closed")
Period = Literal["week", "month"]
Kind = Literal["open", "stalled", "aged", "unresolved", "done", "event"]
_FLOW = {measure.view: measure.select for measure in MEASURES}


def first_day(period: Period, month: date, months: int) -> date:
    """The first day that is shown: as many months back as chosen, and then the whole first week too."""
    first = back(month, months)
    return date.fromordinal(first.toordinal() - first.weekday()) if period == "week" else first


def flow(connection: Connection, filters: Filters, period: Period, first: date) -> pd.DataFrame:
    """Per period from `first` on: events and the backlog at its end; column `start` is its first day."""
    select, values = narrowed(_FLOW[f"flow_{period}"], filters)
    return connection.execute(
        f"SELECT *, {period} AS start FROM ({select}) WHERE {period} >= ? ORDER BY {period}", [*values, first]
    ).df()


def ageing(connection: Connection, filters: Filters) -> pd.DataFrame:
    """Per band of age: tickets unresolved, and those in DONE that wait to be closed."""
    select, values = narrowed(AGEING.select, filters)
    return connection.execute(
        f"""SELECT band, from_days, to_days, CAST(sum(unresolved) AS BIGINT) AS unresolved, CAST(sum(done) AS BIGINT) AS done
            FROM ({select}) GROUP BY band, from_days, to_days ORDER BY from_days""",
        values,
    ).df()


@dataclass(frozen=True)
class Listing:
    """Which tickets to list: `open`, `stalled`, those of an age that are not closed (`aged`) or of these the `unresolved` or
    `done` ones, or those that an event happened to, from day to day."""

    kind: Kind
    event: str = ""
    first: date | int | None = None
    last: date | int | None = None  # the first one that is not in it any more; None: no end


# The day of an instant in UTC is the local one, the day before, or the day after.
_OF_AN_AGE = {"aged": "TRUE", "unresolved": "t.resolved_at IS NULL", "done": "t.resolved_at IS NOT NULL"}
_TO_LOCAL = "CASE WHEN p.created_at < c.begins_at THEN 1 WHEN p.created_at >= c.ends_at THEN -1 ELSE 0 END"
_OWN = ("age", "status", "updated_at", "reopenings")
_ABOUT = ("summary", "type", "priority", "service", "provider", "assignee")


def listed(connection: Connection, filters: Filters, listing: Listing) -> Listed:
    """The tickets of a figure: the oldest, the longest stalled or the latest event first. A ticket to which an event
    happened twice stands there twice."""
    where, after = filters.where("t")
    source, values, condition, order = _source(listing, filters)
    event = ("happened_at",) if listing.kind == "event" else ()
    ages, bounds = _ages(listing)
    select = f"""
        WITH picked AS MATERIALIZED (
            SELECT t.ticket_id, t.created_at, t.status, t.updated_at, t.reopenings, t.restricted{", x.happened_at" * len(event)}
            FROM {source} WHERE {condition}{where}
        ),
        last_day AS (
            SELECT max(c.day) AS day FROM calendar_day c CROSS JOIN meta m WHERE c.begins_at < m.as_of
        )
        SELECT p.* EXCLUDE (created_at), date_diff('day', c.day, l.day) + {_TO_LOCAL} AS age
        FROM picked p JOIN calendar_day c ON c.day = CAST(p.created_at AS DATE) CROSS JOIN last_day l
        WHERE {ages}"""
    found = first_rows(connection, select, [*values, *after, *bounds], f"{order}, ticket_id")
    return with_tickets(connection, found, (*_OWN, *event), _ABOUT)


def _ages(listing: Listing) -> tuple[str, list[Any]]:
    """SQL: which ages are listed, with its parameters."""
    if listing.kind not in _OF_AN_AGE:
        return "TRUE", []
    until = " AND age <= ?" if listing.last is not None else ""
    return f"age >= ?{until}", [listing.first, *([listing.last] if listing.last is not None else [])]


def _source(listing: Listing, filters: Filters) -> tuple[str, list[Any], str, str]:
    """SQL after FROM, the parameters up to its WHERE with them, the WHERE, and the order."""
    if listing.kind == "stalled":
        select, values = narrowed(STALLED.select, filters)
        return f"({select}) x JOIN ticket t ON t.ticket_id = x.ticket_id", values, "TRUE", "updated_at"
    if listing.kind == "event":
        bounds = [listing.first, *([listing.last] if listing.last else [])]
        until = " AND x.day < ?" if listing.last else ""
        joined = "flow_event x JOIN ticket t ON t.ticket_id = x.ticket_id"
        return joined, [listing.event, *bounds], f"x.event = ? AND x.day >= ?{until}", "happened_at DESC"
    if listing.kind in _OF_AN_AGE:
        return "ticket t", [], f"t.closed_at IS NULL AND {_OF_AN_AGE[listing.kind]}", "age DESC"
    return "ticket t", [], "t.resolved_at IS NULL", "age DESC"
