"""A desk with two sources: what cannot be read of one of them is said, whatever the other one does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from etl.marts import current_mart
from etl.store import Store
from etl.summary import Summary
from reports.completeness import completeness
from tests.command import Outcome, arbiter, write_config
from tests.desks import jira_issue, mart_of, reading, rows_of
from tests.naive.examples import desk_ticket
from ui.today_queries import freshness


class TwoSources:
    """A desk that reads the files of the folders `live` and `old`; the second one is empty."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mart_dir = folder, folder / "data/desk/mart"
        (folder / "live").mkdir()
        (folder / "live" / "issues.jsonl").write_bytes(jira_issue(desk_ticket("1 09:00", status="OPEN")) + b"\n")
        self.sync("live", "old")

    def sync(self, *names: str) -> Outcome:
        """A sync of these sources."""
        sections = (f'name = "{name}"\nkind = "jira-files"\npath = "{name}/*.jsonl"' for name in names)
        config = write_config(self.folder, "\n[[desk.desk.source]]\n".join(sections))
        return arbiter("sync", "--config", config)

    @property
    def mart(self) -> Path:
        """What was published last."""
        mart = current_mart(self.mart_dir)
        assert mart
        return mart


def test_a_report_is_a_draft_while_a_source_was_never_read(tmp_path: Path) -> None:
    desk = TwoSources(tmp_path)
    with reading(desk.mart) as db:
        found = completeness(db, datetime(2025, 10, 1))
    assert found.read_at == {"live": None, "old": None}
    assert found.doubts == ["Not read whole since the as-of instant: live, old."]


def test_today_lists_a_source_that_was_never_read_and_one_that_failed(tmp_path: Path) -> None:
    desk = TwoSources(tmp_path)
    (tmp_path / "live").rename(tmp_path / "moved")
    assert desk.sync("live", "old").code == 1
    with reading(desk.mart) as db:
        rows = freshness(db)
    assert list(zip(rows.source, rows.outcome, rows.fetched.fillna(0), strict=True)) == [
        ("live", "failed", 1), ("old", "failed", 0)
    ]  # fmt: skip


def test_a_source_that_is_named_no_more_did_not_fail_in_the_last_sync(tmp_path: Path) -> None:
    desk = TwoSources(tmp_path)
    assert desk.sync("live").code == 0
    assert rows_of(desk.mart, "coverage", "source, failed", "\"check\" = 'last sync'") == [
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
