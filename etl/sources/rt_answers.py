"""What Request Tracker's REST 2 answers: tickets, transactions, and lists of them."""

from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar

import msgspec

T = TypeVar("T")
NOBODY = "Nobody"  # owns what nobody owns
_UNSET_YEAR = 1970  # what is not set reads 1970-01-01


class Person(msgspec.Struct):
    """A user or a group. What `id` is depends on the resource, so that the name is what identifies."""

    name: str | None = msgspec.field(default=None, name="Name")
    real_name: str | None = msgspec.field(default=None, name="RealName")

    @property
    def shown(self) -> str | None:
        """What people call them."""
        return self.real_name or self.name


class Queue(msgspec.Struct):
    """The queue that a ticket is in."""

    name: str = msgspec.field(default="", name="Name")


class FieldValues(msgspec.Struct):
    """A custom field of a ticket with its present values; an image or a file is no text."""

    id: str
    name: str
    values: list[str | dict[str, str | None] | None] = []

    @property
    def texts(self) -> list[str]:
        """The values that are texts."""
        return [value for value in self.values if isinstance(value, str)]


class Reference(msgspec.Struct):
    """A resource that a ticket points to: a link is one whose `ref` says how."""

    ref: str = ""
    type: str = ""
    id: str | int = ""


class Ticket(msgspec.Struct, rename="pascal"):
    """A ticket as a search answers it. Instants as RT writes them; a list that is empty may be an empty text."""

    id: str = msgspec.field(name="id")
    subject: str = ""
    status: str = ""
    priority: str | int | None = None
    queue: Queue = msgspec.field(default_factory=Queue)
    owner: Person = msgspec.field(default_factory=Person)
    creator: Person = msgspec.field(default_factory=Person)
    requestor: list[Person] = []
    created: str = ""
    last_updated: str = ""
    resolved: str = ""
    due: str = ""
    fields_or_none: list[FieldValues] | str = msgspec.field(default_factory=list, name="CustomFields")
    references: list[Reference] = msgspec.field(default_factory=list, name="_hyperlinks")

    @property
    def custom_fields(self) -> list[FieldValues]:
        """The custom fields that apply to the ticket and that the account sees."""
        return [] if isinstance(self.fields_or_none, str) else self.fields_or_none


class Transaction(msgspec.Struct, rename="pascal"):
    """An entry of a ticket's history. Values are of the database: people and queues are numbers, instants are UTC."""

    id: str | int = msgspec.field(name="id")
    object_id: str | int = ""
    type: str = ""
    field: str | int | None = None
    old_value: str | int | None = None
    new_value: str | int | None = None
    created: str = ""
    creator: Person = msgspec.field(default_factory=Person)


class Told(NamedTuple):
    """A ticket and what the account sees of its history, the oldest first."""

    ticket: Ticket
    transactions: list[Transaction]


class Listed(msgspec.Struct, Generic[T]):
    """A page of a list. `pages` is not said to accounts that may not see everything."""

    items: list[T]
    count: int
    pages: float | None = None


def instant(text: str) -> datetime | None:
    """An instant as UTC without a zone, None where it is not set or no time. What has no zone is UTC.

    >>> instant("2025-10-03T10:00:00Z"), instant("2025-10-03 10:00:00"), instant("1970-01-01T00:00:00Z")
    (datetime.datetime(2025, 10, 3, 10, 0), datetime.datetime(2025, 10, 3, 10, 0), None)
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    return None if at.year <= _UNSET_YEAR else at
