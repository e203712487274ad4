"""What a Jira says about itself: fields, statuses, projects; given ones and those derived from a file of issues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Of the fields every Jira has: id, name, and the type that /field states.
SYSTEM_FIELDS = {
    "summary": ("Summary", "string"),
    "issuetype": ("Issue Type", "issuetype"),
    "status": ("Status", "status"),
    "priority": ("Priority", "priority"),
    "resolution": ("Resolution", "resolution"),
    "resolutiondate": ("Resolved", "datetime"),
    "created": ("Created", "datetime"),
    "updated": ("Updated", "datetime"),
    "assignee": ("Assignee", "user"),
    "reporter": ("Reporter", "user"),
    "creator": ("Creator", "user"),
    "description": ("Description", "string"),
    "project": ("Project", "project"),
    "labels": ("Labels", "array"),
    "issuelinks": ("Linked Issues", "array"),
    "comment": ("Comment", "comments-page"),
    "duedate": ("Due Date", "date"),
    "components": ("Component/s", "array"),
    "fixVersions": ("Fix Version/s", "array"),
    "versions": ("Affects Version/s", "array"),
    "environment": ("Environment", "string"),
    "attachment": ("Attachment", "array"),
}

_CATEGORIES = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}


def system_field(field_id: str) -> dict[str, Any]:
    """The /field answer for a field that Jira itself has."""
    name, kind = SYSTEM_FIELDS.get(field_id, (field_id.capitalize(), "any"))
    return {
        "id": field_id, "name": name, "custom": False, "orderable": True, "navigable": True, "searchable": True,
        "clauseNames": [field_id], "schema": {"type": kind, "system": field_id},
    }  # fmt: skip


def custom_field(field_id: str, name: str, kind: str, plugin: str) -> dict[str, Any]:
    """The /field answer for a custom field, e.g. customfield_10101, "Original Estimation", "date", "datepicker"."""
    number = int(field_id.removeprefix("customfield_"))
    return {
        "id": field_id, "name": name, "custom": True, "orderable": True, "navigable": True, "searchable": True,
        "clauseNames": [f"cf[{number}]", name],
        "schema": {
            "type": kind, "custom": f"com.atlassian.jira.plugin.system.customfieldtypes:{plugin}", "customId": number,
        },
    }  # fmt: skip


def status(status_id: str, name: str, category: str = "indeterminate") -> dict[str, Any]:
    """The /status answer for one status; `category` is new, indeterminate or done."""
    return {"description": "", "id": status_id, "name": name, "statusCategory": _CATEGORIES[category]}


def fields_of(issues: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What /field would answer at the site the issues come from; an unnamed custom field goes by its id."""
    ids = sorted({field_id for issue in issues for field_id in issue["fields"]})
    return [
        custom_field(field_id, field_id, "any", "textfield") if field_id.startswith("customfield_")
        else system_field(field_id)
        for field_id in ids
    ]  # fmt: skip


def statuses_of(issues: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The statuses that stand in issues or their histories, by id, under the name seen last."""
    seen: dict[str, dict[str, Any]] = {}
    current: dict[str, dict[str, Any]] = {}
    for issue in issues:
        current[issue["fields"]["status"]["id"]] = issue["fields"]["status"]
        for entry in issue["changelog"]["histories"]:
            for item in entry["items"]:
                if item["field"] == "status":
                    for status_id, name in ((item["from"], item["fromString"]), (item["to"], item["toString"])):
                        if status_id:
                            seen[status_id] = status(status_id, name)
    return [value for _, value in sorted({**seen, **current}.items())]


def projects_of(issues: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The projects that the issues stand in now."""
    found = {issue["fields"]["project"]["key"]: issue["fields"]["project"] for issue in issues}
    return [project for _, project in sorted(found.items())]
