"""Support cases by hand, as the desk `egi-cases` has them: a stage in a further field, and a mart of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from etl.records import Change, History, stage_histories
from etl.store import Store
from etl.upsert import upsert
from metrics.profile import Profile
from profiles import load_profile
from tests.desks import mart_of

BEGIN = datetime(2025, 9, 1, 9, 0)
CASES = load_profile("egi-cases")


def case(number: int, *stages: tuple[int, str | None], at_creation: str | None = None, **more: Any) -> History:
    """A case created at BEGIN in the stage `at_creation`; `stages`: (day, stage) it came to after that."""
    before = at_creation
    changes = []
    for n, (day, stage) in enumerate(stages):
        at = BEGIN + timedelta(days=day)
        changes.append(Change(str(n), 1, at, "ann", "implementation_status", before, stage))
        before = stage
    fields = {"implementation_status": before, "type": "ticket", "assignee": "bob", **more.pop("fields", {})}
    told = History(str(number), str(number), "technical-support-cases", BEGIN, "open", fields=fields, changes=changes)
    return replace(told, **more)


def taken_up(history: History, hours: int) -> History:
    """The case, new at first and open after so many hours; the others are created open."""
    move = Change("98", 1, BEGIN + timedelta(hours=hours), "bob", "status", "new", "open")
    return replace(history, changes=[*history.changes, move])


def closed(history: History, day: int, status: str = "resolved") -> History:
    """The case, resolved on that day, or whatever else is the status that closes it."""
    move = Change(f"{99 + day}", 1, BEGIN + timedelta(days=day), "ann", "status", history.status, status)
    return replace(history, status=status, changes=[*history.changes, move])


# 1 to 3 are the example of the definitions; 4 skips to Production, 5 goes back, 6 is closed, 7 has no stage.
SEVEN = (
    case(1, (2, "Assessed"), at_creation="Pre-assessment", fields={"scientific_discipline": "Biology; Physics"}),
    case(2, (4, "Cancelled"), at_creation="Pre-assessment"),
    case(3, at_creation="Assessed"),
    case(4, (6, "Production"), at_creation="Pre-assessment", fields={"scientific_discipline": "Physics"}),
    case(5, (1, "Preparatory"), (3, "Pre-assessment"), at_creation="Pre-assessment"),
    closed(case(6, at_creation="Assessed"), 10),
    case(7),
)


def mart_of_cases(folder: Path, day: int, *cases: History, profile: Profile = CASES) -> Path:
    """The mart of the cases as of a day after BEGIN; their store lies in `folder`."""
    store = Store(folder / "store.duckdb")
    assert stage_histories(store.db, "rt", list(cases)) == []
    upsert(store.db, "rt", 1, BEGIN)
    store.close()
    return mart_of(store.path, BEGIN + timedelta(days=day), profile, full=True)
