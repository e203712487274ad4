"""The papers of a meeting from its page: agenda and minutes as documents, the same as from the command line."""

import streamlit as st

from reports.kinds import KINDS
from reports.period import period_of
from ui.arb_sitting import Sitting
from ui.installation import installation
from ui.report_making import make, show


def papers(now: Sitting) -> None:
    """A button that makes them, and the files once they are there."""
    meeting, here = now.meeting, now.here
    what = "agenda" if meeting.state == "preparing" else "agenda and minutes"
    if st.button(f"Make the papers: {what}", icon=":material/description:", key="arb-papers", help="DOCX and XLSX"):
        day = period_of("day", meeting.held_on, here.snapshot.zone)
        make(here.desk, installation().config, here.person, KINDS["arb"], day, meeting.board)
    show(here.desk)
