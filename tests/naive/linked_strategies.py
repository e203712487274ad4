"""Random small desks for the measures: clone links, estimations around deliveries, scores, blank fields."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from . import strategies
from .clocks import AUTOMATION
from .history import Change, Comment, Link, Ticket, Value, value_at
from .links import CLONES, IS_CLONED_BY, JUST_AFTER
from .rows import TYPES
from .stays import SETTLED, STATUSES
from .strategies import GAPS, NEXT, OFFSETS, PEOPLE, ROME

PROJECTS = (*["DSD"] * 6, *["DSP"] * 4, "DEMS", "DEMS", "DPM", "DPM", "DSEC", "DCMS")
DAYS_OFF = (-31, -30, -8, -7, -1, 0, 0, 0, 1, 6, 7, 8, 29, 30, 31)
TWO_WEEKS = timedelta(days=14)
SOON = st.one_of(
    st.just(timedelta(0)),
    st.integers(1, 2500).map(lambda n: timedelta(milliseconds=n)),
    st.integers(1, 16).map(lambda n: timedelta(minutes=30 * n)),
    st.integers(1, 20).map(lambda n: timedelta(days=n)),
    st.sampled_from([TWO_WEEKS, TWO_WEEKS + JUST_AFTER, TWO_WEEKS - JUST_AFTER]),
)
VALUES: dict[str, tuple[Value, ...]] = {
    "category": (None, None, "Functional", "Security", "payment-and_BILLING"),
    "priority": (None, "Blocking", "Critical", "Low", "Low", "Trivial"),
    "reporter": ("ann", "ann", "bob", None),
    "score": (None, "1", "4", "5", "0", "6", "4.5", "5.0"),
    "summary": ("A summary", "Another", " ", None),
    "description": ("A text", "A text", " ", None),
    "relevance": ("Routine", "Outstanding", " ", None),
}
SCRIPTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "OPEN": (
        (),
        ("RECEIVED", "DELEGATED"),
        ("RECEIVED", "DELEGATED", "DONE", "CLOSED"),
        ("RECEIVED", "TO DO", "IN PROGRESS", "DONE"),
        ("RECEIVED", "ON GOING"),
    ),
    "TO DO": ((), ("IN PROGRESS",), ("IN PROGRESS", "DONE"), ("IN PROGRESS", "DONE", "CLOSED"), ("ON GOING",)),
}
OUTSIDER = Link("", "jira/99999", "DEMS-99999")  # a ticket that is not in the store


@dataclass
class Draft:
    """A ticket in the making: changes in the order they happen, each an entry of its own."""

    created: datetime
    first: dict[str, Value]
    steps: list[tuple[datetime, str, Value]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    def ticket(self, number: int, authors: list[Value], complete: bool) -> Ticket:
        """The ticket with that number."""
        values, changes = dict(self.first), []
        for n, (at, name, value) in enumerate(sorted(self.steps, key=lambda step: step[0])):
            changes.append(Change(at, 100 + n, 0, name, values[name], value, authors[n % len(authors)]))
            values[name] = value
        return Ticket(f"jira/{10_000 + number}", self.created, values, tuple(changes), tuple(self.comments), complete)


@st.composite
def linked_desks(draw: st.DrawFn, most_tickets: int = 6, removed_links: bool = True) -> list[Ticket]:
    """Tickets around one instant with clone links of every shape; some links were taken away unless told otherwise.

    A pair of tickets has links in both directions only if neither is dated, so that keys alone may tell them.
    """
    count = draw(st.integers(min(2, most_tickets), most_tickets))
    base = draw(strategies.moments())
    delegated = draw(st.integers(0, 3)) == 0
    roles = ["origin", *["clone"] * (count - 1)] if delegated else [""] * count
    desk = [draw(_tickets(number, base, role)) for number, role in enumerate(roles, start=1)]
    if delegated:
        links = tuple(Link(IS_CLONED_BY, clone.ticket_id, clone.key) for clone in desk[1:])
        desk[0] = replace(desk[0], links=links)
    for number in range(draw(st.integers(0 if delegated else count - 1, 2 * count - 1))):
        desk = _link(draw, desk, number, removed_links)
    return desk


@st.composite
def linked_as_of(draw: st.DrawFn, desk: list[Ticket]) -> datetime:
    """An instant around an event of the desk, most often the last, or around some days or two weeks after one."""
    events = {change.at for ticket in desk for change in ticket.changes} | {ticket.created for ticket in desk}
    near = draw(st.one_of(st.just(max(events)), st.sampled_from(sorted(events)), strategies.as_of(desk)))
    late = draw(st.sampled_from([timedelta(0), JUST_AFTER, timedelta(days=1), timedelta(days=4), TWO_WEEKS]))
    return near + late + (draw(OFFSETS) if draw(st.booleans()) else timedelta(0))


@st.composite
def _tickets(draw: st.DrawFn, number: int, base: datetime, role: str) -> Ticket:
    """Mostly an ordinary ticket; one in eight is as nasty as those for the clocks, near `base` or not.

    An `origin` stays DELEGATED, a `clone` begins its work and often ends it.
    """
    if not role and draw(st.integers(0, 7)) == 0:
        return draw(strategies.tickets(number, most_entries=6, before_creation=False))
    draft = _born(draw, number, base, role)
    _move(draw, draft, role)
    _estimate(draw, draft)
    _edit(draw, draft)
    authors: list[Value] = draw(st.lists(st.sampled_from([*PEOPLE, None]), min_size=1, max_size=3))
    return draft.ticket(number, authors, complete=draw(st.integers(0, 11)) > 0)


def _born(draw: st.DrawFn, number: int, base: datetime, role: str) -> Draft:
    project = "DSD" if role == "origin" else draw(st.sampled_from(PROJECTS))
    out_of_scope = draw(st.integers(0, 15)) == 0
    maintained = project in ("DEMS", "DPM")
    first: dict[str, Value] = {name: draw(st.sampled_from(choices)) for name, choices in VALUES.items()}
    first |= {
        "key": f"{project}-{number}",
        "type": "Task" if out_of_scope else draw(st.sampled_from(TYPES[project])),
        "status": draw(st.sampled_from(["TO DO", "TO DO", "OPEN"] if maintained else ["OPEN"] * 4 + ["TO DO", "DONE"])),
        "assignee": None,
        "eta": None,
    }
    if role:
        first["status"] = "OPEN" if role == "origin" else "TO DO"
    return Draft(base + draw(SOON), first)


def _move(draw: st.DrawFn, draft: Draft, role: str) -> None:
    """A beginning that the procedure knows, and some moves more, most of which it allows."""
    at, status = draft.created, draft.first["status"] or ""
    beginning = ("RECEIVED", "DELEGATED") if role == "origin" else draw(st.sampled_from(SCRIPTS.get(status, ((),))))
    more = 0 if role else draw(st.sampled_from([0, 0, 0, 1, 2, 5]))
    for n in range(len(beginning) + more):
        at += draw(SOON)
        odd = draw(st.integers(0, 9)) == 0
        following = STATUSES if odd else NEXT[status]
        status = beginning[n] if n < len(beginning) else draw(st.sampled_from(following))
        draft.steps.append((at, "status", status))


def _estimate(draw: st.DrawFn, draft: Draft) -> None:
    """Dates around those of the moves, set around their instants, cleared and set again; one at creation sometimes."""
    instants = [draft.created, *(at for at, _, _ in draft.steps)]
    settled = [at for at, _, status in draft.steps if status in SETTLED]

    def some_date() -> str:
        near = draw(st.sampled_from(settled * 3 + instants)).astimezone(ROME).date()
        return (near + timedelta(days=draw(st.sampled_from(DAYS_OFF)))).isoformat()

    if draw(st.integers(0, 2)) == 0:
        draft.first["eta"] = some_date()
    for _ in range(draw(st.integers(0, 3))):
        at = _around(draw, draft, instants)
        draft.steps.append((at, "eta", some_date() if draw(st.integers(0, 3)) else None))


def _edit(draw: st.DrawFn, draft: Draft) -> None:
    """Other fields and comments; a move to another project now and then."""
    instants = [draft.created, *(at for at, _, _ in draft.steps)]
    for name, choices in VALUES.items():
        for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
            draft.steps.append((_around(draw, draft, instants), name, draw(st.sampled_from(choices))))
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        author = draw(st.sampled_from(["ann", "ann", "bob", None, *AUTOMATION]))
        draft.comments.append(Comment(_around(draw, draft, instants), author, draw(st.booleans())))
    if draw(st.integers(0, 11)) == 0:
        number = (draft.first["key"] or "").rsplit("-", 1)[1]
        project = draw(st.sampled_from(PROJECTS))
        draft.steps.append((_around(draw, draft, instants), "key", f"{project}-{number}"))


def _around(draw: st.DrawFn, draft: Draft, instants: list[datetime]) -> datetime:
    """At, or a little before or after, one of some instants, but not before creation."""
    return max(draw(st.sampled_from(instants)) + draw(OFFSETS), draft.created)


def _link(draw: st.DrawFn, desk: list[Ticket], number: int, removed_links: bool) -> list[Ticket]:
    """The desk with one more clone link: a clone in it, and an origin in it or not, or the other way round."""
    mine, other = draw(st.integers(0, len(desk) - 1)), draw(st.integers(-1, len(desk) - 1))
    if mine == other or _dated(desk, mine, other):  # a second link beside a dated one: only texts could tell them
        return desk
    label = draw(st.sampled_from([CLONES, IS_CLONED_BY]))
    sides = draw(st.sampled_from(["both", "both", "mine", "other"])) if other >= 0 else "mine"
    steps = [] if _stated(desk, mine, other) else _datings(draw, desk, mine, other, removed_links)
    stands = not steps or steps[-1][1]
    found = list(desk)
    if sides in ("both", "mine"):
        found[mine] = _told(draw, desk, mine, other, label, steps, stands, number)
    if sides in ("both", "other"):
        turned = IS_CLONED_BY if label == CLONES else CLONES
        found[other] = _told(draw, desk, other, mine, turned, steps, stands, number)
    return found


def _datings(
    draw: st.DrawFn, desk: list[Ticket], mine: int, other: int, removed_links: bool
) -> list[tuple[datetime, bool]]:
    """When the link was made and taken away, from the later creation on; nothing if no history tells."""
    at = max(desk[n].created for n in (mine, other) if n >= 0)
    shapes = [[], [], [True], [True]] + [[True, False], [False], [True, False, True]] * removed_links
    steps = []
    for made in draw(st.sampled_from(shapes)):
        at += draw(st.one_of(GAPS, SOON)) + JUST_AFTER
        steps.append((at, made))
    return steps


def _told(
    draw: st.DrawFn,
    desk: list[Ticket],
    mine: int,
    other: int,
    label: str,
    steps: list[tuple[datetime, bool]],
    stands: bool,
    number: int,
) -> Ticket:
    """One ticket with its side of a link: what it states now, and what its history says."""
    ticket, far = desk[mine], desk[other] if other >= 0 else None
    changes = []
    for n, (at, made) in enumerate(steps):
        key = value_at(far, "key", at) if far else OUTSIDER.other_key
        text = f"This {draw(st.sampled_from(('issue', 'work item')))} {label} {key}"
        before, after = (None, text) if made else (text, None)
        changes.append(Change(at, 100_000 + 100 * number + n, 0, "Link", before, after, "bob"))
    link = Link(label, far.ticket_id, far.key) if far else replace(OUTSIDER, label=label)
    silent = stands and len(steps) == 1 and far is not None and draw(st.integers(0, 3)) == 0  # the other side tells
    return replace(
        ticket,
        changes=ticket.changes if silent else (*ticket.changes, *changes),
        links=(*ticket.links, link) if stands and link not in ticket.links else ticket.links,
    )


def _stated(desk: list[Ticket], mine: int, other: int) -> bool:
    """Whether either of two tickets (or one and the outsider) shows a link to the other today."""
    return any(link.other_key in keys for ticket, keys in _sides(desk, mine, other) for link in ticket.links)


def _dated(desk: list[Ticket], mine: int, other: int) -> bool:
    """Whether the history of either of two tickets tells of a link to the other."""
    return any(_names(ticket, keys) for ticket, keys in _sides(desk, mine, other))


def _sides(desk: list[Ticket], mine: int, other: int) -> list[tuple[Ticket, set[str]]]:
    """Each of two tickets with the keys of the other."""
    return [(desk[n], _ever(desk, m)) for n, m in ((mine, other), (other, mine)) if n >= 0]


def _ever(desk: list[Ticket], n: int) -> set[str]:
    """All keys a ticket has or had."""
    if n < 0:
        return {OUTSIDER.other_key}
    moves = [change for change in desk[n].changes if change.field == "key"]
    return {desk[n].key} | {key or "" for change in moves for key in (change.from_, change.to)}


def _names(ticket: Ticket, keys: set[str]) -> bool:
    texts = [text for c in ticket.changes if c.field == "Link" for text in (c.from_, c.to) if text]
    return any(text.rsplit(" ", 1)[1] in keys for text in texts)
