"""The board's actions on its page: those open from earlier meetings with what happened since, and new ones in place."""

from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from board import action
from board.action import Action
from reports.sitting import HIDDEN, OVERDUE, veiled
from ui import format as fmt
from ui.arb_begun import Begun
from ui.arb_sitting import Sitting
from ui.refusal import NOT_TO_CHANGE, say_refused, tried
from ui.table import Column, table

_COLUMNS = {
    "action": Column("Action", width=70),
    "text": Column("What", width=300),
    "actionee": Column("Who", width=120),
    "due": Column("Until", "day"),
    "overdue": Column("Overdue", width=80),
    "key": Column("Ticket", "ticket"),
    "status": Column("Status now", width=110),
    "since": Column("Its ticket since", width=230),
    "raised": Column("Raised", "day"),
}
_FIELDS = {"text": "what", "actionee": "who", "due": "until", "state": "state", "outcome": "what came of it"}


def carried_over(now: Sitting) -> None:
    """Section 1: what is still open from earlier meetings, checked against its tickets, and where to close it."""
    st.subheader("1 Open actions from earlier meetings", anchor="actions")
    if now.earlier:
        rows = pd.DataFrame([_row(now, one) for one in now.earlier])
        table(rows, _COLUMNS, now.here.snapshot, "earlier", "Open actions from earlier meetings")
    else:
        st.info("No action is open from an earlier meeting.", icon=":material/check_circle:")
    if now.meeting.state == "closed":
        return
    if those := [one for one in now.earlier if now.may_say(one)]:
        _close(now, those)
        chosen = next(one for one in those if one.number == st.session_state["arb-closing"])
        if chosen.number in now.partly_hidden:
            st.caption(NOT_TO_CHANGE)
        else:
            _change(now, chosen, "earlier", st.columns([2.6, 2.6, 1.5, 1.5], vertical_alignment="bottom"))
        _history(now, chosen)
    if ended := [one for one in now.ended if now.may_say(one)]:
        _open_again(now, ended)
    say_refused("earlier")


def _row(now: Sitting, one: Action) -> dict[str, object]:
    known = now.about.get(one.ticket_id or "")
    return {
        "action": one.label,
        "text": one.text if now.may_say(one) else HIDDEN,
        "actionee": one.actionee if now.may_say(one) else None,
        "due": one.due,
        "overdue": OVERDUE if now.overdue(one) else None,
        "key": known.key if known else None,
        "status": known.status if known else None,
        "since": _since(now, one),
        "raised": one.raised_on,
    }


def _since(now: Sitting, one: Action) -> str | None:
    """What happened to its ticket since the action was recorded."""
    said, at = now.since(one)
    return f"{said} {fmt.instant(at, now.here.snapshot.zone)}" if at else said or None


def _close(now: Sitting, those: list[Action]) -> None:
    named = {one.number: f"{one.label} · {one.text}" for one in those}

    def close(state: str) -> None:
        number, outcome = st.session_state["arb-closing"], now.veil(st.session_state["arb-outcome"].strip())
        if number and tried(lambda: action.close(now.board, number, now.meeting, outcome, now.who, state), "earlier"):
            st.session_state["arb-outcome"] = ""

    chosen, outcome, closed, cancelled = st.columns([2.6, 2.6, 1.5, 1.5], vertical_alignment="bottom")
    chosen.selectbox("Action", list(named), format_func=lambda n: named.get(n, ""), key="arb-closing")
    outcome.text_input("What came of it", key="arb-outcome", max_chars=1000)
    closed.button("Close action", on_click=close, args=["closed"], width="stretch")
    cancelled.button("Cancel action", on_click=close, args=["cancelled"], width="stretch")


def _change(now: Sitting, one: Action, where: str, places: Sequence[DeltaGenerator]) -> None:
    """For an action: other words, another hand, a later day, in four places. What is changed elsewhere is shown anew."""
    said = f"{where}-{one.number}-{hash((one.text, one.actionee, one.due))}"
    text, who, due = (f"arb-{part}-{said}" for part in ("other-what", "other-who", "other-until"))

    def change() -> None:
        words = (now.veil(st.session_state[text]), now.veil(st.session_state[who]))
        tried(lambda: action.change(now.board, one, *words, st.session_state[due], now.meeting, now.who), where)

    left, middle, right, press = places
    left.text_input("What it says", one.text, key=text, max_chars=1000)
    middle.text_input("Who does it", one.actionee, key=who, max_chars=200)
    right.date_input("Until when", one.due, key=due, format="YYYY-MM-DD")
    press.button("Change action", on_click=change, key=f"arb-change-{said}", width="stretch")


def _history(now: Sitting, one: Action) -> None:
    """Who recorded an action, and who changed what of it."""

    def line(said: action.Said) -> str:
        at = fmt.instant(datetime.fromisoformat(said.at), now.here.snapshot.zone)
        before, after = (f"“{fmt.plain(now.veil(text))}”" if text else "nothing" for text in (said.before, said.after))
        words = f"{_FIELDS[said.field]}: {before}, then {after}" if said.field in _FIELDS else said.field
        return f"- {at}, {fmt.plain(said.who)}: {words}"

    told = action.history(now.board, one.number)
    st.caption("\n".join([f"{one.label} so far", "", *map(line, told)]))


def _open_again(now: Sitting, those: list[Action]) -> None:
    """For an action that was closed by mistake, or too soon."""
    named = {one.number: f"{one.label} · {one.text} ({one.state})" for one in those}

    def reopen() -> None:
        if number := st.session_state["arb-reopening"]:
            tried(lambda: action.reopen(now.board, number, now.who), "earlier")

    chosen, pressed = st.columns([6, 2], vertical_alignment="bottom")
    chosen.selectbox("Closed at this meeting", list(named), format_func=lambda n: named.get(n, ""), key="arb-reopening")
    pressed.button("Open again", on_click=reopen, width="stretch")


def _recorded(now: Sitting, one: Action) -> None:
    """An open action in a line, and where to change or cancel it, unless it is on a ticket that its reader may not see."""

    def cancel() -> None:
        tried(lambda: action.close(now.board, one.number, now.meeting, "", now.who, "cancelled"), "ticket")

    shown = veiled(one, now.veil)
    until = f"until {one.due:%a %d %b %Y}" if one.due else "without a date"
    until += f", {OVERDUE}" if now.overdue(one) else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{one.label}** {fmt.plain(shown.text)}: {fmt.plain(shown.actionee)}, {until}", width="content")
        if now.may_say(one):
            with st.popover("Change", key=f"arb-changing-{one.number}") as opened:
                if shown == one:
                    _change(now, one, "ticket", [opened] * 4)
                else:
                    opened.caption(NOT_TO_CHANGE)
                opened.button("Cancel action", on_click=cancel, key=f"arb-cancel-{one.number}", width="stretch")
                with opened:
                    _history(now, one)


def record_action(now: Sitting, ticket_id: str) -> None:
    """The open actions on a ticket, and where to record one more: what, who, until when."""
    st.markdown("##### Actions")
    for one in action.actions_on(now.board, ticket_id):
        if one.board == now.meeting.board and one.state == "open":
            _recorded(now, one)
    say_refused("ticket")
    begun = Begun(now, ticket_id)
    begun.fill()

    def record() -> None:
        words = (now.veil(st.session_state[begun.text]), now.veil(st.session_state[begun.who]))
        said: tuple[str, str, date | None] = (*words, st.session_state[begun.due])
        if tried(lambda: action.record(now.board, now.meeting, *said, now.who, ticket_id), "record"):
            begun.clear()

    left, middle, right, press = st.columns([4, 2, 2, 1.4], vertical_alignment="bottom")
    left.text_input("What", key=begun.text, max_chars=1000, on_change=begun.keep)
    middle.text_input("Who", key=begun.who, max_chars=200, on_change=begun.keep)
    right.date_input("Until", None, key=begun.due, format="YYYY-MM-DD", on_change=begun.keep)
    press.button("Record action", on_click=record, width="stretch", key=f"arb-record-{now.meeting.id}-{ticket_id}")
    say_refused("record")
