"""From a ticket of Request Tracker and its transactions to its history in the product's own terms.

Values that a ticket was created with have no transaction; what an account may not see is left out without a word. So every
field is walked from its present value back (`rt_walk`), and a history of which a step does not fit is not whole.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC
from zoneinfo import ZoneInfo

from etl.field_mapping import FieldMapping
from etl.records import Change, Comment, History, Link
from etl.sources.rt_answers import NOBODY, Person, Ticket, Told, Transaction, instant
from etl.sources.rt_requestors import Came, reporters
from etl.sources.rt_walk import Walk, filled, joined
from metrics.names import same_name

_UNSET_FLAGS = ("", "no", "false", "0", "none")
_NO_ENTRY = ("Create", "Comment", "Correspond")
_SET = {"Subject": "summary", "Priority": "priority", "Queue": "project", "Owner": "assignee", "Status": "status"}
_OTHER_TICKET = re.compile(r"fsck\.com-rt://[^/]+/ticket/(\d+)")
# Link types of transactions, and of the present links, to how the link reads from this ticket on.
_LABELS = {
    "DependsOn": "depends on", "DependedOnBy": "depended on by", "RefersTo": "refers to",
    "ReferredToBy": "referred to by", "MemberOf": "member of", "HasMember": "has member", "MergedInto": "merged into",
    "depends-on": "depends on", "depended-on-by": "depended on by", "refers-to": "refers to",
    "referred-to-by": "referred to by", "parent": "member of", "child": "has member",
}  # fmt: skip
_OUTWARD = ("depends on", "refers to", "member of", "merged into")


class Reader:
    """Reads tickets of one `source`. `mapping`: the profile's fields by their names there; `field_names`: custom field id →
    name; `zone`: where days are meant. `not_whole`: ticket id → why its history cannot be all of it.
    """

    def __init__(
        self,
        source: str,
        mapping: FieldMapping,
        field_names: dict[str, str],
        zone: ZoneInfo,
        person: Callable[[str], Person],
        queue_name: Callable[[str], str],
    ) -> None:
        self._fields = {same_name(name): (field, kind) for field, (_, name, kind) in mapping.values.items()}
        self._source, self._names, self._zone = source, field_names, zone
        self._person, self._queue_name = person, queue_name
        self.not_whole: dict[str, str] = {}

    def read(self, told: Told) -> History:
        """The history of one ticket; one that is not whole says so by its `history_total`."""
        ticket = told.ticket
        entries = sorted(told.transactions, key=lambda entry: (entry.created, int(entry.id)))
        people = {p.name: p.shown for p in _people_of(told) if p.name}
        past: dict[str, str | None] = {}
        walk = Walk(self._present(ticket))
        fields = {field: joined(found) for field, found in walk.values.items()}
        changes = self._changes(told, entries, walk, past)
        if not any(entry.type == "Create" for entry in entries):
            walk.wrong = "the account sees none of its beginning"
        self.not_whole.pop(ticket.id, None)
        if walk.wrong:
            self.not_whole[ticket.id] = walk.wrong
        return History(
            id=ticket.id, key=ticket.id, project=fields.pop("project"), status=fields.pop("status"),
            created_at=instant(ticket.created), updated_at=instant(ticket.last_updated),
            resolution_date=instant(ticket.resolved), fields={**fields, "type": "ticket", "reporter": _reporter(ticket)},
            changes=changes, comments=list(_comments(entries)), links=list(_links(self._source, ticket)), people=people,
            past_people=past, history_total=len(changes) + bool(walk.wrong),
        )  # fmt: skip

    def _present(self, ticket: Ticket) -> dict[str, list[str]]:
        """Canonical field → present values, as the store keeps them."""
        owner = ticket.owner.name
        found: dict[str, list[str]] = {
            "status": [ticket.status], "summary": [ticket.subject], "project": [ticket.queue.name],
            "priority": [str(ticket.priority)] if ticket.priority is not None else [],
            "assignee": [owner] if owner and owner != NOBODY else [],
        }  # fmt: skip
        texts = {"Due": [ticket.due], **{cf.name: cf.texts for cf in ticket.custom_fields}}
        for name, listed in texts.items():
            if field := self._fields.get(same_name(name)):
                found[field[0]] = [kept for text in listed if (kept := self._kept(field[1], text))]
        return found

    def _changes(self, told: Told, entries: list[Transaction], walk: Walk, past: dict[str, str | None]) -> list[Change]:
        """The changes, oldest first; who owned the ticket once, or asked for it, comes into `past`."""
        asked = self._reporters(told.ticket, entries, walk, past)
        applying = {cf.id for cf in told.ticket.custom_fields}
        changes: list[Change] = []
        for entry in reversed([e for e in entries if e.type not in _NO_ENTRY]):
            at = instant(entry.created)
            if at is None:
                walk.wrong = f"entry {entry.id} has no time"
                continue
            change = Change(str(entry.id), 1, at, entry.creator.name, None)
            if entry.type in ("AddLink", "DeleteLink"):
                change = _link_change(change, entry)
            elif change.entry_id in asked:
                change = filled(change, "reporter", *asked[change.entry_id])
            elif field := self._field_of(entry):
                old, new = (self._changed(*field, value, past) for value in (entry.old_value, entry.new_value))
                applies = entry.type != "CustomField" or str(entry.field) in applying
                change = walk.undo(change, field[0], old, new, applies)
            changes.append(change)
        return changes[::-1]

    def _reporters(
        self, ticket: Ticket, entries: list[Transaction], walk: Walk, past: dict[str, str | None]
    ) -> dict[str, tuple[str | None, str | None]]:
        """Entry → the reporter before and after it."""
        told = [
            Came(str(entry.id), *(self._somebody(value, past) for value in (entry.new_value, entry.old_value)))
            for entry in entries
            if entry.type in ("AddWatcher", "DelWatcher") and entry.field == "Requestor"
        ]
        led, wrong = reporters(_requestors(ticket), ticket.creator.name, told)
        walk.wrong = walk.wrong or wrong
        return led

    def _field_of(self, entry: Transaction) -> tuple[str, str] | None:
        """Canonical field and kind of what an entry changed, None where no metric needs it."""
        if entry.type == "CustomField":
            return self._fields.get(same_name(self._names.get(str(entry.field))))
        name = str(entry.field or "")
        return (_SET[name], "text") if name in _SET else self._fields.get(same_name(name))

    def _changed(self, field: str, kind: str, value: str | int | None, past: dict[str, str | None]) -> str | None:
        """A value of the database as the store keeps it; people and queues are numbers there."""
        text = str(value or "")
        if field == "project" and text:
            return self._queue_name(text)
        if field == "assignee":
            return self._somebody(value, past)
        return self._kept(kind, "" if value is None else str(value))

    def _somebody(self, number: str | int | None, past: dict[str, str | None]) -> str | None:
        """Who has this number, None for nobody; who they are comes into `past`."""
        person = self._person(str(number)) if number else None
        if not person or person.name is None or person.name == NOBODY:
            return None
        past[person.name] = person.shown
        return person.name

    def _kept(self, kind: str, text: str) -> str | None:
        """A text in the form of its kind. A date with a time is the day that it falls on in the desk's zone."""
        at = instant(text) if len(text) > 10 and text[:4].isdecimal() else None
        if kind == "flag":
            return None if text.strip().lower() in _UNSET_FLAGS else "true"
        if kind == "date":
            day = at.replace(tzinfo=UTC).astimezone(self._zone) if at else instant(text)
            return f"{day:%Y-%m-%d}" if day else None
        return f"{at:%Y-%m-%d %H:%M:%S}" if at else text or None


def _link_change(change: Change, entry: Transaction) -> Change:
    """A link that came or went, in the words of Jira's histories; one to something else than a ticket has no field."""
    label = _LABELS.get(str(entry.field))
    old, new = _other_ticket(entry.old_value), _other_ticket(entry.new_value)
    if not label or not (old or new):
        return change
    told = [f"This issue {label} {id_}" if id_ else None for id_ in (old, new)]
    return change._replace(field="link", from_value=told[0], to_value=told[1], from_id=old, to_id=new)


def _other_ticket(value: str | int | None) -> str | None:
    found = _OTHER_TICKET.fullmatch(str(value or ""))
    return found[1] if found else None


def _comments(entries: list[Transaction]) -> Iterator[Comment]:
    """What was said: correspondence goes to the user, a comment stays between the staff."""
    for entry in entries:
        at = instant(entry.created)
        if entry.type in ("Comment", "Correspond") and at:
            yield Comment(str(entry.id), at, entry.creator.name, entry.type == "Correspond")


def _links(source: str, ticket: Ticket) -> Iterator[Link]:
    for reference in ticket.references:
        if reference.type == "ticket" and reference.ref in _LABELS:
            label, other = _LABELS[reference.ref], str(reference.id)
            direction = "outward" if label in _OUTWARD else "inward"
            yield Link(f"{label} {other}", label, direction, label, f"{source}/{other}", other)


def _reporter(ticket: Ticket) -> str | None:
    """Who asked: the first requestor, or else who created the ticket."""
    return next(iter(_requestors(ticket)), ticket.creator.name)


def _requestors(ticket: Ticket) -> list[str]:
    return [person.name for person in ticket.requestor if person.name]


def _people_of(told: Told) -> list[Person]:
    ticket = told.ticket
    owner = [ticket.owner] if ticket.owner.name != NOBODY else []
    return [*owner, ticket.creator, *ticket.requestor, *(entry.creator for entry in told.transactions)]
