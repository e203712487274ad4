"""The profile: everything a desk's procedure says, as data. Read from TOML, validated once, all mistakes named."""

import hashlib
import tomllib
from functools import lru_cache
from typing import get_args
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from metrics.errors import ConfigError
from metrics.mistakes import describe_mistakes
from metrics.names import same_name
from metrics.profile_calendar import WEEKDAYS, Calendar, ClosingDay, Group, Hours, InForce, OpenHours, Part, Zone
from metrics.profile_checks import RESERVED_FIELDS, problems_of
from metrics.profile_findings import FINDING_READS, Choice, Finding, FindingName, ReviewBoard
from metrics.profile_goals import Alert, Clock, Goal, Lights, PriorityChannel, Satisfaction
from metrics.profile_lines import FollowUp, Line, Ola
from metrics.profile_steps import Major, Stages, Step
from metrics.profile_tickets import Chain, CloneLinks, Editions, FieldMap, People, Project, Status, Workflow
from metrics.profile_values import (
    CheckedField,
    ClockName,
    FieldName,
    Kind,
    Names,
    Phase,
    Role,
    UnitField,
    WorkingDuration,
)

# What others take from here, in whichever file it stands.
__all__ = [
    "FINDING_READS", "RESERVED_FIELDS", "WEEKDAYS", "Alert", "Calendar", "Chain", "CheckedField", "Choice", "Clock",
    "ClockName", "CloneLinks", "ClosingDay", "Editions", "FieldMap", "FieldName", "Finding", "FindingName",
    "FollowUp", "Goal", "Group", "Hours", "InForce", "Kind", "Lights", "Line", "Major", "Names", "Ola", "OpenHours", "Part",
    "People", "Phase", "PriorityChannel", "Profile", "Project", "ReviewBoard", "Role", "Satisfaction", "Stages",
    "Status", "Step", "UnitField", "Workflow", "WorkingDuration", "Zone", "parse_profile",
]  # fmt: skip


class Profile(Part):
    """A desk's procedure. Build it with `profiles.load_profile`."""

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
        problems = problems_of(self)
        if problems:
            raise ValueError("; ".join(problems))
        return self

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


@lru_cache(maxsize=64)  # a profile is never changed, and the dashboard reads those of all desks in every run
def parse_profile(text: str, where: str) -> Profile:
    """The profile in `text`; `where` names it in the ConfigError that lists every mistake."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: not valid TOML: {error}") from None
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        raise ConfigError("\n".join(describe_mistakes(error.errors(), where, Profile, content))) from None
