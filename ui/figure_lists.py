"""The lists behind the figures of clocks and of what comes in and goes out, for the drawer of Overview and Goals."""

from ui.behind import TicketList
from ui.figures import FIGURES, Figure
from ui.ticket_table import CLOCK, RUNNING, STOPPED, TIMES

_OPEN = """SELECT t.*, m.month AS open_month FROM ticket t JOIN (SELECT DISTINCT month FROM calendar_day) m
           ON t.created_month <= m.month AND (t.resolved_month IS NULL OR t.resolved_month > m.month)"""


def figure_lists() -> dict[str, TicketList]:
    """Per figure: its clocks, the furthest past their goal first, or its tickets, the latest first."""
    return {name: _of_clock(figure) if figure.clock else _of_ticket(name, figure) for name, figure in FIGURES.items()}


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
    source = _OPEN if name == "open" else "SELECT * FROM ticket"
    return TicketList(figure.title, source, TIMES, "created_at DESC", figure.dated, name == "open", "ticket")
