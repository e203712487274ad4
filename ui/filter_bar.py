"""The row of filters on top of a page. Every choice is kept in the address, so that a view can be sent to somebody."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui import format as fmt
from ui.filters import FIELDS, NONE, PERIODS, USUAL, Filters, choices
from ui.mart import Snapshot
from ui.pick import say_unknown
from ui.session import here
from ui.theme import CHART_SETTINGS

_LAST = "filters-last-used"
_MONTHS = "months"
_USUAL_MONTHS = 12
_WIDE = 1.1  # a filter, beside the months at 0.7


@st.cache_data(max_entries=64, show_spinner=False)
def _choices(_snapshot: Snapshot, identity: str, fields: tuple[str, ...]) -> dict[str, list[str]]:
    return choices(_snapshot.cursor(), fields)


def breakdowns(snapshot: Snapshot, fields: Sequence[str]) -> list[str]:
    """By which of the usual filters' `fields` a page breaks its figures down: those for which tickets here have values, or
    else the first."""
    there = _there(_choices(snapshot, snapshot.identity, USUAL))
    return [name for name in fields if name in there] or [fields[0]]


def _there(known: dict[str, list[str]]) -> list[str]:
    """The fields for which tickets have values."""
    return [name for name, values in known.items() if values not in ([], [NONE])]


def filter_bar(snapshot: Snapshot, fields: Sequence[str] = USUAL, months: bool = True) -> Filters:
    """Draws the filters that a page takes, those for which tickets here have values, and returns what is chosen. A value in
    the address that does not occur is named, and dropped."""
    known = _choices(snapshot, snapshot.identity, tuple(fields))
    absent = [(name, value) for name in fields for value in st.query_params.get_all(name) if value not in known[name]]
    if months:
        say_unknown(_MONTHS, map(str, PERIODS), str(_USUAL_MONTHS))
    _come_back(known, months)
    there = _there(known)
    with st.container(key="filters"):
        columns = _columns(len(fields), len(there), months)
        chosen = {
            name: tuple(
                column.multiselect(
                    FIELDS[name], known[name], key=name, bind="query-params", placeholder="All", filter_mode="contains"
                )
            )
            for column, name in zip(columns, there, strict=False)
        }
        if months:
            chosen[_MONTHS] = _period(columns[len(there)])  # type: ignore[assignment]
    if absent:
        named = ", ".join(f"{FIELDS[name].lower()} “{fmt.plain(value)}”" for name, value in absent)
        st.warning(
            f"The address asks for {named}, which no ticket here has: it narrows nothing.", icon=":material/info:"
        )
    st.session_state[_LAST] = st.session_state.get(_LAST, {}) | chosen
    return Filters(**chosen)  # type: ignore[arg-type]


def narrowing_chart(figure: object, field: str, alt: str) -> None:
    """Draws a chart whose points carry, as their first custom value, a value of a field: a click narrows the page to it."""
    key = (
        f"by-{field}-{'|'.join(st.session_state.get(field, ()))}"  # narrowed, it is another chart: nothing is selected
    )

    def clicked() -> None:
        points = st.session_state[key].selection.points
        if points:
            st.session_state[field] = [points[0]["customdata"][0]]

    st.plotly_chart(figure, key=key, on_select=clicked, selection_mode="points", config=CHART_SETTINGS, alt=alt)


def _columns(usual: int, there: int, months: bool) -> list[DeltaGenerator]:
    """One for each filter that is there, as wide as where all are, and one for the months."""
    rest = (usual - there) * _WIDE
    return st.columns([*there * [_WIDE], *([0.7] if months else []), *([rest] if rest else [])], gap="small")


def _period(column: DeltaGenerator) -> int:
    months = column.selectbox(
        "Months",
        PERIODS,
        index=PERIODS.index(_USUAL_MONTHS),
        key=_MONTHS,
        bind="query-params",
        filter_mode=None,
        help="How many months before this one it is compared with",
    )
    return int(months or _USUAL_MONTHS)


def _come_back(known: dict[str, list[str]], months: bool) -> None:
    """Coming from another page, what was chosen still holds, unless the address says otherwise. What Streamlit then has of a
    filter is left from that page, and need not be what it would show; of its Back button the address alone decides."""
    last = st.session_state.get(_LAST, {})
    names = [*known, *([_MONTHS] if months else [])]
    if not last or _went_back() or any(name in st.query_params for name in names):
        return
    if not here().arrived and any(name in st.session_state for name in names):
        return
    chosen: dict[str, Any] = {name: [v for v in last.get(name, ()) if v in values] for name, values in known.items()}
    if months:
        chosen[_MONTHS] = last.get(_MONTHS, _USUAL_MONTHS)
    st.session_state.update(chosen)
    st.query_params.update({name: value for name, value in chosen.items() if value not in ([], _USUAL_MONTHS)})


def _went_back() -> bool:
    """Whether this run shows an entry of the browser's history."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation
