"""The parts of the Ticket page: what a clock says in short, why it says so, and the ticket's fields."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from metrics.names import in_words
from metrics.profile import Profile
from reports.hours import Day, closed_seconds, pieces
from ui import format as fmt
from ui.command import runnable
from ui.figures import CLOCK_NAMES
from ui.mart import Snapshot
from ui.theme import COUNTED, PAUSED, badge, state
from ui.ticket_queries import Alert, Clock, Segment

_OF_FIELDS = {  # what is not shown without a value where the profile has none of these fields
    "Channel": (), "Relevance": ("relevance",), "Service": ("service",), "Element": ("service_element",),
    "Version": ("service_version",), "Category": ("category",), "Provider": ("provider",), "ETA": ("eta",),
    "Satisfaction": ("score",), "Flags": ("esa_arb", "esa_cab", "interface"),
}  # fmt: skip
FLAGS = {"esa_arb": "ESA ARB", "esa_cab": "ESA CAB", "interface": "interface"}


def clock_card(clock: Clock, snapshot: Snapshot) -> None:
    """A clock in short: its state, what it used of its goal, what is left, when it is due."""
    nwd = snapshot.nwd_seconds
    with st.container(border=True, height="stretch", key=f"clock-{clock.clock}-{clock.state}"):
        implied = " :gray-badge[◌ implied]" if clock.implied else ""
        st.markdown(f"{CLOCK_NAMES[clock.clock]} {badge(clock.state)}{implied}")
        if clock.started_at is None:
            st.markdown("Has not started.")
            return
        goal = f" of {fmt.duration(clock.goal, nwd)}" if clock.goal else ""
        st.markdown(f"#### {fmt.duration(clock.used, nwd)}{goal}")
        if clock.goal:
            share = clock.used / clock.goal
            st.progress(min(share, 1.0))
        st.caption(" · ".join(_short(clock, snapshot)))


def _short(clock: Clock, snapshot: Snapshot) -> list[str]:
    said = []
    if clock.goal:
        left = fmt.remaining(clock.goal - clock.used, snapshot.nwd_seconds)
        said.append(left if clock.used > clock.goal else f"{left} {'to spare' if clock.stopped_at else 'left'}")
    if clock.due_at and not clock.stopped_at:
        said.append(f"due {fmt.instant(clock.due_at, snapshot.zone)}")
    if clock.stopped_at:
        said.append(f"stopped {fmt.instant(clock.stopped_at, snapshot.zone)}")
    if clock.goal:
        said.append(fmt.count(clock.alerts_passed, "alert") + " passed")
    return said or ["no goal, still running"]


def clock_explained(
    clock: Clock, segments: Sequence[Segment], alerts: Sequence[Alert], days: Sequence[Day], snapshot: Snapshot
) -> None:
    """Why the clock says what it says: start, stop, every segment with its rule, and the sum."""
    if clock.started_at is None:
        st.info(f"This clock starts with the first entry into work ({clock.rule}); it has not started.")
        return
    st.markdown("\n".join(f"- {sentence}" for sentence in _sentences(clock, snapshot)))
    if segments:
        _segment_table(segments, days, snapshot)
    else:
        st.markdown("The clock stopped where it started: there is no time in between.")
    _sum(clock, segments, snapshot)
    if alerts:
        _alert_table(clock, alerts, snapshot)


def _sentences(clock: Clock, snapshot: Snapshot) -> list[str]:
    zone = snapshot.zone
    basis = f" ({fmt.plain(clock.start_basis)})" if clock.start_basis else ""
    said = [f"Started **{fmt.instant(clock.started_at, zone, seconds=True)}**{basis}."]
    if clock.stopped_at:
        said.append(f"Stopped **{fmt.instant(clock.stopped_at, zone, seconds=True)}**.")
    else:
        said.append(f"Still {'waiting' if clock.state == 'paused' else 'running'} at the snapshot.")
    if clock.implied:
        said.append("Implied: nobody acknowledged it in so many words, so it is shown apart from the share.")
    return said + _goal_sentences(clock, snapshot)


def _goal_sentences(clock: Clock, snapshot: Snapshot) -> list[str]:
    if clock.goal is None:
        return ["No goal applies."]
    goal, off = (fmt.duration(s, snapshot.nwd_seconds, exact=True) for s in (clock.goal, abs(clock.goal - clock.used)))
    how = f"{off} left" if clock.used <= clock.goal else f"over by {off}"
    said = [f"Goal **{goal}** of working time: {state(clock.state)}, {how}."]
    if clock.due_at:
        said.append(f"The goal is used up at **{fmt.instant(clock.due_at, snapshot.zone, seconds=True)}** (AMP-G6).")
    if clock.next_alert_at:
        said.append(f"Next alert at **{fmt.instant(clock.next_alert_at, snapshot.zone)}** if nothing changes.")
    return said


def _segment_table(segments: Sequence[Segment], days: Sequence[Day], snapshot: Snapshot) -> None:
    rows = []
    for part in segments:
        shut = closed_seconds(pieces(part.started_at, part.ended_at, days))
        look = COUNTED if part.kind == "counted" else PAUSED
        rows.append(
            {
                "From": fmt.instant(part.started_at, snapshot.zone, seconds=True),
                "To": fmt.instant(part.ended_at, snapshot.zone, seconds=True),
                "Status": fmt.plain(part.status),
                "Makes": f":{look.badge}-badge[{look.sign} {look.words}]",
                "Rule": fmt.plain(part.rule),
                "Closed hours inside": "; ".join(f"{fmt.elapsed(v)} {fmt.plain(k)}" for k, v in shut.items()) or "none",
                "Working time": fmt.duration(part.working_seconds, snapshot.nwd_seconds, exact=True),
            }
        )
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt="Segments of the clock")


def _sum(clock: Clock, segments: Sequence[Segment], snapshot: Snapshot) -> None:
    counted, paused = (sum(s.working_seconds for s in segments if s.kind == kind) for kind in ("counted", "paused"))
    agrees = (counted, paused) == (clock.used, clock.paused)
    said = [fmt.duration(s, snapshot.nwd_seconds, exact=True) for s in (counted, paused, clock.used, clock.paused)]
    st.markdown(
        f"**Sum of the counted segments: {said[0]}** · paused: {said[1]} of working time"
        + (" · ✓ equals the figure" if agrees else "")
    )
    if not agrees:
        st.error(
            f"The clock says {said[2]} counted and {said[3]} paused: the mart contradicts itself. "
            + runnable("Run `arbiter publish`, and report it if it stays.")
        )


def _alert_table(clock: Clock, alerts: Sequence[Alert], snapshot: Snapshot) -> None:
    rows = [
        {
            "Alert": alert.n,
            "After": fmt.duration(alert.after, snapshot.nwd_seconds),
            "State": "▲ passed" if clock.used >= alert.after else "○ not passed",
            "What is to be done": fmt.plain(alert.action),
            "Rule": fmt.plain(alert.rule),
        }
        for alert in alerts
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt="Alerts of the goal")


def fields(found: dict[str, Any], further: Mapping[str, str], profile: Profile | None, snapshot: Snapshot) -> None:
    """The ticket's fields, as they stood at the snapshot: those that the desk's profile has, and the `further` ones by name;
    of the others what has a value."""
    channel = profile.priority_channel if profile else None
    said = {
        "Project": found["project"],
        "Type": found["type"],
        "Priority": found["priority"],
        "Channel": found["channel"] if channel is None or channel.projects or channel.categories else None,
        "Relevance": found["relevance"],
        "Service": found["service"],
        "Element": found["service_element"],
        "Version": found["service_version"],
        "Category": found["category"],
        "Provider": found["provider"],
        "Assignee": found["assignee"],
        "Reporter": found["reporter"],
        "Received": _when(found["created_at"], snapshot),
        "Last change": _when(found["updated_at"], snapshot),
        "First resolved": _when(found["first_resolved_at"], snapshot),
        "Resolved": _when(found["resolved_at"], snapshot),
        "Closed": _when(found["closed_at"], snapshot),
        "Reopened": fmt.count(found["reopenings"] or 0, "time"),
        "ETA": f"{found['eta']:%a %d %b %Y}" if found["eta"] else None,
        "Satisfaction": f"{found['score']:g} of 5" if found["score"] is not None else None,
        "Flags": ", ".join(name for field, name in FLAGS.items() if found[field]),
    } | {in_words(name).capitalize(): value for name, value in further.items()}  # fmt: skip
    lacks = {title for title, names in _OF_FIELDS.items() if profile and not profile.field.keys() & set(names)}
    pairs = [(name, fmt.plain(value) or fmt.NOTHING) for name, value in said.items() if value or name not in lacks]
    third = -(-len(pairs) // 3)
    for column, part in zip(st.columns(3), (pairs[:third], pairs[third : 2 * third], pairs[2 * third :]), strict=True):
        column.table(pd.DataFrame(part), border="horizontal", hide_index=True, hide_header=True, alt="Fields")


def _when(at: Any, snapshot: Snapshot) -> str | None:
    return fmt.instant(at, snapshot.zone) if at else None
