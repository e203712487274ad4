"""Groups of one desk that keep hours of their own (HD-M2): whose tickets are timed by which calendar."""

from dataclasses import dataclass

from metrics.calendar_tables import instants_of
from metrics.names import same_name
from metrics.profile import Profile
from metrics.vocabulary import Rows, RuleTable
from metrics.working_time import WorkingTime


@dataclass(frozen=True)
class GroupCalendar:
    """A calendar, and the name of the hours in the profile that it is of; the desk's own has none."""

    hours: str
    calendar: WorkingTime


def group_calendars(profile: Profile, own: WorkingTime) -> list[GroupCalendar]:
    """The desk's own calendar, then those that some group keeps, over the same days."""
    first, last = own.days[0].day, own.days[-1].day
    kept = sorted(set(profile.hours_of_groups.values()))
    return [
        GroupCalendar("", own),
        *(GroupCalendar(name, WorkingTime(profile.hours[name], first, last)) for name in kept),
    ]


def group_hours(profile: Profile, providers: list[str]) -> Rows:
    """Rows (provider, hours) for the names that such groups have in the data."""
    kept = profile.hours_of_groups
    return [(raw, kept[same_name(raw)]) for raw in providers if same_name(raw) in kept]


def group_days(profile: Profile, own: WorkingTime) -> RuleTable:
    """Table group_day: the days of each group that keeps hours of its own."""
    calendars = {part.hours: part.calendar for part in group_calendars(profile, own)}
    return RuleTable(
        "group_day",
        "provider VARCHAR, hours VARCHAR, day DATE, kind VARCHAR, name VARCHAR, opens_at TIMESTAMP, closes_at TIMESTAMP, "
        "begins_at TIMESTAMP, ends_at TIMESTAMP",
        [
            (name, group.hours, d.day, d.kind, d.name, *instants_of(d, calendars[group.hours]))
            for name, group in profile.group.items()
            for d in calendars[group.hours].days
        ],
    )


# SQL: by which hours each of the tickets `wanted` is timed: those of its provider at T (AMP-W4), '' for the desk's own.
TICKET_HOURS = """
CREATE TABLE ticket_hours AS
WITH told AS (
    SELECT c.no, arg_max(coalesce(CASE WHEN c.changed_at < as_of() THEN c.to_value ELSE c.from_value END, ''),
                         CASE WHEN c.changed_at < as_of() THEN c.seq ELSE -c.seq END) AS provider
    FROM store.change c JOIN wanted w ON w.no = c.no
    WHERE c.field = 'provider' GROUP BY c.no
)
SELECT w.no, w.ticket_id, coalesce(g.hours, '') AS hours
FROM wanted w
JOIN store.ticket t ON t.no = w.no
LEFT JOIN told o ON o.no = w.no
LEFT JOIN rule_group_hours g ON g.provider = CASE WHEN o.no IS NULL THEN t.provider ELSE o.provider END
"""
