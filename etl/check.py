"""`arbiter check`: is everything there that a sync needs, and does the profile fit the source?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from etl.check_files import check_files
from etl.check_jira import check_jira, check_jira_files
from etl.check_rt import check_rt
from etl.check_zammad import check_zammad
from etl.config import Desk
from etl.pull import Say
from metrics.errors import ArbiterError
from metrics.profile import Profile

# By kind of source: whether each thing that was looked at is as it should be, and a sentence on it.
CHECKS: dict[str, Callable[[Desk, Any, Profile, Say], Iterable[tuple[bool, str]]]] = {
    "jira": check_jira,
    "jira-files": check_jira_files,
    "files": check_files,
    "zammad": check_zammad,
    "rt": check_rt,
}


@dataclass(frozen=True)
class Finding:
    """One thing that was checked, in one sentence; not `ok`: it needs somebody."""

    desk: str
    source: str
    ok: bool
    text: str


def check_desk(desk: Desk, say: Say) -> list[Finding]:
    """What `arbiter check` says of a desk. Raises ConfigError when the profile itself is wrong."""
    profile = desk.profile()
    findings = [Finding(desk.name, "profile", True, f"{profile.name}: {profile.title}, {len(profile.goal)} goals")]
    for source in desk.sources:
        try:
            for ok, text in CHECKS[source.kind](desk, source, profile, say):  # what was found before an error stays
                findings.append(Finding(desk.name, source.name, ok, text))
        except ArbiterError as error:
            findings.append(Finding(desk.name, source.name, False, str(error)))
    return findings
