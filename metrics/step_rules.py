"""The steps of the work and the major incidents of a profile, as the mart carries them for its readers."""

from metrics.profile import Profile
from metrics.vocabulary import Rows, RuleTable


def step_rules(profile: Profile) -> list[RuleTable]:
    """Tables step_rule (a row a status; NULL: creation) and major_rule (a row a value)."""
    steps: Rows = [
        (place, step.name, step.rule, None if project == "*" else project, side, _named(profile, status))
        for place, step in enumerate(profile.step, 1)
        for project in step.projects
        for side, statuses in (("start", step.start or [""]), ("stop", step.stop))
        for status in statuses
    ]
    major = profile.major
    return [
        RuleTable(
            "step_rule",
            "place INTEGER, step VARCHAR, rule VARCHAR, project VARCHAR, side VARCHAR, status VARCHAR",
            steps,
        ),
        RuleTable(
            "major_rule",
            "field VARCHAR, value VARCHAR, review_field VARCHAR, rule VARCHAR",
            [(major.field, value, major.review or None, major.rule) for value in major.values],
        ),
    ]


def _named(profile: Profile, status: str) -> str | None:
    known = profile.status_named(status)
    return known.name if known else None
