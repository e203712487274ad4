"""The row of filters on top of a page. Every choice is kept in the address, so that a view can be sent to somebody."""

import streamlit as st

from ui.filters import FIELDS, PERIODS, Filters

_LAST = "filters-last-used"


def filter_bar(choices: dict[str, list[str]]) -> Filters:
    """Draws the filters and returns what is chosen. A value in the address that does not occur is dropped."""
    _come_back(choices)
    with st.container(key="filters"):
        columns = st.columns([1, 1.2, 1.2, 1, 1.1, 0.7], gap="small")
        chosen = {
            name: tuple(
                column.multiselect(
                    label, choices[name], key=name, bind="query-params", placeholder="All", filter_mode="contains"
                )
            )
            for column, (name, label) in zip(columns, FIELDS.items(), strict=False)
        }
        months = columns[-1].selectbox(
            "Months",
            PERIODS,
            index=PERIODS.index(12),
            key="months",
            bind="query-params",
            filter_mode=None,
            help="How many months before this one it is compared with",
        )
    filters = Filters(**chosen, months=int(months or 12))
    st.session_state[_LAST] = filters
    return filters


def _come_back(choices: dict[str, list[str]]) -> None:
    """Coming back from another page, what was chosen still holds, unless the address says otherwise."""
    last: Filters | None = st.session_state.get(_LAST)
    names = [*FIELDS, "months"]
    if last is None or any(name in st.session_state or name in st.query_params for name in names):
        return
    for name in FIELDS:
        st.session_state[name] = [value for value in getattr(last, name) if value in choices[name]]
    st.session_state["months"] = last.months
