"""After the meeting: its minutes, on screen and as Markdown, in the usual form of ESA meetings (AMP-B3, 1.8)."""

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from board import writing
from board.action import Action, actions_of
from board.writing import Text
from ui import format as fmt
from ui.arb_sitting import HIDDEN, Sitting, take_to
from ui.veil import veiled

_Texts = dict[tuple[str, str], Text]


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
    with st.container(border=True, key="minutes"):
        st.markdown(said)


def minutes(now: Sitting) -> str:
    """The minutes in Markdown. What is about a ticket that cannot be shown is not in them, and is counted there."""
    read = writing.read_all(now.board, now.meeting.id)
    texts = {place: replace(text, body=now.veil(text.body)) for place, text in read.items()}
    return "\n\n".join(_parts(now, texts)) + "\n"


def _parts(now: Sitting, texts: _Texts) -> Iterator[str]:
    meeting = now.meeting
    yield f"# Minutes of the {fmt.plain(meeting.title)}"
    yield f"Reference: {fmt.plain(meeting.reference)}  \nDate: {meeting.held_on:%A %d %B %Y}"
    yield f"## Participants\n\n{_words(texts, writing.MEETING, 'participants') or 'not recorded'}"
    if note := _words(texts, writing.MEETING, "note"):
        yield f"## Note of the chair\n\n{note}"
    listed = [f"{n}. {fmt.plain(now.named(item.ticket_id))}" for n, item in enumerate(now.agenda, 1)]
    yield "## Agenda\n\n" + ("\n".join(listed) or "no ticket")
    if now.left_out:
        yield f"Left out, since they cannot be shown: {fmt.count(now.left_out, 'ticket')} of the agenda."
    yield "## Discussion and decisions"
    yield from _discussed(now, texts)
    yield f"## Actions\n\n{_actions(now)}"
    yield f"Tickets as of {fmt.end(now.here.snapshot.as_of, now.here.snapshot.zone)}; actions as they stand now."


def _discussed(now: Sitting, texts: _Texts) -> Iterator[str]:
    silent = 0
    for item in now.agenda:
        said = {f: _words(texts, item.ticket_id, f) for f in ("discussion", "decision")}
        silent += not any(said.values())
        if any(said.values()):
            yield f"### {fmt.plain(now.named(item.ticket_id))}"
            yield from (f"{field.capitalize()}: {words}" for field, words in said.items() if words)
    if silent:
        yield f"Nothing was recorded on {fmt.count(silent, 'ticket')} of the agenda."


def _words(texts: _Texts, ticket_id: str, field: str) -> str:
    """A text of the meeting, line by line as it was typed."""
    body = texts.get((ticket_id, field), Text()).body.strip()
    return "  \n".join(fmt.plain(line) for line in body.splitlines())


def _actions(now: Sitting) -> str:
    """Raised or closed here, and still open from earlier meetings: each once, by its number."""
    found = {
        one.number: one for one in (*now.earlier, *(veiled(a, now.veil) for a in actions_of(now.board, now.meeting)))
    }
    head = "| Action | Ticket | What | Who | Until | State |\n|---|---|---|---|---|---|"
    return "\n".join([head, *(_action(now, found[n]) for n in sorted(found))]) if found else "none"


def _action(now: Sitting, one: Action) -> str:
    due = f"{one.due:%d %b %Y}" if one.due else fmt.NOTHING
    if not now.may_say(one):
        return f"| {one.label} | {HIDDEN} | | | {due} | {one.state} |"
    key = fmt.plain(now.about[one.ticket_id].key) if one.ticket_id else fmt.NOTHING
    state = f"{one.state}: {fmt.plain(one.outcome)}" if one.outcome else one.state
    return f"| {one.label} | {key} | {fmt.plain(one.text)} | {fmt.plain(one.actionee)} | {due} | {state} |"
