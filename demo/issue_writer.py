"""From a draft to the issue a Jira Data Center would answer at an instant: fields, changelog, comments, links."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any
from zlib import crc32

from demo import world
from demo.draft import Comment, Draft, Event, Link
from demo.office import Office
from demo.people import Person
from demo.sla import SlaFields

# The simulator's names of Jira's own fields, in changelogs and in issues.
_SYSTEM_ITEM = {"summary", "description", "issuetype", "status", "priority", "resolution", "assignee", "labels"}
_OPTIONS = {"service", "service_element", "category", "relevance", "provider"}
_FLAGS = {"esa_arb", "esa_cab", "interface"}
_OVER = ("DONE", "CLOSED")
_IMPORTED_BADLY = 311  # every so manieth ticket: an import lost one of its moves


_Entry = tuple[int, int, Person | None, list[dict[str, Any]]]  # when, place, who, items


class IssueWriter:
    """Writes drafts as of one instant: nothing that happens at or after `until` is in what it writes."""

    def __init__(self, office: Office, until: int, renamed: int) -> None:
        self.office, self.until, self.renamed = office, until, renamed
        self._slas = SlaFields(office, until)

    def write(self, draft: Draft) -> dict[str, Any]:
        """The whole issue in the shape of REST v2."""
        now = dict(draft.values)
        entries: list[_Entry] = []
        seen = [draft.created]
        steps: list[Event | Link] = [*draft.events, *draft.links]
        for index, step in enumerate(sorted((s for s in steps if s.at < self.until), key=lambda s: s.at)):
            items = [self._link_item(step)] if isinstance(step, Link) else self._apply(step, now)
            if items:
                entries.append((step.at, index, step.who, items))
                if not (isinstance(step, Event) and step.silent):
                    seen.append(step.at)
        comments = sorted((c for c in draft.comments if c.at < self.until), key=lambda c: c.at)
        seen += [comment.at for comment in comments]
        if draft.shifted and now["eta"]:
            now["eta"] -= timedelta(days=1)
        fields = self._fields(draft, now, max(seen))
        fields["comment"] = self._comment_page(draft, comments)
        fields["issuelinks"] = [self._link(link) for link in draft.links if link.at < self.until]
        if draft.slot.id % _IMPORTED_BADLY == 0:
            entries = _without_second_move(entries)
        histories = [
            {"id": str(draft.slot.id * 1000 + index)}
            | ({"author": person(who)} if who else {})
            | {"created": self.office.text(at), "items": items}
            for at, index, who, items in entries
        ]
        return {
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
            "id": str(draft.slot.id),
            "self": f"{world.BASE}/rest/api/2/issue/{draft.slot.id}",
            "key": now["key"],
            "fields": fields,
            "changelog": {"startAt": 0, "maxResults": len(histories), "total": len(histories), "histories": histories},
        }

    # Changes

    def _apply(self, event: Event, now: dict[str, Any]) -> list[dict[str, Any]]:
        items = []
        for name, new in event.changes.items():
            old = now.get(name)
            if old != new:
                items.append(self._item(name, old, new, event.at))
                now[name] = new
        return items

    def _item(self, name: str, old: Any, new: Any, at: int) -> dict[str, Any]:
        (old_id, old_text), (new_id, new_text) = self._sides(name, old, at), self._sides(name, new, at)
        sides = {"from": old_id, "fromString": old_text, "to": new_id, "toString": new_text}
        if name in world.CUSTOM_FIELDS:
            field_id, label = world.CUSTOM_FIELDS[name][:2]
            return {"field": label, "fieldtype": "custom", "fieldId": field_id, **sides}
        item = {"field": "Key" if name == "key" else name, "fieldtype": "jira", **sides}
        return {"fieldId": name, **item} if name in _SYSTEM_ITEM or name == "project" else item

    def _sides(self, name: str, value: Any, at: int) -> tuple[str | None, str | None]:
        """The id and the text by which a changelog names a value."""
        if name == "status":
            return self._status_sides(value, at)
        if value is None:
            return None, "" if name in ("labels", "description") else None
        if isinstance(value, Person):
            return value.name, value.display
        if name in ("summary", "description", "key", "labels", "service_version", "Workflow"):
            return None, str(value)
        if name == "eta":
            return value.isoformat(), f"{value:%d/%b/%y}"
        if name == "score":
            return None, f"{value:g}"
        if name in _FLAGS:
            return "[10301]", "Yes"
        if name == "project":
            return world.PROJECTS[value].id, world.PROJECTS[value].name
        return _value_id(name, value), value

    def _status_sides(self, name: str, at: int) -> tuple[str, str]:
        """ON GOING was written otherwise before it was renamed; its id stayed. A twin of it was retired earlier."""
        if name == world.RETIRED_STATUS[1]:
            return world.RETIRED_STATUS
        if name == "ON GOING" and at < self.renamed:
            return world.STATUSES[name], world.OLD_SPELLING
        return world.STATUSES[name], name

    def _link_item(self, link: Link) -> dict[str, Any]:
        how = link.kind["outward" if link.outward else "inward"]
        key = link.other.slot.key
        return {
            "field": "Link", "fieldtype": "jira", "from": None, "fromString": None,
            "to": key, "toString": f"This issue {how} {key}",
        }  # fmt: skip

    # The issue as it stands

    def _fields(self, draft: Draft, now: dict[str, Any], updated: int) -> dict[str, Any]:
        done = now["status"] in ("DONE", "CLOSED")
        fields: dict[str, Any] = {
            "summary": now["summary"], "description": now["description"], "issuetype": issue_type(now["issuetype"]),
            "status": status(now["status"]), "priority": priority(now["priority"]),
            "resolution": resolution(now.get("resolution")),
            "resolutiondate": self._resolution_date(draft, done),
            "created": self.office.text(draft.created), "updated": self.office.text(updated),
            "assignee": person(now["assignee"]) if now["assignee"] else None,
            "reporter": person(draft.reporter), "creator": person(draft.reporter),
            "project": project(now["project"]), "labels": (now.get("labels") or "").split(),
            "duedate": None, "components": [],
        }  # fmt: skip
        for name, (field_id, *_) in world.CUSTOM_FIELDS.items():
            fields[field_id] = _custom_value(name, now.get(name))
        for name, value in self._slas.of(draft, now).items():
            fields[world.CUSTOM_FIELDS[name][0]] = value
        return fields

    def _resolution_date(self, draft: Draft, done: bool) -> str | None:
        """When it was last resolved. Some reopenings went by a transition that does not clear the resolution: there
        the first date stays."""
        stays = [stay for stay in draft.stays() if stay[1] < self.until]
        kept = draft.slot.id % 4 == 0
        over = [at for n, (name, at) in enumerate(stays) if name in _OVER and (n == 0 or stays[n - 1][0] not in _OVER)]
        if not over or not (done or kept):
            return None
        return self.office.text(over[0] if kept else over[-1])

    def _comment_page(self, draft: Draft, comments: list[Comment]) -> dict[str, Any]:
        shown = [self._comment(draft, index, comment) for index, comment in enumerate(comments)]
        return {"comments": shown, "maxResults": len(shown), "total": len(shown), "startAt": 0}

    def _comment(self, draft: Draft, index: int, comment: Comment) -> dict[str, Any]:
        at, number = self.office.text(comment.at), draft.slot.id * 1000 + index
        written = {
            "self": f"{world.BASE}/rest/api/2/issue/{draft.slot.id}/comment/{number}", "id": str(number),
            "author": person(comment.who), "body": comment.body, "updateAuthor": person(comment.who),
            "created": at, "updated": at, "jsdPublic": comment.hidden != "jsd",
        }  # fmt: skip
        if comment.hidden == "role":
            written["visibility"] = {"type": "role", "value": "Service Desk Team"}
        return written

    def _link(self, link: Link) -> dict[str, Any]:
        other = link.other
        now = {"key": other.slot.key, "summary": other.values["summary"], "status": other.values["status"]}
        for event in sorted(other.events, key=lambda event: event.at):
            if event.at < self.until:
                now.update({name: value for name, value in event.changes.items() if name in now})
        return {
            "id": str(link.id), "self": f"{world.BASE}/rest/api/2/issueLink/{link.id}", "type": link.kind,
            "outwardIssue" if link.outward else "inwardIssue": {
                "id": str(other.slot.id), "key": now["key"], "self": f"{world.BASE}/rest/api/2/issue/{other.slot.id}",
                "fields": {"summary": now["summary"], "status": status(now["status"])},
            },
        }  # fmt: skip


def _without_second_move(entries: list[_Entry]) -> list[_Entry]:
    moves = [entry for entry in entries if any(item["field"] == "status" for item in entry[3])]
    return [entry for entry in entries if entry not in moves[1:2]]


@cache
def person(who: Person) -> dict[str, Any]:
    """A person's REST value, one object for all places."""
    return who.value()


@cache
def project(key: str) -> dict[str, Any]:
    """A project's REST value."""
    return world.project_value(key)


@cache
def status(name: str) -> dict[str, Any]:
    """A status's REST value; the retired one too."""
    known = {value["name"]: value for value in world.statuses()}
    return known.get(name) or known["ON GOING"]


@cache
def issue_type(name: str) -> dict[str, Any]:
    """An issue type's REST value."""
    return {"id": world.ISSUE_TYPES[name], "name": name, "subtask": False}


@cache
def priority(name: str | None) -> dict[str, Any] | None:
    """A priority's REST value; None stays None."""
    return {"id": world.PRIORITIES[name], "name": name} if name else None


@cache
def resolution(name: str | None) -> dict[str, Any] | None:
    """A resolution's REST value; None stays None."""
    return {"id": world.RESOLUTIONS[name], "name": name} if name else None


@cache
def _value_id(name: str, value: str) -> str:
    """The id of a type, priority, resolution or option; options are numbered by what they say."""
    for known in (world.ISSUE_TYPES, world.PRIORITIES, world.RESOLUTIONS):
        if value in known:
            return known[value]
    return str(10_400 + crc32(f"{name} {value}".encode()) % 900_000)


def _custom_value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _OPTIONS:
        return {"self": f"{world.BASE}/rest/api/2/customFieldOption/{_value_id(name, value)}", "value": value,
                "id": _value_id(name, value), "disabled": False}  # fmt: skip
    if name in _FLAGS:
        return [{"value": "Yes", "id": "10301", "disabled": False}]
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if name == "score" else value
