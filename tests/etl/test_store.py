"""The store: replaying changes nothing, tickets are replaced whole, and only what the metrics need is kept."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.jira_landing import stage
from etl.store import Store
from etl.transaction import transaction
from etl.upsert import Landed, upsert
from metrics.errors import ArbiterError
from tests.desks import MAPPING, mart_of, rows_of
from tests.marts import assert_same, contents
from tests.naive.examples import rome

FIRST, LATER = datetime(2026, 1, 1), datetime(2026, 2, 2)
ANN = {"name": "ann", "displayName": "Ann Moss", "emailAddress": "ann.moss@secret.example"}


def entry(id_: int, at: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(id_), "author": ANN, "created": f"2025-09-{at}.000+0000", "items": list(items)}


def item(field: str, before: str | None, after: str | None, **more: Any) -> dict[str, Any]:
    return {"field": field, "fromString": before, "toString": after, **more}


def issue(*entries: dict[str, Any], total: int | None = None, id_: str = "1", **fields: Any) -> dict[str, Any]:
    """A REST issue, created on 1 September 2025 at 09:00 UTC."""
    own = {
        "summary": "Cannot log in", "description": "SECRET-DESCRIPTION", "created": "2025-09-01T09:00:00.000+0000",
        "updated": "2025-09-02T09:00:00.000+0000", "status": {"id": "1", "name": "OPEN"},
        "issuetype": {"name": "Anomaly"}, "project": {"key": "DSD"}, "reporter": ANN, "assignee": None,
    }  # fmt: skip
    count = len(entries) if total is None else total
    return {
        "id": id_,
        "key": f"DSD-{id_}",
        "fields": own | fields,
        "changelog": {"total": count, "histories": list(entries)},
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


def land(path: Path, *issues: dict[str, Any], run: int = 1, at: datetime = FIRST) -> Landed:
    """Land the issues as one batch."""
    store = Store(path)
    try:
        assert stage(store.db, "jira", [json.dumps(i).encode() for i in issues], MAPPING) == []
        return upsert(store.db, "jira", run, at)
    finally:
        store.close()


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as db:
        return db.execute(sql).fetchall()


STATUS = entry(10, "01T10:00:00", item("status", "OPEN", "RECEIVED"))
NEXT = entry(11, "01T11:00:00", item("status", "RECEIVED", "TO DO"))

# Again, newer, older, cut


def test_the_same_again_changes_nothing(path: Path) -> None:
    assert land(path, issue(STATUS)).changed == 1
    before = {t: rows(path, f"SELECT * FROM {t} ORDER BY ALL") for t in ("ticket", "change", "person")}
    again = land(path, issue(STATUS), run=2, at=LATER)
    assert (again.changed, again.unchanged) == (0, 1)
    assert {t: rows(path, f"SELECT * FROM {t} ORDER BY ALL") for t in before} == before


def test_a_changed_ticket_is_replaced_whole_and_keeps_what_was_first_seen_when(path: Path) -> None:
    land(path, issue(STATUS, relevance="x"), issue(id_="2"))
    land(path, issue(STATUS, NEXT, updated="2025-09-03T09:00:00.000+0000", summary="Log-in"), run=2, at=LATER)
    assert rows(path, "SELECT id, summary, first_seen_at, version FROM ticket ORDER BY id") == [
        ("1", "Log-in", FIRST, 2),
        ("2", "Cannot log in", FIRST, 1),
    ]
    assert rows(path, "SELECT entry_id, first_seen_at FROM change ORDER BY seq") == [("10", FIRST), ("11", LATER)]


def test_a_change_of_a_field_that_nobody_reads_keeps_when_it_was_first_seen(path: Path) -> None:
    labels = entry(12, "01T12:00:00", item("labels", "", "vip"))
    land(path, issue(STATUS, labels))
    land(path, issue(STATUS, labels, NEXT, updated="2025-09-03T09:00:00.000+0000"), run=2, at=LATER)
    seen = rows(path, "SELECT entry_id, field, first_seen_at FROM change ORDER BY entry_id")
    assert seen == [("10", "status", FIRST), ("11", "status", LATER), ("12", None, FIRST)]


def test_an_entry_that_vanished_at_the_source_goes(path: Path) -> None:
    land(path, issue(STATUS, NEXT))
    land(path, issue(STATUS, updated="2025-09-03T09:00:00.000+0000"), run=2)
    assert rows(path, "SELECT entry_id FROM change") == [("10",)]


def test_an_older_state_does_not_overwrite_a_newer(path: Path) -> None:
    land(path, issue(STATUS, NEXT, updated="2025-09-03T09:00:00.000+0000", summary="new"))
    assert land(path, issue(STATUS, summary="old"), run=2).changed == 0
    assert rows(path, "SELECT summary, history_stored, version FROM ticket") == [("new", 2, 1)]


def test_of_two_forms_in_one_batch_the_newest_and_fullest_is_taken(path: Path) -> None:
    newer = issue(STATUS, NEXT, updated="2025-09-03T09:00:00.000+0000")
    land(path, newer, issue(STATUS), issue(STATUS, total=2, updated="2025-09-03T09:00:00.000+0000"))
    assert rows(path, "SELECT history_stored, history_total FROM ticket") == [(2, 2)]


def test_a_cut_history_is_stored_as_incomplete_left_out_and_counted(path: Path) -> None:
    assert land(path, issue(STATUS, total=5), issue(STATUS, id_="2")).incomplete == 1
    mart = mart_of(path, rome("9 09:00"))
    assert [row["key"] for row in rows_of(mart, "ticket")] == ["DSD-2"]
    assert rows_of(mart, "coverage", "checked, failed, detail", "\"check\" = 'histories whole'") == [
        {"checked": 2, "failed": 1, "detail": "1 of 5 entries"}
    ]
    assert rows_of(mart, "meta", "tickets, excluded") == [{"tickets": 1, "excluded": 1}]


def test_a_history_of_which_an_older_program_kept_no_total_is_left_out_and_counted(path: Path) -> None:
    land(path, issue(STATUS), issue(STATUS, id_="2"))
    with duckdb.connect(str(path)) as db:
        db.execute("UPDATE ticket SET history_total = NULL WHERE id = '1'")
    mart = mart_of(path, rome("9 09:00"))
    assert [row["key"] for row in rows_of(mart, "ticket")] == ["DSD-2"]
    assert rows_of(mart, "coverage", "failed, detail", "\"check\" = 'histories whole'") == [
        {"failed": 1, "detail": "1 of an unknown number of entries"}
    ]


def test_a_cut_form_does_not_overwrite_the_whole_one(path: Path) -> None:
    land(path, issue(STATUS, NEXT))
    assert land(path, issue(STATUS, total=2), run=2).changed == 0
    assert rows(path, "SELECT history_stored FROM ticket") == [(2,)]


def test_a_ticket_that_comes_back_is_no_longer_gone(path: Path) -> None:
    land(path, issue(STATUS))
    store = Store(path)
    store.bury("jira", ["1"], LATER, 2)
    store.close()
    assert land(path, issue(STATUS), run=3).changed == 1
    assert rows(path, "SELECT gone_at, version FROM ticket") == [(None, 3)]


# What is kept, and what is not


def test_no_prose_and_no_address_reaches_the_store(path: Path) -> None:
    comment = {"id": "5", "author": ANN, "body": "SECRET-COMMENT", "created": "2025-09-01T10:00:00.000+0000"}
    rewritten = entry(12, "01T12:00:00", item("description", "SECRET-BEFORE", "SECRET-AFTER"))
    noise = entry(13, "01T13:00:00", item("Workflow", "SECRET-FROM", "SECRET-TO"))
    land(path, issue(STATUS, rewritten, noise, comment={"total": 1, "comments": [comment]}, environment="SECRET-ENV"))
    tables = [name for (name,) in rows(path, "SELECT table_name FROM duckdb_tables()")]
    found = [
        (t, row) for t in tables for row in rows(path, f"SELECT * FROM {t}") if "SECRET" in str(row) or "@" in str(row)
    ]
    assert found == []
    content = b"".join(file.read_bytes() for file in path.parent.glob("store.duckdb*"))
    assert b"Cannot log in" in content  # so that the next line can fail
    assert [word for word in (b"SECRET", b"secret.example") if word in content] == []
    assert rows(path, "SELECT description FROM ticket") == [("present",)]
    assert rows(path, "SELECT from_value, to_value FROM change WHERE field = 'description'") == [("present", "present")]
    assert rows(path, "SELECT comment_id, created_at, author, public FROM comment") == [
        ("5", datetime(2025, 9, 1, 10), "ann", True)
    ]


@pytest.mark.parametrize(
    ("more", "public"),
    [
        ({}, True),
        ({"jsdPublic": True}, True),
        ({"jsdPublic": False}, False),
        ({"visibility": {"type": "role", "value": "Developers"}}, False),
        ({"jsdPublic": True, "visibility": {"type": "group", "value": "staff"}}, False),
    ],
)
def test_which_comments_are_public(path: Path, more: dict[str, Any], public: bool) -> None:
    comment = {"id": "5", "author": ANN, "created": "2025-09-01T10:00:00.000+0000", **more}
    land(path, issue(comment={"total": 1, "comments": [comment]}))
    assert rows(path, "SELECT public FROM comment") == [(public,)]


# How histories are read


def test_the_history_is_sorted_by_time_entry_and_item(path: Path) -> None:
    land(path, issue(
        entry(100, "01T12:00:00", item("status", "C", "D")),
        entry(99, "01T12:00:00", item("status", "A", "B"), item("status", "B", "C")),
        entry(7, "01T13:00:00", item("status", "D", "E")),
    ))  # fmt: skip
    assert rows(path, "SELECT seq, entry_id, item, to_value FROM change ORDER BY seq") == [
        (1, "99", 1, "B"), (2, "99", 2, "C"), (3, "100", 1, "D"), (4, "7", 1, "E"),
    ]  # fmt: skip


def test_an_entry_without_items_and_a_repeated_one_are_counted_once(path: Path) -> None:
    land(path, issue(entry(10, "01T10:00:00"), STATUS | {"id": "11"}, STATUS | {"id": "11"}, total=2))
    assert rows(path, "SELECT history_stored, history_total FROM ticket") == [(2, 2)]
    assert rows(path, "SELECT entry_id, field FROM change ORDER BY seq") == [("10", None), ("11", "status")]


def test_a_changed_key_is_a_change_of_project(path: Path) -> None:
    land(path, issue(entry(10, "01T10:00:00", item("Key", "MY-OPS-7", "DSD-1"))))
    assert rows(path, "SELECT field, from_value, to_value FROM change ORDER BY field") == [
        ("key", "MY-OPS-7", "DSD-1"),
        ("project", "MY-OPS", "DSD"),
    ]


@pytest.mark.parametrize(
    ("before", "given", "shown"),
    [
        (None, "2025-10-26", "2025-10-26"),
        (None, "2025-10-26T00:00:00.000+0200", "2025-10-26"),  # a date has no zone: none is applied
        (None, "2025-10-26 00:00:00.0", "2025-10-26"),
        (None, "26/Oct/25", "2025-10-26"),
    ],
)
def test_a_date_is_the_calendar_date_that_was_written(path: Path, before: str | None, given: str, shown: str) -> None:
    changed = item("Original Estimation", None, given, fieldId="customfield_4", **{"from": before, "to": given})
    land(path, issue(entry(10, "01T10:00:00", changed), customfield_4="2025-10-26"))
    assert rows(path, "SELECT to_value FROM change") == [(shown,)]
    assert rows(path, "SELECT eta FROM ticket") == [("2025-10-26",)]


@pytest.mark.parametrize(
    ("value", "text", "flag"),
    [([{"value": "Yes"}], "Yes", "true"), (None, "", None), ({"value": "No"}, "No", None), (True, "true", "true")],
)
def test_flags(path: Path, value: Any, text: str, flag: str | None) -> None:
    land(path, issue(entry(10, "01T10:00:00", item("ESA ARB", None, text)), customfield_6=value))
    assert rows(path, "SELECT t.esa_arb, c.to_value FROM ticket t, change c") == [(flag, flag)]


def test_a_field_is_found_by_its_id_or_in_old_histories_by_its_name(path: Path) -> None:
    land(path, issue(
        entry(10, "01T10:00:00", item("Category", None, "Functional")),
        entry(11, "01T11:00:00", item("Kategorie", "Functional", "Security", fieldId="customfield_3")),
        customfield_3={"value": "Security"},
    ))  # fmt: skip
    assert rows(path, "SELECT field, to_value FROM change ORDER BY seq") == [
        ("category", "Functional"),
        ("category", "Security"),
    ]
    assert rows(path, "SELECT category FROM ticket") == [("Security",)]


def test_instants_are_utc_whatever_the_offset(path: Path) -> None:
    land(path, issue(created="2025-10-26T02:30:00.123+0200", updated="2025-10-26T02:30:00.123+0100"))
    assert rows(path, "SELECT created_at, updated_at FROM ticket") == [
        (datetime(2025, 10, 26, 0, 30, 0, 123000), datetime(2025, 10, 26, 1, 30, 0, 123000))
    ]


def test_links_keep_type_direction_and_the_other_end(path: Path) -> None:
    cloners = {"name": "Cloners", "inward": "is cloned by", "outward": "clones"}
    links = [
        {"id": "1", "type": cloners, "outwardIssue": {"id": "7", "key": "DSP-7"}},
        {"id": "2", "type": cloners, "inwardIssue": {"id": "8", "key": "DEMS-8"}},
    ]
    land(path, issue(issuelinks=links))
    assert rows(path, "SELECT direction, label, other_id, other_key FROM link ORDER BY link_id") == [
        ("outward", "clones", "jira/7", "DSP-7"),
        ("inward", "is cloned by", "jira/8", "DEMS-8"),
    ]


def test_what_cannot_be_read_is_rejected_with_a_reason_and_the_others_land(path: Path) -> None:
    store = Store(path)
    texts = [
        b'{"id": "1"',
        json.dumps(issue(id_="2")).encode(),
        json.dumps(issue(id_="3", created="soon")).encode(),
        b"[1]",
    ]
    rejected = stage(store.db, "jira", texts, MAPPING)
    landed = upsert(store.db, "jira", 1, FIRST)
    store.close()
    assert [r.index for r in rejected] == [0, 2, 3]
    assert rejected[1].reason == "its created or updated is no time"
    assert (landed.changed, rows(path, "SELECT id FROM ticket")) == (1, [("2",)])


def test_what_is_left_out_leaves_nothing_behind(path: Path) -> None:
    """Neither a broken issue nor the older of two forms gives rows to the tables beside the tickets."""
    comments = {"total": 1, "comments": [{"id": "5", "author": ANN, "created": "2025-09-01T10:00:00.000+0000"}]}
    older = issue(STATUS, NEXT, comment=comments)
    newer = issue(STATUS, updated="2025-09-03T09:00:00.000+0000")
    broken = issue(STATUS, id_="2", comment=comments, created="soon")
    store = Store(path)
    rejected = stage(store.db, "jira", [json.dumps(i).encode() for i in (older, broken, newer)], MAPPING)
    upsert(store.db, "jira", 1, FIRST)
    store.close()
    assert [r.index for r in rejected] == [1]
    assert rows(path, "SELECT ticket_id, entry_id FROM change") == [("jira/1", "10")]
    assert rows(path, "SELECT count(*) FROM comment") == [(0,)]


@pytest.mark.parametrize("texts", [[], [b"{}"], [b"no"]], ids=["empty", "no issue", "no JSON"])
def test_a_batch_without_a_readable_issue_lands_nothing(path: Path, texts: list[bytes]) -> None:
    store = Store(path)
    assert len(stage(store.db, "jira", texts, MAPPING)) == len(texts)
    assert upsert(store.db, "jira", 1, FIRST).changed == 0
    store.close()


def _document(text: str) -> dict[str, Any]:
    """A description as Jira Cloud gives it."""
    return {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("A text", "present"),
        ("", None),
        ("  ", None),
        (None, None),
        ('"', "present"),
        ({"type": "doc"}, None),
        (_document("   "), None),
        (_document(" a"), "present"),
        ({"type": "doc", "content": [{"type": "mediaSingle", "content": [{"type": "media", "attrs": {}}]}]}, "present"),
    ],
)
def test_of_a_description_only_whether_there_is_one(path: Path, written: Any, kept: str | None) -> None:
    land(path, issue(description=written))
    assert rows(path, "SELECT description FROM ticket") == [(kept,)]


# The file itself


def test_a_newer_schema_is_refused(path: Path) -> None:
    Store(path).close()
    with duckdb.connect(str(path)) as db:
        db.execute("UPDATE store_schema SET version = 999")
    with pytest.raises(
        ArbiterError, match=rf"^{path}: the store has schema 999, this program knows \d+: update Arbiter$"
    ):
        Store(path)


def test_a_ticket_keeps_its_number_and_what_is_about_it_has_it(path: Path) -> None:
    land(path, issue(STATUS), issue(STATUS, id_="2"))
    land(path, issue(STATUS, NEXT, updated="2025-09-03T09:00:00.000+0000"), issue(STATUS, id_="0"), run=2)
    assert rows(path, "SELECT id, no FROM ticket ORDER BY id") == [("0", 3), ("1", 1), ("2", 2)]
    assert rows(path, "SELECT ticket_id, no, count(*) FROM change GROUP BY ALL ORDER BY no") == [
        ("jira/1", 1, 2), ("jira/2", 2, 1), ("jira/0", 3, 1),
    ]  # fmt: skip


def as_schema_1(path: Path) -> None:
    """The store as the first version of the program made it."""
    with duckdb.connect(str(path)) as db:
        for table in ("sla_cycle", "feedback", "feedback_asked", "extra_value"):
            db.execute(f"DROP TABLE {table}")
        db.execute("ALTER TABLE ticket DROP COLUMN resolution_date")
        db.execute("ALTER TABLE ticket DROP COLUMN settled")
        for table in ("ticket", "change", "comment", "link"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN no")
        db.execute("UPDATE store_schema SET version = 1")


def test_a_store_of_an_older_schema_goes_on(path: Path) -> None:
    comment = {"id": "5", "author": ANN, "created": "2025-09-01T10:00:00.000+0000"}
    land(path, issue(STATUS, comment={"total": 1, "comments": [comment]}), issue(STATUS, NEXT, id_="2"))
    before = contents(mart_of(path, rome("9 09:00")))
    as_schema_1(path)
    assert_same(contents(mart_of(path, rome("9 09:00"), full=True)), before)
    as_schema_1(path)
    with duckdb.connect(str(path)) as db:
        db.execute("INSERT INTO watermark VALUES ('jira', TIMESTAMP '2026-01-01', NULL, NULL, 'these fields')")
    assert land(path, issue(STATUS, id_="3"), run=2).changed == 1
    assert rows(path, "SELECT id, no FROM ticket ORDER BY id") == [("1", 1), ("2", 2), ("3", 3)]
    assert rows(path, "SELECT ticket_id, no FROM comment") == [("jira/1", 1)]
    assert rows(path, "SELECT asked FROM watermark") == [("",)]  # so that resolution dates and SLA fields are asked for


def test_a_store_that_counted_entries_without_a_time_counts_them_no_more(path: Path) -> None:
    said = {"total": 1, "comments": [{"id": "5", "author": ANN, "created": "2025-09-01T10:00:00.000+0000"}]}
    land(path, issue(STATUS, NEXT), issue(STATUS, NEXT, id_="2"), issue(STATUS, id_="3", comment=said))
    with duckdb.connect(str(path)) as db:  # as schema 5 had it
        db.execute("UPDATE change SET changed_at = NULL WHERE ticket_id = 'jira/1' AND seq = 2")
        db.execute("UPDATE change SET changed_at = TIMESTAMP '20000-01-01' WHERE ticket_id = 'jira/2' AND seq = 2")
        db.execute("UPDATE comment SET created_at = NULL")
        db.execute("UPDATE store_schema SET version = 5")
    Store(path).close()
    assert rows(path, "SELECT id, history_stored, history_total, comment_stored, comment_total FROM ticket ORDER BY id") == [
        ("1", 1, 2, 0, 0), ("2", 1, 2, 0, 0), ("3", 1, 1, 0, 1),
    ]  # fmt: skip
    assert rows(path, "SELECT ticket_id, seq FROM change ORDER BY ALL") == [("jira/1", 1), ("jira/2", 1), ("jira/3", 1)]
    assert rows(path, "SELECT * FROM comment") == []


def test_a_transaction_that_breaks_leaves_nothing(path: Path) -> None:
    land(path, issue(STATUS))
    store = Store(path)
    with pytest.raises(RuntimeError), transaction(store.db):
        store.db.execute("DELETE FROM ticket")
        raise RuntimeError
    store.close()
    assert rows(path, "SELECT count(*) FROM ticket") == [(1,)]
