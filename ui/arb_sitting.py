"""A meeting as its page works on it: the board's words beside the tickets as they stand, and how a change is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from board import writing
from board.action import Action, actions_of, open_actions
from board.agenda import Item, agenda
from board.meeting import Meeting, State, move_to
from board.store import Board
from board.writing import Field
from metrics.errors import ArbiterError
from ui import format as fmt
from ui.arb_queries import About, about
from ui.listed import Listed
from ui.session import Here
from ui.table import ticket_address
from ui.veil import Veil, veil, veiled

_ERROR = "arb-error"
HIDDEN = "(a ticket that cannot be shown)"


@dataclass(frozen=True)
class Sitting:
    """A meeting, its agenda, the actions open from earlier ones, and what is known of every ticket of them.

    `items` are those whose tickets may be shown, in order, dropped ones last.
    """

    here: Here
    board: Board
    meeting: Meeting
    built: Listed
    items: list[Item]
    earlier: list[Action]
    about: dict[str, About]
    left_out: int  # tickets on the agenda that may not be shown
    veil: Veil

    @property
    def who(self) -> str:
        """Who writes."""
        return self.here.person.name

    @property
    def agenda(self) -> list[Item]:
        """What is discussed, in order."""
        return [item for item in self.items if not item.dropped]

    def named(self, ticket_id: str | None) -> str:
        """`DSD-1 · Slow downloads`, as plain text."""
        known = self.about.get(ticket_id or "")
        return f"{known.key} · {known.summary}" if known else HIDDEN

    def badges(self, ticket_id: str) -> str:
        """What else is true of a ticket, in words."""
        rows = self.built.rows
        return next(iter(rows.badges[rows.ticket_id == ticket_id]), "")

    def link(self, ticket_id: str) -> str:
        """Markdown: its key, leading to its page."""
        known = self.about.get(ticket_id)
        return f"[{fmt.plain(known.key)}]({ticket_address(known.key)})" if known else HIDDEN

    def may_say(self, action: Action) -> bool:
        """Whether the words of an action may be shown: it is on no ticket, or on one that may be shown."""
        return action.ticket_id is None or action.ticket_id in self.about


def sitting(here: Here, board: Board, meeting: Meeting, built: Listed) -> Sitting:
    """What the page of this meeting works on."""
    section = dict(zip(built.rows.ticket_id, built.rows.heading, strict=True))
    items = agenda(board, meeting, [Item(ticket, heading) for ticket, heading in section.items()])
    hides = veil(here)
    earlier = [veiled(a, hides) for a in open_actions(board, meeting.board) if a.raised_on < meeting.held_on]
    wanted = {item.ticket_id for item in items} | {
        a.ticket_id for a in (*earlier, *actions_of(board, meeting)) if a.ticket_id
    }
    known = about(here.snapshot.cursor(), wanted)
    shown = [item for item in items if item.ticket_id in known]
    left_out = sum(not item.dropped for item in items) - sum(not item.dropped for item in shown)
    return Sitting(here, board, meeting, built, shown, earlier, known, left_out, hides)


def tried(change: Callable[[], object]) -> bool:
    """Makes a change in a callback; False when it was refused, which `say_refused` then tells."""
    try:
        change()
    except ArbiterError as error:
        st.session_state[_ERROR] = str(error)
        return False
    return True


def take_to(now: Sitting, state: State) -> None:
    """Takes the meeting on to its next state, in a callback."""
    tried(lambda: move_to(now.board, now.meeting, state))


def say_refused() -> None:
    """Why the last change was refused, once."""
    if said := st.session_state.pop(_ERROR, None):
        st.warning(said, icon=":material/info:")


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
        st.caption("Names a ticket that your role may not see: only somebody who may can change it.")
    elif text.version:
        at = fmt.local(datetime.fromisoformat(text.written_at), now.here.snapshot.zone)
        st.caption(f"saved {at:%H:%M:%S} by {fmt.plain(text.written_by)}")
    else:
        st.caption("Saved when you leave the field, or with Ctrl+Enter.")
