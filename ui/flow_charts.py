"""The charts of Flow. A point carries, as its first custom value, the list of tickets that a click on it opens."""

import pandas as pd
import plotly.graph_objects as go

from ui import format as fmt
from ui.flow_queries import EVENTS, Kind, Period
from ui.months import marks
from ui.theme import FIRST, LINE, SECOND, STATES, patterned, titled

_LOOKS = {
    "received": (FIRST, ""),
    "resolved": (SECOND, "/"),
    "closed": (STATES["no_goal"].color, "."),
    "reopened": (STATES["paused"].color, "\\"),
}
_BANDS: tuple[tuple[Kind, str, str, str], ...] = (
    ("unresolved", "unresolved", LINE, ""),
    ("done", "done, not closed", SECOND, "/"),
)


# The tickets of an age, or those of one part of its bar: what a list of them is called.
OF_AN_AGE: dict[Kind, str] = {"aged": "not closed", **{part: words for part, words, _, _ in _BANDS}}


def named(start: pd.Timestamp, period: Period) -> str:
    """A period in words: `Nov 2026`, `the week of 16 Nov 2026`."""
    return fmt.month(start) if period == "month" else f"the week of {start.day} {fmt.month(start)}"


def event_pick(event: str, start: pd.Timestamp) -> str:
    """How the address names what happened in the period that begins then."""
    return f"{event}.{start:%Y-%m-%d}"


def age_pick(band: str, part: str = "aged") -> str:
    """How the address names an age: of all, or of the `unresolved` or `done` ones."""
    return f"{part}.{band}"


def flow_chart(rows: pd.DataFrame, period: Period) -> go.Figure:
    """Received, resolved, closed, reopened per period, and the unresolved ones at its end."""
    figure = go.Figure()
    for event in EVENTS:
        color, pattern = _LOOKS[event]
        figure.add_bar(
            x=rows.start,
            y=rows[event],
            name=event,
            marker=patterned(color, pattern),
            customdata=[[event_pick(event, start), named(start, period)] for start in rows.start],
            hovertemplate=f"%{{customdata[1]}}: <b>%{{y:,}} {event}</b><br><i>click for the tickets</i><extra></extra>",
        )
    figure.add_scatter(
        x=rows.start,
        y=rows.backlog_unresolved,
        name="unresolved at its end",
        mode="lines+markers",
        line={"color": LINE, "width": 2},
        marker={"symbol": "diamond", "size": 7},
        customdata=[["", named(start, period)] for start in rows.start],
        hovertemplate="end of %{customdata[1]}: <b>%{y:,} unresolved</b><extra></extra>",
    )
    titled(figure, f"Received, resolved, closed, reopened per {period}, and unresolved at its end", "tickets", 340)
    return _time_axis(figure, rows, period)


def cumulative_chart(rows: pd.DataFrame, period: Period) -> go.Figure:
    """Closed since the beginning of what is shown, and on top of it what waits to be closed and what is unresolved."""
    closed = (rows.closed - rows.unclosed).cumsum()
    waiting, figure = rows.backlog_open - rows.backlog_unresolved, go.Figure()
    color, pattern = _LOOKS["closed"]
    layers = [("closed", "closed since the first", closed, color, pattern)]
    values = {"unresolved": rows.backlog_unresolved, "done": waiting}
    layers += [(name, words, values[name], color, pattern) for name, words, color, pattern in reversed(_BANDS)]
    for _, words, height, color, pattern in layers:
        figure.add_scatter(
            x=rows.start,
            y=height,
            name=words,
            mode="lines",
            stackgroup="flow",
            line={"color": color, "width": 1},
            fillpattern={"shape": pattern, "fgcolor": "#ffffff", "bgcolor": color, "fgopacity": 0.6, "size": 6},
            customdata=[[named(start, period)] for start in rows.start],
            hovertemplate=f"end of %{{customdata[0]}}: <b>%{{y:,}} {words}</b><extra></extra>",
        )
    titled(figure, f"Cumulative flow at the end of each {period}", "tickets")
    return _time_axis(figure, rows, period)


def ageing_chart(rows: pd.DataFrame) -> go.Figure:
    """How old the tickets are that are not closed, by band."""
    figure = go.Figure()
    total = int(rows.unresolved.sum() + rows.done.sum())
    for part, words, color, pattern in _BANDS:
        figure.add_bar(
            x=rows.band,
            y=rows[part],
            name=words,
            marker=patterned(color, pattern),
            customdata=[[age_pick(band, part), band] for band in rows.band],
            hovertemplate=f"%{{customdata[1]}} days: <b>%{{y:,}} {words}</b>, of n = {total:,}"
            "<br><i>click for the tickets</i><extra></extra>",
        )
    figure.update_layout(barmode="stack")
    titled(figure, "Age of the tickets that are not closed, in days", "tickets")
    return figure.update_xaxes(type="category")


def _time_axis(figure: go.Figure, rows: pd.DataFrame, period: Period) -> go.Figure:
    """A mark where a month begins, or its first week."""
    begins = list(rows.groupby(rows.start.dt.to_period("M")).start.min())
    named = marks(begins, begins[-1] if period == "month" and not rows.complete.iloc[-1] else None)
    figure.update_xaxes(type="date", tickvals=list(named), ticktext=list(named.values()), ticklabeloverflow="allow")
    return figure.update_layout(margin_r=16)  # room for the last mark, on the edge
