"""The charts of ETA: the bands of DMSU-M6, with the same colour and pattern everywhere."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from metrics.eta_accuracy import BANDS
from metrics.statistics import wilson
from ui import format as fmt
from ui.eta_queries import STANDING_WORDS
from ui.figures import Shown
from ui.months import axis
from ui.theme import BANDS as LOOKS
from ui.theme import LINE, SHARE_AXIS, SHARE_AXIS_WITH_TEXT, area, first_bars, patterned, titled

_CUMULATIVE = BANDS.index("month") + 1  # of so many bands a cumulative percentage says something


def _name(band: str) -> str:
    return band.replace("_", "-")


def interval(part: int, whole: int) -> str:
    """The Wilson interval of a share in words: `53.1 % to 78 %`."""
    found = wilson(part, whole)
    return fmt.interval(*found) if found else fmt.NOTHING


def accuracy_chart(rows: pd.DataFrame, months: list[date], running: date | None) -> go.Figure:
    """Fixes delivered per month by band; the top of a band is the cumulative share up to it."""
    rows = rows.set_index(rows.month.dt.date).reindex(months)
    at, figure = [fmt.month(m) for m in months], go.Figure()
    whole = [int(n) if n == n else 0 for n in rows.delivered]
    sofar = [0] * len(months)
    for place, band in enumerate(BANDS):
        n = [int(v) if v == v else 0 for v in rows[f"n_{band}"]]
        sofar = [a + b for a, b in zip(sofar, n, strict=True)]
        cumulative = [
            f"<br>up to here {fmt.share(s, w)} (95 %: {interval(s, w)})" if place < _CUMULATIVE else ""
            for s, w in zip(sofar, whole, strict=True)
        ]
        figure.add_bar(
            x=at,
            y=[v / w if w else 0 for v, w in zip(n, whole, strict=True)],
            name=LOOKS[band].words,
            marker=area(LOOKS[band]),
            customdata=[
                [Shown(f"delivered-{_name(band)}", m).address(), fmt.month(m), v, fmt.share(v, w), more, w]
                for m, v, w, more in zip(months, n, whole, cumulative, strict=True)
            ],
            hovertemplate=f"%{{customdata[1]}}: <b>%{{customdata[2]:,}} {LOOKS[band].words}, %{{customdata[3]}}</b>"
            "%{customdata[4]}<br>n = %{customdata[5]:,} delivered<br><i>click for the tickets</i><extra></extra>",
        )
    figure.add_scatter(
        x=at, y=[1.0] * len(at), text=[f"{n:,}" if n else "" for n in whole], mode="text", textposition="top center",
        textfont={"size": 11}, hoverinfo="skip", showlegend=False, cliponaxis=False,
    )  # fmt: skip
    figure.update_layout(barmode="stack").update_xaxes(axis(months, running))
    titled(figure, "Fixes delivered per month, by which ETA they came (n on top)", "", 350).update_layout(margin_t=104)
    return figure.update_yaxes(SHARE_AXIS_WITH_TEXT)


def by_chart(rows: pd.DataFrame, names: list[str], what: str) -> go.Figure:
    """One bar a provider (service …), the first ones of many: the share of its fixes in each band."""
    rows, names, left_out = first_bars(rows, names)
    at = [f"{fmt.plain_html(name)} ({n:,})" for name, n in zip(names, rows.delivered, strict=True)]
    figure = go.Figure()
    for band in BANDS:
        n = [int(v) for v in rows[f"n_{band}"]]
        figure.add_bar(
            y=at, x=[v / w for v, w in zip(n, rows.delivered, strict=True)], orientation="h", name=LOOKS[band].words,
            marker=area(LOOKS[band]),
            customdata=[[name, v, fmt.share(v, int(w)), int(w)]
                        for name, v, w in zip(names, n, rows.delivered, strict=True)],
            hovertemplate=f"%{{y}}: <b>%{{customdata[1]:,}} {LOOKS[band].words}, %{{customdata[2]}}</b><br>"
            "n = %{customdata[3]:,} delivered<br><i>click to see only these</i><extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack")
    titled(
        figure,
        f"Fixes delivered per {what.lower()} (delivered){left_out}, by which ETA they came",
        "",
        140 + 26 * len(rows),
    ).update_layout(margin_t=80)
    figure.update_yaxes(autorange="reversed")
    return figure.update_xaxes(SHARE_AXIS)


def slip_chart(rows: pd.DataFrame, months: list[date], running: date | None) -> go.Figure:
    """Slips per month, and the revisions that came after the old ETA had passed."""
    rows = rows.set_index(rows.month.dt.date).reindex(months)
    at, figure = [fmt.month(m) for m in months], go.Figure()
    shown = (("slips", "slips", "to a later date", LOOKS["revised"]),
             ("n_after_expiry", "late-revisions", "after the old ETA had passed", LOOKS["later"]))  # fmt: skip
    for column, name, words, look in shown:
        figure.add_bar(
            x=at, y=rows[column].fillna(0), name=words, marker=patterned(look.color, look.pattern),
            customdata=[
                [Shown(name, m).address(), fmt.month(m), 0 if r != r else int(r), fmt.NOTHING if d != d else f"{int(d)} days"]
                for m, r, d in zip(months, rows.revisions.astype(float), rows.median_days_slipped.astype(float),
                                   strict=True)
            ],
            hovertemplate=f"%{{customdata[1]}}: <b>%{{y:,}} {words}</b><br>of %{{customdata[2]:,}} revisions; median slip "
            "%{customdata[3]}<br><i>click for the tickets</i><extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(axis(months, running))
    return titled(figure, "ETAs revised per month: slips, and revisions made too late", "revisions", 300)


def bias_chart(rows: pd.DataFrame, months: list[date], running: date | None) -> go.Figure:
    """The median of the days late per month of delivery; below the line: early."""
    rows = rows.set_index(rows.month.dt.date).reindex(months)
    figure = go.Figure()
    dated = rows.delivered.astype(float) - rows.n_no_eta.astype(float)
    figure.add_scatter(
        x=[fmt.month(m) for m in months], y=rows.median_days_late, name="median", mode="lines+markers", showlegend=False,
        line={"color": LINE, "width": 2}, marker={"symbol": "diamond", "size": 9},
        customdata=[[Shown("dated", m).address(), fmt.month(m), 0 if n != n else int(n)]
                    for m, n in zip(months, dated, strict=True)],
        hovertemplate="%{customdata[1]}: <b>median %{y:+d} days</b><br>n = %{customdata[2]:,} with an ETA"
        "<br><i>click for the tickets</i><extra></extra>",
    )  # fmt: skip
    figure.add_hline(y=0, line={"dash": "dash", "width": 1, "color": "#7f8893"})
    titled(figure, "Bias: median days from the agreed ETA to delivery, per month", "days", 350).update_layout(
        margin_t=104
    )
    return figure.update_xaxes(axis(months, running)).update_yaxes(rangemode="normal")


def standing_chart(bands: dict[str, int]) -> go.Figure:
    """The open tickets by the band in which they stand."""
    figure, whole = go.Figure(), sum(bands.values())
    for band in BANDS:
        figure.add_bar(
            y=[STANDING_WORDS[band]], x=[bands[band]], orientation="h", marker=area(LOOKS[band]), showlegend=False,
            text=[f"{bands[band]:,}"], textposition="outside", cliponaxis=False,
            customdata=[[Shown(f"standing-{_name(band)}").address(), fmt.share(bands[band], whole)]],
            hovertemplate=f"<b>%{{x:,}} {STANDING_WORDS[band]}</b>, %{{customdata[1]}} of {whole:,} open"
            "<br><i>click for the tickets</i><extra></extra>",
        )  # fmt: skip
    titled(figure, f"How the {whole:,} open tickets stand against their ETA", "", 300)
    figure.update_layout(margin_r=48)
    return figure.update_yaxes(autorange="reversed")
