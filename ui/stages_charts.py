"""The charts of Stages. A point carries, as its first custom value, the list that a click on it opens."""

import pandas as pd
import plotly.graph_objects as go

from ui import format as fmt
from ui.theme import FIRST, LINE, SECOND, STATES, first_bars, patterned, titled

_DAY = 86400
# How the tickets that reached a stage stand, in the funnel and by field: column, list, words, colour, pattern.
_PASSED = ("passed_on", "passed", "came further", FIRST, "")
_HERE = ("on_its_way", "way", "came as far as this", SECOND, "/")
_DROPPED = ("dropped", "dropped", "dropped here", STATES["no_goal"].color, ".")
_STANDINGS = (
    ("done", "arrived in the last stage", FIRST, ""),
    ("on_its_way", "on their way", SECOND, "/"),
    ("dropped", "dropped", STATES["no_goal"].color, "."),
    ("unstaged", "without a stage", LINE, "\\"),
)


def funnel_chart(rows: pd.DataFrame) -> go.Figure:
    """How many tickets reached each stage: those that came further, those that did not yet, and those that were dropped."""
    figure, at = go.Figure(), [fmt.plain_html(stage) for stage in rows.stage]
    shares = [fmt.NOTHING if share != share else fmt.share(int(n), int(whole))
              for share, n, whole in zip(rows.conversion, rows.passed_on, rows.reached, strict=True)]  # fmt: skip
    for column, name, words, color, pattern in (_PASSED, _HERE, _DROPPED):
        figure.add_bar(
            y=at, x=rows[column], orientation="h", name=words, marker=patterned(color, pattern),
            customdata=[[f"{name}-{place}", reached, share]
                        for place, reached, share in zip(rows.place, rows.reached, shares, strict=True)],
            hovertemplate=f"%{{y}}: <b>%{{x:,}} {words}</b><br>n = %{{customdata[1]:,}} reached it, %{{customdata[2]}} "
            "came further<br><i>click for the tickets</i><extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        y=at, x=rows.reached, mode="text", textposition="middle right", hoverinfo="skip", showlegend=False,
        text=[f" {reached:,} · {share} go on" if share != fmt.NOTHING else f" {reached:,}"
              for reached, share in zip(rows.reached, shares, strict=True)],
        textfont={"size": 12}, cliponaxis=False,
    )  # fmt: skip
    figure.update_layout(barmode="stack")
    titled(figure, "How many reached each stage, and how many go on", "", 150 + 38 * len(rows)).update_layout(
        margin_t=80
    )
    figure.update_xaxes(range=[0, 1.25 * max(1, int(rows.reached.max()))], title="tickets")
    return figure.update_yaxes(autorange="reversed")


def time_chart(rows: pd.DataFrame) -> go.Figure:
    """Median and 90th percentile of the time in each stage, in days."""
    figure, at = go.Figure(), [fmt.plain_html(stage) for stage in rows.stage]
    looks = (("median_seconds", "median", LINE, ""), ("p90_seconds", "90th percentile", STATES["paused"].color, "\\"))
    for column, words, color, pattern in looks:
        figure.add_bar(
            y=at, x=rows[column].astype(float) / _DAY, orientation="h", name=words, marker=patterned(color, pattern),
            customdata=[[f"time-{place}", n, fmt.days(seconds) if seconds == seconds else fmt.NOTHING]
                        for place, n, seconds in zip(rows.place, rows.n, rows[column].astype(float), strict=True)],
            hovertemplate=f"%{{y}}: <b>{words} %{{customdata[2]}}</b><br>n = %{{customdata[1]:,}} stays that ended"
            "<br><i>click for the tickets</i><extra></extra>",
        )  # fmt: skip
    titled(figure, "Time in each stage (elapsed)", "", 150 + 38 * len(rows)).update_layout(margin_t=80)
    figure.update_xaxes(title="days")
    return figure.update_yaxes(autorange="reversed")


def field_chart(rows: pd.DataFrame, names: list[str], what: str) -> go.Figure:
    """One bar a value of a field, the first ones of many: how far its tickets came."""
    rows, names, left_out = first_bars(rows, names)
    figure, at = go.Figure(), [f"{fmt.plain_html(name)} ({n:,})" for name, n in zip(names, rows.tickets, strict=True)]
    for column, words, color, pattern in _STANDINGS:
        figure.add_bar(
            y=at, x=rows[column], orientation="h", name=words, marker=patterned(color, pattern),
            hovertemplate=f"%{{y}}: <b>%{{x:,}} {words}</b><extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack")
    titled(figure, f"How far tickets came, per {what} (tickets){left_out}", "", 140 + 26 * len(rows)).update_layout(
        margin_t=80
    )
    figure.update_xaxes(title="tickets")
    return figure.update_yaxes(autorange="reversed")
