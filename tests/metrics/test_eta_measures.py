"""ETA accuracy, slips, the standing of open tickets and the follow-up list by hand (DMSU-M6, DMSU-M7)."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from metrics.breakdown import DIMENSIONS
from tests.naive.examples import change, desk_ticket, moves
from tests.naive.history import Ticket
from tests.story import desp_with, views, when

SEPTEMBER = date(2025, 9, 1)


def promised(done: str | None, first: str | None, *later: tuple[str, str], provider: str = "Alpha") -> Ticket:
    """A ticket of Monday 1 September with a date at creation, set anew later on, and DONE at some time."""
    changes, before = [], first
    for at, eta in later:
        changes.append(change(at, "eta", before, eta))
        before = eta
    path = moves("TO DO", f"{done} DONE") if done else []
    status = "DONE" if done else "TO DO"
    return desk_ticket("1 09:00", *changes, *path, eta=before, status=status, provider=provider)


DESK = (
    promised("3 23:59", "2025-09-03"),  # by the initial ETA: until the end of that day
    promised("4 10:00", "2025-09-03", ("2 09:00", "2025-09-05")),  # by the revised one
    promised("10 10:00", "2025-09-03"),  # 7 days late: within a week
    promised("11 10:00", "2025-09-03"),  # 8 days late: within a month
    promised("2025-10-06 10:00", "2025-09-03", provider="Beta"),  # 33 days late, in October
    promised("3 10:00", None),
)


# DMSU-M6: of the fixes delivered in the period, by which date


@pytest.mark.rule("DMSU-M6")
def test_bands_have_one_denominator_and_sum_to_it(tmp_path: Path) -> None:
    ask = views(tmp_path, "2025-11-01 09:00", *DESK)
    bands = "value, month, delivered, n_initial, n_revised, n_week, n_month, n_later, n_no_eta, median_days_late"
    assert ask("eta_accuracy", bands, "dimension = 'provider'") == [
        ("Alpha", SEPTEMBER, 5, 1, 1, 1, 1, 0, 1, 0),  # −1, 0, 7, 8 days: by nearest rank 0
        ("Beta", date(2025, 10, 1), 1, 0, 0, 0, 0, 1, 0, 33),
    ]
    shares = "by_initial, by_agreed, within_week, within_month, by_initial_too_small"
    assert ask("eta_accuracy", shares, f"dimension = 'all' AND month = DATE '{SEPTEMBER}'") == [
        (0.2, 0.4, 0.6, 0.8, False)
    ]
    interval = "round(by_agreed_low, 3), round(by_agreed_high, 3)"
    assert ask("eta_accuracy", interval, f"dimension = 'all' AND month = DATE '{SEPTEMBER}'") == [(0.118, 0.769)]
    parts = ask("eta_accuracy", "dimension, delivered, n_initial + n_revised + n_week + n_month + n_later + n_no_eta")
    assert [row for row in parts if row[1] != row[2]] == []
    assert Counter(row[0] for row in parts for _ in range(row[1])) == dict.fromkeys(DIMENSIONS, 6)


def test_each_delivery_with_what_it_may_be_grouped_by(tmp_path: Path) -> None:
    ask = views(tmp_path, "2025-11-01 09:00", *DESK[:2])
    assert ask("eta_delivery", "delivered_month, provider, initial_eta, agreed_eta, band, days_late") == [
        (SEPTEMBER, "Alpha", date(2025, 9, 3), date(2025, 9, 3), "initial", 0),
        (SEPTEMBER, "Alpha", date(2025, 9, 3), date(2025, 9, 5), "revised", -1),
    ]


# Beyond the source: slips, and revisions after the old date had passed


@pytest.mark.rule("DMSU-M6")
def test_slips(tmp_path: Path) -> None:
    ask = views(
        tmp_path,
        "2025-11-01 09:00",
        promised(None, "2025-09-03", ("5 09:00", "2025-09-10"), ("6 09:00", "2025-09-08")),  # 7 later, 2 earlier
        promised(None, "2025-09-20", ("9 09:00", "2025-09-21")),
        promised("2 10:00", "2025-09-03", ("3 09:00", "2025-09-30")),  # set after the delivery: ignored
        promised(None, "2025-09-30", ("2025-09-30 23:30", "2025-10-02"), provider="Beta"),  # the old date is not over
        promised(
            None, "2025-09-30", ("2025-10-01 00:30", "2025-10-02"), provider="Beta"
        ),  # and half an hour later it is
    )
    columns = "value, month, revisions, slips, days_slipped, median_days_slipped, n_after_expiry"
    assert ask("eta_slip", columns, "dimension = 'provider'") == [
        ("Alpha", SEPTEMBER, 3, 2, 8, 1, 1),
        ("Beta", SEPTEMBER, 1, 1, 2, 2, 0),
        ("Beta", date(2025, 10, 1), 1, 1, 2, 2, 1),
    ]
    assert ask("eta_revision", "previous_eta, eta, days_moved, after_expiry", "ticket_id = 'jira/10000'") == [
        (date(2025, 9, 3), date(2025, 9, 10), 7, True),
        (date(2025, 9, 10), date(2025, 9, 8), -2, False),
    ]


# The standing of open tickets in the same bands


@pytest.mark.rule("DMSU-M6")
def test_open_tickets_at_t(tmp_path: Path) -> None:
    cleared = [change("2 09:00", "eta", "2025-09-10", None)]
    ask = views(
        tmp_path,
        "10 12:00",
        promised(None, "2025-09-10"),  # today: still within it
        promised(None, "2025-09-09", ("2 09:00", "2025-09-10")),
        promised(None, "2025-09-03"),  # 7 days
        promised(None, "2025-09-02"),  # 8 days
        promised(None, "2025-08-10"),  # 31 days
        promised(None, None),
        desk_ticket("1 09:00", *cleared, eta=None, status="TO DO"),  # clearing would hide a slip: the 10th stays agreed
        promised("3 10:00", "2025-09-03"),  # delivered: not here
    )
    assert ask("eta_open", "ticket_id, band, days_late") == [
        ("jira/10000", "initial", 0),
        ("jira/10001", "revised", 0),
        ("jira/10002", "week", 7),
        ("jira/10003", "month", 8),
        ("jira/10004", "later", 31),
        ("jira/10005", "no_eta", None),
        ("jira/10006", "initial", 0),
    ]
    columns = "unresolved, n_initial, n_revised, n_week, n_month, n_later, n_no_eta, round(within_week, 3)"
    assert ask("eta_standing", columns, "dimension = 'all'") == [(7, 2, 1, 1, 1, 1, 1, round(4 / 7, 3))]


# DMSU-M7: the follow-up list


@pytest.mark.rule("DMSU-M7")
@pytest.mark.parametrize(
    ("t", "listed"),
    [
        ("10 23:59", [("due", 0), ("due", 7), ("expired", 1), ("missing", 9)]),
        ("11 00:00", [("due", 6), ("due", 7), ("expired", 1), ("expired", 2), ("missing", 9)]),  # the midnight after
    ],
)
def test_follow_up(tmp_path: Path, t: str, listed: list[tuple[str, int]]) -> None:
    etas = ("2025-09-09", "2025-09-10", "2025-09-17", "2025-09-18", None)
    ask = views(tmp_path, t, *(promised(None, eta) for eta in etas), promised("3 10:00", None))
    assert ask("follow_up", "reason, days") == listed


@pytest.mark.rule("DMSU-M7")
def test_a_ticket_on_hold_may_be_listed_twice(tmp_path: Path) -> None:
    profile = desp_with("[people]\n", '[follow_up]\non_hold = ["on going"]\n\n[people]\n')
    held = desk_ticket("1 09:00", *moves("TO DO", "2 09:00 ON GOING"), eta="2025-09-03", status="ON GOING")
    ask = views(tmp_path, "5 08:59", held, profile=profile)
    assert ask("follow_up", "reason, days") == [("expired", 2), ("on hold", 2)]
    assert ask("ticket", "status_since") == [(when("2 09:00"),)]
