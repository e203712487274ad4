"""One Jira in memory: issues with their whole histories, and what an administrator or a user can do to them."""

from __future__ import annotations

import copy
import gzip
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from demo import catalogue
from demo.jira_time import format_instant, parse_instant, to_millis
from demo.jql import JqlError, Query

Issue = dict[str, Any]


class JiraSite:
    """Issues in the shape of Jira Data Center's REST v2, each with its complete changelog and comments.

    Every method may be called while a server answers from the site: `lock` guards all of it. `versions` counts
    the changes of each issue, so that readers can keep what they made of it.
    """

    def __init__(
        self,
        fields: Iterable[dict[str, Any]] = (),
        statuses: Iterable[dict[str, Any]] = (),
        projects: Iterable[dict[str, Any]] = (),
        link_types: Iterable[dict[str, Any]] = (),
        zone: str = "UTC",
    ) -> None:
        self.lock = threading.RLock()
        self.issues: dict[str, Issue] = {}
        self.fields = list(fields)
        self.statuses = list(statuses)
        self.projects = {project["key"]: project for project in projects}
        self.link_types = list(link_types)
        self.zone = zone
        self.ratings: dict[str, int] = {}
        self.hidden: set[str] = set()
        self.unindexed: set[str] = set()
        self.versions: dict[str, int] = {}
        self._ids_by_key: dict[str, str] = {}
        self._instants: dict[str, tuple[int, int]] = {}
        self._found: dict[Query, list[str]] = {}

    @classmethod
    def from_issue_file(cls, path: str | Path) -> JiraSite:
        """A site that holds the issues of a file (one REST issue a line, `.gz` or not), and what they mention."""
        raw = Path(path).read_bytes()
        lines = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).splitlines()
        issues = [msgspec.json.decode(line) for line in lines if line.strip()]
        site = cls(catalogue.fields_of(issues), catalogue.statuses_of(issues), catalogue.projects_of(issues))
        for issue in issues:
            site.add(issue)
        return site

    # What a pull reads

    def find(self, id_or_key: str) -> Issue | None:
        """The issue by its id, its key or a key it once had; None if there is none or its project is hidden."""
        with self.lock:
            issue = self.issues.get(id_or_key) or self.issues.get(self._ids_by_key.get(id_or_key.upper(), ""))
            return issue if issue and issue["fields"]["project"]["key"] not in self.hidden else None

    def visible_projects(self) -> list[dict[str, Any]]:
        """The projects that the pulling account may see, by key."""
        with self.lock:
            return [project for key, project in sorted(self.projects.items()) if key not in self.hidden]

    def search(self, query: Query, strict: bool = True) -> list[str]:
        """The ids that match, in the asked order; `JqlError` for unknown projects and, if strict, unknown ids."""
        with self.lock:
            if query not in self._found:
                self._refuse_unknown(query, strict)
                self._found[query] = self._search(query)
            return self._found[query]

    def sort_values(self, issue_id: str) -> tuple[int, int, int]:
        """Updated and created in epoch milliseconds, and the id as a number: what a cursor remembers."""
        return (*self._instants[issue_id], int(issue_id))

    # What people and administrators do

    def add(self, issue: Issue, indexed: bool = True) -> None:
        """Adds a whole issue; with `indexed=False` search does not know it yet, as happens with a slow index."""
        with self.lock:
            self.issues[issue["id"]] = issue
            project = issue["fields"]["project"]
            self.projects.setdefault(project["key"], project)
            if not indexed:
                self.unindexed.add(issue["id"])
            self._changed(issue)

    def index(self, issue_id: str) -> None:
        """Search finds the issue from now on; its `updated` does not move."""
        with self.lock:
            self.unindexed.discard(issue_id)
            self._changed(self.issues[issue_id])

    def update(
        self,
        issue_id: str,
        fields: dict[str, Any],
        items: list[dict[str, Any]] | None = None,
        author: dict[str, Any] | None = None,
        at: datetime | None = None,
    ) -> None:
        """Sets fields, writes `items` to the history if given, moves `updated` to `at` (default: newest + 1 min)."""
        with self.lock:
            issue = self.issues[issue_id]
            issue["fields"].update(fields)
            at = at or self._after_newest()
            if items:
                self.append_history(issue_id, self._entry(items, author or issue["fields"]["reporter"], at))
            issue["fields"]["updated"] = self._text(at)
            self._changed(issue)

    def append_history(self, issue_id: str, entry: dict[str, Any], touch_updated: bool = True) -> None:
        """Adds a history entry; an administrator's bulk change leaves `updated` alone (`touch_updated=False`)."""
        with self.lock:
            issue = self.issues[issue_id]
            changelog = issue["changelog"]
            changelog["histories"].append(entry)
            changelog["total"] = changelog["maxResults"] = len(changelog["histories"])
            if touch_updated:
                issue["fields"]["updated"] = entry["created"]
            self._changed(issue)

    def rate(self, issue_id: str, rating: int) -> None:
        """The customer rates the request (JSM's feedback): no date, no history, and `updated` does not move."""
        with self.lock:
            self.ratings[issue_id] = rating

    def delete(self, issue_id: str) -> None:
        """The issue is gone, as Jira does it: without a trace."""
        with self.lock:
            issue = self.issues.pop(issue_id)
            self._ids_by_key = {key: held for key, held in self._ids_by_key.items() if held != issue_id}
            self._instants.pop(issue_id)
            self._moved_on(issue["id"])

    def move(self, issue_id: str, new_key: str, at: datetime | None = None) -> None:
        """Moves an issue to another key (and project): the id stays, the old key goes on leading to it."""
        with self.lock:
            issue = self.issues[issue_id]
            old, project = issue["fields"]["project"], self.projects[new_key.rsplit("-", 1)[0]]
            items = [_item("Key", None, issue["key"], None, new_key)]
            if project["key"] != old["key"]:
                items.insert(0, _item("project", old["id"], old["name"], project["id"], project["name"]))
            issue["key"] = new_key
            self.update(issue_id, {"project": project}, items, at=at)

    def hide_project(self, key: str) -> None:
        """The pulling account loses the permission to see a project."""
        with self.lock:
            self.hidden.add(key)
            self._moved_on("")

    def show_project(self, key: str) -> None:
        """The pulling account may see the project again."""
        with self.lock:
            self.hidden.discard(key)
            self._moved_on("")

    def copy(self) -> JiraSite:
        """An independent site with the same contents, so that a test can spoil it."""
        with self.lock:
            twin = JiraSite(self.fields, self.statuses, self.projects.values(), self.link_types, self.zone)
            for issue in self.issues.values():
                twin.add(copy.deepcopy(issue), issue["id"] not in self.unindexed)
            twin.hidden, twin.ratings = set(self.hidden), dict(self.ratings)
            return twin

    # Inside

    def _search(self, query: Query) -> list[str]:
        found = [issue_id for issue_id in self.issues if issue_id not in self.unindexed and self._fits(issue_id, query)]
        found.sort(key=int)
        for name, descending in reversed(query.order):
            found.sort(key=lambda issue_id: self._sort_key(issue_id, name), reverse=descending)
        return found

    def _fits(self, issue_id: str, query: Query) -> bool:
        issue = self.issues[issue_id]
        project = issue["fields"]["project"]["key"]
        if project in self.hidden or (query.projects is not None and project not in query.projects):
            return False
        if query.ids is not None and issue_id not in query.ids:
            return False
        if query.keys is not None and issue["key"] not in query.keys:
            return False
        updated, created = self._instants[issue_id]
        return all(
            _compares(updated if name == "updated" else created, bound, value) for name, bound, value in query.bounds
        )

    def _sort_key(self, issue_id: str, name: str) -> tuple[Any, ...]:
        updated, created = self._instants[issue_id]
        if name == "key":
            project, number = self.issues[issue_id]["key"].rsplit("-", 1)
            return project, int(number)
        return ({"updated": updated, "created": created, "id": int(issue_id)}[name],)

    def _refuse_unknown(self, query: Query, strict: bool) -> None:
        for key in query.projects or ():
            if key not in self.projects or key in self.hidden:
                raise JqlError(f"The value '{key}' does not exist for the field 'project'.")
        if not strict:
            return
        for issue_id in query.ids or ():
            if self.find(issue_id) is None:
                raise JqlError(f"A value with ID '{issue_id}' does not exist for the field 'id'.")
        for key in query.keys or ():
            if self.find(key) is None:
                raise JqlError(f"An issue with key '{key}' does not exist for field 'key'.")

    def _changed(self, issue: Issue) -> None:
        self._ids_by_key[issue["key"]] = issue["id"]
        self._instants[issue["id"]] = (to_millis(issue["fields"]["updated"]), to_millis(issue["fields"]["created"]))
        self._moved_on(issue["id"])

    def _moved_on(self, issue_id: str) -> None:
        self.versions[issue_id] = self.versions.get(issue_id, 0) + 1
        self._found.clear()

    def _entry(self, items: list[dict[str, Any]], author: dict[str, Any], at: datetime) -> dict[str, Any]:
        return {"id": self._next_entry_id(), "author": author, "created": self._text(at), "items": items}

    def _next_entry_id(self) -> str:
        entries = (entry["id"] for issue in self.issues.values() for entry in issue["changelog"]["histories"])
        return str(1 + max(map(int, entries), default=0))

    def _after_newest(self) -> datetime:
        newest = max((updated for updated, _ in self._instants.values()), default=0)
        return datetime.fromtimestamp(newest // 1000, UTC) + timedelta(minutes=1)

    def _text(self, at: datetime) -> str:
        """Written in the same offset as the site's other times."""
        sample = next((issue["fields"]["created"] for issue in self.issues.values()), None)
        return format_instant(at, parse_instant(sample).tzinfo or UTC) if sample else format_instant(at)


def _item(name: str, old_id: str | None, old: str | None, new_id: str | None, new: str | None) -> dict[str, Any]:
    return {"field": name, "fieldtype": "jira", "from": old_id, "fromString": old, "to": new_id, "toString": new}


def _compares(left: int, bound: str, right: int) -> bool:
    at_least = bound[0] == ">"
    return left == right if bound.endswith("=") and left == right else (left > right if at_least else left < right)
