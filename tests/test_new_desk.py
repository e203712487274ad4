"""docs/new-desk.md, done as it is written: its files in an empty folder, its commands, the figures that it promises."""

import re
from pathlib import Path

import pytest

from tests.command import arbiter
from tests.desks import rows_of

PAGE = Path(__file__).parent.parent / "docs" / "new-desk.md"
T = "2025-09-05T17:00+02:00"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the files of the page; the configuration's path."""
    folder = tmp_path_factory.mktemp("workshop")
    blocks = re.findall(r"```\w+ (\S+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for name, text in blocks:
        (folder / name).write_text(text, encoding="utf-8")
    assert [name for name, _ in blocks] == ["repairs.csv", "workshop.toml", "arbiter.toml"]
    return folder / "arbiter.toml"


def test_the_page_leads_to_the_overview(desk: Path) -> None:
    checked = arbiter("check", "--config", desk)
    assert (checked.code, checked.err) == (0, ""), checked.out
    assert arbiter("sync", "--config", desk).code == 0
    published = arbiter("publish", "--config", desk, "--as-of", T, "--out", desk.parent / "then.duckdb")
    assert published.code == 0, published.err
    mart = desk.parent / "then.duckdb"
    assert [row["failed"] for row in rows_of(mart, "coverage") if row["failed"]] == []
    assert rows_of(mart, "ticket", "count(*) AS received, count(resolved_at) AS resolved") == [
        {"received": 4, "resolved": 2}
    ]
    hours = "key, state, working_seconds / 3600.0 AS hours"
    assert [tuple(row.values()) for row in rows_of(mart, "clock", hours, "clock = 'first_response'")] == [
        ("R-101", "met", 0.5),
        ("R-102", "missed", 4.5),
        ("R-103", "missed", 5.0),
        ("R-104", "overdue", 14.5),
    ]
    assert {row["unit"] for row in rows_of(mart, "line_stay", "unit", "line = 'benches'")} == {"Wheels", "Gears"}


def test_a_ticket_explained(desk: Path) -> None:
    arbiter("sync", "--config", desk)
    explained = arbiter("explain", "R-102", "--config", desk, "--as-of", T)
    assert explained.code == 0 and "HOUSE-1" in explained.out
