"""Requests for updates before a meeting (AMP-B2): a text for each assignee with all their tickets. No address is kept."""

import streamlit as st

from ui import format as fmt
from ui.arb_sitting import Sitting
from ui.mail import Draft, offer

_REST = "10 "  # nothing to ask about: the section of the rest


def requests(now: Sitting) -> None:
    """The text for one assignee at a time: to copy, to open in the mail program, or as a file for it."""
    asked = _asked(now)
    st.subheader("Requests for updates", anchor="requests")
    if not asked:
        st.info("Nobody is to be asked: no ticket before the rest of the agenda has an assignee.")
        return
    st.caption("One text for each assignee, with their tickets of this agenda; “The rest” (section 10) is left out.")
    who = st.selectbox(
        "Assignee",
        list(asked),
        format_func=lambda name: f"{name} · {fmt.count(len(asked.get(name, [])), 'ticket')}",
        key="arb-asked",
    )
    draft = Draft(f"{now.meeting.title}: please update your tickets", _body(now, who, asked[who]))
    offer(draft, f"{now.meeting.reference}-request", "arb-eml")


def _asked(now: Sitting) -> dict[str, list[str]]:
    """Assignee → their tickets, in the order of the agenda; who has most comes first."""
    found: dict[str, list[str]] = {}
    for item in now.agenda:
        assignee = now.about[item.ticket_id].assignee
        if assignee and not item.section.startswith(_REST):
            found.setdefault(assignee, []).append(item.ticket_id)
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))


def _body(now: Sitting, who: str, tickets: list[str]) -> str:
    lines = [f"Dear {who},", "", f"the {now.meeting.title} reviews these tickets. Please update them before it:", ""]
    for ticket in tickets:
        known, badges = now.about[ticket], now.badges(ticket)
        lines += [f"- {known.key}: {known.summary} ({known.status}{f'; {badges}' if badges else ''})"]
        lines += [f"  {known.url}"] * bool(known.url)
    return "\n".join([*lines, "", "Thank you."])
