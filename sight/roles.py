"""The one place that decides what may be seen: for some roles, the SELECT of each view over the mart's tables."""

import hashlib
import hmac
from base64 import b32encode
from dataclasses import dataclass
from typing import get_args

import duckdb

from metrics.profile import Role
from metrics.sql_text import literal
from sight.classified import TABLES, columns
from sight.keys import mask_sql

Roles = frozenset[Role]
ROLE_NAMES: dict[Role, str] = {
    "service_manager": "service manager", "arb": "ARB", "esa": "ESA officer", "security": "security team",
}  # fmt: skip
Connection = duckdb.DuckDBPyConnection
_OF_TICKETS = ("key", "text", "note", "person", "unit")  # kinds that a hidden ticket does not show
# The hidden tickets beside those of a table. DuckDB leaves out a join of which no column is asked, if it knows that it
# adds no rows: the DISTINCT says so. A test by IN (SELECT …) would be made for every row, asked for or not.
_HIDDEN = " LEFT JOIN (SELECT DISTINCT ticket_id FROM hidden_ticket) h ON h.ticket_id = t.ticket_id"
_IS_HIDDEN = "h.ticket_id IS NOT NULL"
_LETTERS = 6
OTHERS: Roles = frozenset(get_args(Role)) - {"security"}  # from whom a restricted project is hidden


@dataclass(frozen=True)
class Sight:
    """What these roles may see of the mart attached as `catalog`.

    `hidden`: projects that none of the roles may see, in this mart or by now; their tickets are counts and clock results.
    `unmarked`: those of them that are not restricted for everybody, as tickets say it themselves. `moved`: keys of tickets
    of other projects that are hidden by now, and were not restricted yet as of this mart's T. `lines`: those of which
    everybody may know the units.
    """

    catalog: str
    roles: Roles
    hidden: tuple[str, ...]
    unmarked: tuple[str, ...]
    moved: tuple[str, ...]
    lines: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether restricted tickets are shown too."""
        return "security" in self.roles

    @property
    def pseudonyms(self) -> bool:
        """Whether people are shown as pseudonyms."""
        return sees_pseudonyms(self.roles)

    def views(self, present: dict[str, list[str]]) -> dict[str, str]:
        """The SELECT of each view: of tables that are there (with their columns), what `sight.classified` knows."""
        return {table: self._select(table, present[table]) for table in TABLES if table in present}

    def hides(self, table: str) -> str:
        """SQL: whether a row's ticket is hidden from these roles."""
        known = columns(table)
        if self.everything:
            return "FALSE"
        if not {"restricted", "project"} <= known.keys():
            return _IS_HIDDEN if "ticket_id" in known else "FALSE"
        either = ["t.restricted"]
        if self.unmarked:
            either.append(f"coalesce(t.project IN ({', '.join(map(literal, self.unmarked))}), FALSE)")
        if self.moved:
            either.append("t.ticket_id IN (SELECT ticket_id FROM moved_ticket)")
        return f"({' OR '.join(either)})"

    def _select(self, table: str, present: list[str]) -> str:
        shown = [
            f'{self._expression(table, name, kind)} AS "{name}"'
            for name, kind in columns(table).items()
            if name in present and kind != "never"
        ]
        hidden = _HIDDEN if self.hides(table) == _IS_HIDDEN else ""
        return f"SELECT {', '.join(shown)} FROM {self.catalog}.{table} t{hidden}"

    def _expression(self, table: str, name: str, kind: str) -> str:
        column = f't."{name}"'
        if name == "restricted":
            return self.hides(table)
        if self.pseudonyms and kind == "note":
            return "CAST(NULL AS VARCHAR)"
        if self.pseudonyms and kind == "person":
            column = f"(SELECT p.alias FROM pseudonym p WHERE p.name = {column})"
        if kind in ("text", "note", "unit"):
            column = self._masked(column)
        if kind == "keys":
            column = f"[{self._masked('one')} FOR one IN {column}]"
        hides = self.hides(table)
        if kind == "unit" and self.lines:
            hides = f"({hides} AND t.line NOT IN ({', '.join(map(literal, self.lines))}))"
        return f"CASE WHEN NOT {hides} THEN {column} END" if kind in _OF_TICKETS and hides != "FALSE" else column

    def _masked(self, column: str) -> str:
        """SQL: a text without the keys of hidden tickets."""
        return column if self.everything else mask_sql(column, self.hidden, self.moved)


def sees_pseudonyms(roles: Roles) -> bool:
    """Whether people are pseudonyms to somebody with these roles: to who has none, too."""
    return roles <= {"esa"}


def hidden_projects(db: Connection, table: str, roles: Roles) -> tuple[str, ...]:
    """The projects that are hidden from each of these roles (section 1.1), by a mart's `table` of them."""
    rows = db.execute(
        f"""SELECT project FROM {table} WHERE role IN (SELECT unnest(?))
            GROUP BY project HAVING count(DISTINCT role) = ? ORDER BY project""",
        [sorted(roles), len(roles)],
    ).fetchall()
    return tuple(project for (project,) in rows)


def open_lines(db: Connection, table: str) -> tuple[str, ...]:
    """The lines whose units are no secret, by a mart's `table` of them: those that are one themselves, and those where a
    field names it that a ticket shows to everybody."""
    rows = db.execute(f"SELECT line, unit_field FROM {table} ORDER BY place").fetchall()
    return tuple(line for line, field in rows if not columns("ticket").get(field, ""))


def sees_as_much(db: Connection, roles: Roles, others: Roles) -> bool:
    """Whether somebody with `roles` may see all that was made for `others`; `db` is an opened mart of the desk."""
    if ("security" in others and "security" not in roles) or (sees_pseudonyms(roles) and not sees_pseudonyms(others)):
        return False
    hidden, too = (set(hidden_projects(db, "hidden_project", some)) for some in (roles, others))
    return hidden <= too


def make_pseudonyms(db: Connection, catalog: str, present: dict[str, list[str]], secret: bytes) -> None:
    """Table `pseudonym`: everybody who occurs in the mart, as `Person 4K7QXA`. The same in every mart of a desk, and
    without the desk's secret nobody gets from it to the name."""
    places = [
        f'SELECT "{name}" FROM {catalog}.{table}'
        for table in TABLES
        for name, kind in columns(table).items()
        if kind == "person" and name in present.get(table, ())
    ]
    names = [name for (name,) in db.execute(" UNION ".join(places)).fetchall() if name is not None]
    aliases = [f"Person {_letters(name, secret)}" for name in names]
    db.execute("CREATE TABLE pseudonym AS SELECT unnest(?::VARCHAR[]) AS name, unnest(?::VARCHAR[]) AS alias",
               [names, aliases])  # fmt: skip


def _letters(name: str, secret: bytes) -> str:
    return b32encode(hmac.digest(secret, name.encode(), hashlib.sha256)).decode()[:_LETTERS]
