"""The lists behind the figures of clocks and of what comes in and goes out, for the drawer of Overview and Goals."""

from collections.abc import Iterable

from ui.behind import TicketList
from ui.figures import FIGURES, Figure
from ui.ticket_table import CLOCK, RUNNING, STOPPED, TIMES

# Who is unresolved at the end of a month is resolved for good later or not at all; of these, few were resolved then.
_OPEN = """SELECT t.ticket_id, t.created_at, t.resolved_at, m.month AS open_month
           FROM ticket t JOIN (SELECT DISTINCT month FROM calendar_day) m
           ON t.created_month <= m.month AND (t.resolved_month IS NULL OR t.resolved_month > m.month)
           JOIN flow_event e ON e.ticket_id = t.ticket_id AND e.month <= m.month
           GROUP BY ALL HAVING sum(e.delta_unresolved) > 0"""
_RESOLVED = """SELECT e.ticket_id, t.created_at, e.happened_at AS resolved_at, e.month AS resolved_month
               FROM flow_event e JOIN ticket t ON t.ticket_id = e.ticket_id WHERE e.event = 'resolved'"""


def figure_lists(clocks: Iterable[str]) -> dict[str, TicketList]:
    """Per figure of these clocks and of tickets: its clocks, the furthest past their goal first, or its tickets, the latest
    first."""
    return {
        name: _of_clock(figure) if figure.clock else _of_ticket(name, figure)
        for name, figure in FIGURES.items()
        if figure.clock is None or figure.clock in clocks
    }


def _of_clock(figure: Figure) -> TicketList:
    return TicketList(
        figure.title,
        f"SELECT *, goal_seconds - working_seconds AS left_seconds FROM clock "
        f"WHERE clock = '{figure.clock}' AND {figure.where}",
        {column: CLOCK[column] for column in (STOPPED if figure.dated else RUNNING)},
        "left_seconds NULLS LAST, working_seconds DESC",
        figure.dated,
        what="clock",
    )


def _of_ticket(name: str, figure: Figure) -> TicketList:
    if name == "resolved":  # a ticket that was resolved twice stands there twice
        return TicketList(figure.title, _RESOLVED, TIMES, "resolved_at DESC", figure.dated, what="resolution")
    source = _OPEN if name == "open" else "SELECT * FROM ticket"
    return TicketList(figure.title, source, TIMES, "created_at DESC", figure.dated, name == "open", "ticket")
