"""A desk's sources pulled into its store, without a publish, and what the store then holds."""

from pathlib import Path
from typing import Any

import duckdb

from etl.config import load_config
from etl.pull import Count, Job
from etl.store import Store
from etl.summary import Summary
from etl.sync import PULLS, no_count
from tests.command import write_config

Rows = list[tuple[Any, ...]]
_OWN = "COLUMNS(lambda c: c NOT IN ('first_seen_at', 'version', 'gone_at', 'no'))"


def pull_desk(config: Path, full: bool = False, count: Count = no_count) -> Summary:
    """Pull the only source of a desk, as a sync does before it publishes. Raises ArbiterError as a sync would say it."""
    desk = load_config(config).desk()
    store = Store(desk.store)
    try:
        job = Job(store, desk, desk.sources[0], desk.profile(), full, lambda text: None, count)
        return PULLS[desk.sources[0].kind](job)
    finally:
        store.close()


class PulledDesk:
    """A desk with one source, of the section `source` (TOML), in `folder`."""

    def __init__(self, folder: Path, source: str, profile: str = "jira-software") -> None:
        self.folder = folder
        self.config = write_config(folder, source, profile)
        self.store = folder / "data/desk/store.duckdb"

    def pull(self, full: bool = False, count: Count = no_count) -> Summary:
        """Pull the source. Raises ArbiterError as a sync would say it."""
        return pull_desk(self.config, full, count)

    def rows(self, sql: str, *values: Any) -> Rows:
        """Rows of the store."""
        with duckdb.connect(str(self.store), read_only=True) as db:
            return db.execute(sql, list(values)).fetchall()

    def tables(self) -> dict[str, Rows]:
        """All that was pulled and is not gone; not when it was first seen, in which run and in which order."""
        alive = "ticket_id IN (SELECT ticket_id FROM ticket WHERE gone_at IS NULL)"
        about = {
            name: self.rows(f"SELECT {_OWN} FROM {name} WHERE {alive}")
            for name in ("ticket", "change", "comment", "link", "extra_value")
        }
        return {**about, "status_name": self.rows("FROM status_name")}

    def check(self, name: str) -> Rows:
        """What a check of the last pull says: checked, failed, detail."""
        return self.rows(f"SELECT checked, failed, detail FROM source_check WHERE \"check\" = '{name}'")
