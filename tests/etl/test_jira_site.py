"""What the Jira source learns of a site, and what it says where it is not let in."""

import pytest

from demo.shapes import Flavour
from etl.sources.jira import Credentials, SourceError
from tests.etl.jira_site import BOTH, TOKEN, desk, pull


@pytest.mark.parametrize("flavour", BOTH)
def test_site_says_flavour_fields_statuses_projects_and_account(flavour: Flavour) -> None:
    with pull(desk(1), flavour) as jira:
        site = jira.source.site()
        assert (site.flavour, site.url) == (flavour, jira.server.url)
        assert [field["name"] for field in site.fields] == ["Service"]
        assert [status["name"] for status in site.statuses] == ["OPEN"]
        assert (site.projects_visible, site.projects_missing) == ({"DSD"}, {})
        assert (site.account, site.zone) == ("Arbiter (read only)", "UTC")


@pytest.mark.parametrize("flavour", BOTH)
def test_a_field_without_an_id_is_said(flavour: Flavour) -> None:
    with pull(desk(1), flavour) as jira:
        jira.server.site.fields.append({"name": "Service Provider"})
        with pytest.raises(SourceError, match=r"missing required field `id` - at `\$\[1\]`.*/field\."):
            jira.source.site()


@pytest.mark.parametrize("flavour", BOTH)
def test_a_project_that_is_not_visible_is_named_and_left_out_of_the_query(flavour: Flavour) -> None:
    with pull(desk(2), flavour, projects=("DSD", "DSEC")) as jira:
        assert jira.source.site().projects_missing == {
            "DSEC": "project DSEC does not exist, or the account lacks the permission Browse Projects in it "
            "(account: Arbiter (read only))"
        }
        assert len(jira.walk()) == 2
        assert all("DSEC" not in search["jql"] for search in jira.searches())


def test_no_visible_project_is_an_error_and_not_an_empty_pull() -> None:
    with (
        pull(desk(1), "dc", projects=("DSEC",)) as jira,
        pytest.raises(SourceError, match=r"nothing to pull: project DSEC"),
    ):
        jira.walk()


@pytest.mark.parametrize("flavour", BOTH)
def test_a_wrong_token_is_one_sentence_without_the_token(flavour: Flavour) -> None:
    wrong = Credentials("bot@example.org", "wr0ng-t0ken")
    with pull(desk(1), flavour, credentials=wrong) as jira, pytest.raises(SourceError) as caught:
        jira.source.site()
    assert caught.value.status == 401
    assert "does not accept the user and token" in str(caught.value)
    assert "wr0ng" not in str(caught.value)
    assert jira.slept == []


def test_no_token_at_all_says_where_to_put_it() -> None:
    with pull(desk(1), "cloud", credentials=Credentials()) as jira, pytest.raises(SourceError, match="no token is set"):
        jira.source.site()


def test_data_center_takes_a_user_and_password_too() -> None:
    with pull(desk(1), "dc", credentials=Credentials("bot@example.org", TOKEN)) as jira:
        assert jira.source.site().projects_visible == {"DSD"}


def test_an_address_without_a_jira_is_said_at_once() -> None:
    with pull(desk(1), "dc") as jira:
        jira.server.url += "/wrong"
        other = type(jira)(jira.server)
        with pytest.raises(SourceError, match="no Jira at this address"):
            other.source.site()


def test_an_address_where_nobody_answers_is_tried_three_times() -> None:
    with pull(desk(1), "dc") as jira:
        pass
    with pytest.raises(SourceError, match="nobody answers at this address and port, 3 times in a row"):
        jira.source.site()
    assert jira.slept == [1.0, 2.0]


def test_an_address_that_is_none_or_where_nobody_is() -> None:
    with pull(desk(1), "dc") as jira:
        jira.server.url = "jira.example.org"
        with pytest.raises(SourceError, match="not an address"):
            type(jira)(jira.server).source.site()
        jira.server.url = "http://127.0.0.1:9"
        with pytest.raises(SourceError, match=r"^jira \(http://127.0.0.1:9\): nobody answers"):
            type(jira)(jira.server).source.site()
