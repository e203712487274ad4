"""Periods: what people write, the local days it means, the instants at their ends."""

import doctest
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from metrics.errors import ConfigError
from reports import period, wording
from reports.period import PeriodKind, last_ended, read_period

ROME = ZoneInfo("Europe/Rome")


def test_the_examples_in_the_docstrings() -> None:
    assert [doctest.testmod(module).failed for module in (period, wording)] == [0, 0]


@pytest.mark.parametrize(
    ("kind", "text", "first", "last", "ends_at", "before", "title"),
    [
        ("month", "2026-10", "2026-10-01", "2026-10-31", "2026-10-31T23:00", "2026-09", "October 2026"),
        ("quarter", "2026-Q1", "2026-01-01", "2026-03-31", "2026-03-31T22:00", "2025-Q4", "Q1 2026"),
        ("week", "2026-W53", "2026-12-28", "2027-01-03", "2027-01-03T23:00", "2026-W52", "week 53 of 2026"),
        ("day", "2026-10-25", "2026-10-25", "2026-10-25", "2026-10-25T23:00", "2026-10-24", "Sunday 25 October 2026"),
    ],
)
def test_a_period_ends_at_a_local_midnight(
    kind: PeriodKind, text: str, first: str, last: str, ends_at: str, before: str, title: str
) -> None:
    found = read_period(kind, text, ROME)
    assert (found.first, found.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert found.ends_at == datetime.fromisoformat(ends_at)
    assert (found.text, found.previous().text, found.title) == (text, before, title)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("month", "2026-13"), ("month", "2026-1"), ("week", "2026-W54"), ("quarter", "2026-Q5"), ("day", "2026-02-30"),
     ("month", "٢٠٢٦-١٠"), ("month", "1066-10"), ("month", ""),
     ("day", "9999-12-31"), ("week", "9999-W52")],
)  # fmt: skip
def test_what_is_no_period_is_said_with_what_is_allowed(kind: PeriodKind, text: str) -> None:
    with pytest.raises(ConfigError, match=f"{text}: .*allowed: "):
        read_period(kind, text, ROME)


def test_midnight_belongs_to_the_period_that_it_ends() -> None:
    assert last_ended("month", datetime(2026, 10, 31, 22, 59), ROME).text == "2026-09"
    assert last_ended("month", datetime(2026, 10, 31, 23), ROME).text == "2026-10"
