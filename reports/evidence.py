"""The tickets behind a changed figure: what the figures read of each ticket, and which of it a figure reads.

What a sheet is not known to read here is all there is: then every ticket counts that differs and is of the figure's row.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from metrics.profile import Profile
from reports.monthly.figures import columns_of, figures_of
from reports.monthly.ticket_columns import fields_asked, of_figures, source
from reports.read_back import Place
from sight.keys import RESTRICTED
from sight.opening import Connection

Facts = dict[str, Any]  # by name, as people read it; a name that ends in ` in` holds a month, or several
Span = tuple[date, date]
Summary = dict[tuple[str, str], frozenset[str]]  # by heading and title of a figure of the summary: what it reads
_IS_ONE = "ticket_id IN (SELECT unnest($ids::VARCHAR[]))"
# Of each: the columns after the id are facts by their names.
_ONE_ROW = (
    f"SELECT ticket_id, key, project, type, priority, service, provider FROM ticket WHERE {_IS_ONE}",
    f"""SELECT ticket_id, days_late AS "days late" FROM eta_outcome WHERE {_IS_ONE}""",
)
# Of each: after the id the name of a fact, and one of its values.
_MANY_ROWS = (
    f"SELECT ticket_id, event || ', each time in', month FROM flow_event WHERE {_IS_ONE} ORDER BY seq",
    f"SELECT ticket_id, 'dates moved in', set_month FROM eta_revision WHERE {_IS_ONE} ORDER BY seq",
    f"SELECT ticket_id, 'dates', eta FROM eta_revision WHERE {_IS_ONE} ORDER BY seq",
    f"SELECT ticket_id, rule || ' since', since FROM finding WHERE {_IS_ONE} ORDER BY since",
)
DIMENSIONS = {name: name for name in ("project", "type", "priority", "service", "provider")} | {
    "product": "service", "severity": "priority",
}  # fmt: skip
_NOT_OF_RESTRICTED = {*DIMENSIONS, "dates"}  # the list of tickets does not say it of them either
_OF_CLOCKS = {"Response": "first response", "Resolution": "resolution", "Update": "update"}
_TIMES = ("Median", "90th", "Time in it", "Of their time")
_MOVES = {"Received": "received", "Resolved": "resolved", "Reopened": "reopened", "Closed": "closed"}
_ALL_MOVES = {f"{event}, each time in" for event in (*_MOVES.values(), "unclosed")}
_STANDING = ("Backlog", "Not closed", "Not resolved")  # columns that count what came before, too
_SINCE_THE_START = "since the start"
_MONTH = re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* (\d{4})\b")
_QUARTER = re.compile(r"\bQ([1-4]) (\d{4})\b")
_FROM_COLUMN = {"tk_band": "delivery"}


@dataclass(frozen=True)
class Told:
    """What a ticket says to a figure, before and after: the facts that differ (empty: it is not there)."""

    key: str
    before: Facts
    after: Facts


def facts_of(db: Connection, profile: Profile, ids: Collection[str]) -> dict[str, Facts]:
    """By id, the facts of those tickets that the mart has, as its reader may see them: what the list of tickets tells the
    formulas, and what other sheets read."""
    wanted, found = {"ids": list(ids)}, defaultdict[str, Facts](dict)
    read = ", ".join(f'{one.sql} AS "{_named(one.name)}"' for one in of_figures(profile) if one.name)
    listed = f"SELECT * FROM (SELECT t.ticket_id, {read} {source(profile)}) WHERE {_IS_ONE}"
    always = {"since": date.min, **fields_asked(profile)}
    for sql, asked in [*((sql, wanted) for sql in _ONE_ROW), (listed, wanted | always)]:
        result = db.execute(sql, asked)
        names = [column[0] for column in (result.description or [])[1:]]
        for ticket_id, *values in result.fetchall():
            facts = dict(zip(names, values, strict=True))
            running = [name for name in facts if name.endswith(" time") and not facts[name.replace(" time", " in")]]
            found[ticket_id] |= {name: None if name in running else value for name, value in facts.items()}
    for sql in _MANY_ROWS:
        for ticket_id, name, value in db.execute(sql, wanted).fetchall():
            day = value.date() if isinstance(value, datetime) else value
            found[ticket_id][name] = (*found[ticket_id].get(name, ()), day)
    return {
        ticket_id: facts | {"key": facts["key"] or RESTRICTED} for ticket_id, facts in found.items() if "key" in facts
    }


def read_by_summary(profile: Profile) -> Summary:
    """What the formulas of the summary read."""
    figures = figures_of(profile)
    return {
        (figure.group, figure.title): frozenset(map(_named, columns_of(figure, figures))) for figure in figures
    }  # fmt: skip


def told(
    place: Place, reads: frozenset[str] | None, dimensions: dict[str, str], was: Facts, now: Facts
) -> Told | None:  # fmt: skip
    """What the ticket says to the figure otherwise than before; None when it is not behind it: it says the same, or it is
    of the figure's row neither before nor after. The ticket of a row in a list is behind all that stands there. `reads`:
    the facts that the figure reads, None for all; `dimensions`: what its row is of."""
    names = {*was, *now} - {"key"} if reads is None else reads | dimensions.keys()
    differ = [name for name in (now or was) if name in names and was.get(name) != now.get(name)]
    if place.key is None:
        months = [name for name in names if name.endswith(" in")]
        if not differ or not any(_is_of_row(place, dimensions, months, facts) for facts in (was, now) if facts):
            return None
    elif place.key not in (was.get("key"), now.get("key")):
        return None
    if RESTRICTED in (was.get("key"), now.get("key")):
        differ = [name for name in differ if name not in _NOT_OF_RESTRICTED]
    before, after = ({name: facts.get(name) for name in differ} if facts else {} for facts in (was, now))
    return Told((now or was)["key"], before, after)


def titles_of(profile: Profile) -> dict[str, str]:
    """What a row may be of, by the title of its column in small letters, which may be the desk's own: the name of a fact."""
    own = {
        name.lower(): fact for fact in DIMENSIONS.values() if fact in profile.field for name in profile.field[fact].names
    }  # fmt: skip
    return DIMENSIONS | own


def dimensions_of(place: Place, titles: dict[str, str]) -> dict[str, str]:
    """What the row is of, by the name of the fact: the priority `Low`, no service `(none)`. A row of all is of none."""
    return {
        titles[title.lower()]: str(value or "(none)")
        for title, value in place.labels
        if title.lower() in titles and value != "all"
    }


def facts_read(place: Place, summary: Summary) -> frozenset[str] | None:
    """The names of the facts that a figure of a known sheet reads; None of others, among them those of the quarterly
    report: everything."""
    if place.labels and place.labels[0][0] == "Quarter":
        return None
    if place.sheet == "Summary":
        return summary.get((place.block, str(place.labels[0][1]))) if place.labels else None
    if clock := _OF_CLOCKS.get(place.sheet):
        timed = {f"{clock} time"} if place.column.startswith(_TIMES) else set()
        return frozenset({clock, f"{clock} in", *timed})
    if place.sheet == "Satisfaction":
        return frozenset({"asked", "score", "scored in", "resolved in"})
    if place.sheet == "ETA":
        if place.block.startswith("How dates moved"):
            return frozenset({"dates", "dates moved in"})
        late = {"days late"} if place.column.startswith("Median") else set()
        return frozenset({"delivery", "resolved in", *late})
    if place.sheet == "Flow":
        return _of_flow(place)
    if place.sheet == "Findings" and place.labels:
        return frozenset({f"{place.labels[0][1]} since"})
    return None


def _named(column: str) -> str:
    """The fact that a column of the ticket list holds."""
    plain = column.removeprefix("tk_").replace("_nwh", " time").replace("_month", " in").replace("_", " ")
    return _FROM_COLUMN.get(column, plain)


def _of_flow(place: Place) -> frozenset[str]:
    if place.block.startswith("How old") or place.column.endswith(_SINCE_THE_START):
        return frozenset({"received in", "resolved in", "closed in"})
    if place.column == "Closed for good":
        return frozenset({"closed in"})
    event = _MOVES.get(place.column)
    return frozenset({f"{event}, each time in"} if event else _ALL_MOVES)


def _is_of_row(place: Place, dimensions: dict[str, str], months: list[str], facts: Facts) -> bool:
    if any(str(facts.get(name) or "(none)") != value for name, value in dimensions.items()):
        return False
    span = span_of(place)
    return span is None or any(span[0] <= month <= span[1] for name in months for month in _months(facts.get(name)))


def _months(value: Any) -> tuple[date, ...]:
    return value if isinstance(value, tuple) else (value,) if value else ()


@cache
def span_of(place: Place) -> Span | None:
    """The months that the figure is of, as its row, its column or its heading says, each by its first day."""
    texts = [*(value for _, value in place.labels), place.column, place.block]
    found = next((span for text in texts if (span := _months_in(text))), None)
    if found and (place.column.startswith(_STANDING) or place.column.endswith(_SINCE_THE_START)):
        return date.min, found[1]
    return found


def _months_in(text: str | date) -> Span | None:
    """`October 2026`, `Nov 2025 – Oct 2026`, `Q3 2026`, or the first day of a month."""
    if isinstance(text, date):
        return text, text
    if quarter := _QUARTER.search(text):
        last = date(int(quarter[2]), int(quarter[1]) * 3, 1)
        return last.replace(month=last.month - 2), last
    months = [datetime.strptime(f"{name} {year}", "%b %Y").date() for name, year in _MONTH.findall(text)]
    return (months[0], months[-1]) if months else None
