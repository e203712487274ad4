"""Histories as plain rows: into the store whole, whatever their order, once; what cannot be stored is named."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from etl.records import Change, Comment, History, Link, stage_histories
from etl.store import Store
from etl.upsert import Landed, upsert

DAY = datetime(2026, 3, 2, 9, 0)
CHANGES = [
    Change("9", 1, DAY + timedelta(hours=1), "ann", "status", "new", "open", "1", "2"),
    Change("9", 2, DAY + timedelta(hours=1), "ann", "assignee", None, "bob"),
    Change("10", 1, DAY + timedelta(hours=1), "bob", None),
    Change("11", 1, DAY + timedelta(hours=5), "bob", "status", "open", "closed", "2", "4"),
]
TICKET = History(
    "7", "T-7", "DESK", DAY, "closed", "4", updated_at=DAY + timedelta(hours=6),
    fields={"type": "Incident", "assignee": "bob", "provider": "L2"},
    changes=CHANGES,
    comments=[Comment("1", DAY + timedelta(hours=2), "ann", True)],
    links=[Link("a", "merge", "outward", "merged into", "desk/8", "T-8")],
    people={"ann": "Ann", "bob": "Bob"},
    history_total=3,
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store.duckdb")
    yield store
    store.close()


def land(store: Store, *histories: History, run: int = 1) -> Landed:
    assert stage_histories(store.db, "desk", list(histories)) == []
    return upsert(store.db, "desk", run, DAY)


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return store.db.execute(sql).fetchall()


def test_a_history_is_in_the_store_as_it_was_given(store: Store) -> None:
    assert land(store, TICKET) == Landed(1, 0, 0, 3, TICKET.updated_at, TICKET.updated_at)
    assert rows(store, "SELECT ticket_id, key, project, status, type, provider, priority FROM ticket") == [
        ("desk/7", "T-7", "DESK", "closed", "Incident", "L2", None)
    ]
    assert rows(store, "SELECT seq, * EXCLUDE (ticket_id, seq, first_seen_at, no) FROM change ORDER BY seq") == [
        (n, *change) for n, change in enumerate(CHANGES, 1)
    ]
    assert rows(store, "SELECT comment_id, public, author FROM comment") == [("1", True, "ann")]
    assert rows(store, "SELECT label, other_id FROM link") == [("merged into", "desk/8")]
    assert sorted(rows(store, "SELECT person_id, name FROM person")) == [("ann", "Ann"), ("bob", "Bob")]


def test_further_fields_are_kept_beside_the_ticket(store: Store) -> None:
    land(store, replace(TICKET, fields={"type": "Incident", "discipline": "Physics", "vo": None}))
    assert rows(store, "SELECT ticket_id, field, value FROM extra_value") == [("desk/7", "discipline", "Physics")]


def test_the_order_of_what_comes_makes_no_difference(store: Store) -> None:
    land(store, TICKET)
    shuffled = replace(TICKET, changes=random.Random(3).sample(CHANGES, len(CHANGES)))
    assert land(store, shuffled, run=2).changed == 0


@pytest.mark.parametrize(
    "other",
    [
        {"fields": {"type": "Incident", "assignee": "bob", "provider": "L3"}},
        {"comments": [TICKET.comments[0]._replace(public=False)]},
        {"links": []},
        {"changes": [*CHANGES[:3], CHANGES[3]._replace(to_value="solved")]},
    ],
    ids=lambda other: next(iter(other)),
)
def test_whatever_differs_makes_a_ticket_a_changed_one(store: Store, other: dict[str, Any]) -> None:
    land(store, TICKET)
    assert land(store, replace(TICKET, **other), run=2).changed == 1


def test_a_cut_history_is_told_from_a_whole_one(store: Store) -> None:
    assert land(store, replace(TICKET, history_total=5)).incomplete == 1
    assert land(store, replace(TICKET, history_total=None), run=2).incomplete == 0
    assert rows(store, "SELECT history_stored, history_total FROM ticket") == [(3, 3)]


def test_of_a_ticket_that_stands_twice_the_newest_and_fullest_counts(store: Store) -> None:
    older = replace(TICKET, updated_at=DAY, status="open")
    cut = replace(TICKET, changes=CHANGES[:2])
    assert land(store, TICKET, older, cut).entries == 3
    assert rows(store, "SELECT status FROM ticket") == [("closed",)]


def test_what_cannot_be_stored_is_named_and_the_rest_is_taken(store: Store) -> None:
    broken = [replace(TICKET, **{name: None}) for name in ("id", "key", "status", "created_at")]
    rejected = stage_histories(store.db, "desk", [broken[0], TICKET, *broken[1:]])
    assert [(r.index, r.reason) for r in rejected] == [
        (0, "it has no id"), (2, "it has no key"), (3, "it has no status"),
        (4, "its time of creation is missing or no time"),
    ]  # fmt: skip
    assert upsert(store.db, "desk", 1, DAY).changed == 1
