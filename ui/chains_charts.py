"""The charts of Where the time goes: shares of the wait by who held it, with the same colour and pattern everywhere."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from metrics.chain_part import PARTS
from ui import format as fmt
from ui.chains_queries import TIMES
from ui.figures import Shown
from ui.months import axis
from ui.theme import FIRST, SHARE_AXIS, SHARE_AXIS_WITH_TEXT, area, first_bars, titled
from ui.theme import PARTS as LOOKS

_DAY = 86400


def said(seconds: float, time: str, nwd: int) -> str:
    """A duration in the time that was chosen: days of 24 hours, or NWD."""
    if seconds != seconds:
        return fmt.NOTHING
    return fmt.duration(seconds, nwd) if time == "working" else fmt.days(seconds)


def opens(part: str, month: date | None = None) -> Shown:
    """The list behind a part."""
    return Shown(f"held-{part.replace('_', '-')}", month)


def share_chart(waits: pd.DataFrame, months: list[date], running: date | None, time: str, nwd: int) -> go.Figure:
    """Per month of closing, the share of the wait that each part held."""
    rows = waits[waits.month.notna()]
    rows = rows.set_index(rows.month.dt.date).reindex(months)
    at = [fmt.month(m) for m in months]
    figure = _shares(rows, lambda part: [opens(part, m).address() for m in months], at, time, nwd)
    figure.add_scatter(
        x=at, y=[1.0] * len(months),
        text=[f"{int(n):,}" if n == n else "" for n in rows.chains],
        mode="text", textposition="top center", textfont={"size": 11}, hoverinfo="skip", showlegend=False,
        cliponaxis=False,
    )  # fmt: skip
    titled(figure, f"Who held the wait, by month of closing ({time} time; n on top)", "", 350).update_layout(
        margin_t=104
    )
    return figure.update_xaxes(axis(months, running)).update_yaxes(SHARE_AXIS_WITH_TEXT)


def _shares(
    rows: pd.DataFrame, firsts: Callable[[str], list[str]], at: list[str], time: str, nwd: int, across: bool = False
) -> go.Figure:
    """Stacked shares of the parts; `firsts` says what a click on each of a part's bars is to pass on."""
    name, figure = TIMES[time], go.Figure()
    invites = "click to see only these" if across else "click for those that it held"
    for part in PARTS:
        share = (rows[f"{part}_{name}"].astype(float) / rows[name].astype(float)).fillna(0)
        hover = [
            [
                first, place, LOOKS[part].words, fmt.percent(s),
                said(total, time, nwd), said(median, time, nwd), 0 if n != n else int(n),
            ]
            for first, place, s, total, median, n in zip(
                firsts(part), at, share, rows[f"{part}_{name}"].astype(float), rows[f"median_{part}_{name}"].astype(float),
                rows.chains.astype(float), strict=True,
            )
        ]  # fmt: skip
        figure.add_bar(
            **({"y": at, "x": share, "orientation": "h"} if across else {"x": at, "y": share}),
            name=LOOKS[part].words,
            marker=area(LOOKS[part]),
            customdata=hover,
            hovertemplate="%{customdata[1]}: <b>%{customdata[2]} %{customdata[3]}</b><br>%{customdata[4]} in all, median "
            f"%{{customdata[5]}} a chain<br>n = %{{customdata[6]:,}} chains<br><i>{invites}</i><extra></extra>",
        )
    return figure.update_layout(barmode="stack")


def wait_chart(waits: pd.DataFrame, months: list[date], running: date | None, time: str, nwd: int) -> go.Figure:
    """The median wait per month of closing: of the whole, and of the parts that hold most of it."""
    rows = waits[waits.month.notna()]
    rows = rows.set_index(rows.month.dt.date).reindex(months)
    name, figure, at = TIMES[time], go.Figure(), [fmt.month(m) for m in months]
    unit, seconds = ("NWD", nwd) if time == "working" else ("days", _DAY)
    heaviest = sorted(PARTS, key=lambda part: -float(rows[f"median_{part}_{name}"].astype(float).sum()))[:3]
    series = [("", "whole wait", FIRST, "circle", "solid")]
    symbols = {"desk": "square", "champion": "star", "provider": "diamond", "pass_on": "triangle-up", "user": "x",
               "confirmation": "circle-open"}  # fmt: skip
    series += [(f"{p}_", LOOKS[p].words, LOOKS[p].color, symbols[p], "dot") for p in PARTS if p in heaviest]
    for prefix, words, color, symbol, dash in series:
        medians = rows[f"median_{prefix}{name}"].astype(float)
        figure.add_scatter(
            x=at, y=medians / seconds, name=words, mode="lines+markers",
            line={"color": color, "width": 2 if not prefix else 1.5, "dash": dash},
            marker={"symbol": symbol, "size": 9},
            customdata=[
                [
                    (opens(prefix[:-1], m) if prefix else Shown("closed", m)).address(), fmt.month(m),
                    said(s, time, nwd), 0 if n != n else int(n),
                ]
                for m, s, n in zip(months, medians, rows.chains.astype(float), strict=True)
            ],
            hovertemplate=f"%{{customdata[1]}}: <b>median {words} %{{customdata[2]}}</b><br>n = %{{customdata[3]:,}} "
            f"chains<br><i>click for {'those that it held' if prefix else 'the tickets'}</i><extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(axis(months, running))
    return titled(figure, f"Median wait of a chain and its longest parts ({time} time)", unit, 350).update_layout(
        margin_t=104
    )


def by_chart(rows: pd.DataFrame, names: list[str], what: str, time: str, nwd: int) -> go.Figure:
    """One bar a service (provider …), the first ones of many: the share of its wait that each part held."""
    rows, names, left_out = first_bars(rows, names)
    at = [f"{fmt.plain_html(name)} ({n:,})" for name, n in zip(names, rows.chains, strict=True)]
    figure = _shares(rows, lambda _: names, at, time, nwd, across=True)
    titled(
        figure, f"Who held the wait, per {what.lower()} (chains){left_out}, {time} time", "", 140 + 26 * len(rows)
    ).update_layout(margin_t=80)
    figure.update_yaxes(autorange="reversed")
    return figure.update_xaxes(SHARE_AXIS)


def chain_chart(chain: pd.Series, time: str, nwd: int) -> go.Figure:
    """One chain: how long each part held it."""
    name, figure = TIMES[time], go.Figure()
    unit, seconds = ("NWD", nwd) if time == "working" else ("days", _DAY)
    for part in PARTS:
        held = float(chain[f"{part}_{name}"])
        if held:
            figure.add_bar(
                x=[held / seconds], y=[fmt.plain_html(chain.root_key)], orientation="h", name=LOOKS[part].words,
                marker=area(LOOKS[part]),
                hovertemplate=f"<b>{LOOKS[part].words}: {said(held, time, nwd)}</b><extra></extra>",
            )  # fmt: skip
    figure.update_layout(barmode="stack")
    titled(figure, f"Who held {fmt.plain_html(chain.root_key)} and its clones ({time} time, {unit})", "", 150)
    return figure.update_yaxes(showticklabels=False)
