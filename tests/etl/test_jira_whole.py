"""Histories and comments come whole, at no more calls than needed; what stays short shows it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from demo.shapes import LIMITS, Flavour, Limits
from etl.sources.jira import SourceError
from tests.etl.jira_site import BOTH, START, desk, ids, issue, pull

CUT: dict[Flavour, Limits] = {
    "dc": Limits(search_histories=10),
    "cloud": Limits(**vars(LIMITS["cloud"]) | {"search_histories": 10}),
}


def histories(pulled: list[dict[str, Any]]) -> list[int]:
    return [len({entry["id"] for entry in one["changelog"]["histories"]}) for one in pulled]


@pytest.mark.parametrize(("flavour", "entries"), [("dc", 130), ("cloud", 130), ("cloud", 41)])
def test_a_history_beyond_the_cap_of_search_comes_whole(flavour: Flavour, entries: int) -> None:
    site = desk(3)
    site.add(issue(4, histories=entries))
    with pull(site, flavour) as jira:
        last = jira.walk()[-1]
    assert last["changelog"]["total"] == entries
    assert {entry["id"] for entry in last["changelog"]["histories"]} == {str(4000 + n) for n in range(entries)}


@pytest.mark.parametrize("flavour", BOTH)
def test_whole_issues_cost_no_further_call(flavour: Flavour) -> None:
    with pull(desk(10, histories=2, comments=2), flavour, page_size=10) as jira:
        assert histories(jira.walk()) == [2] * 10
        assert jira.count("/issue/") == jira.count("/changelog") == 0


def test_cloud_completes_several_cut_issues_in_one_bulk_call() -> None:
    with pull(desk(6, histories=25), "cloud", CUT["cloud"], page_size=10) as jira:
        pulled = jira.walk()
        assert histories(pulled) == [25] * 6
        assert (jira.count("/changelog/bulkfetch"), jira.count("/issue/")) == (1, 0)
    times = {entry["id"]: entry["created"] for entry in pulled[0]["changelog"]["histories"]}
    assert times["1000"] == f"{START:%Y-%m-%dT}09:01:01.000+0000"


def test_bulk_fetch_is_paged() -> None:
    limits = replace(CUT["cloud"], bulk_histories=40)
    with pull(desk(6, histories=25), "cloud", limits, page_size=10) as jira:
        assert histories(jira.walk()) == [25] * 6
        assert jira.count("/changelog/bulkfetch") == 4


@pytest.mark.parametrize("refusal", ["400", "403"])
def test_cloud_without_bulk_fetch_asks_issue_by_issue(refusal: str) -> None:
    with pull(desk(3, histories=25), "cloud", CUT["cloud"]) as jira:
        jira.server.faults.add(refusal, on="/changelog/bulkfetch", times=-1)
        assert histories(jira.walk()) == [25] * 3
        assert jira.count("/issue/") == 3


def test_data_center_reads_cut_issues_again_and_only_those() -> None:
    site = desk(5)
    site.add(issue(6, histories=25))
    with pull(site, "dc", CUT["dc"]) as jira:
        assert histories(jira.walk()) == [1, 1, 1, 1, 1, 25]
        assert jira.count("/issue/") == jira.count("/issue/6") == 1


def test_a_history_that_stays_short_says_so_by_its_total() -> None:
    with pull(desk(1, histories=25), "dc", Limits(search_histories=10, issue_histories=12)) as jira:
        pulled = jira.walk()
    assert (histories(pulled), pulled[0]["changelog"]["total"]) == ([12], 25)


@pytest.mark.parametrize(("flavour", "count"), [("dc", 1), ("cloud", 1), ("cloud", 3)])
def test_no_history_is_checked_the_other_way(flavour: Flavour, count: int) -> None:
    with pull(desk(count, histories=2), flavour) as jira:
        jira.server.faults.add("no-history", on="/search", times=-1)
        pulled = jira.walk()
    assert histories(pulled) == [2] * count
    assert [one["changelog"]["total"] for one in pulled] == [2] * count


MISSHAPEN: list[tuple[Flavour, str, Any]] = [
    ("dc", "/issue/1", None), ("dc", "/issue/1", []), ("dc", "/issue/1", {}),
    ("dc", "/issue/1", {"id": "1", "key": "DSD-1", "changelog": "none"}),
    ("cloud", "/issue/1/changelog", {"values": [1]}), ("cloud", "/issue/1/changelog", {"values": [{}]}),
    ("cloud", "/issue/1/changelog", {"values": [], "total": "many"}),
    ("cloud", "/issue/1/comment", {"comments": "none"}), ("cloud", "/issue/1/comment", {"comments": [{"id": []}]}),
]  # fmt: skip


@pytest.mark.parametrize(("flavour", "path", "answer"), MISSHAPEN)
def test_a_completion_of_another_form_is_one_sentence(flavour: Flavour, path: str, answer: Any) -> None:
    with pull(desk(1, histories=25, comments=25), flavour, CUT[flavour]) as jira:
        jira.server.faults.add("edited", on=path, times=-1, edit=lambda _: answer)
        assert ids(jira.walk()) == ["1"]
    said = r"not of the form that Jira gives|no JSON of the expected form|has no id"
    assert re.search(f"({said}).* DSD-1 stays incomplete", jira.said[-1])


@pytest.mark.parametrize("kind", ["500", "truncated", "reset"])
@pytest.mark.parametrize(("flavour", "on"), [("dc", "/issue/2"), ("cloud", "/issue/2/changelog")])
def test_one_issue_over_which_the_server_fails_keeps_no_other_back(flavour: Flavour, on: str, kind: str) -> None:
    with pull(desk(4, histories=25), flavour, CUT[flavour]) as jira:
        jira.server.faults.add("403", on="/bulkfetch", times=-1)
        jira.server.faults.add(kind, on=on, times=-1)
        pulled = jira.walk()
    assert histories(pulled) == [25, 10, 25, 25]
    assert pulled[1]["changelog"]["total"] == 25
    assert "DSD-2 stays incomplete" in jira.said[-1]


@pytest.mark.parametrize(("flavour", "on", "count"), [
    ("dc", "/issue/2", 3), ("cloud", "/issue/2/changelog", 3), ("cloud", "/issue/1/changelog", 1),
])  # fmt: skip
def test_a_history_that_the_search_hides_and_the_server_fails_over_is_not_whole(
    flavour: Flavour, on: str, count: int
) -> None:
    """For all that the search says there is none."""
    with pull(desk(count, histories=2), flavour) as jira:
        jira.server.faults.add("no-history", on="/search", times=-1)
        jira.server.faults.add("403", on="/bulkfetch", times=-1)
        jira.server.faults.add("500", on=on, times=-1)
        logs = [one["changelog"] for one in jira.walk()]
    whole, short = (2, 2), (0, 1)
    assert [(len(log["histories"]), log["total"]) for log in logs] == ([whole, short, whole] if count > 1 else [short])


@pytest.mark.parametrize("kind", ["500", "400"])
def test_what_a_failing_bulk_fetch_would_have_found_is_asked_for_issue_by_issue(kind: str) -> None:
    """Also what came before its second page failed is taken for no whole history."""
    with pull(desk(4, histories=25), "cloud", replace(CUT["cloud"], bulk_histories=40)) as jira:
        jira.server.faults.add("no-history", on="/search", times=-1)
        jira.server.faults.add(kind, on="/bulkfetch", skip=1, times=-1)
        assert histories(jira.walk()) == [25] * 4
    assert any("asked for issue by issue" in said for said in jira.said)


def test_bulk_fetch_that_fails_is_done_without() -> None:
    with pull(desk(4, histories=25), "cloud", CUT["cloud"]) as jira:
        jira.server.faults.add("500", on="/bulkfetch", times=-1)
        assert histories(jira.walk()) == [25] * 4


@pytest.mark.parametrize("page_size", [2, 10])
@pytest.mark.parametrize(("kind", "on"), [("500", "/issue/"), ("500", ""), ("401", "/issue/2"), ("429", "/issue/2")])
def test_a_server_that_fails_over_more_than_some_issues_ends_the_pull(kind: str, on: str, page_size: int) -> None:
    with pull(desk(5, histories=25), "dc", CUT["dc"], page_size=page_size) as jira:
        jira.source.site()
        jira.server.faults.add(kind, on=on, skip=0 if on else 1, times=-1)
        with pytest.raises(SourceError) as caught:
            jira.walk()
    assert caught.value.status == int(kind)


@pytest.mark.parametrize("created", [10**18, -(10**14)])
def test_a_time_of_bulk_fetch_that_no_calendar_has_stops_nothing(created: int) -> None:
    entry = {"id": "1", "created": created, "items": []}
    with pull(desk(2, histories=25), "cloud", CUT["cloud"]) as jira:
        answer = {"issueChangeLogs": [{"issueId": "1", "changeHistories": [entry]}]}
        jira.server.faults.add("edited", on="/bulkfetch", edit=lambda _: answer)
        assert histories(jira.walk()) == [26, 25]


def without_totals(page: dict[str, Any]) -> dict[str, Any]:
    for one in page["issues"]:
        del one["changelog"]["total"], one["fields"]["comment"]["total"]
    return page


def without_changelogs(page: dict[str, Any]) -> dict[str, Any]:
    for one in page["issues"]:
        del one["changelog"]
    return page


@pytest.mark.parametrize("edit", [without_totals, without_changelogs])
@pytest.mark.parametrize(("flavour", "count"), [("dc", 1), ("cloud", 1), ("cloud", 3)])
def test_a_list_that_nothing_proves_whole_is_asked_for(flavour: Flavour, count: int, edit: Any) -> None:
    with pull(desk(count, histories=25, comments=25), flavour, CUT[flavour]) as jira:
        jira.server.faults.add("edited", on="/search", times=-1, edit=edit)
        pulled = jira.walk()
    assert histories(pulled) == [one["changelog"]["total"] for one in pulled] == [25] * count
    assert [len(one["fields"]["comment"]["comments"]) for one in pulled] == [25] * count


def test_a_total_that_is_too_small_ends_no_changelog_that_says_it_goes_on() -> None:
    with pull(desk(1, histories=250), "cloud") as jira:
        jira.server.faults.add("edited", on="/issue/1/changelog", times=-1, edit=lambda page: page | {"total": 100})
        pulled = jira.walk()
    assert histories(pulled) == [250]


def test_data_center_does_not_reread_untouched_issues_without_history() -> None:
    site = desk(0)
    fresh = issue(1, histories=0)
    fresh["fields"]["updated"] = fresh["fields"]["created"]
    site.add(fresh)
    site.add(issue(2, histories=0))
    with pull(site, "dc") as jira:
        jira.walk()
        assert (jira.count("/issue/1"), jira.count("/issue/2")) == (0, 1)


@pytest.mark.parametrize(("flavour", "limits"), [("cloud", LIMITS["cloud"]), ("dc", Limits(search_comments=20))])
def test_comments_beyond_the_cap_come_whole(flavour: Flavour, limits: Limits) -> None:
    site = desk(2, comments=3)
    site.add(issue(3, comments=130))
    with pull(site, flavour, limits) as jira:
        pulled = jira.walk()
        assert {request.path[-15:] for request in jira.server.requests if "/comment" in request.path} == {
            "issue/3/comment"
        }
    assert [len({one["id"] for one in whole["fields"]["comment"]["comments"]}) for whole in pulled] == [3, 3, 130]


@pytest.mark.parametrize("flavour", BOTH)
def test_an_issue_deleted_before_its_completion_stays_short_and_stops_nothing(flavour: Flavour) -> None:
    with pull(desk(3, histories=25, comments=25), flavour, CUT[flavour]) as jira:
        path = "/issue/2" if flavour == "dc" else "/changelog/bulkfetch"
        jira.server.faults.add("change", on=path, do=lambda site: site.delete("2"))
        pulled = jira.walk()
    assert [one["id"] for one in pulled] == ["1", "2", "3"]
    assert histories(pulled) == [25, 10, 25]
    assert pulled[1]["changelog"]["total"] == 25


@pytest.mark.parametrize("flavour", BOTH)
def test_only_the_fields_asked_for_come(flavour: Flavour) -> None:
    with pull(desk(1), flavour) as jira:
        jira.source.use_fields(["customfield_10001", "summary"])
        fields = jira.walk()[0]["fields"]
        asked = jira.searches()[0]["fields"].split(",")
    assert fields["customfield_10001"]["value"] == "Data Lake"
    assert "comment" in fields
    assert len(asked) == len(set(asked))
    assert {"summary", "issuelinks", "created", "customfield_10001"} <= set(asked)
