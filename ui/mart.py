"""The one place that opens a mart, and the one place that decides what a role may see of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import streamlit as st

from metrics.errors import ArbiterError

Connection = duckdb.DuckDBPyConnection
SECURITY = "security"
EVERYONE = "everyone"  # everything but security; roles come with sign-in

_TICKET = (
    "ticket_id", "source", "key", "project", "url", "type", "summary", "status", "status_since", "phase", "priority",
    "relevance", "service", "service_element", "service_version", "category", "channel", "provider", "assignee",
    "reporter", "created_at", "updated_at", "first_resolved_at", "resolved_at", "closed_at", "reopenings", "eta",
    "score", "scored_at", "esa_arb", "esa_cab", "interface", "restricted", "created_month", "resolved_month",
)  # fmt: skip
_HIDDEN = {"key", "url", "summary", "assignee", "reporter", "service_element", "service_version", "category"}
# `key` is left out of the tables below: a ticket's key comes from `ticket`, where it is hidden if it must be.
_OTHERS = {
    "interval": ("ticket_id", "seq", "status", "phase", "entered_at", "left_at", "working_seconds"),
    "clock": (
        "ticket_id", "clock", "started_at", "start_basis", "stopped_at", "working_seconds", "paused_seconds",
        "goal_seconds", "due_at", "state", "alerts_passed", "next_alert_at", "implied",
        "stopped_month", "project", "service", "type", "priority", "provider", "restricted",
    ),
    "clock_segment": (
        "ticket_id", "clock", "seq", "started_at", "ended_at", "kind", "status", "working_seconds", "rule",
    ),
    "calendar_day": ("calendar", "day", "kind", "name", "opens_at", "closes_at", "open_seconds"),
    "goal_rule": ("clock", "project", "type", "channel", "goal_seconds", "rule", "valid_from", "valid_to"),
    "alert_rule": ("clock", "project", "type", "channel", "n", "threshold_seconds", "action", "rule"),
    "meta": (
        "as_of", "published_at", "profile", "profile_hash", "store_version", "code_version", "tickets", "excluded",
        "zone", "nwd_seconds",
    ),
}  # fmt: skip


class NoMart(ArbiterError):
    """There is no mart that can be shown; the message says what to do."""


@dataclass(frozen=True)
class Snapshot:
    """One published version, open: what a page reads from beginning to end, whatever is published meanwhile."""

    path: Path
    connection: Connection
    as_of: datetime  # UTC, without a zone
    published_at: datetime
    zone: ZoneInfo
    nwd_seconds: int
    tickets: int
    excluded: int

    @property
    def version(self) -> str:
        """Its file name, as the pointer names it."""
        return self.path.name

    def cursor(self) -> Connection:
        """A connection for one thread's queries."""
        return self.connection.cursor()


def current_version(mart_dir: Path) -> str:
    """The file name of the published version. Raises NoMart when nothing is published."""
    try:
        name = (mart_dir / "current").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise NoMart(
            "Nothing has been published for this desk yet. "
            "Run `arbiter sync`; this page shows the result as soon as it is there."
        ) from None
    if not name or Path(name).name != name:
        raise NoMart(f"{mart_dir / 'current'} does not name a mart file. Run `arbiter publish`.")
    return name


def current_snapshot(mart_dir: Path, role: str = EVERYONE) -> Snapshot:
    """The published version of a desk, opened once for all sessions. Raises NoMart when there is none to open."""
    name = current_version(mart_dir)
    try:
        return _snapshot(str(mart_dir / name), role)
    except FileNotFoundError:
        newer = current_version(mart_dir)  # the pointer may have moved, and the old file gone, between the two reads
        if newer == name:
            raise NoMart(f"The published file {name} is gone. Run `arbiter publish`.") from None
        return _snapshot(str(mart_dir / newer), role)


def open_mart(path: Path, role: str = EVERYONE) -> Connection:
    """A connection to the mart as `role` may see it: tables as views, restricted tickets without text, people or key.

    Raises FileNotFoundError without the file, NoMart when it is not a mart of this version of the program.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    connection = duckdb.connect(":memory:")
    catalog = f"mart_{secrets.token_hex(8)}"  # not to be guessed: the views are the only way in
    try:
        connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {catalog} (READ_ONLY)")
        for name, select in _views(role).items():
            connection.execute(f"CREATE VIEW {name} AS {select} FROM {catalog}.{name}")
    except duckdb.Error as error:
        connection.close()
        raise NoMart(f"{path.name} cannot be read by this version of the program: run `arbiter publish`.") from error
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _views(role: str) -> dict[str, str]:
    """The SELECT list of each view; DSEC leaves this place as counts and clock results only (section 1.1)."""
    hidden = set() if role == SECURITY else _HIDDEN
    columns = (f"CASE WHEN NOT restricted THEN {c} END AS {c}" if c in hidden else c for c in _TICKET)
    detail = "detail" if role == SECURITY else r"regexp_replace(detail, '[A-Z][A-Z0-9_]+-\d+', '(key)', 'g') AS detail"
    return {
        "ticket": f"SELECT {', '.join(columns)}",
        "coverage": f'SELECT source, "check", checked, failed, {detail}',
        **{name: f"SELECT {', '.join(listed)}" for name, listed in _OTHERS.items()},
    }


@st.cache_resource(max_entries=4, show_spinner=False)
def _snapshot(path: str, role: str) -> Snapshot:
    connection = open_mart(Path(path), role)
    meta: pd.Series = connection.execute(
        "SELECT as_of, published_at, zone, nwd_seconds, tickets, excluded FROM meta"
    ).df().iloc[0]  # fmt: skip
    return Snapshot(
        path=Path(path),
        connection=connection,
        as_of=meta.as_of.to_pydatetime(),
        published_at=meta.published_at.to_pydatetime(),
        zone=ZoneInfo(meta.zone),
        nwd_seconds=int(meta.nwd_seconds),
        tickets=int(meta.tickets),
        excluded=int(meta.excluded),
    )
