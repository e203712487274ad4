"""What the simulated Jira answers to each REST call, in both flavours; no HTTP here."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from demo.jira_time import to_millis
from demo.jql import JqlError, Query, parse
from demo.shapes import Ask, Flavour, Limits, Shapes, newest_last
from demo.site import Issue, JiraSite

Params = dict[str, Any]
GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


class RestError(Exception):
    """An answer that is not 200: its status and Jira's messages."""

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(*messages)
        self.status, self.messages = status, messages


@dataclass
class Page:
    """A search page before it is written, so that a fault can spoil it."""

    ids: list[str]
    more: dict[str, Any]
    bare: bool = False


@dataclass
class Call:
    """One request: method, path under /rest/api/N/ (of Service Management: from `servicedeskapi` on), parameters (query
    and body in one), who asks, and whether it wants experimental resources."""

    method: str
    version: str
    path: str
    params: Params
    account: bool
    experimental: bool = False
    spoil: Callable[[Page, Params], None] | None = None
    matched: tuple[str, ...] = field(default=())


class Rest:
    """The REST surface of a site in one flavour."""

    def __init__(self, site: JiraSite, flavour: Flavour, limits: Limits, url: str) -> None:
        self.site, self.flavour, self.limits, self.url = site, flavour, limits, url
        self.shapes = Shapes(site, flavour, limits)
        self._routes = [(re.compile(f"^{path}$"), answer) for path, answer in self._table()]

    def answer(self, call: Call) -> bytes:
        """The JSON that answers the call; raises `RestError`."""
        for pattern, handler in self._routes:
            found = pattern.match(call.path)
            if found:
                call.matched = found.groups()
                with self.site.lock:
                    answer = handler(call)
                return answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
        raise RestError(404, f"null for uri: {self.url}/rest/api/{call.version}/{call.path}")

    def _table(self) -> list[tuple[str, Callable[[Call], Any]]]:
        return [
            ("serverInfo", self._server_info),
            ("myself", self._myself),
            ("mypermissions", self._my_permissions),
            ("field", lambda call: self.site.fields),
            ("status", lambda call: self.site.statuses),
            ("issueLinkType", lambda call: {"issueLinkTypes": self.site.link_types}),
            ("project", self._projects),
            ("project/search", self._project_page),
            ("project/([^/]+)", self._project),
            ("search", self._search),
            ("search/jql", self._search_jql),
            ("search/approximate-count", self._approximate_count),
            ("changelog/bulkfetch", self._bulk_changelogs),
            ("issue/([^/]+)", self._issue),
            ("issue/([^/]+)/changelog", self._changelog),
            ("issue/([^/]+)/comment", self._comments),
            ("servicedeskapi/info", self._service_desk_info),
            ("servicedeskapi/request/([^/]+)/feedback", self._feedback),
        ]

    # Who and what

    def _server_info(self, call: Call) -> Params:
        if self.flavour == "cloud":
            return {
                "baseUrl": self.url, "version": "1001.0.0-SNAPSHOT", "versionNumbers": [1001, 0, 0],
                "deploymentType": "Cloud", "buildNumber": 100290, "serverTitle": "Jira",
                "defaultLocale": {"locale": "en_US"}, "serverTimeZone": self.site.zone,
            }  # fmt: skip
        return {
            "baseUrl": self.url, "version": "10.3.12", "versionNumbers": [10, 3, 12],
            "deploymentType": "Server", "buildNumber": 10030012, "serverTitle": "Jira",
        }  # fmt: skip

    def _myself(self, call: Call) -> Params:
        if not call.account:
            raise RestError(401, "Client must be authenticated to access this resource.")
        user = {
            "name": "arbiter", "key": "arbiter", "displayName": "Arbiter (read only)",
            "emailAddress": "arbiter@desp.example.org", "active": True,
        }  # fmt: skip
        return {**self.shapes.user(user), "timeZone": self.site.zone, "locale": "en_UK"}

    def _my_permissions(self, call: Call) -> Params:
        key = call.params.get("projectKey")
        if key and not any(project["key"] == key for project in self._visible(call)):
            raise RestError(404, f"No project could be found with key '{key}'.")
        names = str(call.params.get("permissions") or "BROWSE_PROJECTS").split(",")
        return {"permissions": {name: _permission(name, call.account) for name in names}}

    def _visible(self, call: Call) -> list[dict[str, Any]]:
        return self.site.visible_projects() if call.account else []

    def _projects(self, call: Call) -> list[dict[str, Any]]:
        return self._visible(call)

    def _project_page(self, call: Call) -> Params:
        self._only("cloud", call)
        return _values_page(self._visible(call), call.params, 50)

    def _project(self, call: Call) -> dict[str, Any]:
        for project in self._visible(call):
            if call.matched[0] in (project["key"], project["id"]):
                return project
        raise RestError(404, f"No project could be found with key '{call.matched[0]}'.")

    # Search

    def _search(self, call: Call) -> bytes:
        if self.flavour == "cloud":
            raise RestError(410, GONE)
        params = call.params
        strict = str(params.get("validateQuery", "true")).lower() not in ("false", "none", "warn")
        found = self._find(call, parse_or_400(params.get("jql") or ""), strict)
        start, size = _number(params, "startAt", 0), min(_number(params, "maxResults", 50), self.limits.page)
        page = Page(found[start : start + size], {"startAt": start, "maxResults": size, "total": len(found)})
        return self._write(page, call)

    def _search_jql(self, call: Call) -> bytes:
        query, params = self._bounded(call), call.params
        ask = _ask(params, ("id",))
        cap = self.limits.page_of_ids if ask.only_ids else self.limits.page
        found = self._after(self._find(call, query, strict=True), query, params.get("nextPageToken"))
        size = min(_number(params, "maxResults", 50), cap)
        page = Page(found[:size], {"isLast": len(found) <= size}, bare=True)
        if len(found) > size:
            page.more["nextPageToken"] = self._token(query, page.ids[-1])
        return self._write(page, call, ask)

    def _approximate_count(self, call: Call) -> Params:
        return {"count": len(self._find(call, self._bounded(call), strict=True))}

    def _bounded(self, call: Call) -> Query:
        self._only("cloud", call)
        query = parse_or_400(call.params.get("jql") or "")
        if not query.bounded:
            raise RestError(400, "Unbounded JQL queries are not allowed here. Please add a search restriction.")
        return query

    def _find(self, call: Call, query: Query, strict: bool) -> list[str]:
        """Anonymous: no error and nothing found, which is what makes an expired token so quiet."""
        if not call.account:
            return []
        try:
            return self.site.search(query, strict)
        except JqlError as error:
            raise RestError(400, str(error)) from None

    def _write(self, page: Page, call: Call, ask: Ask | None = None) -> bytes:
        if call.spoil:
            call.spoil(page, call.params)
        ask = ask or _ask(call.params, None)
        issues = b",".join(
            self.shapes.in_search(issue_id, ask) for issue_id in page.ids if issue_id in self.site.issues
        )
        head = page.more if page.bare else {"expand": "schema,names", **page.more}
        if "names" in str(call.params.get("expand") or ""):
            head = {**head, "names": {field["id"]: field["name"] for field in self.site.fields}}
        return b'{"issues":[' + issues + b"]," + msgspec.json.encode(head)[1:]

    def _token(self, query: Query, last: str) -> str:
        """An opaque cursor: where in the order the page ended."""
        return base64.urlsafe_b64encode(msgspec.json.encode([*self.site.sort_values(last)])).decode()

    def _after(self, found: list[str], query: Query, token: str | None) -> list[str]:
        if not token:
            return found
        try:
            updated, created, number = msgspec.json.decode(base64.urlsafe_b64decode(token), type=tuple[int, int, int])
        except (binascii.Error, msgspec.MsgspecError, ValueError):
            raise RestError(400, "The provided next page token is invalid or expired.") from None
        at = {"updated": updated, "created": created, "id": number}
        last = tuple(at[name] for name, _ in _cursor_order(query))
        return [issue_id for issue_id in found if self._beyond(issue_id, query, last)]

    def _beyond(self, issue_id: str, query: Query, last: tuple[int, ...]) -> bool:
        updated, created, number = self.site.sort_values(issue_id)
        here = {"updated": updated, "created": created, "id": number}
        for (name, descending), edge in zip(_cursor_order(query), last, strict=True):
            if here[name] != edge:
                return (here[name] < edge) if descending else (here[name] > edge)
        return False

    # One issue

    def _issue(self, call: Call) -> bytes:
        return self.shapes.alone(self._known(call)["id"], _ask(call.params, ("*all",)))

    def _changelog(self, call: Call) -> Params:
        self._only("cloud", call)
        entries = [self.shapes.entry(entry) for entry in newest_last(self._known(call)["changelog"]["histories"])]
        return _values_page(entries, call.params, self.limits.history_page)

    def _bulk_changelogs(self, call: Call) -> Params:
        """By issue, oldest first; here, unlike anywhere else, Cloud writes `created` as epoch milliseconds."""
        self._only("cloud", call)
        asked = call.params.get("issueIdsOrKeys") or []
        if len(asked) > 1000:
            raise RestError(400, "The number of issue IDs or keys must not exceed 1000.")
        rows = [
            (issue["id"], {**self.shapes.entry(entry), "created": to_millis(entry["created"])})
            for issue in sorted(filter(None, map(self.site.find, map(str, asked))), key=lambda issue: int(issue["id"]))
            for entry in newest_last(issue["changelog"]["histories"])
        ]
        start = int(call.params.get("nextPageToken") or 0)
        size = min(_number(call.params, "maxResults", self.limits.bulk_histories), self.limits.bulk_histories)
        logs: dict[str, list[Any]] = {}
        for issue_id, entry in rows[start : start + size]:
            logs.setdefault(issue_id, []).append(entry)
        answer: Params = {
            "issueChangeLogs": [{"issueId": issue_id, "changeHistories": log} for issue_id, log in logs.items()]
        }
        if start + size < len(rows):
            answer["nextPageToken"] = str(start + size)
        return answer

    def _comments(self, call: Call) -> Params:
        page = self._known(call)["fields"].get("comment") or {"comments": []}
        start = _number(call.params, "startAt", 0)
        size = min(_number(call.params, "maxResults", self.limits.comment_page), self.limits.comment_page)
        shown = [self.shapes.comment(comment) for comment in page["comments"][start : start + size]]
        return {"startAt": start, "maxResults": size, "total": len(page["comments"]), "comments": shown}

    # Service Management

    def _service_desk_info(self, call: Call) -> Params:
        return {"version": "5.12.19", "platformVersion": "10.3.12", "isLicensedForUse": True}

    def _feedback(self, call: Call) -> Params:
        """What the customer rated; no date. Experimental: whoever does not opt in is refused."""
        if not call.experimental:
            raise RestError(412, "This API is experimental. Set the header X-ExperimentalApi: opt-in to use it.")
        rating = self.site.ratings.get(self._known(call)["id"])
        if rating is None:
            raise RestError(404, "There is no feedback for this request.")
        return {"type": "csat", "rating": rating, "comment": {"body": "Thank you for the quick help."}}

    def _known(self, call: Call) -> Issue:
        issue = self.site.find(call.matched[0]) if call.account else None
        if issue is None:
            raise RestError(404, "Issue does not exist or you do not have permission to see it.")
        return issue

    def _only(self, flavour: Flavour, call: Call) -> None:
        if self.flavour != flavour:
            raise RestError(404, f"null for uri: {self.url}/rest/api/{call.version}/{call.path}")


def parse_or_400(text: str) -> Query:
    """The parsed query; raises `RestError` 400."""
    try:
        return parse(text)
    except JqlError as error:
        raise RestError(400, str(error)) from None


def _cursor_order(query: Query) -> tuple[tuple[str, bool], ...]:
    """The order of a walk, always down to the id so that no two issues stand in one place."""
    named = tuple((name, descending) for name, descending in query.order if name in ("updated", "created", "id"))
    return named if any(name == "id" for name, _ in named) else (*named, ("id", False))


def _ask(params: Params, default: tuple[str, ...] | None) -> Ask:
    fields = params.get("fields")
    if isinstance(fields, str):
        fields = fields.split(",")
    expand = params.get("expand") or ""
    expand = ",".join(expand) if isinstance(expand, list) else expand
    return Ask(tuple(name.strip() for name in fields) if fields else default, "changelog" in expand.split(","))


def _number(params: Params, name: str, default: int) -> int:
    try:
        value = int(params.get(name, default))
    except (TypeError, ValueError):
        raise RestError(400, f"'{params[name]}' is not a number, which '{name}' has to be.") from None
    return max(value, 0)


def _values_page(values: list[Any], params: Params, cap: int) -> Params:
    start, size = _number(params, "startAt", 0), min(_number(params, "maxResults", cap), cap)
    shown = values[start : start + size]
    return {
        "startAt": start, "maxResults": size, "total": len(values),
        "isLast": start + len(shown) >= len(values), "values": shown,
    }  # fmt: skip


def _permission(name: str, have: bool) -> dict[str, Any]:
    return {"id": "10", "key": name, "name": name.replace("_", " ").capitalize(), "havePermission": have}
