"""Tickets from exported tables (`kind = "files"`): rows in any order, sorted by ticket and time, made into histories."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from etl.http import SourceError
from etl.records import History
from etl.section import FilesSection, TableSection
from etl.sources.file_history import ENTERED, EVENT_ONLY, TICKET_ONLY, Cells, Event, HistoryMaker, TicketRow
from etl.sources.tables import Row, Table
from metrics.profile import Profile
from metrics.sql_text import literal
from metrics.ticket_values import FIELDS

_ROWS_AT_ONCE = 20_000
_TICKETS_AT_ONCE = 5_000
_GIVEN = pa.schema([
    ("id", pa.string()), ("is_event", pa.bool_()), ("happened_at", pa.timestamp("us")), ("n", pa.int64()),
    ("place", pa.string()), ("cells", pa.list_(pa.string())),
])  # fmt: skip
Given = tuple[str, bool, Any, int, str, list[str | None]]


class FileTickets:
    """The tickets of a section. Raises SourceError when there are no files, or when it names what nobody knows.

    `broken` names, while it is read, what could not be; `rows` counts what was. DuckDB sorts the rows, in `scratch` where
    memory does not hold them.
    """

    def __init__(self, section: FilesSection, base: Path, profile: Profile, scratch: Path) -> None:
        self.broken: list[str] = []
        self.rows = 0
        self._section, self._scratch = section, scratch
        self._maker = HistoryMaker(section, profile)
        known = {*FIELDS, *profile.field, "status"}
        self._tables: list[tuple[bool, Table, dict[str, str]]] = []
        for is_event, table in ((False, section.tickets), (True, section.history)):
            if table:
                _check_names(section.name, table, {*known, *(EVENT_ONLY if is_event else TICKET_ONLY)})
                self._tables.append((is_event, Table(table, base, section.nulls), _columns(table)))
        self._names = {is_event: list(columns) for is_event, _, columns in self._tables}

    @property
    def paths(self) -> list[Path]:
        """The files."""
        return [path for _, table, _ in self._tables for path in table.paths]

    def batches(self) -> Iterator[list[tuple[History, str]]]:
        """All tickets as histories, each with the place of its row of tickets, else of its first."""
        self.broken.clear()
        self.rows = 0
        db = duckdb.connect()
        try:
            db.execute(f"SET temp_directory = {literal(f'{self._scratch}/files.tmp')}")
            db.register("empty", _GIVEN.empty_table())
            db.execute("CREATE TABLE given AS FROM empty")
            for is_event, table, columns in self._tables:
                self._load(db, is_event, table, columns)
            batch: list[tuple[History, str]] = []
            for _, rows in groupby(_sorted(db), key=lambda row: row[0]):
                history, place = self._history(list(rows))
                if history:
                    batch.append((history, place))
                if len(batch) >= _TICKETS_AT_ONCE:
                    yield batch
                    batch = []
            if batch:
                yield batch
        finally:
            db.close()

    def _load(self, db: duckdb.DuckDBPyConnection, is_event: bool, table: Table, columns: dict[str, str]) -> None:
        given: list[Given] = []
        names = list(columns)
        for row in table.rows(list(columns.values())):
            self.rows += 1
            line = self._given(row, is_event, dict(zip(names, row.cells, strict=True)))
            if line:
                given.append(line)
            if len(given) >= _ROWS_AT_ONCE:
                _insert(db, given)
                given = []
        _insert(db, given)
        self.rows += len(table.broken)
        self.broken += table.broken

    def _given(self, row: Row, is_event: bool, cells: Cells) -> Given | None:
        if not cells["id"]:
            self.broken.append(f"{row.place}: it has no id")
            return None
        at = self._maker.instant(cells.get("at" if is_event else "updated"))
        if is_event and at is None:
            self.broken.append(
                f"{row.place}: its time {cells['at']!r} is no time; the history of {cells['id']} lacks it"
            )
        return cells["id"], is_event, at, self.rows, row.place, row.cells

    def _history(self, rows: list[Given]) -> tuple[History | None, str]:
        """A ticket from all rows that are about it. Of several rows of the table of tickets the newest counts."""
        tickets = [row for row in rows if not row[1]]
        id_, _, _, _, place, cells = tickets[-1] if tickets else rows[0]
        if self._section.tickets and not tickets:
            self.broken.append(f"{place}: the table of tickets has no ticket {id_!r}")
            return None, place
        ticket = TicketRow(place, dict(zip(self._names[False], cells, strict=True))) if tickets else None
        told = list(_once(row for row in rows if row[1]))
        events = [
            Event(where, at, dict(zip(self._names[True], its_cells, strict=True)))
            for _, _, at, _, where, its_cells in told
            if at is not None
        ]
        if not ticket and not events:  # each of its rows was reported
            return None, place
        history = self._maker.make(ticket, events, len(told) - len(events))
        self.broken += self._maker.unreadable
        return history, place


def _columns(table: TableSection) -> dict[str, str]:
    """Canonical name → column, those of `entered` among them."""
    entered = getattr(table, "entered", {})
    return {**table.columns, **{ENTERED + status: column for status, column in entered.items()}}


def _check_names(source: str, table: TableSection, known: set[str]) -> None:
    unknown = sorted({*table.columns, *getattr(table, "fields", {}).values()} - known)
    if unknown:
        raise SourceError(
            f"source {source}: {', '.join(unknown)}: no field of tickets or of the profile; allowed: {', '.join(sorted(known))}"
        )


def _insert(db: duckdb.DuckDBPyConnection, given: list[Given]) -> None:
    if given:
        arrays = [pa.array(column, kind) for column, kind in zip(zip(*given, strict=True), _GIVEN.types, strict=True)]
        db.register("more", pa.Table.from_arrays(arrays, schema=_GIVEN))
        db.execute("INSERT INTO given FROM more")


def _sorted(db: duckdb.DuckDBPyConnection) -> Iterator[Given]:
    """The rows of each ticket together: first those of the table of tickets, then its events, each in their order."""
    result = db.execute("FROM given ORDER BY id, is_event, happened_at NULLS FIRST, n")
    while rows := result.fetchmany(_ROWS_AT_ONCE):
        yield from rows


def _once(events: Iterable[Given]) -> Iterator[Given]:
    """The events of a ticket, of one that several exports have the first: what a file says for the n-th time is what
    another file says for the n-th time."""
    times: Counter[Hashable] = Counter()
    met: set[Hashable] = set()
    for event in events:
        _, _, at, _, place, cells = event
        said = (at, *cells)
        in_file = (place.rpartition(":")[0], said)
        times[in_file] += 1
        nth = (times[in_file], said)
        if nth not in met:
            met.add(nth)
            yield event
