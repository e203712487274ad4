"""A few histories in, rows of the mart out: for examples that fit on a screen."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from metrics.profile import Profile, parse_profile
from profiles import load_profile
from tests.desks import jira_issue, part_of, rows_of, store_of, tables_of
from tests.naive.examples import rome
from tests.naive.history import Change, Comment, Ticket

NWH, NWD = 3600, 8 * 3600
Row = dict[str, Any]
_TABLES = ("ticket", "interval", "clock", "clock_segment", "coverage", "coverage_item")


class Story:
    """Histories as a mart shows them at `t` (a wall time in Rome). Tickets are numbered from 0, as they are given."""

    def __init__(self, t: str, *tickets: Ticket, profile: Profile | None = None, also: tuple[str, ...] = ()) -> None:
        tables = (*_TABLES, *also)
        told = numbered(tickets)
        self._ids = [ticket.ticket_id for ticket in told]
        with tempfile.TemporaryDirectory() as folder:
            store = store_of([jira_issue(ticket) for ticket in told], Path(folder) / "store.duckdb")
            self._tables = tables_of(part_of(store, rome(t), *tables, profile=profile), tables)

    def rows(self, table: str, *columns: str, number: int = 0, **where: Any) -> list[tuple[Any, ...]]:
        """Some columns of one ticket's rows in a table, in their order."""
        mine = [row for row in self._tables[table] if row["ticket_id"] == self._ids[number]]
        fitting = [row for row in mine if all(row[name] == value for name, value in where.items())]
        return [tuple(row[c] for c in columns) for row in sorted(fitting, key=lambda row: row.get("seq", 0))]

    def each(self, clock: str, *columns: str) -> list[tuple[Any, ...]]:
        """Some columns of this clock, a row a ticket."""
        return [row for n in range(len(self._ids)) for row in self.rows("clock", *columns, number=n, clock=clock)]

    def clocks(self, number: int = 0) -> set[str]:
        """The names of a ticket's clocks."""
        return {name for (name,) in self.rows("clock", "clock", number=number)}

    def failed(self, check: str) -> int:
        """How many tickets failed a check of coverage."""
        return sum(row["failed"] for row in self._tables["coverage"] if row["check"] == check)


def numbered(tickets: tuple[Ticket, ...]) -> list[Ticket]:
    """The tickets with ids of their own, which links between them follow."""
    ids = {ticket.ticket_id: f"jira/{10_000 + n}" for n, ticket in enumerate(tickets)}
    return [
        replace(
            ticket,
            ticket_id=f"jira/{10_000 + n}",
            links=tuple(replace(link, other_id=ids.get(link.other_id, link.other_id)) for link in ticket.links),
        )
        for n, ticket in enumerate(tickets)
    ]


Views = Callable[..., list[tuple[Any, ...]]]


def views(folder: Path, t: str, *tickets: Ticket, profile: Profile | None = None, **options: Any) -> Views:
    """The mart of some tickets at `t`, to be asked: table or view, columns, condition. Rows come sorted. `options` are
    those of `publish`."""
    store = store_of([jira_issue(ticket) for ticket in numbered(tickets)], folder / "store.duckdb")

    @cache
    def mart_with(table: str) -> Path:
        return part_of(store, rome(t), table, profile=profile, **options)

    def ask(table: str, columns: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in rows_of(mart_with(table), table, columns, where)]

    return ask


def when(text: str | None) -> datetime | None:
    """A wall time in Rome as the mart holds it."""
    return rome(text).replace(tzinfo=None) if text else None


def desp_with(old: str, new: str, every: bool = False) -> Profile:
    """The profile `desp` with a piece of its text replaced, where it stands first or wherever it stands."""
    text = (Path(__file__).parent.parent / "profiles" / "desp.toml").read_text(encoding="utf-8")
    assert old in text, old
    return parse_profile(text.replace(old, new, -1 if every else 1), "changed desp.toml")


def software_ticket(created: str, *events: Change | Comment, **current: str | None) -> Ticket:
    """A bug of an ordinary software project, reported by ann."""
    return Ticket(
        "jira/1",
        rome(created),
        {"key": "TEZ-1", "type": "Bug", "status": "Open", "reporter": "ann"} | current,
        tuple(event for event in events if isinstance(event, Change)),
        tuple(event for event in events if isinstance(event, Comment)),
    )


SOFTWARE = load_profile("jira-software")
