"""What one run of the application works on: chosen once in `app.py`, read by the page."""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from ui.installation import DeskShown
from ui.mart import Snapshot
from ui.people import Person

_HERE = "here"


@dataclass(frozen=True)
class Here:
    """The desk, the version of its figures that this run reads from beginning to end, who is looking, and whether they come
    from another page."""

    desk: DeskShown
    snapshot: Snapshot
    person: Person
    arrived: bool


def use(here: Here) -> None:
    """Fixes what this run works on."""
    st.session_state[_HERE] = here


def here() -> Here:
    """What this run works on."""
    if _HERE not in st.session_state:
        # The very first visit to a fresh server went straight to a page: Streamlit, seeing a folder `pages`, takes this
        # for an application of its old kind and runs the page without app.py. Say that it is not, and start again.
        PagesManager.uses_pages_directory = False
        st.rerun()
    found: Here = st.session_state[_HERE]
    return found


def snapshot_here() -> Snapshot:
    """The version that this run reads."""
    return here().snapshot
