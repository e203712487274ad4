"""What the simulated Jira answers, in both flavours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from demo.jira_time import parse_instant, to_millis
from demo.server import Credentials, RunningServer, serve
from demo.shapes import LIMITS, Flavour, Limits
from demo.site import JiraSite

WALK = "project in (DSD,DSP,DPM,DEMS,DCMS,DSEC,DC) and updated >= 0 order by updated asc, id asc"
ME = Credentials()


class Client:
    """A few lines of client: no library of ours stands between the test and the wire."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.http = requests.Session()
        if server.flavour == "cloud":
            self.http.auth = (ME.user, ME.token)
        else:
            self.http.headers["Authorization"] = f"Bearer {ME.token}"
        self.base = f"{server.url}/rest/api/{'3' if server.flavour == 'cloud' else '2'}/"

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.http.get(self.base + path, params=params, timeout=10)

    def json(self, path: str, **params: Any) -> Any:
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def pages(self, **params: Any) -> Iterator[dict[str, Any]]:
        params = {"jql": WALK, "fields": "*all", "expand": "changelog", "maxResults": 100} | params
        while True:
            page = self.json("search/jql" if self.server.flavour == "cloud" else "search", **params)
            yield page
            if self.server.flavour == "cloud":
                if "nextPageToken" not in page:
                    return
                params["nextPageToken"] = page["nextPageToken"]
            else:
                params["startAt"] = page["startAt"] + len(page["issues"])
                if params["startAt"] >= page["total"]:
                    return


@pytest.fixture
def site(small_desk: JiraSite) -> JiraSite:
    return small_desk


@pytest.fixture
def dc(site: JiraSite) -> Iterator[Client]:
    with serve(site, "dc") as server:
        yield Client(server)


@pytest.fixture
def cloud(site: JiraSite) -> Iterator[Client]:
    with serve(site, "cloud") as server:
        yield Client(server)


@pytest.fixture(params=["dc", "cloud"])
def either(request: pytest.FixtureRequest) -> Client:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def longest(site: JiraSite) -> dict[str, Any]:
    return max(site.issues.values(), key=lambda issue: issue["changelog"]["total"])


def test_which_flavour_it_is(dc: Client, cloud: Client) -> None:
    assert dc.json("serverInfo")["deploymentType"] == "Server"
    assert cloud.json("serverInfo")["deploymentType"] == "Cloud"


def test_a_walk_finds_every_issue_once_oldest_first(either: Client, site: JiraSite) -> None:
    issues = [issue for page in either.pages() for issue in page["issues"]]
    assert {issue["id"] for issue in issues} == set(site.issues)
    assert len(issues) == len(site.issues)
    updates = [to_millis(issue["fields"]["updated"]) for issue in issues]
    assert updates == sorted(updates)


def test_a_walk_can_begin_at_a_millisecond(either: Client, site: JiraSite) -> None:
    updates = sorted(to_millis(issue["fields"]["updated"]) for issue in site.issues.values())
    since = updates[-20]
    jql = f"project in (DSD,DSP,DPM,DEMS,DCMS,DSEC,DC) and updated >= {since} order by updated asc"
    assert sum(len(page["issues"]) for page in either.pages(jql=jql)) == 20


def test_search_cuts_long_histories_and_loses_the_oldest(either: Client, site: JiraSite) -> None:
    issue = longest(site)
    most = LIMITS[either.server.flavour].search_histories or 0
    assert issue["changelog"]["total"] > most
    (page,) = either.pages(jql=f"id in ({issue['id']})")
    log = page["issues"][0]["changelog"]
    assert (len(log["histories"]), log["total"]) == (most, issue["changelog"]["total"])
    kept = {entry["id"] for entry in log["histories"]}
    assert kept == {entry["id"] for entry in issue["changelog"]["histories"][-most:]}


def test_cloud_gives_the_rest_by_pages_and_in_bulk(cloud: Client, site: JiraSite) -> None:
    issue = longest(site)
    total = issue["changelog"]["total"]
    first = cloud.json(f"issue/{issue['id']}/changelog", maxResults=60)
    second = cloud.json(f"issue/{issue['id']}/changelog", startAt=60)
    assert (first["isLast"], second["isLast"]) == (False, second["startAt"] + len(second["values"]) >= total)
    assert [entry["id"] for entry in (first["values"] + second["values"])][:total] == [
        entry["id"] for entry in issue["changelog"]["histories"]
    ][: 60 + len(second["values"])]
    body = {"issueIdsOrKeys": [issue["key"]], "maxResults": 1000}
    (log,) = cloud.http.post(cloud.base + "changelog/bulkfetch", json=body, timeout=10).json()["issueChangeLogs"]
    assert (log["issueId"], len(log["changeHistories"])) == (issue["id"], total)
    assert log["changeHistories"][0]["created"] == to_millis(issue["changelog"]["histories"][0]["created"])


def test_data_center_gives_the_whole_history_with_the_issue(dc: Client, site: JiraSite) -> None:
    issue = longest(site)
    assert dc.get(f"issue/{issue['id']}/changelog").status_code == 404
    read = dc.json(f"issue/{issue['id']}", expand="changelog")
    assert read["changelog"] == issue["changelog"]
    assert read["fields"] == issue["fields"]


def test_comments_are_cut_by_cloud_and_paged_by_both(either: Client, site: JiraSite) -> None:
    issue = max(site.issues.values(), key=lambda issue: issue["fields"]["comment"]["total"])
    total = issue["fields"]["comment"]["total"]
    (page,) = either.pages(jql=f"id in ({issue['id']})")
    shown = page["issues"][0]["fields"]["comment"]
    assert (len(shown["comments"]), shown["total"]) == (20 if either.server.flavour == "cloud" else total, total)
    rest = either.json(f"issue/{issue['id']}/comment", startAt=20, maxResults=100)
    assert (len(rest["comments"]), rest["total"]) == (total - 20, total)


def test_people(dc: Client, cloud: Client, site: JiraSite) -> None:
    issue = next(issue for issue in site.issues.values() if issue["fields"]["assignee"])
    on_dc = dc.json(f"issue/{issue['id']}")["fields"]["assignee"]
    on_cloud = cloud.json(f"issue/{issue['id']}")["fields"]["assignee"]
    assert on_dc["name"] and "@" in on_dc["emailAddress"]
    assert on_cloud["accountId"] and not {"name", "key", "emailAddress"} & set(on_cloud)
    assert on_dc["displayName"] == on_cloud["displayName"]
    log = cloud.json(f"issue/{issue['id']}/changelog")["values"]
    items = [item for entry in log for item in entry["items"]]
    assert all("fieldId" in item for item in items)
    assert on_cloud["accountId"] in {item["to"] for item in items if item["field"] == "assignee"}


def test_cloud_writes_text_as_documents_and_says_which_comments_are_public(cloud: Client, site: JiraSite) -> None:
    issue = next(issue for issue in site.issues.values() if issue["fields"]["comment"]["total"])
    fields = cloud.json(f"issue/{issue['id']}")["fields"]
    assert fields["description"]["type"] == fields["comment"]["comments"][0]["body"]["type"] == "doc"
    assert isinstance(fields["comment"]["comments"][0]["jsdPublic"], bool)


def test_pages_have_caps(either: Client) -> None:
    page = next(either.pages(maxResults=5000))
    assert len(page["issues"]) == (100 if either.server.flavour == "cloud" else len(either.server.site.issues))
    ids = next(either.pages(maxResults=5000, fields="id", expand=""))
    assert len(ids["issues"]) == len(either.server.site.issues)
    assert "changelog" not in ids["issues"][0]


def test_the_old_search_is_gone_from_cloud(cloud: Client) -> None:
    assert cloud.get("search", jql=WALK).status_code == 410
    assert cloud.http.get(f"{cloud.server.url}/rest/api/2/search", timeout=10).status_code == 410


def test_unknown_and_hidden_projects(either: Client) -> None:
    path = "search/jql" if either.server.flavour == "cloud" else "search"
    answer = either.get(path, jql="project in (DSD, NOPE)")
    assert answer.status_code == 400
    assert answer.json()["errorMessages"] == ["The value 'NOPE' does not exist for the field 'project'."]
    site = either.server.site
    site.hide_project("DSEC")
    try:
        assert either.get(path, jql=WALK).status_code == 400
        hidden = next(issue for issue in site.issues.values() if issue["key"].startswith("DSEC-"))
        assert either.get(f"issue/{hidden['id']}").status_code == 404
        assert either.get("mypermissions", projectKey="DSEC").status_code == 404
    finally:
        site.show_project("DSEC")
    assert either.json("mypermissions", projectKey="DSEC")["permissions"]["BROWSE_PROJECTS"]["havePermission"]


def test_projects(dc: Client, cloud: Client) -> None:
    listed = [project["key"] for project in dc.json("project")]
    assert listed == sorted(listed) and len(listed) == 7
    assert [project["key"] for project in cloud.json("project/search")["values"]] == listed
    assert dc.json("project/DSD")["name"] == "DESP Service Desk"


def test_anonymous_searches_find_nothing_without_an_error(either: Client) -> None:
    either.http.auth, either.http.headers = None, {}  # type: ignore[assignment]
    assert [page["issues"] for page in either.pages()] == [[]]
    assert either.get("myself").status_code == 401


def test_wrong_credentials(either: Client) -> None:
    either.http.headers.pop("Authorization", None)
    either.http.auth = ("somebody@example.org", "wrong")
    assert either.get("myself").status_code == 401
    assert next(iter([either.get("search").status_code])) in (401,)
    assert either.json("serverInfo")


def test_basic_works_on_data_center_too(dc: Client) -> None:
    del dc.http.headers["Authorization"]
    dc.http.auth = (ME.user, ME.token)
    assert dc.json("myself")["displayName"]


def test_names_and_fields(dc: Client, site: JiraSite) -> None:
    names = {field["id"]: field["name"] for field in dc.json("field")}
    assert "Original Estimation" in names.values()
    page = next(dc.pages(expand="names,changelog", fields="summary,customfield_10206", maxResults=1))
    assert page["names"] == names
    assert set(page["issues"][0]["fields"]) == {"summary", "customfield_10206"}
    assert {status["name"] for status in dc.json("status")} >= {"OPEN", "ON GOING", "CLOSED"}


def test_the_request_log(dc: Client) -> None:
    dc.get("search", jql="project in (DSD)", maxResults=1)
    line = dc.server.requests[-1]
    assert (line.method, line.path, line.status) == ("GET", "/rest/api/2/search", 200)
    assert line.params["jql"] == "project in (DSD)"


def test_smaller_limits_can_be_asked_for(site: JiraSite) -> None:
    with serve(site, "dc", limits=Limits(page=7, search_histories=2)) as server:
        page = next(Client(server).pages())
        assert len(page["issues"]) == 7
        assert max(len(issue["changelog"]["histories"]) for issue in page["issues"]) == 2


def test_what_happens_to_a_site_shows_at_once(small_desk: JiraSite) -> None:
    site = small_desk.copy()
    with serve(site, "dc") as server:
        client = Client(server)
        issue = next(issue for issue in site.issues.values() if issue["key"].startswith("DSP-"))
        issue_id, old_key, before = issue["id"], issue["key"], parse_instant(issue["fields"]["updated"])
        site.move(issue_id, "DPM-9999")
        moved = client.json(f"issue/{old_key}", expand="changelog")
        assert (moved["id"], moved["key"]) == (issue_id, "DPM-9999")
        assert moved["changelog"]["histories"][-1]["items"][-1]["toString"] == "DPM-9999"
        assert parse_instant(moved["fields"]["updated"]) > before
        site.append_history(issue_id, {"id": "1", "created": issue["fields"]["created"], "items": []}, False)
        assert client.json(f"issue/{issue_id}")["fields"]["updated"] == moved["fields"]["updated"]
        at = parse_instant(moved["fields"]["updated"]) + timedelta(days=1)
        site.update(issue_id, {"summary": "new"}, at=at)
        assert client.json(f"issue/{issue_id}")["fields"]["summary"] == "new"
        site.delete(issue_id)
        assert client.get(f"issue/{issue_id}").status_code == 404
        assert client.get("search", jql=f"id in ({issue_id})").status_code == 400
        assert client.json("search", jql=f"id in ({issue_id})", validateQuery="warn")["total"] == 0


# Service Management


@pytest.mark.parametrize("flavour", ["dc", "cloud"])
def test_feedback_has_a_rating_and_no_date(site: JiraSite, flavour: Flavour) -> None:
    rated, rating = next(iter(site.ratings.items()))
    silent = next(id_ for id_ in site.issues if id_ not in site.ratings)
    opt_in = {"X-ExperimentalApi": "opt-in"}
    with serve(site, flavour) as server:
        client = Client(server)

        def ask(path: str, headers: dict[str, str]) -> requests.Response:
            return client.http.get(f"{server.url}/rest/servicedeskapi/{path}", headers=headers, timeout=10)

        answer = ask(f"request/{rated}/feedback", opt_in).json()
        assert (answer["type"], answer["rating"], set(answer)) == ("csat", rating, {"type", "rating", "comment"})
        assert ask(f"request/{rated}/feedback", {}).status_code == 412
        assert ask(f"request/{silent}/feedback", opt_in).status_code == 404
        assert ask("info", {}).json()["isLicensedForUse"]
