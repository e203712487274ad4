"""Choosing on a page, in a box or by a click on a chart: the address keeps the name of what is chosen, not its words."""

from collections.abc import Iterable, Mapping

import streamlit as st

from ui import format as fmt
from ui.theme import CHART_SETTINGS


def choice(label: str, names: Mapping[str, str], key: str, first: str = "", buttons: bool = False) -> str:
    """What is chosen of `names` (name: the words for it), `first` until then; `buttons` side by side, or a list."""
    usual = first or next(iter(names))
    say_unknown(key, names, names[usual])
    asked, box = st.query_params.get(key, usual), f"{key}-choice"
    st.session_state[box] = asked if asked in names else usual
    options = list(names)

    def changed() -> None:
        st.query_params[key] = st.session_state[box]

    if buttons:
        st.segmented_control(label, options, format_func=names.__getitem__, key=box, on_change=changed, required=True)
    else:
        st.selectbox(label, options, format_func=names.__getitem__, key=box, on_change=changed, filter_mode="contains")
    return str(st.session_state[box] or usual)


def say_unknown(key: str, allowed: Iterable[str], shown: str) -> None:
    """Says that the address asks for something else than `allowed`, if it does, and that `shown` is what is seen."""
    asked, allowed = st.query_params.get(key), list(allowed)
    if asked is not None and asked not in allowed:
        st.warning(
            f"The address asks for `{key}={fmt.plain(asked)}`; allowed here: {', '.join(allowed)}. Shown is {shown}.",
            icon=":material/info:",
        )


def pickable(figure: object, name: str, alt: str, chosen: str, several: bool = False) -> None:
    """Draws a chart; a click on a point chooses its first custom value for the `choice` with that key, or, if `several`,
    for the widget with that key which takes a list. A point with an empty value chooses nothing."""
    count = f"{name}-picks"
    key = f"{name}-{st.session_state.setdefault(count, 0)}"

    def clicked() -> None:
        points = st.session_state[key].selection.points
        value = points[0].get("customdata", [""])[0] if points else ""
        if value and several:
            st.session_state[chosen] = [value]
        elif value:
            st.query_params[chosen] = value
        st.session_state[count] += 1  # another key, so that no point stays selected

    st.plotly_chart(figure, key=key, on_select=clicked, selection_mode="points", config=CHART_SETTINGS, alt=alt)
