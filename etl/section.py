"""Source sections of the configuration: one model a kind, and which mistakes they name."""

import io
from typing import Annotated, Literal, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from etl.sources.times import known_form
from metrics.profile_calendar import Zone

T = TypeVar("T", bound="TableSection")

_YEAR_HOURS = 8784
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_"


def plain_name(name: str) -> str:
    """The name of a desk or a source, as it may be. Raises ValueError for one that no variable can be named after."""
    if not name or any(c not in _LETTERS for c in name.lower()):
        raise ValueError("allowed are letters, digits, - and _")
    return name


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as brackets that nothing closes
        parts = urlsplit("")
    if not url.startswith(("http://", "https://")) or not parts.hostname:
        raise ValueError("missing or no address; allowed: https://…")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("more than an address; allowed: https://host/path; secrets come from the environment")
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


def _encoding(name: str) -> str:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=name)  # a codec such as hex is there, and none of texts
    except (LookupError, ValueError):
        raise ValueError("not an encoding; allowed: such as utf-8, cp1252, utf-16") from None
    return name


def _needs(table: T, *needed: str) -> T:
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise ValueError(f'columns: {", ".join(missing)} missing; allowed: such as {missing[0]} = "name of the column"')
    return table


Name = Annotated[str, AfterValidator(plain_name)]
Address = Annotated[str, AfterValidator(_address), Field(validate_default=True)]
TimeForm = Annotated[str, AfterValidator(known_form)]
FilePath = Annotated[str, AfterValidator(_files), Field(validate_default=True)]
Encoding = Annotated[str, AfterValidator(_encoding)]
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
    overlap_minutes: int = Field(default=15, ge=0, le=_YEAR_HOURS * 60)
    census_hours: float = Field(default=24, ge=0, le=_YEAR_HOURS)
    page_size: int = Field(default=100, ge=1, le=1000)
    timeout_seconds: float = Field(default=60, gt=0, le=3600)


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


class ZammadSection(RemoteSection):
    """A Zammad; its tickets belong to `project`, which is else the source's name."""

    kind: Literal["zammad"]
    project: str = ""


class RtSection(RemoteSection):
    """A Request Tracker."""

    kind: Literal["rt"]
    queues: Queues = []


class TableSection(BaseModel):
    """Files with one table: where they are, how they are written, and which column holds what.

    `columns`: what the store calls a field → the column's name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: FilePath = ""
    delimiter: str = Field(default="", max_length=1)
    encoding: Encoding = "utf-8-sig"
    sheet: str = ""
    columns: dict[str, str] = {}


class TicketTable(TableSection):
    """A row a ticket. `entered`: status → the column with the instant at which the ticket came into it."""

    entered: dict[str, str] = {}

    @model_validator(mode="after")
    def _names_what_a_ticket_needs(self) -> "TicketTable":
        return _needs(self, "id", "created", "status")


class HistoryTable(TableSection):
    """A row an event: the new values, each in its column; or one field an event, with columns `field`, `from`, `to`, and
    `fields`: what the table calls a field → what the store calls it.

    `public_comments`, `internal_comments`, `no_status`: what stands in the status column and is no status.
    """

    fields: dict[str, str] = {}
    public_comments: list[str] = []
    internal_comments: list[str] = []
    no_status: list[str] = []

    @model_validator(mode="after")
    def _names_what_an_event_needs(self) -> "HistoryTable":
        if "field" in self.columns and not self.fields:
            raise ValueError('fields is missing; allowed: such as { "State" = "status" } for what stands in its column')
        return _needs(self, "id", "at", *(("to",) if "field" in self.columns else ("status",)))


class FilesSection(Section):
    """Tables of tickets, of their history, or both; a history alone is an event log.

    `times`: how instants are written, beside ISO 8601; `zone`: of those that name none. `created_in`: the status in
    which tickets begin, where the history does not say. `complete`: a ticket that no file has any more is gone.
    """

    kind: Literal["files"]
    tickets: TicketTable | None = None
    history: HistoryTable | None = None
    project: str = ""
    link: str = ""
    times: list[TimeForm] = []
    zone: Zone = "UTC"
    nulls: list[str] = []
    created_in: str = ""
    complete: bool = False

    @model_validator(mode="after")
    def _has_a_table(self) -> "FilesSection":
        if not self.tickets and not self.history:
            raise ValueError("no table; allowed: [….source.tickets], [….source.history], or both")
        return self


_Sections = JiraSection | JiraFilesSection | FilesSection | ZammadSection | RtSection
AnySection = Annotated[_Sections, Field(discriminator="kind")]
KINDS = [kind for section in get_args(_Sections) for kind in get_args(section.model_fields["kind"].annotation)]
