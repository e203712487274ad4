"""Ticket: its history, and exactly why each of its clocks says what it says."""

from typing import Any

import streamlit as st

from reports.by_key import SharedKey
from reports.hours import calendar_days
from ui import format as fmt
from ui.figures import CLOCK_NAMES
from ui.mart import Snapshot
from ui.session import here, snapshot_here
from ui.table import table, ticket_address
from ui.theme import CHART_SETTINGS
from ui.ticket_chart import bars, drawn_until, timeline
from ui.ticket_parts import clock_card, clock_explained, fields
from ui.ticket_queries import FOUND, alerts, clocks, further_fields, search, segments, stays, ticket
from ui.ticket_records import show_findings, show_records
from ui.ticket_table import ABOUT, KEY, TIMES


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    asked = st.text_input(
        "Ticket",
        key="key",
        bind="query-params",
        type="search",
        placeholder="A key such as DSD-123, or words of the summary",
        max_chars=100,
    )
    if not (asked or "").strip():
        st.info(
            "Type a ticket's key, or words of its summary, to see its history and its clocks.", icon=":material/search:"
        )
        return
    try:
        found = ticket(snapshot.cursor(), asked)
    except SharedKey as shared:
        _choice(shared)
        return
    if found is None:
        _matches(snapshot, asked)
        return
    _head(found, snapshot)
    show_findings(found["ticket_id"], snapshot)
    _body(found, snapshot)
    show_records(found["ticket_id"], found["key"], here())
    st.markdown("##### Fields")
    fields(found, further_fields(snapshot.cursor(), found["ticket_id"]), here().desk.profile, snapshot)


def _choice(shared: SharedKey) -> None:
    st.info("Several tickets have this key. Which one?", icon=":material/call_split:")
    st.markdown("\n".join(f"- [{fmt.plain(ticket_id)}]({ticket_address(ticket_id)})" for ticket_id in shared.tickets))


def _matches(snapshot: Snapshot, asked: str) -> None:
    rows = search(snapshot.cursor(), asked)
    if rows.empty:
        st.info(
            f"No ticket “{fmt.plain(asked)}” can be shown. It may be newer than this snapshot, left out (see the "
            "checks on top), restricted, or not of this desk."
        )
        return
    listed = f"The latest {FOUND} tickets" if len(rows) == FOUND else fmt.count(len(rows), "ticket")
    st.markdown(f"**{listed} with “{fmt.plain(asked)}”**")
    table(rows, KEY | ABOUT | TIMES, snapshot, "matches", "Tickets found")


def _head(found: dict[str, Any], snapshot: Snapshot) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{fmt.plain(found['key'])} · {fmt.plain(found['summary'])}", anchor=False)
        if found["url"]:
            st.link_button("Open in its own desk", found["url"], icon=":material/open_in_new:")
    marks = [f":blue-badge[{fmt.plain(found['status'])}]"]
    marks += [f":gray-badge[{fmt.plain(text)}]" for text in (found["type"], found["priority"]) if text]
    if found["channel"] == "priority":
        marks.append(":red-badge[▲ priority channel]")
    if found["reopenings"]:
        marks.append(f":violet-badge[↺ reopened {fmt.count(found['reopenings'], 'time')}]")
    st.markdown(f"{' '.join(marks)} since {fmt.instant(found['status_since'], snapshot.zone)}")


def _body(found: dict[str, Any], snapshot: Snapshot) -> None:
    cursor = snapshot.cursor()
    history, running = stays(cursor, found["ticket_id"]), clocks(cursor, found["ticket_id"])
    parts = segments(cursor, found["ticket_id"])
    for column, clock in zip(st.columns(max(len(running), 1)), running, strict=False):
        with column:
            clock_card(clock, snapshot)
    if not running:
        st.info(f"No clock runs in the project {fmt.plain(found['project'])}; its history is below.")
    if not history:
        st.warning("The history of this ticket holds no status.")
        return
    until = drawn_until(history, running, snapshot.as_of)
    days = calendar_days(cursor, history[0].entered_at, max(until, snapshot.as_of), found["provider"])
    st.plotly_chart(
        timeline(bars(history, parts, snapshot, until), running, days, snapshot, until),
        key="timeline",
        config=CHART_SETTINGS,
        alt=f"Timeline of {found['key']}: stays in each status, and counted, paused and closed hours of each clock",
    )
    if running:
        st.markdown("##### Why each clock says what it says")
        names = [CLOCK_NAMES[c.clock] for c in running]
        first = CLOCK_NAMES["resolution"] if CLOCK_NAMES["resolution"] in names else names[0]
        for tab, clock in zip(st.tabs(names, default=first), running, strict=True):
            with tab.container(key=f"explained-{clock.clock}"):
                own = [part for part in parts if part.clock == clock.clock]
                clock_explained(clock, own, alerts(cursor, found["ticket_id"], clock.clock), days, snapshot)


page()
