"""The papers of a meeting from its page: agenda and minutes as documents, the same as from the command line."""

from datetime import UTC, datetime

import streamlit as st

from reports.called import arb_moment
from reports.kinds import KINDS
from reports.period import Period, period_of
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
    st.caption(f"The papers are as of {_moment(now, day)}; this page is as of {fmt.instant(as_of, zone)}.")
    show(here.desk)


def _moment(now: Sitting, day: Period) -> str:
    """As of when they are, in words; asked as the papers do, of the clock and not of the last publish."""
    zone = now.here.snapshot.zone
    at = arb_moment(now.here.desk.folder, day, now.meeting.board, datetime.now(UTC).replace(tzinfo=None))
    if now.meeting.as_of:
        return f"{fmt.instant(at, zone)}, when the meeting began"
    if at < day.begins_at:
        return "now, and on the day of the meeting as of the midnight that begins it"
    return f"{fmt.instant(at, zone)}, the midnight that begins the day of the meeting"
