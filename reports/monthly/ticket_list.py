"""The sheet Tickets: every ticket that the figures need, with all columns that the live formulas read, by name."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from reports.cells import Column
from reports.page import Placed
from reports.request import Report
from reports.sheets import Book

_AT_ONCE = 1000
RESTRICTED = "(restricted)"
_ASKED = """t.project IN (SELECT project FROM satisfaction_rule)
           OR EXISTS (SELECT 1 FROM satisfaction_rule WHERE project IS NULL)"""
# Column, the name that formulas know it by, and its SQL; what is said of a ticket itself is not said of a restricted one.
_OF_TICKET = (
    (Column("Key", width=14), "", f"CASE WHEN t.restricted THEN '{RESTRICTED}' ELSE t.key END"),
    *(
        (column, "", f"CASE WHEN NOT t.restricted THEN {sql} END")
        for column, sql in (
            (Column("Project", width=9), "t.project"),
            (Column("Type", width=15), "t.type"),
            (Column("Priority", width=10), "t.priority"),
            (Column("Channel", width=10), "t.channel"),
            (Column("Service", width=20), "t.service"),
            (Column("Provider", width=16), "t.provider"),
            (Column("Summary", width=46), "t.summary"),
            (Column("Status", width=14), "t.status"),
            (Column("Assignee", width=18), "t.assignee"),
            (Column("Created", "instant", 19), "t.created_at"),
            (Column("Resolved", "instant", 19), "t.resolved_at"),
            (Column("Closed", "instant", 19), "t.closed_at"),
            (Column("Reopened", "number", 10), "t.reopenings"),
            (Column("ETA", "day", 11), "t.eta"),
            (Column("ESA ARB", width=8), "CASE WHEN t.esa_arb THEN 'yes' END"),
            (Column("ESA CAB", width=8), "CASE WHEN t.esa_cab THEN 'yes' END"),
        )
    ),
)
_OF_FIGURES = (
    (Column("Received in", "month", 11), "tk_received_month", "t.created_month"),
    (Column("Resolved in", "month", 11), "tk_resolved_month", "t.resolved_month"),
    (Column("Closed in", "month", 11), "tk_closed_month", "e.month"),
    (Column("First response in", "month", 11), "tk_first_response_month", "f.stopped_month"),
    (
        Column("First response: result", width=12),
        "tk_first_response",
        "CASE WHEN f.implied THEN 'implied' ELSE f.state END",
    ),
    (Column("First response", "nwh", 11), "tk_first_response_nwh", "f.working_seconds"),
    (Column("First response: goal", "nwh", 11), "", "f.goal_seconds"),
    (Column("Resolution in", "month", 11), "tk_resolution_month", "r.stopped_month"),
    (Column("Resolution: result", width=12), "tk_resolution", "CASE WHEN r.implied THEN 'implied' ELSE r.state END"),
    (Column("Resolution", "nwh", 11), "tk_resolution_nwh", "r.working_seconds"),
    (Column("Resolution: goal", "nwh", 11), "", "r.goal_seconds"),
    (Column("Resolution: paused", "nwh", 11), "", "r.paused_seconds"),
    (Column("Asked for a score", width=9), "tk_asked", f"CASE WHEN {_ASKED} THEN 'yes' END"),
    (Column("Score", "number", 8), "tk_score", "s.score"),
    (Column("Scored in", "month", 11), "tk_scored_month", "s.set_month"),
    (Column("Delivery against ETA", width=11), "tk_band", "o.band"),
    (Column("Days late", "number", 8), "", "o.days_late"),
)
_ALL = (*_OF_TICKET, *_OF_FIGURES)
_FROM = """
FROM ticket t
LEFT JOIN clock f ON f.ticket_id = t.ticket_id AND f.clock = 'first_response'
LEFT JOIN clock r ON r.ticket_id = t.ticket_id AND r.clock = 'resolution'
LEFT JOIN flow_event e ON e.ticket_id = t.ticket_id AND e.event = 'closed' AND e.standing
LEFT JOIN eta_outcome o ON o.ticket_id = t.ticket_id
LEFT JOIN score s ON s.ticket_id = t.ticket_id AND s.standing AND s.valid
WHERE t.resolved_at IS NULL OR greatest(t.created_month, t.resolved_month, e.month, f.stopped_month, r.stopped_month,
                                        s.set_month) >= $since
"""


def write_tickets(report: Report, book: Book, since: date) -> Placed:
    """All tickets that are unresolved at T or that something counted happened to since the month `since`: their sheet, and
    the names of its columns. A restricted one shows its results only."""
    counted = report.db.execute(
        f"SELECT count(*), count(*) FILTER (WHERE t.restricted) {_FROM}", {"since": since}
    ).fetchall()
    n, restricted = counted[0]
    subtitle = (
        f"{n:,} tickets: unresolved at the as-of instant, or received, answered, resolved, closed or scored since "
    )
    subtitle += f"{since:%B %Y}"
    subtitle += f"; {restricted:,} of them restricted: their results only" if restricted else ""
    page = book.page("Tickets", [column.width or 10 for column, _, _ in _ALL], title="Tickets", subtitle=subtitle,
                     frozen=4, frozen_columns=1, across=2)  # fmt: skip
    placed = page.table([column for column, _, _ in _ALL], _rows(report, since, n), filtered=True)
    for number, (_, name, _) in enumerate(_ALL, 1):
        if name:
            book.name(name, placed.range(number))
    return placed


def _rows(report: Report, since: date, total: int) -> Iterator[tuple[Any, ...]]:
    select = ", ".join(sql for _, _, sql in _ALL)
    order = "t.restricted, CASE WHEN NOT t.restricted THEN t.project END, CASE WHEN NOT t.restricted THEN length(t.key) END, 1"
    result = report.db.execute(
        f"SELECT {select} {_FROM} ORDER BY {order}, t.created_month, f.working_seconds, r.working_seconds",
        {"since": since},
    )
    done = 0
    while rows := result.fetchmany(_AT_ONCE):
        yield from rows
        done += len(rows)
        report.count("writing the tickets", done, total)
