"""Ours beside the source's own figures: a worked example for each class of difference, and for each clock."""

from pathlib import Path
from typing import Any

import pytest

from etl.publish import publish
from etl.store import Store
from profiles import load_profile
from tests.desks import jira_issue, mart_of, part_of, rows_of, store_of
from tests.marts import assert_same, contents
from tests.naive.examples import change, desk_ticket, mart, moves, rome
from tests.naive.history import Ticket
from tests.sla import cycle, field, issue_with

HOUR = 3600
# Mon 10:00 to Wed 10:00 is 7 + 8 + 1 h open, of which Tue 10:00 to 12:00 in ON GOING: 14 h.
PATH = ("OPEN", "1 09:30 RECEIVED", "1 10:00 TO DO", "2 10:00 ON GOING", "2 12:00 IN PROGRESS", "3 10:00 DONE")
DONE = desk_ticket("1 09:00", *moves(*PATH), status="DONE")
REOPENED = desk_ticket(
    "1 09:00", *moves(*PATH, "4 10:00 TO DO", "4 13:00 DONE"), status="DONE"
)  # 14 h, and Thu 10:00 to 13:00: 17 h
RUNS = desk_ticket("1 09:00", *moves(*PATH[:-1]), status="IN PROGRESS")
ALL = ("1 10:00", "3 10:00")


Row = tuple[Any, ...]


def compared(folder: Path, *issues: bytes, t: str = "10 09:00") -> list[Row]:
    """(clock, class, detail, our hours, their hours) of the tickets."""
    return [row for rows in by_ticket(folder, *issues, t=t).values() for row in rows]


def by_ticket(folder: Path, *issues: bytes, t: str = "10 09:00") -> dict[str, list[Row]]:
    """The same by the ticket's id."""
    made = part_of(store_of(list(issues), folder / "store.duckdb"), rome(t), "reconcile")
    found: dict[str, list[Row]] = {}
    for r in rows_of(made, "reconcile"):
        figures = _hours(r["ours_seconds"]), _hours(r["theirs_seconds"])
        found.setdefault(r["ticket_id"], []).append((r["clock"], r["class"], r["detail"], *figures))
    return found


def _hours(seconds: int | None) -> float | None:
    return None if seconds is None else seconds / HOUR


WAYS: list[tuple[Ticket, list[Any], Row]] = [
    (DONE, [cycle(*ALL, 14)], ("agree", "", 14, 14)),
    (DONE, [cycle("1 10:01", "3 10:00", 13.99)], ("agree", "", 14, 13.99)),
    (DONE, [cycle(*ALL, 16)], ("pause", "nothing paused", 14, 16)),
    (DONE, [cycle(*ALL, 46)], ("calendar", "around the clock", 14, 46)),
    (DONE, [cycle(*ALL, 48)], ("pause", "nothing paused; around the clock", 14, 48)),
    (DONE, [cycle(*ALL, 15)], ("calendar", "hours in UTC", 14, 15)),
    (DONE, [cycle(*ALL, 14.5)], ("unexplained", "", 14, 14.5)),
    (DONE, [cycle(*ALL, 14, goal=24)], ("rule", "another goal", 14, 14)),
    (DONE, [cycle(*ALL, 16, goal=24)], ("pause", "nothing paused; another goal", 14, 16)),
    (DONE, [cycle("1 09:00", "3 10:00", 15)], ("rule", "another start", 14, 15)),
    (DONE, [cycle("1 09:00", "3 10:00", 15.5)], ("unexplained", "another start", 14, 15.5)),
    (DONE, [cycle("1 10:00", "2 10:00", 8)], ("rule", "another stop", 14, 8)),
    (DONE, [cycle("1 10:00")], ("rule", "still runs at the source", 14, None)),
    (RUNS, [cycle("1 10:00")], ("running", "", None, None)),
    (RUNS, [cycle("1 10:00", goal=24)], ("rule", "another goal", None, None)),
    (RUNS, [cycle(*ALL, 14)], ("rule", "stopped at the source", None, 14)),
    (REOPENED, [cycle(*ALL, 14), cycle("4 10:00", "4 13:00", 3)],
     ("reopening", "last of 2 cycles; another start", 17, 3)),
    (REOPENED, [cycle(*ALL, 14)], ("reopening", "another stop", 17, 14)),
    (REOPENED, [cycle("1 10:00", "4 13:00", 17)], ("agree", "", 17, 17)),
    (REOPENED, [cycle("1 10:00", "4 13:00", 25)], ("pause", "only waiting paused", 17, 25)),
    (REOPENED, [cycle("1 10:00", "4 13:00", 19)], ("pause", "waiting not paused", 17, 19)),
    (REOPENED, [cycle(*ALL, 14), cycle("4 10:00")],
     ("reopening", "last of 2 cycles; another start; still runs at the source", 17, None)),
]  # fmt: skip


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    """All of them as one desk, published once: its tickets have nothing to do with each other."""
    issues = [issue_with(_numbered(t, n), resolution=field(*c)) for n, (t, c, _) in enumerate(WAYS)]
    return by_ticket(tmp_path_factory.mktemp("ways"), *issues)


@pytest.mark.parametrize("number", range(len(WAYS)), ids=lambda n: " ".join(map(str, WAYS[n][2])))
def test_each_way_to_differ(ways: dict[str, list[Row]], number: int) -> None:
    assert ways[f"jira/{number}"] == [("resolution", *WAYS[number][2])]


def test_a_holiday_that_the_source_does_not_know(tmp_path: Path) -> None:
    """Wed 24 December 16:00 to Mon 29 December 10:00: 1 + 1 h, and 16 h if the 25th and 26th were open."""
    christmas = moves("TO DO", "2025-12-29 10:00 DONE")
    ticket = desk_ticket("2025-12-24 16:00", *christmas, status="DONE")
    sla = field(cycle("2025-12-24 16:00", "2025-12-29 10:00", 18))
    [row] = compared(tmp_path, issue_with(ticket, resolution=sla), t="2026-01-07 09:00")
    assert row == ("resolution", "calendar", "without holidays", 2, 18)


def test_first_response_is_never_paused(tmp_path: Path) -> None:
    answered = field(cycle("1 09:00", "1 09:30", 0.5, goal=4))
    [row] = compared(tmp_path, issue_with(DONE, first_response=answered))
    assert row == ("first_response", "agree", "", 0.5, 0.5)


def test_a_clock_that_only_the_source_runs(tmp_path: Path) -> None:
    """DPM has no first response (1.5); one that RECEIVED alone does not start (AMP-C3) runs at the source."""
    incident = desk_ticket("1 09:00", *moves("TO DO", "1 10:00 DONE"), key="DPM-1", status="DONE", type="Incident")
    received = desk_ticket("1 09:00", *moves("OPEN", "1 09:30 RECEIVED"), status="RECEIVED")
    found = by_ticket(
        tmp_path,
        issue_with(_numbered(incident, 0), first_response=field(cycle("1 09:00", "1 10:00", 1))),
        issue_with(_numbered(received, 1), resolution=field(cycle("1 09:30"))),
    )
    assert found["jira/0"] == [("first_response", "rule", "the clock does not run here", None, 1)]
    assert found["jira/1"] == [("resolution", "rule", "not started here", None, None)]


def test_a_difference_on_a_broken_history(tmp_path: Path) -> None:
    """The move into TO DO is lost; what agrees all the same, agrees."""
    [received, _, *rest] = moves(*PATH)
    broken = desk_ticket("1 09:00", received, *rest, status="DONE")
    other = field(cycle(*ALL, 14))
    same = field(cycle("2 12:00", "3 10:00", 6))
    failed = "status history unbroken"
    issues = [issue_with(_numbered(broken, n), resolution=told) for n, told in enumerate((other, same))]
    found = by_ticket(tmp_path, *issues)
    assert [row[:3] for row in found["jira/0"]] == [("resolution", "incomplete history", failed)]
    assert [row[:3] for row in found["jira/1"]] == [("resolution", "agree", "")]


def test_a_history_that_was_cut_has_no_figure_of_ours(tmp_path: Path) -> None:
    cut = Ticket(**{**vars(DONE), "complete": False})
    [row] = compared(tmp_path, issue_with(cut, resolution=field(cycle(*ALL, 14))))
    assert row == ("resolution", "incomplete history", "histories whole", None, 14)


DATES: list[tuple[Ticket, str, tuple[str, str]]] = [
    (DONE, "3 10:00", ("agree", "")),
    (DONE, "3 12:00", ("unexplained", "")),
    (REOPENED, "4 13:00", ("agree", "")),
    (REOPENED, "3 10:00", ("reopening", "entry into DONE")),
    (desk_ticket("1 09:00", *moves(*PATH, "4 10:00 TO DO"), status="TO DO"), "3 10:00",
     ("reopening", "entry into DONE; open again")),
    (desk_ticket("1 09:00", *moves(*PATH, "5 10:00 CLOSED"), status="CLOSED"), "5 10:00",
     ("rule", "entry into CLOSED")),
    (RUNS, "3 10:00", ("unexplained", "open again")),
]  # fmt: skip


def test_resolution_dates(tmp_path: Path) -> None:
    issues = [issue_with(_numbered(ticket, n), date) for n, (ticket, date, _) in enumerate(DATES)]
    found = by_ticket(tmp_path, *issues)
    for n, (_, date, expected) in enumerate(DATES):
        assert found[f"jira/{n}"] == [("resolution_date", *expected, None, None)], (date, expected)


def test_as_of_shows_what_the_source_had_done_by_then(tmp_path: Path) -> None:
    """Wed 10:00 is not yet visible as of Wed 10:00 (AMP-W3): both run; nor is the second cycle of Thursday."""
    cycles = field(cycle(*ALL, 14), cycle("4 10:00", "4 13:00", 3))
    store = store_of([issue_with(REOPENED, "4 13:00", resolution=cycles)], tmp_path / "store.duckdb")
    seen = {}
    for t in ("1 10:00", "3 10:00", "4 09:00", "4 13:00", "5 09:00"):
        rows = rows_of(part_of(store, rome(t), "reconcile"), "reconcile", "clock, class, cycles")
        seen[t] = [tuple(row.values()) for row in rows]
    assert seen == {
        "1 10:00": [],
        "3 10:00": [("resolution", "running", 1)],
        "4 09:00": [("resolution", "agree", 1)],
        "4 13:00": [("resolution", "reopening", 2)],
        "5 09:00": [("resolution", "reopening", 2), ("resolution_date", "agree", None)],
    }


def test_the_cycles_in_the_mart(tmp_path: Path) -> None:
    cycles = field(cycle("1 10:00", "3 10:00", 48.5), cycle("4 10:00"))
    store = store_of([issue_with(REOPENED, resolution=cycles)], tmp_path / "store.duckdb")
    columns = "cycle, started_at, stopped_at, breached, goal_seconds, elapsed_seconds"
    rows = rows_of(part_of(store, rome("5 09:00"), "source_sla"), "source_sla", columns)
    assert [tuple(row.values()) for row in rows] == [
        (1, mart("1 10:00"), mart("3 10:00"), True, 40 * HOUR, 48.5 * HOUR),
        (2, mart("4 10:00"), None, None, 40 * HOUR, None),
    ]


def test_an_incremental_publish_equals_a_full_one(tmp_path: Path) -> None:
    """The ticket is closed in between; its source's second cycle and resolution date lie after the first T."""
    closed = desk_ticket("1 09:00", *moves(*PATH, "3 11:00 CLOSED"), status="CLOSED")
    cycles = field(cycle(*ALL, 14), cycle("4 10:00", "4 13:00", 3))
    store = store_of([issue_with(closed, "4 13:00", resolution=cycles)], tmp_path / "store.duckdb")
    for t in ("4 09:00", "4 12:00", "5 09:00"):
        marts = mart_of(store, rome(t)), mart_of(store, rome(t), full=True, out=tmp_path / "full.duckdb")
        assert_same(*(contents(made) for made in marts))


def test_how_many_agree(tmp_path: Path) -> None:
    """Per clock, the running ones in no share; a restricted ticket counts and is no example."""
    secret = desk_ticket("1 09:00", *moves(*PATH), key="DSEC-1", status="DONE", type="Security Incident")
    figures = [(DONE, 14.0), (DONE, 14.0), (DONE, 16.0), (secret, 46.0)]
    done = [(ticket, field(cycle(*ALL, hours, goal=20 if ticket is secret else 40))) for ticket, hours in figures]
    told = [*done, (RUNS, field(cycle("1 10:00")))]
    issues = [issue_with(_numbered(ticket, n), resolution=sla) for n, (ticket, sla) in enumerate(told, 1)]
    made = part_of(store_of(issues, tmp_path / "store.duckdb"), rome("10 09:00"), "reconciliation")
    rows = rows_of(made, "reconciliation")
    assert [tuple(row.values()) for row in rows] == [
        ("resolution", "agree", 2, 4, 0.5, 0, 0, "jira/1"),
        ("resolution", "calendar", 1, 4, 0.25, 32 * HOUR, 1, None),
        ("resolution", "pause", 1, 4, 0.25, 2 * HOUR, 0, "jira/3"),
        ("resolution", "running", 1, 4, None, None, 0, "jira/5"),
    ]


def _numbered(ticket: Ticket, number: int) -> Ticket:
    return Ticket(**{**vars(ticket), "ticket_id": f"jira/{number}"})


def test_feedback_stands_for_the_score_from_when_it_was_first_seen(tmp_path: Path) -> None:
    """Rated 2 when asked on the 4th, 5 on the 8th (AMP-S2); a field that holds a score comes first."""
    scored = desk_ticket("1 09:00", *moves(*PATH), change("5 09:00", "score", None, "3"), status="DONE", score="3")
    path = store_of([jira_issue(DONE), jira_issue(_numbered(scored, 2))], tmp_path / "store.duckdb")
    store = Store(path)
    for at, rating in (("4 09:00", 2), ("6 09:00", 2), ("8 09:00", 5)):
        store.put_feedback({"jira/10001": rating, "jira/2": 1}, mart(at), run=2)
    store.close()
    seen = {}
    for t in ("4 09:00", "5 12:00", "8 12:00"):
        made = publish(path, tmp_path / "mart", load_profile("desp"), mart(t)).path
        seen[t] = [
            tuple(row.values()) for row in rows_of(made, "ticket", "score, scored_at", "ticket_id = 'jira/10001'")
        ]
        own = rows_of(made, "ticket", "score", "ticket_id = 'jira/2'")
    assert seen == {"4 09:00": [(None, None)], "5 12:00": [(2, mart("4 09:00"))], "8 12:00": [(5, mart("8 09:00"))]}
    assert own == [{"score": 3}]
