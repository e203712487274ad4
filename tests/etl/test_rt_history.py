"""From what Request Tracker tells of a ticket to its history: what is hidden is found out, and nothing is made up."""

from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from etl.field_mapping import FieldMapping
from etl.records import History
from etl.sources.rt_answers import FieldValues, Person, Queue, Ticket, Told, Transaction
from etl.sources.rt_history import Reader

USER = "user@lab.example"
PEOPLE = {
    "6": Person("Nobody", "Nobody in particular"),
    "31": Person("anna", "Anna"),
    "33": Person("bert", "Bert"),
    "40": Person(USER),
}
MAPPING = FieldMapping(
    {
        "discipline": ("Discipline", "Discipline", "text"),
        "go_live": ("Go live", "Go live", "date"),
        "urgent": ("Urgent", "Urgent", "flag"),
        "eta": ("Due", "Due", "date"),
    }
)
NAMES = {"3": "Discipline", "4": "Go live", "5": "Urgent"}


def reader() -> Reader:
    zone = ZoneInfo("Europe/Amsterdam")
    return Reader("rt", MAPPING, NAMES, zone, PEOPLE.__getitem__, {"1": "General", "2": "cases"}.__getitem__)


def ticket(status: str = "open", owner: str = "Nobody", **values: list[str]) -> Ticket:
    fields = [FieldValues(number, name, values.get(name.replace(" ", "_"), [])) for number, name in NAMES.items()]
    return Ticket(
        "7", subject="A case", status=status, queue=Queue("cases"), owner=Person(owner), creator=Person("anna", "Anna"),
        requestor=[Person(USER)], created="2025-03-03T08:00:00Z", last_updated="2025-03-09T08:00:00Z",
        resolved="1970-01-01T00:00:00Z", fields_or_none=fields,
    )  # fmt: skip


def entries(*told: tuple[str, Any, Any, Any], created: bool = True) -> list[Transaction]:
    """Transactions an hour apart: (type, field, old value, new value)."""
    first = [("Create", None, None, None)] if created else []
    return [
        Transaction(str(n), "7", *one, created=f"2025-03-03T{8 + n:02}:00:00Z", creator=Person("bert", "Bert"))
        for n, one in enumerate([*first, *told])
    ]


def read(now: Ticket, *told: tuple[str, Any, Any, Any], created: bool = True) -> tuple[History, str]:
    """The history, and why it is not whole, if it is not."""
    one = reader()
    history = one.read(Told(now, entries(*told, created=created)))
    assert (history.history_total == history.entries) != bool(one.not_whole)
    return history, one.not_whole.get("7", "")


def changes(history: History) -> list[tuple[str | None, str | None, str | None]]:
    return [(c.field, c.from_value, c.to_value) for c in history.changes]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ([("Status", "Status", "new", "open")], ""),
        ([("Status", "Status", "new", "stalled")], "its history does not lead to its present status"),
        ([("Status", "Status", "new", "stalled"), ("Status", "Status", "new", "open")],
         "its history does not lead to its present status"),
        ([("Set", "Owner", "6", "31")], "its history does not lead to its present assignee"),
        ([("CustomField", "3", "", "Physics")], "its history does not lead to its present discipline"),
    ],
)  # fmt: skip
def test_hidden_entries_are_found_out(told: list[tuple[str, Any, Any, Any]], why: str) -> None:
    assert read(ticket(), *told)[1] == why


def test_a_history_that_the_account_may_not_see_is_not_an_empty_one() -> None:
    assert read(ticket(), created=False)[1] == "the account sees none of its beginning"


@pytest.mark.parametrize("second", ["SetWatcher", "Force", "Give", "Steal"])
def test_an_owner_change_that_comes_twice_counts_once(second: str) -> None:
    told = [("Set", "Owner", "6", "31"), (second, "Owner", "6", "31")]
    told += [("Set", "Owner", "31", "6"), (second, "Owner", "31", "6"), (second, "Owner", 6, 33)]
    history, why = read(ticket(owner="bert"), *told)
    assert not why
    assert [one for one in changes(history) if one[0]] == [
        ("assignee", None, "anna"), ("assignee", "anna", None), ("assignee", None, "bert"),
    ]  # fmt: skip
    assert history.entries == 5
    assert history.past_people == {"anna": "Anna", "bert": "Bert"}


def test_dates_days_and_flags_as_the_store_keeps_them() -> None:
    told = [
        ("CustomField", "4", "", "2025-06-30 22:00:00"),  # in UTC: 1 July in Amsterdam
        ("CustomField", "5", "", "yes"),
        ("CustomField", "5", "yes", "no"),
        ("Set", "TimeWorked", "0", "5"),
        ("CustomField", "9", "", "nobody maps it"),
    ]
    history, why = read(ticket(Go_live=["2025-06-30T22:00:00Z"], Urgent=["no"]), *told)
    assert not why
    assert history.resolution_date is None and history.fields["go_live"] == "2025-07-01"
    assert changes(history) == [
        ("go_live", None, "2025-07-01"), ("urgent", None, "true"), ("urgent", "true", None), (None, None, None),
        (None, None, None),
    ]  # fmt: skip


def test_a_date_that_moves_within_its_day_is_the_same_date() -> None:
    """23:30 of 30 June where the desk is, then 10:00, then another day."""
    now = ticket()
    now.due = "2025-07-01T08:00:00Z"
    moved = ["2025-06-30 21:30:00", "2025-06-30 08:00:00", "2025-07-01 08:00:00"]
    history, why = read(now, *(("Set", "Due", old, new) for old, new in pairwise(moved)))
    assert not why
    assert changes(history) == [(None, None, None), ("eta", "2025-06-30", "2025-07-01")]


@pytest.mark.parametrize(
    ("now", "told", "expected"),
    [
        ([USER], [], []),
        ([USER, "bert"], [("AddWatcher", None, "33")], [None]),
        (["bert"], [("AddWatcher", None, "33"), ("DelWatcher", "40", None)], [None, (USER, "bert")]),
        # Between them nobody asks but who created the ticket.
        (["bert"], [("DelWatcher", "40", None), ("AddWatcher", None, "33")], [(USER, "anna"), ("anna", "bert")]),
        (["bert", USER], [("AddWatcher", None, "33"), ("DelWatcher", "40", None), ("AddWatcher", None, "40")],
         [None, (USER, "bert"), None]),
        ([USER, "bert"], [("AddWatcher", None, "31"), ("DelWatcher", "31", None)], [None, None]),
    ],
)  # fmt: skip
def test_the_reporter_follows_the_requestors(now: list[str], told: list[Any], expected: list[Any]) -> None:
    asked = ticket()
    asked.requestor = [Person(name) for name in now]
    history, why = read(asked, *((what, "Requestor", old, new) for what, old, new in told))
    assert not why
    assert history.fields["reporter"] == now[0]
    assert changes(history) == [("reporter", *pair) if pair else (None, None, None) for pair in expected]
    assert {name for pair in expected if pair for name in pair} <= {*history.people, *history.past_people}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (("AddWatcher", None, "33"), "its history does not lead to its present reporter"),
        (("DelWatcher", "40", None), "its history does not lead to its present reporter"),
        (("DelWatcher", "33", None),
         "which of the requestors at its creation was the first, its history does not tell"),
    ],
)  # fmt: skip
def test_requestors_of_whom_not_all_is_told(told: Any, why: str) -> None:
    what, old, new = told
    assert read(ticket(), (what, "Requestor", old, new))[1] == why


def test_other_watchers_are_no_reporters() -> None:
    assert changes(read(ticket(), ("AddWatcher", "Cc", None, "33"))[0]) == [(None, None, None)]


def test_a_field_that_does_not_apply_in_the_queue_any_more_keeps_its_history() -> None:
    now = ticket()
    now.fields_or_none = ""  # how Request Tracker writes that there are none
    history, why = read(now, ("CustomField", "3", "Physics", "Biology"), ("Set", "Queue", "1", "2"))
    assert not why
    assert changes(history) == [("discipline", "Physics", "Biology"), ("project", "General", "cases")]


def test_links_to_tickets_are_told_and_others_are_counted() -> None:
    ours, other = "fsck.com-rt://cases.example.org/ticket/9", "https://example.org/x"
    told = [
        ("AddLink", "DependsOn", "", ours),
        ("AddLink", "RefersTo", "", other),
        ("DeleteLink", "DependsOn", ours, ""),
    ]
    assert changes(read(ticket(), *told)[0]) == [
        ("link", None, "This issue depends on 9"), (None, None, None), ("link", "This issue depends on 9", None),
    ]  # fmt: skip
