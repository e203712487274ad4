"""After the meeting: its minutes, on screen and as Markdown (AMP-B3, 1.8)."""

from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from reports.minutes import ActionItem, Discussed, Minutes, minutes_of
from ui import format as fmt
from ui.arb_papers import papers
from ui.arb_sitting import Sitting, take_to


def after(now: Sitting) -> None:
    """Draws the page of a meeting that is closed."""
    said = minutes(now)
    with st.container(horizontal=True):
        st.download_button(
            "Minutes as Markdown", said, f"{now.meeting.reference}-minutes.md", "text/markdown",
            key="arb-minutes", on_click="ignore", icon=":material/download:", type="primary",
        )  # fmt: skip
        st.button(
            "Open again to correct", icon=":material/undo:",
            on_click=take_to, args=(now, "held"),
        )  # fmt: skip
    papers(now)
    with st.container(border=True, key="minutes"):
        st.markdown(said)


def minutes(now: Sitting) -> str:
    """The minutes in Markdown."""
    return "\n\n".join([*_parts(minutes_of(now)), _rests_on(now)]) + "\n"


def _rests_on(now: Sitting) -> str:
    """As of when they are: the agenda of when the meeting began, as on paper; how its tickets are called, of this page."""
    zone = now.here.snapshot.zone
    called = fmt.end(now.here.snapshot.as_of, zone)
    if now.meeting.as_of is None:
        return f"Tickets as of {called}."
    began = fmt.end(datetime.fromisoformat(now.meeting.as_of), zone)
    return f"Agenda as of {began}; tickets as they are called as of {called}."


def _parts(said: Minutes) -> Iterator[str]:
    yield f"# Minutes of the {fmt.plain(said.meeting.title)}"
    yield f"Reference: {fmt.plain(said.meeting.reference)}  \nDate: {said.meeting.held_on:%A %d %B %Y}"
    yield f"## Participants\n\n{_lines(said.participants) or 'not recorded'}"
    if said.note:
        yield f"## Note of the chair\n\n{_lines(said.note)}"
    listed = [f"{n}. {fmt.plain(ticket)}" for n, ticket in enumerate(said.agenda, 1)]
    yield "## Agenda\n\n" + ("\n".join(listed) or "no ticket")
    if said.left_out:
        yield f"Left out, since they cannot be shown: {fmt.count(said.left_out, 'ticket')} of the agenda."
    yield "## Discussion and decisions"
    for one in said.discussed:
        yield from _discussed(one)
    if said.silent:
        yield f"Nothing was recorded on {fmt.count(said.silent, 'ticket')} of the agenda."
    yield f"## Actions\n\n{_actions(said.actions)}"


def _discussed(one: Discussed) -> Iterator[str]:
    yield f"### {fmt.plain(one.ticket)}"
    if one.discussion:
        yield f"Discussion: {_lines(one.discussion)}"
    if one.decision:
        yield f"Decision: {_lines(one.decision)}"


def _lines(text: str) -> str:
    """Line by line as it was typed."""
    return "  \n".join(fmt.plain(line) for line in text.splitlines())


def _actions(those: list[ActionItem]) -> str:
    head = "| Action | Ticket | What | Who | Until | State |\n|---|---|---|---|---|---|"
    return "\n".join([head, *map(_action, those)]) if those else "none"


def _action(one: ActionItem) -> str:
    due = f"{one.due:%d %b %Y}" if one.due else fmt.NOTHING
    state = f"{one.state}: {fmt.plain(one.outcome)}" if one.outcome else one.state
    ticket = fmt.plain(one.ticket) or fmt.NOTHING
    return f"| {one.label} | {ticket} | {fmt.plain(one.text)} | {fmt.plain(one.actionee)} | {due} | {state} |"
