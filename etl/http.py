"""JSON over HTTP for the sources: visible waits, retries where they can help, and one clear sentence where not."""

import base64
import itertools
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import msgspec
import requests

from etl.rejected import UNREADABLE
from metrics.errors import ArbiterError

T = TypeVar("T")
# Says what an answer means to this kind of server if it is a refusal, else None: (status, headers, detail, path).
Explain = Callable[[int, Mapping[str, str], str, str], str | None]

_BACKOFF = (1.0, 2.0, 4.0, 8.0, 16.0)
_TRIES = len(_BACKOFF) + 1
_TRIES_OF_A_STRANGER = 3  # who never gave a good answer is rather a wrong address than a bad moment
_WAITS_ASKED_FOR = 50  # in a row: a server that names a time to come back and never keeps it
_SAY_EVERY = 60.0


class SourceError(ArbiterError):
    """A source could not be read. `status` is the HTTP status that said so, None where there was none."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Credentials:
    """Who asks: user and token, or a token alone, which are never shown; `variables`: how those of the environment begin
    that hold them."""

    user: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    variables: str = "ARBITER_<DESK>_<SOURCE>"


class HeaderAuth(requests.auth.AuthBase):
    """Signs in with this `Authorization`. In `auth`, not among the headers, or a .netrc file would replace it."""

    def __init__(self, authorization: str) -> None:
        self._authorization = authorization

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request, signed."""
        request.headers["Authorization"] = self._authorization
        return request


@dataclass
class Stats:
    """What a source has cost so far: requests sent (retries among them), retries, seconds spent waiting."""

    requests: int = 0
    retries: int = 0
    waited_seconds: float = 0.0


def say_on_stderr(text: str) -> None:
    """Where a source speaks if nobody else listens."""
    print(text, file=sys.stderr, flush=True)


class _Trouble(Exception):
    """A request that may well succeed if repeated. `wait`: seconds the server asked for, None: it did not say."""

    def __init__(self, what: str, status: int | None = None, wait: float | None = None, advice: str = "") -> None:
        super().__init__(what)
        self.status, self.wait, self.advice = status, wait, advice


class JsonClient:
    """Asks one server for JSON.

    `name` and `url` open every message; `explain` knows the server's own ways to refuse. The session brings
    sign-in, headers and certificates; how to wait and retry is decided here alone.
    """

    def __init__(
        self,
        session: requests.Session,
        name: str,
        url: str,
        credentials: Credentials,
        explain: Explain,
        *,
        timeout: float = 60,
        say: Callable[[str], None] = say_on_stderr,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.where = f"{name} ({self.url})"
        self.stats = Stats()
        self.say = say
        self._session, self._explain, self._timeout, self._sleep = session, explain, timeout, sleep
        self._secrets = _spellings(credentials)
        self._answered = False

    def get(
        self,
        path: str,
        kind: type[T],
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """The answer to a GET, decoded as `kind`; raises `SourceError`."""
        return self._ask("GET", path, kind, {"params": params or {}, "headers": headers or {}})

    def post(self, path: str, kind: type[T], body: Mapping[str, Any] | list[Any]) -> T:
        """The answer to a POST that only reads, decoded as `kind`; raises `SourceError`."""
        return self._ask("POST", path, kind, {"json": body})

    def error(self, sentence: str, status: int | None = None) -> SourceError:
        """A `SourceError` that opens with the source; secrets are struck out whatever the server echoed."""
        for secret in self._secrets:
            sentence = sentence.replace(secret, "***")
        return SourceError(f"{self.where}: {sentence}", status)

    def _ask(self, method: str, path: str, kind: type[T], sent: dict[str, Any]) -> T:
        failures = waits = 0
        while True:
            try:
                answer = self._once(method, path, kind, sent)
            except _Trouble as trouble:
                if trouble.wait is None:
                    failures += 1
                else:
                    waits += 1
                if failures >= (_TRIES if self._answered else _TRIES_OF_A_STRANGER) or waits >= _WAITS_ASKED_FOR:
                    raise self._give_up(trouble, path, failures + waits) from None
                self._wait(trouble.wait or _BACKOFF[max(failures, 1) - 1], str(trouble))
                self.stats.retries += 1
            else:
                self._answered = True
                return answer

    def _give_up(self, trouble: _Trouble, path: str, tries: int) -> SourceError:
        advice = trouble.advice or "Try again later; what was pulled before stays."
        return self.error(f"{trouble}, {tries} times in a row, for {path}. {advice}", trouble.status)

    def _wait(self, seconds: float, why: str) -> None:
        """Waits in full, and says so: at the start and then every minute."""
        self.say(f"{self.where}: {why}; waiting {span(seconds)}")
        left = seconds
        while left > 0:
            step = min(left, _SAY_EVERY)
            self._sleep(step)
            self.stats.waited_seconds += step
            left -= step
            if left > 0:
                self.say(f"{self.where}: {span(left)} left to wait")

    def _once(self, method: str, path: str, kind: type[T], sent: dict[str, Any]) -> T:
        self.stats.requests += 1
        response = self._exchange(method, path, sent)
        status, body = response.status_code, response.content
        if status in (408, 429) or status >= 500:
            wait = retry_after(response.headers)
            raise _Trouble(_BUSY.get(status, f"the server failed ({status})"), status, wait)
        refusal = self._explain(status, response.headers, said(body) if status >= 300 else "", path)
        if refusal or status >= 300:
            raise self.error(refusal or f"{path} was refused ({status}). {said(body)}".strip(), status)
        if body.lstrip()[:1] == b"<":
            raise _Trouble(
                "a web page came instead of data",
                advice="Check the address, and whether a proxy or a single sign-on stands before it.",
            )
        try:
            body.decode()  # what is kept as raw JSON is not looked into otherwise
            return msgspec.json.decode(body, type=kind)
        except UNREADABLE as error:
            raise _Trouble(f"the answer is no JSON of the expected form ({error})") from None

    def _exchange(self, method: str, path: str, sent: dict[str, Any]) -> requests.Response:
        try:
            # Not session.request: a subclass (the one of the jira package) retries, sleeps and raises in its own way.
            return requests.Session.request(self._session, method, self.url + path, timeout=self._timeout, **sent)
        except requests.exceptions.SSLError:
            raise self.error("its certificate cannot be verified; check the address and REQUESTS_CA_BUNDLE.") from None
        except requests.Timeout:
            raise _Trouble(f"no answer within {span(self._timeout)}") from None
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise _Trouble(_broken(error), advice="Check the address and the network.") from None
        except requests.exceptions.ContentDecodingError:
            raise _Trouble("the answer is garbled") from None
        except (requests.RequestException, ValueError) as error:
            raise self.error(_never_sent(error)) from None


_BUSY = {408: "the server timed out (408)", 429: "too many requests (429)", 503: "the server is busy (503)"}


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that `Retry-After` asks to wait, as a number or as a date; None if it does not say.

    A date is measured against the server's own `Date`, so that a wrong clock here does no harm.

    >>> retry_after({"Retry-After": "120"})
    120.0
    >>> retry_after({"Retry-After": "Sat, 21 Nov 2026 10:02:00 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"})
    120.0
    """
    text = (headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"\d{1,12}(\.\d+)?", text):  # more is no time to come back
        return float(text)
    until = _http_date(text)
    if until is None:
        return None
    now = _http_date(headers.get("Date") or "") or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0)


def said(body: bytes) -> str:
    """What a refusal says for itself, at most 300 characters on one line; empty for a web page."""
    try:
        answer = msgspec.json.decode(body)
    except UNREADABLE:
        return ""
    if not isinstance(answer, dict):
        return ""
    listed = answer.get("errorMessages")
    named = answer.get("errors")
    texts = itertools.chain(
        listed if isinstance(listed, list) else (),
        named.values() if isinstance(named, dict) else (),
        (answer.get(name) for name in ("errorMessage", "message", "error")),
    )
    return " ".join(" ".join(str(text) for text in texts if text).split())[:300]


def span(seconds: float) -> str:
    """A wait for people.

    >>> span(2.5), span(90), span(7500)
    ('2.5 s', '1 min 30 s', '2 h 5 min')
    """
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _spellings(credentials: Credentials) -> list[str]:
    """The token in every form in which it goes over the line."""
    if not credentials.token:
        return []
    basic = base64.b64encode(f"{credentials.user}:{credentials.token}".encode()).decode()
    return [basic, credentials.token]


def _never_sent(error: Exception) -> str:
    """Why there is no answer and will be none; `error` itself may show the token."""
    if isinstance(error, requests.TooManyRedirects):
        return "it leads from one address to the next without an end; does a single sign-on stand before it?"
    if isinstance(error, UnicodeEncodeError) or "Invalid header value" in str(error):
        return "the user or token has a character that none can have; copy it anew."
    return "this is not an address that can be asked; it has to be like https://host/path."


def _broken(error: Exception) -> str:
    text = str(error)
    if "NameResolution" in text or "getaddrinfo" in text:
        return "the host name is not known"
    if "refused" in text:
        return "nobody answers at this address and port"
    return "the connection broke"
