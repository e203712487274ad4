"""What a pull did, in numbers (perceval's idea: every fetch ends in a summary)."""

from dataclasses import dataclass, field
from datetime import datetime

from etl.upsert import Landed


@dataclass
class Summary:
    """The summary of one pull from one source. Instants are UTC; `entries`: history entries of what was fetched."""

    source: str
    started_at: datetime
    full: bool = False
    fetched: int = 0
    changed: int = 0
    unchanged: int = 0
    incomplete: int = 0
    entries: int = 0
    deleted: int = 0
    requests: int = 0
    retries: int = 0
    waited_seconds: float = 0
    oldest_update: datetime | None = None
    newest_update: datetime | None = None
    ended_at: datetime | None = None
    rejected: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, landed: Landed) -> None:
        """Count one batch in."""
        self.fetched += landed.changed + landed.unchanged
        self.changed += landed.changed
        self.unchanged += landed.unchanged
        self.incomplete += landed.incomplete
        self.entries += landed.entries
        self.oldest_update = min(filter(None, (self.oldest_update, landed.oldest)), default=None)
        self.newest_update = max(filter(None, (self.newest_update, landed.newest)), default=None)

    @property
    def duration_seconds(self) -> float:
        """Seconds from start to end."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else 0.0

    def lines(self) -> list[str]:
        """The summary for a terminal."""
        first = (
            f"{self.source}: fetched {self.fetched} with {self.entries} history entries, changed {self.changed}, "
            f"unchanged {self.unchanged}, incomplete {self.incomplete}, deleted {self.deleted}, "
            f"unreadable {len(self.rejected)}"
        )
        updates = (
            f"{self.oldest_update:%Y-%m-%d %H:%M} to {self.newest_update:%Y-%m-%d %H:%M} UTC"
            if self.fetched
            else "none"
        )
        second = (
            f"  updates {updates}; {self.requests} requests, {self.retries} retries, "
            f"waited {self.waited_seconds:.0f} s; took {self.duration_seconds:.1f} s"
        )
        shown = [f"  unreadable: {r}" for r in self.rejected[:10]]
        more = [f"  … and {len(self.rejected) - 10} more"] if len(self.rejected) > 10 else []
        return [first, second, *shown, *more, *(f"  note: {p}" for p in self.problems)]
