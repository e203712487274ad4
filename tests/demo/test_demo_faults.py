"""The simulated Jira misbehaves when, where and as often as it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from demo.faults import Faults
from demo.server import RunningServer, serve
from demo.site import JiraSite
from tests.demo.test_demo_server import WALK, Client

Serve = Callable[..., Client]


@pytest.fixture
def serving(small_desk: JiraSite) -> Iterator[Serve]:
    """Serves a copy of the desk and gives a client for it."""
    running: list[RunningServer] = []

    def start(flavour: str = "dc") -> Client:
        running.append(serve(small_desk.copy(), flavour))  # type: ignore[arg-type]
        return Client(running[-1])

    yield start
    for server in running:
        server.stop()


@pytest.mark.parametrize("kind", ["401", "403", "429", "500", "502", "503", "504"])
def test_refusals_strike_as_often_as_planned(serving: Serve, kind: str) -> None:
    client = serving()
    fault = client.server.faults.add(kind, on="/search", skip=1, times=2, value=7)
    answers = [client.get("search", jql=WALK, maxResults=1) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, int(kind), int(kind), 200]
    assert fault.struck == 2
    if kind in ("429", "503"):
        assert answers[1].headers["Retry-After"] == "7"
    assert client.get("myself").status_code == 200


def test_retry_after_as_a_date(serving: Serve) -> None:
    client = serving()
    client.server.faults.add("429-date", value=3)
    assert client.get("myself").headers["Retry-After"].endswith("GMT")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("truncated", (requests.exceptions.ChunkedEncodingError, requests.ConnectionError)),
        ("reset", requests.ConnectionError),
        ("short-json", requests.exceptions.JSONDecodeError),
        ("bad-json", requests.exceptions.JSONDecodeError),
        ("html", requests.exceptions.JSONDecodeError),
    ],
)
def test_broken_answers(serving: Serve, kind: str, error: type[Exception]) -> None:
    client = serving()
    client.server.faults.add(kind, on="/field")
    with pytest.raises(error):
        client.get("field").json()
    assert client.json("field")


def test_slow(serving: Serve) -> None:
    client = serving()
    client.server.faults.add("slow", value=0.6)
    with pytest.raises(requests.Timeout):
        client.http.get(client.base + "myself", timeout=0.2)


def test_anonymous_answers_are_empty_and_fine(serving: Serve) -> None:
    client = serving()
    client.server.faults.add("anonymous", on="/search")
    assert client.json("search", jql=WALK)["total"] == 0
    assert client.json("search", jql=WALK)["total"] > 0


def test_pages_that_repeat_end_early_or_lie(serving: Serve) -> None:
    client = serving()
    add = client.server.faults.add
    add("duplicate-page", on="/search", skip=1)
    pages = [client.json("search", jql=WALK, maxResults=10, startAt=start, fields="id") for start in (0, 10, 20)]
    assert pages[1]["issues"] == pages[0]["issues"] != pages[2]["issues"]
    add("empty-page", on="/search")
    assert client.json("search", jql=WALK, maxResults=10)["issues"] == []
    add("short-page", on="/search", value=3)
    assert len(client.json("search", jql=WALK, maxResults=10)["issues"]) == 3
    add("wrong-total", on="/search")
    assert client.json("search", jql=WALK, maxResults=10)["total"] == 10


def test_cloud_tokens_that_loop_or_vanish(serving: Serve) -> None:
    client = serving("cloud")
    first = client.json("search/jql", jql=WALK, maxResults=10)
    client.server.faults.add("token-loop", on="/search/jql")
    looped = client.json("search/jql", jql=WALK, maxResults=10, nextPageToken=first["nextPageToken"])
    assert looped["nextPageToken"] == first["nextPageToken"]
    client.server.faults.add("lost-token", on="/search/jql")
    assert "nextPageToken" not in client.json("search/jql", jql=WALK, maxResults=10)


def test_an_endpoint_without_history(serving: Serve) -> None:
    client = serving()
    client.server.faults.add("no-history", on="/search")
    page = client.json("search", jql=WALK, expand="changelog")
    assert all(issue["changelog"]["total"] == 0 for issue in page["issues"])
    again = client.json("search", jql=WALK, expand="changelog")
    assert any(issue["changelog"]["total"] for issue in again["issues"])


def test_an_answer_can_be_edited(serving: Serve) -> None:
    client = serving()
    client.server.faults.add("edited", on="/search", edit=lambda page: page | {"total": "many"})
    assert client.json("search", jql=WALK)["total"] == "many"
    assert client.json("search", jql=WALK)["total"] > 0


def test_an_issue_deleted_between_two_pages_shifts_the_rest(serving: Serve) -> None:
    client = serving()
    first = client.json("search", jql=WALK, maxResults=10, fields="id")
    gone = first["issues"][0]["id"]
    expected = client.json("search", jql=WALK, maxResults=10, startAt=10, fields="id")["issues"]
    client.server.faults.add("change", on="/search", do=lambda site: site.delete(gone))
    second = client.json("search", jql=WALK, maxResults=10, startAt=10, fields="id")["issues"]
    assert second[0] == expected[1]


def test_a_late_indexed_issue_is_read_but_not_found(serving: Serve) -> None:
    client = serving()
    site = client.server.site
    issue = next(iter(site.issues.values()))
    site.delete(issue["id"])
    site.add(issue, indexed=False)
    assert client.json("search", jql=f"id in ({issue['id']})")["total"] == 0
    assert client.json(f"issue/{issue['id']}")["key"] == issue["key"]
    site.index(issue["id"])
    assert client.json("search", jql=f"id in ({issue['id']})")["total"] == 1


def test_faults_from_text() -> None:
    faults = Faults.parse("429=30@/search*2+5, reset, 5%")
    first, second = faults.planned
    assert (first.kind, first.value, first.on, first.times, first.skip) == ("429", 30, "/search", 2, 5)
    assert (second.kind, second.times, faults.rate) == ("reset", 1, 0.05)
    with pytest.raises(ValueError, match="There is no fault 'flood'"):
        Faults.parse("flood")


def test_faults_at_random_are_the_same_for_the_same_seed() -> None:
    def struck() -> list[str]:
        faults = Faults(rate=0.3, seed=3)
        return [fault.kind for _ in range(50) for fault in faults.strike("/x")]

    assert struck() == struck()
    assert 5 < len(struck()) < 25
