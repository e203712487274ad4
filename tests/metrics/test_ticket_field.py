"""Further fields: what a profile maps beside the canonical ones, with its value at T (1.3, AMP-W4)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from etl.field_mapping import FieldMapping
from etl.jira_landing import stage
from etl.store import Store
from metrics.profile import Profile, parse_profile
from tests.desks import mart_of, rows_of
from tests.naive.examples import rome
from tests.test_profile import SMALL, mistakes

FIELDS = """
[field.came_by]
names = "Came by"
[field.order]
names = "Order date"
kind = "date"
[field.vip]
names = "VIP"
kind = "flag"
"""
MAPPING = FieldMapping(
    {"came_by": ("f1", "Came by", "text"), "order": ("f2", "Order date", "date"), "vip": ("f3", "VIP", "flag")}
)
TO_CHAT = [{"field": "Came by", "fieldId": "f1", "fromString": "e-mail", "toString": "chat"}]
EMPTIED = [{"field": "Came by", "fieldId": "f1", "fromString": "chat", "toString": None}]


def desk() -> Profile:
    return parse_profile(SMALL + FIELDS, "my.toml")


def issue(id_: str, entries: dict[str, list[dict[str, Any]]], updated: int = 5, **values: Any) -> bytes:
    """A bug created on 1 September 2025 at 09:00 in Rome, with history entries by their time."""
    histories = [
        {"id": str(n), "created": f"2025-09-{at}:00.000+0200", "items": items}
        for n, (at, items) in enumerate(entries.items())
    ]
    fields = {
        "created": "2025-09-01T09:00:00.000+0200", "updated": f"2025-09-0{updated}T09:00:00.000+0200",
        "status": {"id": "1", "name": "Open"}, "issuetype": {"name": "Bug"}, "project": {"key": "AB"}, **values,
    }  # fmt: skip
    changelog = {"total": len(histories), "histories": histories}
    return json.dumps({"id": id_, "key": f"AB-{id_}", "fields": fields, "changelog": changelog}).encode()


def land(folder: Path, *issues: bytes, run: int = 1) -> Path:
    store = Store(folder / "store.duckdb")
    try:
        assert stage(store.db, "jira", list(issues), MAPPING) == []
        store.upsert("jira", run, datetime(2026, 1, run))
    finally:
        store.close()
    return folder / "store.duckdb"


def values(store: Path, t: str, **options: Any) -> list[tuple[str, str, str]]:
    rows = rows_of(mart_of(store, rome(t), desk(), **options), "ticket_field", "key, field, value")
    return [(row["key"], row["field"], row["value"]) for row in rows]


@pytest.mark.rule("1.3", "AMP-W4")
def test_the_value_at_t(tmp_path: Path) -> None:
    """By e-mail until Monday 12:00, by chat until Wednesday 12:00, then not said; the rest has no history."""
    changed = {"01T12:00": TO_CHAT, "03T12:00": EMPTIED}
    store = land(tmp_path, issue("1", changed, f1=None, f2="2025-08-30", f3={"value": "Yes"}), issue("2", {}, f3="No"))
    lasting = [("AB-1", "order", "2025-08-30"), ("AB-1", "vip", "true")]
    assert values(store, "1 12:00") == [("AB-1", "came_by", "e-mail"), *lasting]
    assert values(store, "3 12:00") == [("AB-1", "came_by", "chat"), *lasting]
    assert values(store, "9 09:00") == lasting


def test_a_ticket_pulled_again_has_its_new_values_alone(tmp_path: Path) -> None:
    land(tmp_path, issue("1", {}, f1="e-mail", f2="2025-08-30"), issue("2", {}, f1="web"))
    mart_of(tmp_path / "store.duckdb", rome("9 09:00"), desk())
    store = land(tmp_path, issue("1", {"02T09:00": TO_CHAT}, updated=6, f1="chat"), run=2)
    expected = [("AB-1", "came_by", "chat"), ("AB-2", "came_by", "web")]
    assert values(store, "9 09:00") == expected  # on the mart that was there
    assert values(store, "9 09:00", full=True) == expected
    # what was changed without a history, here the date that was taken away, has no earlier value
    assert values(store, "1 10:00", full=True)[0] == ("AB-1", "came_by", "e-mail")


def test_a_profile_without_further_fields_has_none(tmp_path: Path) -> None:
    store = land(tmp_path, issue("1", {}, f1="e-mail"))
    assert rows_of(mart_of(store, rome("9 09:00"), parse_profile(SMALL, "x")), "ticket_field") == []


@pytest.mark.parametrize("name", ["status", "Came", '"came by"', "assignee"])
def test_a_name_that_a_field_cannot_have(name: str) -> None:
    [line] = mistakes(SMALL + f"[field.{name}]\nnames = 'X'\n")
    assert f"field.{name.strip(chr(34))}: is no name for a field; allowed: small letters" in line
