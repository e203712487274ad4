"""The Jira source: Cloud and Data Center, issues as JSON with whole histories, and what the site says of itself."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from jira import JIRA

from etl.http import Credentials, JsonClient, SourceError, Stats, say_on_stderr
from etl.jira_shape import OF_EVERY_ISSUE
from etl.records import Header
from etl.rejected import UNREADABLE
from etl.sources.jira_complete import Completer
from etl.sources.jira_names import Named
from etl.sources.jira_walk import Found, Page, by_offset, by_token, read

__all__ = ["Credentials", "Header", "JiraSource", "Site", "SourceError", "Stats"]

_PAGE = 100
_CENSUS_PAGE = 1000
_IDS_AT_ONCE = 50
_ORDER = "ORDER BY updated ASC, id ASC"
_SERVICE_DESK = "/rest/servicedeskapi"  # the same on Cloud and Data Center
_EXPERIMENTAL = {"X-ExperimentalApi": "opt-in"}  # some versions refuse parts of it without
_NO_FEEDBACK = (403, 404, 410, 412)
_NO_PROJECT = "does not exist, or the account lacks the permission Browse Projects in it"
_UNKNOWN_PROJECT = re.compile(r"value '([^']+)' does not exist for the field 'project'")


@dataclass(frozen=True)
class Site:
    """What a Jira says of itself to this account. `fields` and `statuses` with id and name;
    `projects_missing`: project → why it cannot be pulled; `zone`: the account's time zone."""

    flavour: Literal["cloud", "dc"]
    url: str
    version: str
    fields: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    projects_visible: set[str]
    projects_missing: dict[str, str]
    account: str
    zone: str | None


class _Search(msgspec.Struct):
    issues: list[msgspec.Raw]
    nextPageToken: str | None = None
    isLast: bool | None = None
    total: int | None = None
    maxResults: int | None = None


class _Count(msgspec.Struct):
    count: int


class _Feedback(msgspec.Struct):
    """A customer's feedback on a request; its comment is not looked at."""

    rating: int | None = None


class JiraSource:
    """Pulls the issues of some projects from one Jira. Every method may raise `SourceError`.

    Credentials with a user sign in by Basic (Cloud: e-mail and API token), without one by a personal access token.
    `say` hears of every wait and every oddity; `stats` counts what it all cost.
    """

    def __init__(
        self,
        name: str,
        url: str,
        projects: list[str],
        credentials: Credentials,
        fields: list[str] | None = None,
        *,
        timeout: float = 60,
        page_size: int | None = None,
        say: Callable[[str], None] = say_on_stderr,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._projects, self._page_size = list(projects), max(page_size or _PAGE, 2)
        self._signs_in, self._variables = bool(credentials.token), credentials.variables
        session = _session(url, credentials)
        self._client = JsonClient(session, name, url, credentials, self._explain, timeout=timeout, say=say, sleep=sleep)
        self._site: Site | None = None
        self.use_fields(fields or [])

    @property
    def stats(self) -> Stats:
        """Requests, retries and seconds waited since the source was made."""
        return self._client.stats

    def use_fields(self, ids: list[str]) -> None:
        """Which fields to ask for, by id, besides the system fields that every ticket needs."""
        self._fields = list(dict.fromkeys([*OF_EVERY_ISSUE, *ids]))

    def site(self) -> Site:
        """What this Jira is and what the account sees of it, asked anew at every call."""
        info = self._client.get("/rest/api/2/serverInfo", dict[str, Any])
        flavour: Literal["cloud", "dc"] = "cloud" if info.get("deploymentType") == "Cloud" else "dc"
        api = _api(flavour)
        me = self._myself(api)
        account = str(me.get("displayName") or me.get("name") or me.get("accountId"))
        missing = {key: why for key in self._projects if (why := self._why_missing(api, key, account))}
        self._site = Site(
            flavour=flavour,
            url=self._client.url,
            version=str(info.get("version", "")),
            fields=self._listed(f"{api}/field"),
            statuses=self._listed(f"{api}/status"),
            projects_visible=set(self._projects) - set(missing),
            projects_missing=missing,
            account=account,
            zone=me.get("timeZone"),
        )
        return self._site

    def _listed(self, path: str) -> list[dict[str, Any]]:
        return [msgspec.structs.asdict(one) for one in self._client.get(path, list[Named])]

    def expected(self, since_ms: int) -> int | None:
        """About how many issues `walk` brings; None where Jira does not tell."""
        jql = self._changed_since(since_ms)
        if self._known_site().flavour == "dc":
            return self._search(jql, [], "", 0, None).total
        try:
            return self._client.post("/rest/api/3/search/approximate-count", _Count, {"jql": jql}).count
        except SourceError as error:
            if error.status not in (400, 404, 410):
                raise
            return None

    def walk(self, since_ms: int) -> Iterator[list[bytes]]:
        """Issues updated at or after `since_ms` (epoch), oldest update first, a page at a time, completed.

        An issue may come twice, and one that moves while the walk passes may be missed: `headers` tells.
        """
        completer = self._completer()
        for found in self._found(since_ms, self._fields, "changelog", self._page_size):
            yield completer.complete(found)
        self.still_signed_in()

    def headers(self, since_ms: int, with_totals: bool) -> Iterator[Header]:
        """The census: every issue updated at or after `since_ms`; its number of history entries only `with_totals`."""
        expand, size = ("changelog", self._page_size) if with_totals else ("", _CENSUS_PAGE)
        for found in self._found(since_ms, ["updated"], expand, size):
            for issue in found:
                log = issue.head.changelog if with_totals else None
                yield Header(issue.id, issue.head.key, issue.head.fields.updated or "", log.total if log else None)
        self.still_signed_in()

    def fetch(self, ids: list[str]) -> tuple[list[bytes], set[str]]:
        """The issues with these immutable ids, completed, and the ids that are gone: deleted or no longer visible."""
        found: dict[str, Found] = {}
        for start in range(0, len(ids), _IDS_AT_ONCE):
            found |= {issue.id: issue for issue in self._by_ids(ids[start : start + _IDS_AT_ONCE])}
        gone = set()
        for issue_id in dict.fromkeys(ids):
            if issue_id not in found:
                try:
                    found[issue_id] = self._issue(issue_id)
                except SourceError as error:
                    if error.status != 404:
                        raise
                    gone.add(issue_id)
        if gone:
            self.still_signed_in()
        return self._completer().complete(list(found.values())), gone

    def why_no_feedback(self) -> str | None:
        """Why this Jira has no feedback on requests to give, None if it may have: it has Service Management."""
        try:
            self._client.get(f"{_SERVICE_DESK}/info", dict[str, Any], headers=_EXPERIMENTAL)
        except SourceError as error:
            if error.status not in _NO_FEEDBACK:
                raise
            return f"no feedback here: this Jira has no Service Management for the account ({error.status})"
        return None

    def rating(self, issue_id: str) -> int | None:
        """What the customer rated the request, None if it was not rated (404) or is none. `SourceError` with status 403
        when the account may not see feedback."""
        try:
            path = f"{_SERVICE_DESK}/request/{issue_id}/feedback"
            return self._client.get(path, _Feedback, headers=_EXPERIMENTAL).rating
        except SourceError as error:
            if error.status != 404:
                raise
            return None

    def still_signed_in(self) -> None:
        """Raises `SourceError` if Jira takes the account for anonymous, which it shows by empty answers alone."""
        self._myself(_api(self._known_site().flavour))

    # Asking

    def _known_site(self) -> Site:
        return self._site or self.site()

    def _myself(self, api: str) -> dict[str, Any]:
        me = self._client.get(f"{api}/myself", dict[str, Any])
        if not any(me.get(name) for name in ("accountId", "key", "name")):
            raise self._client.error(self._not_signed_in(), 401)
        return me

    def _why_missing(self, api: str, key: str, account: str) -> str | None:
        try:
            self._client.get(f"{api}/project/{key}", dict[str, Any])
        except SourceError as error:
            if error.status not in (403, 404):
                raise
            return f"project {key} {_NO_PROJECT} (account: {account})"
        return None

    def _changed_since(self, since_ms: int) -> str:
        """JQL: the issues updated at or after `since_ms` in the projects that the account sees."""
        site = self._known_site()
        if not site.projects_visible:
            reasons = "; ".join(site.projects_missing.values()) or "no project is configured"
            raise self._client.error(f"there is nothing to pull: {reasons}.")
        projects = ", ".join(f'"{key}"' for key in sorted(site.projects_visible))
        return f"project in ({projects}) AND updated >= {since_ms}"

    def _found(self, since_ms: int, fields: list[str], expand: str, size: int) -> Iterator[list[Found]]:
        def search(since: int, place: int | str | None) -> Page:
            return self._search(f"{self._changed_since(since)} {_ORDER}", fields, expand, size, place)

        cloud = self._known_site().flavour == "cloud"
        walk: Callable[..., Iterator[list[Found]]] = by_token if cloud else by_offset
        return walk(search, since_ms, lambda text: self._client.say(f"{self._client.where}: {text}"))

    def _search(self, jql: str, fields: Iterable[str], expand: str, size: int, place: int | str | None) -> Page:
        """One page. `place`: the token that leads to it (Cloud) or its first position (Data Center)."""
        cloud = self._known_site().flavour == "cloud"
        params = {"jql": jql, "fields": ",".join(fields), "maxResults": size}
        params |= {"expand": expand} if expand else {}
        params |= {} if place is None else {"nextPageToken" if cloud else "startAt": place}
        answer = self._client.get("/rest/api/3/search/jql" if cloud else "/rest/api/2/search", _Search, params)
        return Page(
            found=[self._read(bytes(issue)) for issue in answer.issues],
            size=min(size, answer.maxResults or size),
            token=answer.nextPageToken,
            last=answer.isLast,
            total=answer.total,
        )

    def _by_ids(self, ids: list[str]) -> list[Found]:
        """The issues among `ids` that search finds. One unknown id can spoil a query: then by halves."""
        if not ids:
            return []
        try:
            jql = f"id in ({', '.join(ids)}) {_ORDER}"
            return self._search(jql, self._fields, "changelog", max(len(ids), 2), None).found
        except SourceError as error:
            if error.status != 400:
                raise
        half = len(ids) // 2
        return [*self._by_ids(ids[:half]), *self._by_ids(ids[half:])] if half else []

    def _issue(self, issue_id: str) -> Found:
        path = f"{_api(self._known_site().flavour)}/issue/{issue_id}"
        params = {"fields": ",".join(self._fields), "expand": "changelog"}
        return self._read(bytes(self._client.get(path, msgspec.Raw, params)))

    def _read(self, text: bytes) -> Found:
        try:
            return read(text)
        except UNREADABLE as error:
            raise self._client.error(f"an issue is not of the form that Jira gives: {error}.") from None

    def _completer(self) -> Completer:
        flavour = self._known_site().flavour
        return Completer(self._client, _api(flavour), flavour == "cloud", self._issue)

    # Refusals

    def _explain(self, status: int, headers: Mapping[str, str], detail: str, path: str) -> str | None:
        """What an answer means if it is a refusal. Jira tells anonymous callers apart in headers, even with a 200."""
        login = headers.get("X-Seraph-LoginReason", "")
        anonymous = headers.get("X-AUSERNAME", "anonymous") == "anonymous" and "X-AACCOUNTID" not in headers
        if "X-Authentication-Denied-Reason" in headers or "AUTHENTICATION_DENIED" in login:
            return "Jira wants a CAPTCHA after failed sign-ins; sign in once in a browser with this account."
        if status == 401 or ("AUTHENTICATED_FAILED" in login and anonymous):
            return self._not_signed_in()
        sentence = _REFUSALS.get(status)
        if sentence is None:
            return None
        unknown = _UNKNOWN_PROJECT.search(detail)
        if unknown:
            return f"project {unknown[1]} {_NO_PROJECT} ({status})."
        if status == 404 and path.endswith("/serverInfo"):
            return "there is no Jira at this address (404); is a path such as /jira missing?"
        projects = ", ".join(self._projects)
        return f"{sentence.format(path=path, projects=projects)} {detail and f'Jira says: {detail}'}".strip()

    def _not_signed_in(self) -> str:
        if not self._signs_in:
            return f"no token is set; the environment has to hold it ({self._variables}_TOKEN)."
        return (
            "Jira does not accept the user and token, or no longer does (401); tokens expire: "
            f"renew it, and set it in the environment ({self._variables}_USER, …_TOKEN)."
        )


_REFUSALS = {
    400: "Jira refuses the query to {path} (400).",
    403: "the account may not read {path} (403); it needs the permission Browse Projects in {projects}.",
    404: "Jira does not know {path}, or the account may not see it (404).",
    410: "this Jira has removed {path} (410); pull again, so that the kind of Jira is detected anew.",
}


def _api(flavour: str) -> str:
    return "/rest/api/3" if flavour == "cloud" else "/rest/api/2"


def _session(url: str, credentials: Credentials) -> Any:
    """A session of the jira package, signed in but silent: it asks nothing by itself and repeats nothing."""
    signed: dict[str, Any] = {}
    if credentials.token:
        signed = (
            {"basic_auth": (credentials.user, credentials.token)}
            if credentials.user
            else {"token_auth": credentials.token}
        )
    return JIRA(options={"server": url}, get_server_info=False, max_retries=0, logging=False, **signed)._session
