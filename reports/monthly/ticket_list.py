"""The sheet Tickets: every ticket that the figures need, with all columns that the live formulas read, by name."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from metrics.profile import Profile
from reports.monthly.ticket_columns import Told, fields_asked, of_figures, of_ticket, source
from reports.page import Placed
from reports.request import Report
from reports.sheets import Book

_AT_ONCE = 1000


def write_tickets(report: Report, book: Book, since: date) -> Placed:
    """All tickets that are unresolved at T or that something counted happened to since the month `since`: their sheet, and
    the names of its columns. A restricted one shows its results only."""
    counted = report.db.execute(
        f"SELECT count(*), count(*) FILTER (WHERE t.restricted) {source(report.profile)}", _asked(report.profile, since)
    ).fetchall()
    n, restricted = counted[0]
    subtitle = (
        f"{n:,} tickets: unresolved at the as-of instant, or received, answered, resolved, closed or scored since "
    )
    subtitle += f"{since:%B %Y}"
    subtitle += f"; {restricted:,} of them restricted: their results only" if restricted else ""
    told = [*of_ticket(report), *of_figures(report.profile)]
    page = book.page("Tickets", [one.column.width or 10 for one in told], title="Tickets", subtitle=subtitle,
                     frozen=4, frozen_columns=1, across=2)  # fmt: skip
    placed = page.table([one.column for one in told], _rows(report, told, since, n), filtered=True)
    for number, one in enumerate(told, 1):
        if one.name:
            book.name(one.name, placed.range(number))
    return placed


def _asked(profile: Profile, since: date) -> dict[str, Any]:
    return {"since": since, **fields_asked(profile)}


def _rows(report: Report, told: Sequence[Told], since: date, total: int) -> Iterator[tuple[Any, ...]]:
    order = "t.restricted, CASE WHEN NOT t.restricted THEN t.project END, CASE WHEN NOT t.restricted THEN length(t.key) END, 1"
    times = "".join(
        f", {one.sql}" for one in told if one.name.endswith("_nwh")
    )  # so that equal lines may not change places
    result = report.db.execute(
        f"SELECT {', '.join(one.sql for one in told)} {source(report.profile)} ORDER BY {order}, t.created_month{times}",
        _asked(report.profile, since),
    )
    done = 0
    while rows := result.fetchmany(_AT_ONCE):
        yield from rows
        done += len(rows)
        report.count("writing the tickets", done, total)
