"""The queries of ETA: accuracy, slips, the standing of open tickets, and the follow-up list (DMSU-M6, DMSU-M7)."""

from datetime import date
from typing import Any

import pandas as pd

from metrics.eta_accuracy import BANDS
from metrics.statistics import percentile_sql
from sight.opening import Connection
from ui.behind import TicketList
from ui.filters import Filters, narrowed
from ui.table import Column
from ui.theme import BANDS as LOOKS

BY = {"provider": "Provider", "service": "Service", "project": "Project", "priority": "Priority"}
REASONS = {"expired": "expired", "due": "due within a week", "missing": "missing", "on hold": "on hold"}
_DELIVERED = {
    "delivered_at": Column("Delivered", "instant"),
    "initial_eta": Column("Initial ETA", "day"),
    "agreed_eta": Column("Agreed ETA", "day", help="The last date set by the delivery"),
    "days_late": Column("Days late", "number", 80, "After the agreed ETA; negative when early"),
}
_REVISED = {
    "set_at": Column("Set", "instant"),
    "previous_eta": Column("ETA before", "day"),
    "eta": Column("ETA set", "day"),
    "days_moved": Column("Days moved", "number", 90, "Negative when to an earlier date"),
    "after_expiry": Column("Too late", "flag", 80, "Set when the date before had already passed"),
    "set_by": Column("Set by", width=130),
}
_STANDING = {
    "initial_eta": Column("Initial ETA", "day"),
    "agreed_eta": Column("Agreed ETA", "day", help="The last date set"),
    "days_late": Column("Days late", "number", 80, "Since the agreed ETA; negative while there is time"),
}


def accuracy(connection: Connection, filters: Filters, first: date, last: date) -> pd.DataFrame:
    """`eta_accuracy` of all deliveries, a row a month from `first` to `last`."""
    return _of_months(connection, "eta_accuracy", filters, first, last)


def slips(connection: Connection, filters: Filters, first: date, last: date) -> pd.DataFrame:
    """`eta_slip` of all revisions, a row a month from `first` to `last`."""
    return _of_months(connection, "eta_slip", filters, first, last)


def _of_months(connection: Connection, view: str, filters: Filters, first: date, last: date) -> pd.DataFrame:
    select, values = narrowed(f"SELECT * FROM {view} WHERE dimension = 'all'", filters)
    sql = f"SELECT * FROM ({select}) AS m WHERE month BETWEEN ? AND ? ORDER BY month"
    return connection.execute(sql, [*values, first, last]).df()


def accuracy_by(connection: Connection, filters: Filters, by: str, first: date, last: date) -> pd.DataFrame:
    """Per `by` over all these months: delivered, the bands (n_…), the median of the days late; most delivered first."""
    select, values = narrowed("SELECT * FROM eta_delivery", filters)
    bands = ", ".join(f"count(*) FILTER (WHERE band = '{band}') AS n_{band}" for band in BANDS)
    return connection.execute(
        f"""SELECT {by} AS value, count(*) AS delivered, {bands},
                   {percentile_sql(0.5, "days_late")} AS median_days_late
            FROM ({select}) AS d WHERE delivered_month BETWEEN ? AND ?
            GROUP BY {by} ORDER BY delivered DESC, value""",
        [*values, first, last],
    ).df()


def bias(connection: Connection, filters: Filters, first: date, last: date) -> float | None:
    """The median of the days between the agreed ETA and the delivery, over all these months; None without any."""
    select, values = narrowed("SELECT * FROM eta_delivery", filters)
    sql = f"""SELECT {percentile_sql(0.5, "days_late")} FROM ({select}) AS d WHERE delivered_month BETWEEN ? AND ?"""
    row = connection.execute(sql, [*values, first, last]).fetchall()
    return None if row[0][0] is None else float(row[0][0])


def standing(connection: Connection, filters: Filters) -> dict[str, int]:
    """The unresolved tickets per band in which they would stand if they were delivered today."""
    select, values = narrowed("SELECT * FROM eta_standing WHERE dimension = 'all'", filters)
    row = connection.execute(f"SELECT * FROM ({select}) AS s", values).df()
    return {band: int(row[f"n_{band}"].sum()) for band in BANDS}


def reasons(connection: Connection, filters: Filters) -> dict[str, int]:
    """How many tickets the follow-up list has per reason."""
    select, values = narrowed("SELECT reason FROM follow_up", filters)
    found: list[Any] = connection.execute(
        f"SELECT reason, count(*) FROM ({select}) AS f GROUP BY reason", values
    ).fetchall()
    return {reason: dict(found).get(reason, 0) for reason in REASONS}


def follow_ups(chosen: list[str]) -> TicketList:
    """The follow-up list for some reasons: expired first, then due, on hold, missing; within each the most urgent."""
    words = " ".join(f"WHEN '{reason}' THEN '{said}'" for reason, said in REASONS.items())
    wanted = ", ".join(f"'{reason}'" for reason in REASONS if reason in chosen) or "NULL"
    return TicketList(
        "Follow-up list",
        f"""SELECT ticket_id, CASE reason {words} END AS reason, days, eta,
                   CASE reason WHEN 'expired' THEN 1 WHEN 'due' THEN 2 WHEN 'on hold' THEN 3 ELSE 4 END AS place,
                   CASE reason WHEN 'due' THEN days ELSE -days END AS urgency
            FROM follow_up WHERE reason IN ({wanted})""",
        {
            "reason": Column("Why", width=130),
            "days": Column("Days", "number", 65, "Due: days left. Expired: days since. Missing: since it was received. "
                           "On hold: since it is"),
            "eta": Column("ETA", "day"),
        },
        "place, urgency",
    )  # fmt: skip


def eta_lists() -> dict[str, TicketList]:
    """What the figures open."""
    delivered = {
        f"delivered-{band.replace('_', '-')}": TicketList(
            f"Delivered {look.words}", f"SELECT * FROM eta_delivery WHERE band = '{band}'", _DELIVERED,
            "days_late DESC NULLS LAST, delivered_at DESC", "delivered_month",
        )
        for band, look in LOOKS.items()
    }  # fmt: skip
    standing_ = {
        f"standing-{band.replace('_', '-')}": TicketList(
            f"Open: {STANDING_WORDS[band]}", f"SELECT * FROM eta_open WHERE band = '{band}'", _STANDING,
            "days_late DESC NULLS LAST",
        )
        for band in LOOKS
    }  # fmt: skip
    order = "days_moved DESC, set_at"
    return {
        "delivered": TicketList("Delivered", "SELECT * FROM eta_delivery", _DELIVERED,
                                "days_late DESC NULLS LAST, delivered_at DESC", "delivered_month"),
        "dated": TicketList("Delivered with an ETA", "SELECT * FROM eta_delivery WHERE band <> 'no_eta'", _DELIVERED,
                            "days_late DESC NULLS LAST, delivered_at DESC", "delivered_month"),
        **delivered,
        **{
            f"by-{band}": TicketList(
                f"Delivered, cumulative: {LOOKS[band].words}, or earlier",
                f"SELECT * FROM eta_delivery WHERE band IN ({', '.join(repr(b) for b in BANDS[: n + 1])})",
                _DELIVERED,
                "days_late DESC NULLS LAST, delivered_at DESC",
                "delivered_month",
            )
            for n, band in enumerate(BANDS[:4])
        },
        "slips": TicketList("Slips: to a later date", "SELECT * FROM eta_revision WHERE days_moved > 0", _REVISED,
                            order, "set_month"),
        "late-revisions": TicketList("Revised after the old ETA had passed",
                                     "SELECT * FROM eta_revision WHERE after_expiry", _REVISED, order, "set_month"),
        **standing_,
    }  # fmt: skip


STANDING_WORDS = {
    "initial": "within the initial ETA",
    "revised": "within a revised ETA",
    "week": "overdue by up to a week",
    "month": "overdue by up to a month",
    "later": "overdue by more than a month",
    "no_eta": "never had an ETA",
}
