"""The register of recommendations on its page (DMSU-M10): the list, one more, and what came of those that are there."""

from collections import Counter
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from board import recommendation
from board.recommendation import FOLLOWED, Recommendation
from board.store import Board
from ui import format as fmt
from ui.refusal import NOT_TO_CHANGE, say_refused, tried
from ui.session import Here
from ui.table import Column, table

_COLUMNS = {
    "label": Column("No.", width=70),
    "text": Column("Recommendation", width=330),
    "author": Column("By", width=120),
    "made_on": Column("Made", "day"),
    "risk": Column("Risk if not followed", width=240),
    "followed": Column("Followed", width=110),
    "outcome": Column("Outcome", width=240),
}
_FIELDS = ("text", "risk", "author", "made_on", "followed", "outcome")
_LONGEST = 4000
_ENTERED = "recommendations-entered"


def register(now: Here, rows: list[Recommendation]) -> None:
    """The list, and how many were followed. Who sees pseudonyms is not told who wrote it."""
    if not rows:
        st.info("No recommendation is on the register.", icon=":material/inbox:")
        return
    counted = Counter(one.followed for one in rows)
    said = [f"{counted[answer]:,} {_SAID[answer]}" for answer in FOLLOWED if counted[answer]]
    st.markdown(f"**{fmt.count(len(rows), 'recommendation')}**: {', '.join(said)}")
    shown = pd.DataFrame([{"label": one.label, **vars(one)} for one in rows])
    columns = {name: how for name, how in _COLUMNS.items() if name != "author" or not now.person.sees_pseudonyms}
    table(shown, columns, now.snapshot, "recommendations", "Recommendations")


_SAID = {"yes": "followed", "partly": "partly followed", "no": "not followed", "not yet known": "not yet known"}


def one_of(rows: list[Recommendation]) -> Recommendation:
    """The one that is chosen, with its whole text."""
    by_number = {one.number: one for one in rows}
    number = st.selectbox(
        "Recommendation",
        list(by_number),
        format_func=lambda n: f"{by_number[n].label} · {by_number[n].text}" if n in by_number else "",
        key="recommendation",
        bind="query-params",
    )
    one = by_number.get(number or 0, rows[0])
    st.markdown(f"{fmt.plain(one.text)}\n\n**Risk if it is not followed:** {fmt.plain(one.risk)}")
    if one.outcome:
        st.markdown(f"**Outcome ({one.followed}):** {fmt.plain(one.outcome)}")
    return one


def revise(now: Here, board: Board, one: Recommendation, hidden: frozenset[str]) -> None:
    """What came of it, and its words; only what the writer changed is saved, so that two do not undo each other. The fields
    that are partly `hidden` from the writer stay as they are."""
    key = f"rec-{one.number}-{hash(one)}"  # what somebody else saved is shown afresh

    def save() -> None:
        written = {field: _written(key, field) for field in _FIELDS}
        changed = {field: value for field, value in written.items() if value != getattr(one, field)}
        tried(lambda: recommendation.revise(board, one.number, now.person.name, **changed), "revise")

    with st.form(key, border=False):
        left, right = st.columns([1, 3])
        left.radio("Followed", FOLLOWED, FOLLOWED.index(one.followed), key=f"{key}-followed", horizontal=False)
        right.text_area(
            "Outcome", one.outcome, key=f"{key}-outcome", height=110, max_chars=_LONGEST, disabled="outcome" in hidden
        )
        with st.expander("Correct its words"):
            _words(key, one, hidden)
        if hidden:
            st.caption(NOT_TO_CHANGE)
        st.form_submit_button("Save", on_click=save, type="primary")
    say_refused("revise")


def add(now: Here, board: Board, today: date) -> None:
    """Where one more is entered."""

    entered = st.session_state.setdefault(_ENTERED, 0)  # each gets an empty form
    key = f"rec-new-{entered}"

    def enter() -> None:
        said = {field: _written(key, field) for field in ("text", "author", "made_on", "risk")}
        if tried(lambda: recommendation.recommend(board, **said), "recommend"):
            st.session_state[_ENTERED] = entered + 1

    st.subheader("A new one", anchor=False)
    with st.form(key, border=False):
        _words(key, Recommendation(0, "", now.person.name, today, "", FOLLOWED[0], ""), frozenset())
        st.form_submit_button("Enter it", on_click=enter, icon=":material/add:")
    say_refused("recommend")


def _words(key: str, one: Recommendation, hidden: frozenset[str]) -> None:
    left, right = st.columns(2)
    for place, title, field in ((left, "Recommendation", "text"), (right, "Risk if it is not followed", "risk")):
        place.text_area(
            title, getattr(one, field), key=f"{key}-{field}", height=110, max_chars=_LONGEST, disabled=field in hidden
        )
    left.text_input("By", one.author, key=f"{key}-author", max_chars=200, disabled="author" in hidden)
    right.date_input("Made on", one.made_on, key=f"{key}-made_on", format="YYYY-MM-DD")


def _written(key: str, field: str) -> Any:
    value = st.session_state[f"{key}-{field}"]
    return value.strip() if isinstance(value, str) else value
