"""A desk on Thursday 11 September 2025 at noon, through a real publish: what a service manager finds in the morning."""

from pathlib import Path

from tests.desks import jira_issue, mart_of, store_of
from tests.naive.examples import desk_ticket, moves, rome
from tests.naive.history import Ticket
from tests.pages.small_mart import PLANTED
from tests.story import numbered

NOON = "11 12:00"
TICKETS = (
    # 26 of 40 NWH used: alert 2 is passed, the last one comes after 6 more.
    desk_ticket(
        "8 09:00", *moves("OPEN", "8 09:10 RECEIVED", "8 10:00 TO DO", "8 11:00 IN PROGRESS"),
        key="DSD-1", status="IN PROGRESS", assignee="bob", service="Data Lake", summary="Slow downloads",
    ),
    # Past its goal, with the provider since 2 September.
    desk_ticket(
        "1 09:00", *moves("OPEN", "1 09:10 RECEIVED", "1 10:00 TO DO", "2 09:00 DELEGATED"),
        key="DSD-2", status="DELEGATED", assignee="cleo", service="Portal", summary="No map tiles",
    ),
    # Nobody answered yet: 5 NWH.
    desk_ticket("10 15:00", key="DSD-3", service="Portal", summary="Cannot sign in"),
    # The user answered on Wednesday.
    desk_ticket(
        "9 09:00", *moves("OPEN", "9 09:00 RECEIVED", "9 09:00 TO DO", "9 10:00 ON GOING", "10 16:00 TO DO"),
        key="DSD-4", status="TO DO", assignee="bob", service="Portal", summary="Which format?",
    ),
    # Missed in September: 1 NWD in TO DO, 7 in IN PROGRESS; the time with the user did not count.
    desk_ticket(
        "2025-08-18 09:00",
        *moves(
            "OPEN", "2025-08-18 09:00 RECEIVED", "2025-08-18 09:00 TO DO", "2025-08-19 09:00 IN PROGRESS",
            "2025-08-21 09:00 ON GOING", "2025-08-28 09:00 IN PROGRESS", "4 09:00 DONE", "5 09:00 TO DO",
            "5 10:00 DONE",
        ),
        key="DSD-5", status="DONE", assignee="bob", service="Data Lake", summary="Wrong projection",
    ),
    # Met in September.
    desk_ticket(
        "1 09:00", *moves("OPEN", "1 09:30 RECEIVED", "1 10:00 TO DO", "2 09:00 DONE", "3 09:00 CLOSED"),
        key="DSD-6", status="CLOSED", assignee="cleo", service="Portal", summary="New quota",
    ),
    desk_ticket(
        "8 09:00", *moves("OPEN", "8 09:10 RECEIVED", "8 10:00 TO DO"),
        key="DSEC-7", status="TO DO", assignee=PLANTED.lower(), summary=PLANTED,
    ),
)  # fmt: skip

# 17 of 40 NWH used: the first alert is passed, which asks for an e-mail.
MAILS = tuple(
    desk_ticket(
        "9 10:00", *moves("OPEN", "9 10:10 RECEIVED", "9 11:00 TO DO"),
        key=key, status="TO DO", assignee=who, service="Portal", summary=f"About {key}",
    )
    for key, who in (("DSD-21", "bob"), ("DSD-22", "cleo"), ("DSD-23", "bob"))
)  # fmt: skip


def build_morning(folder: Path, tickets: tuple[Ticket, ...] = TICKETS) -> Path:
    """Publishes the desk in the folder of a desk (its store, and its mart beside). Returns the mart's file."""
    folder.mkdir(parents=True, exist_ok=True)
    store = store_of([jira_issue(ticket) for ticket in numbered(tickets)], folder / "store.duckdb")
    return mart_of(store, rome(NOON))
