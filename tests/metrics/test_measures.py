"""What holds for every measure: its columns are described, and pages may narrow it."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.catalogue import MEASURES
from metrics.metric import Measure
from tests.desks import jira_issue, mart_of, store_of
from tests.naive.examples import change, desk_ticket, moves, rome
from tests.story import numbered
from ui.filters import Filters, narrowed


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few tickets of two projects: scored, reopened, closed, open."""
    scores = change("5 09:00", "score", None, "4"), change("8 09:00", "score", "4", "5")
    tickets = (
        desk_ticket("1 09:00", *moves("OPEN", "1 10:00 TO DO", "2 10:00 DONE", "3 10:00 CLOSED"), *scores, score="5"),
        desk_ticket("2 09:00", *moves("TO DO", "2 10:00 DONE", "3 10:00 TO DO"), key="DSP-2", score="9"),
        desk_ticket("3 09:00", key="DSP-3", type="Anomaly"),
    )
    store = store_of([jira_issue(t) for t in numbered(tickets)], tmp_path_factory.mktemp("measures") / "store.duckdb")
    return mart_of(store, rome("2025-10-02 00:00"))


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.view)
def test_every_column_is_described(mart: Path, measure: Measure) -> None:
    with duckdb.connect(str(mart), read_only=True) as db:
        found = db.execute(f"SELECT column_name FROM (DESCRIBE {measure.view})").fetchall()
    assert [name for (name,) in found] == list(measure.columns)
    assert measure.definition.endswith(".") and measure.example and measure.rules


def rows(mart: Path, select: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(mart), read_only=True) as db:
        return db.execute(f"FROM ({select}) ORDER BY ALL", values).fetchall()


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.view)
def test_narrowed_to_all_tickets_it_says_the_same_and_to_none_nothing(mart: Path, measure: Measure) -> None:
    everything = rows(mart, *narrowed(measure.select, Filters(project=("DSD", "DSP"))))
    assert everything == rows(mart, f"FROM {measure.view}")
    assert rows(mart, *narrowed(measure.select, Filters(project=("DPM",)))) == []


@pytest.mark.parametrize("view", ["flow_month", "received_closed", "satisfaction_month"])
def test_narrowed_to_a_project_it_is_that_of_the_project(mart: Path, view: str) -> None:
    [measure] = [m for m in MEASURES if m.view == view]
    of_project = f"SELECT * EXCLUDE project FROM {view}_project WHERE project = 'DSP'"
    assert rows(mart, *narrowed(measure.select, Filters(project=("DSP",)))) == rows(mart, of_project)
