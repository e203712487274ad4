"""The figures on top of the Overview, from the rows of its queries."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from ui import format as fmt
from ui.figures import CLOCK_NAMES, Shown
from ui.tiles import Tile


def goal_tile(goals: pd.DataFrame, clock: str, month: date, months: int) -> Tile:
    """The share of goals met in `month`, against the months before."""
    of_clock = goals[goals.clock == clock]
    now, before = of_clock[of_clock.month.dt.date == month], of_clock[of_clock.month.dt.date < month]
    met, judged = int(now.met.sum()), int(now.met.sum() + now.missed.sum())
    met_before, judged_before = int(before.met.sum()), int(before.met.sum() + before.missed.sum())
    implied = int(now.implied.sum())
    apart = f" + {implied:,} implied" if implied else ""
    return Tile(
        title=f"{CLOCK_NAMES[clock]}: goal met",
        value=fmt.share(met, judged),
        of=f"{met:,} of {judged:,} in {fmt.month(month)}{apart}",
        compared=f"{_points(met, judged, met_before, judged_before)}"
        f"{months} months before: {fmt.share(met_before, judged_before)} of {judged_before:,}",
        shows=Shown(f"{clock}-judged", month),
        help="Clocks with a goal that stopped in the month; met when the working time used is within the goal (AMP-G6)."
        + (" Implied first responses are not counted." if clock == "first_response" else ""),
    )


def _points(met: int, judged: int, met_before: int, judged_before: int) -> str:
    if not judged or not judged_before:
        return ""
    points = round(100 * met / judged - 100 * met_before / judged_before, 1)
    return f"{'▲' if points > 0 else '▼' if points < 0 else '='} {abs(points):.1f} points; "


def time_tile(goals: pd.DataFrame, clock: str, month: date, nwd: int) -> Tile:
    """Median and 90th percentile of the working time in `month`, against the medians of the months before."""
    of_clock = goals[(goals.clock == clock) & (goals.timed > 0)]
    now, before = of_clock[of_clock.month.dt.date == month], of_clock[of_clock.month.dt.date < month]
    n = int(now.timed.sum())
    compared = "no month before to compare with"
    if len(before):
        low, high = (fmt.duration(float(s), nwd) for s in (before["median"].min(), before["median"].max()))
        compared = f"monthly medians before: {low} to {high}"
    return Tile(
        title=f"{CLOCK_NAMES[clock]}: median",
        value=fmt.duration(float(now["median"].iloc[0]), nwd) if n else fmt.NOTHING,
        of=f"90 % within {fmt.duration(float(now.p90.iloc[0]), nwd)}, n = {n:,}" if n else "n = 0",
        compared=compared,
        shows=Shown(f"{clock}-timed", month),
        help=f"Working time of the clocks that stopped in {fmt.month(month)}, with or without a goal; by nearest rank.",
    )


def flow_tiles(flow: pd.DataFrame, month: date, running: date | None, began: date) -> list[Tile]:
    """Received, resolved, open; `running`: the month that is not over; `began`: that of the desk's first ticket."""
    so_far = " so far" if month == running else ""
    now, before = flow[flow.month == month].iloc[0], flow[flow.month < month]
    whole = before[before.month > began]
    received, resolved = (
        Tile(
            title=title,
            value=f"{int(now[name]):,}",
            of=f"{what} in {fmt.month(month)}{so_far}",
            compared=f"{fmt.count(len(whole), 'month')} before: {whole[name].mean():,.0f} a month"
            if len(whole)
            else "no whole month before to compare with",
            shows=Shown(name, month),
            help=help_,
        )
        for name, title, what, help_ in (
            ("received", "Received", "tickets", "Tickets created in the month."),
            ("resolved", "Resolved", "resolutions", "A ticket that was reopened and resolved again counts twice."),
        )
    )
    earlier = int(before.open.iloc[-1]) if len(before) else 0
    change = int(now.open) - earlier
    return [
        received,
        resolved,
        Tile(
            title="Open",
            value=f"{int(now.open):,}",
            of="tickets received and not resolved",
            compared=f"{fmt.signed(change)} since the end of {fmt.month(before.month.iloc[-1])}" if len(before) else "",
            shows=Shown("open", month),
            help="Tickets that are not resolved; a reopened ticket is open again.",
        ),
    ]


def standing_tile(standing: pd.DataFrame, clocks: Sequence[str]) -> Tile:
    """What is past its resolution goal, and what soon will be; of the other `clocks` with goals, what is past theirs."""
    row = standing[standing.clock == "resolution"]
    overdue, running, soon = (int(row[name].sum()) for name in ("overdue", "running", "soon"))
    others = [
        f"{CLOCK_NAMES[clock].lower()}: {int(standing[standing.clock == clock].overdue.sum()):,}"
        for clock in clocks
        if clock != "resolution"
    ]
    return Tile(
        title="Past the resolution goal",
        value=f"{overdue:,}",
        of=f"{running:,} more in time, {soon:,} with 1 NWD or less left",
        compared=f"{', '.join(others)} past the goal" if others else "",
        shows=Shown("resolution-overdue"),
        help="Resolution clocks that still run and have used more than their goal.",
        tone="red" if overdue else "",
    )
