"""Before the meeting: the agenda that builds itself, what the chair makes of it, and the requests for updates."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from board import agenda
from board.agenda import FIRST, Item
from metrics.errors import ArbiterError
from reports.review import Built, ticket_of
from ui import format as fmt
from ui.arb_actions import carried_over
from ui.arb_papers import papers
from ui.arb_requests import requests
from ui.arb_sitting import Sitting, written
from ui.mart import Snapshot
from ui.refusal import say_refused, tried
from ui.table import Column, table, tall
from ui.ticket_table import ABOUT, KEY

_COLUMNS = (
    {"number": Column("No.", "number", 50), "heading": Column("Section", width=170)}
    | KEY
    | {"badges": Column("Also", width=350), "added": Column("Added", "flag", 60)}
    | ABOUT
)
_HEIGHT = 12


def built_table(built: Built, snapshot: Snapshot) -> None:
    """The agenda as it builds itself."""
    rows = built.rows.rename(columns={"place": "number"})
    _table(rows.drop(columns="number").assign(number=range(1, len(rows) + 1)), snapshot)
    say_left_out(built)


def say_left_out(built: Built) -> None:
    """What is counted and not in the list."""
    if built.left_out:
        st.caption(" ".join(built.left_out))


def before(now: Sitting) -> None:
    """Draws the page of a meeting that is being prepared."""
    carried_over(now)
    st.subheader("Agenda", anchor="agenda")
    _table(_rows(now), now.here.snapshot)
    say_left_out(now.built)
    _change(now)
    _add(now)
    written(now, "", "note", "Note of the chair", 100)
    requests(now)
    papers(now)
    if st.button("Begin the meeting", type="primary", icon=":material/play_arrow:", help="Keeps the agenda as it is"):
        agenda.begin(now.board, now.meeting, now.items, now.here.snapshot.as_of)
        st.rerun()


def _table(rows: pd.DataFrame, snapshot: Snapshot) -> None:
    if rows.empty:
        st.info("No ticket is on this agenda: none is unresolved in the projects of this board.")
        return
    table(rows, _COLUMNS, snapshot, "agenda", "Agenda", tall(min(len(rows), _HEIGHT)))


def _rows(now: Sitting) -> pd.DataFrame:
    rows = [
        vars(now.about[item.ticket_id])
        | {"number": n, "heading": item.heading, "added": item.added, "badges": now.badges(item.ticket_id)}
        for n, item in enumerate(now.agenda, 1)
    ]
    return pd.DataFrame(rows)


def _change(now: Sitting) -> None:
    """The chair moves a ticket, drops it, or brings a dropped one back."""
    items = {item.ticket_id: item for item in now.items}
    dropped = [ticket for ticket, item in items.items() if item.dropped]

    def pressed(change: Callable[[str], None]) -> None:
        if ticket := st.session_state["arb-chosen"]:
            tried(lambda: change(ticket))

    if not items:
        return
    if dropped:
        st.caption("Dropped: " + ", ".join(map(now.link, dropped)))
    with st.container(horizontal=True, vertical_alignment="bottom", key="arb-change"):
        chosen = st.selectbox("Ticket on the agenda", list(items), format_func=now.named, key="arb-chosen", width=520)
        if chosen in dropped:
            st.button("Restore", on_click=pressed, args=[lambda t: agenda.restore(now.board, now.meeting, t)])
            return
        for title, to, is_possible in _ways(now, items[chosen]):
            st.button(title, on_click=pressed, args=[to], disabled=not is_possible)
        st.button("Drop", on_click=pressed, args=[lambda t: agenda.drop(now.board, now.meeting, t)])


def _ways(now: Sitting, item: Item) -> list[tuple[str, Callable[[str], None], bool]]:
    """Where a ticket may be moved: within its section, before all sections and back."""
    beside = [other for other in now.agenda if other.section == item.section]
    place = beside.index(item)

    def to(place: int) -> Callable[[str], None]:
        return lambda ticket: agenda.move(now.board, now.meeting, now.items, ticket, place)

    def first(ticket: str) -> None:
        agenda.put_first(now.board, now.meeting, now.items, ticket)

    def back(ticket: str) -> None:
        agenda.put_back(now.board, now.meeting, ticket)

    return [
        ("Up", to(place - 1), place > 0),
        ("Down", to(place + 1), place < len(beside) - 1),
        ("Back to its section", back, True) if item.section == FIRST else ("To the top", first, True),
    ]


def _add(now: Sitting) -> None:
    def add() -> None:
        key = st.session_state["arb-add"]
        if tried(lambda: _add_key(now, key), "add"):
            st.session_state["arb-add"] = ""

    with st.form("arb-adding", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Add a ticket", key="arb-add", placeholder="Its key, such as DSD-123", max_chars=100, width=300)
        st.form_submit_button("Add", on_click=add, icon=":material/add:")
    say_refused("add")


def _add_key(now: Sitting, key: str) -> None:
    """Raises ArbiterError when no key was typed, or no ticket with that key can be shown."""
    if not key.strip():
        raise ArbiterError("Nothing was typed, so nothing is added: type the key of a ticket, such as DSD-123")
    ticket = ticket_of(now.here.snapshot.cursor(), key)
    if ticket is None:
        raise ArbiterError(
            f"No ticket “{fmt.plain(key)}” can be shown, so it is not added: give the key of one of this desk"
        )
    agenda.add(now.board, now.meeting, ticket)
