"""ARB: the board's meeting, prepared, held and written up (1.8); the ESA ARB and the ESA CAB are the same page."""

from datetime import date, timedelta

import streamlit as st

from board.meeting import Meeting, call_meeting, meetings
from board.store import Board
from reports.review import BoardRule, boards, built, is_esas
from ui import format as fmt
from ui.arb_after import after
from ui.arb_before import before, built_table
from ui.arb_during import during
from ui.arb_sitting import sitting
from ui.as_of import ADDRESS
from ui.refusal import refusals_told, tried
from ui.session import Here, here

_BOARD, _MEETING = "board", "meeting"  # in the address
_STATES = {"preparing": "being prepared", "held": "being held", "closed": "closed"}
_WEEK = timedelta(days=7)  # AMP-B1: the board meets weekly


def page() -> None:
    """Draws the page."""
    now = here()
    theirs = [b for b in boards(now.snapshot.cursor()) if not now.person.sees_pseudonyms or is_esas(b.flag)]
    if not theirs:
        st.info("The profile of this desk names no board for you, so there is no meeting to show.")
        return
    chosen = _chosen_board(theirs)
    with refusals_told():
        if ADDRESS in st.query_params:
            _read_only(now, chosen, "Meetings are kept on the desk as it is now: go back to now for them.")
        elif now.person.sees_pseudonyms:
            _read_only(now, chosen, "The desk sends the minutes; what it writes at a meeting names people.")
        else:
            _meeting(now, chosen)


def _chosen_board(theirs: list[BoardRule]) -> BoardRule:
    titles = {board.title: board for board in theirs}
    title = st.segmented_control(
        "Board", list(titles), default=next(iter(titles)), key=_BOARD, bind="query-params", required=True,
        on_change=lambda: st.session_state.pop(_MEETING, None),
    )  # fmt: skip
    return titles.get(title or "", theirs[0])


def _read_only(now: Here, board: BoardRule, why: str) -> None:
    st.subheader(f"Agenda of the {fmt.plain(board.title)}", anchor=False)
    built_table(built(now.snapshot.cursor(), board.name), now.snapshot)
    st.caption(why)


def _meeting(now: Here, rule: BoardRule) -> None:
    board = Board(now.desk.board)
    known = {f"{m.held_on}": m for m in meetings(board, rule.name)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="arb-head"):
        day = st.selectbox("Meeting", list(known), key=_MEETING, bind="query-params", width=200) if known else None
        _call(now, board, rule, list(known.values()))
    if day is None:
        st.caption(
            "No meeting was called yet: choose its day and prepare it. Until then, this is what it would review."
        )
        built_table(built(now.snapshot.cursor(), rule.name), now.snapshot)
        return
    meeting = known[day]
    st.header(f"{fmt.plain(meeting.title)} :gray-badge[{_STATES[meeting.state]}]", anchor=False)
    st.caption(fmt.plain(meeting.reference))
    drawn = {"preparing": before, "held": during, "closed": after}[meeting.state]
    drawn(sitting(now, board, meeting, built(now.snapshot.cursor(), rule.name)))


def _call(now: Here, board: Board, rule: BoardRule, known: list[Meeting]) -> None:
    """The next meeting: a week after the last one, unless the chair says another day."""
    key = f"arb-day-{rule.name}-{len(known)}"

    def call() -> None:
        day: date = st.session_state[key]
        if tried(lambda: call_meeting(board, rule.name, rule.title, day, now.person.name)):
            st.session_state[_MEETING] = f"{day}"

    today = fmt.local(now.snapshot.as_of, now.snapshot.zone).date()
    st.date_input("Next meeting", known[0].held_on + _WEEK if known else today, key=key, format="YYYY-MM-DD", width=160)
    st.button("Prepare it", on_click=call, icon=":material/event:")


page()
