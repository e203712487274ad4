"""What a view is narrowed to, and how that reaches a query."""

from dataclasses import dataclass
from typing import Any

NONE = "(none)"  # stands for an empty field
FIELDS = {"project": "Project", "service": "Service", "type": "Type", "priority": "Priority", "provider": "Provider"}
PERIODS = (3, 6, 12, 24)


@dataclass(frozen=True)
class Filters:
    """Chosen values per field (none: all), and how many months this one is compared with."""

    project: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    months: int = 12

    def narrows(self) -> bool:
        """Whether any field is narrowed."""
        return any(getattr(self, name) for name in FIELDS)

    def where(self, table: str) -> tuple[str, list[Any]]:
        """` AND …` on the columns of `table`, with its parameters."""
        parts, values = [], []
        for name in FIELDS:
            chosen: tuple[str, ...] = getattr(self, name)
            if not chosen:
                continue
            named = [value for value in chosen if value != NONE]
            either = [f"{table}.{name} IN ({', '.join('?' * len(named))})"] if named else []
            either += [f"{table}.{name} IS NULL"] if NONE in chosen else []
            parts.append(f" AND ({' OR '.join(either)})")
            values += named
        return "".join(parts), values
