"""A meeting as its page works on it: who writes beside what stands, and how a change is made."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from board import writing
from board.meeting import Meeting, State, move_to
from board.store import Board
from board.writing import Field
from reports import sitting as papers
from reports.review import Built
from reports.sitting import HIDDEN
from ui import format as fmt
from ui.refusal import NOT_TO_CHANGE, tried
from ui.session import Here
from ui.table import ticket_address


@dataclass(frozen=True)
class Sitting(papers.Sitting):
    """A meeting on the page of `here`."""

    here: Here

    @property
    def who(self) -> str:
        """Who writes."""
        return self.here.person.name

    def link(self, ticket_id: str) -> str:
        """Markdown: its key, leading to its page."""
        known = self.about.get(ticket_id)
        return f"[{fmt.plain(known.key)}]({ticket_address(known.key)})" if known else HIDDEN


def sitting(here: Here, board: Board, meeting: Meeting, built: Built) -> Sitting:
    """What the page of this meeting works on."""
    return Sitting(**vars(papers.sit(here.snapshot.cursor(), board, meeting, built)), here=here)


def take_to(now: Sitting, state: State) -> None:
    """Takes the meeting on to its next state, in a callback."""
    tried(lambda: move_to(now.board, now.meeting, state))


def written(now: Sitting, ticket_id: str, field: Field, title: str, height: int = 150) -> None:
    """A text of the meeting, saved as soon as it is left; what somebody else wrote meanwhile stands beside it."""
    text = writing.read(now.board, now.meeting.id, ticket_id, field)
    shown = now.veil(text.body)
    key = f"arb-{now.meeting.id}-{field}-{ticket_id}"
    version = f"{key}-version"
    if key not in st.session_state or st.session_state.get(version) != text.version:
        st.session_state[key], st.session_state[version] = shown, text.version

    def save() -> None:
        based_on, body = st.session_state[version], now.veil(st.session_state[key])
        tried(lambda: writing.write(now.board, now.meeting.id, ticket_id, field, body, based_on, now.who))

    st.text_area(title, key=key, on_change=save, height=height, disabled=shown != text.body)
    if shown != text.body:
        st.caption(NOT_TO_CHANGE)
    elif text.version:
        at = fmt.local(datetime.fromisoformat(text.written_at), now.here.snapshot.zone)
        st.caption(f"saved {at:%H:%M:%S} by {fmt.plain(text.written_by)}")
    else:
        st.caption("Saved when you leave the field, or with Ctrl+Enter.")
