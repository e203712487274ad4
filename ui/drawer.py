"""The drawer with the tickets behind a figure. What it shows is in the address, so that it can be sent to somebody."""

from datetime import date

import streamlit as st

from ui import format as fmt
from ui.figures import FIGURES, Shown, shown
from ui.filters import Filters
from ui.guard import guarded
from ui.mart import Snapshot
from ui.overview_queries import LISTED, behind
from ui.table import tall
from ui.theme import CHART_SETTINGS
from ui.ticket_table import clock_table, ticket_table

ADDRESS = "show"
_ROUND = "drawer-round"


def show(figure: Shown) -> None:
    """Opens the drawer on the next run."""
    st.query_params[ADDRESS] = figure.address()


def hide() -> None:
    """Closes the drawer: the address forgets it."""
    st.query_params.pop(ADDRESS, None)
    st.session_state[_ROUND] = round_() + 1


def round_() -> int:
    """Counts how often the drawer was closed: charts use it in their key, so that no point stays selected."""
    return int(st.session_state.get(_ROUND, 0))


def chart(figure: object, name: str, alt: str) -> None:
    """Draws a chart whose points open the drawer."""
    key = f"{name}-{round_()}"

    def clicked() -> None:
        points = st.session_state[key].selection.points
        address = points[0].get("customdata", [""])[0] if points else ""
        if address:
            st.query_params[ADDRESS] = address

    st.plotly_chart(figure, key=key, on_select=clicked, selection_mode="points", config=CHART_SETTINGS, alt=alt)


def drawer(snapshot: Snapshot, filters: Filters, months: list[date]) -> None:
    """The drawer, if the address asks for it."""
    address = st.query_params.get(ADDRESS)
    if not address:
        return
    figure = shown(address)
    if figure is None:
        st.warning(f"The address asks for the figure “{fmt.plain(address)}”, which this page does not have.")
        return
    _dialog(snapshot, filters, months, figure)


def _dialog(snapshot: Snapshot, filters: Filters, months: list[date], figure: Shown) -> None:
    @st.dialog("Tickets behind the figure", width=1080, position="right", on_dismiss=hide)
    @guarded
    def open_() -> None:
        chosen = _choose(figure, months)
        st.query_params[ADDRESS] = chosen.address()
        _list(snapshot, filters, chosen)

    open_()


def _choose(figure: Shown, months: list[date]) -> Shown:
    """Two boxes to walk from a figure to its neighbours, by keyboard too."""
    left, right = st.columns([2, 1])
    names, opened_at = list(FIGURES), figure.address()
    name = left.selectbox(
        "Figure",
        names,
        index=names.index(figure.name),
        format_func=lambda n: FIGURES[n].title,
        key=f"figure-from-{opened_at}",
    )
    if not FIGURES[name].dated:
        return Shown(name)
    known = sorted({*months, figure.month or months[-1]}, reverse=True)
    at = known.index(figure.month or months[-1])
    month = right.selectbox("Month", known, index=at, format_func=fmt.month, key=f"month-from-{opened_at}")
    return Shown(name, month)


def _list(snapshot: Snapshot, filters: Filters, chosen: Shown) -> None:
    found = behind(snapshot.cursor(), filters, chosen)
    what = "clock" if chosen.figure.clock else "ticket"
    when = f", {fmt.month(chosen.month)}" if chosen.month else ", now"
    st.markdown(
        f"**{chosen.figure.title}{when}: {fmt.count(found.n, what)}**"
        + (" within the filters" if filters.narrows() else "")
    )
    if found.restricted:
        st.caption(f"{found.restricted:,} of them restricted for your role: counted here, not listed.")
    listed = found.n - found.restricted
    if listed > len(found.rows):
        st.caption(f"The first {LISTED:,} of {listed:,}. Narrow the filters to see the others.")
    if found.rows.empty:
        st.info("No tickets to list.", icon=":material/inbox:")
    elif chosen.figure.clock:
        clock_table(
            found.rows, snapshot, "behind", chosen.figure.title, chosen.figure.dated is None, tall(len(found.rows))
        )
    else:
        ticket_table(found.rows, snapshot, "behind", chosen.figure.title)
