"""A stand-in for Zammad on loopback, written from its REST documentation and source, since no Zammad can be had here.

It speaks the resources that the source asks for, with what is known to be odd: pages cut to a limit without a total, a
search that lags behind and knows no attributes without Elasticsearch, attributes of a history by id and by name, merged
tickets whose articles move, a 403 for what is hidden, people whose only name is an e-mail address.
"""

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
TOKEN = "zammad-t0ken"
STATES = {1: "new", 2: "open", 3: "pending reminder", 4: "closed", 5: "merged", 7: "pending close"}
GROUPS = {1: "First Level", 2: "Grid Storage"}
PRIORITIES = {1: "1 low", 2: "2 normal", 3: "3 high"}
USERS: dict[int, Json] = {
    1: {"id": 1, "firstname": "-", "lastname": "", "email": ""},
    2: {"id": 2, "firstname": "Anna", "lastname": "Agent", "email": "anna@example.org"},
    3: {"id": 3, "firstname": "Bo", "lastname": "Agent", "email": "bo@example.org"},
    9: {"id": 9, "firstname": "cy@example.org", "lastname": "", "email": "cy@example.org"},
}
_NAMED = {"state": STATES, "group": GROUPS, "priority": PRIORITIES}
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def written(at: datetime) -> str:
    """An instant as Zammad writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


@dataclass
class ZammadSite:
    """What the stand-in holds. Each event happens a minute after the one before it."""

    now: datetime = START
    tickets: dict[int, Json] = field(default_factory=dict)
    history: dict[int, list[Json]] = field(default_factory=dict)
    articles: dict[int, list[Json]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    not_indexed: set[int] = field(default_factory=set)
    searches: bool = True  # whether there is Elasticsearch
    longest_page: int = 100
    next_id: int = 1

    def tick(self, minutes: float = 1) -> str:
        """Time goes on. Returns the new instant."""
        self.now += timedelta(minutes=minutes)
        return written(self.now)

    def _id(self) -> int:
        self.next_id += 1
        return self.next_id

    def create(self, customer: int = 9, group: int = 1, channel: str = "email", **more: Any) -> int:
        """A new ticket with the customer's first article. Returns its id."""
        at, ticket_id = self.tick(), len(self.tickets) + 1
        self.tickets[ticket_id] = {
            "id": ticket_id, "number": str(22000 + ticket_id), "title": f"Ticket {ticket_id}", "group_id": group,
            "priority_id": 2, "state_id": 1, "owner_id": 1, "customer_id": customer, "type": None, "close_at": None,
            "article_count": 0, "create_article_type": channel, "pending_time": None, "created_at": at, "updated_at": at,
            **more,
        }  # fmt: skip
        self.history[ticket_id], self.articles[ticket_id] = [], []
        self.log(ticket_id, customer, "created")
        self.write(ticket_id, customer, "Customer", channel)
        return ticket_id

    def log(self, ticket_id: int, by: int, kind: str, **more: Any) -> None:
        """An entry in a ticket's history."""
        entry = {
            "id": self._id(), "o_id": ticket_id, "object": "Ticket", "type": kind, "created_by_id": by,
            "created_at": written(self.now), **more,
        }  # fmt: skip
        self.history[ticket_id].append(entry)

    def write(self, ticket_id: int, by: int, sender: str, kind: str = "email", internal: bool = False) -> None:
        """An article."""
        at = self.tick()
        self.articles[ticket_id].append({
            "id": self._id(), "ticket_id": ticket_id, "type": kind, "sender": sender, "internal": internal,
            "body": "SECRET-BODY", "created_by_id": by, "origin_by_id": None, "created_at": at, "updated_at": at,
        })  # fmt: skip
        self.tickets[ticket_id]["article_count"] += 1
        self.history[ticket_id].append({
            "id": self._id(), "o_id": self.next_id, "object": "Ticket::Article", "type": "created",
            "created_by_id": by, "created_at": at,
        })  # fmt: skip
        self.tickets[ticket_id]["updated_at"] = at

    def set(self, ticket_id: int, by: int, attribute: str, value: Any, nameless: bool = False) -> None:
        """Change an attribute. `nameless`: Zammad did not find the names, and writes the ids in their place."""
        at, ticket = self.tick(), self.tickets[ticket_id]
        key = f"{attribute}_id" if f"{attribute}_id" in ticket else attribute
        before, more = ticket[key], {}
        texts = ["" if v is None else str(v) for v in (before, value)]
        if key != attribute:
            more = {"id_from": before, "id_to": value}
            if not nameless:
                texts = [_shown(attribute, v) for v in (before, value)]
        ticket |= {key: value, "updated_at": at}
        if attribute == "state" and value == 4:
            ticket["close_at"] = ticket["close_at"] or at
        self.log(ticket_id, by, "updated", attribute=attribute, value_from=texts[0], value_to=texts[1], **more)

    def merge(self, ticket_id: int, into: int, by: int) -> None:
        """Merge a ticket into another: its articles move, and one that says so is written."""
        self.tick()
        for which, kind in ((into, "received_merge"), (ticket_id, "merged_into")):
            self.log(which, by, kind, id_to=into, id_from=ticket_id)
        self.articles[into] = sorted(self.articles[into] + self.articles[ticket_id], key=lambda a: a["id"])
        self.tickets[into]["article_count"] = len(self.articles[into])
        self.articles[ticket_id] = []
        self.write(ticket_id, by, "Agent", "note")
        self.set(ticket_id, by, "state", 5)
        self.tickets[into]["updated_at"] = self.tick()

    def delete(self, ticket_id: int) -> None:
        """A ticket is deleted for good."""
        del self.tickets[ticket_id]

    def visible(self) -> list[Json]:
        """The tickets that the account sees, by id."""
        return [ticket for ticket_id, ticket in sorted(self.tickets.items()) if ticket_id not in self.hidden]


def _shown(attribute: str, id_: int) -> str:
    if attribute in _NAMED:
        return _NAMED[attribute].get(id_, str(id_))
    user = USERS[id_]
    return f"{user['firstname']} {user['lastname']}".strip()


def _expanded(ticket: Json) -> Json:
    names = {attribute: names[ticket[f"{attribute}_id"]] for attribute, names in _NAMED.items()}
    return {
        **ticket,
        **names,
        "owner": USERS[ticket["owner_id"]]["email"],
        "customer": USERS[ticket["customer_id"]]["email"],
    }


@dataclass
class Fault:
    """The next `times` requests whose path holds `on` are answered with this status and headers; 0 breaks them off."""

    on: str
    status: int
    times: int = 1
    skip: int = 0
    headers: dict[str, str] = field(default_factory=dict)


class RunningZammad:
    """The stand-in on a free port of loopback: `url`, the paths asked for in `requests`, planned `faults`."""

    def __init__(self, site: ZammadSite) -> None:
        self.site, self.requests, self.faults = site, list[str](), list[Fault]()
        running = self

        class Handler(_Handler):
            zammad = running

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        """Status and body of a GET."""
        site, parts = self.site, path.removeprefix("/api/v1/").split("/")
        lists = {"ticket_states": STATES, "groups": GROUPS, "ticket_priorities": PRIORITIES}
        if parts == ["users", "me"]:
            return 200, {**USERS[2], "roles": ["Agent"]}
        if parts[0] in lists:  # gives all, whatever page is asked for
            return 200, [{"id": id_, "name": name} for id_, name in lists[parts[0]].items()]
        if parts[0] in ("slas", "calendars"):
            return 403, {"error": "Not authorized"}
        if parts[0] == "users":
            return (200, USERS[int(parts[1])]) if int(parts[1]) in USERS else (404, {"error": "Couldn't find User"})
        if parts == ["tickets"]:
            return 200, self._page(site.visible(), query)
        if parts == ["tickets", "search"]:
            return 200, self._page(self._found(query["query"]), query)
        return self._one(parts)

    def _one(self, parts: list[str]) -> tuple[int, Any]:
        site, ticket_id = self.site, int(parts[-1])
        if ticket_id not in site.tickets:
            return 404, {"error": f"Couldn't find Ticket with 'id'={ticket_id}"}
        if ticket_id in site.hidden:
            return 403, {"error": "Not authorized"}
        if parts[0] == "ticket_history":
            users = {str(e["created_by_id"]): USERS[e["created_by_id"]] for e in site.history[ticket_id]}
            return 200, {"history": site.history[ticket_id], "assets": {"User": users}}
        if parts[0] == "ticket_articles":
            return 200, site.articles[ticket_id]
        return 200, _expanded(site.tickets[ticket_id])

    def _found(self, query: str) -> list[Json]:
        if not self.site.searches:
            return []  # it looked for the query as a text
        since = query.removeprefix("updated_at:[").split(" TO ")[0]
        found = [t for t in self.site.visible() if t["updated_at"] >= since and t["id"] not in self.site.not_indexed]
        return sorted(found, key=lambda ticket: (ticket["updated_at"], ticket["id"]))

    def _page(self, tickets: list[Json], query: dict[str, str]) -> list[Json]:
        size = min(int(query["per_page"]), self.site.longest_page)
        start = (int(query["page"]) - 1) * size
        return [_expanded(ticket) for ticket in tickets[start : start + size]]


class _Handler(BaseHTTPRequestHandler):
    zammad: RunningZammad

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.zammad.requests.append(parts.path)
        for fault in self.zammad.faults:
            if fault.on in parts.path and fault.times:
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                self._send(fault.status, {"error": "planned"}, fault.headers)
                return
        if self.headers.get("Authorization") != f"Token token={TOKEN}":
            self._send(401, {"error": "Invalid token!"}, {})
            return
        self._send(*self.zammad.answer(parts.path, query), {})

    def _send(self, status: int, body: Any, headers: dict[str, str]) -> None:
        if not status:
            self.connection.close()
            return
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
