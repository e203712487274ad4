"""The charts of Goals. A point carries, as its first custom value, what a click on it leads to."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from metrics.goal_share import LAST_TENTH
from ui import format as fmt
from ui.figures import CLOCK_NAMES, Shown
from ui.filters import NONE
from ui.months import axis
from ui.theme import FIRST, STATES, area, titled

_TOO_SMALL = "too small to judge"
_MET = 10  # the last tenth that is within the goal


def tenth_label(tenth: int) -> str:
    """`up to 10 %`, `80–90 %`, `over 200 %` of the goal."""
    if tenth == LAST_TENTH:
        return f"over {10 * (LAST_TENTH - 1)} %"
    return f"{10 * (tenth - 1)}–{10 * tenth} %"


def share_chart(rows: pd.DataFrame, clock: str, months: list[date], running: date | None) -> go.Figure:
    """The share met per month with its interval; a month too small to judge is hollow."""
    found = rows.set_index(rows.month.dt.date).reindex(months)
    figure = _shares(
        found,
        {"x": [fmt.month(m) for m in months], "y": 100 * found.met_share},
        "y",
        [[Shown(f"{clock}-judged", m).address(), fmt.month(m)] for m in months],
    )
    figure.update_traces(mode="lines+markers", line={"color": FIRST, "width": 1.5})
    titled(figure, f"{CLOCK_NAMES[clock]}: share of goals met by month", "% met, 95 % interval")
    return figure.update_xaxes(axis(months, running)).update_yaxes(range=[0, 104], dtick=25)


def part_chart(rows: pd.DataFrame, clock: str, what: str) -> go.Figure:
    """The share met per value of a dimension with its interval, the lowest on top."""
    names = [name if isinstance(name, str) else NONE for name in rows.part]
    figure = _shares(
        rows,
        {"x": 100 * rows.met_share, "y": names},
        "x",
        [[name, fmt.plain_html(name)] for name in names],
    )
    figure.update_traces(mode="markers")
    titled(figure, f"{CLOCK_NAMES[clock]}: share of goals met by {what}", "", 120 + 30 * len(rows))
    figure.update_xaxes(title={"text": "% met, 95 % interval"}, range=[-1, 104])
    # A row stands at its whole name: of long ones the first letters may be the same.
    figure.update_yaxes(tickvals=names, ticktext=[fmt.plain_html(_short(name)) for name in names])
    return figure.update_yaxes(autorange="reversed", rangemode="normal", type="category")


def _shares(rows: pd.DataFrame, place: dict[str, object], along: str, custom: list[list[str]]) -> go.Figure:
    small = rows.met_share_too_small.fillna(True).astype(bool)
    bars = {
        "type": "data",
        "symmetric": False,
        "array": 100 * (rows.met_share_high - rows.met_share),
        "arrayminus": 100 * (rows.met_share - rows.met_share_low),
        "color": FIRST,
        "thickness": 1.5,
        "width": 4,
    }
    said = [
        [*own, fmt.share(int(r.met), int(r.judged)), f"{int(r.met):,} of {int(r.judged):,}",
         fmt.interval(r.met_share_low, r.met_share_high), _TOO_SMALL if s else ""]
        if r.judged == r.judged and r.judged else [*own, fmt.NOTHING, "none judged", fmt.NOTHING, ""]
        for own, r, s in zip(custom, rows.itertuples(), small, strict=True)
    ]  # fmt: skip
    figure = go.Figure()
    figure.add_scatter(
        **place,
        **{f"error_{along}": bars},
        marker={"size": 11, "color": FIRST, "symbol": ["circle-open" if s else "circle" for s in small]},
        customdata=said,
        hovertemplate="%{customdata[1]}: <b>%{customdata[2]} met</b>, n: %{customdata[3]}<br>"
        "95 % interval: %{customdata[4]} %{customdata[5]}<extra></extra>",
        showlegend=False,
        cliponaxis=False,
    )
    return figure


def used_chart(rows: pd.DataFrame, clock: str) -> go.Figure:
    """How much of the goal was used, in tenths, with the goal as a line."""
    figure = go.Figure()
    found = rows.set_index("tenth").n.reindex(range(1, LAST_TENTH + 1), fill_value=0)
    total = int(found.sum())
    for name, tenths in (("met", range(1, _MET + 1)), ("missed", range(_MET + 1, LAST_TENTH + 1))):
        look = STATES[name]
        figure.add_bar(
            x=list(tenths),
            y=[found[t] for t in tenths],
            name=f"{look.sign} {look.words}",
            marker=area(look),
            customdata=[[used_pick(t), tenth_label(t), fmt.share(int(found[t]), total)] for t in tenths],
            hovertemplate="%{customdata[1]} of the goal: <b>%{y:,} clocks</b>, %{customdata[2]} of "
            f"n = {total:,}<br><i>click for the tickets</i><extra></extra>",
        )
    figure.add_vline(
        x=_MET + 0.5,
        line={"color": STATES["missed"].color, "width": 2, "dash": "dash"},
        annotation={"text": "goal", "font": {"size": 12}, "yanchor": "bottom", "y": 1},
    )
    titled(figure, f"{CLOCK_NAMES[clock]}: working time used, as a share of the goal", "clocks stopped")
    return figure.update_xaxes(
        tickvals=[5.5, 10.5, 15.5, LAST_TENTH],
        ticktext=["50 %", "100 %", "150 %", tenth_label(LAST_TENTH)],
        ticklabeloverflow="allow",
    ).update_layout(bargap=0.08, margin_b=24)


def lost_chart(rows: pd.DataFrame, clock: str, nwd: int) -> go.Figure:
    """The misses by the status that took most of their time, the most on top."""
    figure = go.Figure()
    total = int(rows.n.sum())
    figure.add_bar(
        orientation="h",
        x=rows.n,
        y=[fmt.plain_html(place(row.phase, row.status)) for row in rows.itertuples()],
        marker=area(STATES["missed"]),
        text=[f"{n:,}" for n in rows.n],
        textposition="outside",
        cliponaxis=False,
        customdata=[
            [
                lost_pick(row.phase, row.status),
                fmt.percent(row.share),
                fmt.duration(row.over_median, nwd),
                fmt.share(int(row.n), total),
            ]
            for row in rows.itertuples()
        ],
        hovertemplate=f"%{{y}}: <b>%{{x:,}} misses</b>, %{{customdata[3]}} of n = {total:,}<br>%{{customdata[1]}} of "
        "their time went there; median over the goal %{customdata[2]}<br><i>click for the tickets</i><extra></extra>",
    )
    titled(
        figure, f"{CLOCK_NAMES[clock]}: goals missed, by where most of the time went", "", 110 + 34 * max(3, len(rows))
    )
    figure.update_xaxes(title={"text": "goals missed"})
    return figure.update_yaxes(autorange="reversed", rangemode="normal", type="category")


def used_pick(tenth: int) -> str:
    """How the address names the clocks of a tenth."""
    return f"used-{tenth}"


def lost_pick(phase: str, status: str) -> str:
    """How the address names the misses that lost their time in a status."""
    return f"missed.{phase}.{status}"


def place(phase: str, status: str) -> str:
    """A status and whose it is: `IN PROGRESS (provider)`; one that nobody mapped has no phase."""
    return f"{status} ({phase})" if phase else status


def _short(text: str) -> str:
    return text if len(text) <= 34 else text[:33] + "…"
