"""The charts of the Overview. Every point carries, as its first custom value, the address of the figure it shows."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from ui import format as fmt
from ui.figures import CLOCK_NAMES, Shown
from ui.months import axis, marks, place
from ui.overview_queries import GoalLine
from ui.theme import FIRST, IMPLIED, LINE, SECOND, STATES, area, patterned, titled


def goal_chart(goals: pd.DataFrame, clock: str, months: list[date], running: date | None) -> go.Figure:
    """Clocks stopped per month by outcome, the share of goals met above each bar while there is room for it."""
    rows = goals[goals.clock == clock].set_index(goals[goals.clock == clock].month.dt.date).reindex(months)
    met, missed, implied = (rows[name].fillna(0).astype(int) for name in ("met", "missed", "implied"))
    names, figure = [fmt.month(m) for m in months], go.Figure()
    room = len(marks(months, running)) == len(months)
    parts = [("met", met, STATES["met"]), ("missed", missed, STATES["missed"])]
    parts += [("implied", implied, IMPLIED)] if implied.any() else []
    for name, values, look in parts:
        figure.add_bar(
            x=names,
            y=values,
            name=f"{look.sign} {look.words}" + (" (not in the share)" if name == "implied" else ""),
            marker=area(look),
            customdata=[
                [Shown(f"{clock}-{name}", m).address(), fmt.month(m), fmt.share(a, a + b), a + b]
                for m, a, b in zip(months, met, missed, strict=True)
            ],
            hovertemplate=f"%{{customdata[1]}}: <b>%{{y:,}} {look.words}</b><br>goal met: %{{customdata[2]}}, "
            "n = %{customdata[3]:,}<br><i>click for the tickets</i><extra></extra>",
        )
    figure.add_scatter(
        x=names,
        y=met + missed + implied,
        text=[fmt.share(a, a + b) if room and a + b else "" for a, b in zip(met, missed, strict=True)],
        mode="text",
        textposition="top center",
        textfont={"size": 11},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
    figure.update_layout(barmode="stack").update_xaxes(axis(months, running))
    on_top = ", share met on top" if room else ""
    return titled(figure, f"{CLOCK_NAMES[clock]}: goals met and missed{on_top}", "clocks stopped")


def time_chart(
    goals: pd.DataFrame, lines: list[GoalLine], clock: str, months: list[date], running: date | None, nwd: int
) -> go.Figure:
    """Median and 90th percentile of working time per month, with the goals as lines."""
    rows = goals[goals.clock == clock].set_index(goals[goals.clock == clock].month.dt.date).reindex(months)
    unit, seconds = ("working hours", 3600) if clock == "first_response" else ("NWD", nwd)
    names, figure = [fmt.month(m) for m in months], go.Figure()
    for name, words, color, symbol in (
        ("p90", "90th percentile", SECOND, "triangle-down"),
        ("median", "median", FIRST, "circle"),
    ):
        figure.add_scatter(
            x=names,
            y=rows[name].astype(float) / seconds,
            name=words,
            mode="lines+markers",
            line={"color": color, "width": 2, "dash": "solid" if name == "median" else "dot"},
            marker={"symbol": symbol, "size": 10},
            customdata=[
                [Shown(f"{clock}-timed", m).address(), fmt.month(m), fmt.duration(s, nwd), 0 if n != n else int(n)]
                for m, s, n in zip(months, rows[name].astype(float), rows.timed.astype(float), strict=True)
            ],
            hovertemplate=f"%{{customdata[1]}}: <b>{words} %{{customdata[2]}}</b><br>n = %{{customdata[3]:,}}"
            "<br><i>click for the tickets</i><extra></extra>",
        )
    titled(figure, f"{CLOCK_NAMES[clock]}: working time used, by month of the stop", unit).update_xaxes(
        axis(months, running)
    )
    _goal_lines(figure, [line for line in lines if line.clock == clock], months, seconds, nwd)
    return figure


def _goal_lines(figure: go.Figure, lines: list[GoalLine], months: list[date], seconds: int, nwd: int) -> None:
    """The goals as dashed lines, each over the days on which it was in force. What still is has its name in the margin, the
    highest above its line and the lowest below it; what ended is named where it ends."""
    standing = [line for line in lines if not line.ended]
    ended = [line for line in lines if line.ended and line.ended > months[0]]
    for line in (*standing, *ended):
        figure.add_shape(
            type="line", x0=place(line.since, months, -0.5), x1=place(line.ended, months, len(months) - 0.5),
            y0=line.goal_seconds / seconds, y1=line.goal_seconds / seconds,
            line={"color": STATES["missed"].color, "width": 1, "dash": "dash"},
        )  # fmt: skip

    def name(line: GoalLine, words: str, **where: object) -> None:
        figure.add_annotation(
            y=line.goal_seconds / seconds, text=words, font={"size": 11}, showarrow=False, align="left", **where
        )

    anchors = ["top", *["middle"] * (len(standing) - 2), "bottom"] if len(standing) > 1 else ["middle"]
    for line, anchor in zip(standing, anchors, strict=False):
        whom = f"<br>{fmt.plain_html(line.whom)}" if line.whom else ""
        words = f"goal {fmt.duration(line.goal_seconds, nwd)}{whom}"
        name(line, words, xref="paper", x=1.01, xanchor="left", yanchor=anchor)
    for line in ended:
        whom = f" {fmt.plain_html(line.whom)}" if line.whom else ""
        words = f"goal {fmt.duration(line.goal_seconds, nwd)}{whom} until {line.ended:%d %b %Y}"
        name(line, words, x=place(line.ended, months, 0), xanchor="right", yanchor="bottom")
    if standing:
        figure.update_layout(margin_r=112)  # room for the names


def flow_chart(flow: pd.DataFrame, running: date | None) -> go.Figure:
    """Received and resolved per month, and how many are open at its end."""
    months = list(flow.month)
    names, figure = [fmt.month(m) for m in months], go.Figure()

    def custom(name: str) -> list[list[str]]:
        return [[Shown(name, m).address(), fmt.month(m)] for m in months]

    for name, color, pattern in (("received", FIRST, ""), ("resolved", SECOND, "/")):
        figure.add_bar(
            x=names,
            y=flow[name],
            name=name,
            marker=patterned(color, pattern),
            customdata=custom(name),
            hovertemplate=f"%{{customdata[1]}}: <b>%{{y:,}} {name}</b><br><i>click for the tickets</i><extra></extra>",
        )
    figure.add_scatter(
        x=names,
        y=flow.open,
        name="open at its end",
        mode="lines+markers",
        line={"color": LINE, "width": 2},
        marker={"symbol": "diamond", "size": 9},
        customdata=custom("open"),
        hovertemplate="end of %{customdata[1]}: <b>%{y:,} open</b><br><i>click for the tickets</i><extra></extra>",
    )
    figure.update_xaxes(axis(months, running))
    return titled(figure, "Received, resolved, and open at the end of the month", "tickets")
