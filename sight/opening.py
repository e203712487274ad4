"""The one place that opens a mart, as somebody's roles may see it (`sight.roles` decides what that is)."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import duckdb

from metrics.catalogue import MEASURES
from metrics.errors import ArbiterError
from metrics.sql_text import literal
from sight.roles import OTHERS, Roles, Sight, hidden_projects, make_pseudonyms, open_lines

Connection = duckdb.DuckDBPyConnection
DESK: Roles = frozenset({"service_manager", "arb"})
SECURITY: Roles = frozenset({"security"})
ESA: Roles = frozenset({"esa"})
_LOOKED_UP = 600  # so many rows of a list are looked up by themselves; DuckDB would read all tickets for more than 50
_EVERY_TICKET = ("ticket", "coverage_item")  # the measured ones, and those that were left out


class NoMart(ArbiterError):
    """There is no mart that can be shown; the message says what to do."""


def open_mart(path: Path, roles: Roles = DESK, pseudonym_key: bytes = b"", now: Path | None = None) -> Connection:
    """A connection to the mart as `roles` may see it: tables and measures as views of what `sight.roles` shows.

    `now` is the desk's published mart where `path` is one as of another T: what is restricted, or in a project that is hidden
    from these roles, by now stays hidden.
    Raises FileNotFoundError without the file, NoMart when it is not a mart of this version of the program.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    connection = duckdb.connect(":memory:")
    connection.execute("SET enable_progress_bar = false")  # it would stand in the output of a command
    for setting in ("dynamic_or_filter_threshold", "late_materialization_max_rows"):
        connection.execute(f"SET GLOBAL {setting} = {_LOOKED_UP}")
    try:
        with _readable(path):
            _make_views(connection, path, roles, pseudonym_key or secrets.token_bytes(32), now)
    except NoMart:
        connection.close()
        raise
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def _readable(mart: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise NoMart(
            f"{mart.name} cannot be read by this version of the program: `arbiter publish` makes the desk's mart anew; "
            "a frozen one needs the version that made it."
        ) from error


def _make_views(db: Connection, path: Path, roles: Roles, pseudonym_key: bytes, now: Path | None) -> None:
    catalog = _attach(db, path)
    present: dict[str, list[str]] = {}
    for table, column in db.execute(
        """SELECT table_name, c.column_name FROM duckdb_columns() c SEMI JOIN duckdb_tables() USING (database_name, table_name)
           WHERE c.database_name = ?""",
        [catalog],
    ).fetchall():
        present.setdefault(table, []).append(column)
    moved: list[str] = []
    hidden, restricted = (hidden_projects(db, f"{catalog}.hidden_project", some) for some in (roles, OTHERS))
    if now and "security" not in roles:
        with _readable(now):
            hidden, moved = _hidden_by_now(db, catalog, now, roles, hidden)
    unmarked = tuple(p for p in hidden if p not in restricted)
    lines = open_lines(db, f"{catalog}.line_rule") if "line_rule" in present else ()
    sight = Sight(catalog, roles, hidden, unmarked, tuple(moved), lines)
    unseen = [] if sight.everything else list(hidden)
    db.execute("CREATE TABLE unseen_project AS SELECT unnest(?::VARCHAR[]) AS project", [unseen])
    if not sight.everything:
        _make_hidden_tickets(db, sight, present)
    if sight.pseudonyms:
        make_pseudonyms(db, catalog, present, pseudonym_key)
    for name, select in sight.views(present).items():
        db.execute(f"CREATE VIEW {name} AS {select}")
    for view in _views_of_measures():
        with suppress(duckdb.Error):  # over tables that this mart does not have: its page says so
            db.execute(view)


@cache
def _views_of_measures() -> list[duckdb.Statement]:
    """What makes the view of each measure, parsed once a process: parsing takes half as long as all the rest."""
    return [duckdb.extract_statements(f"CREATE VIEW {m.view} AS {m.select}")[0] for m in MEASURES]


def _attach(db: Connection, path: Path) -> str:
    catalog = f"mart_{secrets.token_hex(8)}"  # not to be guessed: the views are the only way in
    db.execute(f"ATTACH {literal(path)} AS {catalog} (READ_ONLY)")
    return catalog


def _hidden_by_now(
    db: Connection, catalog: str, now: Path, roles: Roles, hidden: tuple[str, ...]
) -> tuple[tuple[str, ...], list[str]]:
    """The projects that are hidden from these roles in this mart (`hidden`) or by now, and the keys that tickets of others
    had which are hidden by now and were not restricted in this mart: table `moved_ticket`."""
    later = _attach(db, now)
    by_now = hidden_projects(db, f"{later}.hidden_project", roles)
    projects = tuple(sorted({*hidden, *by_now}))
    db.execute(
        f"""
        CREATE TABLE moved_ticket AS
        WITH known AS (
            SELECT ticket_id, restricted, project FROM {later}.ticket
            UNION ALL SELECT ticket_id, restricted, project FROM {later}.coverage_item)
        SELECT ticket_id, key FROM {catalog}.ticket
        WHERE NOT restricted AND coalesce(project, '') NOT IN (SELECT unnest($projects::VARCHAR[])) AND ticket_id IN (
            SELECT ticket_id FROM known WHERE restricted OR project IN (SELECT unnest($by_now::VARCHAR[])))""",
        {"projects": list(projects), "by_now": list(by_now)},
    )
    db.execute(f"DETACH {later}")
    return projects, [key for (key,) in db.execute("SELECT key FROM moved_ticket ORDER BY key").fetchall()]


def _make_hidden_tickets(db: Connection, sight: Sight, present: dict[str, list[str]]) -> None:
    """Table `hidden_ticket`, for tables that do not say it themselves."""
    there = [table for table in _EVERY_TICKET if table in present]
    found = (f"SELECT t.ticket_id FROM {sight.catalog}.{t} t WHERE {sight.hides(t)}" for t in there)
    db.execute(f"CREATE TABLE hidden_ticket AS {' UNION '.join(found)}")
