"""Answers that only a broken or unusual server gives, over a bare one that says what it is told."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import msgspec
import pytest
import requests

from etl.http import Credentials, JsonClient, SourceError
from etl.sources.jira import JiraSource
from etl.sources.jira_walk import Found, Page, by_offset, by_token, read
from tests.etl.jira_site import TOKEN

DEEP = b"[" * 100_000 + b"]" * 100_000


def _unheard(text: str) -> None:
    """Nobody listens."""


def _no_sleep(seconds: float) -> None:
    """Time is not spent."""


@contextmanager
def answering(body: bytes, headers: Iterable[tuple[str, str]] = (), status: int = 200) -> Iterator[str]:
    """A server that answers every request with this; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in [("Content-Length", str(len(body))), *headers]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def refusal(body: bytes, **answer: Any) -> str:
    """What the source says when the server answers so."""
    with answering(body, **answer) as url:
        source = JiraSource("jira", url, ["DSD"], Credentials("", TOKEN), say=_unheard, sleep=_no_sleep)
        with pytest.raises(SourceError) as caught:
            source.site()
    return str(caught.value)


def test_a_secret_that_the_server_echoes_is_struck_out() -> None:
    text = refusal(msgspec.json.encode({"errorMessages": [f"no right for Bearer {TOKEN}\n!"]}), status=400)
    assert text.endswith("Jira says: no right for Bearer *** !")


def test_a_200_for_an_anonymous_caller_is_told_by_its_header() -> None:
    headers = [("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")]
    assert "does not accept the user and token" in refusal(b"{}", headers=headers)
    known = [*headers, ("X-AUSERNAME", "bot")]
    assert "does not accept the user and token" in refusal(b"{}", headers=known)  # by /myself, which names nobody


def test_a_captcha_is_told() -> None:
    headers = [("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=http://jira/login.jsp")]
    assert "wants a CAPTCHA" in refusal(b"{}", headers=headers, status=403)


@pytest.mark.parametrize("body", [b'{"displayName": "\xff\xfe"}', b"[1, 2]", b"", DEEP])
def test_an_answer_that_is_no_json_object_is_refused(body: bytes) -> None:
    assert "the answer is no JSON of the expected form" in refusal(body)


def test_a_refusal_that_cannot_be_read_is_a_refusal() -> None:
    assert refusal(DEEP, status=400).endswith("Jira refuses the query to /rest/api/2/serverInfo (400).")


def test_text_that_is_not_utf8_is_refused_even_inside_an_issue() -> None:
    with answering(b'{"issues": [{"id": "\xff"}]}') as url:
        client = JsonClient(requests.Session(), "x", url, Credentials(), lambda *_: None, say=_unheard, sleep=_no_sleep)
        with pytest.raises(SourceError, match="no JSON of the expected form"):
            client.get("/", dict[str, msgspec.Raw])


def test_a_redirect_that_leads_nowhere_is_no_crash() -> None:
    assert "not an address that can be asked" in refusal(b"", headers=[("Location", "http://[::1")], status=302)
    circle = [("Location", "/rest/api/2/serverInfo")]
    assert "from one address to the next without an end" in refusal(b"", headers=circle, status=302)


@pytest.mark.parametrize("user", ["", "bot@example.org"])
def test_a_token_that_no_header_can_carry_is_not_the_fault_of_the_address(user: str) -> None:
    with answering(b"{}") as url, pytest.raises(SourceError, match="the user or token has a character") as caught:
        JiraSource("jira", url, ["DSD"], Credentials(user, f"{TOKEN}…"), say=_unheard, sleep=_no_sleep).site()
    assert TOKEN not in str(caught.value)


def issue(number: int, updated: int) -> Found:
    """An issue as a page holds it, with the time that it shows."""
    text = {
        "id": str(number),
        "key": f"DSD-{number}",
        "fields": {"updated": f"2026-03-02T10:{updated:02d}:00.000+0000"},
    }
    return read(msgspec.json.encode(text))


def listed(pages: Iterable[list[Found]]) -> list[str]:
    return [issue.id for page in pages for issue in page]


def test_an_issue_that_shows_a_later_time_than_it_was_sorted_by_hides_no_other() -> None:
    base = 1772445600000  # 10:00, minute 0
    shown = {1: 1, 2: 2, 3: 3, 4: 59, 5: 5, 6: 6}

    def breaking_off(since: int, token: str | None) -> Page:
        due = [number for number in range(1, 7) if base + number * 60_000 >= since]
        return Page([issue(number, shown[number]) for number in due[:4]], 4, last=len(due) <= 4)

    assert set(listed(by_token(breaking_off, 0, print))) == {"1", "2", "3", "4", "5", "6"}


def test_a_search_without_a_last_page_ends_though_an_issue_changes_all_the_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[int] = []

    def search(since: int, token: str | None) -> Page:
        asked.append(since)
        return Page([issue(1, len(asked))], 4)

    assert len(listed(by_token(search, 0, print))) < 10
    assert capsys.readouterr().out == ""


def test_one_page_for_ever_ends_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    page = Page([issue(number, 1) for number in range(4)], 4, token="same", last=False, total=100)
    for pages in (by_token(lambda *_: page, 0, print), by_offset(lambda *_: page, 0, print)):
        assert listed(pages) == ["0", "1", "2", "3"]
        assert "repeats itself or breaks off" in capsys.readouterr().out


def test_a_full_page_in_one_second_that_breaks_off_ends_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    page = Page([issue(number, 1) for number in range(4)], 4, last=False)
    assert len(listed(by_token(lambda *_: page, 1772445660000, print))) == 4
    assert "breaks off" in capsys.readouterr().out


def test_an_issue_without_a_readable_time_is_handed_on() -> None:
    text = msgspec.json.encode({"id": "1", "key": "DSD-1", "fields": {"updated": "yesterday", "created": None}})
    assert listed(by_token(lambda *_: Page([read(text)], 4, last=False), 0, print)) == ["1"]
