"""Charts whose points choose a value of a widget on the same page; the widget keeps it in the address."""

import streamlit as st

from ui.theme import CHART_SETTINGS


def pickable(figure: object, name: str, alt: str, widget: str, several: bool = False) -> None:
    """Draws a chart; a click on a point chooses its first custom value for the widget with the key `widget`, which takes
    a list if `several`. A point with an empty value chooses nothing."""
    count = f"{name}-picks"
    key = f"{name}-{st.session_state.setdefault(count, 0)}"

    def clicked() -> None:
        points = st.session_state[key].selection.points
        value = points[0].get("customdata", [""])[0] if points else ""
        if value:
            st.session_state[widget] = [value] if several else value
        st.session_state[count] += 1  # another key, so that no point stays selected

    st.plotly_chart(figure, key=key, on_select=clicked, selection_mode="points", config=CHART_SETTINGS, alt=alt)
