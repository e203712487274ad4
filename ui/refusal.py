"""Changes that are not to be: what a text says that may not be changed, and what the board refuses, said once, on the run
after the callback that tried it, and beside what was pressed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from metrics.errors import ArbiterError

NOT_TO_CHANGE = "Names a ticket that your role may not see: only somebody who may can change it."
_ERROR = "board-refused"


def tried(change: Callable[[], object], place: str = "") -> bool:
    """Makes a change in a callback; False when it was refused, which `say_refused` then tells at that place."""
    try:
        change()
    except ArbiterError as error:
        st.session_state[_ERROR] = place, str(error)
        return False
    return True


def say_refused(place: str | None = None) -> None:
    """Why the last change was refused, once, if it was tried at this place (None: at any)."""
    tried_at, said = st.session_state.get(_ERROR, ("", None))
    if said and place in (None, tried_at):
        del st.session_state[_ERROR]
        st.warning(said[:1].upper() + said[1:], icon=":material/info:")


@contextmanager
def refusals_told() -> Iterator[None]:
    """What is drawn inside begins with why a change was refused, unless it says so itself where that was tried."""
    beginning = st.container()
    yield
    with beginning:
        say_refused()
