"""What a desk has, by its profile and its tickets: it decides which sheets, tables and columns the report has."""

from metrics.names import in_words
from metrics.profile import ClockName, Profile
from reports.request import Report

DIMENSIONS = ("type", "priority", "service", "provider")
_WITH_GOAL_ONLY: ClockName = "first_human_response"
_SHOWN: tuple[ClockName, ...] = ("first_response", _WITH_GOAL_ONLY, "update", "resolution")


def clocks_of(profile: Profile) -> list[ClockName]:
    """The clocks that the report shows, in the order of a ticket's life; the first human response only with a goal."""
    return [c for c in _SHOWN if c in profile.clock and (c != _WITH_GOAL_ONLY or has_goal(profile, c))]


def has_goal(profile: Profile, clock: ClockName) -> bool:
    """Whether some ticket's clock of that name has a goal."""
    return any(goal.clock == clock for goal in profile.goal)


def counted_fields(profile: Profile) -> list[str]:
    """The further fields by whose values tickets are counted (HD-M1, OPS-M3): texts, without the one that says whether
    the review of a major incident was held."""
    return [f for f in profile.extra_fields if profile.field[f].kind == "text" and f != profile.major.review]


def differing(report: Report, names: tuple[str, ...] = DIMENSIONS) -> list[str]:
    """Those of these columns of `ticket` in which the desk's tickets differ, also by having nothing in it: a table by
    another would say nothing."""
    values = ", ".join(f"count(DISTINCT coalesce({name}, ''))" for name in names)
    counts = report.db.execute(f"SELECT {values} FROM ticket").fetchall()
    return [name for name, n in zip(names, counts[0], strict=True) if n > 1]


def called(profile: Profile, field: str) -> str:
    """What the desk calls a field: its first name at the source, else ours."""
    return profile.field[field].names[0] if field in profile.field else in_words(field)


def titled(text: str) -> str:
    """The text as the title of a column: with a capital, the rest as it is."""
    return text[:1].upper() + text[1:]
