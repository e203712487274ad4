"""Where the time goes: the user's wait over all tickets of their problem, by who held it (AMP-L1)."""

from datetime import date

import pandas as pd
import streamlit as st

from metrics.chain_part import PARTS
from ui import format as fmt
from ui.behind import drawer_of, listed
from ui.chains_charts import by_chart, chain_chart, said, share_chart, wait_chart
from ui.chains_queries import (
    BY,
    CLOSED,
    KINDS,
    LONGEST,
    OPEN,
    TIMES,
    chain_lists,
    chain_of,
    chains_with,
    longest,
    members,
    waits,
    waits_by,
)  # fmt: skip
from ui.drawer import chart, show
from ui.empty import no_tickets, nothing_fits
from ui.figures import Shown
from ui.filter_bar import breakdowns, filter_bar, narrowing_chart
from ui.filters import NONE, Filters
from ui.listed import say_hidden
from ui.mart import Snapshot
from ui.months import span
from ui.pick import say_unknown
from ui.session import snapshot_here
from ui.table import Column, table
from ui.theme import CHART_SETTINGS
from ui.theme import PARTS as LOOKS
from ui.ticket_table import ABOUT, KEY
from ui.tiles import Tile, tile_row

_MEMBERS = KEY | {
    **{name: ABOUT[name] for name in ("status", "service")},
    "provider": Column("Provider", width=120),
    "assignee": ABOUT["assignee"],
    "created_at": Column("Received", "instant"),
    "resolved_at": Column("Resolved", "instant"),
    "closed_at": Column("Closed", "instant"),
    "summary": ABOUT["summary"],
}


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    filters = filter_bar(snapshot)
    if no_tickets(snapshot):
        return
    now = snapshot.month
    months = span(now, filters.months)
    time = _choice("Time", list(TIMES), "time", "Elapsed: nights and weekends too. Working: open hours of the desk.")
    rows = waits(snapshot.cursor(), filters, time, months[0], now)
    if rows.empty:
        nothing_fits("chain")
        return
    _tiles(rows, time, snapshot.nwd_seconds)
    left, right = st.columns(2)
    if rows.month.notna().any():
        with left:
            drawn = share_chart(rows, months, snapshot.running_month, time, snapshot.nwd_seconds)
            chart(drawn, "shares", "Share of the wait per month by who held it")
        with right:
            drawn = wait_chart(rows, months, snapshot.running_month, time, snapshot.nwd_seconds)
            chart(drawn, "waits", "Median wait per month")
        _by(snapshot, filters, months, time)
    first = _longest(snapshot, filters, months, time)
    if first or st.query_params.get("chain"):
        _one(snapshot, first, time)
    drawer_of(snapshot, filters, months, chain_lists(time))


def _choice(label: str, options: list[str], key: str, help_: str | None = None) -> str:
    """A row of buttons of which one is chosen; kept in the address."""
    say_unknown(key, options, options[0])
    chosen = st.segmented_control(label, options, default=options[0], key=key, bind="query-params", help=help_)
    return str(chosen or options[0])


def _tiles(rows: pd.DataFrame, time: str, nwd: int) -> None:
    name = TIMES[time]
    closed, waiting = rows[rows.month.notna()], rows[rows.month.isna()]
    total, chains = float(closed[name].sum()), int(closed.chains.sum())
    tiles = []
    for part in PARTS:
        held = int(closed[f"{part}_{name}"].sum())
        tiles.append(
            Tile(
                title=LOOKS[part].words.capitalize(),
                value=fmt.share(held, int(total)),
                of=f"of the wait of {fmt.count(chains, 'closed chain')}",
                compared=f"{said(held / chains, time, nwd)} a chain on average" if chains else "",
                shows=Shown(f"held-{part.replace('_', '-')}"),
                help=f"Time in which the chain was held by: {PARTS[part]} (AMP-L1).",
            )
        )
    n = int(waiting.chains.sum())
    median = float(waiting[f"median_{name}"].iloc[0]) if n else float("nan")
    tiles.append(
        Tile(
            title="Not closed yet",
            value=f"{n:,}",
            of="chains whose user still waits",
            compared=f"median so far {said(median, time, nwd)}" if n else "",
            shows=Shown("waiting"),
            help="Chains whose root is not CLOSED; they are in no month.",
        )
    )
    tile_row(tiles, show)


def _by(snapshot: Snapshot, filters: Filters, months: list[date], time: str) -> None:
    by = _choice("Per", breakdowns(snapshot, tuple(BY)), "by", "Of the root: the ticket that the user wrote.")
    rows = waits_by(snapshot.cursor(), filters, time, by, months[0], months[-1])
    names, name = [NONE if value is None or value != value else str(value) for value in rows.value], TIMES[time]
    drawn = by_chart(rows, names, BY[by], time, snapshot.nwd_seconds)
    narrowing_chart(drawn, by, f"Who held the wait, per {by}")
    kind = KINDS[time]
    shown = pd.DataFrame({"value": names, "chains": rows.chains, "median": rows[f"median_{name}"]})
    for part in PARTS:
        shown[f"{part}_share"] = rows[f"{part}_{name}"] / rows[name]
        shown[f"{part}_median"] = rows[f"median_{part}_{name}"]
    columns = {
        "value": Column(BY[by], width=170),
        "chains": Column("Chains", "number", 70, "Chains closed in these months"),
        "median": Column("Median wait", kind, 120),
        **{f"{part}_share": Column(f"{LOOKS[part].words.capitalize()}, share", "share", 105) for part in PARTS},
        **{f"{part}_median": Column(f"{LOOKS[part].words.capitalize()}, median", kind, 120) for part in PARTS},
    }
    title = f"Wait of the chains closed since {fmt.month(months[0])} per {by}, {time} time"
    with st.expander(f"{title}: shares and medians"):
        table(shown, columns, snapshot, "waits-by", title)


def _longest(snapshot: Snapshot, filters: Filters, months: list[date], time: str) -> tuple[str, str] | None:
    """The list of the longest waits; returns ticket_id and key of the first of them."""
    st.subheader("The longest waits", anchor=False)
    state = _choice("Chains", [OPEN, CLOSED], "chains")
    one = longest(time, state)
    found = listed(snapshot.cursor(), filters, one, (months[0], months[-1]), LONGEST)
    st.caption(f"{fmt.count(found.n, 'chain')} {state}, by {time} time. Below, one chain in full.")
    say_hidden(found)
    if found.rows.empty:
        st.info("No chain to list.", icon=":material/inbox:")
        return None
    table(found.rows, {**KEY, **one.columns, **ABOUT}, snapshot, "longest", one.title, 318)
    return str(found.rows.ticket_id.iloc[0]), str(found.rows.key.iloc[0])


def _one(snapshot: Snapshot, first: tuple[str, str] | None, time: str) -> None:
    st.subheader("One chain", anchor=False)
    root, key = first or ("", "")
    asked = st.text_input(
        "Chain",
        key="chain",
        bind="query-params",
        placeholder=f"The key of any ticket in it; until then {key}, the first of the list above",
        max_chars=60,
    )
    wanted = (asked or "").strip()
    found = chains_with(snapshot.cursor(), wanted) if wanted else chain_of(snapshot.cursor(), root)
    if found.empty:
        st.info(
            f"No chain with “{fmt.plain(asked)}” can be shown: it may be restricted, left out, or not of this desk."
        )
    for n, (_, chain) in enumerate(found.iterrows()):
        _chain(snapshot, chain, time, n)


def _chain(snapshot: Snapshot, chain: pd.Series, time: str, n: int) -> None:
    going = "not closed yet" if pd.isna(chain.closed_month) else "closed"
    wait = (
        f"{fmt.elapsed(chain.seconds)}, of it {fmt.duration(chain.working_seconds, snapshot.nwd_seconds)} working time"
    )
    st.markdown(
        f"**{fmt.plain(chain.root_key)}** · {fmt.count(len(chain['keys']), 'ticket')} · {going} · waited {wait}"
    )
    drawn = chain_chart(chain, time, snapshot.nwd_seconds)
    st.plotly_chart(drawn, key=f"chain-{n}", config=CHART_SETTINGS, alt=f"Who held {chain.root_key}")
    left, right = st.columns([2, 3])
    parts = pd.DataFrame(
        {
            "part": [LOOKS[part].words for part in PARTS],
            "seconds": [int(chain[f"{part}_seconds"]) for part in PARTS],
            "working": [int(chain[f"{part}_working_seconds"]) for part in PARTS],
        }
    )
    columns = {
        "part": Column("Held by", width=95),
        "seconds": Column("Elapsed", "elapsed", 130),
        "working": Column("Working", "working", 90),
    }
    with left:
        table(parts[parts.seconds > 0], columns, snapshot, f"parts-{n}", f"Who held {chain.root_key}")
    rows = members(snapshot.cursor(), chain.ticket_id, list(chain["keys"]))
    with right:
        table(rows, _MEMBERS, snapshot, f"members-{n}", f"Tickets of {chain.root_key}")
        if len(rows) < len(chain["keys"]):
            st.caption("Restricted tickets of the chain are counted in its time, not listed.")


page()
