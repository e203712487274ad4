"""The walk: what it asks, in which order issues come, and that a search which misbehaves neither stops nor hides it."""

import re
from typing import Any

import pytest

from demo.shapes import Flavour
from etl.sources.jira import SourceError
from tests.etl.jira_site import BOTH, Pull, all_ids, at, desk, ids, issue, pull


def missing(jira: Pull, pulled: list[dict[str, Any]]) -> set[str]:
    """What the census names that the walk did not bring."""
    return set(jira.headers()) - set(ids(pulled))


@pytest.mark.parametrize("flavour", BOTH)
def test_the_query_is_by_epoch_milliseconds_without_an_upper_bound_oldest_first(flavour: Flavour) -> None:
    with pull(desk(5), flavour) as jira:
        jira.walk(at(2))
        first = jira.searches()[0]
        path = next(request.path for request in jira.server.requests if "/search" in request.path)
    assert first["jql"] == f'project in ("DSD") AND updated >= {at(2)} ORDER BY updated ASC, id ASC'
    assert (first["expand"], first["maxResults"]) == ("changelog", "4")
    assert path == {"dc": "/rest/api/2/search", "cloud": "/rest/api/3/search/jql"}[flavour]
    for search in jira.searches():
        assert re.fullmatch(r'project in \("DSD"\) AND updated >= \d+ ORDER BY updated ASC, id ASC', search["jql"])


@pytest.mark.parametrize("flavour", BOTH)
@pytest.mark.parametrize("count", [0, 1, 4, 5, 8, 11])
def test_every_issue_comes_once_oldest_update_first(flavour: Flavour, count: int) -> None:
    with pull(desk(count), flavour) as jira:
        assert ids(jira.walk()) == all_ids(count)
        assert jira.said == []


@pytest.mark.parametrize("flavour", BOTH)
def test_how_many_issues_will_come_is_known_beforehand(flavour: Flavour) -> None:
    with pull(desk(9), flavour) as jira:
        assert (jira.source.expected(0), jira.source.expected(at(6))) == (9, 4)


def test_a_cloud_that_does_not_count_is_pulled_all_the_same() -> None:
    with pull(desk(9), "cloud") as jira:
        jira.server.faults.add("404", on="approximate-count")
        assert jira.source.expected(0) is None
        assert len(jira.walk()) == 9


@pytest.mark.parametrize("flavour", BOTH)
def test_an_incremental_walk_brings_what_was_updated_since(flavour: Flavour) -> None:
    with pull(desk(6), flavour) as jira:
        assert ids(jira.walk(at(4))) == ["4", "5", "6"]
        assert ids(jira.walk(at(6) + 1)) == []


@pytest.mark.parametrize("flavour", BOTH)
def test_more_issues_than_a_page_in_one_second(flavour: Flavour) -> None:
    site = desk(3)
    for number in range(4, 15):
        twin = issue(number)
        twin["fields"]["updated"] = site.issues["3"]["fields"]["updated"]
        site.add(twin)
    with pull(site, flavour) as jira:
        assert ids(jira.walk()) == all_ids(14)


ODDITIES: list[tuple[Flavour, str]] = [
    ("dc", "duplicate-page"), ("dc", "empty-page"), ("dc", "short-page"), ("dc", "wrong-total"),
    ("cloud", "duplicate-page"), ("cloud", "empty-page"), ("cloud", "token-loop"), ("cloud", "lost-token"),
]  # fmt: skip


@pytest.mark.parametrize("skip", [0, 1, 2])
@pytest.mark.parametrize(("flavour", "oddity"), ODDITIES)
def test_an_odd_page_loses_nothing(flavour: Flavour, oddity: str, skip: int) -> None:
    with pull(desk(14), flavour) as jira:
        fault = jira.server.faults.add(oddity, on="/search", skip=skip)
        assert ids(jira.walk()) == all_ids(14)
        assert fault.struck == 1
        assert jira.said == []
        assert len(jira.searches()) < 12


@pytest.mark.parametrize("skip", [0, 1])
@pytest.mark.parametrize(("flavour", "oddity"), ODDITIES)
def test_an_oddity_that_stays_does_not_hang(flavour: Flavour, oddity: str, skip: int) -> None:
    with pull(desk(14), flavour) as jira:
        fault = jira.server.faults.add(oddity, on="/search", skip=skip, times=-1)
        pulled = ids(jira.walk())
        assert len(jira.searches()) < 30
        assert len(pulled) == len(set(pulled))
        fault.times = 0
        assert sorted([*pulled, *missing(jira, [{"id": one} for one in pulled])], key=int) == all_ids(14)


def test_a_short_page_on_cloud_is_told_by_the_census() -> None:
    with pull(desk(10), "cloud") as jira:
        jira.server.faults.add("short-page", on="/search", skip=1, value=2)
        pulled = jira.walk()
        assert missing(jira, pulled) == {"7", "8"}


@pytest.mark.parametrize("flavour", BOTH)
def test_an_issue_updated_under_paging_hides_no_other(flavour: Flavour) -> None:
    with pull(desk(10), flavour) as jira:
        jira.server.faults.add("change", on="/search", skip=1, do=lambda site: site.update("2", {"summary": "new"}))
        pulled = jira.walk()
    assert ids(pulled) == [*all_ids(10), "2"]
    assert pulled[-1]["fields"]["summary"] == "new"


@pytest.mark.parametrize("number", ["2", "4", "5"])
@pytest.mark.parametrize("flavour", BOTH)
def test_an_issue_deleted_under_paging_hides_no_other(flavour: Flavour, number: str) -> None:
    with pull(desk(10), flavour) as jira:
        jira.server.faults.add("change", on="/search", skip=1, do=lambda site: site.delete(number))
        pulled = set(ids(jira.walk()))
    assert pulled | {number} == set(all_ids(10))


@pytest.mark.parametrize("flavour", BOTH)
def test_an_issue_moved_under_paging_stays_one_issue(flavour: Flavour) -> None:
    site = desk(10)
    site.add(issue(11, project="DSP"))
    with pull(site, flavour, projects=("DSD", "DSP")) as jira:
        jira.server.faults.add("change", on="/search", skip=1, do=lambda site: site.move("2", "DSP-900"))
        pulled = jira.walk()
    assert set(ids(pulled)) == set(all_ids(11))
    assert {one["key"] for one in pulled if one["id"] == "2"} == {"DSD-2", "DSP-900"}


@pytest.mark.parametrize("flavour", BOTH)
def test_issues_touched_at_every_request_do_not_keep_the_walk_running(flavour: Flavour) -> None:
    with pull(desk(10), flavour) as jira:
        jira.server.faults.add("change", on="/search", times=-1, do=lambda site: site.update("1", {}))
        assert set(ids(jira.walk())) == set(all_ids(10))
        assert len(jira.searches()) < 25


@pytest.mark.parametrize("flavour", BOTH)
def test_a_token_that_expires_in_the_middle_is_no_end_of_the_list(flavour: Flavour) -> None:
    with pull(desk(10), flavour) as jira:
        jira.source.site()
        jira.server.faults.add("anonymous", on="/search", skip=1, times=-1)
        jira.server.faults.add("anonymous", on="/myself", times=-1)
        pages = jira.source.walk(0)
        assert len(next(pages)) == 4
        with pytest.raises(SourceError, match="does not accept the user and token") as caught:
            next(pages)
    assert caught.value.status == 401


@pytest.mark.parametrize("flavour", BOTH)
def test_still_signed_in(flavour: Flavour) -> None:
    with pull(desk(1), flavour) as jira:
        jira.source.still_signed_in()
        jira.server.faults.add("anonymous", on="/myself")
        with pytest.raises(SourceError, match="does not accept"):
            jira.source.still_signed_in()


@pytest.mark.parametrize("flavour", BOTH)
def test_a_project_that_vanishes_between_two_pages_is_named(flavour: Flavour) -> None:
    with pull(desk(10), flavour) as jira:
        jira.server.faults.add("change", on="/search", skip=1, do=lambda site: site.hide_project("DSD"))
        with pytest.raises(SourceError, match=r"project DSD does not exist, or the account lacks .* Browse Projects"):
            jira.walk()
        assert jira.slept == []
