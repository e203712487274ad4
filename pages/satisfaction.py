"""Satisfaction: what users scored, how many did, and whom to ask why (AMP-S1 to AMP-S3)."""

from datetime import date

import pandas as pd
import streamlit as st

from metrics.control_chart import ControlChart, control_chart
from metrics.statistics import TOO_SMALL
from ui import format as fmt
from ui.behind import drawer_of, listed
from ui.drawer import chart, show
from ui.empty import no_tickets, nothing_fits
from ui.figures import Shown
from ui.filter_bar import filter_bar
from ui.filters import Filters
from ui.listed import say_hidden, say_none
from ui.mart import Snapshot
from ui.months import span
from ui.satisfaction_charts import average_chart, flow_chart, response_chart, score_chart, total_chart
from ui.satisfaction_queries import (
    LOW,
    REMARKS,
    closed_against_received,
    low_scores,
    per_month,
    remark_counts,
    remarks,
    satisfaction_lists,
    since,
)  # fmt: skip
from ui.session import snapshot_here
from ui.table import Column, table
from ui.ticket_table import ABOUT, KEY
from ui.tiles import Tile, tile_row


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    filters = filter_bar(snapshot)
    if no_tickets(snapshot):
        return
    now = snapshot.month
    months = span(now, filters.months)
    ever, flow = per_month(snapshot.cursor(), filters), closed_against_received(snapshot.cursor(), filters)
    if flow.empty:
        nothing_fits()
        return
    rows, moved = since(ever, months[0]), since(flow, months[0])
    if rows.empty or not rows.solved.sum() + rows.given.sum():
        st.info("No ticket of a project that asks for a score was solved or scored in these months.")
    else:
        _scores(rows, moved)
        _judged(ever, rows, snapshot.running_month)
        _low(snapshot, filters, rows)
    left, right = st.columns(2)
    with left:
        chart(flow_chart(moved, snapshot.running_month), "flow", "Tickets received and closed per month")
    with right:
        chart(total_chart(flow), "totals", "Tickets received and closed since the start")
    _remarks(snapshot, filters)
    _months(snapshot, ever, flow)
    drawer_of(snapshot, filters, months, satisfaction_lists())


def _scores(rows: pd.DataFrame, moved: pd.DataFrame) -> None:
    solved, scored, given = (int(rows[name].sum()) for name in ("solved", "scored", "given"))
    dated = rows[rows.given > 0]
    average = (dated.average * dated.given).sum() / given if given else 0.0
    low = int(rows.score_1.sum() + rows.score_2.sum())
    received, closed = int(moved.received.sum()), int(moved.closed.sum())
    when = f"since {fmt.month(rows.month.iloc[0])}"
    tile_row(
        [
            Tile("Average score", f"{average:.2f}" if given else fmt.NOTHING, f"of {given:,} scores set {when}",
                 "by the month of setting", Shown("given"),
                 "Valid scores that stand, by the month in which they were set (AMP-S2)."),
            Tile("Response rate", fmt.share(scored, solved), f"{scored:,} scored of {solved:,} solved {when}", "",
                 Shown("scored"), "Validly scored of the tickets whose final resolution lies in these months (AMP-S2)."),
            Tile(f"Scored {LOW} or less", fmt.share(low, scored), f"{low:,} of {scored:,} scored",
                 "by the month of resolution", Shown("low"),
                 "Of the validly scored tickets solved in these months."),
            Tile("Closed against received", f"{closed:,} of {received:,}",
                 f"{fmt.signed(closed - received)} closed over received {when}",
                 f"not closed: {int(moved.not_closed.iloc[-1]):,}", Shown("closed"),
                 "Closed: the CLOSED stay that stands began in these months. Received: created (AMP-S3)."),
        ],
        show,
    )  # fmt: skip


def _limits(ever: pd.DataFrame, value: str, at_least: float) -> ControlChart | None:
    """The control chart of the months that are over and not too small."""
    fit = ever[ever.complete & ~ever[f"{value}_too_small"]]
    return control_chart(pd.Series(fit[value].to_numpy(dtype=float), index=list(fit.month)), at_least)


def _judged(ever: pd.DataFrame, rows: pd.DataFrame, running: date | None) -> None:
    chart(score_chart(rows, running), "scores", "Tickets solved per month by score")
    left, right = st.container(key="pair-judged").columns(2)
    average, response = _limits(ever, "average", 1.0), _limits(ever, "response_rate", 0.0)
    with left:
        chart(average_chart(rows, average, running), "average", "Average score per month")
        st.caption(_verdict(average, "The average"))
    with right:
        chart(response_chart(rows, response, running), "response", "Response rate per month")
        st.caption(_verdict(response, "The response rate"))


def _verdict(limits: ControlChart | None, what: str) -> str:
    """What the control chart says, in a sentence."""
    basis = f"complete months with {TOO_SMALL} or more since the start"
    if limits is None:
        return f"{what} has no limits yet: they need two {basis}."
    if not limits.signals:
        return f"{what} goes up and down as by chance: no month stands out (XmR limits from {basis})."
    words = {"outside": "outside the limits", "run": "on one side of the mean", "near a limit": "near a limit"}
    said = [
        f"{fmt.month(s.since)}{f' to {fmt.month(s.until)}' if s.until != s.since else ''} {words[s.rule]} ({s.side})"
        for s in limits.signals
    ]
    return f"{what} moved by more than chance: {'; '.join(said)} (XmR limits from {basis})."


def _low(snapshot: Snapshot, filters: Filters, rows: pd.DataFrame) -> None:
    st.subheader("Whom to ask why", anchor=False)
    one = low_scores()
    found = listed(snapshot.cursor(), filters, one, (rows.month.iloc[0], rows.month.iloc[-1]))
    st.caption(
        f"{fmt.count(found.n, 'score')} of {LOW} or less set since {fmt.month(rows.month.iloc[0])}, whenever the ticket "
        "was solved, newest first."
    )
    say_hidden(found)
    if found.rows.empty:
        say_none(found, f"No score of {LOW} or less was set in these months.")
        return
    table(found.rows, {**KEY, **one.columns, **ABOUT}, snapshot, "low", one.title, 283)


def _remarks(snapshot: Snapshot, filters: Filters) -> None:
    with st.expander(
        "Scores with a remark since the start",
        bool(st.query_params.get("remark")),
        key="with-remark",
        on_change="rerun",
    ) as remarked:
        if not remarked.open:
            return
        counts = remark_counts(snapshot.cursor(), filters)
        chosen = st.pills(
            "Remark", list(REMARKS), key="remark", bind="query-params", selection_mode="multi",
            format_func=lambda remark: f"{remark} ({counts[remark]:,})",
            help=" · ".join(f"{remark}: {said}" for remark, said in REMARKS.items()),
        )  # fmt: skip
        one = remarks(list(chosen or REMARKS))
        found = listed(snapshot.cursor(), filters, one)
        say_hidden(found)
        if found.rows.empty:
            say_none(found, "No such score.")
            return
        table(found.rows, {**KEY, **one.columns, **ABOUT}, snapshot, "remarks", one.title, 283)


def _months(snapshot: Snapshot, ever: pd.DataFrame, flow: pd.DataFrame) -> None:
    """The procedure's own table, every month since the start."""
    title = "Satisfaction per month since the start"
    rows = flow.merge(ever.drop(columns="complete"), on="month", how="left").sort_values("month", ascending=False)
    counts = {
        "solved": "Solved",
        **{f"score_{n}": f"Score {n}" for n in range(5, 0, -1)},
        "not_scored": "Not scored",
        "out_of_range": "Out of range",
        "given": "Scores set",
    }
    columns = {
        "month": Column("Month", "month", 90),
        "complete": Column("Over", "flag", 60, "Whether the month has ended"),
        **{name: Column(words, "number", 80) for name, words in counts.items()},
        "average": Column("Average", "number", 80, "Of the scores set in the month"),
        "response_rate": Column("Response rate", "share", 110),
        "response_rate_low": Column("from", "share", 70, "Lower end of the 95 % interval"),
        "response_rate_high": Column("to", "share", 70, "Upper end of the 95 % interval"),
        **{name: Column(name.replace("_total", " since the start").capitalize(), "number", 90)
           for name in ("received", "closed", "received_total", "closed_total")},
        "not_closed": Column("Not closed", "number", 90, "At the end of the month; of one that runs, so far"),
    }  # fmt: skip
    with st.expander(title):
        table(rows, columns, snapshot, "months", title)


page()
