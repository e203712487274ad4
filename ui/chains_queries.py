"""The queries of Where the time goes: the measures of chains, and one chain."""

from datetime import date

import pandas as pd

from metrics.chain_part import PARTS
from metrics.chain_wait import held_columns, held_sql
from reports.by_key import source_part
from sight.opening import Connection
from ui.behind import TicketList
from ui.filters import Filters, narrowed
from ui.listed import tickets
from ui.table import Column
from ui.theme import PARTS as LOOKS

BY = {"service": "Service", "provider": "Provider", "project": "Project", "priority": "Priority", "type": "Type"}
TIMES = {"elapsed": "seconds", "working": "working_seconds"}
KINDS = {"elapsed": "days", "working": "working"}  # how a table writes them
CLOSED, OPEN = "closed in these months", "not closed yet"
LONGEST = 200
_WAIT = "From the root's creation to its closing; of one that waits, so far"


def waits(connection: Connection, filters: Filters, time: str, first: date, last: date) -> pd.DataFrame:
    """`chain_wait` of the months from `first` to `last`, oldest first, and of the chains that are not closed (no month);
    elapsed or working `time`."""
    columns = ", ".join(["month", "chains", *held_columns(TIMES[time])])
    select, values = narrowed(f"SELECT {columns} FROM chain_wait WHERE dimension = 'all'", filters)
    return connection.execute(
        f"SELECT * FROM ({select}) AS w WHERE month IS NULL OR month BETWEEN ? AND ? ORDER BY month NULLS LAST",
        [*values, first, last],
    ).df()


def waits_by(connection: Connection, filters: Filters, time: str, by: str, first: date, last: date) -> pd.DataFrame:
    """As `waits`, of the chains closed from `first` to `last` together, per `by` of their roots, most waiting first."""
    select, values = narrowed("SELECT * FROM chain_span", filters)
    return connection.execute(
        f"""SELECT {by} AS value, count(*) AS chains, {held_sql(TIMES[time])} FROM ({select}) AS s
            WHERE closed_month BETWEEN ? AND ? GROUP BY value ORDER BY {TIMES[time]} DESC, value""",
        [*values, first, last],
    ).df()


def chain_lists(time: str) -> dict[str, TicketList]:
    """What the figures open: all chains that were closed, those that a part held, and those that are not closed."""
    name, kind = TIMES[time], KINDS[time]
    span = {name: Column(f"Wait, {time}", kind, 130, _WAIT)}
    lists = {
        "closed": TicketList("Chains closed", "SELECT * FROM chain_span", span, f"{name} DESC", "closed_month"),
        "waiting": TicketList(
            "Chains not closed yet", "SELECT * FROM chain_span WHERE closed_month IS NULL", span, f"{name} DESC"
        ),
    }
    for part in PARTS:
        held = f"{part}_{name}"
        lists[f"held-{part.replace('_', '-')}"] = TicketList(
            f"Chains closed: time of {LOOKS[part].words}",
            f"SELECT * FROM chain_span WHERE {held} > 0",
            {held: Column(LOOKS[part].words.capitalize(), kind, 130), **span},
            f"{held} DESC",
            "closed_month",
        )
    return lists


def longest(time: str, state: str) -> TicketList:
    """The chains with the longest wait, each with its parts."""
    name, kind = TIMES[time], KINDS[time]
    parts = {f"{part}_{name}": Column(LOOKS[part].words.capitalize(), kind, 105) for part in PARTS}
    columns = {
        name: Column("Wait", kind, 120, _WAIT),
        "tickets": Column("Tickets", "number", 65, "Tickets in the chain, the root included"),
        **parts,
    }
    condition, month = ("closed_month IS NULL", None) if state == OPEN else ("TRUE", "closed_month")
    return TicketList(
        f"Chains {state}, longest wait first",
        f"SELECT * FROM chain_span WHERE {condition}",
        columns,
        f"{name} DESC",
        month,
    )


def chains_with(connection: Connection, key: str) -> pd.DataFrame:
    """The chains that a ticket stands in: root_key, keys, and the columns of `chain_span`. None of a hidden root."""
    found = _chains(connection, "list_contains(c.keys, ?)", key.strip())
    if found.empty:  # in another case: this looks at every key, so it comes second
        found = _chains(connection, "list_contains(list_transform(c.keys, lambda k: upper(k)), upper(?))", key.strip())
    return found


def chain_of(connection: Connection, root: str) -> pd.DataFrame:
    """The same of the chain of a root, by its ticket_id, without a look into every chain."""
    return _chains(connection, "c.ticket_id = ?", root)


def _chains(connection: Connection, where: str, value: str) -> pd.DataFrame:
    return connection.execute(
        f"""SELECT c.root_key, c.keys, s.* FROM chain c JOIN chain_span s ON s.ticket_id = c.ticket_id
            WHERE c.root_key IS NOT NULL AND {where} ORDER BY s.seconds DESC""",
        [value],
    ).df()


def members(connection: Connection, root: str, keys: list[str]) -> pd.DataFrame:
    """The tickets with these keys in the same order, of the source of the root; of a hidden one no row."""
    about = ("url", "status", "service", "provider", "assignee", "created_at", "resolved_at", "closed_at", "summary")
    rows = tickets(connection, keys, about, by="key", source=source_part(root))
    return rows.sort_values("key", key=lambda found: found.map(keys.index), ignore_index=True)
