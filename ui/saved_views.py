"""The views that somebody saved for themselves, in the frame; only for those who sign in."""

from urllib.parse import parse_qsl, urlencode

import streamlit as st

from board import saved_view
from board.saved_view import SavedView
from board.store import Board
from metrics.errors import ArbiterError
from ui import format as fmt
from ui.filter_bar import forget_filters
from ui.installation import DeskShown
from ui.people import Person


def saved_views(desk: DeskShown, person: Person, page: str, pages: dict[str, st.Page]) -> None:
    """Open, save and forget views; `pages` are those that this person has, by their address."""
    if person.id is None:
        return
    board = Board(desk.folder / "board.sqlite")
    with st.popover("Views", icon=":material/bookmark:", key="saved-views"):
        for number, view in enumerate(v for v in saved_view.saved(board, person.id) if v.page in pages):
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(fmt.plain(view.name), key=f"open-view-{number}", type="tertiary", width="stretch"):
                    forget_filters()
                    st.switch_page(pages[view.page], query_params=parse_qsl(view.query))
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
