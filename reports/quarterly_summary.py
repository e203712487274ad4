"""The first table of the quarterly report: its main figures beside those of the quarter before."""

from typing import Any

from reports.cells import Cell, Column
from reports.quarterly_tables import Table
from reports.request import Report

_COLUMNS = (
    Column("Figure", width=52), Column("This quarter", "number", 14), Column("The one before", "number", 14),
    Column("Rule", width=14),
)  # fmt: skip
_OF_LINES = (
    (2, "Tickets that came to {}", "DMSU-M1"),
    (9, "Resolved by {}", "DMSU-M2, M5"),
    (4, "Passed on by {}", "DMSU-M4"),
)
_OF_ETAS = ((3, "Fixes delivered"), (4, "Delivered by the initial ETA"), (7, "Delivered by any ETA"),
            (8, "Delivered within a week of the agreed ETA"), (9, "Delivered within a month of it"))  # fmt: skip


def summary(report: Report, tables: list[Table]) -> Table:
    """The table. A figure that a quarter does not have is empty."""
    by_name = {table.name: table for table in tables}
    rows = _of_lines(report, by_name["Lines"])
    if "ETA accuracy" in by_name:
        rows += _of_etas(report, by_name["ETA accuracy"])
    return Table(
        "Summary", "The quarter at a glance", "DMSU-M1 to M6", f"{report.period.title} and {report.period.previous().title}",
        _COLUMNS, rows, (0, 1, 2, 3),
    )  # fmt: skip


def _of_lines(report: Report, table: Table) -> list[tuple[Any, ...]]:
    lines = list(dict.fromkeys(row[1] for row in table.rows))
    found = {(row[0], row[1]): row for row in table.rows}
    quarters = (report.period.title, report.period.previous().title)
    return [
        (title.format(line), *(_figure(found.get((quarter, line)), place) for quarter in quarters), rule)
        for line in lines
        for place, title, rule in _OF_LINES
    ]


def _of_etas(report: Report, table: Table) -> list[tuple[Any, ...]]:
    found = {row[0]: row for row in table.rows if row[1] == "all"}
    quarters = (report.period.title, report.period.previous().title)
    return [
        (title, *(_figure(found.get(quarter), place, place > 3) for quarter in quarters), "DMSU-M6")
        for place, title in _OF_ETAS
    ]


def _figure(row: tuple[Any, ...] | None, place: int, is_share: bool = False) -> Cell:
    return Cell(row[place] if row else None, "share" if is_share else "number")
