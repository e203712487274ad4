"""What one run of the application works on: chosen once in `app.py`, read by the page."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from ui.mart import Snapshot

_SNAPSHOT = "snapshot-here"


def use_snapshot(snapshot: Snapshot) -> None:
    """Fixes the version that this run reads, from beginning to end."""
    st.session_state[_SNAPSHOT] = snapshot


def snapshot_here() -> Snapshot:
    """The version that this run reads."""
    if _SNAPSHOT not in st.session_state:
        # The very first visit to a fresh server went straight to a page: Streamlit, seeing a folder `pages`, takes this
        # for an application of its old kind and runs the page without app.py. Say that it is not, and start again.
        PagesManager.uses_pages_directory = False
        st.rerun()
    snapshot: Snapshot = st.session_state[_SNAPSHOT]
    return snapshot
