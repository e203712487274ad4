"""The figures of the summary, by what a desk has: each with its live formula over the sheet Tickets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from metrics.clock_words import CLOCKS
from metrics.profile import ClockName, Profile
from metrics.statistics import TOO_SMALL
from reports.cells import Kind
from reports.monthly.desk import clocks_of, has_goal


@dataclass(frozen=True)
class Figure:
    """A figure: under which heading it stands, its title, rule and kind. In `formula`, {first} and {last} are the cells of
    the first and the last month, and the name of another figure in braces is its cell in the same column. Of a share,
    `share_of` names the part and the whole."""

    name: str
    group: str
    title: str
    rule: str
    kind: Kind
    formula: str
    share_of: tuple[str, str] | None = None


def _within(month: str) -> str:
    return f'{month},">="&{{first}},{month},"<="&{{last}}'


def _count(month: str, *conditions: str) -> str:
    return f"=COUNTIFS({','.join([_within(month), *conditions])})"


def _share(name: str, group: str, title: str, rule: str, part: str, whole: str) -> Figure:
    formula = f'=IF({{{whole}}}=0,"",{{{part}}}/{{{whole}}})'
    return Figure(name, group, title, rule, "share", formula, (part, whole))


def _percentile(share: float, name: str, also: str) -> str:
    """The value of an actual ticket, by nearest rank; no formula of an array, which not every program computes."""
    fits = f"(tk_{name}_month>={{first}})*(tk_{name}_month<={{last}}){also}"
    values = f"{fits}*tk_{name}_nwh+(1-{fits})*1E+9"
    return f'=IF({{{name}_timed}}=0,"",SUMPRODUCT(SMALL({values},ROUNDUP({share}*{{{name}_timed}},0))))'


def _times(name: str, group: str, rule: str, also: str = "") -> tuple[Figure, Figure]:
    """Median and 90th percentile of the working time in the column tk_<name>_nwh. `also`: what must hold besides."""
    return (
        Figure(f"{name}_median", group, "Median (NWH)", rule, "nwh", _percentile(0.5, name, also)),
        Figure(f"{name}_p90", group, "90th percentile (NWH)", rule, "nwh", _percentile(0.9, name, also)),
    )


IMPLIED: tuple[ClockName, ...] = ("first_response", "first_human_response")  # others have no such result


def _of_clock(profile: Profile, clock: ClockName) -> Iterable[Figure]:
    def stopped(*results: str) -> str:
        return "=" + "+".join(_count(f"tk_{clock}_month", f'tk_{clock},"{one}"').removeprefix("=") for one in results)

    group, rule = CLOCKS[clock], profile.clock[clock].rule
    if has_goal(profile, clock):
        yield Figure(f"{clock}_judged", group, "Clocks that stopped, with a goal", "AMP-G6", "number",
                     stopped("met", "missed"))  # fmt: skip
        yield Figure(f"{clock}_met", group, "… within the goal", "AMP-G6", "number", stopped("met"))
        yield _share(light_of(clock), group, "Share that met the goal", "AMP-G6", f"{clock}_met", f"{clock}_judged")
    if clock in IMPLIED:
        yield Figure(f"{clock}_implied", group, "Implied: not judged, not timed", rule, "number", stopped("implied"))
    yield Figure(f"{clock}_timed", group, "Clocks that stopped, timed", rule, "number", stopped("<>implied"))
    yield from _times(clock, group, rule, f'*(tk_{clock}<>"implied")')


_TICKETS, _FIRST_LINE, _MAJOR, _SCORES, _DATES = (
    "Tickets", "First line", "Major incidents", "Satisfaction", "ETA"
)  # fmt: skip
_FLOW = (
    Figure("received", _TICKETS, "Received", "AMP-S3", "number", _count("tk_received_month")),
    Figure("resolved", _TICKETS, "Finally resolved", "AMP-C3", "number", _count("tk_resolved_month")),
    Figure("closed", _TICKETS, "Closed", "AMP-S3", "number", _count("tk_closed_month")),
)
_OF_FIRST_LINE = (
    Figure("lined", _FIRST_LINE, "Resolved, that were at a line", "HD-M3", "number",
           _count("tk_resolved_month", 'tk_line,">0"')),
    Figure("at_first_line", _FIRST_LINE, "… that never left the first one", "HD-M3", "number",
           _count("tk_resolved_month", "tk_line,1")),
    _share("first_line_share", _FIRST_LINE, "Share solved at the first line", "HD-M3", "at_first_line", "lined"),
)  # fmt: skip
_OF_MAJOR = (
    Figure("major", _MAJOR, "Received", "HD-M5", "number", _count("tk_received_month", 'tk_major,"yes"')),
    Figure("restored", _MAJOR, "Restored", "HD-M5", "number", _count("tk_resolved_month", 'tk_major,"yes"')),
)
_OF_SCORES = (
    Figure("solved", _SCORES, "Solved, of projects that ask for a score", "AMP-S1", "number",
           _count("tk_resolved_month", 'tk_asked,"yes"')),
    Figure("scored", _SCORES, "… with a valid score", "AMP-S1", "number",
           _count("tk_resolved_month", 'tk_asked,"yes"', 'tk_score,">0"')),
    _share("response_rate", _SCORES, "Response rate", "AMP-S2", "scored", "solved"),
    Figure("given", _SCORES, "Scores given in the month", "AMP-S2", "number", _count("tk_scored_month", 'tk_asked,"yes"')),
    Figure("average", _SCORES, "Average score (1 to 5)", "AMP-S2", "decimal",
           f'=IF({{given}}=0,"",AVERAGEIFS(tk_score,{_within("tk_scored_month")},tk_asked,"yes"))'),
)  # fmt: skip
_OF_DATES = (
    Figure("delivered", _DATES, "Delivered", "DMSU-M6", "number", _count("tk_resolved_month", 'tk_band,"?*"')),
    Figure("in_time", _DATES, "… by the initial ETA", "DMSU-M6", "number",
           _count("tk_resolved_month", 'tk_band,"initial"')),
    _share("in_time_share", _DATES, "Share by the initial ETA", "DMSU-M6", "in_time", "delivered"),
)  # fmt: skip


def _of_steps(profile: Profile) -> Iterable[Figure]:
    for place, step in enumerate(profile.step, 1):
        name, group = f"step{place}", f"Step: {step.name}"
        yield Figure(f"{name}_timed", group, "Ended", step.rule, "number", _count(f"tk_{name}_month"))
        yield from _times(name, group, step.rule)


def figures_of(profile: Profile) -> list[Figure]:
    """The figures of a desk: of the clocks, goals, lines, steps and fields that its profile has."""
    return [
        *_FLOW,
        *(figure for clock in clocks_of(profile) for figure in _of_clock(profile, clock)),
        *(_OF_FIRST_LINE if len(profile.line) > 1 else ()),
        *_of_steps(profile),
        *(_OF_MAJOR if profile.major.field else ()),
        *(_OF_SCORES if "score" in profile.field else ()),
        *(_OF_DATES if "eta" in profile.field else ()),
    ]


def columns_of(figure: Figure, figures: Iterable[Figure]) -> list[str]:
    """The names of the columns of the ticket list that a figure reads, also through those `figures` in its formula."""
    others = [other for other in figures if f"{{{other.name}}}" in figure.formula]
    found = {name for one in (figure, *others) for name in re.findall(r"tk_\w+", one.formula)}
    return sorted(found)


def light_of(clock: ClockName) -> str:
    """The name of the figure that a light judges: the share of a clock's goals that were met."""
    return f"{clock}_share"


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
