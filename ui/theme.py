"""Colours with a fixed meaning, a sign beside each colour, and the look of every chart.

The palette follows Okabe and Ito; `tests/pages/test_theme.py` checks that it stands out on both backgrounds and stays
apart for colour-blind readers. No colour is the only cue: every state has a sign for text and a pattern for areas.
"""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

_COUNTED, _FEW = {"tickets", "clocks stopped", "revisions"}, 4  # an axis of four has marks at whole numbers
_MOST_BARS = 15  # of a chart with one bar a value; the table under it has all
CHART_SETTINGS = {"displayModeBar": False, "doubleClick": False, "scrollZoom": False}


@dataclass(frozen=True)
class Look:
    """How a state is shown: its words, its sign in text, its colour, its pattern in areas, its badge colour."""

    words: str
    sign: str
    color: str
    pattern: str
    badge: str


STATES = {
    "met": Look("met", "✓", "#0072b2", "", "blue"),
    "missed": Look("missed", "✗", "#d55e00", "/", "orange"),
    "running": Look("running", "▶", "#00896b", "", "green"),
    "overdue": Look("overdue", "▲", "#c8283c", "x", "red"),
    "paused": Look("paused", "‖", "#c56fa0", "\\", "violet"),
    "not_started": Look("not started", "○", "#7f8893", ".", "gray"),
    "no_goal": Look("no goal", "–", "#7f8893", "", "gray"),
}
IMPLIED = Look("implied", "◌", "#7f8893", ".", "gray")
COUNTED = Look("counted", "▶", "#0072b2", "", "blue")
PAUSED = STATES["paused"]
CLOSED_HOURS = Look("closed hours", "·", "#7f8893", "", "gray")
STATUS = Look("status", "", "#6b7785", "", "gray")
# Who held a user's wait (AMP-L1), when a fix came by its ETA (DMSU-M6), what users scored (AMP-S1): always in this order.
PARTS = {
    "desk": Look("service desk", "◆", "#0072b2", "", "blue"),
    "champion": Look("champion", "★", "#00896b", "/", "green"),
    "provider": Look("provider", "■", "#c17d00", ".", "orange"),
    "pass_on": Look("to be passed on", "▲", "#c8283c", "x", "red"),
    "user": Look("user", "●", "#c56fa0", "\\", "violet"),
    "confirmation": Look("confirmation", "○", "#7f8893", "-", "gray"),
}
BANDS = {
    "initial": Look("by the initial ETA", "✓", "#0072b2", "", "blue"),
    "revised": Look("by a revised ETA", "↻", "#00896b", "/", "green"),
    "week": Look("up to a week late", "›", "#c17d00", ".", "orange"),
    "month": Look("up to a month late", "»", "#c56fa0", "\\", "violet"),
    "later": Look("later than that", "▲", "#c8283c", "x", "red"),
    "no_eta": Look("without an ETA", "○", "#7f8893", "-", "gray"),
}
SCORES = {
    "score_5": Look("5", "", "#0072b2", "", "blue"),
    "score_4": Look("4", "", "#00896b", "/", "green"),
    "score_3": Look("3", "", "#c17d00", ".", "orange"),
    "score_2": Look("2", "", "#c56fa0", "\\", "violet"),
    "score_1": Look("1", "", "#c8283c", "x", "red"),
    "out_of_range": Look("out of range", "", "#d55e00", "+", "red"),
    "not_scored": Look("not scored", "", "#7f8893", "-", "gray"),
}
FIRST, SECOND, LINE = "#0072b2", "#00896b", "#c17d00"  # series without a meaning of their own


def state(name: str) -> str:
    """A state in text, with its sign: `✓ met`."""
    look = STATES.get(name)
    return f"{look.sign} {look.words}" if look else name


def badge(name: str) -> str:
    """A state as a Markdown badge."""
    return f":{STATES[name].badge}-badge[{state(name)}]"


def area(look: Look) -> dict[str, object]:
    """The `marker` of an area in that look."""
    return patterned(look.color, look.pattern)


def patterned(color: str, pattern: str) -> dict[str, object]:
    """The `marker` of an area in a colour, with a white pattern on it."""
    lines = {"shape": pattern, "fillmode": "overlay", "fgcolor": "#ffffff", "fgopacity": 0.75, "size": 6}
    return {"color": color, "line": {"width": 0}, "pattern": lines}


# A share of a whole on an axis: a little room beyond 100 %, or else the last mark is not written.
SHARE_AXIS = {"tickformat": ".0%", "range": [0, 1.02], "tickvals": [0, 0.25, 0.5, 0.75, 1]}
SHARE_AXIS_WITH_TEXT = SHARE_AXIS | {"range": [0, 1.08]}  # n stands on top of the bars


def first_bars(rows: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, list[str], str]:
    """The rows of a chart with one bar a value, their names, and what its title says of the values that it leaves out.

    >>> [first_bars(pd.DataFrame({"n": range(n)}), ["a"] * n)[2] for n in (15, 22)]
    ['', ', the first 15 of 22']
    """
    left_out = f", the first {_MOST_BARS} of {len(rows):,}" if len(rows) > _MOST_BARS else ""
    return rows.head(_MOST_BARS), names[:_MOST_BARS], left_out


def titled(figure: go.Figure, title: str, unit: str, height: int = 290) -> go.Figure:
    """`figure` with its title, the unit of its vertical axis, and the look of all charts; few tickets have no halves."""
    figure.update_layout(
        title={"text": title, "font": {"size": 15}, "x": 0, "xref": "container", "y": 0.98, "yanchor": "top"},
        height=height,
        margin={"l": 8, "r": 8, "t": 58, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None, "traceorder": "normal"},
        hoverlabel={"align": "left"},
        bargap=0.25,
        dragmode=False,
        clickmode="event+select",
        uniformtext={"minsize": 9, "mode": "show"},
    )
    figure.update_yaxes(title={"text": unit, "standoff": 6}, rangemode="tozero", automargin=True, fixedrange=True)
    if unit in _COUNTED:
        figure.update_yaxes(autorangeoptions={"include": _FEW})
    figure.update_xaxes(automargin=True, fixedrange=True, tickangle=0)
    return figure
