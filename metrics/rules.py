"""The profile as small tables: how the rules reach SQL (no rule is ever spelled into a query)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

from metrics.finding_rules import chain_rule, finding_tables, link_rule
from metrics.group_hours import group_hours
from metrics.line_rules import line_tables
from metrics.names import same_name
from metrics.profile import ClockName, Goal, InForce, Profile
from metrics.stage_rules import stage_tables
from metrics.vocabulary import KnownStatus, Rows, RuleTable, Vocabulary
from metrics.working_time import local_midnight_after

_BEGINNING, _END = datetime(1, 1, 1), datetime(9999, 1, 1)


def rule_tables(profile: Profile, words: Vocabulary) -> list[RuleTable]:
    """Every table of rules that the metrics read, for one profile and the names in the data."""
    known, names = _statuses(profile, words)
    return [
        *_status_tables(profile, words, known, names),
        *_ticket_tables(profile, words),
        *_goal_tables(profile, words),
        *_workflow_tables(profile, known),
        link_rule(profile),
        chain_rule(profile, words, known),
        *finding_tables(profile, words, known),
        *line_tables(profile, words, known),
        *stage_tables(profile, words),
    ]


def _status_tables(profile: Profile, words: Vocabulary, known: list[KnownStatus], names: Rows) -> list[RuleTable]:
    """What a status is called in the data, and what it means for tickets, clocks and phases (1.2, 1.5)."""
    return [
        RuleTable(
            "rule_status_name", "source VARCHAR, raw VARCHAR, raw_id VARCHAR, code INTEGER, unknown INTEGER", names
        ),
        RuleTable(
            "rule_status",
            "code INTEGER, status VARCHAR, is_waiting BOOLEAN, is_resolved BOOLEAN, is_closed BOOLEAN",
            _kinds(known),
        ),
        RuleTable("rule_phase", "code INTEGER, project VARCHAR, phase VARCHAR", _phases(known, words.projects)),
        RuleTable("rule_clock_status", _CLOCK_STATUS, _clock_statuses(profile, known)),
    ]


def _ticket_tables(profile: Profile, words: Vocabulary) -> list[RuleTable]:
    """Which tickets are measured, what their fields are called, which clocks they have, and who is a machine."""
    return [
        RuleTable(
            "rule_project",
            "project VARCHAR, restricted BOOLEAN, is_priority BOOLEAN, workflow VARCHAR",
            _projects(profile, words.projects),
        ),
        RuleTable("rule_scope", "project VARCHAR, type VARCHAR", _scope(profile, words)),
        RuleTable("rule_name", "kind VARCHAR, raw VARCHAR, canonical VARCHAR", _canonical_names(profile, words)),
        RuleTable("rule_category", "category VARCHAR, is_priority BOOLEAN", _categories(profile, words.categories)),
        RuleTable(
            "rule_clock",
            "clock VARCHAR, project VARCHAR, rule VARCHAR, starts_at_creation BOOLEAN",
            _clocks(profile, words.projects),
        ),
        RuleTable("rule_automation", "source VARCHAR, person_id VARCHAR", _automation(profile, words.people)),
        RuleTable("extra_field", "field VARCHAR", [(name,) for name in profile.extra_fields]),
    ]


def _goal_tables(profile: Profile, words: Vocabulary) -> list[RuleTable]:
    """Goals and their alerts, when they are in force, and the groups that have their own (AMP-G6, HD-M2)."""
    return [
        RuleTable("rule_era", "era INTEGER, since TIMESTAMP, until_at TIMESTAMP", _eras(profile)),
        RuleTable(
            "rule_goal",
            "goal INTEGER, era INTEGER, clock VARCHAR, project VARCHAR, type VARCHAR, channel VARCHAR, "
            "goal_group VARCHAR, goal_seconds BIGINT",
            _goals(profile),
        ),
        RuleTable("rule_goal_group", "provider VARCHAR, goal_group VARCHAR", _goal_groups(profile, words.units)),
        RuleTable("rule_group_hours", "provider VARCHAR, hours VARCHAR", group_hours(profile, words.units)),
        RuleTable(
            "rule_alert_band",
            "goal INTEGER, from_seconds BIGINT, to_seconds BIGINT, passed INTEGER, next_threshold BIGINT",
            _alert_bands(profile),
        ),
    ]


def _workflow_tables(profile: Profile, known: list[KnownStatus]) -> list[RuleTable]:
    """Where a ticket may begin and go (1.2), from when until when."""
    return [
        RuleTable(
            "rule_created_in",
            "workflow VARCHAR, code INTEGER, origin_project VARCHAR, since TIMESTAMP, until_at TIMESTAMP",
            _created_in(profile, known),
        ),
        RuleTable(
            "rule_move",
            "workflow VARCHAR, from_code INTEGER, code INTEGER, since TIMESTAMP, until_at TIMESTAMP",
            _moves(profile, known),
        ),
    ]


_CLOCK_STATUS = (
    "code INTEGER, leaves BOOLEAN, acknowledged BOOLEAN, resolution_start BOOLEAN, resolution_else BOOLEAN, "
    "closure_start BOOLEAN, closure_else BOOLEAN"
)


def _statuses(profile: Profile, words: Vocabulary) -> tuple[list[KnownStatus], Rows]:
    """The statuses that occur, each with a code, and raw name → code (section 1.2).

    A name is looked up as it is, then by its id under its present name, then in the aliases. Names that are not found
    are numbered: many stays then carry a number, and not the raw name.
    """
    by_name = {same_name(s.name): s for s in profile.status}
    by_alias = {same_name(alias): s for s in profile.status for alias in s.aliases}
    known = {s.name: KnownStatus(code, s.name, s) for code, s in enumerate(profile.status, 1)}
    unknown: dict[str, KnownStatus] = {}
    rows: Rows = []
    for source, raw, raw_id in sorted(words.statuses):
        present = words.present_names.get((source, raw_id), "")
        status = by_name.get(same_name(raw)) or by_name.get(same_name(present)) or by_alias.get(same_name(raw))
        status = status or by_alias.get(same_name(present))
        if status is None:
            fresh = KnownStatus(len(known) + len(unknown) + 1, raw, None)
            found = unknown.setdefault(same_name(raw), fresh)
        else:
            found = known[status.name]
        rows.append((source, raw, raw_id, found.code, len(rows) if status is None else None))
    return [*known.values(), *unknown.values()], rows


def _kinds(known: list[KnownStatus]) -> Rows:
    """A status that nobody mapped counts as active work."""
    kinds = [(k.code, k.name, k.status.kind if k.status else "active") for k in known]
    return [
        (code, name, kind == "waiting", kind in ("resolved", "closed"), kind == "closed") for code, name, kind in kinds
    ]


def _phases(known: list[KnownStatus], projects: list[str]) -> Rows:
    return [
        (k.code, project, k.status.phase_in.get(project, k.status.phase))
        for k in known
        if k.status
        for project in projects
    ]


def _clock_statuses(profile: Profile, known: list[KnownStatus]) -> Rows:
    def listed(clock: ClockName, key: str) -> set[str]:
        return {same_name(s) for s in getattr(profile.clock.get(clock), key, [])}

    leaves, acknowledged = listed("first_response", "leaves"), listed("first_response", "acknowledged")
    started: tuple[ClockName, ...] = ("resolution", "closure")
    lists = [listed(clock, key) for clock in started for key in ("start", "start_else")]
    rows: Rows = []
    for k in known:
        name = same_name(k.name)
        is_acknowledged = name in acknowledged if acknowledged else None  # not said: any move is, a creation is not
        rows.append((k.code, name in leaves, is_acknowledged, *(name in names for names in lists)))
    return rows


def _projects(profile: Profile, projects: list[str]) -> Rows:
    entries = [(key, profile.project_for(key)) for key in projects]
    return [
        (key, entry.restricted, key in profile.priority_channel.projects, entry.workflow)
        for key, entry in entries
        if entry
    ]


def _scope(profile: Profile, words: Vocabulary) -> Rows:
    """Which types are measured in which project (1.1); no list means every type, and tickets without one."""
    rows: Rows = []
    canonical = {raw: name for kind, raw, name in _canonical_names(profile, words) if kind == "type"}
    for key in words.projects:
        entry = profile.project_for(key)
        if entry:
            allowed = {same_name(t) for t in entry.types}
            types = {"", *(canonical.get(t, t) for t in words.types)}
            rows += [(key, t) for t in sorted(types) if not allowed or same_name(t) in allowed]
    return rows


def _canonical_names(profile: Profile, words: Vocabulary) -> Rows:
    """Types and priorities of the data in the profile's spelling."""
    types = {same_name(t): t for p in profile.project.values() for t in p.types}
    types |= {same_name(g.type): g.type for g in profile.goal if g.type}
    priorities = {same_name(p): p for p in profile.priorities}
    pairs = [("type", raw, types) for raw in words.types] + [("priority", raw, priorities) for raw in words.priorities]
    return [(kind, raw, allowed[same_name(raw)]) for kind, raw, allowed in pairs if same_name(raw) in allowed]


def _categories(profile: Profile, categories: list[str]) -> Rows:
    listed = {same_name(c) for c in profile.priority_channel.categories}
    return [(raw, True) for raw in categories if same_name(raw) in listed]


def _clocks(profile: Profile, projects: list[str]) -> Rows:
    return [
        (name, project, clock.rule, not clock.start)
        for name, clock in profile.clock.items()
        for project in projects
        if "*" in clock.projects or project in clock.projects
    ]


def _automation(profile: Profile, people: Iterable[tuple[str, str, str]]) -> Rows:
    listed = {same_name(name) for name in profile.people.automation}
    if not listed:
        return []
    return [(source, id_) for source, id_, name in people if same_name(name) in listed or same_name(id_) in listed]


def _midnight_that_begins(day: date, profile: Profile) -> datetime:
    return local_midnight_after(day - timedelta(days=1), profile.calendar)


def _eras(profile: Profile) -> Rows:
    """Spans of time in which the same goals are in force, numbered from 0."""
    days = sorted({d for g in profile.goal for d in (g.valid_from, g.valid_to) if d})
    bounds = [_BEGINNING, *(_midnight_that_begins(d, profile) for d in days), _END]
    return [(n, since, until) for n, (since, until) in enumerate(pairwise(bounds))]


def _goals(profile: Profile) -> Rows:
    rows: Rows = []
    for era, since, until in _eras(profile):
        for number, goal in enumerate(profile.goal, 1):
            if _in_force(goal, since, until, profile):
                seconds = profile.seconds(goal.within)
                group = same_name(goal.provider) if goal.provider else None
                rows.append((number, era, goal.clock, goal.project, goal.type, goal.channel, group, seconds))
    return rows


def _goal_groups(profile: Profile, providers: list[str]) -> Rows:
    """The groups that some goal is for, by their names in the data."""
    named = {same_name(goal.provider) for goal in profile.goal if goal.provider}
    return [(raw, same_name(raw)) for raw in providers if same_name(raw) in named]


def _in_force(goal: Goal, since: datetime, until: datetime, profile: Profile) -> bool:
    begins, ends = _period(goal, profile)
    return begins <= since and until <= ends


def _period(rule: InForce, profile: Profile) -> tuple[datetime, datetime]:
    """From which instant on, and until which, the rule is in force."""
    begins = _midnight_that_begins(rule.valid_from, profile) if rule.valid_from else _BEGINNING
    ends = _midnight_that_begins(rule.valid_to, profile) if rule.valid_to else _END
    return begins, ends


def _alert_bands(profile: Profile) -> Rows:
    """Per goal, by seconds used: how many alerts are passed (used ≥ threshold), and the next threshold (AMP-G6)."""
    rows: Rows = []
    for number, goal in enumerate(profile.goal, 1):
        thresholds = sorted(profile.seconds(a.after) for a in goal.alerts)
        bounds = [0, *thresholds]
        for passed, start in enumerate(bounds):
            upcoming = thresholds[passed] if passed < len(thresholds) else None
            rows.append((number, start, upcoming if upcoming is not None else 2**62, passed, upcoming))
    return rows


def _created_in(profile: Profile, known: list[KnownStatus]) -> Rows:
    """Statuses in which a ticket may be created, from when until when; with an `origin_project`, as a clone of a ticket
    of that."""
    code = {same_name(k.name): k.code for k in known}
    rows: Rows = []
    for name, flow in profile.editions:
        period = _period(flow, profile)
        rows += [(name, code[same_name(status)], None, *period) for status in flow.created]
        for status, projects in flow.created_as_clone_of.items():
            rows += [(name, code[same_name(status)], project, *period) for project in projects]
    return rows


def _moves(profile: Profile, known: list[KnownStatus]) -> Rows:
    """The allowed moves (1.2), from when until when."""
    code = {same_name(k.name): k.code for k in known}
    return [
        (name, code[same_name(origin)], code[same_name(target)], *_period(flow, profile))
        for name, flow in profile.editions
        for origin, targets in flow.moves.items()
        for target in targets
    ]
