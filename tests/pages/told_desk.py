"""A desk of a few tickets told by hand, published like any other: clones, estimated dates, scores. All times are Rome's.

As of 20 November 2025. What its pages must say can be counted here.
"""

from dataclasses import replace
from pathlib import Path

from tests.desks import jira_issue, mart_of, store_of
from tests.naive.examples import change, desk_ticket, moves, rome
from tests.naive.history import Link, Ticket
from tests.pages.small_mart import PLANTED

AS_OF = "2025-11-20 12:00"


def build_told(folder: Path) -> None:
    """Writes the store of the desk in `folder`, and publishes it."""
    store_of([jira_issue(ticket) for ticket in _chain() + _promised() + _scored() + _hidden()], folder / "store.duckdb")
    mart_of(folder / "store.duckdb", rome(AS_OF))


def _chain() -> list[Ticket]:
    """The worked example of AMP-L1: 72 h, of which the provider held 10 h and the user 20 h; and one that goes on."""
    root = desk_ticket(
        "1 09:00",
        *moves("OPEN", "1 10:00 RECEIVED", "1 11:00 DELEGATED", "3 12:00 DONE", "4 09:00 CLOSED"),
        key="DSD-1", status="CLOSED", service="Data Lake", provider="Alpha", summary="Tiles are missing",
    )  # fmt: skip
    clone = desk_ticket(
        "1 12:00",
        *moves("TO DO", "1 13:00 ON GOING", "2 09:00 IN PROGRESS", "2 17:00 DONE"),
        key="DSP-11", status="DONE", service="Data Lake", provider="Alpha",
    )  # fmt: skip
    waiting = desk_ticket("2025-11-03 09:00", *moves("OPEN", "2025-11-03 09:05 TO DO"), key="DSD-2", status="TO DO",
                          service="Portal", eta="2025-11-21", assignee="carla")  # fmt: skip
    return [
        replace(root, ticket_id="jira/1", links=(Link("is cloned by", "jira/11", "DSP-11"),)),
        replace(clone, ticket_id="jira/11", links=(Link("clones", "jira/1", "DSD-1"),)),
        replace(waiting, ticket_id="jira/2"),
    ]


def _promised() -> list[Ticket]:
    """Delivered in October: by the initial date, by a revised one, 33 days late after a revision that came too late."""
    kept = desk_ticket("2025-10-01 09:00", *moves("TO DO", "2025-10-03 10:00 DONE"), eta="2025-10-03",
                       key="DSD-21", status="DONE", provider="Alpha")  # fmt: skip
    revised = desk_ticket(
        "2025-10-01 09:00", change("2025-10-02 09:00", "eta", "2025-10-03", "2025-10-10"),
        *moves("TO DO", "2025-10-09 10:00 DONE"), eta="2025-10-10", key="DSD-22", status="DONE", provider="Alpha",
    )  # fmt: skip
    late = desk_ticket(
        "2025-09-01 09:00", change("2025-09-08 09:00", "eta", "2025-09-05", "2025-09-12"),
        *moves("TO DO", "2025-10-15 10:00 DONE"), eta="2025-09-12", key="DSD-23", status="DONE", provider="Beta",
    )  # fmt: skip
    expired = desk_ticket("2025-11-03 09:00", *moves("OPEN", "2025-11-03 10:00 TO DO"), eta="2025-11-10",
                          key="DSD-24", status="TO DO", provider="Beta", assignee="bruno")  # fmt: skip
    return [replace(t, ticket_id=f"jira/{21 + n}") for n, t in enumerate((kept, revised, late, expired))]


def _scored() -> list[Ticket]:
    """Solved on 6 October; scored 5, 4, 1 in October, 2 after 5 in November, 9, and not at all."""

    def solved(n: int, *scores: tuple[str, str]) -> Ticket:
        changes, before = [], None
        for at, score in scores:
            changes.append(change(at, "score", before, score, by="ann"))
            before = score
        path = moves("TO DO", "2025-10-06 10:00 DONE", "2025-10-20 10:00 CLOSED")
        told = desk_ticket("2025-10-01 09:00", *path, *changes, key=f"DSD-{n}", status="CLOSED", score=before)
        return replace(told, ticket_id=f"jira/{n}")

    october, november = "2025-10-07 09:00", "2025-11-05 09:00"
    return [
        solved(31, (october, "5")),
        solved(32, (october, "4")),
        solved(33, (october, "1")),
        solved(34, (october, "5"), (november, "2")),
        solved(35, (october, "9")),
        solved(36),
    ]


def _hidden() -> list[Ticket]:
    """A ticket for the security team alone: it waits without an ETA, and was scored low while it was solved."""
    told = desk_ticket("2025-10-01 09:00", *moves("OPEN", "2025-10-01 10:00 TO DO"), key="DSEC-41", status="TO DO",
                       summary=PLANTED, assignee=PLANTED, reporter=PLANTED)  # fmt: skip
    clone = Link("clones", "jira/2", "DSD-2")  # it stands in the chain of DSD-2
    return [replace(told, ticket_id="jira/41", links=(clone,))]
