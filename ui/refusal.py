"""A change that the board refuses: said once, on the run after the callback that tried it."""

from collections.abc import Callable

import streamlit as st

from metrics.errors import ArbiterError

_ERROR = "board-refused"


def tried(change: Callable[[], object]) -> bool:
    """Makes a change in a callback; False when it was refused, which `say_refused` then tells."""
    try:
        change()
    except ArbiterError as error:
        st.session_state[_ERROR] = str(error)
        return False
    return True


def say_refused() -> None:
    """Why the last change was refused, once."""
    if said := st.session_state.pop(_ERROR, None):
        st.warning(said, icon=":material/info:")
