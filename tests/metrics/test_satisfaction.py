"""Satisfaction by hand (AMP-S1, AMP-S2). All times are those on the wall in Rome."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from etl.store import Store
from tests.desks import jira_issue, mart_of, rows_of, store_of
from tests.naive.examples import change, desk_ticket, moves, rome
from tests.naive.history import Change, Ticket
from tests.story import SOFTWARE, Views, desp_with, views, when

SEP, OCT, NOV = (date(2025, month, 1) for month in (9, 10, 11))
COUNTS = "month, solved, score_1, score_4, score_5, not_scored, out_of_range, scored, undated, other_month, changed"


@pytest.fixture
def mart(tmp_path: Path) -> Callable[..., Views]:
    """The mart of some tickets as of a wall time, to be asked for rows of its tables and views."""
    return lambda t, *tickets, **options: views(tmp_path, t, *tickets, **options)


def solved(key: str, *events: Change, score: str | None = None) -> Ticket:
    """Solved on 30 September, with what happened to its score."""
    return desk_ticket("1 09:00", *moves("OPEN", "30 12:00 DONE"), *events, key=key, status="DONE", score=score)


def scored(when: str, value: str | None, before: str | None = None) -> Change:
    return change(when, "score", before, value, by="ann")


@pytest.mark.rule("AMP-S1", "AMP-S2")
def test_solved_by_score_and_average_by_month_of_setting(mart: Callable[..., Views]) -> None:
    shown = mart(
        "2025-11-30 12:00",
        solved("DSD-1", scored("30 13:00", "4"), score="4"),
        solved("DSD-2", scored("2025-10-02 09:00", "5"), score="5"),
        solved("DSP-3", scored("30 13:00", "9"), score="9"),
        solved("DSP-4", scored("30 13:00", "4.5"), score="4.5"),
        solved("DSD-5"),
        solved("DSD-6", score="1"),  # there from creation: undated
        desk_ticket("1 09:00", scored("2025-10-02 09:00", "2"), key="DSD-7", score="2"),  # scored and not solved
        solved("DSEC-8", scored("30 13:00", "1"), score="1"),  # a project that asks for no score
    )
    assert shown("satisfaction_month", COUNTS) == [
        (SEP, 6, 1, 1, 1, 1, 2, 3, 1, 1, 0),
        (OCT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        (NOV, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ]
    assert shown("satisfaction_month", "month, given, average, average_too_small") == [
        (SEP, 1, 4.0, True),
        (OCT, 2, 3.5, True),
        (NOV, 0, None, True),
    ]
    response = (
        "round(response_rate, 3), round(response_rate_low, 3), round(response_rate_high, 3), response_rate_too_small"
    )
    assert shown("satisfaction_month", response, "month = '2025-09-01'") == [(0.5, 0.188, 0.812, False)]
    per_project = shown("satisfaction_month_project", "project, solved, scored", "month = '2025-09-01'")
    assert per_project == [("DSD", 4, 3), ("DSP", 2, 0)]
    assert shown("satisfaction_remark", "key, remark, raw") == [
        ("DSD-2", "other month", "5"), ("DSD-6", "undated", "1"),
        ("DSP-3", "out of range", "9"), ("DSP-4", "out of range", "4.5"),
    ]  # fmt: skip


@pytest.mark.rule("AMP-S2")
def test_the_value_that_stands_counts_and_the_others_are_shown(mart: Callable[..., Views]) -> None:
    shown = mart(
        "2025-11-30 12:00",
        solved("DSD-1", scored("30 13:00", "1"), scored("2025-10-03 09:00", "5", "1"), score="5"),
        solved("DSD-2", scored("30 13:00", "4"), scored("2025-10-03 09:00", None, "4")),
    )
    assert shown("satisfaction_month", COUNTS, "month = '2025-09-01'") == [(SEP, 2, 0, 0, 1, 1, 0, 1, 0, 1, 1)]
    assert shown("satisfaction_month", "month, average", "given > 0") == [(OCT, 5.0)]
    assert shown("satisfaction_remark", "key, remark, raw, previous, set_month, resolved_month") == [
        ("DSD-1", "changed", "5", "1", OCT, SEP),
        ("DSD-1", "other month", "5", "1", OCT, SEP),
        ("DSD-2", "withdrawn", "4", None, SEP, SEP),
    ]
    columns = "key, seq, set_at, set_by, score, previous, valid, standing"
    assert shown("score", columns) == [
        ("DSD-1", 1, when("30 13:00"), "Ann", 1.0, None, True, False),
        ("DSD-1", 2, when("2025-10-03 09:00"), "Ann", 5.0, "1", True, True),
        ("DSD-2", 1, when("30 13:00"), "Ann", 4.0, None, True, False),
    ]


def test_what_was_told_in_october_is_told_again(mart: Callable[..., Views]) -> None:
    """As of the end of September the score is 1; what was set on 3 October is not visible."""
    ticket = solved("DSD-1", scored("30 13:00", "1"), scored("2025-10-03 09:00", "5", "1"), score="5")
    shown = mart("2025-10-01 00:00", ticket)
    assert shown("satisfaction_month", "month, score_1, score_5, changed, average") == [(SEP, 1, 0, 0, 1.0)]


def test_a_score_before_any_change_stands_until_the_first(mart: Callable[..., Views]) -> None:
    ticket = solved("DSD-1", scored("2025-10-03 09:00", "5", "3"), score="5")
    assert mart("2025-10-01 00:00", ticket)("score", "seq, raw, set_at, standing") == [(1, "3", None, True)]
    later = mart("2025-10-04 00:00", ticket)("score", "seq, raw, set_month, previous, standing")
    assert later == [(1, "3", None, None, False), (2, "5", OCT, "3", True)]


def test_text_is_no_score(mart: Callable[..., Views]) -> None:
    twice = scored("30 13:00", "good"), scored("30 14:00", "very good", "good")
    shown = mart("2025-10-04 00:00", solved("DSD-1", *twice, score="very good"))
    assert shown("score", "raw, score, valid, changed") == [
        ("good", None, False, False),
        ("very good", None, False, True),
    ]
    assert shown("satisfaction_month", "out_of_range, not_scored, changed", "solved > 0") == [(1, 0, 1)]


def test_which_projects_ask_is_said_by_the_profile(mart: Callable[..., Views]) -> None:
    tickets = solved("DSEC-1", scored("30 13:00", "4"), score="4"), solved("DSP-2")
    only = desp_with('[satisfaction]\nprojects = ["DSD", "DSP"]', '[satisfaction]\nprojects = ["DSEC"]')
    assert mart("2025-10-01 00:00", *tickets, profile=only)("satisfaction_month", "solved, scored") == [(1, 1)]
    every = mart(
        "2025-10-01 00:00", *tickets, profile=desp_with('[satisfaction]\nprojects = ["DSD", "DSP"]', "[satisfaction]")
    )
    assert every("satisfaction_month", "solved, scored") == [(2, 1)]


def test_feedback_without_a_date_counts_in_the_month_in_which_it_was_met(tmp_path: Path) -> None:
    ticket = solved("DSD-1")
    path = store_of([jira_issue(ticket)], tmp_path / "store.duckdb")
    store = Store(path)
    store.put_feedback({ticket.ticket_id: 4}, rome("2025-10-02 09:00").replace(tzinfo=None), run=2)
    store.close()
    mart = mart_of(path, rome("2025-11-01 00:00"))
    [score] = rows_of(mart, "score", "set_at, basis, score, standing, set_month")
    assert tuple(score.values()) == (when("2025-10-02 09:00"), "first seen", 4.0, True, OCT)
    months = rows_of(mart, "satisfaction_month", "month, scored, other_month, average")
    assert [tuple(row.values()) for row in months] == [(SEP, 1, 1, None), (OCT, 0, 0, 4.0)]


def test_a_desk_without_scores_has_months_without_scores(mart: Callable[..., Views]) -> None:
    ticket = desk_ticket("1 09:00", *moves("Open", "30 12:00 Resolved"), key="TEZ-1", type="Bug", status="Resolved")
    shown = mart("2025-10-01 00:00", ticket, profile=SOFTWARE)
    assert shown("satisfaction_month", "solved, not_scored, response_rate, average") == [(1, 1, 0.0, None)]
