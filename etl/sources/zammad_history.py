"""A ticket's history from what Zammad's REST API says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from etl.records import Change, Comment, History, Link, SlaCycle, naive_utc
from metrics.names import same_name
from metrics.profile import Profile

Json = dict[str, Any]
NOBODY = 1  # Zammad's own user: who owns what nobody owns, and whom the system acts as
CHANNEL = "channel"  # how a ticket came; Zammad calls it create_article_type
SYSTEM = "system"  # how it is called here, for a profile's `people.automation`
_PEOPLE = ("assignee", "reporter")
_UNSET = {"", "false", "0", "no", "none"}
# Zammad's attribute → canonical name, where the profile does not say where that field is.
_ATTRIBUTES = {"title": "summary", "type": "type", "priority": "priority", "group": "provider"}
_SLAS = {"first_response": "first_response", "resolution": "close"}  # clock → how its attributes begin
_FIXED = {"state": "status", "owner": "assignee", "customer": "reporter"}


@dataclass(frozen=True)
class Names:
    """Names by id of states, groups and priorities, as they are now."""

    PATHS: ClassVar = ("/api/v1/ticket_states", "/api/v1/groups", "/api/v1/ticket_priorities")

    state: dict[str, str]
    group: dict[str, str]
    priority: dict[str, str]


class HistoryMaker:
    """Makes histories for a profile; tickets belong to `project`."""

    def __init__(self, profile: Profile, source: str, project: str) -> None:
        self._source, self._project = source, project
        self._kinds: dict[str, str] = {name: field.kind for name, field in profile.field.items()}
        named = {
            _attribute(name): canonical
            for canonical, field in profile.field.items()
            if field.kind != "sla"
            for name in field.names
        }
        unnamed = {a: canonical for a, canonical in _ATTRIBUTES.items() if canonical not in profile.field}
        self.attributes: dict[str, str] = {**unnamed, **named, **_FIXED}
        self._people: dict[int, str] = {}

    def make(
        self, ticket: Json, answer: Json, articles: list[Json], names: Names,
        person: Callable[[int], Json], number: Callable[[int], str | None],
    ) -> History:  # fmt: skip
        """The history of a ticket (expanded) from the answer for its history and its articles (expanded). `person` and
        `number` look up users and ticket numbers by id."""
        created = _instant(ticket["created_at"])
        entries = [entry for entry in answer.get("history", []) if entry.get("object", "Ticket") == "Ticket"]
        # Articles that came with a merged ticket may be older than this one: they were said elsewhere.
        own = [article for article in articles if _instant(article["created_at"]) >= created]
        unseen = max(int(ticket.get("article_count") or 0) - len(articles), 0)
        merges = [entry for entry in entries if entry.get("type") == "merged_into"]
        history = History(
            id=str(ticket["id"]),
            key=str(ticket["number"]),
            project=self._project,
            created_at=created,
            status=ticket.get("state") or names.state.get(str(ticket["state_id"])),
            status_id=str(ticket["state_id"]),
            updated_at=_instant(ticket["updated_at"]),
            resolution_date=_instant(ticket["close_at"]) if ticket.get("close_at") else None,
            fields=self._fields(ticket, articles),
            sla_cycles=[cycle for clock, name in _SLAS.items() if (cycle := _sla_cycle(ticket, created, clock, name))],
            changes=[self._change(entry, names) for entry in entries],
            comments=[_comment(article) for article in own],
            links=[self._merge(entry, number) for entry in merges],
            comment_total=None if merges else len(own) + unseen,  # a merged ticket goes on counting those that went
        )
        # What was imported has no history from before; Zammad's own begins with the creation.
        is_whole = any(entry.get("type") == "created" for entry in entries)
        history.history_total = history.entries + (not is_whole)
        self._name_people(history, answer, person)
        return history

    def _fields(self, ticket: Json, articles: list[Json]) -> dict[str, str | None]:
        shown = {**ticket, CHANNEL: ticket.get("create_article_type")}
        fields: dict[str, str | None] = {}
        for attribute, canonical in self.attributes.items():
            if canonical in _PEOPLE:
                fields[canonical] = _person(ticket.get(f"{attribute}_id"))
            elif canonical != "status" and attribute in shown and not fields.get(canonical):
                fields[canonical] = self._value(canonical, shown[attribute])
        return {**fields, "description": "present" if articles else None}

    def _change(self, entry: Json, names: Names) -> Change:
        attribute = str(entry.get("attribute") or "").removesuffix("_id")
        field = self.attributes.get(attribute) if entry.get("type") == "updated" else None
        at, author = _instant(entry["created_at"]), _author(entry.get("created_by_id"))
        if field is None:
            return Change(str(entry["id"]), 1, at, author, None)
        before, after = (self._side(entry, side, attribute, field, names) for side in ("from", "to"))
        ids = [
            str(entry[f"id_{side}"]) if field == "status" and entry.get(f"id_{side}") else None
            for side in ("from", "to")
        ]
        return Change(str(entry["id"]), 1, at, author, field, before, after, *ids)

    def _side(self, entry: Json, side: str, attribute: str, field: str, names: Names) -> str | None:
        """One side of a change. Zammad writes the id where it could not find the name."""
        text, id_ = entry.get(f"value_{side}"), entry.get(f"id_{side}")
        if field in _PEOPLE:
            return _person(id_)
        if id_ is not None and text in (None, "", str(id_)):
            text = getattr(names, attribute, {}).get(str(id_), text)
        return self._value(field, text)

    def _value(self, field: str, value: Any) -> str | None:
        """A value in the form that the store keeps for its field; of several, the first."""
        if isinstance(value, list):
            value = value[0] if value else None
        text = "" if value is None else str(value).strip()
        kind = self._kinds.get(field, "text")
        if kind == "flag":
            return None if text.lower() in _UNSET else "true"
        return (text[:10] if kind == "date" else text) or None

    def _merge(self, entry: Json, number: Callable[[int], str | None]) -> Link:
        target = int(entry["id_to"])
        return Link(
            f"merge {entry['id']}", "merge", "outward", "merged into", f"{self._source}/{target}", number(target)
        )

    def _name_people(self, history: History, answer: Json, person: Callable[[int], Json]) -> None:
        """The names of who stands in the ticket now or wrote in it, and of who stood there once."""
        assets = (answer.get("assets") or {}).get("User") or {}
        now = {history.fields.get("assignee"), history.fields.get("reporter")}
        now |= {change.author for change in history.changes} | {comment.author for comment in history.comments}
        once = {v for c in history.changes if c.field in _PEOPLE for v in (c.from_value, c.to_value)}
        for people, ids in ((history.people, now), (history.past_people, once - now)):
            for user_id in sorted(map(int, filter(None, ids))):
                if user_id not in self._people:
                    self._people[user_id] = _name(user_id, assets.get(str(user_id)) or person(user_id))
                people[str(user_id)] = self._people[user_id]


def _comment(article: Json) -> Comment:
    """An article; on behalf of whom it was written counts as its author."""
    author = article.get("origin_by_id") or article.get("created_by_id")
    if article.get("sender") == "System":
        author = NOBODY
    return Comment(str(article["id"]), _instant(article["created_at"]), _author(author), not article.get("internal"))


def _sla_cycle(ticket: Json, created: datetime, clock: str, name: str) -> SlaCycle | None:
    """What Zammad's own SLA says of a clock, in minutes of its calendar; None for a ticket that has none."""
    used, left = ticket.get(f"{name}_in_min"), ticket.get(f"{name}_diff_in_min")
    stopped, due = (
        _instant(ticket[key]) if ticket.get(key) else None for key in (f"{name}_at", f"{name}_escalation_at")
    )
    if stopped is None or used is None or left is None:
        return SlaCycle(clock, 1, created, None, due) if due and stopped is None else None
    return SlaCycle(clock, 1, created, stopped, due, left < 0, (used + left) * 60_000, used * 60_000, left * 60_000)


def _name(user_id: int, user: Json) -> str:
    """How somebody is called: never their e-mail address, which may be all that Zammad has."""
    name = " ".join(str(user.get(part) or "") for part in ("firstname", "lastname")).strip()
    if user_id == NOBODY:
        return SYSTEM
    return name if name and "@" not in name else f"user {user_id}"


def _person(user_id: Any) -> str | None:
    """Who holds a ticket or asked for it; None for nobody."""
    return None if user_id in (None, "", NOBODY) else str(user_id)


def _author(user_id: Any) -> str | None:
    return str(user_id) if user_id else None


def _attribute(name: str) -> str:
    """What Zammad calls an attribute that a profile calls by `name`: small letters and underscores."""
    return same_name(name).replace(" ", "_")


def _instant(text: str) -> datetime:
    return naive_utc(datetime.fromisoformat(text))
