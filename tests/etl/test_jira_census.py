"""The census and the fetch by id: what is there, what is gone, and histories that grew without an update."""

import msgspec
import pytest

from demo.shapes import Flavour, Limits
from etl.sources.jira import SourceError
from tests.etl.jira_site import BOTH, all_ids, at, desk, issue, pull


@pytest.mark.parametrize("flavour", BOTH)
def test_headers_ask_for_updated_alone_and_name_every_issue(flavour: Flavour) -> None:
    with pull(desk(9), flavour, Limits(page=4)) as jira:
        headers = list(jira.source.headers(at(3), with_totals=False))
        search = jira.searches()[0]
    assert [header.id for header in headers] == all_ids(9)[2:]
    assert (headers[0].key, headers[0].updated, headers[0].history_total) == (
        "DSD-3",
        "2026-03-02T10:03:00.000+0000",
        None,
    )
    assert (search["fields"], "expand" in search, search["maxResults"]) == ("updated", False, "1000")


@pytest.mark.parametrize("flavour", BOTH)
def test_totals_show_history_that_moved_no_update(flavour: Flavour) -> None:
    site = desk(3, histories=50)
    entry = {**site.issues["2"]["changelog"]["histories"][0], "id": "99"}
    with pull(site, flavour) as jira:
        assert jira.headers(0, with_totals=True) == {"1": 50, "2": 50, "3": 50}
        site.append_history("2", entry, touch_updated=False)
        assert jira.headers(0, with_totals=True) == {"1": 50, "2": 51, "3": 50}


@pytest.mark.parametrize("flavour", BOTH)
def test_a_census_of_an_anonymous_account_is_an_error_and_not_an_empty_desk(flavour: Flavour) -> None:
    with pull(desk(3), flavour) as jira:
        jira.source.site()
        jira.server.faults.add("anonymous", times=-1)
        with pytest.raises(SourceError, match="does not accept"):
            jira.headers()


@pytest.mark.parametrize("flavour", BOTH)
def test_fetch_brings_whole_issues_and_names_those_that_are_gone(flavour: Flavour) -> None:
    site = desk(8, histories=120, comments=30)
    site.add(issue(9, project="DSP"))
    with pull(site, flavour) as jira:
        site.delete("3")
        site.move("4", "DSP-400")
        site.hide_project("DSP")
        texts, gone = jira.source.fetch(["2", "3", "4", "5"])
    whole = {one["id"]: one for one in map(msgspec.json.decode, texts)}
    assert (set(whole), gone) == ({"2", "5"}, {"3", "4"})
    assert len({entry["id"] for entry in whole["5"]["changelog"]["histories"]}) == 120
    assert len({comment["id"] for comment in whole["5"]["fields"]["comment"]["comments"]}) == 30


@pytest.mark.parametrize("flavour", BOTH)
def test_fetch_finds_what_search_does_not_know_yet(flavour: Flavour) -> None:
    site = desk(3)
    site.add(issue(4), indexed=False)
    with pull(site, flavour) as jira:
        texts, gone = jira.source.fetch(["4", "1"])
    assert (sorted(msgspec.json.decode(text)["id"] for text in texts), gone) == (["1", "4"], set())


def test_fetch_of_many_asks_many_at_once() -> None:
    with pull(desk(60), "dc") as jira:
        texts, gone = jira.source.fetch(all_ids(60))
        assert (len(texts), gone, len(jira.searches()), jira.count("/issue/")) == (60, set(), 2, 0)


@pytest.mark.parametrize("flavour", BOTH)
def test_nothing_is_gone_for_an_account_that_is_signed_out(flavour: Flavour) -> None:
    with pull(desk(3), flavour) as jira:
        jira.source.site()
        jira.server.faults.add("anonymous", times=-1)
        with pytest.raises(SourceError, match="does not accept"):
            jira.source.fetch(["1"])
