"""The one place that opens a mart, as somebody's roles may see it (`ui.sight` decides what that is)."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import streamlit as st

from metrics.catalogue import MEASURES
from metrics.errors import ArbiterError
from ui.classified import TABLES, columns
from ui.sight import OTHERS, Roles, Sight, hidden_projects, make_pseudonyms

Connection = duckdb.DuckDBPyConnection
DESK: Roles = frozenset({"service_manager", "arb"})
SECURITY: Roles = frozenset({"security"})
ESA: Roles = frozenset({"esa"})


class NoMart(ArbiterError):
    """There is no mart that can be shown; the message says what to do."""


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


def open_mart(path: Path, roles: Roles = DESK, pseudonym_key: bytes = b"", now: Path | None = None) -> Connection:
    """A connection to the mart as `roles` may see it: tables and measures as views of what `ui.sight` shows.

    `now` is the desk's published mart where `path` is one as of another T: what is restricted by now stays hidden.
    Raises FileNotFoundError without the file, NoMart when it is not a mart of this version of the program.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    connection = duckdb.connect(":memory:")
    try:
        _make_views(connection, path, roles, pseudonym_key or secrets.token_bytes(32), now)
    except duckdb.Error as error:
        connection.close()
        raise NoMart(f"{path.name} cannot be read by this version of the program: run `arbiter publish`.") from error
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _make_views(db: Connection, path: Path, roles: Roles, pseudonym_key: bytes, now: Path | None) -> None:
    catalog = _attach(db, path)
    present: dict[str, list[str]] = {}
    for table, column in db.execute(
        """SELECT table_name, c.column_name FROM duckdb_columns() c SEMI JOIN duckdb_tables() USING (database_name, table_name)
           WHERE c.database_name = ?""",
        [catalog],
    ).fetchall():
        present.setdefault(table, []).append(column)
    moved = _restricted_since(db, catalog, now) if now and "security" not in roles else []
    hidden, restricted = (hidden_projects(db, catalog, some) for some in (roles, OTHERS))
    sight = Sight(catalog, roles, hidden, tuple(p for p in hidden if p not in restricted), tuple(moved))
    if not sight.everything:
        _make_hidden_tickets(db, sight, present)
    if sight.pseudonyms:
        make_pseudonyms(db, catalog, present, pseudonym_key)
    for name, select in sight.views(present).items():
        db.execute(f"CREATE VIEW {name} AS {select}")
    for measure in MEASURES:
        with suppress(duckdb.Error):  # over tables that this mart does not have: its page says so
            db.execute(f"CREATE VIEW {measure.view} AS {measure.select}")


def _attach(db: Connection, path: Path) -> str:
    catalog = f"mart_{secrets.token_hex(8)}"  # not to be guessed: the views are the only way in
    db.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {catalog} (READ_ONLY)")
    return catalog


def _restricted_since(db: Connection, catalog: str, now: Path) -> list[str]:
    """Table `moved_ticket`: what is restricted by now and was not in this mart. Returns the keys that they had."""
    later = _attach(db, now)
    db.execute(f"""
        CREATE TABLE moved_ticket AS
        SELECT ticket_id, key FROM {catalog}.ticket WHERE NOT restricted AND ticket_id IN (
            SELECT ticket_id FROM {later}.ticket WHERE restricted
            UNION ALL SELECT ticket_id FROM {later}.coverage_item WHERE restricted)""")
    db.execute(f"DETACH {later}")
    return [key for (key,) in db.execute("SELECT key FROM moved_ticket ORDER BY key").fetchall()]


def _make_hidden_tickets(db: Connection, sight: Sight, present: dict[str, list[str]]) -> None:
    """Table `hidden_ticket`, for tables that do not say it themselves."""
    own = [
        t
        for t in TABLES
        if t in present and {"ticket_id", "restricted", "project"} <= columns(t).keys() and t != "clock"
    ]
    found = (f"SELECT t.ticket_id FROM {sight.catalog}.{t} t WHERE {sight.hides(t)}" for t in own)
    db.execute(f"CREATE TABLE hidden_ticket AS {' UNION '.join(found)}")


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
