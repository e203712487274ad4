"""The figures of the summary: each by our measures, and as a live formula over the sheet Tickets. They must agree."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from metrics.statistics import TOO_SMALL, percentile_sql
from reports.cells import Kind
from sight.opening import Connection


@dataclass(frozen=True)
class Figure:
    """A figure: under which heading it stands, its title, rule and kind. In `formula`, {first} and {last} are the cells of
    the first and the last month, and the name of another figure in braces is its cell in the same column."""

    name: str
    group: str
    title: str
    rule: str
    kind: Kind
    formula: str


def _within(month: str) -> str:
    return f'{month},">="&{{first}},{month},"<="&{{last}}'


def _count(month: str, *conditions: str) -> str:
    return f"=COUNTIFS({','.join([_within(month), *conditions])})"


def _share(part: str, whole: str) -> str:
    return f'=IF({{{whole}}}=0,"",{{{part}}}/{{{whole}}})'


def _percentile(share: float, clock: str) -> str:
    """The value of an actual ticket, by nearest rank; no formula of an array, which not every program computes."""
    fits = f'(tk_{clock}_month>={{first}})*(tk_{clock}_month<={{last}})*(tk_{clock}<>"implied")'
    values = f"{fits}*tk_{clock}_nwh+(1-{fits})*1E+9"
    return f'=IF({{{clock}_timed}}=0,"",SUMPRODUCT(SMALL({values},ROUNDUP({share}*{{{clock}_timed}},0))))'


def _of_clock(clock: str, group: str, rule: str) -> tuple[Figure, ...]:
    def stopped(*results: str) -> str:
        return "=" + "+".join(_count(f"tk_{clock}_month", f'tk_{clock},"{one}"').removeprefix("=") for one in results)

    return (
        Figure(f"{clock}_judged", group, "Clocks that stopped, with a goal", "AMP-G6", "number", stopped("met", "missed")),
        Figure(f"{clock}_met", group, "… within the goal", "AMP-G6", "number", stopped("met")),
        Figure(f"{clock}_share", group, "Share that met the goal", "AMP-G6", "share",
               _share(f"{clock}_met", f"{clock}_judged")),
        Figure(f"{clock}_implied", group, "Implied: not judged, not timed", rule, "number", stopped("implied")),
        Figure(f"{clock}_timed", group, "Clocks that stopped, timed", rule, "number", stopped("<>implied")),
        Figure(f"{clock}_median", group, "Median (NWH)", rule, "nwh", _percentile(0.5, clock)),
        Figure(f"{clock}_p90", group, "90th percentile (NWH)", rule, "nwh", _percentile(0.9, clock)),
    )  # fmt: skip


FLOW, SCORES, DATES = "Tickets", "Satisfaction", "Estimations"
FIGURES: tuple[Figure, ...] = (
    Figure("received", FLOW, "Received", "AMP-S3", "number", _count("tk_received_month")),
    Figure("resolved", FLOW, "Finally resolved", "AMP-C3", "number", _count("tk_resolved_month")),
    Figure("closed", FLOW, "Closed", "AMP-S3", "number", _count("tk_closed_month")),
    *_of_clock("first_response", "Time to first response", "AMP-C1"),
    *_of_clock("resolution", "Time to resolution", "AMP-C3"),
    Figure("solved", SCORES, "Solved, of projects that ask for a score", "AMP-S1", "number",
           _count("tk_resolved_month", 'tk_asked,"yes"')),
    Figure("scored", SCORES, "… with a valid score", "AMP-S1", "number",
           _count("tk_resolved_month", 'tk_asked,"yes"', 'tk_score,">0"')),
    Figure("response_rate", SCORES, "Response rate", "AMP-S2", "share", _share("scored", "solved")),
    Figure("given", SCORES, "Scores given in the month", "AMP-S2", "number", _count("tk_scored_month", 'tk_asked,"yes"')),
    Figure("average", SCORES, "Average score (1 to 5)", "AMP-S2", "decimal",
           f'=IF({{given}}=0,"",AVERAGEIFS(tk_score,{_within("tk_scored_month")},tk_asked,"yes"))'),
    Figure("delivered", DATES, "Delivered", "DMSU-M6", "number", _count("tk_resolved_month", 'tk_band,"?*"')),
    Figure("in_time", DATES, "… by the initial date", "DMSU-M6", "number", _count("tk_resolved_month", 'tk_band,"initial"')),
    Figure("in_time_share", DATES, "Share by the initial date", "DMSU-M6", "share", _share("in_time", "delivered")),
)  # fmt: skip
LIGHTS = ("first_response_share", "resolution_share")  # judged by a goal

_BETWEEN = "BETWEEN $first AND $last"


def _clock_values(clock: str) -> tuple[str, str]:
    return (
        f"""SELECT sum(judged) AS {clock}_judged, sum(met) AS {clock}_met
            FROM goal_share WHERE dimension = 'all' AND clock = '{clock}' AND month {_BETWEEN}""",
        f"""SELECT count(*) FILTER (WHERE c.implied) AS {clock}_implied, count(*) FILTER (WHERE NOT c.implied) AS {clock}_timed,
                   {percentile_sql(0.5, "c.working_seconds")} FILTER (WHERE NOT c.implied) AS {clock}_median,
                   {percentile_sql(0.9, "c.working_seconds")} FILTER (WHERE NOT c.implied) AS {clock}_p90
            FROM clock c WHERE c.clock = '{clock}' AND c.stopped_month {_BETWEEN}""",
    )


_VALUES = (
    f"SELECT sum(received) AS received, sum(closed) AS closed FROM received_closed WHERE month {_BETWEEN}",
    f"SELECT sum(resolved) AS resolved FROM resolution_month WHERE month {_BETWEEN}",
    *_clock_values("first_response"),
    *_clock_values("resolution"),
    f"""SELECT sum(solved) AS solved, sum(scored) AS scored, sum(given) AS given,
               sum(given * average) / nullif(sum(given), 0) AS average FROM satisfaction_month WHERE month {_BETWEEN}""",
    f"""SELECT sum(delivered) AS delivered, sum(n_initial) AS in_time FROM eta_accuracy
        WHERE dimension = 'all' AND month {_BETWEEN}""",
)
_SHARES = {
    "first_response_share": ("first_response_met", "first_response_judged"),
    "resolution_share": ("resolution_met", "resolution_judged"),
    "response_rate": ("scored", "solved"),
    "in_time_share": ("in_time", "delivered"),
}


def measured(db: Connection, first: date, last: date) -> dict[str, Any]:
    """The figures of the months `first` to `last` by our measures: counts, fractions, seconds; None where there is none."""
    found: dict[str, Any] = {}
    for sql in _VALUES:
        result = db.execute(sql, {"first": first, "last": last})
        names = [column[0] for column in result.description or []]
        found |= dict(zip(names, result.fetchall()[0], strict=True))
    for figure in FIGURES:
        if figure.kind == "number":
            found[figure.name] = int(found[figure.name] or 0)
    return found | {
        name: found[part] / found[whole] if found[whole] else None for name, (part, whole) in _SHARES.items()
    }


def columns_of(figure: Figure) -> list[str]:
    """The names of the columns of the ticket list that a figure reads, also through the figures in its formula."""
    others = [other for other in FIGURES if f"{{{other.name}}}" in figure.formula]
    found = {name for one in (figure, *others) for name in re.findall(r"tk_\w+", one.formula)}
    return sorted(found)


def light(share: str, judged: str, green: str, amber: str) -> str:
    """The formula of a traffic light, in words: the cells of the share, of its n, and of the two thresholds."""
    words = f'IF({share}>={green},"GREEN",IF({share}>={amber},"AMBER","RED"))'
    return f'=IF({judged}=0,"nothing to judge",IF({judged}<{TOO_SMALL},"too few to judge",{words}))'


def light_shown(share: float | None, judged: int, green: float, amber: float) -> str:
    """What that formula comes to."""
    if share is None:
        return "nothing to judge"
    if judged < TOO_SMALL:
        return "too few to judge"
    return "GREEN" if share >= green else "AMBER" if share >= amber else "RED"
