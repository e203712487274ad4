"""What a profile says of tickets: projects, statuses, workflows, fields, links, people."""

from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from metrics.profile_calendar import InForce, Part
from metrics.profile_values import Kind, Names, Phase, Role, one_or_many


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
    list[Workflow], Field(min_length=1), BeforeValidator(one_or_many), AfterValidator(_one_after_the_other)
]


class FieldMap(Part):
    """How a field is called at the source (1.3). `names`: the first that exists wins. Of kind `sla`, under the name of a
    clock: the source's own figures for it, as Jira Service Management keeps them."""

    names: Names = Field(min_length=1)
    kind: Literal["text", "date", "number", "flag", "sla"] = "text"
    required: bool = True


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


class People(Part):
    """Who is automation: display names or account ids, compared like statuses."""

    automation: list[str] = []
