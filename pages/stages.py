"""Stages: how far tickets come, how long each stage takes, what they are about, and whom to remind (RT-M1 to RT-M4)."""

import pandas as pd
import streamlit as st

from metrics.names import in_words
from ui import format as fmt
from ui.behind import drawer_of, listed
from ui.drawer import chart, show
from ui.figures import Shown
from ui.filter_bar import filter_bar
from ui.filters import NONE, Filters
from ui.listed import say_hidden
from ui.mart import Snapshot
from ui.session import snapshot_here
from ui.stages_charts import field_chart, funnel_chart, time_chart
from ui.stages_queries import by_field, fields, funnel, load, reminders, stage_lists, unstaged
from ui.table import Column, table, tall
from ui.theme import CHART_SETTINGS
from ui.ticket_table import ABOUT, KEY
from ui.tiles import Tile, tile_row

_FILTERS = ("project", "type", "priority", "assignee")
_PER_STAGE = {
    "stage": Column("Stage", width=150),
    "reached": Column("Reached it", "number"),
    "passed_on": Column("Came further", "number", 100),
    "conversion": Column("Conversion", "share", 90, "Came further, of those that reached it"),
    "conversion_low": Column("From", "share", 70, "Lower end of its Wilson 95 % interval"),
    "conversion_high": Column("To", "share", 70, "Upper end of its Wilson 95 % interval"),
    "on_its_way": Column("As far as this", "number", 100, "Came as far as this stage, and are not dropped"),
    "dropped": Column("Dropped", "number"),
    "there_now": Column("There", "number", 90, "In the stage, and not closed"),
    "n": Column("Stays ended", "number", 90),
    "median_seconds": Column("Median time", "days", 110),
    "p90_seconds": Column("90th percentile", "days", 120),
    "too_small": Column("Too few", "flag", 75, "Too few stays to judge the time by"),
}
_PER_VALUE = {
    "tickets": Column("Tickets", "number", help="A ticket of several values stands in each of them"),
    "done": Column("Arrived", "number"),
    "on_its_way": Column("On their way", "number", 100),
    "dropped": Column("Dropped", "number"),
    "unstaged": Column("Without a stage", "number", 110),
}
_LOAD = {
    "person": Column("Owner", width=160),
    "unresolved": Column("Unresolved", "number", 95),
    "stalled": Column("Silent", "number", help="Nothing happened for two weeks"),
    "received": Column("Received", "number", 90, "From another owner"),
    "given": Column("Given", "number", 80, "To another owner"),
}


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    filters = filter_bar(snapshot, _FILTERS, months=False)
    rows = funnel(snapshot.cursor(), filters)
    if rows.empty or not rows.reached.sum():
        what = "No ticket with a stage fits these filters." if filters.narrows() else "No ticket has a stage yet."
        st.info(f"{what} The profile says which field holds it.", icon=":material/filter_alt_off:")
        return
    _tiles(snapshot, filters, rows)
    left, right = st.container(key="pair-stages").columns(2)
    with left:
        chart(funnel_chart(rows), "funnel", "How many tickets reached each stage")
    with right:
        chart(time_chart(rows), "times", "Time in each stage")
    _say_unstaged(snapshot, filters)
    with st.expander("The figures per stage"):
        table(rows, _PER_STAGE, snapshot, "per-stage", "Figures per stage")
    _by_field(snapshot, filters)
    _reminders(snapshot, filters)
    drawer_of(snapshot, filters, [snapshot.month], stage_lists(rows))


def _tiles(snapshot: Snapshot, filters: Filters, rows: pd.DataFrame) -> None:
    whole, last = int(rows.reached.iloc[0]), rows.iloc[-1]
    dropped = int(rows.dropped.sum())
    arrived = int(last.reached)
    silent = listed(snapshot.cursor(), filters, reminders(), limit=0).n
    said = f"of {fmt.count(whole, 'ticket')} with a stage"
    tile_row(
        [
            Tile("Tickets", f"{whole:,}", "with a stage", "", Shown("all"), "Those that ever had a stage of the order."),
            Tile(str(last.stage), fmt.share(arrived, whole), said, f"{arrived:,} arrived", Shown("done"),
                 "Reached the last stage (RT-M1)."),
            Tile("On their way", fmt.share(whole - arrived - dropped, whole), said, f"{whole - arrived - dropped:,} under way",
                 Shown("way"), "Neither arrived nor dropped."),
            Tile("Dropped", fmt.share(dropped, whole), said, f"{dropped:,} ended early", Shown("dropped"),
                 "Ended early, or closed before the last stage."),
            Tile("Silent", f"{silent:,}", "nothing happened for two weeks", "", Shown("stalled"),
                 "Unresolved, and no change or comment in 14 days (RT-M2).", "red" if silent else ""),
        ],
        show,
    )  # fmt: skip


def _say_unstaged(snapshot: Snapshot, filters: Filters) -> None:
    without, unknown, example = unstaged(snapshot.cursor(), filters)
    if without:
        named = (
            f"; {unknown:,} of them say what the profile does not name, such as “{fmt.plain(example)}”"
            if unknown
            else ""
        )
        st.caption(f"{fmt.count(without, 'ticket')} without a stage of the order: not in the funnel{named}.")


def _by_field(snapshot: Snapshot, filters: Filters) -> None:
    known = fields(snapshot.cursor())
    if not known:
        return
    field = st.segmented_control(
        "Per", known, default=known[0], key="field", bind="query-params", format_func=in_words, required=True
    )
    rows = by_field(snapshot.cursor(), filters, field)
    names = [NONE if pd.isna(value) else str(value) for value in rows.value]
    alt = f"How far tickets came, per {in_words(field)}"
    st.plotly_chart(field_chart(rows, names, in_words(field)), config=CHART_SETTINGS, key=f"by-{field}", alt=alt)
    with st.expander(f"The figures per {in_words(field)}"):
        columns = {"value": Column(in_words(field).capitalize(), width=200), **_PER_VALUE}
        table(rows.assign(value=names), columns, snapshot, "per-value", alt)


def _reminders(snapshot: Snapshot, filters: Filters) -> None:
    st.subheader("Whom to remind", anchor=False)
    one = reminders()
    found = listed(snapshot.cursor(), filters, one)
    st.caption(f"{fmt.count(found.n, 'unresolved ticket')} on which nothing happened for two weeks, per owner (RT-M2).")
    say_hidden(found)
    if not found.rows.empty:
        rest = {name: how for name, how in ABOUT.items() if name not in one.columns}
        table(found.rows, {**KEY, **one.columns, **rest}, snapshot, "reminders", one.title, tall(min(found.n, 9)))
    with st.expander("Load per owner, and handovers (RT-M3)"):
        table(load(snapshot.cursor(), filters), _LOAD, snapshot, "load", "Load per owner")


page()
