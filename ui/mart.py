"""The mart that a page reads: opened once for all sessions of the same roles (`sight.opening` decides what it shows)."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from sight.opening import DESK, Connection, NoMart, open_mart
from sight.roles import Roles
from ui.months import month_of_snapshot, running_month


@dataclass(frozen=True)
class Snapshot:
    """One mart, open: what a page reads from beginning to end, whatever is published meanwhile."""

    path: Path
    connection: Connection
    as_of: datetime  # UTC, without a zone
    published_at: datetime
    zone: ZoneInfo
    nwd_seconds: int
    tickets: int
    excluded: int
    made_from: str  # what a mart as of another T by the same knowledge and rules has in common with this one
    identity: str = field(default_factory=lambda: secrets.token_hex(8))  # of this opening: what is cached goes by it

    @property
    def version(self) -> str:
        """Its file name, as the pointer names it."""
        return self.path.name

    @property
    def month(self) -> date:
        """The first day of the last month that it knows something of."""
        return month_of_snapshot(self.as_of, self.zone)

    @property
    def running_month(self) -> date | None:
        """The first day of the month that still runs; None as of the midnight that ends one."""
        return running_month(self.as_of, self.zone)

    def cursor(self) -> Connection:
        """A connection for one thread's queries."""
        return self.connection.cursor()


def current_version(mart_dir: Path) -> str:
    """The file name of the published version. Raises NoMart when nothing is published."""
    try:
        name = (mart_dir / "current").read_bytes().decode(errors="replace").strip()
    except FileNotFoundError:
        raise NoMart(
            "Nothing has been published for this desk yet. "
            "Run `arbiter sync`; this page shows the result as soon as it is there."
        ) from None
    if not name or Path(name).name != name:
        raise NoMart(f"{mart_dir / 'current'} does not name a mart file. Run `arbiter publish`.")
    return name


def current_snapshot(mart_dir: Path, roles: Roles = DESK, pseudonym_key: bytes = b"") -> Snapshot:
    """The published version of a desk, opened once for all sessions. Raises NoMart when there is none to open."""
    name = current_version(mart_dir)
    try:
        return snapshot_of(mart_dir / name, roles, pseudonym_key)
    except FileNotFoundError:
        newer = current_version(mart_dir)  # the pointer may have moved, and the old file gone, between the two reads
        if newer == name:
            raise NoMart(f"The published file {name} is gone. Run `arbiter publish`.") from None
        return snapshot_of(mart_dir / newer, roles, pseudonym_key)


def snapshot_of(path: Path, roles: Roles, pseudonym_key: bytes, now: Path | None = None) -> Snapshot:
    """The mart in `path`, opened once for all sessions; `now` as in `open_mart`. Raises FileNotFoundError, NoMart."""
    return _snapshot(str(path), tuple(sorted(roles)), pseudonym_key, str(now) if now else "")


def forget_snapshots() -> None:
    """Lets every mart be opened anew by whoever asks for it next."""
    _snapshot.clear()


@st.cache_resource(max_entries=16, show_spinner=False)
def _snapshot(path: str, roles: tuple[str, ...], pseudonym_key: bytes, now: str) -> Snapshot:
    connection = open_mart(Path(path), frozenset(roles), pseudonym_key, Path(now) if now else None)  # type: ignore[arg-type]
    as_of, published_at, zone, nwd_seconds, tickets, excluded, made_from = connection.execute(
        """SELECT as_of, published_at, zone, nwd_seconds, tickets, excluded,
                  concat_ws(' ', store_version, profile_hash, code_version) FROM meta"""
    ).fetchall()[0]
    return Snapshot(
        path=Path(path),
        connection=connection,
        as_of=as_of,
        published_at=published_at,
        zone=ZoneInfo(zone),
        nwd_seconds=nwd_seconds,
        tickets=tickets,
        excluded=excluded,
        made_from=made_from,
    )
