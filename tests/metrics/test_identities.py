"""Two routes to one number agree, on a simulated desk of some hundred tickets (AMP-S3, AMP-L1, DMSU-M6, 1.5)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.desk import simulate
from etl.fields import resolve_fields
from etl.jira_landing import stage
from etl.store import Store
from etl.upsert import upsert
from profiles import load_profile
from tests.desks import mart_of

UNTIL = datetime(2026, 11, 18, 10, tzinfo=UTC)
# What is compared: a query and another one that must say the same.
ROUTES = {
    "flow totals and ticket counts": (
        "SELECT sum(received), sum(closed) - sum(unclosed), sum(resolved) - sum(reopened) FROM flow_day",
        "SELECT count(*), count(closed_at), count(resolved_at) FROM ticket",
    ),
    "received by month and tickets by month of creation": (
        "SELECT month, received FROM flow_month WHERE received > 0",
        "SELECT created_month, count(*) FROM ticket GROUP BY ALL",
    ),
    "received less closed and the change of the backlog": (
        "SELECT month, received - closed + unclosed, received - resolved + reopened FROM flow_month",
        "SELECT month, backlog_open - lag(backlog_open, 1, 0) OVER w, "
        "backlog_unresolved - lag(backlog_unresolved, 1, 0) OVER w FROM flow_month WINDOW w AS (ORDER BY month)",
    ),
    "the backlog of today and the tickets that are not closed": (
        "SELECT backlog_open, backlog_unresolved FROM flow_day ORDER BY day DESC LIMIT 1",
        "SELECT count(*) - count(closed_at), count(*) - count(resolved_at) FROM ticket",
    ),
    "segments and clocks": (
        "SELECT ticket_id, clock, sum(CASE kind WHEN 'counted' THEN working_seconds ELSE 0 END), "
        "sum(CASE kind WHEN 'paused' THEN working_seconds ELSE 0 END) FROM clock_segment GROUP BY ALL",
        "SELECT ticket_id, clock, working_seconds, paused_seconds FROM clock "
        "WHERE started_at < coalesce(stopped_at, (SELECT as_of FROM meta))",
    ),
    "parts of a chain and the time from its creation to its end": (
        "SELECT ticket_id, sum(seconds), sum(working_seconds) FROM chain_part GROUP BY ALL",
        "SELECT c.ticket_id, date_diff('second', t.created_at, coalesce(t.closed_at, m.as_of)), "
        "(SELECT sum(coalesce(i.working_seconds, m.seconds_before - i.seconds_before)) FROM interval i "
        "WHERE i.ticket_id = t.ticket_id AND NOT (i.left_at IS NULL AND t.closed_at IS NOT NULL)) "
        "FROM chain c JOIN ticket t ON t.ticket_id = c.ticket_id CROSS JOIN meta m",
    ),
    "what stands beside a delivery and the ticket": (
        "SELECT ticket_id, delivered_month, project, service, type, priority, provider, restricted FROM eta_outcome",
        "SELECT ticket_id, resolved_month, project, service, type, priority, provider, restricted FROM ticket "
        "WHERE resolved_at IS NOT NULL",
    ),
    "bands and delivered fixes": (
        "SELECT dimension, sum(n_initial + n_revised + n_week + n_month + n_later + n_no_eta) FROM eta_accuracy "
        "GROUP BY ALL",
        "SELECT DISTINCT dimension, (SELECT count(*) FROM ticket WHERE resolved_at IS NOT NULL) FROM eta_accuracy",
    ),
    "bands and tickets that are not resolved": (
        "SELECT dimension, sum(n_initial + n_revised + n_week + n_month + n_later + n_no_eta) FROM eta_standing "
        "GROUP BY ALL",
        "SELECT DISTINCT dimension, (SELECT count(*) FROM ticket WHERE resolved_at IS NULL) FROM eta_standing",
    ),
}


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mart of a desk with clones, reopenings, slipping estimations and every departure from the procedure."""
    site = simulate(seed=7, until=UNTIL, tickets=400, months=6)
    mapping, _ = resolve_fields(load_profile("desp"), site.fields)
    store = Store(tmp_path_factory.mktemp("identities") / "store.duckdb")
    try:
        assert stage(store.db, "jira", [json.dumps(issue).encode() for issue in site.issues.values()], mapping) == []
        store.put_site("jira", "https://jira.example.org/browse/", 1)
        upsert(store.db, "jira", 1, datetime(2026, 11, 18, 10))
    finally:
        store.close()
    return mart_of(store.path, UNTIL)


@pytest.mark.parametrize("routes", ROUTES.values(), ids=ROUTES)
def test_two_routes_to_one_number(mart: Path, routes: tuple[str, str]) -> None:
    with duckdb.connect(str(mart), read_only=True) as db:
        one, other = (_sorted(db, query) for query in routes)
    assert one == other and one


def _sorted(db: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    return db.execute(f"FROM ({query}) ORDER BY ALL").fetchall()
