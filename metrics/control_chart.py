"""Control chart of a monthly series (XmR): whether a change is signal or noise."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

_LIMIT = 2.66  # 3 / 1.128: three sigma, estimated from moving ranges of two
_RUN = 8


@dataclass(frozen=True)
class Signal:
    """Something that chance alone would hardly do: which rule, from which index of the series to which, above or below."""

    rule: str
    since: Any
    until: Any
    side: str


@dataclass(frozen=True)
class ControlChart:
    """Mean and natural limits of a series, and its signals in the order of when they began. Empty: nothing but noise."""

    mean: float
    low: float
    high: float
    signals: tuple[Signal, ...]


def control_chart(series: "pd.Series[float]", at_least: float | None = 0.0) -> ControlChart | None:
    """The XmR chart of a series in the order of its index; empty values are left out. None for fewer than two values.

    Limits are mean ± 2.66 × mean moving range, and not below `at_least`, since counts, times and shares are not.
    Rules: `outside` the limits; `run` of eight or more on one side of the mean; `near a limit`, three of four in
    a row nearer to the same limit than to the mean.

    >>> control_chart(pd.Series([4, 6, 4, 6, 4, 6, 15])).signals
    (Signal(rule='outside', since=6, until=6, side='above'),)
    """
    values = series.dropna().astype(float)
    if len(values) < 2:
        return None
    mean, reach = float(values.mean()), _LIMIT * float(values.diff().abs().mean())
    low = mean - reach if at_least is None else max(mean - reach, at_least)
    found = [
        Signal(rule, values.index[start], values.index[end], side)
        for side, heights in (("above", values - mean), ("below", mean - values))
        for rule, start, end in _signals(list(heights), reach)
    ]
    place = {index: n for n, index in enumerate(values.index)}
    return ControlChart(mean, low, mean + reach, tuple(sorted(found, key=lambda s: (place[s.since], s.rule))))


def _signals(heights: list[float], reach: float) -> Iterator[tuple[str, int, int]]:
    """(rule, first place, last place) on one side, from how far each value lies on it."""
    yield from (("outside", n, n) for n, height in enumerate(heights) if height > reach)
    yield from (("run", a, b) for a, b in _stretches([h > 0 for h in heights]) if b - a + 1 >= _RUN)
    near = [h > reach / 2 for h in heights]
    fits = [sum(near[n : n + 4]) >= 3 for n in range(len(near) - 3)]
    for a, b in _stretches(fits):
        places = [n for n in range(a, b + 4) if near[n]]
        yield "near a limit", places[0], places[-1]


def _stretches(flags: list[bool]) -> Iterator[tuple[int, int]]:
    """First and last place of every unbroken stretch of true."""
    start = None
    for n, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = n
        if not flag and start is not None:
            yield start, n - 1
            start = None
