"""What is wrong between the tables of a profile: names of statuses, projects, fields and lines that do not fit."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

from metrics.names import same_name
from metrics.profile_findings import FINDING_READS
from metrics.profile_lines import wrong_sharing
from metrics.profile_values import ClockName

if TYPE_CHECKING:
    from metrics.profile import Profile

# What a history calls the things that every source has: no name for a further field.
RESERVED_FIELDS = {"status", "link", "key", "project", "description", "assignee", "reporter"}
_EXTRA_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OF_EVERY_FINDING = {"title", "section", "says", "projects"}


def problems_of(profile: "Profile") -> list[str]:
    """Every such mistake, in a sentence each."""
    return [problem for check in _CHECKS for problem in check(profile)]


def _twice(names: Iterable[str]) -> list[str]:
    """The names that stand more than once, in their order."""
    return [name for name, n in Counter(names).items() if n > 1]


def _hidden_without_a_name(profile: "Profile") -> list[str]:
    """Keys of hidden tickets in texts are found by the name of their project."""
    return [
        f"project.*.{key}: hides no project by name; allowed: in a project that is named"
        for key in ("hidden_from", "restricted")
        if getattr(profile.project.get("*"), key, None)
    ]


def _unknown_statuses(profile: "Profile") -> list[str]:
    known = {same_name(s.name) for s in profile.status}
    used = [
        (f"clock.{name}.{key}", status)
        for name, clock in profile.clock.items()
        for key in ("leaves", "acknowledged", "start", "start_else")
        for status in getattr(clock, key)
    ]
    for name, flow in profile.editions:
        used += [(f"workflow.{name}.created", status) for status in flow.created]
        used += [(f"workflow.{name}.created_as_clone_of", status) for status in flow.created_as_clone_of]
        for origin, targets in flow.moves.items():
            used += [(f"workflow.{name}.moves", status) for status in (origin, *targets)]
    used += [
        (f"step.{s.name}.{key}", status)
        for s in profile.step
        for key in ("start", "stop")
        for status in getattr(s, key)
    ]
    used += [("follow_up.on_hold", status) for status in profile.follow_up.on_hold]
    used += [(f"chain.{key}", status) for key in ("desk", "delegated") for status in getattr(profile.chain, key)]
    used += [
        (f"finding.{name}.{key}", status)
        for name, finding in profile.finding.items()
        for key in ("in_status", "not_in_status")
        for status in getattr(finding, key)
    ]
    allowed = ", ".join(s.name for s in profile.status)
    return [
        f"{key}: {status!r} is no status of this profile; allowed: {allowed}"
        for key, status in used
        if same_name(status) not in known
    ]


def _unknown_projects(profile: "Profile") -> list[str]:
    used = [(f"clock.{name}.projects", p) for name, clock in profile.clock.items() for p in clock.projects if p != "*"]
    used += [("goal.project", g.project) for g in profile.goal if g.project]
    used += [("priority_channel.projects", p) for p in profile.priority_channel.projects]
    used += [("satisfaction.projects", p) for p in profile.satisfaction.projects if p != "*"]
    used += [(f"status.{s.name}.phase_in", p) for s in profile.status for p in s.phase_in]
    used += [("chain.champion_projects", p) for p in profile.chain.champion_projects]
    used += [
        (f"workflow.{name}.created_as_clone_of", p)
        for name, flow in profile.editions
        for projects in flow.created_as_clone_of.values()
        for p in projects
    ]
    used += [(f"step.{s.name}.projects", p) for s in profile.step for p in s.projects if p != "*"]
    listed = [*_projects_of_findings(profile), *((f"board.{n}.projects", b.projects) for n, b in profile.board.items())]
    used += [(key, p) for key, projects in listed for p in projects if p != "*"]
    allowed = ", ".join(profile.project)
    return [
        f"{key}: {p!r} is no project of this profile; allowed: {allowed}"
        for key, p in used
        if p not in profile.project and "*" not in profile.project
    ]


def _projects_of_findings(profile: "Profile") -> Iterator[tuple[str, list[str]]]:
    for name, finding in profile.finding.items():
        yield f"finding.{name}.projects", finding.projects
        for field, projects in finding.fields.items():
            yield f"finding.{name}.fields.{field}", projects


def _unfit_findings(profile: "Profile") -> list[str]:
    """Findings that lack something they read, or have something they do not read."""
    problems = []
    for name, finding in profile.finding.items():
        given, reads = finding.model_fields_set - _OF_EVERY_FINDING, FINDING_READS[name]
        what = f"this rule reads {', '.join(sorted(reads)) or 'nothing more'}"
        problems += [f"finding.{name}: {key} is missing; {what}" for key in sorted(reads - given)]
        problems += [f"finding.{name}: {key} has no meaning here; {what}" for key in sorted(given - reads)]
        if name in ("F4", "F8") and not profile.priorities:
            problems.append(f"finding.{name}: needs priorities, the highest first, at the top of the profile")
    return problems


def _unknown_workflows(profile: "Profile") -> list[str]:
    return [
        f"project.{key}.workflow: {p.workflow!r} is not defined; allowed: {', '.join(profile.workflow) or 'none'}"
        for key, p in profile.project.items()
        if p.workflow and p.workflow not in profile.workflow
    ]


def _ambiguous_statuses(profile: "Profile") -> list[str]:
    owner: dict[str, str] = {}
    problems = [f"status.{name}: stands twice; allowed is once" for name in _twice(s.name for s in profile.status)]
    for status in profile.status:
        for name in (status.name, *status.aliases):
            other = owner.setdefault(same_name(name), status.name)
            if other != status.name:
                problems.append(f"status.{status.name}: {name!r} already names {other!r}")
    return problems


def _wrong_lines(profile: "Profile") -> list[str]:
    """Phases of lines that no open status has, and names and phases that stand twice."""
    open_phases = {
        p for s in profile.status if s.kind in ("active", "waiting") for p in (s.phase, *s.phase_in.values())
    }
    problems = [
        f"line.{line.name}.phases: {phase!r} is no phase of an open status; allowed: {', '.join(sorted(open_phases))}"
        for line in profile.line
        for phase in line.phases
        if phase not in open_phases
    ]
    names = sorted(_twice(line.name for line in profile.line))
    problems += [f"line.name: {name!r} stands twice; allowed is once in all lines" for name in names]
    return [*problems, *wrong_sharing(profile.line)]


def _wrong_olas(profile: "Profile") -> list[str]:
    lines = {line.name: line for line in profile.line}
    allowed = ", ".join(lines) or "none"
    problems = [f"ola.line: {o.line!r} is no line; allowed: {allowed}" for o in profile.ola if o.line not in lines]
    return problems + [
        f"ola.unit: {o.unit!r}, but the line {o.line!r} has no units; allowed with `unit` in the line's table"
        for o in profile.ola
        if o.unit and o.line in lines and not lines[o.line].unit
    ]


def _wrong_priorities(profile: "Profile") -> list[str]:
    """Priorities that are one, compared as statuses are: which is the higher one nobody could say."""
    names = _twice(same_name(name) for name in profile.priorities)
    return [f"priorities: {name!r} stands twice; allowed is once, in any spelling" for name in names]


def _misplaced_slas(profile: "Profile") -> list[str]:
    clocks = get_args(ClockName)
    return [
        f"field.{name}.kind: is {entry.kind!r}; allowed: sla for a clock ({', '.join(clocks)}), and only there"
        for name, entry in profile.field.items()
        if (entry.kind == "sla") != (name in clocks)
    ]


def _misnamed_fields(profile: "Profile") -> list[str]:
    allowed = f"small letters, digits and _, a letter first, and none of {', '.join(sorted(RESERVED_FIELDS))}"
    return [
        f"field.{name}: is no name for a field; allowed: {allowed}"
        for name in profile.field
        if not _EXTRA_NAME.fullmatch(name) or name in RESERVED_FIELDS
    ]


def _wrong_stages(profile: "Profile") -> list[str]:
    if profile.stage is None:
        return []
    holders = ["status", *profile.extra_fields]
    names = sorted(_twice(same_name(name) for name in (*profile.stage.order, *profile.stage.dropped)))
    problems = [f"stage: {name!r} stands twice; allowed is once" for name in names]
    if profile.stage.field not in holders:
        problems.append(f"stage.field: {profile.stage.field!r} holds no stage; allowed: {', '.join(holders)}")
    return problems


def _wrong_major(profile: "Profile") -> list[str]:
    """Fields of major incidents that the desk does not have."""
    if not profile.major.values:
        return []
    fields = [*profile.extra_fields, "type", "priority", "category"]
    problems = (
        []
        if profile.major.field in fields
        else [f"major.field: {profile.major.field!r} is no such field; allowed: {', '.join(fields)}"]
    )
    if profile.major.review and profile.major.review not in profile.extra_fields:
        allowed = ", ".join(profile.extra_fields) or "none"
        problems.append(f"major.review: {profile.major.review!r} is no further field; allowed: {allowed}")
    return problems


def _wrong_groups(profile: "Profile") -> list[str]:
    """Hours that nobody defined, and groups of a desk whose tickets are chained: a chain has one working time."""
    allowed = ", ".join(profile.hours) or "none"
    problems = [
        f"group.{name}.hours: {group.hours!r} is not defined; allowed: {allowed}"
        for name, group in profile.group.items()
        if group.hours not in profile.hours
    ]
    if profile.group and profile.link.clones:
        problems.append("group: tickets that are linked as clones are timed together; allowed: groups without `link`")
    return problems


_CHECKS = (
    _unknown_statuses, _unknown_projects, _unknown_workflows, _ambiguous_statuses, _unfit_findings, _wrong_lines,
    _wrong_olas, _misplaced_slas, _misnamed_fields, _wrong_major, _wrong_groups, _wrong_stages,
    _wrong_priorities, _hidden_without_a_name,
)  # fmt: skip
