"""Flow per day, week and month with the backlog at its end, and issues closed against issues received (AMP-S3)."""

from collections.abc import Mapping

from metrics.metric import Measure
from metrics.periods import spine_sql

_SPAN = {"day": "local day", "week": "Monday of the ISO week", "month": "first day of the month"}
_COMPLETE = {"complete": "whether the period has ended by T"}
_PROJECT = {"project": "the ticket's project at T, also for what happened while it was in another"}


def _columns(period: str, by_project: bool, counts: Mapping[str, str]) -> dict[str, str]:
    return {period: _SPAN[period], **(_PROJECT if by_project else {}), **_COMPLETE, **counts}


def _select(period: str, by_project: bool, events: Mapping[str, str], totals: Mapping[str, str]) -> str:
    """SQL: how many events fit each condition per period (and project), zeros included; and running totals of them."""
    counts = ", ".join(f"count(CASE WHEN {condition} THEN 1 END) AS {name}" for name, condition in events.items())
    filled = ", ".join(f"coalesce(k.{name}, 0) AS {name}" for name in events)
    when = "c.week" if period == "week" else f"e.{period}"  # an event has its day and its month, and a day its week
    source = "flow_event e"
    if period == "week":
        source += " JOIN calendar_day c ON c.day = e.day"
    if by_project:
        source += " JOIN ticket t ON t.ticket_id = e.ticket_id"
    running = ", ".join(
        f"CAST(sum({change}) OVER (PARTITION BY part ORDER BY {period}) AS BIGINT) AS {name}"
        for name, change in totals.items()
    )
    return f"""
WITH counted AS (
    SELECT {when}, {"t.project" if by_project else "'all'"} AS part, {counts}
    FROM {source}
    GROUP BY {when}, part
),
spine AS (
    {spine_sql(period, f"(SELECT min({period}) FROM counted)")}
),
filled AS (
    SELECT s.{period}, p.part, s.complete, {filled}
    FROM spine s
    CROSS JOIN (SELECT DISTINCT part FROM counted) p
    LEFT JOIN counted k ON k.{period} = s.{period} AND k.part = p.part
)
SELECT {period}, {"part AS project, " if by_project else ""}complete, {", ".join(events)}, {running}
FROM filled ORDER BY {period}, part
"""


_FLOW_EXAMPLE = """1 Sep created · 2 Sep DONE · 3 Sep TO DO · 4 Sep DONE · 5 Sep CLOSED, as of the end of 6 Sep
day                  1  2  3  4  5  6
received             1  0  0  0  0  0
resolved             0  1  0  1  0  0
reopened             0  0  1  0  0  0
backlog_unresolved   1  0  1  0  0  0"""


def _flow(period: str, by_project: bool = False) -> Measure:
    grain = f"{period} × project" if by_project else period
    return Measure(
        view=f"flow_{period}_project" if by_project else f"flow_{period}",
        definition=f"What came in and went out per {grain}, as it happened, and the backlog at its end; every {period} from "
        "the first ticket to T has a row. Change of backlog_open = received − closed + unclosed; change of "
        "backlog_unresolved = received − resolved + reopened.",
        rules=("AMP-S3", "1.5", "AMP-W3"),
        grain=grain,
        units="tickets, moves",
        columns=_columns(
            period,
            by_project,
            {
                "received": "tickets created",
                "resolved": "entries into DONE or CLOSED from any other status",
                "reopened": "moves from DONE or CLOSED to any other status",
                "closed": "entries into CLOSED",
                "unclosed": "moves out of CLOSED, also to DONE",
                "backlog_open": "tickets not CLOSED at the end of the period, or at T",
                "backlog_unresolved": "tickets in neither DONE nor CLOSED at the end of the period, or at T",
            },
        ),
        example=_FLOW_EXAMPLE,
        select=_select(
            period,
            by_project,
            {name: f"e.event = '{name}'" for name in ("received", "resolved", "reopened", "closed", "unclosed")},
            {
                "backlog_open": "received - closed + unclosed",
                "backlog_unresolved": "received - resolved + reopened",
            },
        ),
    )


def _received_closed(by_project: bool = False) -> Measure:
    return Measure(
        view="received_closed_project" if by_project else "received_closed",
        definition="Issues closed against issues received, per month and since the start. Received: created. Closed: the start "
        "of the CLOSED stay that stands at T, so that a ticket counts once, and not at all while it is open again.",
        rules=("AMP-S3",),
        grain="month × project" if by_project else "month",
        units="tickets",
        columns=_columns(
            "month",
            by_project,
            {
                "received": "tickets created in the month",
                "closed": "tickets whose CLOSED stay that stands began in the month",
                "received_total": "received since the start",
                "closed_total": "closed since the start",
                "not_closed": "received_total − closed_total; in the month of T the tickets that are not CLOSED at T",
            },
        ),
        example="""A created 30 Sep, CLOSED 2 Oct, reopened 5 Oct, CLOSED 3 Nov · B created 7 Oct, open; as of 30 Nov
month  received  closed  received_total  closed_total  not_closed
Sep           1       0               1             0           1
Oct           1       0               2             0           2
Nov           0       1               2             1           1""",
        select=_select(
            "month",
            by_project,
            {"received": "e.event = 'received'", "closed": "e.event = 'closed' AND e.standing"},
            {"received_total": "received", "closed_total": "closed", "not_closed": "received - closed"},
        ),
    )


MEASURES = (
    *(_flow(period) for period in _SPAN),
    _flow("month", by_project=True),
    _received_closed(),
    _received_closed(by_project=True),
)
