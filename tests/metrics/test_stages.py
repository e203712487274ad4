"""The funnel over stages, the time in them, and tickets by a further field, by hand (RT-M1, RT-M4)."""

from pathlib import Path
from typing import Any

import pytest

from etl.records import History
from metrics.profile import Profile, parse_profile
from tests.cases import CASES, SEVEN, case, closed, mart_of_cases
from tests.desks import rows_of
from tests.test_profile import SMALL, mistakes

DAY = 86400


class Mart:
    """The mart of some cases as of a day after BEGIN."""

    def __init__(self, folder: Path, day: int, *cases: History, profile: Profile = CASES) -> None:
        self._mart = mart_of_cases(folder, day, *cases, profile=profile)

    def rows(self, table: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in rows_of(self._mart, table, columns, where)]


@pytest.mark.rule("RT-M1")
def test_stays_in_stages_with_what_was_set_at_creation(tmp_path: Path) -> None:
    """Also: the same stage in another spelling is no move, and a stage that is taken away again ends the stay."""
    told = case(1, (3, "ASSESSED"), (4, "Assessed "), (6, None), (8, "Production"), at_creation="Pre-assessment")
    assert Mart(tmp_path, 9, told, case(2)).rows("stage_stay", "key, seq, stage, place, seconds, next_stage") == [
        ("1", 1, "Pre-assessment", 1, 3 * DAY, "Assessed"),
        ("1", 2, "Assessed", 2, 3 * DAY, None),
        ("1", 3, "Production", 6, DAY, None),
    ]


def test_only_what_happened_before_t_counts(tmp_path: Path) -> None:
    told = case(1, (3, "Assessed"), (6, "Preparatory"), at_creation="Pre-assessment")
    assert Mart(tmp_path, 3, told).rows("stage_stay", "stage, left_at") == [("Pre-assessment", None)]


def test_a_stay_ends_when_the_case_is_closed(tmp_path: Path) -> None:
    told = closed(case(1, at_creation="Assessed"), 5)
    assert Mart(tmp_path, 9, told).rows("stage_stay", "stage, seconds, next_stage") == [("Assessed", 5 * DAY, None)]
    assert Mart(tmp_path, 5, told).rows("stage_stay", "stage, left_at") == [("Assessed", None)]


def test_a_stay_ends_with_the_closing_whatever_becomes_of_the_stage_later(tmp_path: Path) -> None:
    told = closed(case(1, (7, "Cancelled"), at_creation="Assessed"), 5)
    stays = [("Assessed", 5 * DAY, "Cancelled"), ("Cancelled", 0, None)]
    assert Mart(tmp_path, 9, told).rows("stage_stay", "stage, seconds, next_stage") == stays


def test_a_stay_that_ended_does_not_go_on_when_a_closed_case_gets_another_closed_status(tmp_path: Path) -> None:
    told = closed(closed(case(1, at_creation="Assessed"), 5), 7, "deleted")
    assert Mart(tmp_path, 9, told).rows("stage_stay", "stage, seconds") == [("Assessed", 5 * DAY)]


@pytest.mark.rule("RT-M1")
def test_the_funnel(tmp_path: Path) -> None:
    mart = Mart(tmp_path, 20, *SEVEN)
    counts = mart.rows("stage_funnel", "place, reached, passed_on, dropped, on_its_way, there_now, n")
    assert counts == [
        (1, 6, 5, 1, 0, 1, 4), (2, 5, 2, 1, 2, 2, 1), (3, 2, 1, 0, 1, 0, 1), (4, 1, 1, 0, 0, 0, 0),
        (5, 1, 1, 0, 0, 0, 0), (6, 1, 0, 0, 1, 1, 0),
    ]  # fmt: skip
    assert mart.rows("stage_funnel", "conversion, median_seconds, p90_seconds", "place IN (1, 6)") == [
        (5 / 6, 2 * DAY, 6 * DAY),
        (None, None, None),
    ]
    assert mart.rows("stage_reached", "key, furthest, stage, standing") == [
        ("1", 2, "Assessed", "on_its_way"), ("2", 1, "Cancelled", "dropped"), ("3", 2, "Assessed", "on_its_way"),
        ("4", 6, "Production", "done"), ("5", 3, "Pre-assessment", "on_its_way"), ("6", 2, "Assessed", "dropped"),
    ]  # fmt: skip


def test_stages_that_are_statuses(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "profiles" / "egi-cases.toml").read_text(encoding="utf-8")
    order = 'order = ["new", "open", "resolved"]\ndropped = ["rejected"]\n\n[clock.first_response]'
    begin, end = text.index("[stage]"), text.index("[clock.first_response]")
    by_status = '[stage]\nfield = "status"\n' + order
    profile = parse_profile(text[:begin] + by_status + text[end:].removeprefix("[clock.first_response]"), "x.toml")
    told = closed(case(1), 5)
    rows = Mart(tmp_path, 9, told, profile=profile).rows("stage_stay", "stage, place, seconds")
    assert rows == [("open", 2, 5 * DAY), ("resolved", 3, 0)]


@pytest.mark.rule("RT-M4")
def test_cases_by_discipline_count_in_each_of_theirs(tmp_path: Path) -> None:
    mart = Mart(
        tmp_path, 9,
        case(1, fields={"scientific_discipline": "Biology; Physics"}, at_creation="Production"),
        closed(case(2, fields={"scientific_discipline": "Physics"}, at_creation="Assessed"), 3),
        case(3),
    )  # fmt: skip
    columns = "value, tickets, done, on_its_way, dropped, unstaged"
    assert mart.rows("stage_field", columns, "field = 'scientific_discipline'") == [
        ("Biology", 1, 1, 0, 0, 0),
        ("Physics", 2, 1, 0, 1, 0),
        (None, 1, 0, 0, 0, 1),
    ]


def test_mistakes_in_stages_are_named() -> None:
    wrong = '[stage]\nfield = "colour"\norder = ["A", "B"]\ndropped = ["a"]\n'
    [said] = mistakes(SMALL + wrong)
    assert "stage: 'a' stands twice; allowed is once" in said
    assert "stage.field: 'colour' holds no stage; allowed: status" in said


@pytest.mark.rule("RT-M1")
def test_what_the_profile_does_not_name_is_counted_in_coverage(tmp_path: Path) -> None:
    """Also what the field said once; an empty one is none, and a stage in another spelling is named."""
    told = case(1, (2, "Waiting for GPUs"), (4, "assessed"), at_creation="Pre-assessment")
    mart = Mart(tmp_path, 9, told, case(2, at_creation=" PRODUCTION"), case(3), case(4, at_creation="Beta"))
    assert mart.rows("coverage", "checked, failed, detail", "\"check\" = 'stages named'") == [(4, 2, "Beta")]
    items = mart.rows("coverage_item", "key, detail", "\"check\" = 'stages named'")
    assert items == [("1", "Waiting for GPUs"), ("4", "Beta")]
