"""The made-up DESP: its projects, services, providers, and the fields, statuses and options of its Jira."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo import catalogue

ZONE = "Europe/Rome"
BASE = "https://jira.desp.example.org"


@dataclass(frozen=True)
class Project:
    """A Jira project: its share of the tickets that do not come from cloning, and its issue types with their shares."""

    id: str
    key: str
    name: str
    share: float
    types: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Service:
    """A DESP service: who provides it, its share of the tickets, its parts and the versions it went through."""

    name: str
    provider: str
    share: float
    elements: tuple[str, ...]
    versions: tuple[str, ...]


PROJECTS = {
    project.key: project
    for project in (
        Project("10001", "DSD", "DESP Service Desk", 0.67, (("User Request", 0.6), ("Anomaly", 0.38), ("Task", 0.02))),
        Project("10002", "DSP", "DESP Service Provider", 0.08, (("Anomaly", 0.6), ("User Request", 0.4))),
        Project(
            "10003", "DPM", "DESP Performance Monitoring", 0.07,
            (("Incident", 0.66), ("Change Request", 0.18), ("User Request", 0.12), ("Task", 0.04)),
        ),
        Project(
            "10004", "DEMS", "DESP Evolution and Maintenance System", 0.055,
            (("SPR", 0.58), ("Story", 0.37), ("Task", 0.05)),
        ),
        Project("10005", "DCMS", "DESP Coordinated Maintenance System", 0.045, (("Maintenance Request", 1.0),)),
        Project("10006", "DSEC", "DESP Security", 0.035, (("Security Incident", 0.62), ("User Request", 0.38))),
        Project("10007", "DC", "DESP Change", 0.045, (("Change Request", 1.0),)),
    )
}  # fmt: skip

# How long a provider takes, against the average; the desk knows.
PROVIDERS = {
    "ECMWF": 0.8, "EUMETSAT": 0.95, "Serco": 0.9, "CGI": 1.1,
    "Alia Space Systems": 1.35, "MEEO": 1.0, "sobloo": 1.75, "VITO": 0.85,
}  # fmt: skip

SERVICES = (
    Service(
        "Data Lake Discovery", "EUMETSAT", 0.15, ("HDA API", "STAC catalogue", "Islet", "Hook"), ("2.4", "2.5", "3.0"),
    ),
    Service(
        "Polytope Access", "ECMWF", 0.13, ("Climate DT", "Extremes DT", "Polytope client", "Aviso"), ("1.2", "1.3"),
    ),
    Service(
        "Insula Code", "CGI", 0.12, ("Notebook server", "Processor registry", "Job queue"), ("4.1", "4.2", "5.0"),
    ),
    Service(
        "Insula Visualisation", "CGI", 0.08, ("Map viewer", "Time slider", "Layer catalogue"), ("4.1", "4.2", "5.0"),
    ),
    Service(
        "DEA - Data Exploration", "Alia Space Systems", 0.09, ("Story editor", "Map widgets", "Export"), ("1.8", "2.0"),
    ),
    Service("EDEN", "MEEO", 0.09, ("Finder", "OData API", "Data access service"), ("3.2", "3.3")),
    Service(
        "DESPAAUTH", "Serco", 0.1, ("Registration", "Single sign-on", "Roles", "Token service"), ("1.5", "1.6"),
    ),
    Service("Highway", "sobloo", 0.07, ("Data cache", "S3 gateway", "Quota"), ("0.9", "1.0")),
    Service("Sandbox JupyterHub", "Serco", 0.09, ("Hub", "Kernel images", "User storage"), ("2.1", "2.2")),
    Service(
        "Web Portal", "Serco", 0.06, ("Service registry", "User dashboard", "Ticketing form"), ("1.11", "1.12"),
    ),
    Service("openEO Gateway", "VITO", 0.02, ("Process graphs", "Batch jobs"), ("0.5", "0.6")),
)  # fmt: skip

CATEGORIES = (
    ("Access and Authorisation", 0.22), ("Data Access", 0.25), ("Performance", 0.11), ("User Interface", 0.13),
    ("Processing", 0.14), ("Documentation", 0.09), ("Payment and Billing", 0.035), ("Security", 0.025),
)  # fmt: skip
CHANNEL_CATEGORIES = ("Payment and Billing", "Security")

PRIORITIES = {"Blocking": "1", "Critical": "2", "Low": "3"}
RESOLUTIONS = {"Done": "10000", "Won't Do": "10001", "Duplicate": "10002"}
ISSUE_TYPES = {
    "Anomaly": "10101", "User Request": "10102", "Incident": "10103", "Change Request": "10104", "Story": "10105",
    "SPR": "10106", "Maintenance Request": "10107", "Security Incident": "10108", "Task": "10109",
}  # fmt: skip

STATUSES = {
    "OPEN": "1", "RECEIVED": "10201", "TO DO": "10202", "IN PROGRESS": "3", "DELEGATED": "10203",
    "ON GOING": "10204", "DONE": "10205", "CLOSED": "6",
}  # fmt: skip
# What ON GOING was called before it was renamed, and a status that was retired: they live on in histories.
OLD_SPELLING = "ON-GOING"
RETIRED_STATUS = ("10119", "On going")

CUSTOM_FIELDS = {
    "service": ("customfield_10201", "Service", "option", "select"),
    "service_element": ("customfield_10202", "Service Element", "option", "select"),
    "service_version": ("customfield_10203", "Service Version", "string", "textfield"),
    "category": ("customfield_10204", "Category", "option", "select"),
    "relevance": ("customfield_10205", "Relevance", "option", "select"),
    "eta": ("customfield_10206", "Original Estimation", "date", "datepicker"),
    "esa_arb": ("customfield_10207", "ESA ARB", "array", "multicheckboxes"),
    "esa_cab": ("customfield_10208", "ESA CAB", "array", "multicheckboxes"),
    "interface": ("customfield_10209", "Interface", "array", "multicheckboxes"),
    "score": ("customfield_10210", "Satisfaction Score", "number", "float"),
    "provider": ("customfield_10211", "Service Provider", "option", "select"),
    "first_response": ("customfield_10301", "Time to first response", "sd-servicelevelagreement", "sd-sla-field"),
    "resolution_time": ("customfield_10302", "Time to resolution", "sd-servicelevelagreement", "sd-sla-field"),
}
SYSTEM = (
    "summary", "issuetype", "status", "priority", "resolution", "resolutiondate", "created", "updated", "assignee",
    "reporter", "creator", "description", "project", "labels", "issuelinks", "comment", "duedate", "components",
)  # fmt: skip

CLONERS = {"id": "10001", "name": "Cloners", "inward": "is cloned by", "outward": "clones"}
RELATES = {"id": "10003", "name": "Relates", "inward": "relates to", "outward": "relates to"}


def fields() -> list[dict[str, Any]]:
    """What /field answers."""
    return [catalogue.system_field(name) for name in SYSTEM] + [
        catalogue.custom_field(*spec) for spec in CUSTOM_FIELDS.values()
    ]


def statuses() -> list[dict[str, Any]]:
    """What /status answers: the statuses in use, not the retired ones."""
    category = {"OPEN": "new", "RECEIVED": "new", "TO DO": "new", "DONE": "done", "CLOSED": "done"}
    return [catalogue.status(number, name, category.get(name, "indeterminate")) for name, number in STATUSES.items()]


def projects() -> list[dict[str, Any]]:
    """What /project answers."""
    return [project_value(key) for key in PROJECTS]


def project_value(key: str) -> dict[str, Any]:
    """A project as it stands in an issue."""
    project = PROJECTS[key]
    return {
        "self": f"{BASE}/rest/api/2/project/{project.id}", "id": project.id, "key": key, "name": project.name,
        "projectTypeKey": "service_desk",
    }  # fmt: skip
