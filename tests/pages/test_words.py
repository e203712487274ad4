"""How things are written and cut: the pieces that pages are made of."""

import doctest
from datetime import UTC, date, datetime
from types import ModuleType
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from metrics.chain_part import PARTS
from metrics.eta_accuracy import BANDS
from reports import hours
from reports.hours import Day, closed_seconds, pieces
from ui import chains_charts, eta_charts, filters, flow_charts, months, stages_charts, table, theme
from ui import format as fmt
from ui.behind import asked_for
from ui.figure_lists import figure_lists
from ui.figures import CLOCK_NAMES, FIGURES, Shown
from ui.filters import NONE, Filters
from ui.flow_queries import EVENTS, Period
from ui.goals_charts import part_chart, share_chart
from ui.months import month_of_snapshot, span
from ui.overview_charts import flow_chart, goal_chart, time_chart
from ui.overview_queries import GoalLine
from ui.overview_tiles import flow_tiles, goal_tile

NWD = 8 * 3600
ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize("module", [filters, fmt, hours, months, table, theme])
def test_the_examples_in_the_docstrings(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 min"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (2 * 3600 + 599, "2 h 9 min"),
        (NWD - 1, "7 h 59 min"),
        (NWD, "1 NWD"),
        (3 * NWD + 2 * 3600 + 3599, "3 NWD 2 h"),
        (3 * NWD + 59 * 60, "3 NWD"),
        (1200 * NWD, "1,200 NWD"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_a_duration_is_cut_never_rounded_up(seconds: float | None, said: str) -> None:
    assert fmt.duration(seconds, NWD) == said


def test_an_exact_duration_adds_up() -> None:
    assert fmt.duration(2 * NWD + 3 * 3600 + 4 * 60 + 5, NWD, exact=True) == "2 NWD 3 h 4 min 5 s"
    assert fmt.remaining(-(NWD + 60), NWD) == "over by 1 NWD"


def test_a_goal_is_drawn_over_the_days_on_which_it_was_in_force() -> None:
    """Five days until 15 February, three since; one that ended before the first month is not drawn."""
    months = span(date(2026, 3, 1), 2)
    lines = [
        GoalLine("resolution", "", 3 * NWD, since=date(2026, 2, 15)),
        GoalLine("resolution", "", 5 * NWD, ended=date(2026, 2, 15)),
        GoalLine("resolution", "", 9 * NWD, ended=date(2025, 1, 1)),
        GoalLine("first_response", "", NWD),
    ]
    none = pd.DataFrame({"clock": [], "month": pd.to_datetime([]), "median": [], "p90": [], "timed": []})
    drawn = time_chart(none, lines, "resolution", months, None, NWD).layout
    assert [(s.x0, s.x1, s.y0) for s in drawn.shapes] == [(1, 2.5, 3), (-0.5, 1, 5)]  # January stands at 0
    assert [a.text for a in drawn.annotations] == ["goal 3 NWD", "goal 5 NWD until 15 Feb 2026"]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 5, "0 %"),
        (5, 5, "100 %"),
        (2, 3, "66.7 %"),
        (1, 100000, "< 0.1 %"),
        (99999, 100000, "> 99.9 %"),
        (0, 0, "–"),
    ],
)
def test_a_share_is_whole_only_when_it_is(part: int, whole: int, said: str) -> None:
    assert fmt.share(part, whole) == said


def test_somebody_elses_text_is_text() -> None:
    assert fmt.plain("a *b* :red[c]\n<i>") == r"a \*b\* \:red\[c\] \<i\>"
    assert fmt.plain_html("<b>&") == "&lt;b&gt;&amp;"


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_an_address(name: str) -> None:
    figure = Shown(name, date(2026, 3, 1) if FIGURES[name].dated else None)
    assert asked_for(figure.address(), figure_lists(CLOCK_NAMES)) == figure


@pytest.mark.parametrize("address", ["", "open", "open.2026-3", "resolution-overdue.2026-03", "open.2026-03' OR 1"])
def test_another_address_names_no_figure(address: str) -> None:
    assert asked_for(address, figure_lists(CLOCK_NAMES)) is None


def test_a_filter_keeps_what_is_empty_apart() -> None:
    assert Filters(priority=("Low", NONE)).where("t") == (" AND (t.priority IN (?) OR t.priority IS NULL)", ["Low"])
    assert Filters(priority=(NONE,)).where("c") == (" AND (c.priority IS NULL)", [])
    assert Filters().where("c") == ("", [])


def test_a_snapshot_at_midnight_belongs_to_the_month_that_ends() -> None:
    assert month_of_snapshot(datetime(2026, 10, 31, 23), ROME) == date(2026, 10, 1)
    assert month_of_snapshot(datetime(2026, 10, 31, 23, 1), ROME) == date(2026, 11, 1)


def test_a_month_of_one_year_and_of_the_next_are_two_bars() -> None:
    shown = span(date(2026, 11, 1), 24)
    figure = flow_chart(pd.DataFrame({"month": shown, "received": 1, "resolved": 1, "open": 1}), shown[-1])
    assert len(set(figure.data[0].x)) == 25
    axis = figure.layout.xaxis
    assert set(axis.tickvals) < set(figure.data[0].x)
    assert axis.ticktext[0] == "Nov<br>2024" and axis.ticktext[-1] == "Nov<br>2026<br>so far"


@pytest.mark.parametrize(
    ("period", "complete", "said"),
    [("month", False, "Nov<br>2026<br>so far"), ("month", True, "Nov<br>2026"), ("week", False, "Nov<br>2026")],
)
def test_a_month_that_runs_is_so_far_on_flow_too(period: Period, complete: bool, said: str) -> None:
    starts = pd.to_datetime([date(2026, 10, 5), date(2026, 11, 2)])
    columns = (*EVENTS, "unclosed", "backlog_open", "backlog_unresolved")
    rows = pd.DataFrame({"start": starts, "complete": [True, complete]} | {name: [1, 1] for name in columns})
    for chart in (flow_charts.flow_chart, flow_charts.cumulative_chart):
        assert chart(rows, period).layout.xaxis.ticktext[-1] == said


def test_a_share_on_a_chart_reads_as_in_its_tile() -> None:
    month = date(2026, 11, 1)
    goals = pd.DataFrame(
        {"clock": ["resolution"], "month": [pd.Timestamp(month)], "met": [38], "missed": [11], "implied": [0]}
    )
    assert list(goal_chart(goals, "resolution", [month], None).data[-1].text) == ["77.6 %"]
    assert goal_tile(goals, "resolution", month, 12).value == "77.6 %"


@pytest.mark.parametrize(
    ("began", "said"),
    [
        (date(2025, 1, 1), "3 months before: 20 a month"),
        (date(2026, 9, 1), "1 month before: 60 a month"),  # of the first one nobody knows how much is missing
        (date(2026, 10, 1), "no whole month before to compare with"),
    ],
)
def test_a_month_is_compared_with_whole_ones(began: date, said: str) -> None:
    months = [date(2026, month, 1) for month in (8, 9, 10, 11)]
    flow = pd.DataFrame({"month": months, "received": [0, 0, 60, 9], "resolved": [0, 0, 60, 9], "open": 1})
    assert [tile.compared for tile in flow_tiles(flow, months[-1], None, began)][:2] == [said, said]


def _shares(**of: list[object]) -> pd.DataFrame:
    share = {"met_share": 0.5, "met_share_low": 0.4, "met_share_high": 0.6, "met_share_too_small": False}
    return pd.DataFrame(of | {"judged": 2, "met": 1}).assign(**share)


def test_names_that_begin_alike_are_two_rows() -> None:
    alike = "Copernicus Data Space Ecosystem access"
    figure = part_chart(_shares(part=[f"{alike} A", f"{alike} B", None]), "resolution", "service")
    assert list(figure.data[0].y) == list(figure.layout.yaxis.tickvals) == [f"{alike} A", f"{alike} B", NONE]
    assert figure.layout.yaxis.ticktext[0] == "Copernicus Data Space Ecosystem a…"


@pytest.mark.parametrize("clock", CLOCK_NAMES)
def test_a_share_of_any_clock_with_goals_opens_its_list(clock: str) -> None:
    month = date(2026, 11, 1)
    figure = share_chart(_shares(month=[pd.Timestamp(month)]), clock, [month], None)
    assert asked_for(figure.data[0].customdata[0][0], figure_lists([clock])) == Shown(f"{clock}-judged", month)


@pytest.mark.parametrize(("values", "said"), [(15, ""), (16, ", the first 15 of 16")])
def test_a_chart_says_which_values_it_leaves_out(values: int, said: str) -> None:
    names = [f"Service {n}" for n in range(values)]
    delivered = pd.DataFrame({"delivered": [1] * values} | {f"n_{band}": [1] * values for band in BANDS})
    held = ["seconds", *(f"{of}{part}_seconds" for part in PARTS for of in ("", "median_"))]
    waits = pd.DataFrame({name: [1] * values for name in ("chains", *held)})
    stood = pd.DataFrame({name: [1] * values for name in ("tickets", "done", "on_its_way", "dropped", "unstaged")})
    for figure in (
        eta_charts.by_chart(delivered, names, "Service"),
        chains_charts.by_chart(waits, names, "Service", "elapsed", NWD),
        stages_charts.field_chart(stood, names, "service"),
    ):
        assert len(figure.data[0].y) == 15
        assert ("the first" in figure.layout.title.text) == bool(said)
        assert said in figure.layout.title.text


def _day(day: date, opens: int | None = None, closes: int | None = None, kind: str = "open", name: str = "") -> Day:
    """A day in Rome, with its opening in hours of UTC."""
    midnights = [datetime(day.year, day.month, day.day + n, tzinfo=ROME).astimezone(UTC) for n in (0, 1)]
    opening = [hour and datetime(day.year, day.month, day.day, hour) for hour in (opens, closes)]
    return Day(day, kind, name, *opening, *(at.replace(tzinfo=None) for at in midnights))


def test_closed_hours_are_told_apart_across_a_change_of_clocks() -> None:
    days = [
        _day(date(2026, 10, 23), 7, 15),  # Friday, summer time
        _day(date(2026, 10, 24), kind="weekend", name="Sat"),
        _day(date(2026, 10, 25), kind="weekend", name="Sun"),  # 25 hours long
        _day(date(2026, 10, 26), 8, 16),
        _day(date(2026, 10, 27), kind="holiday", name="Day of tests"),
    ]
    start, end = datetime(2026, 10, 23, 12), datetime(2026, 10, 27, 12)
    cut = pieces(start, end, days)
    assert [(p.kind, p.seconds / 3600) for p in cut] == [
        ("open", 3), ("night", 7), ("weekend", 49), ("night", 9), ("open", 8), ("night", 7), ("holiday", 13)
    ]  # fmt: skip
    assert sum(p.seconds for p in cut) == (end - start).total_seconds()
    assert closed_seconds(cut) == {"nights": 23 * 3600, "weekends": 49 * 3600, "holiday (Day of tests)": 13 * 3600}
