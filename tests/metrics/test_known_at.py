"""What was known at K about T: the mart of the store as it stood at K (AMP-W3, AMP-W4)."""

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.store import Store
from tests.command import arbiter, files_desk
from tests.desks import jira_issue, mart_of, part_of, rows_of, store_of
from tests.marts import assert_same, contents
from tests.metrics.test_as_of import OF_THE_PULL, without
from tests.naive.examples import change, comment, desk_ticket, faultless, is_cloned_by, moves, rome
from tests.naive.history import Ticket, as_seen_at, exists_at
from tests.naive.linked_strategies import linked_as_of, linked_desks
from tests.naive.links import desk_as_seen_at
from tests.naive.strategies import as_of, desks
from tests.random_desks import random_desks
from tests.sla import issue_with

FIRST, BETWEEN, SECOND = datetime(2026, 1, 1), datetime(2026, 1, 2), datetime(2026, 1, 3)


def one_pull(folder: Path, then: list[Ticket]) -> Path:
    """A store that only ever pulled `then`."""
    return store_of([jira_issue(t) for t in then], folder / "first" / "store.duckdb", seen_at=FIRST)


def two_pulls(folder: Path, then: list[Ticket], now: list[Ticket]) -> Path:
    """A store that pulled `then` and later `now`."""
    both = store_of([jira_issue(t) for t in then], folder / "both" / "store.duckdb", seen_at=FIRST)
    return store_of([jira_issue(t) for t in now], both, run=2, seen_at=SECOND)


def as_known(store: Path, t: datetime, **options: Any) -> dict[str, Any]:
    """The mart of a store as of `t`; the coverage of the pull left out."""
    return without(OF_THE_PULL, contents(mart_of(store, t, out=store.parent / "out.duckdb", **options)))


@random_desks(3)
@given(st.data(), desks(most_tickets=12))
def test_what_was_learned_later_does_not_show(data: st.DataObject, desk: list[Ticket]) -> None:
    """Pulled once when it had grown up to some instant, and once more today; as of any T."""
    pulled_at, t = data.draw(as_of(desk)), data.draw(as_of(desk))
    then = [as_seen_at(ticket, pulled_at) for ticket in desk if exists_at(ticket, pulled_at)]
    with tempfile.TemporaryDirectory() as folder:
        both, first = two_pulls(Path(folder), then, desk), one_pull(Path(folder), then)
        assert_same(as_known(both, t, known_at=BETWEEN), as_known(first, t))


@random_desks(3)
@given(st.data(), linked_desks(most_tickets=8))
def test_links_that_were_learned_later_do_not_show(data: st.DataObject, desk: list[Ticket]) -> None:
    pulled_at, t = (data.draw(linked_as_of(desk)) for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        then = desk_as_seen_at(desk, pulled_at)
        both, first = two_pulls(Path(folder), then, desk), one_pull(Path(folder), then)
        assert_same(as_known(both, t, known_at=BETWEEN), as_known(first, t))


def ticket(*events: Any, **current: Any) -> Ticket:
    return replace(desk_ticket("1 09:00", *events, **current), ticket_id="jira/1")


@pytest.mark.rule("AMP-W4")
def test_a_closing_that_was_learned_a_day_late(tmp_path: Path) -> None:
    """DONE on Monday 12:00, with an answer and a new category; pulled on Tuesday as still TO DO, on Wednesday whole."""
    early = moves("OPEN", "1 10:00 RECEIVED", "1 11:00 TO DO")
    late = [*moves("TO DO", "1 12:00 DONE"), comment("1 09:30", "bob"), change("1 11:30", "category", None, "Security")]
    then, now = ticket(*early, status="TO DO"), ticket(*early, *late, status="DONE", category="Security")
    store = two_pulls(tmp_path, [then], [now, replace(ticket(key="DSD-2"), ticket_id="jira/2")])
    shown = "key, status, category, channel, resolved_at"
    known, today = (
        rows_of(part_of(store, rome("2 09:00"), "ticket", known_at=k), "ticket", shown) for k in (BETWEEN, None)
    )
    first = {"key": "DSD-1", "status": "TO DO", "category": None, "channel": "standard", "resolved_at": None}
    assert known == [first]
    resolved = {
        "status": "DONE",
        "category": "Security",
        "channel": "priority",
        "resolved_at": datetime(2025, 9, 1, 10),
    }
    assert today == [first | resolved, first | {"key": "DSD-2", "status": "OPEN"}]


def test_a_resolution_date_that_was_learned_late(tmp_path: Path) -> None:
    """Known on the first pull: nothing; on the second, DONE and the source's date of it, which agree."""
    early, done = ticket(status="OPEN"), ticket(*moves("OPEN", "1 12:00 DONE"), status="DONE")
    store = store_of([issue_with(early)], tmp_path / "store.duckdb", seen_at=FIRST)
    store_of([issue_with(done, "1 12:00")], store, run=2, seen_at=SECOND)
    compared = {
        known_at: rows_of(part_of(store, rome("2 09:00"), "reconcile", known_at=known_at), "reconcile", "clock, class")
        for known_at in (BETWEEN, None)
    }
    assert compared == {BETWEEN: [], None: [{"clock": "resolution_date", "class": "agree"}]}


def test_a_change_that_was_learned_late_though_older_than_a_known_one(tmp_path: Path) -> None:
    known = moves("OPEN", "1 10:00 RECEIVED", "1 12:00 DONE")
    in_between = moves("RECEIVED", "1 11:00 TO DO")
    then = [ticket(*known, status="DONE")]
    store = two_pulls(tmp_path, then, [ticket(*known, *in_between, status="DONE", summary="Other")])
    as_known_then = part_of(store, rome("2 09:00"), "interval", known_at=BETWEEN)
    as_it_was = part_of(one_pull(tmp_path, then), rome("2 09:00"), "interval")
    assert len(rows_of(as_it_was, "interval")) == 3
    assert rows_of(as_known_then, "interval") == rows_of(as_it_was, "interval")


MADE = change("2 10:00", "Link", None, "This issue is cloned by DSP-2")
GONE = change("2 12:00", "Link", "This issue is cloned by DSP-2", None)


@pytest.mark.parametrize(
    ("linked_then", "told", "linked_now", "chains_then", "chains_now"),
    [
        pytest.param(False, [MADE], True, ["DSD-1"], ["DSD-1 DSP-2"], id="made"),
        pytest.param(False, [], True, ["DSD-1"], ["DSD-1 DSP-2"], id="made, and no history says when"),
        pytest.param(True, [GONE], False, ["DSD-1 DSP-2"], ["DSD-1", "DSP-2"], id="taken away"),
        pytest.param(False, [MADE, GONE], False, ["DSD-1"], ["DSD-1", "DSP-2"], id="made and taken away"),
        pytest.param(
            False, [GONE], False, ["DSD-1"], ["DSD-1", "DSP-2"], id="taken away, and no history says when made"
        ),
    ],
)
def test_a_link_that_was_learned_late(
    tmp_path: Path, linked_then: bool, told: list[Any], linked_now: bool, chains_then: list[str], chains_now: list[str]
) -> None:
    """The clone of a delegated ticket; where the first pull had no link, it had no clone either."""
    path, clone = moves("OPEN", "1 10:00 DELEGATED"), faultless("DSP-2", "2 09:00")
    then, now = (
        faultless("DSD-1", "1 09:00", *path, *events, links=is_cloned_by("DSP-2") if linked else ())
        for events, linked in (([], linked_then), (told, linked_now))
    )
    store = two_pulls(tmp_path, [then, clone] if linked_then else [then], [now, clone])
    for known_at, chains in ((BETWEEN, chains_then), (None, chains_now)):
        mart = part_of(store, rome("3 09:00"), "chain", "finding", known_at=known_at)
        assert [" ".join(row["keys"]) for row in rows_of(mart, "chain", "keys")] == chains
        delegated_to_nobody = rows_of(mart, "finding", "key", "rule = 'F5'")
        assert delegated_to_nobody == [{"key": "DSD-1"}] * (chains[0] == "DSD-1")


def test_a_tombstone_counts_from_when_it_was_noticed(tmp_path: Path) -> None:
    store = two_pulls(tmp_path, [ticket()], [ticket()])
    opened = Store(store)
    opened.bury("jira", ["1"], SECOND, 3)
    opened.close()
    later = datetime(2026, 2, 1)
    counts = [
        rows_of(part_of(store, later, "ticket", known_at=k), "meta", "tickets, known_at")
        for k in (FIRST, BETWEEN, later, None)
    ]
    assert counts == [
        [{"tickets": 0, "known_at": FIRST}],  # seen at FIRST, which is not before it
        [{"tickets": 1, "known_at": BETWEEN}],
        [{"tickets": 0, "known_at": later}],
        [{"tickets": 0, "known_at": None}],
    ]


def test_from_the_command_line(tmp_path: Path) -> None:
    config = files_desk(tmp_path, ticket(*moves("OPEN", "1 10:00 RECEIVED"), status="RECEIVED"))
    assert arbiter("sync", "--config", config).code == 0
    asked = ["--as-of", "2025-09-02", "--known-at", "2025-09-03", "--config", config]
    refused = arbiter("publish", *asked)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("arbiter: --known-at: ") and refused.err.endswith("allowed: with --out FILE\n")
    made = arbiter("publish", *asked, "--out", tmp_path / "then.duckdb", "--json")
    assert (made.json["tickets"], made.json["known_at"]) == (0, "2025-09-03 22:00:00")
    assert "as known at 2025-09-03 22:00:00 UTC, 0 tickets" in arbiter("publish", *asked, "--out", tmp_path / "m").out
    missing = arbiter("explain", "DSD-1", *asked)
    then = "as of Wed 2025-09-03 00:00:00, by what was known Thu 2025-09-04 00:00:00"
    assert (missing.code, missing.err) == (1, f"arbiter: DSD-1: there is no such ticket {then}\n")
    assert arbiter("explain", "DSD-1", "--known-at", "2099-01-01", "--config", config).code == 0
    wrong = arbiter("publish", "--known-at", "yesterday", "--out", tmp_path / "m", "--config", config)
    assert wrong.err == "arbiter: --known-at yesterday: no instant; allowed: 2026-10-31 or 2026-10-31T17:00+01:00\n"
    again = arbiter("publish", "--as-of", "2025-09-04", "--config", config, "--json")
    assert again.json["tickets"] == 1
