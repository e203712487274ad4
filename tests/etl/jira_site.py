"""A small Jira to pull from, with as many history entries and comments as a test wants, and a source on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from demo.jira_time import format_instant
from demo.server import Credentials as Allowed
from demo.server import RunningServer, serve
from demo.shapes import Flavour, Limits
from demo.site import JiraSite
from etl.sources.jira import Credentials, JiraSource

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOTH: tuple[Flavour, ...] = ("dc", "cloud")
TOKEN = "s3cret-t0ken"
_FIELDS = [{"id": "customfield_10001", "name": "Service", "custom": True}]
_STATUSES = [{"id": "1", "name": "OPEN"}]
_ANNA = {"name": "anna", "key": "anna", "displayName": "Anna", "emailAddress": "anna@example.org", "active": True}


class Pull:
    """A source on a server, and what it said and how long it slept."""

    def __init__(self, server: RunningServer, projects: tuple[str, ...] = ("DSD",), **options: Any) -> None:
        self.server, self.said, self.slept = server, list[str](), list[float]()
        user = "bot@example.org" if server.flavour == "cloud" else ""
        credentials = options.pop("credentials", Credentials(user, TOKEN))
        options = {"page_size": 4, "timeout": 5} | options
        self.source = JiraSource(
            "jira", server.url, list(projects), credentials, say=self.said.append, sleep=self.slept.append, **options
        )

    def walk(self, since_ms: int = 0) -> list[dict[str, Any]]:
        """The issues of a walk, in its order."""
        return [msgspec.json.decode(text) for page in self.source.walk(since_ms) for text in page]

    def headers(self, since_ms: int = 0, with_totals: bool = False) -> dict[str, int | None]:
        """Ids of the census, with history totals."""
        return {header.id: header.history_total for header in self.source.headers(since_ms, with_totals)}

    def searches(self) -> list[dict[str, Any]]:
        """The parameters of the searches that the server answered or refused."""
        return [request.params for request in self.server.requests if "/search" in request.path]

    def count(self, path: str) -> int:
        """How many requests the server had whose path holds `path`."""
        return sum(path in request.path for request in self.server.requests)


@contextmanager
def pull(site: JiraSite, flavour: Flavour, limits: Limits | None = None, **options: Any) -> Iterator[Pull]:
    """A pull from the site over HTTP; misbehaviour is planned by `pull.server.faults.add(…)`."""
    allowed = Allowed("bot@example.org", TOKEN)
    with serve(site, flavour, credentials=allowed, limits=limits) as server:
        yield Pull(server, **options)


def desk(count: int = 10, histories: int = 1, comments: int = 0, project: str = "DSD") -> JiraSite:
    """A site whose issue `n` (from 1) was created n minutes after `START` and last changed an hour later."""
    site = JiraSite(_FIELDS, _STATUSES, [_project(project)])
    for number in range(1, count + 1):
        site.add(issue(number, histories, comments, project))
    return site


def issue(number: int, histories: int = 1, comments: int = 0, project: str = "DSD") -> dict[str, Any]:
    """A whole issue; its history entries are numbered `number` * 1000 on, a second apart."""
    created = START + timedelta(minutes=number)
    updated = created + timedelta(hours=1)
    entries = [_entry(number * 1000 + n, created + timedelta(seconds=n + 1)) for n in range(histories)]
    said = [_comment(number * 1000 + n, created + timedelta(seconds=n + 1)) for n in range(comments)]
    return {
        "id": str(number), "key": f"{project}-{number}", "self": f"http://jira/{number}",
        "fields": {
            "summary": f"Number {number}", "project": _project(project), "status": {"id": "1", "name": "OPEN"},
            "issuetype": {"id": "1", "name": "Anomaly"}, "reporter": _ANNA, "assignee": None,
            "created": format_instant(created), "updated": format_instant(updated),
            "description": None, "customfield_10001": {"id": "7", "value": "Data Lake"},
            "comment": {"comments": said, "total": len(said), "maxResults": len(said), "startAt": 0},
        },
        "changelog": {"startAt": 0, "maxResults": len(entries), "total": len(entries), "histories": entries},
    }  # fmt: skip


def ids(issues: list[dict[str, Any]]) -> list[str]:
    """Their ids."""
    return [issue["id"] for issue in issues]


def all_ids(count: int) -> list[str]:
    """The ids of a desk of `count`, oldest update first."""
    return [str(number) for number in range(1, count + 1)]


def at(number: int) -> int:
    """When issue `number` of a desk was last updated, epoch milliseconds."""
    return int((START + timedelta(minutes=number, hours=1)).timestamp()) * 1000


def _project(key: str) -> dict[str, Any]:
    return {"id": f"{sum(map(ord, key))}", "key": key, "name": key}


def _entry(number: int, at: datetime) -> dict[str, Any]:
    item = {
        "field": "status", "fieldtype": "jira", "from": "1", "fromString": "OPEN", "to": "2", "toString": f"S{number}",
    }  # fmt: skip
    return {"id": str(number), "author": _ANNA, "created": format_instant(at), "items": [item]}


def _comment(number: int, at: datetime) -> dict[str, Any]:
    return {"id": str(number), "author": _ANNA, "body": "text", "created": format_instant(at)}
