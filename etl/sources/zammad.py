"""The Zammad source: tickets with their articles and whole histories, over the REST API."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests

from etl.http import Credentials, HeaderAuth, JsonClient, SourceError, Stats, say_on_stderr
from etl.records import Header, History
from etl.sources.zammad_history import HistoryMaker, Json, Names

_LONGEST_PAGE = 100  # what the list gives at most, whatever is asked for
_EXPANDED = {"expand": "true"}
_HIDDEN = (401, 403)


class ZammadSource:
    """Pulls the tickets that an account sees from one Zammad. Every method may raise `SourceError`.

    `say` hears of every wait; `stats` counts what it all cost; `hidden` gathers ids of tickets that are there and may
    not be read any more, `broken` those that could not be understood, each with a sentence.
    """

    def __init__(
        self,
        name: str,
        url: str,
        credentials: Credentials,
        maker: HistoryMaker,
        *,
        timeout: float = 60,
        page_size: int = _LONGEST_PAGE,
        say: Callable[[str], None] = say_on_stderr,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        session = requests.Session()
        if credentials.token:
            session.auth = HeaderAuth(f"Token token={credentials.token}")
        explain = partial(_explain, credentials.variables)
        self._client = JsonClient(session, name, url, credentials, explain, timeout=timeout, say=say, sleep=sleep)
        self._maker, self._page_size = maker, min(page_size, _LONGEST_PAGE)
        self._names: Names | None = None
        self._numbers: dict[int, str] = {}
        self._searches: bool | None = None
        self.hidden: set[str] = set()
        self.broken: dict[str, str] = {}

    @property
    def stats(self) -> Stats:
        """Requests, retries and seconds waited since the source was made."""
        return self._client.stats

    def account(self) -> Json:
        """The account as Zammad knows it, with the names of its `roles`."""
        return self._client.get("/api/v1/users/me", dict[str, Any], _EXPANDED)

    def names(self) -> Names:
        """States, groups and priorities by id, asked once."""
        if self._names is None:
            self._names = Names(*({str(x["id"]): str(x["name"]) for x in self._all(path)} for path in Names.PATHS))
        return self._names

    def rules(self) -> tuple[list[Json], list[Json]]:
        """The SLAs and the calendars of the site; `SourceError` 403 where the account may not see them."""
        return self._all("/api/v1/slas"), self._all("/api/v1/calendars")

    def sample(self) -> list[Json]:
        """A page of tickets, expanded, with all their attributes."""
        return next(self._listed("/api/v1/tickets"), [])

    def expected(self, since_ms: int) -> int | None:
        """None: Zammad's lists have no total."""

    def walk(self, since_ms: int) -> Iterator[list[History]]:
        """Tickets updated at or after `since_ms` (epoch), a page at a time, with their whole histories.

        In no order where everything is wanted or the search is out of order: the list has the tickets by id.
        """
        for page in self._pages(since_ms):
            yield [history for ticket in page if (history := self._whole(ticket))]
        self.still_signed_in()

    def headers(self, since_ms: int, with_totals: bool) -> Iterator[Header]:
        """Every ticket updated at or after `since_ms`. Zammad does not say how long a history is."""
        for page in self._pages(since_ms):
            for ticket in page:
                yield Header(str(ticket["id"]), str(ticket["number"]), str(ticket["updated_at"]), None)
        self.still_signed_in()

    def fetch(self, ids: list[str]) -> tuple[list[History], set[str]]:
        """The tickets with these ids, and the ids that are gone. Those that are hidden now are neither."""
        found: list[History] = []
        gone: set[str] = set()
        for ticket_id in ids:
            try:
                history = self._whole(self._client.get(f"/api/v1/tickets/{ticket_id}", dict[str, Any], _EXPANDED))
            except SourceError as error:
                if error.status == 404:
                    gone.add(ticket_id)
                elif error.status in _HIDDEN:
                    self.hidden.add(ticket_id)
                else:
                    raise
            else:
                found += [history] if history else []
        if gone or self.hidden:
            self.still_signed_in()
        return found, gone

    def still_signed_in(self) -> None:
        """Raises `SourceError` if the token is no longer accepted."""
        self.account()

    # Asking

    def _pages(self, since_ms: int) -> Iterator[list[Json]]:
        """Tickets, expanded, a page at a time. The search may lag behind; the list does not."""
        if since_ms and self._can_search():
            yield from self._searched(since_ms)
            return
        since = _instant(since_ms)
        for page in self._listed("/api/v1/tickets"):
            self._numbers.update((ticket["id"], str(ticket["number"])) for ticket in page)
            yield [ticket for ticket in page if str(ticket["updated_at"]) >= since]

    def _can_search(self) -> bool:
        """Whether the search knows attributes. Without Elasticsearch it looks for the query as a text, and finds nothing."""
        if self._searches is None:
            self._searches = bool(self._search(0, 1, 1)) or not self.sample()
        return self._searches

    def _searched(self, since_ms: int) -> Iterator[list[Json]]:
        """From each page on, the next is asked for by its last update: the search gives only so many by their place."""
        seen: set[tuple[int, str]] = set()
        place = 1
        while True:
            page = self._search(since_ms, place, self._page_size)
            fresh = [ticket for ticket in page if (ticket["id"], ticket["updated_at"]) not in seen]
            if not page or (not fresh and place > 1):
                return
            seen.update((ticket["id"], ticket["updated_at"]) for ticket in fresh)
            if fresh:
                yield fresh
            last = _millis(page[-1]["updated_at"])
            since_ms, place = (last, 1) if last > since_ms else (since_ms, place + 1)

    def _search(self, since_ms: int, page: int, size: int) -> list[Json]:
        params = {"query": f"updated_at:[{_instant(since_ms)} TO *]", "sort_by": "updated_at", "order_by": "asc"}
        return self._client.get(
            "/api/v1/tickets/search", list[Any], {**params, **_EXPANDED, "page": page, "per_page": size}
        )

    def _listed(self, path: str) -> Iterator[list[Json]]:
        """Pages of a list until one brings nothing new: there is no total, a page may be shorter than was asked for, and
        some lists give their first page whatever page is asked for."""
        seen: set[int] = set()
        number = 1
        while True:
            page = self._client.get(path, list[Any], {**_EXPANDED, "page": number, "per_page": self._page_size})
            fresh = [item for item in page if item["id"] not in seen]
            if not fresh:
                return
            seen.update(item["id"] for item in fresh)
            yield fresh
            number += 1

    def _all(self, path: str) -> list[Json]:
        return [item for page in self._listed(path) for item in page]

    def _whole(self, ticket: Json) -> History | None:
        """A ticket with its history and articles; None if it went away, or out of sight, meanwhile."""
        ticket_id = ticket["id"]
        try:
            answer = self._client.get(f"/api/v1/ticket_history/{ticket_id}", dict[str, Any])
            articles = self._client.get(f"/api/v1/ticket_articles/by_ticket/{ticket_id}", list[Any], _EXPANDED)
        except SourceError as error:
            if error.status not in (404, *_HIDDEN):
                raise
            if error.status in _HIDDEN:
                self.hidden.add(str(ticket_id))
            return None
        try:
            return self._maker.make(ticket, answer, articles, self.names(), self._person, self._number)
        except (KeyError, TypeError, ValueError) as error:
            self.broken[str(ticket_id)] = f"ticket {ticket_id}: not as Zammad describes it: {error!r}"
            return None

    def _person(self, user_id: int) -> Json:
        try:
            return self._client.get(f"/api/v1/users/{user_id}", dict[str, Any])
        except SourceError as error:
            if error.status not in (404, *_HIDDEN):
                raise
            return {}

    def _number(self, ticket_id: int) -> str | None:
        """What people call a ticket."""
        if ticket_id not in self._numbers:
            try:
                answer = self._client.get(f"/api/v1/tickets/{ticket_id}", dict[str, Any])
                self._numbers[ticket_id] = str(answer["number"])
            except SourceError as error:
                if error.status not in (404, *_HIDDEN):
                    raise
        return self._numbers.get(ticket_id)


def _instant(epoch_ms: int) -> str:
    """An instant as Zammad writes it, to the millisecond."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=epoch_ms)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def _millis(instant: str) -> int:
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


def _explain(variables: str, status: int, headers: Mapping[str, str], detail: str, path: str) -> str | None:
    """What an answer means if it is a refusal."""
    if status == 401 or (status == 403 and path == "/api/v1/users/me"):
        return (
            f"Zammad does not accept the token, or no longer does ({status}); set a valid one in the environment "
            f"({variables}_TOKEN), of an agent, with the permission ticket.agent."
        )
    if status == 403:
        return f"the account may not read {path} (403); it needs read access to the groups. {detail}".strip()
    if status == 404 and path == "/api/v1/users/me":
        return "there is no Zammad at this address (404)."
    return None
