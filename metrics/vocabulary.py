"""What rules are made from, beside the profile: the names that occur in the data; and the tables that they become."""

from dataclasses import dataclass, field
from typing import Any

from metrics.profile import Status

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Vocabulary:
    """The names that occur in the data and that the rules must be brought to.

    `statuses`: (source, raw name, raw id); `projects`, `types`, `priorities`, `categories`: raw texts;
    `people`: (source, person id, display name); `units`: what stands in the fields that name a line's units; `stages`: what
    stands in the field of the stage;
    `present_names`: (source, status id) → its name at the site today.
    """

    statuses: list[tuple[str, str, str]]
    projects: list[str]
    types: list[str]
    priorities: list[str]
    categories: list[str]
    people: list[tuple[str, str, str]]
    units: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    present_names: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class RuleTable:
    """A table to be made: its name, column definitions, rows."""

    name: str
    columns: str
    rows: Rows


@dataclass(frozen=True)
class KnownStatus:
    """A status as the mart names it; `status` is None when the profile does not know it."""

    code: int
    name: str
    status: Status | None
