"""`arbiter check`: is everything there that a sync needs, and does the profile fit the site?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from etl.config import Desk, Source, credentials, secret_prefix
from etl.fields import resolve_fields
from etl.sources.jira import JiraSource
from etl.sources.jira_files import JiraFiles
from metrics.errors import ArbiterError
from metrics.names import same_name
from metrics.profile import Profile


@dataclass(frozen=True)
class Finding:
    """One thing that was checked, in one sentence; not `ok`: it needs somebody."""

    desk: str
    source: str
    ok: bool
    text: str


def check_desk(desk: Desk, say: Callable[[str], None]) -> list[Finding]:
    """What `arbiter check` says of a desk. Raises ConfigError when the profile itself is wrong."""
    profile = desk.profile()
    findings = [Finding(desk.name, "profile", True, f"{profile.name}: {profile.title}, {len(profile.goal)} goals")]
    for source in desk.sources:
        try:
            checked = (
                _check_jira(desk, source, profile, say)
                if source.kind == "jira"
                else _check_files(desk, source, profile)
            )
            findings += [Finding(desk.name, source.name, ok, text) for ok, text in checked]
        except ArbiterError as error:
            findings.append(Finding(desk.name, source.name, False, str(error)))
    return findings


def _check_jira(desk: Desk, source: Source, profile: Profile, say: Callable[[str], None]) -> Iterable[tuple[bool, str]]:
    secrets = credentials(desk.name, source.name)
    if not secrets.token:
        prefix = secret_prefix(desk.name, source.name)
        yield False, f"no token: set {prefix}_TOKEN (and {prefix}_USER on Jira Cloud)"
    jira = JiraSource(source.name, source.url, source.projects, secrets, timeout=source.timeout_seconds, say=say)
    site = jira.site()
    kind = "Cloud" if site.flavour == "cloud" else "Data Center"
    yield True, f"Jira {kind} {site.version} at {site.url}, signed in as {site.account}"
    for key in source.projects:
        reason = site.projects_missing.get(key)
        yield reason is None, reason or f"project {key} is visible"
    yield from _check_fields(profile, site.fields)
    yield from _check_statuses(profile, site.statuses)
    if source.feedback:
        yield _check_feedback(jira, profile, site.fields)


def _check_feedback(jira: JiraSource, profile: Profile, listed: list[dict[str, Any]]) -> tuple[bool, str]:
    if "score" in resolve_fields(profile, listed)[0].fields:
        return True, "feedback is not asked for: a field holds the score"
    reason = jira.why_no_feedback()
    return reason is None, reason or "feedback: Service Management answers; each resolved request costs a request"


def _check_files(desk: Desk, source: Source, profile: Profile) -> Iterable[tuple[bool, str]]:
    files = JiraFiles(source.path, desk.base)
    yield True, f"{len(files.paths)} files, from {files.paths[0]}"
    yield from _check_fields(profile, files.fields())
    yield from _check_statuses(profile, files.statuses())


def _check_fields(profile: Profile, listed: list[dict[str, Any]]) -> Iterable[tuple[bool, str]]:
    mapping, problems = resolve_fields(profile, listed)
    for canonical, (field_id, name, _) in mapping.fields.items():
        yield True, f"field {canonical} is {name!r} ({field_id})"
    for problem in problems:
        yield not problem.required, problem.text + ("" if problem.required else " (optional)")


def _check_statuses(profile: Profile, statuses: list[dict[str, Any]]) -> Iterable[tuple[bool, str]]:
    """The profile's statuses at the site; others may belong to other projects, so they are only named."""
    there = {same_name(str(s["name"])): str(s["name"]) for s in statuses}
    if not there:
        return
    for status in profile.status:
        spellings = [same_name(n) for n in (status.name, *status.aliases)]
        found = [there[s] for s in spellings if s in there]
        names = ", ".join(sorted(there.values()))
        yield (
            bool(found),
            f"status {status.name} is {found[0]!r}"
            if found
            else f"status {status.name}: the site has none of that name; names there: {names}",
        )
    unmapped = sorted(name for key, name in there.items() if profile.status_named(key) is None)
    if unmapped:
        yield True, f"statuses of the site that the profile does not name: {', '.join(unmapped)}"
