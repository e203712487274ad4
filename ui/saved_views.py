"""The views that somebody saved for themselves, in the frame; only for those who sign in."""

import html
from collections.abc import Container
from urllib.parse import urlencode

import streamlit as st

from board import saved_view
from board.saved_view import SavedView
from board.store import Board
from metrics.errors import ArbiterError
from ui.installation import DeskShown
from ui.people import Person


def saved_views(desk: DeskShown, person: Person, page: str, pages: Container[str]) -> None:
    """Open, save and forget views; `pages` are the addresses of those that this person has."""
    if person.id is None:
        return
    board = Board(desk.board)
    with st.popover("Views", icon=":material/bookmark:", key="saved-views"):
        for number, view in enumerate(v for v in saved_view.saved(board, person.id) if v.page in pages):
            with st.container(horizontal=True, vertical_alignment="center"):
                address = html.escape(f"./{view.page}?{view.query}")  # loaded anew: the address then has its way
                st.html(f'<a href="{address}" target="_self">{html.escape(view.name)}</a>', width="stretch")
                if st.button("Forget", key=f"forget-view-{number}", type="tertiary", help=f"Forget {view.name}"):
                    saved_view.forget(board, person.id, view.name)
                    st.rerun()
        with st.form("save-view", border=False, clear_on_submit=True):
            name = st.text_input("Save what is shown as", max_chars=60, key="view-name")
            if st.form_submit_button("Save", icon=":material/bookmark_add:"):
                _save(board, person.id, SavedView(name, page, _query()))


def _save(board: Board, person: str, view: SavedView) -> None:
    try:
        saved_view.save(board, person, view)
    except ArbiterError as error:
        st.warning(str(error))
        return
    st.rerun()


def _query() -> str:
    """What the address asks for; a filter with several values stands there several times."""
    return urlencode([(name, value) for name in st.query_params for value in st.query_params.get_all(name)])
