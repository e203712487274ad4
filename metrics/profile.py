"""The profile: everything a desk's procedure says, as data. Read from TOML, validated once, all mistakes named."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from metrics.errors import ConfigError
from metrics.names import same_name
from metrics.profile_calendar import WEEKDAYS, Calendar, ClosingDay, Group, Hours, InForce, OpenHours, Part
from metrics.profile_steps import Major, Stages, Step

# What others take from here although it stands in a file of its own.
__all__ = [
    "WEEKDAYS",
    "Calendar",
    "ClosingDay",
    "Group",
    "Hours",
    "InForce",
    "Major",
    "OpenHours",
    "Part",
    "Stages",
    "Step",
]

ClockName = Literal["first_response", "first_human_response", "update", "resolution", "closure"]
Phase = str
Kind = Literal["active", "waiting", "resolved", "closed"]
Role = Literal["service_manager", "arb", "esa", "security"]
FieldName = Literal[
    "summary", "type", "priority", "relevance", "service", "service_element", "service_version", "category",
    "provider", "eta", "score", "esa_arb", "esa_cab", "interface",
]  # fmt: skip
UnitField = Literal["provider", "service", "service_element", "category"]
# What a history calls the things that every source has: no name for a further field.
RESERVED_FIELDS = {"status", "link", "key", "project", "description", "assignee", "reporter"}
_EXTRA_NAME = re.compile(r"[a-z][a-z0-9_]*")
CheckedField = FieldName | Literal["description", "assignee", "reporter"]
FindingName = Literal["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"]
# What each finding reads of its table, beside title, section, says and projects (1.9).
FINDING_READS: dict[str, set[str]] = {
    "F1": set(), "F2": {"in_status"}, "F3": {"not_in_status"}, "F4": set(), "F5": {"in_status"},
    "F6": {"in_status", "days"}, "F7": {"in_status", "days"}, "F8": set(), "F9": {"not_in_status"},
    "F10": {"in_status", "within"}, "F11": {"scores"}, "F12": {"fields"},
}  # fmt: skip
_OF_EVERY_FINDING = {"title", "section", "says", "projects"}
_DURATION = re.compile(r"(\d+(?:\.\d+)?) (NWH|NWD)")


def _is_duration(text: str) -> str:
    if not _DURATION.fullmatch(text):
        raise ValueError("not a working duration; allowed is a number and a unit, such as 2 NWH or 0.5 NWD")
    return text


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _one_after_the_other(editions: "list[Workflow]") -> "list[Workflow]":
    """Raises ValueError unless every day has exactly one edition, the oldest first."""
    if editions[0].valid_from or editions[-1].valid_to:
        raise ValueError("gap: the first edition has no valid_from, the last one no valid_to")
    for n, (earlier, later) in enumerate(pairwise(editions)):
        if not earlier.valid_to or earlier.valid_to != later.valid_from:
            what = "overlap" if _begins_inside(later, earlier) else "gap"
            raise ValueError(
                f"{what}: edition {n} has valid_to {earlier.valid_to or 'none'}, edition {n + 1} valid_from "
                f"{later.valid_from or 'none'}; allowed is one and the same day"
            )
    return editions


def _begins_inside(later: "InForce", earlier: "InForce") -> bool:
    return not (earlier.valid_to and later.valid_from and earlier.valid_to <= later.valid_from)


WorkingDuration = Annotated[str, AfterValidator(_is_duration)]
Names = Annotated[list[str], BeforeValidator(_one_or_many)]


class Project(Part):
    """A project of the desk (1.1): what is in scope and who sees it. `types` empty: every type.

    A restricted one is for `security` alone; from a role in `hidden_from` it is hidden in the same way.
    """

    name: str = ""
    types: list[str] = []
    restricted: bool = False
    hidden_from: list[Role] = []
    workflow: str | None = None

    @model_validator(mode="after")
    def _is_not_hidden_from_all(self) -> "Project":
        if len({*self.hidden_from, "security"}) == len(get_args(Role)):
            raise ValueError("hidden_from: hides the project from all but security; allowed: restricted = true")
        return self


class Status(Part):
    """A status (1.2): its phase, per project where that differs, and what a clock makes of it."""

    name: str
    phase: Phase
    phase_in: dict[str, Phase] = {}
    kind: Kind = "active"
    aliases: list[str] = []


class Workflow(InForce):
    """One edition of a workflow: the statuses a ticket may be created in, and the allowed moves (1.2, finding F1).

    `created_as_clone_of`: statuses in which only a clone of a ticket of these projects may be created.
    """

    created: list[str] = Field(min_length=1)
    created_as_clone_of: dict[str, list[str]] = {}
    moves: dict[str, list[str]]


# `[workflow.NAME]`, or one `[[workflow.NAME]]` an edition.
Editions = Annotated[
    list[Workflow], Field(min_length=1), BeforeValidator(_one_or_many), AfterValidator(_one_after_the_other)
]


class FieldMap(Part):
    """How a field is called at the source (1.3). `names`: the first that exists wins. Of kind `sla`, under the name of a
    clock: the source's own figures for it, as Jira Service Management keeps them."""

    names: Names = Field(min_length=1)
    kind: Literal["text", "date", "number", "flag", "sla"] = "text"
    required: bool = True


class Clock(Part):
    """A clock (1.5). Which lists matter depends on the clock; an empty `start` starts at creation."""

    rule: str
    projects: list[str] = ["*"]
    leaves: list[str] = []
    acknowledged: list[str] = []
    start: list[str] = []
    start_else: list[str] = []


class Alert(Part):
    """An alert of a goal (AMP-G4): passed when the counted time reaches it; what is to be done then."""

    after: WorkingDuration
    action: str


class Goal(InForce):
    """A goal (1.6). Of several that fit a ticket, the first in the file counts. `provider`: the group that it is for, by
    what the ticket has as provider at T (HD-M2)."""

    clock: ClockName
    rule: str
    within: WorkingDuration
    project: str | None = None
    type: str | None = None
    provider: str | None = None
    channel: Literal["priority", "standard"] | None = None
    alerts: list[Alert] = []


class PriorityChannel(Part):
    """What makes a ticket a priority-channel ticket (AMP-G3)."""

    rule: str = ""
    projects: list[str] = []
    categories: list[str] = []


class Line(Part):
    """A support line (DMSU-M1 to M5), in the order in which tickets are passed on: the phases in which it works on a
    ticket. With `unit`, the field that names who works there: each of them is measured apart (OPS-M1). Lines that share
    phases are told apart by their `units`; whoever no line names is of the one without."""

    name: str
    phases: list[Phase] = Field(min_length=1)
    unit: UnitField | None = None
    units: list[str] = []


class Ola(InForce):
    """Within which time a line, or one of its units, answers (OPS-M1, OPS-M2). The first in the file that fits counts."""

    line: str
    unit: str | None = None
    rule: str = "OPS-M1"
    within: WorkingDuration


class FollowUp(Part):
    """The follow-up list (DMSU-M7): statuses in which a ticket is on hold, waiting for a release."""

    on_hold: list[str] = []


class CloneLinks(Part):
    """How a clone link is called on the clone, and on its origin (1.10)."""

    clones: Names = []
    cloned_by: Names = []


class Chain(Part):
    """Who holds a chain by the status of its root, beside the waiting and resolved ones (AMP-L1)."""

    rule: str = ""
    desk: list[str] = []
    delegated: list[str] = []
    champion_projects: list[str] = []


class Finding(Part):
    """A finding (1.9): what the procedure says, the projects that it holds in, and what the rule reads.

    `days` are of 24 hours; `within` is working time; `scores` are the valid ones; `fields` says in which projects a
    field must not be empty. Which of them a rule reads is in FINDING_READS.
    """

    title: str
    section: str
    says: str
    projects: list[str] = ["*"]
    in_status: list[str] = Field(default=[], min_length=1)
    not_in_status: list[str] = Field(default=[], min_length=1)
    days: int = Field(default=0, gt=0)
    within: WorkingDuration = ""
    scores: list[int] = Field(default=[], min_length=1)
    fields: dict[CheckedField, list[str]] = Field(default={}, min_length=1)


class Satisfaction(Part):
    """Where the satisfaction score is asked for (1.7)."""

    projects: list[str] = ["*"]


class ReviewBoard(Part):
    """A board that reviews the unresolved tickets of `projects` (1.8); with a `flag`, of those only the flagged ones
    (AMP-B4)."""

    title: str
    rule: str
    projects: list[str] = ["*"]
    flag: Literal["esa_arb", "esa_cab", ""] = ""


class People(Part):
    """Who is automation: display names or account ids, compared like statuses."""

    automation: list[str] = []


class Choice(Part):
    """A choice taken where the procedure is silent; shown on the definitions page."""

    rule: str
    text: str


class Lights(Part):
    """From which share of goals met on a report's light is green, and from which amber; below that it is red."""

    green: float = Field(default=0.95, ge=0, le=1)
    amber: float = Field(default=0.8, ge=0, le=1)

    @model_validator(mode="after")
    def _green_is_above_amber(self) -> "Lights":
        if self.green < self.amber:
            raise ValueError(f"amber {self.amber} lies above green {self.green}; allowed: at most as high")
        return self


def _wrong_sharing(lines: list[Line]) -> Iterator[str]:
    """What is wrong with lines that share a phase, and with their units."""
    yield from (
        f"line.{line.name}.units: names units of no field; allowed with `unit` in the line's table"
        for line in lines
        if line.units and not line.unit
    )
    for phase in sorted({p for line in lines for p in line.phases}):
        sharing = [line for line in lines if phase in line.phases]
        if len(sharing) > 1 and (len({s.unit for s in sharing}) > 1 or sum(not s.units for s in sharing) > 1):
            yield (
                f"line.phases: {phase!r} stands twice; allowed is once in all lines, or in lines with the same `unit`, "
                "all of which but one name their `units`"
            )
        named = [same_name(unit) for line in sharing for unit in line.units]
        yield from (
            f"line.units: {unit!r} stands twice in lines of the phase {phase!r}; allowed is once"
            for unit in sorted(set(named))
            if named.count(unit) > 1
        )


class Profile(Part):
    """A desk's procedure. Build it with `load_profile`."""

    name: str
    title: str
    document: str = ""
    calendar: Calendar
    hours: dict[str, OpenHours] = {}
    group: dict[str, Group] = {}
    project: dict[str, Project] = Field(min_length=1)
    status: list[Status] = Field(min_length=1)
    workflow: dict[str, Editions] = {}
    field: dict[str, FieldMap] = {}
    priorities: list[str] = []
    clock: dict[ClockName, Clock]
    goal: list[Goal] = []
    priority_channel: PriorityChannel = PriorityChannel()
    line: list[Line] = []
    ola: list[Ola] = []
    stage: Stages | None = None
    follow_up: FollowUp = FollowUp()
    step: list[Step] = []
    major: Major = Major()
    satisfaction: Satisfaction = Satisfaction()
    people: People = People()
    link: CloneLinks = CloneLinks()
    chain: Chain = Chain()
    finding: dict[FindingName, Finding] = {}
    board: dict[str, ReviewBoard] = {}
    lights: Lights = Lights()
    choice: list[Choice] = []

    @model_validator(mode="after")
    def _names_exist(self) -> "Profile":
        problems = [*self._unknown_statuses(), *self._unknown_projects(), *self._unknown_workflows()]
        problems += [*self._ambiguous_statuses(), *self._unfit_findings(), *self._wrong_lines(), *self._wrong_olas()]
        problems += [*self._misplaced_slas(), *self._misnamed_fields(), *self._wrong_major(), *self._wrong_groups()]
        problems += self._wrong_stages()
        if "*" in self.project and self.project["*"].hidden_from:
            problems.append("project.*.hidden_from: hides no project by name; allowed: in a project that is named")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _unknown_statuses(self) -> list[str]:
        known = {same_name(s.name) for s in self.status}
        used = [
            (f"clock.{name}.{key}", status)
            for name, clock in self.clock.items()
            for key in ("leaves", "acknowledged", "start", "start_else")
            for status in getattr(clock, key)
        ]
        for name, flow in self.editions:
            used += [(f"workflow.{name}.created", status) for status in flow.created]
            used += [(f"workflow.{name}.created_as_clone_of", status) for status in flow.created_as_clone_of]
            for origin, targets in flow.moves.items():
                used += [(f"workflow.{name}.moves", status) for status in (origin, *targets)]
        used += [
            (f"step.{s.name}.{key}", status)
            for s in self.step
            for key in ("start", "stop")
            for status in getattr(s, key)
        ]
        used += [("follow_up.on_hold", status) for status in self.follow_up.on_hold]
        used += [(f"chain.{key}", status) for key in ("desk", "delegated") for status in getattr(self.chain, key)]
        used += [
            (f"finding.{name}.{key}", status)
            for name, finding in self.finding.items()
            for key in ("in_status", "not_in_status")
            for status in getattr(finding, key)
        ]
        allowed = ", ".join(s.name for s in self.status)
        return [
            f"{key}: {status!r} is no status of this profile; allowed: {allowed}"
            for key, status in used
            if same_name(status) not in known
        ]

    def _unknown_projects(self) -> list[str]:
        used = [(f"clock.{name}.projects", p) for name, clock in self.clock.items() for p in clock.projects if p != "*"]
        used += [("goal.project", g.project) for g in self.goal if g.project]
        used += [("priority_channel.projects", p) for p in self.priority_channel.projects]
        used += [("satisfaction.projects", p) for p in self.satisfaction.projects if p != "*"]
        used += [(f"status.{s.name}.phase_in", p) for s in self.status for p in s.phase_in]
        used += [("chain.champion_projects", p) for p in self.chain.champion_projects]
        used += [
            (f"workflow.{name}.created_as_clone_of", p)
            for name, flow in self.editions
            for projects in flow.created_as_clone_of.values()
            for p in projects
        ]
        used += [(f"step.{s.name}.projects", p) for s in self.step for p in s.projects if p != "*"]
        listed = [*self._projects_of_findings(), *((f"board.{n}.projects", b.projects) for n, b in self.board.items())]
        used += [(key, p) for key, projects in listed for p in projects if p != "*"]
        allowed = ", ".join(self.project)
        return [
            f"{key}: {p!r} is no project of this profile; allowed: {allowed}"
            for key, p in used
            if p not in self.project and "*" not in self.project
        ]

    def _projects_of_findings(self) -> Iterator[tuple[str, list[str]]]:
        for name, finding in self.finding.items():
            yield f"finding.{name}.projects", finding.projects
            for field, projects in finding.fields.items():
                yield f"finding.{name}.fields.{field}", projects

    def _unfit_findings(self) -> list[str]:
        """Findings that lack something they read, or have something they do not read."""
        problems = []
        for name, finding in self.finding.items():
            given, reads = finding.model_fields_set - _OF_EVERY_FINDING, FINDING_READS[name]
            what = f"this rule reads {', '.join(sorted(reads)) or 'nothing more'}"
            problems += [f"finding.{name}: {key} is missing; {what}" for key in sorted(reads - given)]
            problems += [f"finding.{name}: {key} has no meaning here; {what}" for key in sorted(given - reads)]
            if name in ("F4", "F8") and not self.priorities:
                problems.append(f"finding.{name}: needs priorities, the highest first, at the top of the profile")
        return problems

    def _unknown_workflows(self) -> list[str]:
        return [
            f"project.{key}.workflow: {p.workflow!r} is not defined; allowed: {', '.join(self.workflow) or 'none'}"
            for key, p in self.project.items()
            if p.workflow and p.workflow not in self.workflow
        ]

    def _ambiguous_statuses(self) -> list[str]:
        owner: dict[str, str] = {}
        problems = []
        for status in self.status:
            for name in (status.name, *status.aliases):
                other = owner.setdefault(same_name(name), status.name)
                if other != status.name:
                    problems.append(f"status.{status.name}: {name!r} already names {other!r}")
        return problems

    def _wrong_lines(self) -> list[str]:
        """Phases of lines that no open status has, and names and phases that stand twice."""
        open_phases = {
            p for s in self.status if s.kind in ("active", "waiting") for p in (s.phase, *s.phase_in.values())
        }
        problems = [
            f"line.{line.name}.phases: {phase!r} is no phase of an open status; allowed: {', '.join(sorted(open_phases))}"
            for line in self.line
            for phase in line.phases
            if phase not in open_phases
        ]
        names = [line.name for line in self.line]
        problems += [
            f"line.name: {x!r} stands twice; allowed is once in all lines"
            for x in sorted(set(names))
            if names.count(x) > 1
        ]
        return [*problems, *_wrong_sharing(self.line)]

    def _wrong_olas(self) -> list[str]:
        lines = {line.name: line for line in self.line}
        allowed = ", ".join(lines) or "none"
        problems = [f"ola.line: {o.line!r} is no line; allowed: {allowed}" for o in self.ola if o.line not in lines]
        return problems + [
            f"ola.unit: {o.unit!r}, but the line {o.line!r} has no units; allowed with `unit` in the line's table"
            for o in self.ola
            if o.unit and o.line in lines and not lines[o.line].unit
        ]

    def _misplaced_slas(self) -> list[str]:
        clocks = get_args(ClockName)
        return [
            f"field.{name}.kind: is {entry.kind!r}; allowed: sla for a clock ({', '.join(clocks)}), and only there"
            for name, entry in self.field.items()
            if (entry.kind == "sla") != (name in clocks)
        ]

    def _misnamed_fields(self) -> list[str]:
        allowed = f"small letters, digits and _, a letter first, and none of {', '.join(sorted(RESERVED_FIELDS))}"
        return [
            f"field.{name}: is no name for a field; allowed: {allowed}"
            for name in self.field
            if not _EXTRA_NAME.fullmatch(name) or name in RESERVED_FIELDS
        ]

    def _wrong_stages(self) -> list[str]:
        if self.stage is None:
            return []
        holders = ["status", *self.extra_fields]
        listed = [same_name(name) for name in (*self.stage.order, *self.stage.dropped)]
        problems = [
            f"stage: {name!r} stands twice; allowed is once" for name in sorted(set(listed)) if listed.count(name) > 1
        ]
        if self.stage.field not in holders:
            problems.append(f"stage.field: {self.stage.field!r} holds no stage; allowed: {', '.join(holders)}")
        return problems

    def _wrong_major(self) -> list[str]:
        """Fields of major incidents that the desk does not have."""
        if not self.major.values:
            return []
        fields = [*self.extra_fields, "type", "priority", "category"]
        problems = (
            []
            if self.major.field in fields
            else [f"major.field: {self.major.field!r} is no such field; allowed: {', '.join(fields)}"]
        )
        if self.major.review and self.major.review not in self.extra_fields:
            allowed = ", ".join(self.extra_fields) or "none"
            problems.append(f"major.review: {self.major.review!r} is no further field; allowed: {allowed}")
        return problems

    def _wrong_groups(self) -> list[str]:
        """Hours that nobody defined, and groups of a desk whose tickets are chained: a chain has one working time."""
        allowed = ", ".join(self.hours) or "none"
        problems = [
            f"group.{name}.hours: {group.hours!r} is not defined; allowed: {allowed}"
            for name, group in self.group.items()
            if group.hours not in self.hours
        ]
        if self.group and self.link.clones:
            problems.append(
                "group: tickets that are linked as clones are timed together; allowed: groups without `link`"
            )
        return problems

    @property
    def hours_of_groups(self) -> dict[str, str]:
        """Groups that keep hours of their own, by their name as statuses are compared: the name of the hours."""
        return {same_name(name): group.hours for name, group in self.group.items()}

    @property
    def extra_fields(self) -> list[str]:
        """The fields that this desk has beside the canonical ones and the source's own figures."""
        own = {*get_args(FieldName), *get_args(ClockName)}
        return [name for name in self.field if name not in own]

    @property
    def editions(self) -> list[tuple[str, Workflow]]:
        """Every edition of every workflow, with the workflow's name."""
        return [(name, flow) for name, editions in self.workflow.items() for flow in editions]

    @property
    def nwd_seconds(self) -> int:
        """Working seconds in one normal working day (AMP-W1)."""
        return round(self.calendar.nwd_hours * 3600)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days, months and dates of this desk are meant (AMP-W3)."""
        return ZoneInfo(self.calendar.zone)

    @property
    def content_hash(self) -> str:
        """Sixteen hex digits that change when anything in the profile changes."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def seconds(self, duration: str) -> int:
        """Working seconds of `2 NWH` or `0.5 NWD` (AMP-W1)."""
        number, unit = duration.split()
        return round(float(number) * (3600 if unit == "NWH" else self.nwd_seconds))

    def project_for(self, key: str) -> Project | None:
        """The project's entry, else the entry `*`, else None: out of scope."""
        return self.project.get(key) or self.project.get("*")

    def status_named(self, name: str | None) -> Status | None:
        """The status with this name or alias in any spelling, or None (section 1.2)."""
        wanted = same_name(name)
        by_name = {same_name(s.name): s for s in self.status}
        by_alias = {same_name(a): s for s in self.status for a in s.aliases}
        return by_name.get(wanted) or by_alias.get(wanted)


def profile_names() -> list[str]:
    """Names of the profiles that come with Arbiter."""
    return sorted(p.name.removesuffix(".toml") for p in files("profiles").iterdir() if p.name.endswith(".toml"))


def load_profile(name_or_path: str, base: Path = Path()) -> Profile:
    """The profile of that name, or at that path (ends in `.toml`; relative to `base`).

    Raises ConfigError with every mistake at once: file, key, value, what is allowed.
    """
    if name_or_path.endswith(".toml"):
        path = base / name_or_path
        where = str(path)
        if not path.is_file():
            raise ConfigError(f"{where}: there is no such profile file")
        text = path.read_text(encoding="utf-8")
    else:
        where = f"profiles/{name_or_path}.toml"
        if name_or_path not in profile_names():
            raise ConfigError(f"profile {name_or_path!r} is unknown; allowed: {', '.join(profile_names())}, or a path")
        text = (files("profiles") / f"{name_or_path}.toml").read_text(encoding="utf-8")
    return parse_profile(text, where)


def parse_profile(text: str, where: str) -> Profile:
    """The profile in `text`; `where` names it in the ConfigError that lists every mistake."""
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise ConfigError("\n".join(describe_mistakes(error.errors(), where))) from None


def describe_mistakes(mistakes: Iterable[Mapping[str, Any]], where: str) -> list[str]:
    """One line a mistake: file, key, what is wrong and allowed, and the value where it is short."""
    lines = []
    for mistake in mistakes:
        key = ".".join(str(part) for part in mistake["loc"]) or "(whole file)"
        value = repr(mistake["input"])
        shown = f" (is {value})" if len(value) <= 60 and mistake["type"] != "missing" else ""
        lines.append(f"{where}: {key}: {mistake['msg'].removeprefix('Value error, ')}{shown}")
    return lines
