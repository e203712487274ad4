"""How the two flavours of Jira write an issue: which fields, whose names, and how much of the history they cut."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import msgspec

from demo.catalogue import SYSTEM_FIELDS
from demo.jira_time import to_millis
from demo.site import Issue, JiraSite

Flavour = Literal["dc", "cloud"]
_CACHED = 6_000


@dataclass(frozen=True)
class Limits:
    """Where a Jira cuts. None: it does not. Histories lose the oldest, comments the newest."""

    page: int = 1000
    page_of_ids: int = 1000
    search_histories: int | None = 100
    issue_histories: int | None = None
    history_page: int = 100
    bulk_histories: int = 1000
    search_comments: int | None = None
    comment_page: int = 1000


LIMITS: dict[Flavour, Limits] = {
    "dc": Limits(),
    "cloud": Limits(
        page=100, page_of_ids=5000, search_histories=40, issue_histories=100, search_comments=20, comment_page=100
    ),
}


@dataclass(frozen=True)
class Ask:
    """What a request wants of each issue: field ids (None: all but comments; `*all`: all) and the changelog or not."""

    fields: tuple[str, ...] | None = None
    changelog: bool = False

    def wants(self, field_id: str) -> bool:
        """Whether the field is to be in the answer."""
        if self.fields is None or "*navigable" in self.fields:
            return (field_id != "comment" or "comment" in (self.fields or ())) and f"-{field_id}" not in (
                self.fields or ()
            )
        return field_id in self.fields or ("*all" in self.fields and f"-{field_id}" not in self.fields)

    @property
    def only_ids(self) -> bool:
        """Whether no more than ids and keys are asked for, which Cloud gives in larger pages."""
        return not self.changelog and self.fields is not None and set(self.fields) <= {"id", "key", "-all", ""}


class Shapes:
    """Writes the issues of a site as one flavour does; keeps what it wrote until the issue changes."""

    def __init__(self, site: JiraSite, flavour: Flavour, limits: Limits) -> None:
        self.site, self.flavour, self.limits = site, flavour, limits
        self._written: dict[tuple[str, Ask, bool], tuple[int, bytes]] = {}

    def in_search(self, issue_id: str, ask: Ask) -> bytes:
        """The issue as JSON as it stands in a search page, cut as search cuts."""
        return self._write(issue_id, ask, True)

    def alone(self, issue_id: str, ask: Ask) -> bytes:
        """The issue as JSON as it is answered for itself."""
        return self._write(issue_id, ask, False)

    def user(self, user: dict[str, Any]) -> dict[str, Any]:
        """A person: by name and e-mail address on Data Center, by account id alone on Cloud."""
        return _cloud_user(user) if self.flavour == "cloud" else user

    def entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        """One history entry."""
        if self.flavour == "dc":
            return entry
        cloud = {**entry, "items": [self._cloud_item(item) for item in entry["items"]]}
        if entry.get("author"):
            cloud["author"] = _cloud_user(entry["author"])
        return cloud

    def comment(self, comment: dict[str, Any]) -> dict[str, Any]:
        """One comment; Cloud says of each whether the customer sees it."""
        if self.flavour == "dc":
            return comment
        cloud = {"jsdPublic": True, **comment, "body": _document(comment.get("body"))}
        for name in ("author", "updateAuthor"):
            if cloud.get(name):
                cloud[name] = _cloud_user(cloud[name])
        return cloud

    def _write(self, issue_id: str, ask: Ask, in_search: bool) -> bytes:
        version, key = self.site.versions[issue_id], (issue_id, ask, in_search)
        held = self._written.get(key)
        if held and held[0] == version:
            return held[1]
        if len(self._written) >= _CACHED:
            self._written.clear()
        written = msgspec.json.encode(self._shape(self.site.issues[issue_id], ask, in_search))
        self._written[key] = (version, written)
        return written

    def _shape(self, issue: Issue, ask: Ask, in_search: bool) -> Issue:
        shape = {"expand": "changelog", "id": issue["id"], "self": issue["self"], "key": issue["key"]}
        if not ask.only_ids:
            fields = issue["fields"]
            shape["fields"] = {name: self._field(name, fields[name], in_search) for name in fields if ask.wants(name)}
        if ask.changelog:
            shape["changelog"] = self._changelog(issue["changelog"], in_search)
        return shape

    def _field(self, name: str, value: Any, in_search: bool) -> Any:
        if name == "comment" and value:
            return self._comments(value["comments"], value["total"], in_search)
        if self.flavour == "cloud" and value:
            if name in ("assignee", "reporter", "creator"):
                return _cloud_user(value)
            if name in ("description", "environment"):
                return _document(value)
        return value

    def _comments(self, comments: list[dict[str, Any]], total: int, in_search: bool) -> dict[str, Any]:
        most = self.limits.search_comments if in_search else None
        shown = comments[:most]
        return {
            "comments": [self.comment(comment) for comment in shown],
            "maxResults": len(comments) if most is None else most,
            "total": total,
            "startAt": 0,
        }

    def _changelog(self, changelog: dict[str, Any], in_search: bool) -> dict[str, Any]:
        most = self.limits.search_histories if in_search else self.limits.issue_histories
        entries = newest_last(changelog["histories"])[-most if most else None :]
        if self.flavour == "cloud":
            entries = entries[::-1]
        return {
            "startAt": 0,
            "maxResults": len(entries),
            "total": changelog["total"],
            "histories": [self.entry(entry) for entry in entries],
        }

    def _cloud_item(self, item: dict[str, Any]) -> dict[str, Any]:
        cloud = {**item, "fieldId": item.get("fieldId") or self._field_id(item["field"])}
        if item["field"] in ("assignee", "reporter"):
            for side in ("from", "to"):
                cloud[side] = account_id(item[side]) if item[side] else item[side]
        return cloud

    def _field_id(self, name: str) -> str:
        if name in SYSTEM_FIELDS:
            return name
        return next((field["id"] for field in self.site.fields if field["name"] == name), name)


def newest_last(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """History entries by time, then by id."""
    return sorted(entries, key=lambda entry: (to_millis(entry["created"]), int(entry["id"])))


@cache
def account_id(key: str) -> str:
    """The Cloud account id of a Data Center user, by the key that histories have: opaque, always the same."""
    return f"712020:{uuid.uuid5(uuid.NAMESPACE_URL, key)}"


def _cloud_user(user: dict[str, Any]) -> dict[str, Any]:
    return {
        "accountId": account_id(user.get("key") or user["name"]),
        "accountType": "app" if user["name"].startswith("automation") else "atlassian",
        "active": user.get("active", True),
        "displayName": user["displayName"],
    }


def _document(text: str | None) -> dict[str, Any] | None:
    """Text in the Atlassian Document Format."""
    if text is None:
        return None
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}
