"""A paper made again later is the same, cell for cell: what came after its T is not in it."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.desks import jira_issue, store_of
from tests.naive.examples import faultless, moves
from tests.papers.desk import desk_in, files_of


@pytest.mark.parametrize(
    ("kind", "period"),
    [("digest", "2025-W37"), ("quarterly", "2025-Q3"), ("arb", "2025-09-12"), ("monthly", "2025-09")],
)
def test_what_came_later_changes_no_paper(tmp_path: Path, kind: str, period: str) -> None:
    then = files_of(desk_in(tmp_path / "then"), kind, period)
    desk = desk_in(tmp_path / "later")
    october = faultless("DSD-9", "2025-10-06 09:00", *moves("OPEN", "2025-10-06 10:00 RECEIVED"), assignee="newcomer")
    store_of([jira_issue(october)], desk.store, run=2, seen_at=datetime(2026, 2, 1))
    later = files_of(desk, kind, period)
    assert {end: file.read_bytes() for end, file in then.items()} == {end: f.read_bytes() for end, f in later.items()}
