"""`arbiter report diff`: a frozen report beside today's recomputation as of the same T, each change with its cause.

The cause is found by recomputing, one thing at a time: from all that is known now, then with today's calendar, then with
today's rules; what moves in a step has that cause. Of what new data moved, a mart made from what was known when the report
was frozen tells corrections (it is not what was archived) from what came late (it is).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isclose
from pathlib import Path
from typing import Any

import duckdb

from metrics.profile import Profile
from reports.archive import Entry
from reports.monthly.figures import Figure, columns_of, figures_of
from reports.monthly.spans import Span, spans_of
from reports.monthly.ticket_list import ticket_facts
from reports.monthly.values import measured
from reports.request import Count, Publish, ReportRequest, reading
from sight.opening import Connection

Facts = dict[str, dict[str, Any]]
CORRECTED, LATE, DELETED = "corrected history", "late data", "deleted ticket"
CALENDAR, RULE = "changed calendar", "changed rule"
_DATA = "data"


@dataclass(frozen=True)
class Moved:
    """A ticket behind a change: its key, why, and what the figure reads of it, before and after (empty: not there)."""

    key: str
    cause: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One step of the way to a changed figure: by which causes, from what to what it moved, the tickets behind it."""

    causes: list[str]
    before: Any
    after: Any
    tickets: list[Moved]


@dataclass(frozen=True)
class Change:
    """A figure that is not what it was: of which months, frozen and now, step by step."""

    figure: Figure
    span: Span
    frozen: Any
    now: Any
    steps: list[Step]


@dataclass(frozen=True)
class Restatement:
    """What became of a frozen report: the changed figures; keys of tickets that were deleted since, which as of T were
    there and still count; and what else a reader has to know."""

    entry: Entry
    changes: list[Change]
    deleted: list[str]
    notes: list[str]


@dataclass(frozen=True)
class _State:
    """The desk as of T by some knowledge and rules: what led here, the figures by span, and the tickets' facts."""

    cause: str
    figures: list[dict[str, Any]]
    facts: Facts


def restate(request: ReportRequest, entry: Entry, publish: Publish, folder: Path, count: Count) -> Restatement:
    """Compares the frozen report `entry` with what the desk `request` is of would say today. `folder` is for marts on
    the way. Raises ArbiterError when its profile cannot be read any more."""
    spans, then = spans_of(request.period), entry.profile()
    asked = replace(
        request, profile=then
    )  # the figures are those that were frozen, by whichever rules they are computed
    again = folder / "again.duckdb"
    publish(entry.as_of, again, profile=then, known_at=entry.known_at)
    states = [_state(asked, entry.mart, "", spans, count)]
    for number, (cause, profile) in enumerate(_steps(then, request.profile)):
        mart = folder / f"{number}.duckdb"
        publish(entry.as_of, mart, profile=profile)
        states.append(_state(asked, mart, cause, spans, count))
    reasons = _reasons(states[0].facts, _state(asked, again, "", spans, count).facts, states[1].facts)
    figures = figures_of(then)
    changes = [
        change
        for n, span in enumerate(spans)
        for figure in figures
        if (change := _change(figure, columns_of(figure, figures), span, n, states, reasons))
    ]
    return Restatement(entry, changes, _deleted(request, states[-1].facts), _notes(entry, again))


def _steps(then: Profile, now: Profile) -> Iterator[tuple[str, Profile]]:
    """What is recomputed, each one cause away from the one before, and by which profile."""
    yield _DATA, then
    moved = then.model_copy(update={"calendar": now.calendar})
    if moved != then:
        yield CALENDAR, moved
    if now != moved:
        yield RULE, now


def _reasons(frozen: Facts, again: Facts, now: Facts) -> dict[str, str]:
    """Why new data moved a ticket, by its id. What was known when it was frozen should still say what it said then."""
    ids = frozen.keys() | now.keys()
    return {id_: DELETED if id_ not in now else CORRECTED if frozen.get(id_) != again.get(id_) else LATE for id_ in ids}


def _differ(was: Any, now: Any) -> bool:
    """Whether a figure moved: not by the last digits of a sum that was added in another order."""
    if isinstance(was, float) and isinstance(now, float):
        return not isclose(was, now, rel_tol=1e-9)
    return bool(was != now)


def _state(request: ReportRequest, mart: Path, cause: str, spans: list[Span], count: Count) -> _State:
    with reading(request, mart, count) as report:
        figures = [measured(report.db, report.profile, span.first, span.last) for span in spans]
        return _State(cause, figures, ticket_facts(report.db, report.profile, spans[-1].first))


def _change(
    figure: Figure, columns: list[str], span: Span, n: int, states: list[_State], reasons: dict[str, str]
) -> Change | None:
    """The figure, which reads those columns, of the span number `n`, if it moved on the way."""
    steps = []
    for before, after in pairwise(states):
        was, now = before.figures[n][figure.name], after.figures[n][figure.name]
        if _differ(was, now):
            tickets = _behind(columns, span, before, after, reasons)
            causes = sorted({moved.cause for moved in tickets}) or [after.cause]
            steps.append(Step(causes, was, now, tickets))
    if not steps:
        return None
    return Change(figure, span, states[0].figures[n][figure.name], states[-1].figures[n][figure.name], steps)


def _behind(columns: list[str], span: Span, before: _State, after: _State, reasons: dict[str, str]) -> list[Moved]:
    """The tickets that have something else in those columns than before, within the span."""
    found = []
    for ticket_id in before.facts.keys() | after.facts.keys():
        was, now = (state.facts.get(ticket_id, {}) for state in (before, after))
        read = [{name: facts.get(name) for name in columns} if facts else {} for facts in (was, now)]
        if read[0] != read[1] and any(_falls_into(span, facts) for facts in read):
            cause = reasons[ticket_id] if after.cause == _DATA else after.cause
            found.append(Moved((now or was)["key"], cause, *read))
    return sorted(found, key=lambda moved: (len(moved.key), moved.key))


def _falls_into(span: Span, read: dict[str, Any]) -> bool:
    months = (value for name, value in read.items() if name.endswith("_month"))
    return any(month is not None and span.first <= month <= span.last for month in months)


def _deleted(request: ReportRequest, facts: Facts) -> list[str]:
    """Keys of tickets of the report that the desk has no more: the published mart does not know them."""
    if request.now is None:
        return []
    with reading(replace(request, now=None), request.now, lambda *_: None) as report:
        there = _ids(report.db)
    return sorted(fact["key"] for ticket_id, fact in facts.items() if ticket_id not in there)


def _ids(db: Connection) -> set[str]:
    rows = db.execute("SELECT ticket_id FROM ticket UNION SELECT ticket_id FROM coverage_item").fetchall()
    return {ticket_id for (ticket_id,) in rows}


def _notes(entry: Entry, again: Path) -> list[str]:
    """What else a reader has to know. `again`: the mart that was made anew from what was known when it was frozen."""
    notes = [f"{name} is not as it was archived: somebody changed the archive." for name in entry.damaged()]
    with duckdb.connect(str(again), read_only=True) as db:
        version = db.execute("SELECT code_version FROM meta").fetchall()[0][0]
    if version != entry.manifest["code_version"]:
        then = entry.manifest["code_version"]
        notes.append(f"It was made by Arbiter {then}, this is {version}: what that changes stands under {CORRECTED}.")
    return notes
