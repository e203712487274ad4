"""A desk that follows a plan, as an event log: the same tickets every time, with all that has happened until now."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from demo.office import Office, millis
from demo.people import names
from demo.plan import Kind, Plan, drawn

_EPOCH = date(2024, 1, 1)  # since when tickets are numbered
SAID = "public comment"
FIXED = ("id", "key", "project", "at", "author", "status", "summary", "type", "priority", "reporter", "assignee")


@dataclass
class _Way:
    """A ticket on its way: what it has by now, and the rows that told so."""

    number: int
    kind: Kind
    rng: random.Random
    reporter: str
    values: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)


def write_event_log(plan: Plan, until: datetime, path: Path, tickets: int = 0, seed: int = 7) -> list[str]:
    """Write the log of about so many tickets (none given: the plan's number) as CSV; the columns, in their order.

    Everything in it lies before `until` (aware). A later `until` only adds to what an earlier one gave.
    """
    rows = [row for way in _ways(plan, until, tickets or plan.tickets, seed) for row in way]
    columns = [*FIXED, *sorted({name for row in rows for name in row} - set(FIXED))]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return columns


def _ways(plan: Plan, until: datetime, tickets: int, seed: int) -> Iterator[list[dict[str, str]]]:
    """The rows of each ticket, up to `until`."""
    end, start = millis(until), until.date() - timedelta(days=round(plan.months * 30.44))
    office = Office(min(_EPOCH, start) - timedelta(days=7), until.date() + timedelta(days=400), plan.zone, None)
    everybody = names(random.Random(seed), plan.staff + plan.users)
    staff, users = everybody[: plan.staff], everybody[plan.staff :]
    per_day = tickets / (plan.months * 21.0)
    for day, number in _arrivals(office, until.date(), per_day, seed):
        if day >= start:
            rng = random.Random(f"{seed} {number}")
            kind = rng.choices(plan.kinds, [k.share for k in plan.kinds])[0]
            way = _Way(number, kind, rng, rng.choice(users))
            _walk(plan, office, way, staff, office.local(day, 7.5 + 11 * rng.random()), end)
            yield way.rows


def _arrivals(office: Office, last: date, per_day: float, seed: int) -> Iterator[tuple[date, int]]:
    """Days on which tickets come, numbered since the desk began; few at weekends, more as time goes on."""
    day, number = min(_EPOCH, last), 0
    while day <= last:
        rng = random.Random(f"{seed} {day}")
        grown = 0.8 + 0.4 * (day - _EPOCH).days / 1000
        weight = (1.25, 1.1, 1.0, 1.0, 0.8, 0.12, 0.1)[day.weekday()]
        coming = per_day * weight * grown
        for _ in range(int(coming) + (rng.random() < coming % 1)):
            number += 1
            yield day, number
        day += timedelta(days=1)


def _walk(plan: Plan, office: Office, way: _Way, staff: list[str], at: int, end: int) -> None:
    """From node to node, until there is no way on or nothing more has happened."""
    rng, name = way.rng, way.kind.start
    way.values = {"summary": "", "reporter": way.reporter} | {f: drawn(rng, w) for f, w in way.kind.choose.items()}
    way.values["summary"] = rng.choice(way.kind.about).format_map(way.values | {"n": str(way.number)})
    effort = rng.lognormvariate(0, 0.7)
    while at < end:
        _enter(plan, office, way, staff, name, at, end)
        onward = way.kind.moves.get(name)
        if not onward:
            return
        name, _, hours = rng.choices(onward, [weight for _, weight, _ in onward])[0]
        at = office.after(at, hours * effort * rng.lognormvariate(0, 0.6))


def _enter(plan: Plan, office: Office, way: _Way, staff: list[str], name: str, at: int, end: int) -> None:
    node, rng, first = plan.nodes[name], way.rng, not way.rows
    new = dict(node.set) | {f: drawn(rng, weights) for f, weights in node.choose.items()}
    if node.people:
        team = sum(way.values.get("provider", "").encode()) % len(staff)
        new["assignee"] = staff[(team + rng.randrange(3)) % len(staff)]
    new |= {f: str(office.day(at)) for f in node.dates}
    if node.eta:
        new["eta"] = str(office.day(at) + timedelta(days=rng.randint(*node.eta)))
    if node.score and rng.random() < node.scored:
        new["score"] = drawn(rng, node.score)
    changed = {key: value for key, value in new.items() if way.values.get(key) != value}
    way.values |= new
    somebody = way.values.get("assignee") or rng.choice(staff)
    by = way.reporter if first or node.by == "user" else somebody
    told = way.values if first else {"status": way.values["status"]} | changed
    _tell(way, at, by, told)
    if rng.random() < node.says and (said := office.after(at, 0.1 + 1.5 * rng.random())) < end:
        _tell(way, said, somebody, {"status": SAID})


def _tell(way: _Way, at: int, by: str, what: dict[str, str]) -> None:
    instant = datetime.fromtimestamp(at // 1000, UTC)
    key = f"{way.kind.prefix}{way.number}"
    fixed = {"id": str(way.number), "key": key, "project": way.kind.project, "at": instant.isoformat(), "author": by}
    way.rows.append(fixed | what)
