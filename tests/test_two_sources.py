"""A desk with two sources: what cannot be read of one is said whatever the other one does, and a key may be of both."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from etl.marts import current_mart
from etl.store import Store
from etl.summary import Summary
from reports.by_key import SharedKey
from reports.completeness import completeness
from tests.command import Outcome, arbiter, write_config
from tests.desks import jira_issue, mart_of, part_of, reading, rows_of, store_of
from tests.naive.examples import change, desk_ticket, moves
from tests.naive.history import Link
from ui.chains_queries import members
from ui.ticket_queries import ticket
from ui.ticket_record_queries import chains
from ui.today_queries import freshness


def two_sources(folder: Path, *names: str) -> Path:
    """A configuration with one desk that reads the files of the folders `live` and `old`, or of these."""
    sections = (f'name = "{name}"\nkind = "jira-files"\npath = "{name}/*.jsonl"' for name in names or ("live", "old"))
    return write_config(folder, "\n[[desk.desk.source]]\n".join(sections))


def sync_live(folder: Path, *names: str) -> Outcome:
    """A sync of these sources, of which only `live` has something."""
    if not (folder / "live").exists():
        (folder / "live").mkdir()
        (folder / "live" / "issues.jsonl").write_bytes(jira_issue(desk_ticket("1 09:00", status="OPEN")) + b"\n")
    return arbiter("sync", "--config", two_sources(folder, *names))


def published(folder: Path) -> Path:
    """What was published last."""
    mart = current_mart(folder / "data/desk/mart")
    assert mart
    return mart


def test_a_report_is_a_draft_while_a_source_was_never_read(tmp_path: Path) -> None:
    sync_live(tmp_path)
    with reading(published(tmp_path)) as db:
        found = completeness(db, datetime(2025, 10, 1))
    assert found.read_at == {"live": None, "old": None}
    assert found.doubts == ["Not read whole since the as-of instant: live, old."]


def test_a_report_is_a_draft_while_nothing_was_ever_read(tmp_path: Path) -> None:
    with reading(mart_of(store_of([], tmp_path / "store.duckdb"), datetime(2025, 9, 5))) as db:
        assert "No source was ever read." in completeness(db, datetime(2025, 10, 1)).doubts


def test_today_lists_a_source_that_was_never_read_and_one_that_failed(tmp_path: Path) -> None:
    sync_live(tmp_path)
    (tmp_path / "live" / "issues.jsonl").unlink()
    assert sync_live(tmp_path).code == 1
    with reading(published(tmp_path)) as db:
        rows = freshness(db)
    assert list(zip(rows.source, rows.outcome, rows.fetched.fillna(0), strict=True)) == [
        ("live", "failed", 1), ("old", "failed", 0)
    ]  # fmt: skip


def test_a_source_that_is_named_no_more_did_not_fail_in_the_last_sync(tmp_path: Path) -> None:
    sync_live(tmp_path)
    assert sync_live(tmp_path, "live").code == 0
    assert rows_of(published(tmp_path), "coverage", "source, failed", "\"check\" = 'last sync'") == [
        {"source": "live", "failed": 0}
    ]


def test_a_source_that_is_not_read_for_long_keeps_its_last_whole_run(tmp_path: Path) -> None:
    begin = datetime(2025, 9, 1, tzinfo=UTC).replace(tzinfo=None)
    store = Store(tmp_path / "store.duckdb")
    for n, (source, whole) in enumerate([("old", True), ("old", False), *[("live", True)] * 250]):
        summary = Summary(source, begin + timedelta(hours=n), ended_at=begin + timedelta(hours=n, minutes=1))
        run = store.begin_run(source, summary, store.watermark(source))
        if whole:
            store.end_run(run, summary)
    store.close()
    mart = mart_of(store.path, begin + timedelta(days=30))
    assert rows_of(mart, "sync_run", "run, outcome", "source = 'old'") == [
        {"run": 1, "outcome": "done"}, {"run": 2, "outcome": "interrupted"}
    ]  # fmt: skip


def twins(folder: Path) -> Path:
    """The configuration of a desk of which two sources have a ticket DSD-1 with a clone; that of `old` is closed."""
    origin = desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED", "1 11:00 DELEGATED"), status="DELEGATED")
    gone = desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED", "1 12:00 CLOSED"), status="CLOSED")
    for source, first, clone in (("live", origin, "DSP-2"), ("old", gone, "DSP-3")):
        second = desk_ticket("1 09:00", status="TO DO", key=clone)
        link = (Link("is cloned by", "jira/2", clone),)
        pair = replace(first, ticket_id="jira/1", links=link), replace(second, ticket_id="jira/2")
        (folder / source).mkdir(parents=True)
        (folder / source / "issues.jsonl").write_bytes(b"".join(jira_issue(ticket) + b"\n" for ticket in pair))
    config = two_sources(folder)
    assert arbiter("sync", "--config", config).code == 0
    return config


@pytest.mark.parametrize("as_of", [(), ("--as-of", "2025-09-05")])
def test_explain_never_takes_one_of_two_tickets_with_a_key(tmp_path: Path, as_of: tuple[str, ...]) -> None:
    config = twins(tmp_path)
    shared = arbiter("explain", "dsd-1", *as_of, "--config", config)
    assert (shared.code, shared.out) == (1, "")
    assert shared.err.strip().endswith("2 tickets have this key: say which one: live/1, old/1")
    for ticket_id, status in (("live/1", "DELEGATED"), ("old/1", "CLOSED")):
        told = arbiter("explain", ticket_id, *as_of, "--json", "--config", config).json["ticket"]
        assert (told["ticket_id"], told["key"], told["status"]) == (ticket_id, "DSD-1", status)


def test_a_ticket_shows_the_chain_of_its_own_source(tmp_path: Path) -> None:
    twins(tmp_path)
    with reading(published(tmp_path)) as db:
        with pytest.raises(SharedKey):
            ticket(db, "DSD-1")
        assert [chain.keys for chain in chains(db, "old/1", "DSD-1")] == [["DSD-1", "DSP-3"]]
        shown = members(db, "live/1", ["DSD-1", "DSP-2"])
        assert list(zip(shown.key, shown.status, strict=True)) == [("DSD-1", "DELEGATED"), ("DSP-2", "TO DO")]
        assert list(members(db, "old/1", ["DSD-1"]).status) == ["CLOSED"]  # the other source's is not closed


def test_what_was_known_of_a_link_does_not_hang_on_the_keys_of_another_source(tmp_path: Path) -> None:
    origin = replace(desk_ticket("1 09:00", status="OPEN"), ticket_id="jira/1")
    clone = replace(desk_ticket("1 09:00", status="TO DO", key="DSP-2"), ticket_id="jira/2")
    linked = replace(origin, links=(Link("is cloned by", "jira/2", "DSP-2"),))
    parted = replace(origin, changes=(change("4 09:00", "Link", "This issue is cloned by DSP-2", None),))
    store, seen_at = tmp_path / "store.duckdb", [datetime(2025, 9, day) for day in (2, 5)]
    store_of([jira_issue(one) for one in (linked, clone)], store, "live", run=1, seen_at=seen_at[0])
    store_of([jira_issue(parted)], store, "live", run=2, seen_at=seen_at[1])
    store_of([jira_issue(clone)], store, "old", run=3, seen_at=seen_at[1])
    mart = part_of(store, datetime(2025, 9, 4), "chain", known_at=datetime(2025, 9, 4))
    assert rows_of(mart, "chain", "keys") == [{"keys": ["DSD-1", "DSP-2"]}]


def test_tickets_that_two_sources_have_of_one_site_are_told(tmp_path: Path) -> None:
    both, one = (replace(desk_ticket("1 09:00", status="OPEN"), ticket_id=f"jira/{n}") for n in (1, 2))
    sites = {"live": ("a", both, one), "old": ("a", both), "other": ("b", both)}
    for source, (site, *tickets) in sites.items():
        (tmp_path / source).mkdir()
        address = f'{{"self": "https://{site}.example.org/rest/api/2/issue/1", '.encode()
        lines = [jira_issue(ticket).replace(b"{", address, 1) + b"\n" for ticket in tickets]
        (tmp_path / source / "issues.jsonl").write_bytes(b"".join(lines))
    done = arbiter("sync", "--config", two_sources(tmp_path, *sites))
    assert "live: 1 tickets are counted twice: old has the same ones of the same site" in done.err
    told = rows_of(published(tmp_path), "coverage", "source, failed", "\"check\" = 'tickets counted once'")
    assert told == [{"source": "live", "failed": 1}, {"source": "old", "failed": 1}]
    (tmp_path / "old" / "issues.jsonl").unlink()
    arbiter("sync", "--config", two_sources(tmp_path, "live", "other"))
    assert len(rows_of(published(tmp_path), "coverage", "source", "\"check\" = 'tickets counted once'")) == 2
