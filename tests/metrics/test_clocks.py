"""The clocks by hand: a history in, clock rows out (AMP-C1 to C4, AMP-W3 to W5, sections 1.1 and 1.2).

The week is Monday 1 to Friday 5 September 2025 in Rome; the desk is open from 09:00 to 17:00; `1 09:00` is an opening.
"""

from dataclasses import replace

import pytest

from tests.naive.examples import change, comment, desk_ticket, moves
from tests.story import NWD, NWH, SOFTWARE, Story, software_ticket, when

# AMP-C1: time to first response


@pytest.mark.rule("AMP-C1")
def test_first_response_is_the_first_move_out_of_open() -> None:
    story = Story(
        "9 09:00",
        desk_ticket("1 09:00", *moves("OPEN", "1 11:00 RECEIVED", "2 11:00 TO DO")),
        desk_ticket("1 09:00", *moves("OPEN", "1 11:00 TO DO")),  # not to RECEIVED: implied
        desk_ticket("1 09:00", *moves("RECEIVED", "1 11:00 TO DO")),  # created in RECEIVED: answered at creation
        desk_ticket("1 09:00", *moves("TO DO", "1 11:00 DONE")),  # created later on (a clone): the same, implied
        desk_ticket("1 09:00"),
    )
    assert story.each("first_response", "stopped_at", "working_seconds", "implied", "state") == [
        (when("1 11:00"), 2 * NWH, False, "met"),
        (when("1 11:00"), 2 * NWH, True, "met"),
        (when("1 09:00"), 0, False, "met"),
        (when("1 09:00"), 0, True, "met"),
        (None, 6 * NWD, False, "overdue"),
    ]


@pytest.mark.rule("AMP-C1")
def test_first_response_does_not_restart_when_open_comes_back() -> None:
    story = Story("9 09:00", desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED", "1 12:00 OPEN")))
    assert story.each("first_response", "stopped_at", "working_seconds") == [(when("1 10:00"), NWH)]


# AMP-C2: time to first human response


@pytest.mark.rule("AMP-C2")
def test_human_response_is_by_somebody_known_who_is_neither_automation_nor_the_reporter() -> None:
    silence = [
        change("1 09:30", "status", "OPEN", "RECEIVED", by="Automation for Jira"),
        comment("1 10:00", by="ann"),  # the reporter
        comment("1 10:10", by=None),  # nobody knows who
        comment("1 10:20", by="bob", public=False),
        change("1 10:30", "priority", "Low", "Critical", by="bob"),  # no status move
        change("1 10:40", "status", "RECEIVED", "received", by="bob"),  # another spelling: no move
    ]
    story = Story(
        "2 09:00",
        desk_ticket("1 09:00", *silence),
        desk_ticket("1 09:00", *silence, comment("1 11:00", by="bob")),
        desk_ticket("1 09:00", *silence, change("1 12:00", "status", "RECEIVED", "TO DO", by="bob")),
        desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED")),  # bob moved it by hand
    )
    assert story.each("first_human_response", "stopped_at", "working_seconds", "implied", "state") == [
        (None, NWD, False, "no_goal"),
        (when("1 11:00"), 2 * NWH, False, "no_goal"),
        (when("1 12:00"), 3 * NWH, False, "no_goal"),
        (when("1 10:00"), NWH, False, "no_goal"),
    ]


@pytest.mark.rule("AMP-C2", "AMP-W4")
def test_the_reporter_is_the_one_of_that_moment() -> None:
    story = Story(
        "2 09:00",
        # ann's comment answers while bob is the reporter; she becomes it later
        desk_ticket("1 09:00", comment("1 10:00", "ann"), change("1 11:00", "reporter", "bob", "ann")),
        # bob is the reporter from 10:00 on: his comment is no answer
        desk_ticket("1 09:00", change("1 10:00", "reporter", "ann", "bob"), comment("1 11:00", "bob"), reporter="bob"),
    )
    assert story.each("first_human_response", "stopped_at") == [(when("1 10:00"),), (None,)]


@pytest.mark.rule("AMP-C2", "AMP-W4")
def test_what_an_import_dates_before_creation_is_judged_by_who_was_the_reporter_then() -> None:
    handed_over = change("1 08:30", "reporter", "rita", "ann")
    story = Story(
        "2 09:00",
        desk_ticket(
            "1 14:00", change("1 08:00", "status", "OPEN", "RECEIVED", by="rita"), handed_over, reporter="ann"
        ),  # hers, still
        desk_ticket("1 14:00", change("1 09:00", "status", "OPEN", "RECEIVED", by="rita"), handed_over, reporter="ann"),
        desk_ticket("1 14:00", comment("1 08:30", "ann"), handed_over, reporter="ann"),  # until then rita was it
    )
    assert story.each("first_human_response", "stopped_at") == [(None,), (when("1 14:00"),), (when("1 14:00"),)]


@pytest.mark.rule("AMP-C2")
def test_closed_without_a_human_stops_the_human_clock_implied() -> None:
    closed = change("1 11:00", "status", "OPEN", "CLOSED", by="Automation for Jira")
    story = Story(
        "2 09:00",
        desk_ticket("1 09:00", closed, comment("1 12:00", "bob")),
        desk_ticket("1 09:00", comment("1 10:00", "bob"), closed),
    )
    assert story.each("first_human_response", "stopped_at", "implied") == [
        (when("1 11:00"), True),
        (when("1 10:00"), False),
    ]


# AMP-C3: time to resolution


@pytest.mark.rule("AMP-C3")
def test_resolution_starts_at_the_first_work() -> None:
    works = ("TO DO", "DELEGATED", "IN PROGRESS")
    paths = (moves("OPEN", "1 10:00 RECEIVED", f"1 11:00 {w}", "1 12:00 IN PROGRESS", "1 15:00 DONE") for w in works)
    story = Story("2 09:00", *(desk_ticket("1 09:00", *path) for path in paths))
    assert story.each("resolution", "started_at", "start_basis", "stopped_at", "working_seconds") == [
        (when("1 11:00"), first, when("1 15:00"), 4 * NWH) for first in works
    ]


@pytest.mark.rule("AMP-C3")
def test_resolution_of_what_was_never_worked_on_starts_at_received_else_at_creation() -> None:
    story = Story(
        "5 09:00",
        desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED", "1 11:00 OPEN", "1 12:00 RECEIVED", "1 13:00 DONE")),
        desk_ticket("1 09:00", *moves("OPEN", "1 13:00 CLOSED")),
        desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED", "1 11:00 ON GOING")),
        # decided once and never moved: TO DO after DONE does not move the start
        desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED", "1 13:00 DONE", "2 13:00 TO DO", "2 14:00 DONE")),
    )
    assert story.each("resolution", "started_at", "start_basis", "stopped_at", "state", "working_seconds") == [
        (when("1 10:00"), "RECEIVED", when("1 13:00"), "met", 3 * NWH),
        (when("1 09:00"), "created", when("1 13:00"), "met", 4 * NWH),
        (None, None, None, "not_started", 0),
        (when("1 10:00"), "RECEIVED", when("2 14:00"), "met", 4 * NWH),
    ]


@pytest.mark.rule("AMP-C3")
def test_time_with_the_user_does_not_count() -> None:
    path = moves("TO DO", "1 11:00 ON GOING", "1 16:00 IN PROGRESS", "2 10:00 ON GOING", "2 12:00 DONE")
    story = Story("5 09:00", desk_ticket("1 09:00", *path))
    # 09-11, 16-17 and 09-10 count; 11-16 and 10-12 are the user's
    assert story.each("resolution", "working_seconds", "paused_seconds") == [(4 * NWH, 7 * NWH)]


REOPENED = moves(
    "TO DO", "1 11:00 DONE", "1 13:00 CLOSED", "2 09:00 TO DO", "2 12:00 DONE", "3 09:00 CLOSED"
)  # fmt: skip


@pytest.fixture(scope="module")
def reopened() -> Story:
    """It as of Friday, when it is closed again."""
    return Story("5 09:00", desk_ticket("1 09:00", *REOPENED))


@pytest.mark.rule("AMP-C3")
def test_a_reopened_ticket_goes_on_with_the_same_clock(reopened: Story) -> None:
    assert reopened.each("resolution", "started_at", "stopped_at", "working_seconds", "paused_seconds") == [
        (when("1 09:00"), when("2 12:00"), 5 * NWH, 6 * NWH)  # DONE 11-13 and CLOSED 13-17 are the pause
    ]
    assert reopened.rows("ticket", "first_resolved_at", "resolved_at", "closed_at", "reopenings") == [
        (when("1 11:00"), when("2 12:00"), when("3 09:00"), 1)
    ]


@pytest.mark.rule("AMP-C3")
def test_while_it_is_open_again_there_is_no_final_stop() -> None:
    story = Story("2 10:00", desk_ticket("1 09:00", *REOPENED))
    assert story.each("resolution", "stopped_at", "state", "working_seconds") == [(None, "running", 3 * NWH)]
    assert story.rows("ticket", "first_resolved_at", "resolved_at", "closed_at") == [(when("1 11:00"), None, None)]


def test_segments_tell_what_counted_and_by_which_rule(reopened: Story) -> None:
    columns = ("seq", "status", "started_at", "ended_at", "kind", "working_seconds", "rule")
    assert reopened.rows("clock_segment", *columns, clock="resolution") == [
        (1, "TO DO", when("1 09:00"), when("1 11:00"), "counted", 2 * NWH, "AMP-C3"),
        (2, "DONE", when("1 11:00"), when("1 13:00"), "paused", 2 * NWH, "AMP-C3"),
        (3, "CLOSED", when("1 13:00"), when("2 09:00"), "paused", 4 * NWH, "AMP-C3"),
        (4, "TO DO", when("2 09:00"), when("2 12:00"), "counted", 3 * NWH, "AMP-C3"),
    ]


# AMP-C4: time to closure


@pytest.mark.rule("AMP-C4")
def test_closure_counts_done_but_neither_the_user_nor_earlier_closed_stays(reopened: Story) -> None:
    # day 1: 09-13 count (DONE too), CLOSED 13-17 does not; day 2 counts whole, up to CLOSED at 3 09:00
    assert reopened.each("closure", "stopped_at", "working_seconds", "paused_seconds", "state", "goal_seconds") == [
        (when("3 09:00"), 4 * NWH + NWD, 4 * NWH, "no_goal", None)
    ]
    waiting = Story("2 09:00", desk_ticket("1 09:00", *moves("TO DO", "1 10:00 ON GOING"), status="ON GOING"))
    assert waiting.each("closure", "state", "working_seconds", "paused_seconds") == [("paused", NWH, 7 * NWH)]


# Where clocks run (1.1, 1.5)


def test_clocks_run_in_their_projects_only() -> None:
    kinds = {
        "DSD": "Anomaly", "DSP": "User Request", "DSEC": "Security Incident", "DC": "Change Request",
        "DPM": "Incident", "DEMS": "Story", "DCMS": "Maintenance Request",
    }  # fmt: skip
    story = Story("2 09:00", *(desk_ticket("1 09:00", key=f"{key}-1", type=kind) for key, kind in kinds.items()))
    answers, all_four = {"first_response", "first_human_response"}, {"resolution", "closure"}
    expected = [answers | all_four] * 3 + [answers] + [set()] * 3
    assert [story.clocks(n) for n in range(len(kinds))] == expected


def test_other_types_and_projects_are_left_out_and_counted() -> None:
    story = Story(
        "2 09:00",
        desk_ticket("1 09:00", type="Task"),
        desk_ticket("1 09:00", key="OPS-1"),
        desk_ticket("1 09:00", type="user-request"),  # the same type in another spelling
    )
    assert [story.rows("ticket", "type", number=n) for n in range(3)] == [[], [], [("User Request",)]]
    assert (story.failed("type in scope"), story.failed("project in scope")) == (1, 1)


def test_the_project_is_the_one_at_t() -> None:
    moved = desk_ticket("1 09:00", change("2 09:00", "key", "DPM-7", "DSD-1"))
    before, after = (Story(t, replace(moved, current={**moved.current})) for t in ("1 12:00", "3 09:00"))
    assert (before.rows("ticket", "key", "project"), before.clocks()) == ([("DPM-7", "DPM")], set())
    assert (after.rows("ticket", "key", "project"), len(after.clocks())) == ([("DSD-1", "DSD")], 4)


# Statuses (1.2)


def test_spellings_are_one_status_and_no_move() -> None:
    path = moves("open", "1 10:00 Received", "1 11:00 ON-GOING", "1 12:00  On  going ", "1 13:00 in_progress")
    story = Story("1 14:00", desk_ticket("1 09:00", *path, status="in_progress"))
    assert story.rows("interval", "status", "phase", "entered_at", "left_at", "working_seconds") == [
        ("OPEN", "desk", when("1 09:00"), when("1 10:00"), NWH),
        ("RECEIVED", "desk", when("1 10:00"), when("1 11:00"), NWH),
        ("ON GOING", "user", when("1 11:00"), when("1 13:00"), 2 * NWH),
        ("IN PROGRESS", "champion", when("1 13:00"), None, NWH),
    ]


def test_the_phase_of_work_depends_on_the_project() -> None:
    story = Story(
        "1 10:00", desk_ticket("1 09:00", status="TO DO"), desk_ticket("1 09:00", key="DSP-1", status="TO DO")
    )
    assert [story.rows("interval", "phase", number=n) for n in range(2)] == [[("champion",)], [("provider",)]]


def test_an_unknown_status_keeps_its_name_counts_as_work_and_is_reported() -> None:
    story = Story("1 12:00", desk_ticket("1 09:00", *moves("TO DO", "1 10:00 Triage"), status="Triage"))
    assert story.rows("interval", "status", "phase")[-1] == ("Triage", None)
    assert story.each("resolution", "working_seconds", "state") == [(3 * NWH, "running")]
    assert story.failed("statuses mapped") == 1
    assert story.rows("coverage_item", "detail", check="statuses mapped") == [("Triage",)]


def test_stays_begin_at_creation_without_a_gap_and_zero_length_ones_count() -> None:
    path = moves("TO DO", "1 10:00 DONE", "1 10:00 TO DO")
    story = Story("1 12:00", desk_ticket("1 09:00", *path, status="TO DO"))
    assert story.rows("interval", "seq", "status", "entered_at", "left_at", "working_seconds") == [
        (1, "TO DO", when("1 09:00"), when("1 10:00"), NWH),
        (2, "DONE", when("1 10:00"), when("1 10:00"), 0),
        (3, "TO DO", when("1 10:00"), None, 2 * NWH),
    ]
    assert story.rows("ticket", "reopenings", "first_resolved_at") == [(1, when("1 10:00"))]


def test_the_closed_stay_that_stands_has_no_working_time() -> None:
    story = Story("9 09:00", desk_ticket("1 09:00", *moves("DONE", "1 10:00 CLOSED"), status="CLOSED"))
    assert story.rows("interval", "status", "working_seconds") == [("DONE", NWH), ("CLOSED", None)]


# As of T (AMP-W3, AMP-W4)


@pytest.mark.rule("AMP-W3")
def test_what_happens_at_t_itself_is_not_visible() -> None:
    ticket = desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED"), status="RECEIVED")
    shown = [Story(t, ticket).rows("ticket", "status") for t in ("1 09:00", "1 10:00", "1 10:00:00.000001")]
    assert shown == [[], [("OPEN",)], [("RECEIVED",)]]


@pytest.mark.rule("AMP-W4")
def test_values_at_t_come_from_the_history_first() -> None:
    ticket = desk_ticket(
        "1 09:00",
        change("2 09:00", "priority", "Low", "Critical"),
        change("3 09:00", "summary", "Fist", "First"),
        priority="Blocking",  # history says Critical: history wins
        summary="First", service="Data Lake",
    )  # fmt: skip
    shown = [
        Story(t, ticket).rows("ticket", "priority", "summary", "service") for t in ("1 10:00", "2 10:00", "9 09:00")
    ]
    assert shown == [
        [("Low", "Fist", "Data Lake")],
        [("Critical", "Fist", "Data Lake")],
        [("Critical", "First", "Data Lake")],
    ]


@pytest.mark.rule("AMP-W4")
def test_a_status_that_differs_from_its_history_is_counted_and_history_wins() -> None:
    story = Story("9 09:00", desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED"), status="DONE"))
    assert story.rows("ticket", "status") == [("RECEIVED",)]
    assert story.failed("history ends in the present status") == 1


@pytest.mark.rule("AMP-W4")
def test_any_field_that_differs_from_its_history_is_counted_and_history_wins() -> None:
    story = Story(
        "9 09:00",
        desk_ticket(
            "1 09:00",
            *(change("2 09:00", "priority", "Low", "Critical"), change("2 09:00", "category", None, "Security")),
            *(change("2 09:00", "assignee", "bob", "cleo"), change("12 09:00", "summary", "Fist", "First")),
            priority="Blocking", assignee="cleo", summary="Last",
        ),
        desk_ticket("1 09:00", change("2 09:00", "score", "2", "4"), change("2 09:00", "priority", None, "low"),
                    score="4.0", priority="Low"),  # the same in another spelling
        desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED"), status="DONE"),  # told by a check of its own
    )  # fmt: skip
    columns = ("priority", "category", "assignee", "summary")
    assert story.rows("ticket", *columns) == [("Critical", "Security", "Cleo", "Fist")]
    check = "histories end in the present values"
    assert [story.rows("coverage_item", "detail", number=n, check=check) for n in range(3)] == [
        [("category, priority, summary",)], [], [],
    ]  # fmt: skip
    assert story.failed(check) == 1


def test_a_score_is_dated_by_the_change_that_set_it() -> None:
    ticket = desk_ticket("1 09:00", change("3 10:00", "score", "2", "4"), score="4")
    shown = [Story(t, ticket).rows("ticket", "score", "scored_at") for t in ("2 09:00", "4 09:00")]
    assert shown == [[(2.0, None)], [(4.0, when("3 10:00"))]]


# Missing history (AMP-W5)


@pytest.mark.rule("AMP-W5")
def test_a_cut_history_is_left_out_and_counted() -> None:
    whole = desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED"), status="RECEIVED")
    story = Story("2 09:00", whole, replace(whole, complete=False))
    assert [story.rows("ticket", "status", number=n) for n in range(2)] == [[("RECEIVED",)], []]
    assert [len(story.clocks(n)) for n in range(2)] == [4, 0]
    assert story.failed("histories whole") == 1


@pytest.mark.rule("AMP-W5")
def test_a_status_without_history_that_nothing_is_created_in_is_kept_and_counted() -> None:
    story = Story("2 09:00", desk_ticket("1 09:00", status="DONE"), desk_ticket("1 09:00", status="OPEN"))
    assert [story.rows("ticket", "status", number=n) for n in range(2)] == [[("DONE",)], [("OPEN",)]]
    assert story.failed("status without history possible at creation") == 1


@pytest.mark.rule("AMP-W5")
def test_what_a_ticket_could_be_created_in_is_asked_of_the_project_of_then() -> None:
    """DEMS creates in TO DO, DSD in OPEN."""
    story = Story(
        "3 09:00",
        desk_ticket("1 09:00", change("2 09:00", "key", "DEMS-1", "DSD-1"), status="TO DO"),
        desk_ticket("1 09:00", change("2 09:00", "key", "DSD-2", "DEMS-2"), key="DEMS-2", type="SPR", status="TO DO"),
    )
    failed = [story.rows("coverage_item", "check", number=n) for n in range(2)]
    assert failed == [[], [("status without history possible at creation",)]]


# Another desk is another profile


def test_a_software_project() -> None:
    path = moves(
        "Open", "1 11:00 In Progress", "1 13:00 Patch Available", "2 11:00 Resolved", "2 12:00 Reopened",
        "2 13:00 In Review", "2 14:00 Done", "3 11:00 Closed",
    )  # fmt: skip
    story = Story("9 11:00", software_ticket("1 11:00", *path, status="Closed"), profile=SOFTWARE)  # 11:00 is 09:00 UTC
    columns = ("started_at", "start_basis", "stopped_at", "working_seconds", "paused_seconds", "state", "goal_seconds")
    assert story.each("resolution", *columns) == [
        # 2 h until review, 6 h of it; resolved for 1 h; reopened for 1 h; 1 h of review
        (when("1 11:00"), "created", when("2 14:00"), 3 * NWH, 8 * NWH, "met", 20 * NWD)
    ]
    assert story.each("first_response", "stopped_at", "working_seconds", "goal_seconds") == [
        (when("1 11:00"), 0, 3 * NWD)
    ]
    assert story.rows("ticket", "phase", "reopenings") == [("closed", 1)]
