"""Exported tables as a source: every form of file and of history, bad rows named, incremental = full."""

import gzip
import json
import random
import tempfile
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.etl.exported import CHANGES, EVENTS, HISTORY, LOG, SOURCE, csv_text, desk, log
from tests.etl.pulls import PulledDesk
from tests.marts import assert_same

# Every form of file


def _csv(path: Path) -> Path:
    path.with_suffix(".csv").write_text(csv_text(LOG, EVENTS, ";"), encoding="utf-8-sig", newline="")
    return path.with_suffix(".csv")


def _tsv_gz(path: Path) -> None:
    path.with_suffix(".tsv.gz").write_bytes(gzip.compress(csv_text(LOG, EVENTS, "\t").encode()))


def _json_lines(path: Path) -> None:
    text = "\n".join(json.dumps(dict(zip(LOG, row, strict=True))) for row in EVENTS)
    path.with_suffix(".jsonl").write_text(text, encoding="utf-8")


def _xlsx(path: Path) -> None:
    """With times as spreadsheets keep them."""
    book = openpyxl.Workbook()
    book.active.append(LOG)
    for case, when, *rest in EVENTS:
        form = "%d/%m/%Y %H:%M:%S" if when.count(":") == 2 else "%d/%m/%Y %H:%M"
        book.active.append([case, datetime.strptime(when, form), *rest])
    book.save(path.with_suffix(".xlsx"))


def _parquet(path: Path) -> None:
    columns = [list(column) for column in zip(*EVENTS, strict=True)]
    pq.write_table(pa.table(dict(zip(LOG, columns, strict=True))), path.with_suffix(".parquet"))


@pytest.mark.parametrize("write", [_csv, _tsv_gz, _json_lines, _xlsx, _parquet])
def test_every_form_gives_the_same_tickets(tmp_path: Path, write: Callable[[Path], Any]) -> None:
    made = PulledDesk(tmp_path, SOURCE + HISTORY)
    write(tmp_path / "log")
    summary = made.pull()
    assert (summary.fetched, summary.entries, summary.rejected) == (2, 2, [])
    assert made.rows("SELECT id, status, provider, created_at FROM ticket ORDER BY id") == [
        ("T1", "Closed", "L2", datetime(2026, 7, 3, 8, 0)),
        ("T2", "Open", "L1", datetime(2026, 7, 4, 7, 0)),
    ]
    assert made.rows(CHANGES) == [
        ("log/T1", "status", "Open", "In Progress", "bob", "03 09:30:00"),
        ("log/T1", "provider", "L1", "L2", "bob", "03 09:30:00"),
        ("log/T1", "status", "In Progress", "Closed", "bob", "06 07:15:30"),
    ]


# Every form of history

TICKETS = [
    ["7", "Printer", "Closed", "03/07/2026 10:00", "04/07/2026 12:00", "Inc"],
    ["8", "Beamer", "Open", "05/07/2026 10:00", "", "-"],
]
TICKET_TABLE = """nulls = ["-"]
[desk.desk.source.tickets]
path = "tickets.csv"
columns = { id = "No", summary = "Title", status = "State", created = "Opened", type = "Kind" }
"""
TICKETS_CSV = csv_text(["No", "Title", "State", "Opened", "Solved", "Kind"], TICKETS)


def test_a_table_of_changes_one_field_a_row(tmp_path: Path) -> None:
    table = """[desk.desk.source.history]
path = "changes.csv"
columns = { id = "Ticket", at = "Date", author = "By", field = "What", from = "Old", to = "New" }
fields = { "Ticket state" = "status", "Responsible" = "assignee" }
public_comments = ["Answer"]
internal_comments = ["Note"]
"""
    rows = [
        ["7", "03/07/2026 11:00", "ann", "ticket state", "Open", "In Progress"],
        ["7", "03/07/2026 11:00", "ann", "Responsible", "", "bob"],
        ["7", "03/07/2026 12:00", "bob", "Colour", "red", "green"],
        ["7", "03/07/2026 12:05", "bob", "Answer", "", "Have you tried …"],
        ["7", "03/07/2026 12:06", "bob", "Note", "", "He has not"],
        ["7", "04/07/2026 12:00", "bob", "Ticket state", "In Progress", "Closed"],
    ]
    changes = csv_text(["Ticket", "Date", "By", "What", "Old", "New"], rows)
    made = desk(tmp_path, TICKET_TABLE + table, tickets_csv=TICKETS_CSV, changes_csv=changes)
    made.pull()
    assert [row[1:5] for row in made.rows(CHANGES)] == [
        ("status", "Open", "In Progress", "ann"),
        ("assignee", None, "bob", "ann"),
        (None, None, None, "bob"),  # a field that nobody asked for: counted, not kept
        ("status", "In Progress", "Closed", "bob"),
    ]
    assert made.rows("SELECT author, public FROM comment ORDER BY created_at") == [("bob", True), ("bob", False)]
    assert made.rows("SELECT key, type, history_stored, history_total FROM ticket ORDER BY key") == [
        ("7", "Inc", 4, 4),
        ("8", None, 0, 0),
    ]


def test_a_change_that_a_file_tells_twice_happened_once(tmp_path: Path) -> None:
    """With the value before, nothing else can have happened: what a join of two tables multiplies is no second change."""
    table = """[desk.desk.source.history]
path = "changes.csv"
columns = { id = "Ticket", at = "Date", author = "By", field = "What", from = "Old", to = "New" }
fields = { "State" = "status" }
"""
    told = ["Open Wait", "Open Wait", "Wait Open", "Open Wait", "Wait Closed", "Wait Closed"]
    rows = [["7", "03/07/2026 11:00", "ann", "State", *change.split()] for change in told]
    changes = csv_text(["Ticket", "Date", "By", "What", "Old", "New"], rows)
    made = desk(tmp_path, TICKET_TABLE + table, tickets_csv=TICKETS_CSV, changes_csv=changes)
    made.pull()
    assert moves(made) == [("Open", "Wait"), ("Wait", "Open"), ("Open", "Wait"), ("Wait", "Closed")]
    assert made.rows("SELECT history_stored, history_total FROM ticket WHERE key = '7'") == [(4, 4)]


def test_activities_that_are_comments_or_no_status(tmp_path: Path) -> None:
    lists = 'public_comments = ["Reply"]\nno_status = ["Print"]\n'
    rows = [*EVENTS[:2], ["T1", "03/07/2026 12:00", "bob", "reply", ""], ["T1", "03/07/2026 12:01", "", "Print", ""]]
    made = desk(tmp_path, HISTORY + lists, log_csv=csv_text(LOG, rows))
    made.pull()
    assert made.rows("SELECT status FROM ticket") == [("In Progress",)]
    assert made.rows("SELECT author, public FROM comment") == [("bob", True)]


def test_a_table_of_tickets_alone(tmp_path: Path) -> None:
    made = desk(tmp_path, TICKET_TABLE, tickets_csv=TICKETS_CSV)
    made.pull()
    assert made.rows("SELECT count(*) FROM change") == [(0,)]
    assert made.check("histories given") == [(2, 2, "no table of history: only the present state is known")]


def test_dates_of_entering_a_status_make_a_history(tmp_path: Path) -> None:
    dates = 'created_in = "Open"\n' + TICKET_TABLE + 'entered = { Closed = "Solved" }\n'
    made = desk(tmp_path, dates, tickets_csv=TICKETS_CSV)
    made.pull()
    assert made.rows(CHANGES) == [("log/7", "status", "Open", "Closed", None, "04 10:00:00")]
    assert made.check("histories given")[0][1] == 2


def test_a_ticket_begins_in_the_status_that_the_section_names(tmp_path: Path) -> None:
    made = log(tmp_path, EVENTS[1:2], 'created_in = "Open"\n')
    made.pull()
    assert [row[1:4] for row in made.rows(CHANGES)] == [("status", "Open", "In Progress")]


def moves(made: PulledDesk) -> list[tuple[str, str]]:
    """The changes of status in the store, from and to."""
    return made.rows("SELECT from_value, to_value FROM change WHERE field = 'status' ORDER BY ticket_id, seq")


def at_once(*states: str) -> list[list[str]]:
    """Events of one ticket at one instant."""
    return [["T1", "03/07/2026 10:00", "ann", state, "L1"] for state in states]


def test_events_of_one_instant_keep_the_order_of_the_file(tmp_path: Path) -> None:
    states = ["Open", *["In Progress", "Wait"] * 6, "Closed"]
    made = log(tmp_path, [[*row[:2], f"{n}", *row[3:]] for n, row in enumerate(at_once(*states))])
    made.pull()
    assert moves(made) == list(pairwise(states))


def test_what_happens_twice_at_one_instant_stands_twice_in_the_file(tmp_path: Path) -> None:
    states = ["Open", "In Progress", "Closed", "In Progress"]
    made = log(tmp_path, at_once(*states))
    made.pull()
    assert moves(made) == list(pairwise(states))
    assert made.rows("SELECT status FROM ticket") == [("In Progress",)]


def test_the_same_event_in_two_exports_is_one(tmp_path: Path) -> None:
    states = ["Open", "In Progress", "Closed", "In Progress", "Closed"]
    made = desk(tmp_path, log_csv=csv_text(LOG, at_once(*states[:3])), log_txt=csv_text(LOG, at_once(*states)))
    made.pull()
    assert moves(made) == list(pairwise(states))


def test_a_ticket_is_created_when_its_table_says(tmp_path: Path) -> None:
    """What is dated before that, such as by the day alone, counts from then on; without a readable one, the first event."""
    events = [
        ["7", "02/07/2026 09:00", "ann", "Open", ""],
        ["7", "03/07/2026", "ann", "Closed", ""],
        ["8", "04/07/2026 09:00", "ann", "Open", ""],
    ]
    tickets = TICKETS_CSV.replace("05/07/2026 10:00", "soon")
    made = desk(tmp_path, TICKET_TABLE + HISTORY, tickets_csv=tickets, log_csv=csv_text(LOG, events))
    assert made.pull().rejected == [f"{tmp_path / 'tickets.csv'}:3: created: 'soon' is no time"]
    assert made.rows("SELECT id, created_at FROM ticket ORDER BY id") == [
        ("7", datetime(2026, 7, 3, 8, 0)),
        ("8", datetime(2026, 7, 4, 7, 0)),
    ]
    assert made.rows("SELECT changed_at FROM change") == [(datetime(2026, 7, 2, 22, 0),)]


# Bad rows


def test_bad_rows_are_named_skipped_and_counted(tmp_path: Path) -> None:
    text = csv_text(LOG, EVENTS) + "T1,31/02/2026 10:00,bob,Open,L1\r\n,03/07/2026 10:00,bob,Open,L1\r\nT1,short\r\n"
    made = desk(tmp_path, log_csv=text)
    (tmp_path / "log.csv").write_bytes((tmp_path / "log.csv").read_bytes() + b"T2,05/07/2026 10:00,\xff,Open,L1\r\n")
    summary = made.pull()
    file = tmp_path / "log.csv"
    assert summary.rejected == [
        f"{file}:6: its time '31/02/2026 10:00' is no time; the history of T1 lacks it",
        f"{file}:7: it has no id",
        f"{file}:8: it has 2 cells, the header has 5",
        f"{file}:9: it is not written in utf-8-sig",
    ]
    assert summary.incomplete == 1
    assert made.rows("SELECT id, history_stored, history_total FROM ticket ORDER BY id") == [("T1", 2, 3), ("T2", 0, 0)]
    assert made.check("issues readable")[0][:2] == (6, 4)


def test_a_line_that_a_quoted_cell_broke_is_counted_as_it_stands_in_the_file(tmp_path: Path) -> None:
    rows = [[*EVENTS[0][:4], '"two\r\nlines"'], ["", "", "", "Open", ""]]
    summary = desk(tmp_path, log_csv=csv_text(LOG, rows)).pull()
    assert summary.rejected == [f"{tmp_path / 'log.csv'}:4: it has no id"]


def test_a_date_that_is_none_is_named_and_leaves_the_ticket_whole(tmp_path: Path) -> None:
    table = TICKET_TABLE.replace('type = "Kind"', 'eta = "Kind"')
    summary = desk(tmp_path, table, tickets_csv=TICKETS_CSV).pull()
    assert summary.rejected == [f"{tmp_path / 'tickets.csv'}:2: eta: 'Inc' is no date"]
    assert (summary.fetched, summary.incomplete) == (2, 0)


def test_an_event_with_an_unreadable_date_cuts_the_history(tmp_path: Path) -> None:
    """The event is named, once; the ticket's own row is all right. A score that is no number is one out of range."""
    table = """[desk.desk.source.history]
path = "changes.csv"
columns = { id = "Ticket", at = "Date", field = "What", from = "Old", to = "New" }
fields = { Due = "eta", State = "status", Mark = "score" }
"""
    rows = [
        ["7", "03/07/2026 11:00", "Due", "31.4.2026", "31.4.2026"],
        ["8", "05/07/2026 11:00", "Mark", "", "good"],
        ["7", "04/07/2026 12:00", "State", "Open", "Closed"],
    ]
    changes = csv_text(["Ticket", "Date", "What", "Old", "New"], rows)
    desk(tmp_path, tickets_csv=TICKETS_CSV, changes_csv=changes)
    made = PulledDesk(tmp_path, SOURCE + TICKET_TABLE + table, "desp")
    summary = made.pull()
    assert summary.rejected == [f"{tmp_path / 'changes.csv'}:2: eta: '31.4.2026' is no date"]
    assert summary.incomplete == 1
    assert made.rows("SELECT id, history_stored, history_total FROM ticket ORDER BY id") == [("7", 1, 2), ("8", 1, 1)]
    assert moves(made) == [("Open", "Closed")]
    assert made.rows("SELECT to_value FROM change WHERE field = 'score'") == [("good",)]


def test_an_unreadable_date_of_a_status_cuts_the_history(tmp_path: Path) -> None:
    tickets = TICKETS_CSV.replace("04/07/2026 12:00", "next week")
    summary = desk(tmp_path, TICKET_TABLE + 'entered = { Closed = "Solved" }\n', tickets_csv=tickets).pull()
    assert summary.rejected == [f"{tmp_path / 'tickets.csv'}:2: entered Closed: 'next week' is no time"]
    assert summary.incomplete == 1


def test_a_history_of_no_ticket_in_the_table(tmp_path: Path) -> None:
    made = desk(tmp_path, TICKET_TABLE + HISTORY, tickets_csv=TICKETS_CSV, log_csv=csv_text(LOG, EVENTS[:1]))
    assert made.pull().rejected == [f"{tmp_path / 'log.csv'}:2: the table of tickets has no ticket 'T1'"]


# Again and again


def test_a_second_pull_changes_nothing_and_a_corrected_file_counts(tmp_path: Path) -> None:
    made = log(tmp_path)
    made.pull()
    assert made.pull().changed == 0
    corrected = log(tmp_path, EVENTS[:3])  # the last event was a mistake
    assert corrected.pull().changed == 1
    assert made.rows("SELECT id, status, history_stored FROM ticket ORDER BY id") == [
        ("T1", "In Progress", 1),
        ("T2", "Open", 0),
    ]


def test_tickets_that_vanish_are_gone_only_where_the_files_are_complete(tmp_path: Path) -> None:
    gone = "SELECT id FROM ticket WHERE gone_at IS NOT NULL"
    made = log(tmp_path)
    made.pull()
    assert log(tmp_path, EVENTS[:2]).pull().deleted == 0 and made.rows(gone) == []
    broken = [*EVENTS[:2], ["T3", "never", "ann", "Open", "L1"]]
    assert log(tmp_path, broken, "complete = true\n").pull().problems == [
        "something could not be read, so no ticket is taken for gone"
    ]
    empty = log(tmp_path, [], "complete = true\n").pull()
    assert (empty.problems, empty.deleted) == (["no ticket was read, so none is taken for gone"], 0)
    assert log(tmp_path, EVENTS[:2], "complete = true\n").pull().deleted == 1 and made.rows(gone) == [("T2",)]
    assert log(tmp_path, EVENTS, "complete = true\n").pull().changed == 2 and made.rows(gone) == []


@st.composite
def exports(draw: st.DrawFn) -> list[list[list[str]]]:
    """A log in growing exports, each a superset of the one before, in whatever order."""
    minutes = draw(st.lists(st.integers(0, 5000), min_size=1, max_size=12, unique=True))
    events = []
    for minute in sorted(minutes):
        day, rest = divmod(minute, 1440)
        case, state = draw(st.sampled_from("ABC")), draw(st.sampled_from(["Open", "Closed", "Wait", ""]))
        who, unit = draw(st.sampled_from(["ann", "bob", ""])), draw(st.sampled_from(["L1", "L2", ""]))
        events.append([case, f"{day + 1:02}/10/2026 {rest // 60:02}:{rest % 60:02}", who, state, unit])
    cuts = sorted(draw(st.sets(st.integers(1, len(events)), max_size=2)) | {len(events)})
    return [draw(st.permutations(events[:cut])) for cut in cuts]


@settings(max_examples=15, deadline=None)
@given(exports(), st.randoms())
def test_incremental_equals_full_in_any_order_of_rows(growing: list[list[list[str]]], rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        worn, fresh = Path(folder) / "worn", Path(folder) / "fresh"
        for rows in growing:
            step = log(worn, rows)
            step.pull()
        last = log(fresh, rng.sample(growing[-1], len(growing[-1])))
        last.pull()
        assert_same(step.tables(), last.tables())
