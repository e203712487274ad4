"""A desk with a security ticket in everything that a ticket can stand in: chains, findings, estimations, scores, syncs."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from tests.desks import jira_issue, mart_of, store_of
from tests.naive.history import Change, Comment, Link, Ticket

PLANTED = "XYZZYPLANTED"  # stands in every text of a restricted ticket
DPM_WORD = "QQPERFORMANCE"  # in the texts of a ticket that only ESA may not see
AS_OF = datetime(2026, 11, 20, 15, 20)
RESTRICTED_KEYS = ("DSEC-7", "DSEC-8", "DSEC-9")
_ENTRIES = count(1)


def build(folder: Path) -> Path:
    """The store and the published mart of that desk, in `folder`. Returns the mart's file."""
    return mart_of(store_of([jira_issue(t) for t in _tickets()], folder / "store.duckdb"), AS_OF)


def _at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC)


def _change(day: int, field: str, before: str | None, after: str | None, by: str = "zorro") -> Change:
    return Change(_at(day), next(_ENTRIES), 0, field, before, after, by)


def _tickets() -> list[Ticket]:
    told = {"type": "User Request", "reporter": "yolanda", "assignee": "zorro", "service": "Portal"}
    secret = told | {"summary": PLANTED, "description": PLANTED, "category": PLANTED, "reporter": PLANTED.lower()}
    secret |= {"assignee": PLANTED.lower(), "provider": "Serco"}
    origin = Ticket(
        "jira/1",
        _at(1),
        told | {"key": "DSD-1", "status": "DELEGATED", "summary": "Waits for dsec-7", "priority": "Low"},
        (_change(2, "status", "OPEN", "RECEIVED"), _change(5, "status", "RECEIVED", "DELEGATED")),
        links=(Link("is cloned by", "jira/7", "DSEC-7"),),
    )
    hidden = Ticket(
        "jira/7",
        _at(6),
        secret | {"key": "DSEC-7", "status": "CLOSED", "score": "9", "eta": "2026-10-09", "esa_arb": "true"},
        (
            _change(7, "status", "OPEN", "IN PROGRESS", PLANTED.lower()),
            _change(8, "eta", "2026-10-08", "2026-10-09", PLANTED.lower()),
            _change(9, "assignee", "zorro", PLANTED.lower(), PLANTED.lower()),
            _change(10, "score", None, "9", PLANTED.lower()),
            _change(12, "status", "IN PROGRESS", "CLOSED", PLANTED.lower()),
        ),
        (Comment(_at(8), PLANTED.lower()),),
        links=(Link("clones", "jira/1", "DSD-1"),),
    )
    running = Ticket("jira/9", _at(19), secret | {"key": "DSEC-9", "status": "IN PROGRESS", "esa_arb": "true"},
                     (_change(20, "status", "OPEN", "IN PROGRESS", PLANTED.lower()),))  # fmt: skip
    cut = Ticket("jira/8", _at(3), secret | {"key": "DSEC-8", "status": "OPEN"}, complete=False)
    operations = Ticket("jira/4", _at(4), told | {"key": "DPM-4", "type": "Incident", "status": "DONE",
                                                  "summary": DPM_WORD, "reporter": DPM_WORD.lower()},
                        (_change(6, "status", "TO DO", "DONE"),))  # fmt: skip
    plain = Ticket(
        "jira/2",
        _at(1),
        told | {"key": "DSD-2", "status": "CLOSED", "score": "4", "eta": "2026-10-08", "esa_arb": "true"},
        (_change(2, "status", "OPEN", "IN PROGRESS"), _change(3, "eta", None, "2026-10-08"),
         _change(9, "status", "IN PROGRESS", "CLOSED"), _change(10, "score", None, "4", "yolanda")),
    )  # fmt: skip
    return [origin, hidden, cut, operations, plain, running]
