"""The little of JQL that a pull needs: projects, ids, keys, `updated`, and an order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_CLAUSE = re.compile(
    r"""^\s*(?P<field>\w+)\s*(?:
        in\s*\((?P<many>[^)]*)\) | =\s*(?P<one>"[^"]*"|[^\s]+) | (?P<bound>>=|>|<=|<)\s*(?P<value>"[^"]*"|-?\d+)
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_ORDER = re.compile(r"\border\s+by\b", re.IGNORECASE)
_AND = re.compile(r"\band\b", re.IGNORECASE)
_SORTABLE = {"updated", "created", "id", "key", "issuekey"}


class JqlError(Exception):
    """The query is not one that this Jira answers; the text is what Jira would say."""


@dataclass(frozen=True)
class Query:
    """A parsed query. `None` means that there is no such clause; times are epoch milliseconds."""

    projects: tuple[str, ...] | None = None
    ids: frozenset[str] | None = None
    keys: frozenset[str] | None = None
    bounds: tuple[tuple[str, str, int], ...] = ()
    order: tuple[tuple[str, bool], ...] = field(default=())

    @property
    def bounded(self) -> bool:
        """Whether anything narrows the search: Cloud refuses a query without that."""
        return bool(self.projects or self.ids or self.keys or self.bounds)


def parse(text: str) -> Query:
    """The query that `text` means; raises `JqlError` with Jira's kind of message for what it does not know."""
    where, *order = _ORDER.split(text, maxsplit=1)
    lists: dict[str, tuple[str, ...]] = {}
    bounds = []
    for clause in _AND.split(where) if where.strip() else []:
        name, values, bound = _clause(clause)
        if bound:
            bounds.append((name, bound, _millis(name, values[0])))
        else:
            lists[name] = values
    ids, keys = (frozenset(lists[name]) if name in lists else None for name in ("id", "key"))
    return Query(lists.get("project"), ids, keys, tuple(bounds), _order(order[0]) if order else ())


def _clause(text: str) -> tuple[str, tuple[str, ...], str | None]:
    found = _CLAUSE.match(text)
    if not found:
        raise JqlError(f"Error in the JQL Query: '{text.strip()}' is not understood.")
    name = {"issuekey": "key", "issue": "key"}.get(found["field"].lower(), found["field"].lower())
    if found["bound"]:
        if name not in ("updated", "created"):
            raise JqlError(f"The operator '{found['bound']}' is not supported by the '{name}' field.")
        return name, (_bare(found["value"]),), found["bound"]
    if name not in ("project", "id", "key"):
        raise JqlError(f"Field '{found['field']}' does not exist or you do not have permission to view it.")
    listed = found["many"].split(",") if found["many"] is not None else [found["one"]]
    return name, tuple(_bare(value) for value in listed if value.strip()), None


def _millis(name: str, value: str) -> int:
    """Only epoch milliseconds: a written date means something else to every account's time zone."""
    if not re.fullmatch(r"-?\d+", value):
        raise JqlError(f"Date value '{value}' for field '{name}' is invalid. Here only epoch milliseconds are valid.")
    return int(value)


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    order = []
    for part in text.split(","):
        words = part.lower().split()
        if not words or words[0] not in _SORTABLE or words[1:] not in ([], ["asc"], ["desc"]):
            raise JqlError(f"Error in the JQL Query: order by '{part.strip()}' is not understood.")
        order.append(("key" if words[0] == "issuekey" else words[0], words[1:] == ["desc"]))
    return tuple(order)


def _bare(value: str) -> str:
    return value.strip().strip("\"'")
