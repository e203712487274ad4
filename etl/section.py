"""Source sections of the configuration: one model a kind, and which mistakes they name."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_"


def _plain(name: str) -> str:
    if not name or any(c not in _LETTERS for c in name.lower()):
        raise ValueError("allowed are letters, digits, - and _")
    return name


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("missing or no address; allowed: https://…")
    return url


def _files(path: str) -> str:
    if not path:
        raise ValueError("missing; allowed: a file or a pattern such as exports/*.jsonl.gz")
    return path


def _projects(keys: list[str]) -> list[str]:
    if not keys:
        raise ValueError('missing; allowed: a list of project keys such as ["DSD", "DSP"]')
    return keys


def _queues(names: list[str]) -> list[str]:
    if not names:
        raise ValueError('missing; allowed: a list of queue names such as ["support"]')
    return names


Name = Annotated[str, AfterValidator(_plain)]
Address = Annotated[str, AfterValidator(_address), Field(validate_default=True)]
FilePath = Annotated[str, AfterValidator(_files), Field(validate_default=True)]
Projects = Annotated[list[str], AfterValidator(_projects), Field(validate_default=True)]
Queues = Annotated[list[str], AfterValidator(_queues), Field(validate_default=True)]


class Section(BaseModel):
    """Where tickets come from: what every kind of source has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    kind: str


class RemoteSection(Section):
    """A source that is asked over the network."""

    url: Address = ""
    overlap_minutes: int = Field(default=15, ge=0)
    census_hours: float = Field(default=24, ge=0)
    page_size: int = Field(default=100, ge=1, le=1000)
    timeout_seconds: float = Field(default=60, gt=0)


class JiraSection(RemoteSection):
    """A Jira. `feedback`: where the profile has no field for the score, ask Service Management for each resolved
    ticket's rating (a request a ticket)."""

    kind: Literal["jira"]
    projects: Projects = []
    feedback: bool = False


class JiraFilesSection(Section):
    """Jira issues from files; `url` only makes links."""

    kind: Literal["jira-files"]
    path: FilePath = ""
    url: str = ""


class RtSection(RemoteSection):
    """A Request Tracker."""

    kind: Literal["rt"]
    queues: Queues = []


_Sections = JiraSection | JiraFilesSection | RtSection
AnySection = Annotated[_Sections, Field(discriminator="kind")]
KINDS = [kind for section in get_args(_Sections) for kind in get_args(section.model_fields["kind"].annotation)]
