"""Changes that are not to be: what a text says that may not be changed, and what the board refuses, said once, on the run
after the callback that tried it."""

from collections.abc import Callable

import streamlit as st

from metrics.errors import ArbiterError

NOT_TO_CHANGE = "Names a ticket that your role may not see: only somebody who may can change it."
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
