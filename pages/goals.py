"""Goals: how many are met, for whom not, by how much, and where the time of the missed ones went."""

from datetime import date

import pandas as pd
import streamlit as st

from metrics.goal_share import DIMENSIONS, LAST_TENTH
from ui import format as fmt
from ui.behind import drawer_of
from ui.drawer import chart
from ui.empty import no_tickets
from ui.figure_lists import figure_lists
from ui.figures import CLOCK_NAMES
from ui.filter_bar import breakdowns, filter_bar
from ui.filters import FIELDS
from ui.goals_charts import (
    lost_chart,
    lost_pick,
    part_chart,
    place,
    share_chart,
    tenth_label,
    used_chart,
    used_pick,
)
from ui.goals_queries import Asked, Picked, clocks, last_judged, lost_in, per_month, per_part, picked, used
from ui.listed import say_hidden
from ui.mart import Snapshot
from ui.months import span
from ui.pick import choice, pickable
from ui.session import snapshot_here
from ui.table import Column, table, tall
from ui.ticket_table import KEY

CLOCK, BY, LIST = "clock", "by", "list"  # in the address
_PART = {
    "judged": Column("Judged", "number", help="Clocks that met or missed their goal; implied ones are not judged"),
    "met": Column("Met", "number"),
    "missed": Column("Missed", "number"),
    "met_share": Column("Share met", "share", 90),
    "met_share_low": Column("from", "share", 80, "Lower end of the Wilson 95 % interval"),
    "met_share_high": Column("to", "share", 80, "Upper end of the Wilson 95 % interval"),
    "met_share_too_small": Column("Too small to judge", "flag", 130),
    "implied": Column("Implied", "number", help="Not judged: nobody answered in so many words"),
}
_CLOCKS = KEY | {
    "state": Column("State", "state"),
    "left_seconds": Column("Left or over", "left", 130),
    "lost_in": Column("Most time in", width=115),
    "status_seconds": Column("Time in it", "working", 100),
    "working_seconds": Column("Used", "working", 100),
    "goal_seconds": Column("Goal", "working", 80),
    "stopped_at": Column("Stopped", "instant"),
    "summary": Column("Summary", width=260),
    "service": Column("Service", width=130),
    "provider": Column("Provider", width=110),
    "assignee": Column("Assignee", width=130),
    "type": Column("Type", width=110),
    "priority": Column("Priority", width=80),
}


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    filters = filter_bar(snapshot)
    if no_tickets(snapshot):
        return
    left, right = st.columns([1, 1])
    with left:
        there = clocks(snapshot.cursor())
        clock = choice("Clock", there, CLOCK, "resolution" if "resolution" in there else "", buttons=True)
    with right:
        known = breakdowns(snapshot, DIMENSIONS[1:])
        dimension = choice("By", {name: FIELDS[name] for name in known}, BY, buttons=True)
    month = snapshot.month
    asked = Asked(clock, filters, month)
    months = span(month, filters.months)
    shares = per_month(snapshot.cursor(), asked)
    if not shares.judged.sum():
        _say_none(snapshot, asked, months[0])
        return
    _said(shares, months[0])
    left, right = st.columns(2)
    with left:
        name = "Share of goals met per month"
        chart(share_chart(shares, asked.clock, months, snapshot.running_month), f"share-{asked.clock}", name)
    with right:
        pickable(used_chart(used(snapshot.cursor(), asked), asked.clock), "used", "Working time used of the goal", LIST)
    _by(snapshot, asked, dimension)
    _misses(snapshot, asked)
    drawer_of(snapshot, filters, months, figure_lists(there))


def _say_none(snapshot: Snapshot, asked: Asked, first: date) -> None:
    narrows = asked.filters.narrows()
    said = (
        f"No {CLOCK_NAMES[asked.clock].lower()} with a goal stopped from {fmt.month(first)} to {fmt.month(asked.month)}"
    )
    said += " within these filters. Take one away, or look at more months." if narrows else "."
    if last := last_judged(snapshot.cursor(), asked):
        said += f" The last one stopped on {fmt.date_of(last, snapshot.zone)}; *As of* shows the desk as it was then."
    st.info(said, icon=":material/filter_alt_off:" if narrows else ":material/history:")


def _said(shares: pd.DataFrame, first: object) -> None:
    met, judged, implied = (int(shares[name].sum()) for name in ("met", "judged", "implied"))
    since = f"since {first:%b %Y}"
    st.markdown(
        f"**{fmt.share(met, judged)} of goals met** {since}: {met:,} of {judged:,}, {judged - met:,} missed"
        + (f"; {implied:,} implied responses are not judged." if implied else ".")
    )


def _by(snapshot: Snapshot, asked: Asked, dimension: str) -> None:
    what = FIELDS[dimension]
    rows = per_part(snapshot.cursor(), asked, dimension)
    left, right = st.columns(2)
    with left:
        drawn = part_chart(rows, asked.clock, what.lower())
        pickable(drawn, f"by-{dimension}", f"Share of goals met by {what.lower()}", dimension, several=True)
        st.caption(f"Hollow: too few to judge. A click narrows the page to that {what.lower()}.")
    with right:
        columns = {"part": Column(what, width=170)} | _PART
        table(
            rows, columns, snapshot, "parts", f"{CLOCK_NAMES[asked.clock]} by {what.lower()}", tall(min(len(rows), 8))
        )


def _misses(snapshot: Snapshot, asked: Asked) -> None:
    st.subheader("Why goals were missed", anchor=False)
    lost = lost_in(snapshot.cursor(), asked)
    if lost.empty:
        st.success("No goal was missed.", icon=":material/check_circle:")
    else:
        name = "Goals missed by where most of the time went"
        pickable(lost_chart(lost, asked.clock, snapshot.nwd_seconds), "lost", name, LIST)
    lists = _lists(lost)
    words, which = lists[choice("Tickets", {name: words for name, (words, _) in lists.items()}, LIST)]
    found = picked(snapshot.cursor(), asked, which)
    st.markdown(f"**{CLOCK_NAMES[asked.clock]}, {fmt.plain(words)}: {fmt.count(found.n, 'clock')}**")
    say_hidden(found)
    if found.rows.empty:
        st.info("No tickets to list.", icon=":material/inbox:")
        return
    table(
        found.rows, _CLOCKS, snapshot, "clocks", f"{CLOCK_NAMES[asked.clock]}, {words}", tall(min(len(found.rows), 12))
    )


def _lists(lost: pd.DataFrame) -> dict[str, tuple[str, Picked]]:
    """All lists that there are, the furthest over their goal first: by name in the address, the words and the clocks."""
    found = {"missed": ("all that missed", Picked())}
    for row in lost.itertuples():
        words = f"missed, most time in {place(row.phase, row.status)}"
        found[lost_pick(row.phase, row.status)] = (words, Picked(row.phase, row.status))
    for tenth in range(1, LAST_TENTH + 1):
        found[used_pick(tenth)] = (f"used {tenth_label(tenth)} of the goal", Picked(tenth=tenth))
    return found


page()
