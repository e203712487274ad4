"""What the tables eta, eta_outcome, finding, chain and chain_part hold."""

from datetime import datetime

from .chains import chain_part_rows, chain_rows
from .eta import eta_outcome_rows, eta_rows
from .findings import finding_rows
from .history import Ticket
from .rows import Row, Rules, in_metrics


def measure_rows(desk: list[Ticket], t: datetime, rules: Rules) -> dict[str, list[Row]]:
    """The rows of these tables as of `t`, by table."""
    shown = [ticket for ticket in desk if in_metrics(ticket, t)]
    return {
        "eta": [row for ticket in shown for row in eta_rows(ticket, t, rules)],
        "eta_outcome": [row for ticket in shown for row in eta_outcome_rows(ticket, t, rules)],
        "finding": finding_rows(desk, t, rules),
        "chain": chain_rows(desk, t),
        "chain_part": chain_part_rows(desk, t, rules),
    }
