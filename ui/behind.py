"""The tickets behind a page's figures: each figure names a list, and the drawer shows it. What it shows is in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from sight.opening import Connection
from ui import format as fmt
from ui.drawer import ADDRESS, hide
from ui.figures import Shown
from ui.filters import Filters, narrowed
from ui.guard import guarded
from ui.listed import LISTED, Listed, first_tickets, say_hidden
from ui.mart import Snapshot
from ui.table import Column, table
from ui.ticket_table import ABOUT, KEY

_ALL = "all months shown"


@dataclass(frozen=True)
class TicketList:
    """Tickets behind a figure. `source` selects rows with a ticket_id from tables and measures; `columns` are those of
    its columns that are shown; `order` is by its columns; `month` names the one that says of which month a row is (None:
    as of now); `of_one_month` when it says nothing of several; `what` is a row."""

    title: str
    source: str
    columns: Mapping[str, Column]
    order: str
    month: str | None = None
    of_one_month: bool = False
    what: str = "row"


def listed(
    connection: Connection,
    filters: Filters,
    one: TicketList,
    months: tuple[date, date] | None = None,
    limit: int = LISTED,
) -> Listed:
    """The rows of a list, in its order, as many as are listed; of one with months, those from the first to the last."""
    select, values = narrowed(f"SELECT * FROM ({one.source}) AS wanted", filters)
    if one.month and months:
        select, values = f"SELECT * FROM ({select}) AS dated WHERE {one.month} BETWEEN ? AND ?", [*values, *months]
    return first_tickets(connection, select, values, f"{one.order}, ticket_id", list(one.columns), ABOUT, limit)


def asked_for(address: str, lists: Mapping[str, TicketList]) -> Shown | None:
    """What an address such as `late.2026-03` (a month) or `late` (all months shown) opens; None when nothing."""
    match = re.fullmatch(r"([a-z0-9_-]+)(?:\.([1-9][0-9]{3})-(0[1-9]|1[0-2]))?", address)
    one = lists.get(match[1]) if match else None
    if not match or not one or (match[2] and not one.month) or (one.of_one_month and not match[2]):
        return None
    return Shown(match[1], date(int(match[2]), int(match[3]), 1) if match[2] else None)


def drawer_of(snapshot: Snapshot, filters: Filters, months: list[date], lists: Mapping[str, TicketList]) -> None:
    """The drawer with one of the page's lists, if the address asks for it."""
    address = st.query_params.get(ADDRESS)
    if not address:
        return
    opened = asked_for(address, lists)
    if opened is None:
        st.warning(f"The address asks for the figure “{fmt.plain(address)}”, which this page does not have.")
        return

    @st.dialog("Tickets behind the figure", width=1080, position="right", on_dismiss=hide)
    @guarded
    def open_() -> None:
        chosen = _choose(opened, months, lists)
        st.query_params[ADDRESS] = chosen.address()
        one = lists[chosen.name]
        first, last = (chosen.month, chosen.month) if chosen.month else (months[0], months[-1])
        at = f"as of {fmt.end(snapshot.as_of, snapshot.zone)}"
        said = fmt.month(chosen.month) if chosen.month else _ALL if one.month else at
        show_list(snapshot, one, listed(snapshot.cursor(), filters, one, (first, last)), said, filters.narrows())

    open_()


def _choose(opened: Shown, months: list[date], lists: Mapping[str, TicketList]) -> Shown:
    """Two boxes to walk from a figure to its neighbours, by keyboard too."""
    left, right = st.columns([2, 1])
    names, at = list(lists), opened.address()
    name = left.selectbox(
        "Figure", names, names.index(opened.name), format_func=lambda n: lists[n].title, key=f"figure-from-{at}"
    )
    if not lists[name].month:
        return Shown(name)
    dated: list[Any] = sorted({*months, opened.month or months[-1]}, reverse=True)
    known = dated if lists[name].of_one_month else [None, *dated]
    place = known.index(opened.month) if opened.month in known else 0
    month = right.selectbox(
        "Month", known, place, format_func=lambda m: fmt.month(m) if m else _ALL, key=f"month-from-{at}"
    )
    return Shown(name, month)


def show_list(snapshot: Snapshot, one: TicketList, found: Listed, when: str, narrows: bool) -> None:
    """A list with its number of rows, what of it is not shown, and why it is empty."""
    within = " within the filters" if narrows else ""
    st.markdown(f"**{one.title}, {when}: {fmt.count(found.n, one.what)}**{within}")
    say_hidden(found)
    if found.rows.empty:
        st.info("No tickets to list.", icon=":material/inbox:")
        return
    columns = {**KEY, **one.columns, **{name: how for name, how in ABOUT.items() if name not in one.columns}}
    table(found.rows, columns, snapshot, "behind", one.title)
