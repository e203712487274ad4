"""Findings: where practice leaves the procedure, rule by rule, as lists to work through (1.9)."""

from datetime import date

import pandas as pd
import streamlit as st

from reports.wording import in_zone
from ui import format as fmt
from ui.about import what_is_this
from ui.filter_bar import filter_bar
from ui.filters import Filters
from ui.finding_chart import trend
from ui.finding_queries import listed, per_month, rules
from ui.listed import say_hidden
from ui.mart import Snapshot
from ui.months import span
from ui.pick import choice
from ui.session import snapshot_here
from ui.table import Column, table
from ui.theme import CHART_SETTINGS
from ui.ticket_table import KEY

_RULE, _MONTH, _WHICH, _EVERY = "rule", "since", "tickets", "any month"
_WORDS = {"all": "all", "not_closed": "not closed", "closed": "closed"}
_COLUMNS = KEY | {
    "since": Column("Since", "instant"),
    "detail": Column("Evidence", width=300),
    "summary": Column("Summary", width=260),
    "status": Column("Status", width=110),
    "assignee": Column("Assignee", width=130),
    "service": Column("Service", width=130),
    "provider": Column("Provider", width=110),
    "priority": Column("Priority", width=80),
}


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    filters = filter_bar(snapshot)
    found = rules(snapshot.cursor(), filters)
    if found.empty:
        st.info("The profile of this desk names no findings, so there is nothing to look for.")
        return
    left, work = st.columns([1, 2.6], gap="large")
    with left:
        rule = _chosen(found)
    with work:
        _rule(snapshot, filters, found[found.rule == rule].iloc[0])


def _chosen(found: pd.DataFrame) -> str:
    """The rule to work through: in the address, else the first one that anything was found by."""
    there = found[found.n > 0]
    first = int((there if len(there) else found).index[0])
    st.markdown(
        f"**{fmt.count(int(found.n.sum()), 'finding')}**, {int(found.not_closed.sum()):,} on tickets not closed"
    )
    chosen = st.radio(
        "Rule",
        list(found.rule),
        index=first,
        captions=[_caption(row) for row in found.to_dict("records")],
        key=_RULE,
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen or str(found.rule[first])


def _caption(row: dict[str, object]) -> str:
    standing = f"{row['not_closed']:,} not closed" if row["not_closed"] else "all closed"
    counted = f"**{row['n']:,}**, {standing}" if row["n"] else "none"
    return f"{fmt.plain(str(row['title']))}: {counted}"


def _rule(snapshot: Snapshot, filters: Filters, row: pd.Series) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{row.rule} · {fmt.plain(row.title)}", anchor=False, width="content")
        what_is_this(row.rule, f"What is {row.rule}?")
    st.markdown(f"The procedure: *{fmt.plain(row.says)}* ({fmt.plain(row.section)})")
    if not row.n:
        within = " within these filters" if filters.narrows() else ""
        st.success(f"No ticket leaves this rule{within}.", icon=":material/check_circle:")
        return
    last = snapshot.month
    months = span(last, filters.months)
    _trend(per_month(snapshot.cursor(), filters, row.rule, last), months, snapshot.running_month, row)
    _list(snapshot, filters, row, months)


def _trend(found: pd.DataFrame, months: list[date], running: date | None, row: pd.Series) -> None:
    key = f"trend-{row.rule}"

    def clicked() -> None:
        points = st.session_state[key].selection.points
        if points:
            st.session_state[_MONTH], st.query_params[_WHICH] = points[0]["customdata"][:2]

    st.plotly_chart(
        trend(found, months, running, row.rule, bool(row.historical)),
        key=key,
        on_select=clicked,
        selection_mode="points",
        config=CHART_SETTINGS,
        alt=f"{row.rule}: findings per month",
    )
    earlier = int(row.n) - int(found.n.sum())
    notes = [] if row.historical else ["What was put right since then is gone from here."]
    notes += [f"{earlier:,} more since an earlier month."] if earlier else []
    st.caption(" ".join(notes))


def _list(snapshot: Snapshot, filters: Filters, row: pd.Series, months: list[date]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choices = [_EVERY, *(f"{m:%Y-%m}" for m in reversed(months))]
        month = st.selectbox("Since", choices, key=_MONTH, bind="query-params", filter_mode=None, width=160)
        which = choice("Tickets", _WORDS, _WHICH, buttons=True)
    of = None if month in (None, _EVERY) else date.fromisoformat(f"{month}-01")
    found = listed(snapshot.cursor(), filters, row.rule, of, which)
    st.caption(f"{fmt.count(found.n, 'ticket')}, the longest standing first.")
    say_hidden(found)
    if found.rows.empty:
        st.info("No tickets to list. Choose any month, or all tickets.", icon=":material/inbox:")
        return
    rows = found.rows.assign(
        detail=found.rows.detail.map(lambda text: in_zone(text, snapshot.zone), na_action="ignore")
    )
    table(rows, _COLUMNS, snapshot, f"finding-{row.rule}", f"{row.rule}: {row.title}")


page()
