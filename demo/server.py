"""The simulated Jira on loopback: HTTP, credentials, the request log, and the faults."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import msgspec

from demo.browse import browse_page
from demo.faults import KINDS, Fault, Faults
from demo.rest import Call, Page, Rest, RestError
from demo.shapes import LIMITS, Flavour, Limits
from demo.site import JiraSite

_LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>%s</h1></body></html>"
_STATUS = {kind: int(kind[:3]) for kind in KINDS if kind[:3].isdecimal()}


@dataclass(frozen=True)
class Credentials:
    """What the server lets in: `user:token` as Basic on both flavours, `token` as Bearer on Data Center."""

    user: str = "arbiter@desp.example.org"
    token: str = "demo-token"


@dataclass(frozen=True)
class Request:
    """One line of the request log; `params` holds query and body in one."""

    method: str
    path: str
    params: dict[str, Any]
    status: int


class RunningServer:
    """A serving site: `url`, the log `requests`, and `stop()`. Also a context manager."""

    def __init__(
        self, site: JiraSite, flavour: Flavour, port: int, faults: Faults, credentials: Credentials, limits: Limits
    ) -> None:
        self.site, self.flavour, self.faults, self.credentials = site, flavour, faults, credentials
        self.requests: list[Request] = []
        self._last_page: list[str] = []
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.running = self
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.rest = Rest(site, flavour, limits, self.url)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops serving and frees the port."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def spoil(self, faults: list[Fault], page: Page, params: dict[str, Any]) -> None:
        """Does to a search page what the faults say, and remembers the page for the next duplicate."""
        for fault in faults:
            if fault.kind == "empty-page":
                page.ids = []
            elif fault.kind == "short-page":
                page.ids = page.ids[: int(fault.value or 1)]
            elif fault.kind == "duplicate-page":
                page.ids = list(self._last_page)
            elif fault.kind == "token-loop" and params.get("nextPageToken"):
                page.more |= {"nextPageToken": params["nextPageToken"], "isLast": False}
            elif fault.kind == "lost-token":
                page.more.pop("nextPageToken", None)
            elif fault.kind == "wrong-total":
                ends_at = page.more["startAt"] + len(page.ids)
                page.more["total"] = ends_at if fault.value is None else page.more["total"] - int(fault.value)
        self._last_page = list(page.ids)


def serve(
    site: JiraSite,
    flavour: Flavour = "dc",
    port: int = 0,
    faults: Faults | None = None,
    credentials: Credentials | None = None,
    limits: Limits | None = None,
) -> RunningServer:
    """Serves the site on 127.0.0.1 (port 0: any free one) until `stop()`; raises OSError if the port is taken."""
    return RunningServer(
        site, flavour, port, faults or Faults(), credentials or Credentials(), limits or LIMITS[flavour]
    )


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    running: RunningServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Http

    def do_GET(self) -> None:
        """Answers a GET: REST, or the page that a person would look at."""
        if self.path.startswith("/browse/"):
            issue = self.server.running.site.find(urlsplit(self.path).path.removeprefix("/browse/"))
            page = browse_page(issue) if issue else b"There is no such issue."
            self._send(200 if issue else 404, page, {"Content-Type": "text/html; charset=utf-8"})
        else:
            self._handle({})

    def do_POST(self) -> None:
        """Answers a POST; its JSON body counts as parameters."""
        length = int(self.headers.get("Content-Length") or 0)
        try:
            body = msgspec.json.decode(self.rfile.read(length) or b"{}")
        except msgspec.DecodeError:
            return self._send(400, _errors("The body is not JSON."))
        self._handle(body if isinstance(body, dict) else {})
        return None

    def log_message(self, *_: Any) -> None:
        """The log is `RunningServer.requests`."""

    def _handle(self, body: dict[str, Any]) -> None:
        running, parts = self.server.running, urlsplit(self.path)
        params = {name: ",".join(values) for name, values in parse_qs(parts.query).items()} | body
        faults = running.faults.strike(parts.path)
        for fault in faults:
            if fault.do:
                fault.do(running.site)
            if fault.kind == "slow":
                time.sleep(fault.value if fault.value is not None else 1.0)
        status, answer, headers = self._answer(parts.path, params, faults)
        running.requests.append(Request(self.command, parts.path, params, status))
        self._deliver(status, answer, headers, {fault.kind for fault in faults})

    def _answer(self, path: str, params: dict[str, Any], faults: list[Fault]) -> tuple[int, bytes, dict[str, str]]:
        for fault in faults:
            if fault.kind in _STATUS:
                return _refusal(fault)
        account = self._account()
        if account is None and not path.endswith("/serverInfo"):
            headers = {"WWW-Authenticate": "OAuth", "X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
            return 401, _errors("Client must be authenticated to access this resource."), headers
        named = {fault.kind for fault in faults}
        try:
            call = self._call(path, params, bool(account) and "anonymous" not in named, faults)
            answer = self.server.running.rest.answer(call)
        except RestError as error:
            return error.status, _errors(*error.messages), {}
        if "no-history" in named:
            answer = _without_history(answer)
        for edit in (fault.edit for fault in faults if fault.edit):
            answer = msgspec.json.encode(edit(msgspec.json.decode(answer)))
        return 200, answer, {}

    def _call(self, path: str, params: dict[str, Any], account: bool, faults: list[Fault]) -> Call:
        running = self.server.running
        experimental = self.headers.get("X-ExperimentalApi") == "opt-in"
        if path.startswith("/rest/servicedeskapi/"):
            return Call(self.command, "", path.removeprefix("/rest/"), params, account, experimental)
        parts = path.strip("/").split("/", 3)
        if len(parts) < 4 or parts[:2] != ["rest", "api"] or parts[2] not in ("2", "3", "latest"):
            raise RestError(404, f"There is no {path} here.")
        if parts[2] == "3" and running.flavour == "dc":
            raise RestError(404, f"null for uri: {path}")

        def spoil(page: Page, asked: dict[str, Any]) -> None:
            running.spoil(faults, page, asked)

        return Call(self.command, parts[2], parts[3], params, account, experimental, spoil)

    def _account(self) -> bool | None:
        """True: signed in; False: anonymous; None: wrong credentials."""
        sent, allowed = self.headers.get("Authorization"), self.server.running.credentials
        if not sent:
            return False
        scheme, _, secret = sent.partition(" ")
        basic = base64.b64encode(f"{allowed.user}:{allowed.token}".encode()).decode()
        if scheme == "Basic" and secret == basic:
            return True
        return True if scheme == "Bearer" and self.server.running.flavour == "dc" and secret == allowed.token else None

    def _deliver(self, status: int, answer: bytes, headers: dict[str, str], kinds: set[str]) -> None:
        if "reset" in kinds:
            return self._hang_up()
        if "html" in kinds:
            return self._send(200, _LOGIN_PAGE % b"Please log in", {"Content-Type": "text/html"})
        if "bad-json" in kinds:
            answer = b'{"issues": [}'
        if "short-json" in kinds:
            answer = answer[: len(answer) // 2]
        if "truncated" in kinds:
            self._send(status, answer[: len(answer) // 2], headers, length=len(answer))
            return self._hang_up()
        self._send(status, answer, headers)
        return None

    def _send(
        self, status: int, answer: bytes, headers: dict[str, str] | None = None, length: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json;charset=UTF-8"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer) if length is None else length))
        self.end_headers()
        self.wfile.write(answer)
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def _refusal(fault: Fault) -> tuple[int, bytes, dict[str, str]]:
    status = _STATUS[fault.kind]
    if fault.kind in ("502", "504"):
        return status, _LOGIN_PAGE % b"Bad gateway", {"Content-Type": "text/html"}
    headers = {}
    if fault.kind == "429-date":
        headers["Retry-After"] = format_datetime(datetime.now(UTC) + timedelta(seconds=fault.value or 1), usegmt=True)
    elif fault.value is not None:
        headers["Retry-After"] = f"{fault.value:g}"
    return (
        status,
        _errors({429: "Rate limit exceeded.", 401: "Unauthorized"}.get(status, "Internal server error")),
        headers,
    )


def _without_history(answer: bytes) -> bytes:
    body = msgspec.json.decode(answer)
    for issue in body.get("issues", [body]):
        if "changelog" in issue:
            issue["changelog"] = {"startAt": 0, "maxResults": 0, "total": 0, "histories": []}
    if "values" in body:
        body |= {"values": [], "total": 0, "isLast": True}
    return msgspec.json.encode(body)


def _errors(*messages: str) -> bytes:
    return msgspec.json.encode({"errorMessages": list(messages), "errors": {}})
