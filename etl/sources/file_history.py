"""A ticket's history from the rows that exported tables have of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from etl.records import Change, Comment, History
from etl.section import FilesSection
from etl.sources.times import Times
from metrics.names import same_name
from metrics.profile import Profile

_PEOPLE = ("assignee", "reporter")
_UNSET = {"", "no", "false", "0", "none"}
# Columns that are not values of a ticket.
TICKET_ONLY = ("id", "key", "project", "created", "updated", "resolved", "status")
EVENT_ONLY = ("id", "key", "project", "at", "author", "field", "from", "to")
_word = lru_cache(maxsize=10_000)(same_name)  # the same few words in every row
ENTERED = "entered "  # and a status: the column with the instant at which the ticket came into it
Cells = Mapping[str, str | None]


@dataclass(frozen=True)
class TicketRow:
    """A row of the table of tickets: where it stands, and its cells by canonical name."""

    place: str
    cells: Cells


@dataclass(frozen=True)
class Event:
    """A row of a history: where it stands, when, and its cells by canonical name."""

    place: str
    at: datetime
    cells: Cells


class HistoryMaker:
    """Makes histories as a section says. `unreadable` names the rows of a ticket in which something could not be understood,
    and what."""

    def __init__(self, section: FilesSection, profile: Profile) -> None:
        self._section, self._times = section, Times(section.times, section.zone)
        self._kinds = {"eta": "date"} | {name: field.kind for name, field in profile.field.items()}
        history = section.history
        self._named_fields = {_word(n): field for n, field in history.fields.items()} if history else {}
        self._public = {_word(n) for n in history.public_comments} if history else set()
        self._said = self._public | {_word(n) for n in (history.internal_comments if history else [])}
        self._no_status = self._said | {_word(n) for n in (history.no_status if history else [])}
        self.unreadable: list[str] = []
        self._unclear: list[str] = []  # of the row that is being read

    def instant(self, text: str | None) -> datetime | None:
        """The instant that a cell holds; None where it is none."""
        return self._times.instant(text)

    def make(self, ticket: TicketRow | None, events: list[Event], missing: int) -> History:
        """The history of a ticket from its row (None: there is only a log) and its events in their order; `missing`
        events could not be read."""
        self.unreadable = []
        own = ticket.cells if ticket else {}
        entered = list(self._entered(ticket)) if ticket else []
        missing += len(self._unclear)
        stated, updated, resolved = (self._time(own, name) for name in ("created", "updated", "resolved"))
        names = [name for name in own if name not in TICKET_ONLY and not name.startswith(ENTERED)]
        present = {name: self.value(name, own[name]) for name in names}
        if ticket:
            self.is_clear(ticket.place)
        events = sorted([*events, *entered], key=lambda event: event.at)
        created = stated or (events[0].at if events else None)
        log = _Log(self, None if ticket else created, self._section.created_in)
        for event, entry_id in zip(events, _entry_ids(events), strict=True):
            log.take(event, entry_id)
        fields = {**log.values, **present}
        last_status = fields.pop("status", None)
        first = events[0].cells if events else {}
        history = History(
            id=own.get("id") or first.get("id"),
            key=_first(own.get("key"), first.get("key"), own.get("id"), first.get("id")),
            project=_first(own.get("project"), first.get("project"), self._section.project, self._section.name),
            created_at=created,
            status=own.get("status") or last_status,
            updated_at=updated,
            resolution_date=resolved,
            fields=fields,
            changes=log.changes,
            comments=log.comments,
        )
        history.history_total = history.entries + missing + log.cut
        people = [event.cells.get("author") for event in events] + [fields.get(name) for name in _PEOPLE]
        history.people = {name: name for name in people if name}
        past = (v for c in log.changes if c.field in _PEOPLE for v in (c.from_value, c.to_value))
        history.past_people = {name: name for name in past if name}
        return history

    def is_clear(self, place: str) -> bool:
        """Whether all of the row at `place`, which was just read, could be understood; if not, it is named."""
        unclear = "; ".join(dict.fromkeys(self._unclear))
        self._unclear.clear()
        if unclear:
            self.unreadable.append(f"{place}: {unclear}")
        return not unclear

    def value(self, field: str, text: str | None) -> str | None:
        """A cell in the form that the store keeps for its field."""
        if text is None:
            return None
        kind = self._kinds.get(field, "text")
        if kind == "date":
            day = self._times.day(text)
            if day is None:
                self._unclear.append(f"{field}: {text!r} is no date")
            return day.isoformat() if day else None
        if kind == "flag":
            return None if text.lower() in _UNSET else "true"
        return "present" if field == "description" else text

    def comment(self, cells: Cells) -> bool | None:
        """Whether an event is a comment: True a public one, False an internal one, None none."""
        what = _word(cells.get("field") or cells.get("status")) if self._said else None
        return what in self._public if what in self._said else None

    def new_values(self, cells: Cells) -> Iterator[tuple[str | None, str | None, str | None]]:
        """What an event sets: field (None: one that no metric needs), the value before if the row says it, the new one."""
        if "field" in cells:
            field = self._named_fields.get(_word(cells["field"]))
            if field:
                yield field, self.value(field, cells.get("from")), self.value(field, cells.get("to"))
            elif _word(cells["field"]) not in self._said:
                yield None, None, None
            return
        for name, text in cells.items():
            is_no_status = name == "status" and _word(text) in self._no_status
            if text is not None and name not in EVENT_ONLY and not is_no_status:
                yield name, None, self.value(name, text)

    def _entered(self, ticket: TicketRow) -> Iterator[Event]:
        """Events from the columns that say when a ticket came into a status."""
        for status in self._section.tickets.entered if self._section.tickets else ():
            at = self._time(ticket.cells, ENTERED + status)
            if at:
                yield Event(ticket.place, at, {"status": status})

    def _time(self, cells: Cells, name: str) -> datetime | None:
        text = cells.get(name)
        at = self._times.instant(text)
        if text is not None and at is None:
            self._unclear.append(f"{name}: {text!r} is no time")
        return at


class _Log:
    """Takes events in their order. `begun`: when the ticket began, if nothing but its events says so. `cut`: how many
    became no entry, since something in them could not be understood."""

    def __init__(self, maker: HistoryMaker, begun: datetime | None, created_in: str) -> None:
        self._maker, self._begun, self._created_in = maker, begun, created_in
        self.values: dict[str, str | None] = {}
        self._last: dict[str, tuple[datetime, str | None, str | None]] = {}
        self.changes: list[Change] = []
        self.comments: list[Comment] = []
        self.cut = 0

    def take(self, event: Event, entry_id: str) -> None:
        author = event.cells.get("author")
        public = self._maker.comment(event.cells)
        if public is not None:
            self.comments.append(Comment(entry_id, event.at, author, public))
        changed = list(self._changed(event))
        if not self._maker.is_clear(event.place):
            self.cut += 1
            return
        for item, (field, before, new) in enumerate(changed, 1):
            self.changes.append(Change(entry_id, item, event.at, author, field, before, new))

    def _changed(self, event: Event) -> Iterator[tuple[str | None, str | None, str | None]]:
        for field, told, new in self._maker.new_values(event.cells):
            if field is None:
                yield None, None, None
                continue
            said = (event.at, told, new)
            if self._last.get(field) == said:  # nothing between took it back: it is told twice
                continue
            self._last[field] = said
            before = told if told is not None else self._before(field, new, event.at)
            self.values[field] = new
            if before != new:
                yield field, before, new

    def _before(self, field: str, new: str | None, at: datetime) -> str | None:
        """What a field held before a row that does not say it. The first rows of a ticket say how it was created."""
        if field in self.values:
            return self.values[field]
        if field == "status":
            return self._created_in or new
        return new if at == self._begun else None


def _entry_ids(events: Iterable[Event]) -> Iterator[str]:
    """An id for each event, the same in every export: its instant, and its place among those of that instant."""
    met: Counter[datetime] = Counter()
    for event in events:
        met[event.at] += 1
        yield f"{event.at.isoformat()} {met[event.at]}"


def _first(*texts: str | None) -> str | None:
    return next((text for text in texts if text), None)
