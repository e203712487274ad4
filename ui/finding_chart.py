"""The trend of a finding. Every bar carries the month and the tickets that it stands for."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from ui import format as fmt
from ui.months import axis
from ui.theme import FIRST, LINE, patterned, titled


def trend(found: pd.DataFrame, months: list[date], running: date | None, rule: str, historical: bool) -> go.Figure:
    """Findings of a rule by the month since when; those on closed tickets apart."""
    rows = found.set_index(found.month.dt.date).reindex(months)
    n, not_closed = (rows[name].fillna(0).astype(int) for name in ("n", "not_closed"))
    figure = go.Figure()
    for which, words, values, color, pattern in (
        ("not_closed", "on tickets not closed", not_closed, LINE, ""),
        ("closed", "on closed tickets", n - not_closed, FIRST, "/"),
    ):
        figure.add_bar(
            x=[fmt.month(m) for m in months],
            y=values,
            name=words,
            marker=patterned(color, pattern),
            customdata=[[f"{m:%Y-%m}", which, fmt.month(m), total] for m, total in zip(months, n, strict=True)],
            hovertemplate=f"%{{customdata[2]}}: <b>%{{y:,}} {words}</b>, n = %{{customdata[3]:,}}"
            "<br><i>click for the tickets</i><extra></extra>",
        )
    figure.update_layout(barmode="stack").update_xaxes(axis(months, running))
    when = "by the month of the first time" if historical else "that stand, by the month since when"
    return titled(figure, f"{rule}: findings {when}", "tickets", height=230)
