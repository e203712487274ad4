"""The rules of support lines, their units and OLAs, and of the follow-up list as small tables."""

from datetime import date, datetime, timedelta

from metrics.names import same_name
from metrics.profile import Line, Profile
from metrics.vocabulary import KnownStatus, Rows, RuleTable, Vocabulary
from metrics.working_time import local_midnight_after

_BEGINNING, _END = datetime(1, 1, 1), datetime(9999, 1, 1)


def line_tables(profile: Profile, words: Vocabulary, known: list[KnownStatus]) -> list[RuleTable]:
    """Which line works in which status, what the lines are called and have for units, and the OLAs."""
    return [
        RuleTable(
            "rule_line",
            "code INTEGER, project VARCHAR, line INTEGER, unit_field VARCHAR",
            _lines(profile, known, words.projects),
        ),
        RuleTable(
            "rule_line_unit",
            "code INTEGER, project VARCHAR, unit VARCHAR, line INTEGER",
            _lines_of_units(profile, known, words),
        ),
        RuleTable(
            "rule_line_name",
            "line INTEGER, name VARCHAR, unit_field VARCHAR",
            [(n, line.name, line.unit) for n, line in enumerate(profile.line, 1)],
        ),
        RuleTable(
            "rule_ola",
            "place INTEGER, line VARCHAR, unit VARCHAR, since TIMESTAMP, until_at TIMESTAMP, ola_seconds BIGINT",
            _olas(profile, words.units),
        ),
    ]


def line_rules(profile: Profile) -> list[RuleTable]:
    """The lines, OLAs and statuses on hold, as the mart carries them for its readers."""
    names = {status.name for name in profile.follow_up.on_hold if (status := profile.status_named(name))}
    return [
        RuleTable(
            "line_rule",
            "place INTEGER, line VARCHAR, unit_field VARCHAR",
            [(n, line.name, line.unit) for n, line in enumerate(profile.line, 1)],
        ),
        RuleTable(
            "ola_rule",
            "line VARCHAR, unit VARCHAR, ola_seconds BIGINT, rule VARCHAR, valid_from DATE, valid_to DATE",
            [(o.line, o.unit, profile.seconds(o.within), o.rule, o.valid_from, o.valid_to) for o in profile.ola],
        ),
        RuleTable("on_hold_status", "status VARCHAR", [(name,) for name in sorted(names)]),
    ]


def _lines(profile: Profile, known: list[KnownStatus], projects: list[str]) -> Rows:
    """Lines are numbered from 1; a status of no line has no row. Where several share it, that of units that none names;
    NULL if there is no such line."""
    rows: Rows = []
    for code, project, phase in _open_phases(known, projects):
        sharing = _sharing(profile, phase)
        if sharing:
            others = [n for n, line in sharing if len(sharing) == 1 or not line.units]
            rows.append((code, project, others[0] if others else None, sharing[0][1].unit))
    return rows


def _lines_of_units(profile: Profile, known: list[KnownStatus], words: Vocabulary) -> Rows:
    """The line of each unit that one of several lines names, by the names that units have in the data."""
    return [
        (code, project, unit, n)
        for code, project, phase in _open_phases(known, words.projects)
        if len(sharing := _sharing(profile, phase)) > 1
        for n, line in sharing
        for unit in words.units
        if same_name(unit) in map(same_name, line.units)
    ]


def _sharing(profile: Profile, phase: str) -> list[tuple[int, Line]]:
    return [(n, line) for n, line in enumerate(profile.line, 1) if phase in line.phases]


def _open_phases(known: list[KnownStatus], projects: list[str]) -> list[tuple[int, str, str]]:
    """Code, project and phase of the statuses in which somebody works."""
    return [
        (k.code, project, k.status.phase_in.get(project, k.status.phase))
        for k in known
        if k.status and k.status.kind in ("active", "waiting")
        for project in projects
    ]


def _olas(profile: Profile, units: list[str]) -> Rows:
    """The OLAs in the order of the profile, by the names that units have in the data; no unit means every unit."""
    return [
        (place, ola.line, unit, _begins(ola.valid_from, profile, _BEGINNING), _begins(ola.valid_to, profile, _END),
         profile.seconds(ola.within))
        for place, ola in enumerate(profile.ola)
        for unit in ([u for u in units if same_name(u) == same_name(ola.unit)] if ola.unit else [None])
    ]  # fmt: skip


def _begins(day: date | None, profile: Profile, otherwise: datetime) -> datetime:
    return local_midnight_after(day - timedelta(days=1), profile.calendar) if day else otherwise
