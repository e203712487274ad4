"""Where a source keeps the fields of the profile."""

import json
from dataclasses import dataclass, field

from metrics.ticket_values import FIELDS


@dataclass(frozen=True)
class FieldMapping:
    """Where the source keeps the profile's fields: canonical name → (field id, its name at the site, kind)."""

    fields: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Changes when a field is found elsewhere: histories pulled before must then be pulled again."""
        return json.dumps(self.fields, sort_keys=True)

    @property
    def values(self) -> dict[str, tuple[str, str, str]]:
        """The fields that hold a value of the ticket."""
        return {name: f for name, f in self.fields.items() if f[2] != "sla"}

    @property
    def extra(self) -> list[str]:
        """Those of them that the store's table of tickets has no column for."""
        return [name for name in self.values if name not in FIELDS]

    @property
    def slas(self) -> dict[str, str]:
        """The fields that hold the source's own figures for a clock: clock → field id."""
        return {name: f[0] for name, f in self.fields.items() if f[2] == "sla"}
