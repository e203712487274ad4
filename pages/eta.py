"""ETA: whether fixes come when they were promised, and whom to ask (DMSU-M6, DMSU-M7; AMP's original estimation)."""

from datetime import date

import pandas as pd
import streamlit as st

from metrics.eta_accuracy import BANDS
from metrics.statistics import TOO_SMALL
from ui import format as fmt
from ui.behind import drawer_of, listed
from ui.drawer import chart, show
from ui.empty import no_tickets, nothing_fits
from ui.eta_charts import accuracy_chart, bias_chart, by_chart, interval, slip_chart, standing_chart
from ui.eta_queries import (
    BY,
    REASONS,
    accuracy,
    accuracy_by,
    bias,
    eta_lists,
    follow_ups,
    reasons,
    slips,
    standing,
)  # fmt: skip
from ui.figures import Shown
from ui.filter_bar import breakdowns, filter_bar, narrowing_chart
from ui.filters import NONE, Filters
from ui.listed import say_hidden, say_none
from ui.mart import Snapshot
from ui.months import span
from ui.session import snapshot_here
from ui.table import Column, table
from ui.ticket_table import ABOUT, KEY
from ui.tiles import Tile, tile_row

# The percentages of DMSU-M6: each adds a band to the one before.
_SHARES = (
    ("initial", "By the initial ETA", "Delivered until the end of the first date set."),
    ("revised", "By any ETA", "Delivered until the end of the initial or of the agreed (last) date."),
    ("week", "Within a week", "Delivered at most 7 days after the agreed date."),
    ("month", "Within a month", "Delivered at most 30 days after the agreed date."),
)
_WHOM = {name: ABOUT[name] for name in ("assignee", "provider")}


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    filters = filter_bar(snapshot)
    if no_tickets(snapshot):
        return
    now = snapshot.month
    months = span(now, filters.months)
    bands = standing(snapshot.cursor(), filters)
    delivered = accuracy(snapshot.cursor(), filters, months[0], now)
    if delivered.empty and not sum(bands.values()):
        nothing_fits()
        return
    moved = slips(snapshot.cursor(), filters, months[0], now)
    median = bias(snapshot.cursor(), filters, months[0], now)
    tile_row([*_shares(delivered, months), _bias(delivered, median), _late(moved)], show)
    _follow_up(snapshot, filters, bands)
    if delivered.empty:
        st.info(f"Nothing was delivered since {fmt.month(months[0])}; choose more months.", icon=":material/inbox:")
    else:
        _delivered(snapshot, filters, months, delivered)
    left, right = st.columns(2)
    with left:
        if moved.empty:
            st.info("No ETA was revised in these months.", icon=":material/check_circle:")
        else:
            chart(slip_chart(moved, months, snapshot.running_month), "slips", "ETAs revised per month")
    with right:
        chart(standing_chart(bands), "standing", "Open tickets by how they stand against their ETA")
    drawer_of(snapshot, filters, months, eta_lists())


def _shares(delivered: pd.DataFrame, months: list[date]) -> list[Tile]:
    whole, sofar, tiles = int(delivered.delivered.sum()), 0, []
    for band, title, says in _SHARES:
        sofar += int(delivered[f"n_{band}"].sum())
        tiles.append(
            Tile(
                title=title,
                value=fmt.share(sofar, whole),
                of=f"{sofar:,} of {whole:,} delivered since {fmt.month(months[0])}",
                compared=f"95 %: {interval(sofar, whole)}" if whole else "",
                shows=Shown(f"by-{band}"),
                help=f"{says} Cumulative, of all delivered, those without an ETA too (DMSU-M6).",
            )
        )
    missing = int(delivered.n_no_eta.sum())
    return [
        *tiles,
        Tile(
            title="Without an ETA",
            value=fmt.share(missing, whole),
            of=f"{missing:,} of {whole:,} delivered since {fmt.month(months[0])}",
            compared="",
            shows=Shown("delivered-no-eta"),
            help="Delivered without any date set by then.",
        ),
    ]


def _bias(delivered: pd.DataFrame, median: float | None) -> Tile:
    dated = int((delivered.delivered - delivered.n_no_eta).sum())
    side = "" if not median else ": late" if median > 0 else ": early"
    return Tile(
        title=f"Bias{side}",
        value=fmt.NOTHING if median is None else f"{fmt.signed(int(median))} d",
        of=f"median of {dated:,} with an ETA",
        compared="delivery less agreed ETA",
        shows=Shown("dated"),
        help="Median of the days between the agreed ETA and the delivery; negative when early.",
    )


def _late(moved: pd.DataFrame) -> Tile:
    revised, late, slipped = (int(moved[name].sum()) for name in ("revisions", "n_after_expiry", "slips"))
    return Tile(
        title="Revised too late",
        value=fmt.share(late, revised),
        of=f"{late:,} of {fmt.count(revised, 'revision')}",
        compared=f"{fmt.count(slipped, 'slip')}, {int(moved.days_slipped.sum()):,} days in all",
        shows=Shown("late-revisions"),
        help="Revisions made when the ETA before had already passed.",
    )


def _follow_up(snapshot: Snapshot, filters: Filters, bands: dict[str, int]) -> None:
    st.subheader("Whom to ask", anchor=False)
    counts = reasons(snapshot.cursor(), filters)
    chosen = st.pills(
        "Open, and the ETA is", list(REASONS), key="reason", bind="query-params", selection_mode="multi",
        format_func=lambda reason: f"{REASONS[reason]} ({counts[reason]:,})",
        help="Missing: the ticket shows no ETA, whether it never had one or it was cleared.",
    )  # fmt: skip
    one = follow_ups(list(chosen or REASONS))
    found = listed(snapshot.cursor(), filters, one)
    tickets = fmt.count(sum(bands.values()), "open ticket")
    st.caption(
        f"{fmt.count(found.n, 'entry', 'entries')} of {tickets} (DMSU-M7). A ticket on hold may stand here twice."
    )
    say_hidden(found)
    if found.rows.empty:
        say_none(found, "Every open ticket has an ETA that holds for more than a week.")
        return
    table(found.rows, {**KEY, **one.columns, **_WHOM, **ABOUT}, snapshot, "follow-up", one.title, 318)


def _delivered(snapshot: Snapshot, filters: Filters, months: list[date], delivered: pd.DataFrame) -> None:
    st.subheader("What was delivered", anchor=False)
    left, right = st.columns(2)
    with left:
        chart(
            accuracy_chart(delivered, months, snapshot.running_month), "accuracy", "Fixes delivered per month by band"
        )
    with right:
        chart(bias_chart(delivered, months, snapshot.running_month), "bias", "Median days late per month")
    known = breakdowns(snapshot, tuple(BY))
    by = st.segmented_control("Per", known, default=known[0], key="by", bind="query-params", required=True)
    rows = accuracy_by(snapshot.cursor(), filters, by, months[0], months[-1])
    names = [NONE if value is None or value != value else str(value) for value in rows.value]
    drawn = by_chart(rows, names, BY[by])
    narrowing_chart(drawn, by, f"Fixes delivered per {by} by band")
    title = f"Fixes delivered since {fmt.month(months[0])} per {by}"
    with st.expander(f"{title}: cumulative percentages, bias"):
        table(_cumulative(rows, names), _columns(BY[by]), snapshot, "accuracy-by", title)


def _cumulative(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    shown = pd.DataFrame({"value": names, "delivered": rows.delivered, "median_days_late": rows.median_days_late})
    for place, (band, _, _) in enumerate(_SHARES):
        shown[band] = rows[[f"n_{b}" for b in BANDS[: place + 1]]].sum(axis=1) / rows.delivered
    shown["no_eta"] = rows.n_no_eta / rows.delivered
    shown["too_small"] = rows.delivered < TOO_SMALL
    return shown


def _columns(what: str) -> dict[str, Column]:
    return {
        "value": Column(what, width=170),
        "delivered": Column("Delivered", "number", 85),
        **{band: Column(title, "share", 120, says) for band, title, says in _SHARES},
        "no_eta": Column("Without an ETA", "share", 110),
        "median_days_late": Column("Bias, days", "number", 90, "Median of the days late; negative when early"),
        "too_small": Column("Too few", "flag", 80, f"Below {TOO_SMALL} delivered: too few to judge"),
    }


page()
