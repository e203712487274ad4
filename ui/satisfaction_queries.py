"""The queries of Satisfaction: the measures of AMP-S1 to S3, and the lists behind them."""

from datetime import date

import pandas as pd

from metrics.satisfaction import IS_ASKED
from sight.opening import Connection
from ui.behind import TicketList
from ui.filters import Filters, narrowed
from ui.table import Column
from ui.theme import SCORES as LOOKS

LOW = 2  # a score up to here is looked into
REMARKS = {
    "changed": "set to another value than before",
    "withdrawn": "there was a score, and none stands",
    "other month": "set in another month than that of the resolution",
    "out of range": "no whole number from 1 to 5",
    "undated": "no change tells when it was set: in no month's average",
}
_STANDING = f"""SELECT t.ticket_id, t.resolved_month, t.resolved_at, t.created_month, t.closed_at, s.raw AS score, s.set_at,
    s.set_month, s.previous, s.valid, s.score AS number
FROM ticket t LEFT JOIN score s ON s.ticket_id = t.ticket_id AND s.standing
WHERE {IS_ASKED.replace("(project", "(t.project", 1)}"""
_SCORED = {
    "score": Column("Score", width=60),
    "set_at": Column("Set", "instant"),
    "resolved_at": Column("Resolved", "instant"),
}
_CONDITIONS = {
    **{f"score_{n}": f"valid AND number = {n}" for n in range(1, 6)},
    "out_of_range": "score IS NOT NULL AND NOT valid",
    "not_scored": "score IS NULL",
}


def per_month(connection: Connection, filters: Filters) -> pd.DataFrame:
    """`satisfaction_month`: every month since the start, oldest first."""
    return _measure(connection, "satisfaction_month", filters)


def closed_against_received(connection: Connection, filters: Filters) -> pd.DataFrame:
    """`received_closed`: every month since the start, oldest first."""
    return _measure(connection, "received_closed", filters)


def _measure(connection: Connection, view: str, filters: Filters) -> pd.DataFrame:
    select, values = narrowed(f"SELECT * FROM {view}", filters)
    rows = connection.execute(f"SELECT * FROM ({select}) AS m ORDER BY month", values).df()
    rows["month"] = [at.date() for at in rows.month]
    return rows


def low_scores() -> TicketList:
    """The tickets whose score that stands is low, by the month in which it was set."""
    columns = {
        "score": Column("Score", width=60),
        "set_at": Column("Set", "instant"),
        "previous": Column("Before", width=70, help="The score just before, where it was changed"),
        "resolved_at": Column("Resolved", "instant"),
    }
    source = f"""SELECT s.ticket_id, s.raw AS score, s.set_at, s.set_month, s.previous, t.resolved_at
        FROM (SELECT * FROM score WHERE standing AND valid AND score <= {LOW} AND {IS_ASKED}) AS s
        JOIN ticket t ON t.ticket_id = s.ticket_id"""
    return TicketList(f"Scored {LOW} or less", source, columns, "set_at DESC", "set_month")


def remarks(chosen: list[str]) -> TicketList:
    """The scores that need a look, of the months in which they were set (undated ones always)."""
    wanted = ", ".join(f"'{remark}'" for remark in REMARKS if remark in chosen) or "NULL"
    columns = {
        "remark": Column("Remark", width=110),
        "raw": Column("Score", width=60, help="As the source has it; for a withdrawn one the last"),
        "previous": Column("Before", width=70),
        "set_at": Column("Set", "instant"),
        "resolved_month": Column("Resolved in", "month", 100),
    }
    source = f"SELECT * FROM satisfaction_remark WHERE remark IN ({wanted})"
    return TicketList("Scores with a remark", source, columns, "set_at DESC NULLS LAST, remark")


def remark_counts(connection: Connection, filters: Filters) -> dict[str, int]:
    """How many scores there are per remark, since the start."""
    select, values = narrowed("SELECT remark FROM satisfaction_remark", filters)
    rows = connection.execute(f"SELECT remark, count(*) FROM ({select}) AS r GROUP BY remark", values).fetchall()
    found = dict(rows)
    return {remark: found.get(remark, 0) for remark in REMARKS}


def satisfaction_lists() -> dict[str, TicketList]:
    """What the figures open."""
    solved = f"SELECT * FROM ({_STANDING}) AS rated WHERE resolved_month IS NOT NULL"
    newest = "resolved_at DESC"
    times = {"created_at": Column("Received", "instant"), "closed_at": Column("Closed", "instant")}
    closed = """SELECT e.ticket_id, e.month, t.created_at, t.closed_at
        FROM flow_event e JOIN ticket t ON t.ticket_id = e.ticket_id WHERE e.event = '{}' AND {}"""
    return {
        "solved": TicketList("Solved", solved, _SCORED, newest, "resolved_month"),
        **{
            f"solved-{name.replace('_', '-')}": TicketList(
                f"Solved: {'score ' if name.startswith('score') else ''}{LOOKS[name].words}",
                f"{solved} AND {condition}", _SCORED, newest, "resolved_month",
            )
            for name, condition in _CONDITIONS.items()
        },
        "scored": TicketList("Solved and validly scored", f"{solved} AND valid", _SCORED, newest, "resolved_month"),
        "given": TicketList("Scores set", f"SELECT * FROM ({_STANDING}) AS rated WHERE valid", _SCORED,
                            "set_at DESC", "set_month"),
        "low": TicketList(f"Solved and scored {LOW} or less", f"{solved} AND valid AND number <= {LOW}", _SCORED, newest,
                          "resolved_month"),
        "received": TicketList("Received", closed.format("received", "TRUE"), times, "created_at DESC", "month"),
        "closed": TicketList("Closed", closed.format("closed", "e.standing"), times, "closed_at DESC", "month"),
    }  # fmt: skip


def since(rows: pd.DataFrame, first: date) -> pd.DataFrame:
    """The rows of the months from `first` on."""
    return rows[rows.month >= first]
