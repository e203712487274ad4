"""The simulated desks that are event logs: they fit their profiles, end when they are told to, and only ever grow."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.event_log import SAID, write_event_log
from demo.plan import load_plan, plan_names
from profiles import load_profile

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)


def rows(name: str, until: datetime, path: Path) -> list[dict[str, str]]:
    write_event_log(load_plan(name), until, path, tickets=60)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", plan_names())
def test_a_simulated_desk_fits_its_profile(name: str, tmp_path: Path) -> None:
    profile, log = load_profile(name), rows(name, NOW, tmp_path / "log.csv")
    assert {r["status"] for r in log if r["status"] not in (SAID, "")} <= {s.name for s in profile.status}
    assert {r["project"] for r in log} <= profile.project.keys() or "*" in profile.project
    assert all(datetime.fromisoformat(row["at"]) < NOW for row in log)
    mapped = {*profile.field, "id", "key", "project", "at", "author", "status", "summary", "type", "priority"}
    assert log[0].keys() - mapped <= {"reporter", "assignee"}
    assert {goal.provider for goal in profile.goal if goal.provider} <= {r.get("provider") for r in log}
    assert set(profile.group) <= {r.get("provider") for r in log}


@pytest.mark.parametrize("name", plan_names())
def test_a_later_log_of_the_same_desk_only_adds(name: str, tmp_path: Path) -> None:
    """The few tickets of the first days fall out of the later one, since both cover as many months."""
    early, late = (rows(name, until, tmp_path / f"{until:%d}.csv") for until in (NOW, NOW + timedelta(days=3)))
    known = {tuple(row.items()) for row in late}
    kept = {row["id"] for row in late}
    assert [row for row in early if row["id"] in kept and tuple(row.items()) not in known] == []
    assert len({row["id"] for row in early} - kept) <= 3
