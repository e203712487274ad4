"""Wilson, Kaplan and Meier, XmR: by hand, and against SciPy."""

import warnings
from functools import cache
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metrics.control_chart import Signal, control_chart
from metrics.statistics import share_sql, wilson
from metrics.survival import kaplan_meier_sql

Row = tuple[Any, ...]


@cache
def _instance() -> duckdb.DuckDBPyConnection:
    """One for all questions: starting one takes longer than to answer."""
    return duckdb.connect()


def row_of(sql: str) -> Row:
    [row] = _instance().execute(sql).fetchall()
    return row


# Shares


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_that_of_scipy(counts: tuple[int, int]) -> None:
    part, whole = counts
    known = stats.binomtest(part, whole).proportion_ci(0.95, method="wilson")
    assert wilson(part, whole) == pytest.approx((known.low, known.high), abs=1e-12)
    share, low, high, small = row_of(
        f"SELECT {share_sql('part', 'n', 'share')} FROM (SELECT {part} AS part, {whole} AS n)"
    )
    assert (share, low, high) == pytest.approx((part / whole, known.low, known.high), abs=1e-12)
    assert small == (whole < 5)


def test_nine_of_ten() -> None:
    """(0.9 + 3.8415/20 ± 1.96 × √(0.09/10 + 3.8415/400)) / (1 + 3.8415/10)"""
    assert wilson(9, 10) == pytest.approx((0.596, 0.982), abs=5e-4)


def test_a_share_of_nothing_is_empty() -> None:
    assert wilson(0, 0) is None
    assert row_of(f"SELECT {share_sql('part', 'n', 'share')} FROM (SELECT 0 AS part, 0 AS n)") == (
        None,
        None,
        None,
        True,
    )


# Kaplan and Meier

TIMES = st.lists(st.tuples(st.integers(0, 40) | st.integers(0, 200_000), st.booleans()), min_size=1, max_size=60)
COLUMNS = ("median", "median_low", "median_high", "p90", "p90_low", "p90_high", "plain_median", "plain_p90")


def estimate(times: list[tuple[int, bool]]) -> Row:
    """The percentiles of (seconds, finished)."""
    values = ", ".join(f"({seconds}, {finished})" for seconds, finished in times)
    rows = f"""SELECT 'all' AS dimension, 'all' AS part, seconds, count(*) AS leaving, count_if(finished) AS finishing
               FROM (VALUES {values}) t(seconds, finished) GROUP BY seconds"""
    return row_of(f"SELECT {', '.join(COLUMNS)} FROM ({kaplan_meier_sql(rows)})")


def of_scipy(times: list[tuple[int, bool]]) -> Row:
    """The same from SciPy's curve and its log-log Greenwood band."""
    seconds, finished = zip(*times, strict=True)
    curve = stats.ecdf(stats.CensoredData.right_censored(seconds, [not f for f in finished])).sf
    with warnings.catch_warnings(action="ignore"):
        band = curve.confidence_interval(0.95, method="log-log")
    events = {s for s, f in times if f}
    curves = (curve, band.low, band.high)
    return tuple(_first(c, left, events) for left in (0.5, 0.1) for c in curves)


def _first(curve: Any, left: float, events: set[int]) -> int | None:
    """The first event at which so many are left; where the last is finished, SciPy's band is not a number."""
    below = curve.probabilities <= left + 1e-9
    return next((int(s) for s, b in zip(curve.quantiles, below, strict=True) if b and int(s) in events), None)


@settings(max_examples=150, deadline=None)
@given(TIMES)
def test_the_estimate_is_that_of_scipy(times: list[tuple[int, bool]]) -> None:
    assert estimate(times)[:6] == of_scipy(times)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.lists(st.integers(0, 30), max_size=9))
def test_the_plain_percentile_is_that_of_the_finished_and_the_estimate_without_others(
    seconds: list[int], running: list[int]
) -> None:
    values = ", ".join(f"({s})" for s in seconds)
    plain = row_of(f"SELECT quantile_disc(s, 0.5), quantile_disc(s, 0.9) FROM (VALUES {values}) t(s)")
    finished = [(s, True) for s in seconds]
    assert estimate(finished)[::3] == (*plain, plain[0])
    assert estimate([*finished, *((s, False) for s in running)])[6:] == plain


def test_by_hand() -> None:
    """3/4 are left after 1 h, 3/4 × 2/3 = 1/2 after 2 h, none after 4 h; one is open since 3 h."""
    assert estimate([(1, True), (2, True), (3, False), (4, True)])[::3] == (2, 4, 2)
    assert estimate([(1, True), (2, True), (9, False), (4, True)])[::3] == (2, None, 2)
    assert estimate([(5, False)]) == (None,) * 8


# XmR


def chart_of(*values: float | None) -> Any:
    months = [f"2025-{n:02}" for n in range(1, len(values) + 1)]
    return control_chart(pd.Series(values, index=months, dtype=float))


def test_limits_by_hand() -> None:
    """Mean 5, moving ranges 2, 2, 2, 1: 5 ± 2.66 × 1.75."""
    chart = chart_of(4, 6, 4, 6, 5)
    assert (chart.mean, chart.low, chart.high) == pytest.approx((5, 5 - 2.66 * 1.75, 5 + 2.66 * 1.75))
    assert chart.signals == ()


def test_limits_do_not_go_below_nothing() -> None:
    assert chart_of(0, 4, 0, 4).low == 0
    assert control_chart(pd.Series([0.0, 4, 0, 4]), at_least=None).low == pytest.approx(2 - 2.66 * 4)  # type: ignore[union-attr]


def test_a_point_outside_the_limits() -> None:
    assert chart_of(4, 6, 4, 6, 4, 6, 15).signals == (Signal("outside", "2025-07", "2025-07", "above"),)


def test_a_run_of_eight_says_since_when() -> None:
    run = chart_of(6, 5, 6, 5, 3, 4, 3, 4, 3, 4, 3, 4).signals
    assert [s for s in run if s.rule == "run"] == [Signal("run", "2025-05", "2025-12", "below")]
    assert [s for s in chart_of(6, 5, 6, 5, 3, 4, 3, 4, 3, 4, 3).signals if s.rule == "run"] == []


def test_three_of_four_near_a_limit() -> None:
    """Mean 4.86, mean moving range 16/13, limit 8.13: an 8 is inside it, and nearer to it than to the mean."""
    signals = chart_of(4, 4, 4, 4, 4, 4, 4, 8, 8, 4, 8, 4, 4, 4).signals
    assert Signal("near a limit", "2025-08", "2025-11", "above") in signals


def test_empty_months_are_left_out_and_too_few_say_nothing() -> None:
    assert chart_of(4, None, 6, None, 4).mean == pytest.approx(14 / 3)
    assert chart_of(4, None) is None and chart_of() is None


def test_the_same_every_month_is_no_signal() -> None:
    assert chart_of(*[7] * 12).signals == ()
