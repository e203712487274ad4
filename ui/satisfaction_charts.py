"""The charts of Satisfaction: scores, their average and the response rate with their limits, closed against received."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from metrics.control_chart import ControlChart
from ui import format as fmt
from ui.figures import Shown
from ui.months import axis
from ui.theme import FIRST, LINE, SECOND, STATES, area, patterned, titled
from ui.theme import SCORES as LOOKS

_SIGNAL = STATES["missed"].color


def score_chart(rows: pd.DataFrame, running: date | None) -> go.Figure:
    """Tickets solved per month by the score that stands (AMP-S1)."""
    months, figure = list(rows.month), go.Figure()
    at = [fmt.month(m) for m in months]
    for name in reversed(LOOKS):
        look, score = LOOKS[name], name.startswith("score")
        figure.add_bar(
            x=at, y=rows[name], name=f"score {look.words}" if score else look.words, marker=area(look),
            customdata=[
                [Shown(f"solved-{name.replace('_', '-')}", m).address(), fmt.month(m), fmt.share(int(n), int(s)), int(s)]
                for m, n, s in zip(months, rows[name], rows.solved, strict=True)
            ],
            hovertemplate=f"%{{customdata[1]}}: <b>%{{y:,}} {'scored ' if score else ''}{look.words}</b>, %{{customdata[2]}}"
            "<br>n = %{customdata[3]:,} solved<br><i>click for the tickets</i><extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack").update_xaxes(axis(months, running))
    titled(figure, "Tickets solved per month, by the score they received", "tickets", 340)
    return figure.update_layout(legend_traceorder="reversed")


def average_chart(rows: pd.DataFrame, limits: ControlChart | None, running: date | None) -> go.Figure:
    """The average score by the month in which it was set (AMP-S2), with the limits of its control chart."""
    hover = [
        f"{fmt.month(m)}: <b>{a:.2f}</b><br>n = {int(n):,} scores set{' (too few to judge)' if small else ''}"
        for m, a, n, small in zip(rows.month, rows.average, rows.given, rows.average_too_small, strict=True)
    ]
    figure = _series(rows, rows.average, rows.average_too_small, hover, "given", running)
    titled(figure, "Average of the scores set in each month (1 to 5)", "", 320)
    _limits(figure, limits, rows, rows.average, "{:.2f}".format, 5.0)
    return figure.update_yaxes(range=[0.8, 5.2], dtick=1)


def response_chart(rows: pd.DataFrame, limits: ControlChart | None, running: date | None) -> go.Figure:
    """The response rate by the month of the resolution (AMP-S2), with its intervals and the limits of its control chart."""
    hover = [
        f"{fmt.month(m)}: <b>{fmt.share(int(k), int(n))}</b> (95 %: {fmt.interval(low, high)})<br>"
        f"n = {int(n):,} solved, {int(k):,} scored{' (too few to judge)' if small else ''}"
        if n
        else ""
        for m, k, n, low, high, small in zip(
            rows.month, rows.scored, rows.solved, rows.response_rate_low, rows.response_rate_high,
            rows.response_rate_too_small, strict=True,
        )
    ]  # fmt: skip
    figure = _series(rows, rows.response_rate, rows.response_rate_too_small, hover, "scored", running)
    figure.data[0].error_y = {
        "type": "data", "symmetric": False, "thickness": 1, "width": 3, "color": "#7f8893",
        "array": (rows.response_rate_high - rows.response_rate).clip(lower=0),
        "arrayminus": (rows.response_rate - rows.response_rate_low).clip(lower=0),
    }  # fmt: skip
    titled(figure, "Response rate of the solved tickets, with its 95 % interval", "", 320)
    _limits(figure, limits, rows, rows.response_rate, fmt.percent, 1.0)
    return figure.update_yaxes(tickformat=".0%", range=[0, 1])


def _series(
    rows: pd.DataFrame, values: pd.Series, small: pd.Series, hover: list[str], opens: str, running: date | None
) -> go.Figure:
    """A line over months; a month with too few tickets to judge is an empty mark."""
    figure = go.Figure()
    figure.add_scatter(
        x=[fmt.month(m) for m in rows.month], y=values, mode="lines+markers", name="month", showlegend=False,
        line={"color": FIRST, "width": 2},
        marker={"size": 10, "symbol": ["circle-open" if s else "circle" for s in small], "color": FIRST,
                "line": {"width": 2, "color": FIRST}},
        customdata=[[Shown(opens, m).address(), said] for m, said in zip(rows.month, hover, strict=True)],
        hovertemplate="%{customdata[1]}<br><i>click for the tickets</i><extra></extra>",
    )  # fmt: skip
    if small.any():
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name="too few to judge",
            marker={"symbol": "circle-open", "size": 10, "color": FIRST, "line": {"width": 2}},
        )  # fmt: skip
    return figure.update_xaxes(axis(list(rows.month), running))


def _limits(
    figure: go.Figure,
    limits: ControlChart | None,
    rows: pd.DataFrame,
    values: pd.Series,
    how: Callable[[float], str],
    highest: float,
) -> None:
    """Mean and natural limits as lines, and a ring around every month of a signal."""
    if limits is None:
        return
    for at, words, dash in (
        (limits.mean, "mean", "solid"), (limits.low, "low", "dash"), (min(limits.high, highest), "high", "dash"),
    ):  # fmt: skip
        figure.add_hline(
            y=at, line={"color": LINE, "width": 1, "dash": dash},
            annotation={"text": f"{words} {how(at)}", "x": 1.01, "xanchor": "left", "font": {"size": 11}},
        )  # fmt: skip
    inside = [any(s.since <= m <= s.until for s in limits.signals) and v == v
              for m, v in zip(rows.month, values, strict=True)]  # fmt: skip
    if any(inside):
        x = figure.data[0].x
        figure.add_scatter(
            x=[a for a, is_in in zip(x, inside, strict=True) if is_in],
            y=[v for v, is_in in zip(values, inside, strict=True) if is_in],
            mode="markers", name="signal: hardly chance", hoverinfo="skip",
            marker={"symbol": "circle-open", "size": 19, "color": _SIGNAL, "line": {"width": 2.5, "color": _SIGNAL}},
        )  # fmt: skip
    figure.update_layout(margin_r=72)


def flow_chart(rows: pd.DataFrame, running: date | None) -> go.Figure:
    """Received and closed per month (AMP-S3)."""
    at, figure = [fmt.month(m) for m in rows.month], go.Figure()
    for name, color, pattern in (("received", FIRST, ""), ("closed", SECOND, "/")):
        figure.add_bar(
            x=at, y=rows[name], name=name, marker=patterned(color, pattern),
            customdata=[[Shown(name, m).address(), fmt.month(m), int(n)]
                        for m, n in zip(rows.month, rows.not_closed, strict=True)],
            hovertemplate=f"%{{customdata[1]}}: <b>%{{y:,}} {name}</b><br>not closed at its end: %{{customdata[2]:,}}"
            "<br><i>click for the tickets</i><extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(axis(list(rows.month), running))
    return titled(figure, "Tickets received and closed in each month", "tickets", 320)


def total_chart(rows: pd.DataFrame) -> go.Figure:
    """Received and closed since the start; what lies between them is not closed (AMP-S3)."""
    figure = go.Figure()
    for name, words, color, dash in (
        ("received_total", "received", FIRST, "solid"), ("closed_total", "closed", SECOND, "dot"),
    ):  # fmt: skip
        figure.add_scatter(
            x=rows.month, y=rows[name], name=words, mode="lines+markers", line={"color": color, "width": 2, "dash": dash},
            marker={"size": 6, "symbol": "circle" if dash == "solid" else "square"},
            customdata=[[Shown(words, m).address(), fmt.month(m), int(n)]
                        for m, n in zip(rows.month, rows.not_closed, strict=True)],
            hovertemplate=f"up to the end of %{{customdata[1]}}: <b>%{{y:,}} {words}</b><br>not closed: "
            "%{customdata[2]:,}<br><i>click for the tickets of the month</i><extra></extra>",
        )  # fmt: skip
    titled(figure, "Tickets received and closed since the start of the project", "tickets", 320)
    return figure.update_xaxes(tickformat="%b<br>%Y")
