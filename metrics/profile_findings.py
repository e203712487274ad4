"""What a profile says of findings and review boards, and what it chose itself."""

from typing import Literal

from pydantic import Field

from metrics.profile_calendar import Part
from metrics.profile_values import CheckedField, WorkingDuration

FindingName = Literal["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"]
# What each finding reads of its table, beside title, section, says and projects (1.9).
FINDING_READS: dict[str, set[str]] = {
    "F1": set(), "F2": {"in_status"}, "F3": {"not_in_status"}, "F4": set(), "F5": {"in_status"},
    "F6": {"in_status", "days"}, "F7": {"in_status", "days"}, "F8": set(), "F9": {"not_in_status"},
    "F10": {"in_status", "within"}, "F11": {"scores"}, "F12": {"fields"},
}  # fmt: skip


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


class ReviewBoard(Part):
    """A board that reviews the unresolved tickets of `projects` (1.8); with a `flag`, of those only the flagged ones
    (AMP-B4)."""

    title: str
    rule: str
    projects: list[str] = ["*"]
    flag: Literal["esa_arb", "esa_cab", ""] = ""


class Choice(Part):
    """A choice taken where the procedure is silent; shown on the definitions page."""

    rule: str
    text: str
