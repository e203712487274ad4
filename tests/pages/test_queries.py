"""The queries behind the pages: a count and its list are one thing, and a reader in the middle goes on."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from reports.review import ticket_of
from sight.opening import DESK, Connection, NoMart, open_mart
from tests.desks import jira_issue, mart_of, store_of
from tests.naive.examples import desk_ticket, moves, rome
from tests.pages.small_mart import build
from tests.story import numbered
from ui.behind import listed
from ui.chains_queries import chains_with
from ui.figure_lists import figure_lists
from ui.figures import CLOCK_NAMES, FIGURES
from ui.filters import Filters, choices
from ui.flow_queries import flow as flow_page
from ui.guard import guarded
from ui.mart import current_version, snapshot_of
from ui.months import back, span
from ui.overview_queries import flow, goals, nearest, standing
from ui.ticket_queries import search, ticket

NOW = date(2026, 11, 1)


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    connection = open_mart(build(tmp_path_factory.mktemp("mart")))
    yield connection
    connection.close()


def _behind(mart: Connection, filters: Filters, figure: str, month: date) -> int:
    return listed(mart, filters, figure_lists(CLOCK_NAMES)[figure], (month, month)).n


@pytest.mark.parametrize("filters", [Filters(), Filters(project=("DSD",), type=("User Request",), months=3)])
def test_every_count_is_the_length_of_its_list(mart: Connection, filters: Filters) -> None:
    per_goal, per_month = goals(mart, filters, NOW, list(CLOCK_NAMES)), flow(mart, filters, NOW)
    for row in per_goal.to_dict("records"):
        for name in ("met", "missed", "implied", "timed"):
            if f"{row['clock']}-{name}" in FIGURES:
                assert _behind(mart, filters, f"{row['clock']}-{name}", row["month"].date()) == row[name]
    for row in per_month.to_dict("records"):
        for name in ("received", "resolved", "open"):
            assert _behind(mart, filters, name, row["month"]) == row[name]
    for row in standing(mart, filters, 8 * 3600).to_dict("records"):
        for name in ("overdue", "running"):
            assert _behind(mart, filters, f"{row['clock']}-{name}", NOW) == row[name]


@pytest.mark.parametrize("filters", [Filters(), Filters(project=("DSP",), priority=("(none)",))])
def test_a_month_is_what_flow_says_of_it(mart: Connection, filters: Filters) -> None:
    shown = flow(mart, filters, NOW).set_index("month")
    measured = flow_page(mart, filters, "month", span(NOW, 12)[0])
    measured = measured.set_index(measured.month.dt.date).rename(columns={"backlog_unresolved": "open"})
    assert shown.sum().all()
    assert shown.to_dict() == measured[["received", "resolved", "open"]].reindex(shown.index).to_dict()


def test_a_month_that_is_over_does_not_change(tmp_path: Path) -> None:
    """A is resolved on 29 Sep and 5 Oct, being open again from 2 Oct; B is received on 10 Sep and not resolved."""
    a = desk_ticket(
        "1 09:00", *moves("OPEN", "1 10:00 TO DO", "29 10:00 DONE", "2025-10-02 10:00 TO DO", "2025-10-05 10:00 DONE"),
        key="DSD-1", status="DONE",
    )  # fmt: skip
    store = store_of(
        [jira_issue(t) for t in numbered((a, desk_ticket("10 09:00", key="DSD-2")))], tmp_path / "store.duckdb"
    )
    september, october = date(2025, 9, 1), date(2025, 10, 1)
    for name, month, told in (
        ("then", september, [(september, 2, 1, 1)]),
        ("later", october, [(september, 2, 1, 1), (october, 0, 1, 1)]),
    ):
        end = rome(f"{back(month, -1)} 00:00")
        with open_mart(mart_of(store, end, out=tmp_path / f"{name}.duckdb")) as db:
            shown = flow(db, Filters(months=len(told) - 1), month)
            assert list(shown.itertuples(index=False, name=None)) == told
            for at, _, resolved, open_ in told:
                assert [_behind(db, Filters(), name, at) for name in ("resolved", "open")] == [resolved, open_]


def test_a_ticket_is_found_by_its_key_however_it_is_written(tmp_path: Path) -> None:
    keys = ["DSD-12a", "DSD-12A", "DSD-7b"]
    told = numbered(tuple(desk_ticket("1 09:00", key=key) for key in keys))
    store = store_of([jira_issue(t) for t in told], tmp_path / "store.duckdb")
    with open_mart(mart_of(store, rome("3 09:00"))) as db:
        for asked, key in (*((key, key) for key in keys), ("dsd-12A ", "DSD-12A"), ("dsd-7B", "DSD-7b")):
            found = ticket(db, asked)
            assert found and (found["key"], ticket_of(db, asked)) == (key, found["ticket_id"])
            assert key in {one for chain in chains_with(db, asked)["keys"] for one in chain}
        assert (ticket(db, "DSD-9"), ticket_of(db, "DSD-9"), len(chains_with(db, "DSD-9"))) == (None, None, 0)
        assert sorted(search(db, "dsd-1").key) == ["DSD-12A", "DSD-12a"]


def test_after_a_fault_of_duckdb_a_mart_is_opened_anew(tmp_path: Path) -> None:
    path = build(tmp_path / "mart", tickets=1)
    opened = snapshot_of(path, DESK, b"")

    @guarded
    def page() -> None:
        raise duckdb.FatalException("FATAL Error: the database has been invalidated")

    assert snapshot_of(path, DESK, b"") is opened
    page()
    assert snapshot_of(path, DESK, b"") is not opened


def test_the_months_are_the_last_ones(mart: Connection) -> None:
    assert list(flow(mart, Filters(months=3), NOW).month) == span(NOW, 3)
    assert set(goals(mart, Filters(months=3), NOW, list(CLOCK_NAMES)).month.dt.date) <= set(span(NOW, 3))


def test_percentiles_are_times_of_actual_tickets(mart: Connection) -> None:
    row = goals(mart, Filters(), NOW, list(CLOCK_NAMES)).query("clock == 'resolution'").iloc[-1]
    times = mart.execute(
        "SELECT working_seconds FROM clock WHERE clock = 'resolution' AND stopped_month = ? ORDER BY 1", [NOW]
    ).fetchall()
    assert (row["median"],) in times
    assert sum(seconds <= row["p90"] for (seconds,) in times) >= 0.9 * len(times)


def test_the_nearest_come_first_and_none_is_over(mart: Connection) -> None:
    rows = nearest(mart, Filters())
    assert list(rows.left_seconds) == sorted(rows.left_seconds)
    assert (rows.left_seconds >= 0).all()
    assert set(rows.clock) <= set(CLOCK_NAMES)


def test_choices_are_what_occurs(mart: Connection) -> None:
    found = choices(mart)
    assert found["project"] == ["DSD", "DSEC", "DSP"]
    assert found["priority"] == ["Critical", "Low", "(none)"]


def test_a_reader_in_the_middle_goes_on(tmp_path: Path) -> None:
    first = build(tmp_path, tickets=5)
    reader = open_mart(first).cursor()
    assert reader.execute("SELECT count(*) FROM ticket").fetchone() == (5,)
    build(tmp_path, tickets=6, version="v2.duckdb")
    first.unlink()
    assert reader.execute("SELECT count(*) FROM clock_segment").fetchone() != (0,)
    assert current_version(tmp_path) == "v2.duckdb"
    assert open_mart(tmp_path / "v2.duckdb").execute("SELECT tickets FROM meta").fetchone() == (6,)


def test_a_page_can_reach_no_file_and_no_table_but_the_views(mart: Connection) -> None:
    with pytest.raises(Exception, match="disabled"):
        mart.execute("SELECT * FROM read_csv('/etc/passwd')")
    with pytest.raises(Exception, match="lock"):
        mart.execute("SET enable_external_access = true")


@pytest.mark.parametrize("pointer", ["", "../elsewhere.duckdb"])
def test_a_pointer_that_names_no_file_is_a_sentence(tmp_path: Path, pointer: str) -> None:
    (tmp_path / "current").write_text(pointer)
    with pytest.raises(NoMart, match="arbiter publish"):
        current_version(tmp_path)
