"""Waits are honoured in full and seen; what may pass is retried; what may not is one clear sentence."""

import pytest

from demo.shapes import Flavour
from etl.http import retry_after, span
from etl.sources.jira import SourceError
from tests.etl.jira_site import BOTH, TOKEN, all_ids, desk, ids, pull


@pytest.mark.parametrize("kind", ["429", "503"])
@pytest.mark.parametrize("flavour", BOTH)
def test_retry_after_is_honoured_in_full_and_announced(flavour: Flavour, kind: str) -> None:
    with pull(desk(10), flavour) as jira:
        jira.source.site()
        jira.server.faults.add(kind, on="/search", skip=1, value=7200)
        assert ids(jira.walk()) == all_ids(10)
        assert sum(jira.slept) == 7200
        assert max(jira.slept) <= 60
        assert jira.said[0].startswith(f"jira ({jira.server.url}): ")
        assert f"({kind}); waiting 2 h" in jira.said[0]
        assert len(jira.said) == 120
        assert (jira.source.stats.retries, jira.source.stats.waited_seconds) == (1, 7200)
        assert jira.source.stats.requests == len(jira.server.requests)


def test_retry_after_as_a_date_is_measured_by_the_clock_of_the_server() -> None:
    with pull(desk(1), "dc") as jira:
        jira.server.faults.add("429-date", on="/search", value=90)
        assert ids(jira.walk()) == ["1"]
        assert sum(jira.slept) in (89, 90, 91)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 30),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT", "Date": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0),
        ({"Retry-After": "Sat, 21 Nov 1990 10:00:30 GMT"}, 0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({"Retry-After": f"Sat, 21 Nov {'9' * 40} 10:00:30 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_server_that_asks_to_wait_for_ever_is_left() -> None:
    with pull(desk(1), "dc") as jira:
        jira.source.site()
        jira.server.faults.add("429", on="/search", times=-1, value=0)
        with pytest.raises(SourceError, match=r"too many requests \(429\), 50 times in a row") as caught:
            jira.walk()
    assert caught.value.status == 429


PASSING = ["429", "500", "502", "503", "504", "truncated", "short-json", "reset", "html", "bad-json"]


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("flavour", BOTH)
def test_what_passes_is_retried_and_nothing_is_lost(flavour: Flavour, kind: str) -> None:
    with pull(desk(6), flavour) as jira:
        jira.source.site()
        jira.server.faults.add(kind, on="/search", skip=1, times=2)
        assert ids(jira.walk()) == all_ids(6)
        assert jira.slept == [1.0, 2.0]
        assert jira.source.stats.retries == 2


def test_a_slow_answer_is_asked_for_again() -> None:
    with pull(desk(1), "dc", timeout=0.2) as jira:
        jira.server.faults.add("slow", on="/search", value=0.5)
        assert ids(jira.walk()) == ["1"]
        assert "no answer within 0.2 s; waiting 1 s" in jira.said[0]


def test_a_post_is_retried_too() -> None:
    with pull(desk(4, histories=60), "cloud") as jira:
        jira.server.faults.add("truncated", on="/changelog/bulkfetch")
        assert [len(one["changelog"]["histories"]) for one in jira.walk()] == [60] * 4


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("429", r"too many requests \(429\), 6 times in a row"),
        ("500", r"the server failed \(500\), 6 times in a row, for /rest/api/2/search\. Try again later"),
        ("truncated", "the connection broke, 6 times in a row"),
        ("reset", "the connection broke, 6 times in a row"),
        ("html", "a web page came instead of data, 6 times.*proxy or a single sign-on"),
        ("bad-json", "the answer is no JSON of the expected form"),
    ],
)
def test_what_does_not_pass_ends_in_one_sentence_after_bounded_tries(kind: str, sentence: str) -> None:
    with pull(desk(6), "dc") as jira:
        jira.source.site()
        jira.server.faults.add(kind, on="/search", skip=1, times=-1)
        pages = jira.source.walk(0)
        assert len(next(pages)) == 4
        with pytest.raises(SourceError, match=sentence) as caught:
            next(pages)
    assert jira.slept == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert "\n" not in str(caught.value)
    assert TOKEN not in str(caught.value) + " ".join(jira.said)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("401", r"does not accept the user and token, or no longer does \(401\)"),
        ("403", r"may not read /rest/api/2/search \(403\); it needs the permission Browse Projects in DSD"),
    ],
)
def test_refusals_are_not_retried(kind: str, sentence: str) -> None:
    with pull(desk(6), "dc") as jira:
        jira.server.faults.add(kind, on="/search", skip=1)
        with pytest.raises(SourceError, match=sentence):
            jira.walk()
    assert jira.slept == []


def test_a_jira_that_moved_to_cloud_under_the_pull_is_said() -> None:
    with pull(desk(1), "cloud") as jira:
        jira.server.rest.flavour = "dc"
        jira.source.site()
        jira.server.rest.flavour = "cloud"
        with pytest.raises(SourceError, match=r"has removed /rest/api/2/search \(410\)") as caught:
            jira.walk()
    assert caught.value.status == 410


def test_random_faults_lose_nothing() -> None:
    with pull(desk(40, histories=45, comments=25), "cloud") as jira:
        jira.server.faults.rate = 0.15
        pulled = jira.walk()
    assert ids(pulled) == all_ids(40)
    assert {len(one["changelog"]["histories"]) for one in pulled} == {45}
    assert jira.source.stats.retries > 0


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.5, "0.5 s"), (59, "59 s"), (60, "1 min"), (90, "1 min 30 s"), (7260, "2 h 1 min")]
)
def test_span(seconds: float, text: str) -> None:
    assert span(seconds) == text
