"""A small mart by the public contract: 120 tickets over fourteen months, told by rule, so that tests can count."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from metrics.public_rules import public_rule_tables
from metrics.working_time import WorkingTime
from profiles import load_profile
from tests.desks import mart_of, store_of

AS_OF = datetime(2026, 11, 20, 15, 20)
PLANTED = "XYZZYPLANTED"  # stands in every text of a restricted ticket
MARKUP = "<img src=x onerror=alert(1)> **bold** [a](http://evil.example) =1+1"
HOUR = 3600
STUCK = (41, 89)
PHASES = {
    "OPEN": "desk", "RECEIVED": "desk", "TO DO": "champion", "ON GOING": "user", "DONE": "confirmation",
    "CLOSED": "closed",
}  # fmt: skip
PAUSES = {"resolution": {"ON GOING", "DONE", "CLOSED"}, "closure": {"ON GOING", "CLOSED"}}
_COLUMNS = {
    "ticket": "ticket_id VARCHAR, source VARCHAR, key VARCHAR, project VARCHAR, url VARCHAR, type VARCHAR, "
    "summary VARCHAR, status VARCHAR, status_since TIMESTAMP, phase VARCHAR, priority VARCHAR, relevance VARCHAR, "
    "service VARCHAR, service_element VARCHAR, service_version VARCHAR, category VARCHAR, channel VARCHAR, "
    "provider VARCHAR, assignee VARCHAR, reporter VARCHAR, created_at TIMESTAMP, updated_at TIMESTAMP, "
    "first_resolved_at TIMESTAMP, resolved_at TIMESTAMP, closed_at TIMESTAMP, reopenings INTEGER, eta DATE, "
    "score DOUBLE, scored_at TIMESTAMP, esa_arb BOOLEAN, esa_cab BOOLEAN, interface BOOLEAN, restricted BOOLEAN, "
    "created_month DATE, resolved_month DATE",
    "interval": "ticket_id VARCHAR, key VARCHAR, seq INTEGER, status VARCHAR, phase VARCHAR, entered_at TIMESTAMP, "
    "left_at TIMESTAMP, working_seconds BIGINT, seconds_before BIGINT",
    "flow_event": "ticket_id VARCHAR, key VARCHAR, seq INTEGER, event VARCHAR, happened_at TIMESTAMP, day DATE, "
    "month DATE, delta_open TINYINT, delta_unresolved TINYINT, standing BOOLEAN",
    "clock": "ticket_id VARCHAR, key VARCHAR, clock VARCHAR, started_at TIMESTAMP, start_basis VARCHAR, "
    "stopped_at TIMESTAMP, working_seconds BIGINT, paused_seconds BIGINT, goal_seconds BIGINT, due_at TIMESTAMP, "
    "state VARCHAR, alerts_passed INTEGER, next_alert_at TIMESTAMP, implied BOOLEAN, seconds_before_stop BIGINT, "
    "stopped_month DATE, "
    "project VARCHAR, service VARCHAR, type VARCHAR, priority VARCHAR, provider VARCHAR, restricted BOOLEAN, "
    "goal INTEGER",
    "clock_rule": "clock VARCHAR, rule VARCHAR",
    "status_rule": "status VARCHAR, kind VARCHAR",
    "calendar_day": "calendar VARCHAR, day DATE, kind VARCHAR, name VARCHAR, opens_at TIMESTAMP, closes_at TIMESTAMP, "
    "open_seconds BIGINT, seconds_before BIGINT, begins_at TIMESTAMP, ends_at TIMESTAMP, week DATE, month DATE",
    "goal_rule": "goal INTEGER, clock VARCHAR, project VARCHAR, type VARCHAR, channel VARCHAR, goal_seconds BIGINT, "
    "rule VARCHAR, valid_from DATE, valid_to DATE",
    "alert_rule": "goal INTEGER, clock VARCHAR, project VARCHAR, type VARCHAR, channel VARCHAR, n INTEGER, "
    'threshold_seconds BIGINT, "action" VARCHAR, rule VARCHAR',
    "coverage_item": 'ticket_id VARCHAR, key VARCHAR, source VARCHAR, "check" VARCHAR, detail VARCHAR, '
    "project VARCHAR, restricted BOOLEAN",
    "sync_run": "run BIGINT, source VARCHAR, full_pull BOOLEAN, started_at TIMESTAMP, ended_at TIMESTAMP, "
    "fetched BIGINT, changed BIGINT, unchanged BIGINT, incomplete BIGINT, deleted BIGINT, rejected BIGINT, "
    "requests BIGINT, retries BIGINT, outcome VARCHAR",
    "hidden_project": "project VARCHAR, role VARCHAR",
    "coverage": 'source VARCHAR, "check" VARCHAR, checked BIGINT, failed BIGINT, detail VARCHAR',
    "meta": "as_of TIMESTAMP, published_at TIMESTAMP, profile VARCHAR, profile_hash VARCHAR, store_version BIGINT, "
    "code_version VARCHAR, tickets BIGINT, excluded BIGINT, zone VARCHAR, nwd_seconds BIGINT, "
    "seconds_before BIGINT",
}
_GOALS = {"first_response": 4 * HOUR, "resolution": 40 * HOUR}
_GOAL = {"first_response": 1, "resolution": 2}
_ALERTS = {"first_response": [2 * HOUR, 3 * HOUR], "resolution": [16 * HOUR, 24 * HOUR, 32 * HOUR]}


@dataclass
class Rows:
    """What is written, per table."""

    of: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})


def build(mart_dir: Path, tickets: int = 120, version: str = "v1.duckdb", publish: bool = True) -> Path:
    """Writes a mart with so many tickets, and points to it. Returns its file."""
    days, rows = _calendar(), Rows()
    for n in range(tickets):
        _ticket(rows, days, n)
    _rules(rows, days)
    rows.of["coverage"] = [
        ("jira", "histories whole", tickets + 2, 2, "DSEC-99: 40 of 41 entries"),
        ("jira", "statuses mapped", tickets, 0, ""),
    ]
    rows.of["coverage_item"] = [
        ("jira/9098", "DSD-98", "jira", "histories whole", "12 of 14 entries", "DSD", False),
        ("jira/9099", "DSEC-99", "jira", "histories whole", PLANTED, "DSEC", True),
    ]
    rows.of["sync_run"] = [(1, "jira", False, AS_OF, AS_OF, tickets, tickets, 0, 2, 0, 0, 7, 0, "done")]
    rows.of["hidden_project"] = [("DSEC", role) for role in ("service_manager", "arb", "esa")] + [("DSP", "esa")]
    rows.of["meta"] = [(AS_OF, AS_OF, "desp", "hash", 1, "0", tickets, 2, "Europe/Rome", 8 * HOUR, days.before(AS_OF))]
    mart_dir.mkdir(parents=True, exist_ok=True)
    (mart_dir / version).write_bytes(_empty())
    with duckdb.connect(str(mart_dir / version)) as db:
        for name, columns in _COLUMNS.items():
            db.execute(f'DELETE FROM "{name}"')
            if rows.of[name]:
                names = [column.split()[0].strip('"') for column in columns.split(", ")]
                values = [pa.array(column) for column in zip(*rows.of[name], strict=True)]
                db.register("new_rows", pa.table(values, names=names))
                db.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM new_rows')
                db.unregister("new_rows")
    if publish:
        (mart_dir / "current").write_text(version + "\n", encoding="utf-8")
    return mart_dir / version


@cache
def _empty() -> bytes:
    """The mart of a desk without tickets, as a publish makes it: every table and view is there."""
    with TemporaryDirectory() as folder:
        return mart_of(store_of([], Path(folder) / "store.duckdb"), AS_OF, full=True).read_bytes()


@cache
def _calendar() -> WorkingTime:
    return WorkingTime(load_profile("desp").calendar, date(2025, 1, 1), date(2027, 12, 31))


def _moves(n: int) -> list[tuple[str, datetime]]:
    """The statuses of ticket `n` and when it entered them; two never get on, and the last twenty come in two weeks."""
    created = datetime(2025, 9, 15, 8) + timedelta(days=4 * n)
    if n >= 100:
        created = datetime(2026, 11, 9, 8) + timedelta(hours=12 * (n - 100) + 5 * (n % 3))
    received = created + timedelta(hours=(0, 1, 2, 30)[n % 4])
    begun = received + timedelta(hours=3)
    moves = [("OPEN", created), ("RECEIVED", received), ("TO DO", begun)]
    if n in STUCK:
        return moves
    if n % 3 == 0:
        moves += [("ON GOING", begun + timedelta(hours=20)), ("TO DO", begun + timedelta(hours=50))]
    moves += [("DONE", begun + timedelta(days=(2, 4, 12)[n % 3], hours=5))]
    if n % 10 == 5:
        moves += [("TO DO", moves[-1][1] + timedelta(days=1)), ("DONE", moves[-1][1] + timedelta(days=2))]
    moves += [("CLOSED", moves[-1][1] + timedelta(days=7))]
    return [(status, at) for status, at in moves if at < AS_OF]


def _ticket(rows: Rows, days: WorkingTime, n: int) -> None:
    moves, restricted = _moves(n), n % 12 == 7
    project = "DSEC" if restricted else ("DSD", "DSD", "DSP")[n % 3]
    hidden = PLANTED if restricted else None
    ticket_id, key = f"jira/{1000 + n}", f"{project}-{n}"
    kind, priority = ("Anomaly", "User Request")[n % 2], ("Low", "Critical", None)[n % 3]
    service, provider = ("Data Lake", "Portal")[n // 2 % 2], ("EUMETSAT", "Serco")[n // 2 % 2]
    status, since = moves[-1]
    done = [at for s, at in moves if s == "DONE"]
    resolved = done[-1] if status in ("DONE", "CLOSED") else None
    summary = hidden or (MARKUP if n == 3 else f"Request number {n}")
    rows.of["ticket"].append(
        (ticket_id, "jira", key, project, f"https://jira.example.org/browse/{hidden or key}", kind, summary,
         status, since, PHASES[status], priority, "Routine", service, hidden, None, hidden or "Usage", "standard",
         provider, hidden or "Marta Rinaldi", hidden or "Ines Carvalho", moves[0][1], since,
         done[0] if done else None, resolved, since if status == "CLOSED" else None, max(0, len(done) - 1),
         None, None, None, False, False, False, restricted, _month(moves[0][1]), _month(resolved))
    )  # fmt: skip
    for seq, (name, at) in enumerate(moves, 1):
        left = moves[seq][1] if seq < len(moves) else None
        rows.of["interval"].append(
            (ticket_id, key, seq, name, PHASES[name], at, left, days.between(at, left or AS_OF), days.before(at))
        )
    rows.of["flow_event"] += [
        (ticket_id, key, seq, event, at, at.date(), _month(at), opened, unresolved, standing)
        for seq, event, at, opened, unresolved, standing in _events(moves, resolved)
    ]
    about = (project, service, kind, priority, provider, restricted)
    _clock(rows, days, (ticket_id, key), "first_response", moves, 0, moves[1][1] if len(moves) > 1 else None, about)
    start = next((i for i, (s, _) in enumerate(moves) if s == "TO DO"), None)
    _clock(rows, days, (ticket_id, key), "resolution", moves, start, resolved, about)
    _clock(rows, days, (ticket_id, key), "closure", moves, start, since if status == "CLOSED" else None, about)


def _events(
    moves: list[tuple[str, datetime]], resolved: datetime | None
) -> Iterator[tuple[int, str, datetime, int, int, bool]]:
    """What changes the backlog: nothing leaves CLOSED here, and DONE is left for CLOSED or to be worked on again."""
    yield 1, "received", moves[0][1], 1, 1, True
    for seq, ((before, _), (status, at)) in enumerate(pairwise(moves), 2):
        if status == "DONE":
            yield seq, "resolved", at, 0, -1, at == resolved
        elif status == "CLOSED":
            yield seq, "closed", at, -1, 0, True
        elif before == "DONE":
            yield seq, "reopened", at, 0, 1, False


def _clock(
    rows: Rows, days: WorkingTime, ids: tuple[str, str], clock: str, moves: list[tuple[str, datetime]],
    start: int | None, stop: datetime | None, about: tuple[Any, ...],
) -> None:  # fmt: skip
    goal = None if clock == "resolution" and about[2] == "Anomaly" else _GOALS.get(clock)
    about = (*about, _GOAL[clock] if goal else None)
    if start is None:
        rows.of["clock"].append(
            (*ids, clock, None, None, None, 0, 0, goal, None, "not_started", 0, None, False, None, None, *about)
        )
        return
    used = {"counted": 0, "paused": 0}
    end = stop or AS_OF
    for seq, (status, at) in enumerate(moves[start:], 1):
        left = min(moves[start + seq][1] if start + seq < len(moves) else AS_OF, end)
        if at >= left:
            continue
        kind = "paused" if status in PAUSES.get(clock, ()) else "counted"
        seconds = days.between(at, left)
        used[kind] += seconds
    counted = used["counted"]
    paused_now = stop is None and moves[-1][0] in PAUSES.get(clock, ())
    state = _state(stop, counted, goal, paused_now)
    passed = sum(counted >= after for after in _ALERTS.get(clock, [])) if goal else 0
    implied = clock == "first_response" and moves[0][1] == stop
    rows.of["clock"].append(
        (*ids, clock, moves[start][1], moves[start][0], stop, counted, used["paused"], goal,
         end + timedelta(hours=1) if goal else None, state, passed, None, implied, days.before(stop) if stop else None,
         _month(stop), *about)
    )  # fmt: skip


def _state(stop: datetime | None, counted: int, goal: int | None, paused: bool) -> str:
    if goal is None:
        return "paused" if paused else "no_goal"
    if stop:
        return "met" if counted <= goal else "missed"
    return "overdue" if counted > goal else "paused" if paused else "running"


def _month(instant: datetime | None) -> date | None:
    """Rome is ahead of UTC by one hour or two; no instant here lies so near to midnight."""
    return instant.date().replace(day=1) if instant else None


def _rules(rows: Rows, days: WorkingTime) -> None:
    made = {table.name: table.rows for table in public_rule_tables(load_profile("desp"), days)}
    rows.of["calendar_day"] = made["calendar_day"]
    rules = {"first_response": "AMP-C1", "resolution": "AMP-C3", "closure": "AMP-C4"}
    rows.of["clock_rule"] = list(rules.items())
    kinds = {"ON GOING": "waiting", "DONE": "resolved", "CLOSED": "closed"}
    rows.of["status_rule"] = [(status, kinds.get(status, "active")) for status in PHASES]
    rows.of["goal_rule"] = [
        (_GOAL["first_response"], "first_response", None, None, None, 4 * HOUR, "AMP-G1", None, None),
        (_GOAL["resolution"], "resolution", None, "User Request", None, 40 * HOUR, "AMP-G2", None, None),
    ]
    rows.of["alert_rule"] = [
        (_GOAL[clock], clock, None, kind, None, n, after, "phone the assignee", rule)
        for clock, kind, rule in (("first_response", None, "AMP-G1"), ("resolution", "User Request", "AMP-G2"))
        for n, after in enumerate(_ALERTS[clock], 1)
    ]
