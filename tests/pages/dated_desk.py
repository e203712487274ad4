"""A desk that grew from month to month, for looking back: as it was, and what of it was known."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.desks import jira_issue, mart_of, store_of
from tests.naive.history import Change, Ticket
from tests.story import desp_with

MONTHS = ((9, 3), (10, 2), (11, 4))  # so many tickets were created in each
AS_OF = datetime(2025, 12, 10, 11)


def build_dated(folder: Path, as_of: datetime = AS_OF, expired: bool = False) -> Path:
    """The store and the published mart of that desk, in `folder`; its goals may have expired in November. Returns the
    mart's file."""
    numbered = enumerate(month for month, n in MONTHS for _ in range(n))
    issues = [jira_issue(_ticket(number, month)) for number, month in numbered]
    profile = desp_with("[[goal]]", "[[goal]]\nvalid_to = 2025-11-01", every=True) if expired else None
    return mart_of(store_of(issues, folder / "store.duckdb", seen_at=datetime(2025, 12, 9)), as_of, profile)


def _ticket(number: int, month: int) -> Ticket:
    """The first one was answered within the hour, no other one ever."""
    about = {"key": f"DSD-{number}", "type": "User Request", "summary": f"=Request {number}", "assignee": "ann"}
    created = datetime(2025, month, 5, 9, tzinfo=UTC)
    answer = Change(created + timedelta(hours=1), 1, 1, "status", "OPEN", "RECEIVED", "ann")
    if number == 0:
        return Ticket(f"jira/{number}", created, {**about, "status": "RECEIVED"}, (answer,))
    return Ticket(f"jira/{number}", created, {**about, "status": "OPEN"})
