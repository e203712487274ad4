"""Findings by hand, one rule a test: a few short histories in, since when and why out (1.9).

The ordinary week is Monday 1 to Friday 5 September 2025, in Rome; the evidence is told in UTC, two hours earlier.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from etl.store import Store
from tests.desks import jira_issue, part_of, rows_of, store_of
from tests.naive.examples import change, clones, comment, is_cloned_by, mart, moves, rome
from tests.naive.examples import faultless as ticket
from tests.naive.history import Ticket
from tests.story import views, when

TO_DELEGATED = moves("OPEN", "1 10:00 RECEIVED", "1 11:00 DELEGATED")


def found(folder: Path, rule: str, t: str, *desk: Ticket) -> list[tuple[Any, ...]]:
    """Key, since when and evidence of each ticket that leaves the rule as of `t`."""
    return views(folder, t, *desk)("finding", "key, since, detail", f"rule = '{rule}'")


@pytest.mark.rule("F1")
def test_f1_a_move_outside_the_workflow(tmp_path: Path) -> None:
    odd = moves("OPEN", "1 10:00 RECEIVED", "1 11:00 IN PROGRESS", "1 12:00 CLOSED")
    assert found(
        tmp_path,
        "F1",
        "9 09:00",
        ticket("DSD-1", "1 09:00", *odd),  # the first of its two odd moves
        ticket("DSD-2", "1 09:00", *moves("OPEN", "1 10:00 Received", "1 11:00 on-going", "1 12:00 ON GOING")),
        ticket("DSD-3", "1 09:00", *moves("OPEN", "9 09:00 CLOSED")),  # at T: not yet visible
        ticket("DSP-4", "1 10:00", status="TO DO", links=clones("DSD-1")),
        ticket("DSP-5", "1 10:00", status="TO DO", links=clones("DSD-77")),  # an origin that is not in the store
        ticket("DSP-6", "1 10:00", status="TO DO"),  # straight into TO DO, and no clone
        ticket("DSEC-7", "1 09:00", *odd),  # no workflow is given for it
    ) == [("DSD-1", when("1 11:00"), "RECEIVED → IN PROGRESS, by Bob"), ("DSP-6", when("1 10:00"), "created in TO DO")]


@pytest.mark.rule("F1")
def test_f1_a_clone_may_begin_in_to_do_by_the_project_that_its_origin_was_in_then(tmp_path: Path) -> None:
    """An origin that goes to another project later makes no finding of a creation that was right, nor undoes one."""
    new = {"status": "TO DO"}
    assert found(
        tmp_path,
        "F1",
        "9 09:00",
        ticket("DSP-1", "1 09:00", change("3 09:00", "key", "DSD-1", "DSP-1")),
        ticket("DSP-2", "2 09:00", links=clones("DSP-1"), **new),  # of DSD then
        ticket("DSP-3", "3 10:00", links=clones("DSP-1"), **new),  # of DSP already
        ticket("DSEC-4", "1 09:00", change("3 09:00", "key", "DSD-4", "DSEC-4"), type="Anomaly"),  # no longer measured
        ticket("DSP-5", "2 09:00", links=clones("DSEC-4"), **new),
        ticket("DSD-6", "1 09:00", change("3 09:00", "key", "DPM-6", "DSD-6"), **new),
        ticket("DSP-7", "2 09:00", links=clones("DSD-6"), **new),  # of DPM then
        ticket("DSP-8", "2 09:00", change("3 09:00", "Link", "This work item clones DSD-9", None), **new),  # was one
    ) == [("DSP-3", when("3 10:00"), "created in TO DO"), ("DSP-7", when("2 09:00"), "created in TO DO")]


@pytest.mark.rule("F2")
def test_f2_in_progress_without_an_estimation(tmp_path: Path) -> None:
    path = moves("OPEN", "1 10:00 RECEIVED", "1 11:00 TO DO", "1 12:00 IN PROGRESS")
    assert found(
        tmp_path,
        "F2",
        "9 09:00",
        ticket("DSD-1", "1 09:00", *path),
        ticket("DSD-2", "1 09:00", *path, change("2 09:00", "eta", "2025-09-05", None)),
        ticket("DSP-3", "1 09:00", *path, eta="2025-09-05"),
        ticket("DSP-4", "1 09:00", *path, *moves("IN PROGRESS", "2 10:00 ON GOING")),
        ticket("DPM-5", "1 09:00", *moves("TO DO", "1 12:00 IN PROGRESS")),  # asked for in DSD and DSP alone
    ) == [
        ("DSD-1", when("1 12:00"), "eta: empty since creation"),
        ("DSD-2", when("2 09:00"), "eta: 2025-09-05 → empty at 2025-09-02 07:00:00 UTC, by Bob"),
    ]


@pytest.mark.rule("F3")
def test_f3_past_received_without_a_priority(tmp_path: Path) -> None:
    path = moves("OPEN", "1 10:00 RECEIVED", "1 11:00 TO DO")
    assert found(
        tmp_path,
        "F3",
        "9 09:00",
        ticket("DSD-1", "1 09:00", *path, priority=None),
        ticket("DSD-2", "1 09:00", *path, change("2 09:00", "priority", "Low", None), priority=None),
        ticket("DSD-3", "1 09:00", *path, change("2 09:00", "priority", None, "Low")),
        ticket("DSD-4", "1 09:00", *path[:1], priority=None),
    ) == [
        ("DSD-1", when("1 11:00"), "priority: empty since creation"),
        ("DSD-2", when("2 09:00"), "priority: Low → empty at 2025-09-02 07:00:00 UTC, by Bob"),
    ]


@pytest.mark.rule("F4")
def test_f4_a_clone_lower_than_its_origin(tmp_path: Path) -> None:
    raised = change("2 09:00", "priority", "Low", "Critical")
    cloned = is_cloned_by("DEMS-2", "DPM-3", "DEMS-4", "DPM-5")
    new = {"status": "TO DO"}
    assert found(
        tmp_path,
        "F4",
        "9 09:00",
        ticket("DSD-1", "1 09:00", raised, priority="Critical", links=cloned),
        ticket("DEMS-2", "1 10:00", **new),  # Low
        ticket("DPM-3", "1 10:00", **new, priority="Trivial"),  # the profile knows no such priority
        ticket("DEMS-4", "1 10:00", **new, category="Security"),  # Blocking, by its category
        ticket("DPM-5", "1 10:00", **new, priority="Critical"),
        ticket("DSEC-6", "1 09:00"),
        ticket("DEMS-7", "1 10:00", **new, links=clones("DSEC-6")),  # the key of its origin is nobody else's business
    ) == [
        ("DEMS-2", when("2 09:00"), "Low, its origin DSD-1 Critical"),
        ("DEMS-7", when("1 10:00"), "Low, its origin is of the priority channel"),
    ]


@pytest.mark.rule("F5")
def test_f5_delegated_to_nobody(tmp_path: Path) -> None:
    unlinked = change("1 15:00", "Link", "This issue is cloned by DSP-99", None)
    assert found(
        tmp_path,
        "F5",
        "9 09:00",
        ticket("DSD-1", "1 09:00", *TO_DELEGATED),
        ticket(
            "DSD-2", "1 09:00", *TO_DELEGATED, links=is_cloned_by("DSP-99")
        ),  # not in the store: a clone all the same
        ticket("DSD-3", "1 09:00", *TO_DELEGATED, unlinked),
        ticket("DSD-4", "1 09:00", *TO_DELEGATED, links=is_cloned_by("DEMS-5")),
        ticket("DEMS-5", "9 09:00", status="TO DO"),  # created at T: not yet visible
    ) == [
        ("DSD-1", when("1 11:00"), "never cloned"),
        ("DSD-3", when("1 15:00"), "the link to its clone was taken away"),
        ("DSD-4", when("1 11:00"), "never cloned"),
    ]


@pytest.mark.rule("F6")
def test_f6_with_the_user_for_more_than_two_weeks(tmp_path: Path) -> None:
    def waiting(key: str, since: str) -> Ticket:
        return ticket(key, "1 09:00", *moves("OPEN", "1 10:00 RECEIVED", f"{since} ON GOING"))

    just_over, exactly = waiting("DSD-1", "1 10:59:59"), waiting("DSP-2", "1 11:00")
    assert found(tmp_path, "F6", "15 11:00", just_over, exactly) == [
        ("DSD-1", when("15 10:59:59"), "ON GOING since 2025-09-01 08:59:59 UTC, by Bob")
    ]


@pytest.mark.rule("F7")
def test_f7_done_for_two_weeks_and_not_a_word_since(tmp_path: Path) -> None:
    def done(key: str, *since: Any, at: str = "1 11:00") -> Ticket:
        return ticket(key, "1 09:00", *moves("TO DO", "1 10:00 IN PROGRESS", f"{at} DONE"), *since)

    evidence = when("15 11:00"), "DONE since 2025-09-01 09:00:00 UTC, by Bob"
    assert found(
        tmp_path,
        "F7",
        "15 11:00",
        done("DEMS-1"),  # for exactly two weeks
        done("DEMS-2", at="1 11:00:01"),
        done("DSD-3", comment("1 11:00", "ann", public=False)),  # the reporter
        done("DSD-4", comment("1 10:59", "ann"), comment("3 09:00", "bob")),  # before it, and somebody else
        done("DSD-5", change("3 09:00", "score", None, "4"), change("3 10:00", "score", "4", None)),
        done("DSD-6", *moves("DONE", "3 09:00 CLOSED")),
    ) == [("DEMS-1", *evidence), ("DSD-4", *evidence)]


@pytest.mark.rule("F7")
@pytest.mark.parametrize(
    ("met", "is_silent"), [("1 10:59", True), ("1 11:00", False), ("9 09:00", False), ("15 11:00", True)]
)
def test_f7_a_rating_from_the_sources_feedback_is_a_score(tmp_path: Path, met: str, is_silent: bool) -> None:
    """Where no field holds the score: it is dated by when it was met, strictly before T."""
    done = ticket("DSD-1", "1 09:00", *moves("OPEN", "1 10:00 RECEIVED", "1 11:00 DONE"))
    path = store_of([jira_issue(done)], tmp_path / "store.duckdb")
    with closing(Store(path)) as store:
        store.put_feedback({done.ticket_id: 4}, mart(met), run=2)
    silent = rows_of(part_of(path, rome("15 11:00"), "finding"), "finding", "key", "rule = 'F7'")
    assert silent == [{"key": "DSD-1"}] * is_silent


@pytest.mark.rule("F8")
def test_f8_in_the_priority_channel_and_not_blocking(tmp_path: Path) -> None:
    joined = change("1 10:00", "category", None, "payment and BILLING")
    lowered = change("2 10:00", "priority", "Blocking", "Critical")
    assert found(
        tmp_path,
        "F8",
        "9 09:00",
        ticket("DSD-1", "1 09:00", joined, category="payment and BILLING"),
        ticket("DSP-2", "1 09:00", lowered, category="Security", priority="Critical"),
        ticket("DSEC-3", "1 09:00", priority=None),  # all of DSEC
        ticket("DSEC-4", "1 09:00", priority="Blocking"),
        ticket("DPM-5", "1 09:00", status="TO DO", category="Security"),  # not where the rule holds
    ) == [
        (
            "DSD-1",
            when("1 10:00"),
            "category: empty → payment and BILLING at 2025-09-01 08:00:00 UTC, by Bob; priority: Low since creation",
        ),
        ("DSEC-3", when("1 09:00"), "priority: empty since creation"),
        (
            "DSP-2",
            when("2 10:00"),
            "category: Security since creation; priority: Blocking → Critical at 2025-09-02 08:00:00 UTC, by Bob",
        ),
    ]


@pytest.mark.rule("F9")
def test_f9_closed_from_anything_but_done(tmp_path: Path) -> None:
    too_soon = moves("TO DO", "1 10:00 CLOSED", "1 11:00 TO DO", "1 12:00 DONE", "1 13:00 CLOSED")
    assert (
        found(
            tmp_path,
            "F9",
            "9 09:00",
            ticket("DEMS-1", "1 09:00", *too_soon),  # it stays
            ticket("DEMS-2", "1 09:00", *too_soon[3:]),
        )
        == [("DEMS-1", when("1 10:00"), "TO DO → CLOSED, by Bob")]
    )


@pytest.mark.rule("F10")
def test_f10_the_answer_waits_for_more_than_a_working_day(tmp_path: Path) -> None:
    def desk(number: int, settled: str, *others: str) -> tuple[Ticket, Ticket]:
        """An origin in DELEGATED and its clone, which is DONE from some time on."""
        clone = ticket(f"DEMS-{number + 1}", "1 09:00", *moves("TO DO", "1 09:30 IN PROGRESS", f"{settled} DONE"))
        origin = ticket(f"DSD-{number}", "1 09:00", *TO_DELEGATED, links=is_cloned_by(clone.key, *others))
        return origin, clone

    assert found(
        tmp_path,
        "F10",
        "4 10:00",  # Thursday: a working day after Wednesday 10:00
        *desk(1, "3 10:00"),
        *desk(3, "3 09:59:59"),
        *desk(5, "2 10:00", "DPM-7"),  # the later of the two counts
        ticket("DPM-7", "1 11:00", *moves("TO DO", "1 12:00 IN PROGRESS", "2 12:00 DONE", "2 13:00 CLOSED")),
        *desk(8, "2 10:00", "DSP-99"),  # nobody knows of the other
        *desk(10, "1 10:30"),  # before it was delegated at 11:00
    ) == [
        ("DSD-10", when("2 11:00"), "all clones ready since 2025-09-01 09:00:00 UTC"),
        ("DSD-3", when("4 09:59:59"), "all clones ready since 2025-09-03 07:59:59 UTC"),
        ("DSD-5", when("3 12:00"), "all clones ready since 2025-09-02 10:00:00 UTC"),
    ]


@pytest.mark.rule("F11")
def test_f11_a_score_that_is_none(tmp_path: Path) -> None:
    assert found(
        tmp_path,
        "F11",
        "9 09:00",
        ticket("DSD-1", "1 09:00", change("2 09:00", "score", "4", "6", by="ann"), score="6"),
        ticket("DSP-2", "1 09:00", score="4.5"),
        ticket("DSD-3", "1 09:00", score="5"),
        ticket("DSEC-4", "1 09:00", score="9"),
    ) == [
        ("DSD-1", when("2 09:00"), "score: 4 → 6 at 2025-09-02 07:00:00 UTC, by Ann"),
        ("DSP-2", when("1 09:00"), "score: 4.5 since creation"),
    ]


@pytest.mark.rule("F12")
def test_f12_a_mandatory_field_is_empty(tmp_path: Path) -> None:
    cleared = change("1 12:00", "relevance", "Routine", "  "), change("1 13:00", "summary", "A summary", None)
    assert found(
        tmp_path,
        "F12",
        "9 09:00",
        ticket("DSD-1", "1 09:00", *cleared, relevance="  ", summary=None),  # since the first of the two
        ticket("DSP-2", "1 09:00", description=" "),
        ticket("DEMS-3", "1 09:00", status="TO DO", relevance=None),  # asked for in DSD and DSP alone
    ) == [
        (
            "DSD-1",
            when("1 12:00"),
            "relevance: Routine → empty at 2025-09-01 10:00:00 UTC, by Bob; "
            "summary: A summary → empty at 2025-09-01 11:00:00 UTC, by Bob",
        ),
        ("DSP-2", when("1 09:00"), "description: empty since creation"),
    ]
