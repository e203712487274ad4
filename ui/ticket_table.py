"""Tables of tickets: every key links to the ticket's page here, and to its own desk in Jira."""

from typing import cast
from urllib.parse import quote

import pandas as pd
import streamlit as st

from ui import format as fmt
from ui.figures import CLOCKS
from ui.frame import DESK
from ui.mart import Snapshot
from ui.theme import state

_C = st.column_config
_DATE = "ddd D MMM YYYY, HH:mm"
_SOON = "ddd D MMM, HH:mm"  # for what lies near the snapshot
_CLOCK_COLUMNS = (
    "ticket", "jira", "clock", "state", "used", "goal", "left", "due", "stopped", "alerts", "next alert",
    "summary", "priority", "service", "assignee", "status", "type",
)  # fmt: skip
_TICKET_COLUMNS = (
    "ticket", "jira", "summary", "type", "priority", "service", "status", "assignee", "created", "resolved",
)  # fmt: skip


def clock_table(rows: pd.DataFrame, snapshot: Snapshot, key: str, name: str, running: bool, height: int) -> None:
    """One row a clock, from `overview_queries`; `running` or not decides which columns say something."""
    absent = {"stopped", "used", "goal"} if running else {"due", "next alert"}
    absent |= {"clock"} if rows.clock.nunique() == 1 else set()
    columns = [c for c in _CLOCK_COLUMNS if c not in absent]
    table = pd.DataFrame(
        {
            **_common(rows),
            "clock": rows.clock.map(CLOCKS),
            "state": rows.state.map(state),
            "left": rows.left_seconds.astype("Float64"),
            "used": rows.working_seconds.astype("Float64"),
            "goal": rows.goal_seconds.astype("Float64"),
            "due": _local(rows.due_at, snapshot),
            "alerts": rows.alerts_passed,
            "next alert": _local(rows.next_alert_at, snapshot),
            "stopped": _local(rows.stopped_at, snapshot),
        }
    )[columns]
    nwd = snapshot.nwd_seconds
    styled = table.style.format(
        {
            "left": lambda seconds: fmt.remaining(cast(float, seconds), nwd),
            "used": lambda seconds: fmt.duration(cast(float, seconds), nwd),
            "goal": lambda seconds: fmt.duration(cast(float, seconds), nwd),
        },
        subset=[c for c in ("left", "used", "goal") if c in columns],
        na_rep=fmt.NOTHING,
    )
    _show(styled, key, name, height)


def ticket_table(rows: pd.DataFrame, snapshot: Snapshot, key: str, name: str) -> None:
    """One row a ticket, from `overview_queries`."""
    table = pd.DataFrame(
        {
            **_common(rows),
            "created": _local(rows.created_at, snapshot),
            "resolved": _local(rows.resolved_at, snapshot),
        }
    )
    _show(table[list(_TICKET_COLUMNS)], key, name, tall(len(rows)))


def tall(rows: int) -> int:
    """The height in pixels of a table with so many rows, twenty of them in sight."""
    return 40 + 35 * min(rows, 20)


def ticket_address(key: str) -> str:
    """The page of a ticket of this desk, relative to any page of the dashboard."""
    desk = st.session_state.get(DESK)  # there when the installation has several
    return f"ticket?{f'desk={quote(desk)}&' if desk else ''}key={quote(key)}"


def _common(rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "ticket": rows.key.map(ticket_address),
        "jira": rows.url,
        **{name: rows[name] for name in ("summary", "type", "priority", "service", "status", "assignee")},
    }


def _local(instants: pd.Series, snapshot: Snapshot) -> pd.Series:
    wall: pd.Series = instants.dt.tz_localize("UTC").dt.tz_convert(snapshot.zone).dt.tz_localize(None)
    return wall


def _show(table: object, key: str, name: str, height: int) -> None:
    st.dataframe(
        table,
        hide_index=True,
        height=height,
        key=key,
        alt=name,
        placeholder=fmt.NOTHING,
        column_config={
            "ticket": _C.LinkColumn("Ticket", display_text=r"key=(.*)", pinned=True, width=90, alignment="left"),
            "jira": _C.LinkColumn("Jira", display_text="↗", width=46, help="Opens the ticket in its own desk"),
            "clock": _C.TextColumn("Clock", width=105),
            "state": _C.TextColumn("State", width=90),
            "left": _C.Column("Time left", width=130, help="Working time left of the goal, or by how much it is over"),
            "used": _C.Column("Used", width=100, help="Working time counted"),
            "goal": _C.Column("Goal", width=80),
            "due": _C.DatetimeColumn("Due", format=_SOON, width=130),
            "alerts": _C.NumberColumn("Alerts", width=60, help="Alerts of the goal passed so far"),
            "next alert": _C.DatetimeColumn("Next alert", format=_SOON, width=130),
            "stopped": _C.DatetimeColumn("Stopped", format=_DATE, width=160),
            "summary": _C.TextColumn("Summary", width=280),
            "type": _C.TextColumn("Type", width=110),
            "priority": _C.TextColumn("Priority", width=80),
            "service": _C.TextColumn("Service", width=140),
            "status": _C.TextColumn("Status", width=110),
            "assignee": _C.TextColumn("Assignee", width=130),
            "created": _C.DatetimeColumn("Received", format=_DATE, width=160),
            "resolved": _C.DatetimeColumn("Resolved", format=_DATE, width=160),
        },
    )
