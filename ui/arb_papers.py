"""The papers of a meeting from its page: agenda and minutes as documents, the same as from the command line."""

from datetime import datetime

import streamlit as st

from reports.kinds import KINDS
from reports.period import period_of
from ui import format as fmt
from ui.arb_sitting import Sitting
from ui.installation import installation
from ui.report_making import make, show


def papers(now: Sitting) -> None:
    """A button that makes them, as of when they are, and the files once they are there."""
    meeting, here = now.meeting, now.here
    what = "agenda" if meeting.state == "preparing" else "agenda and minutes"
    day = period_of("day", meeting.held_on, here.snapshot.zone)
    if st.button(f"Make the papers: {what}", icon=":material/description:", key="arb-papers", help="DOCX and XLSX"):
        make(here.desk, installation().config, here.person, KINDS["arb"], day, meeting.board)
    zone, as_of = here.snapshot.zone, here.snapshot.as_of
    st.caption(f"The papers are as of {_moment(now, day.begins_at)}; this page is as of {fmt.instant(as_of, zone)}.")
    show(here.desk)


def _moment(now: Sitting, midnight: datetime) -> str:
    """As of when they are (`reports.called.arb_moment`), in words; `midnight` begins the day of the meeting."""
    zone, began = now.here.snapshot.zone, now.meeting.as_of
    if began:
        return f"{fmt.instant(datetime.fromisoformat(began), zone)}, when the meeting began"
    if now.here.snapshot.as_of < midnight:
        return "now, and on the day of the meeting as of the midnight that begins it"
    return f"{fmt.instant(midnight, zone)}, the midnight that begins the day of the meeting"
