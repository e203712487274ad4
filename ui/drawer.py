"""Opening and closing the drawer with the tickets behind a figure: what it shows is in the address (`ui/behind.py`)."""

import streamlit as st

from ui.figures import Shown
from ui.theme import CHART_SETTINGS

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
