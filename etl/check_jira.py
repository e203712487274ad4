"""`arbiter check` of Jira: over HTTP, and in files of issues."""

from collections.abc import Iterable
from typing import Any

from etl.check_fields import fields_there
from etl.check_files import files_met
from etl.check_secrets import no_token
from etl.check_statuses import statuses_met, statuses_there
from etl.config import Desk, credentials
from etl.fields import resolve_fields
from etl.pull import Say
from etl.section import JiraFilesSection, JiraSection
from etl.sources.jira import JiraSource
from etl.sources.jira_files import JiraFiles
from metrics.profile import Profile


def check_jira(desk: Desk, source: JiraSection, profile: Profile, say: Say) -> Iterable[tuple[bool, str]]:
    """Whether the site can be signed in to, shows the projects, and has the profile's fields and statuses."""
    yield from no_token(desk.name, source.name, " (and {prefix}_USER on Jira Cloud)")
    secrets = credentials(desk.name, source.name)
    jira = JiraSource(source.name, source.url, source.projects, secrets, timeout=source.timeout_seconds, say=say)
    site = jira.site()
    kind = "Cloud" if site.flavour == "cloud" else "Data Center"
    yield True, f"Jira {kind} {site.version} at {site.url}, signed in as {site.account}"
    for key in source.projects:
        reason = site.projects_missing.get(key)
        yield reason is None, reason or f"project {key} is visible"
    yield from fields_there(*resolve_fields(profile, site.fields))
    yield from statuses_there(profile, _names(site.statuses))
    if source.feedback:
        yield _check_feedback(jira, profile, site.fields)


def _check_feedback(jira: JiraSource, profile: Profile, listed: list[dict[str, Any]]) -> tuple[bool, str]:
    if "score" in resolve_fields(profile, listed)[0].fields:
        return True, "feedback is not asked for: a field holds the score"
    reason = jira.why_no_feedback()
    return reason is None, reason or "feedback: Service Management answers; each resolved request costs a request"


def check_jira_files(desk: Desk, source: JiraFilesSection, profile: Profile, say: Say) -> Iterable[tuple[bool, str]]:
    """Whether there are files with issues in them, and whether they have the profile's fields, statuses and projects."""
    files = JiraFiles(source.path, desk.base)
    unreadable = files.unreadable()
    readable = [path for path in files.paths if path not in unreadable]
    if readable:
        yield True, files_met(readable)
    yield from ((False, why) for why in unreadable.values())
    yield from fields_there(*resolve_fields(profile, files.fields()))
    issues, projects, statuses = files.met()
    yield bool(issues), f"{issues:,} issues of {', '.join(sorted(projects)) or 'no project'}"
    for key in sorted(projects - profile.project.keys()) if "*" not in profile.project else ():
        yield False, f"project {key}: the profile does not name it; its tickets are left out"
    if listed := _names(files.statuses()):
        yield from statuses_there(profile, listed)
    else:
        yield from statuses_met(profile, sorted(statuses))


def _names(statuses: list[dict[str, Any]]) -> list[str]:
    return [str(status["name"]) for status in statuses]
