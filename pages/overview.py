"""Overview: how fast the desk answers and resolves, and what is about to miss its goal."""

from datetime import date

import pandas as pd
import streamlit as st

from ui.behind import drawer_of
from ui.drawer import chart, show
from ui.empty import long_ago, no_tickets, nothing_fits
from ui.figure_lists import figure_lists
from ui.figures import ALWAYS_SHOWN, CLOCK_NAMES
from ui.filter_bar import filter_bar
from ui.filters import Filters
from ui.goals_queries import clocks
from ui.mart import Snapshot
from ui.months import span
from ui.overview_charts import flow_chart, goal_chart, time_chart
from ui.overview_queries import NEAREST, began, flow, goal_lines, goals, nearest, standing
from ui.overview_tiles import flow_tiles, goal_tile, standing_tile, time_tile
from ui.session import snapshot_here
from ui.table import table
from ui.ticket_table import ABOUT, CLOCK, KEY, RUNNING
from ui.tiles import tile_row

_IN_A_ROW = 4


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    filters = filter_bar(snapshot)
    if no_tickets(snapshot):
        return
    month = snapshot.month
    per_month = flow(snapshot.cursor(), filters, month)
    if filters.narrows() and not per_month[["received", "resolved", "open"]].to_numpy().any():
        nothing_fits()
        return
    if not filters.narrows() and not per_month[["received", "resolved"]].to_numpy().any():
        long_ago(snapshot)
    with_goals = list(clocks(snapshot.cursor()))  # none of them may be in force
    _figures(snapshot, filters, month, per_month, with_goals)
    drawer_of(snapshot, filters, span(month, filters.months), figure_lists({*ALWAYS_SHOWN, *with_goals}))


def _figures(snapshot: Snapshot, filters: Filters, month: date, per_month: pd.DataFrame, with_goals: list[str]) -> None:
    per_goal = goals(snapshot.cursor(), filters, month, [*dict.fromkeys((*ALWAYS_SHOWN, *with_goals))])
    now = standing(snapshot.cursor(), filters, snapshot.nwd_seconds)
    before, nwd = filters.months, snapshot.nwd_seconds
    lines = goal_lines(snapshot.cursor())
    shares = [goal_tile(per_goal, clock, month, before) for clock in with_goals]
    times = [time_tile(per_goal, clock, month, nwd) for clock in ALWAYS_SHOWN]
    for row in [[*shares, *times]] if len(shares) <= _IN_A_ROW - len(times) else [shares, times]:
        tile_row(row, show)
    standing_now = [standing_tile(now, with_goals)] if with_goals else []
    flows = flow_tiles(per_month, month, snapshot.running_month, began(snapshot.cursor()))
    tile_row([*flows, *standing_now], show)
    months = span(month, before)
    if with_goals:
        _goals(per_goal, months, snapshot.running_month)
        _nearest(snapshot, filters, int(now.running.sum()))
    columns = st.container(key="pair-times").columns(2)
    for column, clock in zip(columns, ALWAYS_SHOWN, strict=True):
        with column:
            drawn = time_chart(per_goal, lines, clock, months, snapshot.running_month, nwd)
            chart(
                drawn, f"times-{clock}", f"{CLOCK_NAMES[clock]}: median and 90th percentile of working time per month"
            )
    chart(flow_chart(per_month, snapshot.running_month), "flow", "Tickets received, resolved and open per month")


def _goals(per_goal: pd.DataFrame, months: list[date], running: date | None) -> None:
    for column, clock in zip(st.columns(2), ALWAYS_SHOWN, strict=True):
        with column:
            drawn = goal_chart(per_goal, clock, months, running)
            chart(drawn, f"goals-{clock}", f"{CLOCK_NAMES[clock]}: goals met and missed per month")


def _nearest(snapshot: Snapshot, filters: Filters, running: int) -> None:
    st.subheader("Nearest to missing their goal", anchor=False)
    rows = nearest(snapshot.cursor(), filters)
    if not running:
        st.info("No ticket with a goal is running in time.", icon=":material/check_circle:")
        return
    listed = f"{len(rows):,} of {running:,} clocks with a goal that still run in time, least working time left first."
    hidden = len(rows) < min(running, NEAREST)
    st.caption(listed + (" Restricted tickets are counted, not listed." if hidden else ""))
    if rows.empty:
        return
    columns = KEY | {name: CLOCK[name] for name in ("clock", *RUNNING)} | ABOUT
    named = rows.assign(clock=rows.clock.map(CLOCK_NAMES))
    table(named, columns, snapshot, "nearest", "Open tickets nearest to missing their goal", 318)


page()
