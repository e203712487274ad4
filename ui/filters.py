"""What a view is narrowed to, and how that reaches a query or a measure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from metrics.catalogue import MEASURES
from metrics.metric import Measure
from sight.classified import TABLES, columns
from sight.opening import Connection

NONE = "(none)"  # stands for an empty field
FIELDS = {
    "project": "Project",
    "service": "Service",
    "type": "Type",
    "priority": "Priority",
    "provider": "Provider",
    "assignee": "Assignee",
}
USUAL = ("project", "service", "type", "priority", "provider")
PERIODS = (3, 6, 12, 24)


@dataclass(frozen=True)
class Filters:
    """Chosen values per field (none: all), and how many months this one is compared with."""

    project: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    months: int = 12

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The fields that are narrowed, with what they are narrowed to."""
        return {name: values for name in FIELDS if (values := getattr(self, name))}

    def narrows(self) -> bool:
        """Whether any field is narrowed."""
        return bool(self.chosen())

    def where(self, table: str) -> tuple[str, list[Any]]:
        """` AND …` on the columns of `table`, with its parameters."""
        parts, values = [], []
        for name, chosen in self.chosen().items():
            named = [value for value in chosen if value != NONE]
            either = [f"{table}.{name} IN ({', '.join('?' * len(named))})"] if named else []
            either += [f"{table}.{name} IS NULL"] if NONE in chosen else []
            parts.append(f" AND ({' OR '.join(either)})")
            values += named
        return "".join(parts), values


def choices(connection: Connection, fields: Sequence[str] = USUAL) -> dict[str, list[str]]:
    """Per field, the values that occur. Of restricted tickets only the project is a choice."""
    return {name: _sorted(connection.execute(_choices_sql(name)).fetchall()) for name in fields}


def _choices_sql(field: str) -> str:
    return f"SELECT DISTINCT {field} FROM ticket" + ("" if field == "project" else " WHERE NOT restricted")


def _sorted(rows: list[tuple[str | None]]) -> list[str]:
    found = [value for (value,) in rows]
    return sorted(v for v in found if v is not None) + ([NONE] if None in found else [])


def narrowed(select: str, filters: Filters) -> tuple[str, list[Any]]:
    """A measure's `select` over the tickets that the filters leave, with its parameters.

    Every table of tickets that it reads is shadowed by what is left of it, every measure that it reads by the same
    narrowed. Without a filter it is `select` itself.
    """
    if not filters.narrows():
        return select, []
    tables, measures = _read(select)
    parts, values = [], []
    for table in tables:
        where, found = _left(table, filters)
        parts.append(f"{table} AS NOT MATERIALIZED (SELECT * FROM {table} WHERE {where})")
        values += found
    parts += [f"{measure.view} AS ({measure.select})" for measure in measures]
    return f"WITH {', '.join(parts)} SELECT * FROM ({select}) AS narrowed", values


def _left(table: str, filters: Filters) -> tuple[str, list[Any]]:
    """The condition on a table's rows: on its own columns where it has them, else by its tickets."""
    if columns(table).keys() >= filters.chosen().keys():
        where, values = filters.where(table)
        return where.removeprefix(" AND "), values
    return "ticket_id IN (SELECT ticket_id FROM ticket)", []


@lru_cache(maxsize=512)
def _read(select: str) -> tuple[list[str], list[Measure]]:
    """The tables with rows per ticket that a select reads, directly or through measures, `ticket` first; and these
    measures, in the order in which they read each other."""
    words, measures = _words(select), list[Measure]()
    for measure in reversed(MEASURES):  # each reads only what stands before it
        if measure.view in words:
            measures.insert(0, measure)
            words |= _words(measure.select)
    of_tickets = [table for table in TABLES if "ticket_id" in columns(table)]
    return ["ticket", *(table for table in of_tickets if table != "ticket" and table in words)], measures


def _words(sql: str) -> set[str]:
    return set(re.findall(r"\w+", sql))
