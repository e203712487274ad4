"""Stalled tickets, load, handovers and products by hand (1.8, RT-M2, RT-M3, DMSU-M8)."""

from datetime import date
from pathlib import Path

import pytest

from etl.deployment import read_deployments
from metrics.errors import ConfigError
from tests.naive.examples import change, comment, desk_ticket, moves
from tests.story import views, when

# 1.8, RT-M2: nothing happened for 14 × 24 hours


@pytest.mark.rule("RT-M2")
@pytest.mark.parametrize(("t", "stalled"), [("15 08:59:59.999", []), ("15 09:00", [(14,)])])
def test_two_weeks_without_a_move(tmp_path: Path, t: str, stalled: list[tuple[int]]) -> None:
    assert views(tmp_path, t, desk_ticket("1 09:00"))("stalled", "days") == stalled


def test_any_change_or_comment_is_progress_and_resolved_tickets_are_not_stalled(tmp_path: Path) -> None:
    ask = views(
        tmp_path,
        "20 09:00",
        desk_ticket("1 09:00", assignee="bob"),
        desk_ticket("1 09:00", change("7 09:00", "priority", None, "Low"), priority="Low"),
        desk_ticket("1 09:00", comment("7 09:00", "ann", public=False)),
        desk_ticket("1 09:00", *moves("OPEN", "2 09:00 RECEIVED"), status="RECEIVED"),
        desk_ticket("1 09:00", *moves("OPEN", "2 09:00 DONE"), status="DONE"),
        desk_ticket("1 09:00", comment("21 09:00", "bob")),  # after T
    )
    assert ask("stalled", "ticket_id, assignee, status, updated_at, days") == [
        ("jira/10000", "Bob", "OPEN", when("1 09:00"), 19),
        ("jira/10003", None, "RECEIVED", when("2 09:00"), 18),
        ("jira/10005", None, "OPEN", when("1 09:00"), 19),
    ]
    assert ask("load", "person, unresolved, stalled") == [("Bob", 1, 1), (None, 4, 2)]


# RT-M3: load and owner chains


@pytest.mark.rule("RT-M3")
def test_handovers_and_who_has_how_much(tmp_path: Path) -> None:
    chain = [
        change("1 10:00", "assignee", None, "bob", "ann"),
        change("2 10:00", "assignee", "bob", "cleo"),
        change("2 11:00", "assignee", "cleo", "cleo"),  # no change
        change("3 10:00", "assignee", "cleo", None),
        change("4 10:00", "assignee", None, "dan"),
        change("5 10:00", "assignee", "dan", "bob"),
    ]
    ask = views(
        tmp_path,
        "6 09:00",
        desk_ticket("1 09:00", *chain, assignee="bob"),
        desk_ticket("1 09:00", *moves("OPEN", "2 09:00 DONE"), status="DONE", assignee="bob"),
        desk_ticket("1 09:00", change("1 10:00", "assignee", "bob", "cleo"), assignee="cleo"),
    )
    assert ask("handover", "ticket_id, seq, handed_at, from_person, to_person, by_person") == [
        ("jira/10000", 1, when("1 10:00"), None, "Bob", "Ann"),
        ("jira/10000", 2, when("2 10:00"), "Bob", "Cleo", "Bob"),
        ("jira/10000", 3, when("3 10:00"), "Cleo", None, "Bob"),
        ("jira/10000", 4, when("4 10:00"), None, "Dan", "Bob"),
        ("jira/10000", 5, when("5 10:00"), "Dan", "Bob", "Bob"),
        ("jira/10002", 1, when("1 10:00"), "Bob", "Cleo", "Bob"),
    ]
    assert ask("load", "person, unresolved, received, given") == [
        ("Bob", 1, 1, 2),
        ("Cleo", 1, 2, 0),
        ("Dan", 0, 0, 1),
    ]
    assert ask("load", "sum(received), sum(given)") == [(3, 3)]
    assert ask("owner_chain", "ticket_id, handovers, owners") == [
        ("jira/10000", 2, "Bob → Cleo → nobody → Dan → Bob"),
        ("jira/10002", 1, "Bob → Cleo"),
    ]


# DMSU-M8: products

TABLE = """product,from,count
Data Portal,2025-01-01,40
data-portal,2025-09-15,50
Elsewhere,2025-01-01,7
"""


@pytest.mark.rule("DMSU-M8")
def test_products_raw_and_by_deployments(tmp_path: Path) -> None:
    table = tmp_path / "deployments.csv"
    table.write_text(TABLE, encoding="utf-8")
    usage = {"category": "Usage"}
    ask = views(
        tmp_path,
        "2025-10-01 09:00",
        desk_ticket("2025-08-05 09:00", service="Data Portal", **usage),
        desk_ticket("2025-08-06 09:00", service="Data Portal", **usage),
        desk_ticket("2025-09-05 09:00", service="Data Portal", **usage),
        desk_ticket("2025-09-06 09:00", service="Data Portal"),
        desk_ticket("2025-09-05 09:00", service="Insula", **usage),
        desk_ticket("2024-12-05 09:00", service="Data Portal", **usage),  # before the first count
        desk_ticket("2025-09-05 09:00"),
        deployments=table,
    )
    september = date(2025, 9, 1)
    assert ask("product_month", "month, product, category, tickets, deployed, weighted, unweighted") == [
        (date(2024, 12, 1), "Data Portal", "Usage", 1, None, None, True),
        (date(2025, 8, 1), "Data Portal", "Usage", 2, 40, 0.05, False),
        (september, "Data Portal", "Usage", 1, 50, 0.02, False),
        (september, "Data Portal", None, 1, 50, 0.02, False),
        (september, "Insula", "Usage", 1, None, None, True),
        (september, None, None, 1, None, None, True),
    ]
    check = "\"check\" = 'products with a deployment count'"
    assert ask("coverage", "checked, failed, detail", check) == [(2, 1, "products; without: Insula")]


def test_without_a_table_all_stand_unweighted_and_nothing_is_checked(tmp_path: Path) -> None:
    ask = views(tmp_path, "2 09:00", desk_ticket("1 09:00", service="Insula"))
    assert ask("product_month", "product, tickets, weighted, unweighted") == [("Insula", 1, None, True)]
    assert ask("coverage", '"check"', "\"check\" LIKE 'products%'") == []


def test_every_mistake_of_the_table_names_file_line_and_what_is_allowed(tmp_path: Path) -> None:
    table = tmp_path / "deployments.csv"
    wrong = "A,2025-01-01,4\nB,01.02.2025,-3\n,2025-01-01,1\n\nC,2025-01-01\na,2025-01-01,5\n"
    wrong += f"D,2025-01-01,{10**18}\nE,2025-01-01,{10**18 - 1}\n"
    table.write_text("product,from,count\n" + wrong, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_deployments(table)
    assert str(caught.value).replace(f"{table}: ", "").splitlines() == [
        "line 3: from is '01.02.2025'; allowed is a date such as 2026-01-31",
        "line 3: count is '-3'; allowed is a whole number, 0 or more, of at most 18 digits",
        "line 4: product is empty; allowed is a name as the tickets have it",
        "line 6: 2 values; allowed are 3: product, from, count",
        f"line 8: count is '{10**18}'; allowed is a whole number, 0 or more, of at most 18 digits",
        "line 7: a from 2025-01-01 stands in line 2 too; allowed is once",
    ]
    table.write_text("name;count\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 1: allowed are the columns product, from, count, separated by commas"):
        read_deployments(table)
    with pytest.raises(ConfigError, match=r"none.csv: the deployment table cannot be read; allowed is a CSV file"):
        read_deployments(tmp_path / "none.csv")
