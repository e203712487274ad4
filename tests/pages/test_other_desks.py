"""The other desks on screen: which pages a desk has, what Work and Desks read, on the simulated desks themselves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from etl.config import load_config
from launch.demo import run_demo
from launch.terminal import Terminal
from profiles import load_profile, profile_names
from ui import overview_queries
from ui.desks_queries import standing
from ui.filters import Filters
from ui.goals_queries import clocks
from ui.installation import DeskShown, installation
from ui.mart import DESK, Connection, current_snapshot
from ui.navigation import listed_for
from ui.people import Person
from ui.work_queries import by_field, fields, first_line, lines, major_incidents, steps, units

MANAGER = Person(None, "Mia", frozenset({"service_manager"}))


def addresses(profile: str, desks: int = 1) -> set[str]:
    desk = DeskShown(profile, Path(), Path(), load_profile(profile), "")
    return {page.file for page in listed_for(MANAGER, desk, desks)}


def test_a_desk_has_the_pages_that_its_profile_has_something_for() -> None:
    assert {"eta", "satisfaction", "chains", "findings", "arb", "goals"} <= addresses("desp")
    assert {"eta"} == addresses("dmsu") & {"eta", "satisfaction", "chains", "findings", "arb", "goals"}
    assert {"goals"} == addresses("eosc-helpdesk") & {"eta", "satisfaction", "chains", "findings", "arb", "goals"}
    assert {"satisfaction"} == addresses("eosc-hub") & {"eta", "satisfaction", "chains", "findings", "arb", "goals"}
    assert {"stages"} <= addresses("egi-cases") and "stages" not in addresses("dmsu")
    assert all({"overview", "work", "ticket", "data"} <= addresses(name) for name in profile_names())


def test_one_desk_of_several_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = 'source = [{name = "jira", kind = "jira", url = "https://jira.example.org", projects = ["DSD"]}]'
    config = tmp_path / "arbiter.toml"
    config.write_text("".join(f'[desk.{name}]\nprofile = "desp"\n{source}\n' for name in ("one", "two")))
    monkeypatch.setenv("ARBITER_CONFIG", str(config))
    monkeypatch.setenv("ARBITER_CONFIG_SAID", "arbiter.toml")
    assert [(desk.name, desk.options) for desk in installation().desks] == [
        ("one", " --desk=one"),
        ("two", " --desk=two"),
    ]
    monkeypatch.setenv("ARBITER_DESK", "two")
    assert [desk.name for desk in installation().desks] == ["two"]


def test_desks_stand_side_by_side_where_there_are_several() -> None:
    assert "desks" not in addresses("dmsu") and "desks" in addresses("dmsu", 2)


@pytest.fixture(scope="module")
def helpdesk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """The simulated helpdesk, as `arbiter demo` leaves it under a configuration and a name of its own."""
    data = tmp_path_factory.mktemp("demo")
    config = data / "elsewhere" / "demo.toml"
    assert run_demo("eosc-helpdesk", data, 0, 120, "dc", False, Terminal(), config, "help") == 0
    connection = current_snapshot(load_config(config).desk("help").mart_dir, DESK).cursor()
    yield connection
    connection.close()


def test_work_shows_what_the_helpdesk_counts(helpdesk: Connection) -> None:
    first, last = date(2020, 1, 1), datetime.now(UTC).date()
    for filters in (Filters(), Filters(priority=("2 normal",))):
        months = sorted(first_line(helpdesk, filters, first, last).month.dt.date)
        assert list(lines(helpdesk, filters, months[-2]).line) == ["L1", "L2"]
        assert set(units(helpdesk, filters, months[-2]).line) <= {"L1", "L2"}
        assert steps(helpdesk, filters, first, last).empty
        tickets = by_field(helpdesk, filters, "came_by", first, last)
        assert tickets.received.sum() == tickets.resolved.sum() + tickets.unresolved.sum() > 0
    assert {"came_by", "provider", "status"} <= set(fields(helpdesk))
    assert set(major_incidents(helpdesk, Filters()).columns) >= {"key", "restore_seconds", "reviewed"}


def test_the_overview_has_every_clock_that_runs_to_a_goal(helpdesk: Connection) -> None:
    assert list(clocks(helpdesk)) == ["first_response", "first_human_response", "update", "resolution"]
    in_time = "SELECT count(*) FROM clock WHERE goal_seconds IS NOT NULL AND state IN ('running', 'paused')"
    [(running,)] = helpdesk.execute(in_time).fetchall()
    assert overview_queries.standing(helpdesk, Filters(), 0).running.sum() == running > 0
    assert len(overview_queries.nearest(helpdesk, Filters())) == min(running, overview_queries.NEAREST)


def test_how_a_desk_stands(helpdesk: Connection) -> None:
    now = standing(helpdesk)
    assert now.unresolved == helpdesk.execute("SELECT count(*) FROM ticket WHERE resolved_at IS NULL").fetchall()[0][0]
    assert 0 <= now.met <= now.judged and now.synced_at is not None
    assert (now.share is None) == (now.bounds is None) == (now.judged == 0)
