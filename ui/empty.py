"""What a page says when it has nothing to show, and what to do then."""

from datetime import datetime

import streamlit as st

from ui import format as fmt
from ui.as_of import ADDRESS
from ui.command import runnable
from ui.mart import Snapshot


def no_tickets(snapshot: Snapshot) -> bool:
    """Whether the desk has no tickets at all, or had none as of the instant that is shown, which is then said."""
    if snapshot.tickets == 0 and ADDRESS in st.query_params:
        st.info(f"This desk had no ticket as of {fmt.end(snapshot.as_of, snapshot.zone)}.")
    elif snapshot.tickets == 0:
        st.info(runnable("This desk has no tickets yet. `arbiter sync` pulls them; this page then fills by itself."))
    return snapshot.tickets == 0


def nothing_fits(what: str = "ticket") -> None:
    """Says that the filters leave nothing."""
    said = f"No {what} fits these filters. Take one away to see figures again."
    st.info(said, icon=":material/filter_alt_off:")


def long_ago(snapshot: Snapshot) -> None:
    """Says when the newest ticket came, where nothing happened in the time that is shown."""
    newest: datetime = snapshot.cursor().execute("SELECT max(created_at) FROM ticket").fetchall()[0][0]
    st.info(
        f"Nothing came in or was resolved in the months shown; the newest ticket is of "
        f"{fmt.date_of(newest, snapshot.zone)}. *As of* shows the desk as it was then.",
        icon=":material/history:",
    )
