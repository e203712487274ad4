"""During the meeting: one ticket at a time, large; what is said and decided is saved as it is written."""

import streamlit as st

from metrics.errors import ArbiterError
from ui import format as fmt
from ui.arb_actions import carried_over, record_action
from ui.arb_begun import unrecorded
from ui.arb_sitting import Sitting, take_to, written
from ui.refusal import say_refused, tried
from ui.ticket_parts import clock_card
from ui.ticket_queries import clocks

_AT = "at"  # in the address: the ticket that is discussed


def during(now: Sitting) -> None:
    """Draws the page of a meeting that is held."""
    written(now, "", "participants", "Participants", 80)
    with st.expander(f"Open actions from earlier meetings: {len(now.earlier)}", key="arb-earlier"):
        carried_over(now)
    if not now.agenda:
        st.info("No ticket is on the agenda of this meeting.")
    else:
        _ticket(now)
    st.divider()
    _close(now)


def _close(now: Sitting) -> None:
    def close() -> None:
        if tried(lambda: _all_recorded(now), "close"):
            take_to(now, "closed")

    say_refused("close")  # above the button: below it is the end of the page
    st.button("Close the meeting", on_click=close, icon=":material/stop:", help="Then the minutes are made of it")


def _all_recorded(now: Sitting) -> None:
    """Raises ArbiterError when an action is written and not recorded: no minutes would tell of it."""
    if waiting := unrecorded(now):
        raise ArbiterError(
            f"An action is written but not recorded on {fmt.plain(', '.join(waiting))}: "
            "record it, or empty What, Who and Until there; then close the meeting"
        )


def _ticket(now: Sitting) -> None:
    tickets = [item.ticket_id for item in now.agenda]
    keys = [now.about[ticket].key for ticket in tickets]
    asked = st.query_params.get(_AT, "")
    place = keys.index(asked) if asked in keys else 0
    box = f"arb-go-{keys[place]}"  # at another ticket it is another box, which shows that one

    def go(to: int) -> None:
        st.query_params[_AT] = keys[to]

    def go_to_chosen() -> None:
        go(st.session_state[box])

    with st.container(horizontal=True, vertical_alignment="center", key="arb-steps"):
        back, on = place == 0, place == len(tickets) - 1
        st.button("Previous", on_click=go, args=[max(place - 1, 0)], disabled=back, shortcut="Left")
        st.button("Next", on_click=go, args=[min(place + 1, len(keys) - 1)], disabled=on, shortcut="Right")
        st.selectbox(
            "Go to", range(len(keys)), place, lambda n: now.named(tickets[n]), key=box, on_change=go_to_chosen,
            label_visibility="collapsed", width=320,
        )  # fmt: skip
        st.markdown(f"**{place + 1} of {len(tickets)}** · {fmt.plain(now.agenda[place].heading)}")
    with st.container(key="arb-ticket"):
        _shown(now, tickets[place])


def _shown(now: Sitting, ticket_id: str) -> None:
    known, badges = now.about[ticket_id], now.badges(ticket_id)
    st.header(f"{fmt.plain(known.key)} · {fmt.plain(known.summary)}", anchor=False)
    st.markdown(
        f":blue-badge[{fmt.plain(known.status)}] assigned to **{fmt.plain(known.assignee) or 'nobody'}** · "
        f"{f'{fmt.plain(badges)} · ' if badges else ''}its history: {now.link(ticket_id)}"
    )
    running = [c for c in clocks(now.here.snapshot.cursor(), ticket_id) if c.started_at]
    for column, clock in zip(st.columns(max(len(running), 1)), running, strict=False):
        with column:
            clock_card(clock, now.here.snapshot)
    left, right = st.columns(2, gap="large")
    with left:
        written(now, ticket_id, "discussion", "Discussion")
    with right:
        written(now, ticket_id, "decision", "Decision")
    record_action(now, ticket_id)
