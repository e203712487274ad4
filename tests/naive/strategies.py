"""Random histories of the DESP desk, nasty on purpose, and the instants to look at them from."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from .clocks import AUTOMATION
from .history import Change, Comment, Ticket, Value, project_of
from .rows import TYPES
from .stays import STATUSES, canonical
from .working_time import NaiveCalendar

ROME = ZoneInfo("Europe/Rome")
PEOPLE = ("ann", "bob", "cleo", *AUTOMATION)
CATEGORIES = (None, "Functional", "Security", "security", "Payment and Billing", "payment-and_BILLING", "Securities")
PROJECTS = (*["DSD"] * 6, *["DSP"] * 3, *["DSEC"] * 2, "DC", "DEMS", "DPM", "DCMS")
UNKNOWN_STATUSES = ("Triage", "Waiting for release", "waiting-for release")
FREE_VALUES: dict[str, tuple[Value, ...]] = {
    "category": CATEGORIES,
    "priority": (None, "Blocking", "Critical", "Low"),
    "assignee": (None, "bob", "cleo"),
    "reporter": ("ann", "bob", "cleo", None),
    "eta": (None, "2025-03-31", "2026-01-06", "2027-10-04"),
    "score": (None, "1", "4", "5", "4.5", "9"),
    "provider": (None, "Alpha", "Beta"),
}
NEXT = {
    "OPEN": ("RECEIVED",),
    "RECEIVED": ("TO DO", "ON GOING", "DELEGATED", "DONE"),
    "TO DO": ("IN PROGRESS", "ON GOING"),
    "IN PROGRESS": ("DONE", "ON GOING", "DELEGATED"),
    "DELEGATED": ("DONE", "ON GOING"),
    "ON GOING": ("IN PROGRESS", "RECEIVED", "TO DO", "DELEGATED", "DONE"),
    "DONE": ("CLOSED", "TO DO", "DELEGATED"),
    "CLOSED": ("OPEN", "TO DO"),
}
ANCHORS = (
    datetime(2024, 10, 4, 9, 0),  # a Friday: not a holiday yet
    datetime(2024, 12, 24, 16, 30),
    datetime(2025, 3, 28, 16, 59, 59),
    datetime(2025, 3, 30, 1, 59, 59),  # one second before the clock jumps to 03:00
    datetime(2025, 4, 18, 9, 0),  # Good Friday
    datetime(2025, 6, 2, 12, 0),
    datetime(2025, 9, 1, 9, 0),  # an ordinary Monday
    datetime(2025, 10, 26, 2, 30),  # comes twice
    datetime(2025, 12, 31, 17, 0),
    datetime(2026, 1, 5, 17, 0),
    datetime(2026, 2, 11, 13, 0),
    datetime(2027, 10, 1, 16, 0),  # the Monday after is 4 October
)
GAPS = st.one_of(
    st.just(timedelta(0)),
    st.integers(1, 1500).map(lambda n: timedelta(milliseconds=n)),
    st.integers(1, 16).map(lambda n: timedelta(minutes=30 * n)),
    st.integers(1, 7 * 24 * 3600).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 40).map(lambda n: timedelta(days=n)),
)
OFFSETS = st.one_of(
    st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(milliseconds=1)]),
    GAPS,
    GAPS.map(lambda gap: -gap),
)


def moments() -> st.SearchStrategy[datetime]:
    """Instants in UTC, to the millisecond, around nights, weekends, holidays and DST."""
    anchors = st.sampled_from(ANCHORS).map(lambda local: local.replace(tzinfo=ROME).astimezone(UTC))
    return st.builds(lambda anchor, offset: anchor + offset, anchors, st.one_of(st.just(timedelta(0)), GAPS))


def spelled(name: str) -> st.SearchStrategy[str]:
    """Spellings that the procedure takes for one name; the plain one most of the time."""
    odd = [name.title(), name.lower(), name.replace(" ", "-"), name.replace(" ", "_"), f"  {name.replace(' ', '  ')} "]
    return st.sampled_from([name] * 10 + odd)


@st.composite
def tickets(draw: st.DrawFn, number: int = 1, most_entries: int = 12, before_creation: bool = True) -> Ticket:
    """A ticket of the desk with a random history; `number` makes its id and keys its own.

    With `before_creation` some have changes and comments that are older than the ticket.
    """
    values = _first_values(draw, number)
    start = draw(moments())
    changes: list[Change] = []
    comments: list[Comment] = []
    at = start
    ids = _entry_ids(draw, most_entries)
    for entry in ids[: draw(st.integers(0, most_entries))]:
        at += draw(GAPS)
        if draw(st.integers(0, 3)) == 0:
            comments.append(Comment(at, draw(_authors()), draw(st.booleans())))
        else:
            changes += _entry(draw, values, at, entry, number)
    late = before_creation and draw(st.integers(0, 9)) == 0
    return Ticket(
        ticket_id=f"jira/{10_000 + number}",
        created=start + draw(GAPS) if late else start,
        current=_drifted(draw, values, number),
        changes=tuple(reversed(changes) if draw(st.booleans()) else changes),
        comments=tuple(comments),
        complete=draw(st.integers(0, 19)) > 0,
    )


@st.composite
def desks(draw: st.DrawFn, most_tickets: int = 8, before_creation: bool = True) -> list[Ticket]:
    """Several tickets with ids and keys of their own."""
    count = draw(st.integers(1, most_tickets))
    return [draw(tickets(number=n, before_creation=before_creation)) for n in range(1, count + 1)]


@st.composite
def as_of(draw: st.DrawFn, desk: list[Ticket]) -> datetime:
    """An instant worth looking from: at, just before, just after or long after an event, or a local midnight."""
    events = [event for ticket in desk for event in _events(ticket)]
    near = draw(st.sampled_from(sorted(set(events)))) + draw(OFFSETS)
    if draw(st.integers(0, 4)) == 0:
        midnight = datetime.combine(near.astimezone(ROME).date() + timedelta(days=1), time(0), ROME)
        return midnight.astimezone(UTC)
    return near


@st.composite
def calendars(draw: st.DrawFn) -> NaiveCalendar:
    """Calendars in several zones: office hours, whole days, hours inside the DST hour, holidays, new hours later."""
    zones = ["Europe/Rome", "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo"]
    days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
    return NaiveCalendar(
        draw(st.sampled_from(zones)),
        draw(_weeks()),
        frozenset(draw(st.lists(days, max_size=10))),
        tuple(draw(st.lists(st.tuples(days, _weeks()), max_size=2, unique_by=lambda variant: variant[0]))),
    )


def _first_values(draw: st.DrawFn, number: int) -> dict[str, Value]:
    project = draw(st.sampled_from(PROJECTS))
    usual = draw(st.integers(0, 3)) > 0
    values = {name: draw(st.sampled_from(choices)) for name, choices in FREE_VALUES.items()}
    return values | {
        "key": f"{project}-{number}",
        "type": draw(_types(project)),
        "status": "OPEN" if usual else draw(_statuses()),
        "reporter": "ann",
    }


def _entry_ids(draw: st.DrawFn, count: int) -> list[int]:
    """Ids that grow a digit on the way; now and then they do not follow the time."""
    first = draw(st.sampled_from([5, 95, 997, 20_000]))
    ids = list(range(first, first + count))
    return draw(st.permutations(ids)) if draw(st.integers(0, 5)) == 0 else ids


def _entry(draw: st.DrawFn, values: dict[str, Value], at: datetime, entry: int, number: int) -> list[Change]:
    """The items of one history entry; `values` is moved on."""
    author = draw(_authors())
    items: list[Change] = []
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        name = draw(st.sampled_from(["status"] * 8 + ["type", "key", *FREE_VALUES]))
        before, after = values[name], draw(_next(name, values, number))
        if draw(st.integers(0, 7)) == 0:
            before = draw(_next(name, values, number))  # a broken chain
        values[name] = after
        items.append(Change(at, entry, len(items), name, before, after, author))
        if name == "key" and draw(st.booleans()):
            projects = project_of(before or ""), project_of(after or "")
            items.append(Change(at, entry, len(items), "project", *projects, author))
    return items


def _drifted(draw: st.DrawFn, values: dict[str, Value], number: int) -> dict[str, Value]:
    """The present values: now and then one is not what the history ends with."""
    if draw(st.integers(0, 7)) > 0:
        return dict(values)
    name = draw(st.sampled_from(sorted(values)))
    return values | {name: draw(_next(name, values, number))}


def _next(name: str, values: dict[str, Value], number: int) -> st.SearchStrategy[Value]:
    if name == "status":
        known = NEXT.get(canonical(values["status"]), STATUSES)
        return st.one_of(st.sampled_from(known).flatmap(spelled), st.sampled_from(known).flatmap(spelled), _statuses())
    if name == "key":
        return st.sampled_from([*PROJECTS, "OPS"]).map(lambda project: f"{project}-{number}")
    if name == "type":
        return _types(project_of(values["key"] or ""))
    return st.sampled_from(FREE_VALUES[name])


def _statuses() -> st.SearchStrategy[Value]:
    return st.one_of(st.sampled_from(STATUSES).flatmap(spelled), st.sampled_from(STATUSES + UNKNOWN_STATUSES))


def _types(project: str) -> st.SearchStrategy[Value]:
    own = TYPES.get(project, ("Task",))
    return st.sampled_from([*own * 5, "User Request", "Anomaly", "Task"])


def _authors() -> st.SearchStrategy[Value]:
    return st.sampled_from([*PEOPLE, None])


def _events(ticket: Ticket) -> list[datetime]:
    return [ticket.created, *(c.at for c in ticket.changes), *(c.at for c in ticket.comments)]


def _weeks() -> st.SearchStrategy[dict[int, tuple[time, time]]]:
    hours = [
        (time(9), time(17)),
        (time(8, 30), time(12, 45)),
        (time(0), time(0)),
        (time(0), time(2, 30)),
        (time(2, 30), time(23, 59, 59)),
        (time(22), time(0)),
    ]
    return st.dictionaries(st.integers(0, 6), st.sampled_from(hours), min_size=1, max_size=7)
