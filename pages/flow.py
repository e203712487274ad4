"""Flow: what comes in and goes out, whether the backlog grows, how old it is, what came back, what nobody touches."""

from datetime import date

import pandas as pd
import streamlit as st

from ui import format as fmt
from ui.empty import long_ago, no_tickets, nothing_fits
from ui.filter_bar import filter_bar
from ui.filters import Filters
from ui.flow_charts import OF_AN_AGE, age_pick, ageing_chart, cumulative_chart, event_pick, flow_chart, named
from ui.flow_queries import EVENTS, Listing, Period, ageing, first_day, flow, listed
from ui.listed import say_hidden
from ui.mart import Snapshot
from ui.pick import choice, pickable
from ui.session import snapshot_here
from ui.table import Column, table, tall
from ui.ticket_table import KEY

PERIOD, LIST = "per", "tickets"  # in the address
_Named = tuple[str, Listing]  # the words for a list, and which tickets are on it
_COLUMNS = KEY | {
    "happened_at": Column("When", "instant"),
    "age": Column("Age in days", "number", 95, "Local days since the day it was received"),
    "status": Column("Status", width=115),
    "updated_at": Column("Last change", "instant", help="Of any field, or the last comment"),
    "reopenings": Column("Reopened", "number", 80, "How often"),
    "summary": Column("Summary", width=260),
    "assignee": Column("Assignee", width=130),
    "service": Column("Service", width=130),
    "provider": Column("Provider", width=110),
    "type": Column("Type", width=110),
    "priority": Column("Priority", width=80),
}
_SERIES = {
    "start": Column("First day", "day"),
    **{event: Column(event.capitalize(), "number") for event in EVENTS},
    "unclosed": Column("Unclosed", "number", help="Moves out of CLOSED, also to DONE"),
    "backlog_unresolved": Column("Unresolved at its end", "number", 150),
    "backlog_open": Column("Not closed at its end", "number", 150),
    "complete": Column("Complete", "flag", 80, "Whether the period has ended"),
}


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    filters = filter_bar(snapshot)
    period: Period = st.segmented_control(
        "Per", ("month", "week"), default="month", key=PERIOD, bind="query-params", required=True
    )
    if no_tickets(snapshot):
        return
    month = snapshot.month
    rows = flow(snapshot.cursor(), filters, period, first_day(period, month, filters.months))
    if rows.empty:
        nothing_fits()
        return
    if not filters.narrows() and not rows[list(EVENTS)].to_numpy().any():
        long_ago(snapshot)
    ages = ageing(snapshot.cursor(), filters)
    _said(rows)
    pickable(flow_chart(rows, period), "flow", f"What came in and went out per {period}", LIST)
    left, right = st.container(key="pair-standing").columns(2)
    with left:
        pickable(cumulative_chart(rows, period), "cumulative", f"Cumulative flow per {period}", LIST)
    with right:
        pickable(ageing_chart(ages), "ageing", "Age of the tickets that are not closed", LIST)
    with st.expander(f"The figures per {period}", key="series", on_change="rerun") as series:
        if series.open:
            latest_first = rows[::-1].reset_index(drop=True)
            table(latest_first, _SERIES, snapshot, "series-table", f"Flow per {period}", tall(min(len(rows), 12)))
    _tickets(snapshot, filters, _listings(rows, ages, period))


def _said(rows: pd.DataFrame) -> None:
    """What the charts show, in a sentence."""
    sums = {event: int(rows[event].sum()) for event in EVENTS}
    before = int(
        rows.backlog_unresolved.iloc[0] - rows.received.iloc[0] + rows.resolved.iloc[0] - rows.reopened.iloc[0]
    )
    now = int(rows.backlog_unresolved.iloc[-1])
    happened = ", ".join(f"{n:,} {event}" for event, n in sums.items())
    st.markdown(
        f"**{now:,} unresolved, {fmt.signed(now - before)}** since {rows.start.iloc[0]:%d %b %Y}. "
        f"Since then: {happened}; {int(rows.backlog_open.iloc[-1]) - now:,} more are done and wait to be closed."
    )


def _listings(rows: pd.DataFrame, ages: pd.DataFrame, period: Period) -> dict[str, _Named]:
    """All lists that there are, by their names in the address."""
    first: date = rows.start.iloc[0].date()
    found = {
        "open": ("unresolved, the oldest first", Listing("open")),
        "stalled": ("stalled for two weeks", Listing("stalled")),
        "reopened": ("reopened, the latest first", Listing("event", "reopened", first)),
    }
    for age in ages.itertuples():
        last_day = None if pd.isna(age.to_days) else int(age.to_days)
        for kind, words in OF_AN_AGE.items():
            listing = Listing(kind, "", int(age.from_days), last_day)
            found[age_pick(age.band, kind)] = (f"{words}, {age.band} days old", listing)
    starts = list(rows.start)
    for start, end in reversed(list(zip(starts, [*starts[1:], None], strict=True))):
        last = end.date() if end is not None else None
        for event in EVENTS:
            listing = Listing("event", event, start.date(), last)
            found[event_pick(event, start)] = (f"{event} in {named(start, period)}", listing)
    return found


def _tickets(snapshot: Snapshot, filters: Filters, listings: dict[str, _Named]) -> None:
    st.subheader("The tickets", anchor=False)
    chosen = choice("Tickets that are, or were", {name: words for name, (words, _) in listings.items()}, LIST)
    words, listing = listings[chosen]
    found = listed(snapshot.cursor(), filters, listing)
    st.markdown(f"**{fmt.plain(words[0].upper() + words[1:])}: {found.n:,}**")
    say_hidden(found)
    if found.rows.empty:
        st.info("No tickets to list.", icon=":material/inbox:")
        return
    table(found.rows, _COLUMNS, snapshot, "listed", f"Tickets {words}", tall(min(len(found.rows), 14)))


page()
