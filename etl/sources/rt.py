"""The Request Tracker source: tickets of some queues over REST 2 (RT 5), with whole histories, and what the site says.

Histories come from `POST /transactions`, of a hundred tickets at once; the histories of tickets one by one would cost a
request or more each.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec
import requests

from etl.http import Credentials, HeaderAuth, JsonClient, SourceError, Stats, say_on_stderr
from etl.records import Header
from etl.sources.rt_answers import Listed, Person, Queue, Ticket, Told, Transaction, instant

T = TypeVar("T")
_API = "/REST/2.0"
_PAGE = 100  # RT gives no more, whatever is asked for
_ZONES = timedelta(days=1)  # RT reads the instants of a query in the account's time zone
_FIELDS = {
    "fields": "Subject,Status,Priority,Queue,Owner,Creator,Requestor,Created,LastUpdated,Resolved,Due,CustomFields,"
    "_hyperlinks",
    "fields[Queue]": "Name", "fields[Owner]": "Name,RealName", "fields[Creator]": "Name,RealName",
    "fields[Requestor]": "Name,RealName",
}  # fmt: skip
_ENTRY_FIELDS = {
    "fields": "ObjectId,Type,Field,OldValue,NewValue,Created,Creator", "fields[Creator]": "Name,RealName",
    "per_page": _PAGE, "orderby": "id",
}  # fmt: skip
_SENT_MAIL = ["EmailRecord", "CommentEmailRecord"]  # only some accounts see them, and they change nothing


@dataclass(frozen=True)
class Site:
    """What a Request Tracker says of itself to this account. `fields`: id and name of the custom fields of the visible
    queues; `queues_missing`: queue → why it cannot be pulled."""

    url: str
    version: str
    fields: list[dict[str, str]]
    queues_visible: set[str]
    queues_missing: dict[str, str]


class _Standing(msgspec.Struct, rename="pascal"):
    status: str


class _Version(msgspec.Struct, rename="pascal"):
    version: str


class _FieldOfQueue(msgspec.Struct):
    id: str | int
    name: str


class _QueueResource(msgspec.Struct, rename="pascal"):
    ticket_custom_fields: list[_FieldOfQueue] = []


class _Count(msgspec.Struct):
    count: int
    total: int | None = None


class RtSource:
    """Pulls the tickets of some queues from one Request Tracker. Every method may raise `SourceError`.

    Credentials with a user sign in by password, without one by an authentication token. `say` hears of every wait;
    `stats` counts what it all cost.
    """

    def __init__(
        self,
        name: str,
        url: str,
        queues: list[str],
        credentials: Credentials,
        *,
        timeout: float = 60,
        page_size: int = _PAGE,
        say: Callable[[str], None] = say_on_stderr,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._queues, self._page_size = list(queues), min(page_size, _PAGE)
        self._signs_in, self._variables = bool(credentials.token), credentials.variables
        session = _session(credentials)
        self._client = JsonClient(session, name, url, credentials, self._explain, timeout=timeout, say=say, sleep=sleep)
        self._site: Site | None = None
        self._people: dict[str, Person] = {}
        self._queue_names: dict[str, str] = {}

    @property
    def stats(self) -> Stats:
        """Requests, retries and seconds waited since the source was made."""
        return self._client.stats

    def site(self) -> Site:
        """What this Request Tracker is and what the account sees of it, asked anew at every call."""
        version = self._client.get(f"{_API}/rt", _Version).version
        missing: dict[str, str] = {}
        fields: dict[str, str] = {}
        for queue in self._queues:
            try:
                fields |= self._fields_of(queue)
            except SourceError as error:
                if error.status not in (403, 404):
                    raise
                missing[queue] = f"queue {queue} does not exist, or the account lacks the right SeeQueue in it"
            else:
                if not self._shows_tickets(queue):
                    missing[queue] = (
                        f"queue {queue} shows no ticket: it is empty, or the account lacks ShowTicket in it"
                    )
        self._site = Site(
            url=self._client.url,
            version=version,
            fields=[{"id": id_, "name": name} for id_, name in fields.items()],
            queues_visible=set(self._queues) - set(missing),
            queues_missing=missing,
        )
        return self._site

    def expected(self, since_ms: int) -> int | None:
        """About how many tickets `walk` brings; None where RT does not tell."""
        params = {"query": self._changed_since(since_ms), "per_page": 1}
        return self._client.get(f"{_API}/tickets", _Count, params).total

    def walk(self, since_ms: int) -> Iterator[list[Told]]:
        """Tickets updated at or after `since_ms` (epoch) with their transactions, oldest update first, a page at a time.

        One that is updated while the walk passes may push another one over the edge of a page: `headers` tells.
        """
        for found in self._updated_since(since_ms, "LastUpdated"):
            yield self._told(found)

    def headers(self, since_ms: int, with_totals: bool) -> Iterator[Header]:
        """The census: every ticket updated at or after `since_ms`. How long histories are RT does not say."""
        for found in self._updated_since(since_ms, "id"):
            for ticket in found:
                yield Header(ticket.id, ticket.id, ticket.last_updated, None)

    def fetch(self, ids: list[str]) -> tuple[list[Told], set[str]]:
        """The tickets with these ids, and the ids that are gone: deleted, merged into another, no longer visible."""
        found: list[Ticket] = []
        for start in range(0, len(ids), _PAGE):
            wanted = " OR ".join(f"id = {int(id_)}" for id_ in ids[start : start + _PAGE])
            found += [ticket for page in self._search(wanted, "id", _PAGE) for ticket in page]
        return self._told(found), set(ids) - {ticket.id for ticket in found}

    def still_signed_in(self) -> None:
        """Raises `SourceError` if the account is signed in no more."""
        self._client.get(f"{_API}/rt", _Version)

    def person(self, number: str) -> Person:
        """Who has this number in the database, a user or a group of them; histories name people by it."""
        if number not in self._people:
            found = self._named("user", number, Person) or self._named("group", number, Person)
            self._people[number] = found if found and found.name else Person(f"user {number}")
        return self._people[number]

    def queue_name(self, number: str) -> str:
        """The queue of this number; histories name queues by it."""
        if number not in self._queue_names:
            found = self._named("queue", number, Queue)
            self._queue_names[number] = found.name if found else f"queue {number}"
        return self._queue_names[number]

    def statuses(self) -> list[str]:
        """The statuses that tickets of the visible queues are in. One that no ticket is in RT does not tell."""
        site, found = self._site or self.site(), set[str]()
        for queue in sorted(site.queues_visible):
            while met := self._standings(queue, found):
                found |= met
        return sorted(found)

    # Asking

    def _standings(self, queue: str, known: set[str]) -> set[str]:
        """Some of the statuses that tickets of the queue are in, beside those that are known."""
        query = " AND ".join([f"Queue = {_quoted(queue)}", *(f"Status != {_quoted(one)}" for one in sorted(known))])
        params = {"query": query, "per_page": _PAGE, "fields": "Status"}
        page = self._client.get(f"{_API}/tickets", Listed[_Standing], params)
        return {ticket.status for ticket in page.items} - known

    def _named(self, kind: str, number: str, form: type[T]) -> T | None:
        """What has this number, None if the account may not see it."""
        try:
            return self._client.get(f"{_API}/{kind}/{number}", form)
        except SourceError as error:
            if error.status not in (403, 404):
                raise
            return None

    def _fields_of(self, queue: str) -> dict[str, str]:
        resource = self._client.get(f"{_API}/queue/{quote(queue, safe='')}", _QueueResource)
        return {str(field.id): field.name for field in resource.ticket_custom_fields}

    def _shows_tickets(self, queue: str) -> bool:
        params = {"query": f"Queue = {_quoted(queue)}", "per_page": 1}
        return self._client.get(f"{_API}/tickets", _Count, params).count > 0

    def _changed_since(self, since_ms: int) -> str:
        """TicketSQL: the tickets updated at or after `since_ms`, and some before, in the queues that the account sees."""
        site = self._site or self.site()
        if not site.queues_visible:
            raise self._client.error(f"there is nothing to pull: {'; '.join(site.queues_missing.values())}.")
        query = " OR ".join(f"Queue = {_quoted(queue)}" for queue in sorted(site.queues_visible))
        return f"({query}) AND LastUpdated >= '{_utc(since_ms) - _ZONES:%Y-%m-%d %H:%M:%S}'" if since_ms else query

    def _updated_since(self, since_ms: int, order: str) -> Iterator[list[Ticket]]:
        since = _utc(since_ms)
        for page in self._search(self._changed_since(since_ms), order, self._page_size):
            yield [ticket for ticket in page if (instant(ticket.last_updated) or since) >= since]

    def _search(self, query: str, order: str, size: int) -> Iterator[list[Ticket]]:
        number = 1
        while True:
            params = {"query": query, "orderby": [order, "id"], "per_page": size, "page": number, **_FIELDS}
            page = self._client.get(f"{_API}/tickets", Listed[Ticket], params)
            if page.items:
                yield page.items
            if not page.items or (page.pages is not None and number >= page.pages):
                return
            number += 1

    def _told(self, tickets: list[Ticket]) -> list[Told]:
        entries: dict[str, list[Transaction]] = {ticket.id: [] for ticket in tickets}
        for transaction in self._transactions(list(entries)):
            entries[str(transaction.object_id)].append(transaction)
        return [Told(ticket, entries[ticket.id]) for ticket in tickets]

    def _transactions(self, ids: list[str]) -> Iterator[Transaction]:
        """Every transaction of these tickets that the account sees, in the order of their numbers. Some are hidden, so
        that a short page need not be the last one: only an empty one is."""
        last = 0
        while ids:
            query = [
                {"field": "ObjectType", "value": "RT::Ticket"},
                {"field": "ObjectId", "operator": "IN", "value": ids},
                {"field": "Type", "operator": "NOT IN", "value": _SENT_MAIL},
                {"field": "id", "operator": ">", "value": last},
            ]
            page = self._client.post(f"{_API}/transactions?{urlencode(_ENTRY_FIELDS)}", Listed[Transaction], query)
            yield from page.items
            if not page.items or (page.pages is not None and page.pages <= 1):
                return
            last = int(page.items[-1].id)

    # Refusals

    def _explain(self, status: int, headers: Mapping[str, str], detail: str, path: str) -> str | None:
        """What an answer means if it is a refusal."""
        if status == 401:
            return self._not_signed_in()
        if status == 404 and path == f"{_API}/rt":
            return "there is no Request Tracker 5 at this address (404); is a path such as /rt missing?"
        sentence = _REFUSALS.get(status)
        return sentence and f"{sentence.format(path=path)} {detail and f'Request Tracker says: {detail}'}".strip()

    def _not_signed_in(self) -> str:
        if not self._signs_in:
            return (
                f"no token is set; the environment has to hold it ({self._variables}_TOKEN, or …_USER and …_PASSWORD)."
            )
        return (
            "Request Tracker does not accept the token or password, or no longer does (401); renew it, and set it in the "
            f"environment ({self._variables}_TOKEN, or …_USER and …_PASSWORD)."
        )


_REFUSALS = {
    400: "Request Tracker refuses the query to {path} (400).",
    403: "the account may not read {path} (403).",
    404: "Request Tracker does not know {path}, or the account may not see it (404).",
}


def _utc(epoch_ms: int) -> datetime:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).replace(tzinfo=None)


def _quoted(name: str) -> str:
    """A name as a query wants it."""
    return "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _session(credentials: Credentials) -> requests.Session:
    session = requests.Session()
    if credentials.user:
        session.auth = (credentials.user, credentials.token)
    elif credentials.token:
        session.auth = HeaderAuth(f"token {credentials.token}")
    return session
