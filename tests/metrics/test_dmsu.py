"""The desk `dmsu` by hand: lines told apart by the responsible unit, ETAs, what is on hold (DMSU-M1 to M8).

The week is Monday 1 to Friday 5 September 2025; 09:00 to 17:00 in Amsterdam, where clocks read as in Rome.
"""

from datetime import date
from pathlib import Path

import pytest

from profiles import load_profile
from tests.naive.examples import change, comment, moves, rome
from tests.naive.history import Change, Comment, Ticket
from tests.story import NWD, NWH, Views, views, when

DMSU = load_profile("dmsu")
SEPTEMBER = date(2025, 9, 1)
TO_DMSU, TO_PROVIDER = change("1 10:00", "provider", "TPM", "DMSU"), change("1 14:00", "provider", "DMSU", "dCache")


def ggus(created: str, *events: Change | Comment, **current: str | None) -> Ticket:
    """A ticket that came from rob of a site."""
    return Ticket(
        "jira/1",
        rome(created),
        {"key": "GGUS-1", "type": "Incident", "status": "new", "reporter": "rob"} | current,
        tuple(event for event in events if isinstance(event, Change)),
        tuple(event for event in events if isinstance(event, Comment)),
    )


def told(folder: Path, t: str, *tickets: Ticket) -> Views:
    return views(folder, t, *tickets, profile=DMSU)


THROUGH = ggus(
    "1 09:00",
    *moves("new", "1 09:30 assigned", "1 12:00 in progress", "2 11:00 solved"),
    TO_DMSU,
    TO_PROVIDER,
    provider="dCache",
    status="solved",
)


@pytest.mark.rule("DMSU-M1", "DMSU-M2", "DMSU-M4", "DMSU-M5")
def test_the_responsible_unit_says_which_line_has_the_ticket(tmp_path: Path) -> None:
    """New at 09:00 with TPM, to DMSU at 10:00, to dCache at 14:00, solved Tuesday 11:00; another one DMSU solves."""
    own = ggus("1 09:00", *moves("new", "1 13:00 assigned", "1 16:00 solved"), provider="DMSU", status="solved")
    ask = told(tmp_path, "9 09:00", THROUGH, own)
    assert ask("line_stay", "line, unit, arrived_at, ended, working_seconds", "ticket_id = 'jira/10000'") == [
        ("first line", "TPM", when("1 09:00"), "passed", NWH),
        ("second line", "DMSU", when("1 10:00"), "passed", 4 * NWH),
        ("third line", "dCache", when("1 14:00"), "resolved", 5 * NWH),
    ]
    assert ask("line_month", "line, entered, passed, resolved", "dimension = 'all'") == [
        ("first line", 2, 2, 0),
        ("second line", 2, 1, 1),
        ("third line", 1, 0, 1),
    ]


@pytest.mark.rule("DMSU-M3")
def test_the_response_of_the_second_line(tmp_path: Path) -> None:
    """DMSU answers THROUGH at 12:00, 2 NWH after it came; another ticket waits since Monday 10:00: 4 NWH are over."""
    waiting = ggus("1 09:00", *moves("new", "1 09:30 assigned"), TO_DMSU, provider="DMSU", status="assigned")
    ask = told(tmp_path, "1 15:00", THROUGH, waiting)
    second = ask("unit_response_month", "arrived, n, waiting, median_seconds, violations, judged", "unit = 'DMSU'")
    assert second == [(2, 1, 1, 2 * NWH, 1, 2)]


@pytest.mark.rule("DMSU-M6", "DMSU-M7")
def test_dates_kept_and_dates_to_ask_for(tmp_path: Path) -> None:
    kept = ggus(
        "1 09:00", change("1 10:00", "eta", None, "2025-09-02"), *moves("new", "2 16:00 solved"),
        provider="dCache", eta="2025-09-02", status="solved",
    )  # fmt: skip
    held = ggus("1 09:00", *moves("new", "1 10:00 assigned", "2 09:00 on hold"), provider="dCache", status="on hold")
    ask = told(tmp_path, "5 09:00", kept, held)
    assert ask("eta_outcome", "band") == [("initial",)]
    assert ask("follow_up", "reason, days, provider") == [("missing", 4, "dCache"), ("on hold", 3, "dCache")]
    # `on hold` does not stop the clock
    assert ask("clock", "state, working_seconds", "clock = 'resolution' AND stopped_at IS NULL") == [
        ("no_goal", 4 * NWD)
    ]


@pytest.mark.rule("DMSU-M8")
def test_products_by_category(tmp_path: Path) -> None:
    ask = told(
        tmp_path,
        "5 09:00",
        *(ggus("1 09:00", service="dCache", category=c) for c in ("usage", "usage", "documentation")),
    )
    assert ask("product_month", "month, product, category, tickets, unweighted") == [
        (SEPTEMBER, "dCache", "documentation", 1, True),
        (SEPTEMBER, "dCache", "usage", 2, True),
    ]


def test_a_comment_of_the_second_line_answers_too(tmp_path: Path) -> None:
    answered = ggus("1 09:00", *moves("new", "1 09:30 assigned"), TO_DMSU, comment("1 11:00", "dora"), provider="DMSU")
    ask = told(tmp_path, "1 15:00", answered)
    assert ask("line_stay", "response_seconds, response", "line = 'second line'") == [(NWH, "met")]
