"""What holds for every measure: its columns are described, and pages may narrow it."""

from pathlib import Path

import duckdb
import pytest

from metrics.catalogue import MEASURES
from metrics.metric import Measure
from tests.desks import jira_issue, mart_of, store_of
from tests.naive.examples import change, desk_ticket, moves, rome
from tests.story import numbered


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


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.view)
def test_narrowed_to_all_tickets_it_says_the_same_and_to_none_nothing(mart: Path, measure: Measure) -> None:
    with duckdb.connect(str(mart), read_only=True) as db:
        whole = db.execute(f"FROM {measure.view} ORDER BY ALL").fetchall()
        narrowed = [
            db.execute(
                f"WITH ticket AS (SELECT * FROM ticket WHERE {condition}) FROM ({measure.select}) ORDER BY ALL"
            ).fetchall()
            for condition in ("true", "false")
        ]
    assert narrowed == [whole, []]


def test_narrowed_to_a_project_the_flow_is_that_of_the_project(mart: Path) -> None:
    measures = {m.view: m.select for m in MEASURES}
    for view in ("flow_month", "received_closed", "satisfaction_month"):
        with duckdb.connect(str(mart), read_only=True) as db:
            narrowed = db.execute(
                f"WITH ticket AS (SELECT * FROM ticket WHERE project = 'DSP') FROM ({measures[view]}) ORDER BY ALL"
            ).fetchall()
            other = f"{view}_project"
            project = db.execute(f"SELECT * EXCLUDE project FROM {other} WHERE project = 'DSP' ORDER BY ALL").fetchall()
        assert narrowed == project, view
