"""Where practice leaves the procedure: F1 to F12, one row per ticket and rule (1.9, with the workflow of 1.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from .eta import BEFORE_ALL
from .goals import NWD, channel
from .history import Ticket, Value, changes_of, project_at, project_of, value_at, visible_comments
from .links import JUST_AFTER, CloneLink, by_id, clone_links, clones_of, ever_origins_of, origins_of
from .rows import Row, Rules, in_metrics, mart_instant
from .stays import SETTLED, normal, stays

TWO_WEEKS = timedelta(hours=14 * 24)
PRIORITIES = ("blocking", "critical", "low")  # the highest first
Moves = dict[str, tuple[str, ...]]
DSD: Moves = {
    "created": ("OPEN",),
    "OPEN": ("RECEIVED",),
    "RECEIVED": ("ON GOING", "TO DO", "DELEGATED", "DONE"),
    "TO DO": ("IN PROGRESS", "ON GOING"),
    "IN PROGRESS": ("ON GOING", "DELEGATED", "DONE"),
    "DELEGATED": ("ON GOING", "DONE"),
    "ON GOING": ("RECEIVED", "TO DO", "IN PROGRESS", "DELEGATED", "DONE"),
    "DONE": ("TO DO", "DELEGATED", "CLOSED"),
}
DSP: Moves = {
    "created": ("OPEN",),  # or TO DO, if it clones a ticket of DSD
    "OPEN": ("RECEIVED",),
    "RECEIVED": ("ON GOING", "TO DO", "DONE"),
    "TO DO": ("IN PROGRESS", "ON GOING"),
    "IN PROGRESS": ("ON GOING", "DONE"),
    "ON GOING": ("TO DO", "IN PROGRESS"),
    "DONE": ("TO DO", "CLOSED"),
}
MAINTENANCE: Moves = {
    "created": ("TO DO",),
    "TO DO": ("IN PROGRESS",),
    "IN PROGRESS": ("DONE",),
    "DONE": ("TO DO", "CLOSED"),
}
WORKFLOWS = {"DSD": DSD, "DSP": DSP, "DEMS": MAINTENANCE, "DPM": MAINTENANCE}


@dataclass(frozen=True)
class Case:
    """A ticket of a desk as of `t`."""

    desk: list[Ticket]
    links: list[CloneLink]
    ticket: Ticket
    t: datetime
    rules: Rules

    @property
    def project(self) -> str:
        """The project as of `t`: where a rule applies is judged by it."""
        return project_at(self.ticket, self.t)

    def shown(self, ticket_id: str) -> Ticket | None:
        """A linked ticket, if its history can be relied on and counts."""
        other = by_id(self.desk, ticket_id)
        return other if other and in_metrics(other, self.t) else None

    def held_since(self, condition: Callable[[datetime], bool]) -> datetime | None:
        """The instant since which a condition has held without a break up to `t`; None if it does not hold then.

        It is asked `as of` instants, which see what came strictly before them.
        """
        if not condition(self.t):
            return None
        since = self.t
        for event in sorted(self._events(), reverse=True):
            if not condition(event + JUST_AFTER):
                return since
            since = event
        return since

    def _events(self) -> set[datetime]:
        """Creation, and every instant before `t` at which anything on the desk changed after it."""
        changes = {change.at for ticket in self.desk for change in ticket.changes}
        created = {ticket.created for ticket in self.desk}
        return {at for at in changes | created if self.ticket.created < at < self.t} | {self.ticket.created}


Found = tuple[datetime, str] | None


def finding_rows(desk: list[Ticket], t: datetime, rules: Rules) -> list[Row]:
    """One row a ticket and rule; `since` is the instant from which the finding holds, `detail` is only a hint."""
    links, rows = clone_links(desk), []
    for ticket in (ticket for ticket in desk if in_metrics(ticket, t)):
        case = Case(desk, links, ticket, t, rules)
        for rule, (projects, find) in RULES.items():
            found = find(case) if projects is None or case.project in projects else None
            if found:
                who = {"ticket_id": ticket.ticket_id, "key": value_at(ticket, "key", t)}
                rows.append({**who, "rule": rule, "since": mart_instant(found[0]), "detail": found[1]})
    return rows


def f1_outside_the_workflow(case: Case) -> Found:
    """The first move, creation included, that the project at that moment does not know."""
    ticket, path = case.ticket, stays(case.ticket, case.t)
    workflow = WORKFLOWS.get(project_at(ticket, BEFORE_ALL))
    if workflow and path[0].status not in workflow["created"] and not _cloned_into_dsp(case):
        return ticket.created, f"created in {path[0].status}"
    for before, after in pairwise(path):
        workflow = WORKFLOWS.get(project_at(ticket, after.entered_at))
        if workflow and after.status not in workflow.get(before.status, ()):
            return after.entered_at, f"{before.status} to {after.status}"
    return None


def _cloned_into_dsp(case: Case) -> bool:
    """Whether it was created in DSP straight into TO DO, and clones, or cloned once, a ticket that was in DSD then."""
    origins = ever_origins_of(case.links, case.ticket, case.t)
    born = project_at(case.ticket, BEFORE_ALL), stays(case.ticket, case.t)[0].status
    return born == ("DSP", "TO DO") and "DSD" in [_project_of(case, origin) for origin in origins]


def _project_of(case: Case, ticket_or_key: str) -> str:
    """Where a ticket was when the ticket of this case was created."""
    known, then = by_id(case.desk, ticket_or_key), case.ticket.created
    if known is None:
        return project_of(ticket_or_key)
    return project_at(known, then if known.created < then else BEFORE_ALL)


def f2_no_estimation(case: Case) -> Found:
    """In IN PROGRESS without an original estimation."""
    return _since(case, lambda at: _status(case, at) == "IN PROGRESS" and not _value(case, "eta", at))


def f3_no_priority(case: Case) -> Found:
    """Past OPEN and RECEIVED without a priority."""
    early = ("OPEN", "RECEIVED")
    return _since(case, lambda at: _status(case, at) not in early and blank(_value(case, "priority", at)))


def f4_lower_than_its_origin(case: Case) -> Found:
    """Its priority is lower than that of an origin; of several such origins, the one that has it longest."""
    found = [_lower_since(case, origin) for origin in origins_of(case.links, case.ticket, case.t)]
    return min((since for since in found if since), default=None)


def _lower_since(case: Case, origin_id: str) -> Found:
    origin = case.shown(origin_id)
    if origin is None:
        return None

    def lower(at: datetime) -> bool:
        if origin_id not in origins_of(case.links, case.ticket, at):
            return False
        own, above = rank(case.ticket, case.t, at), rank(origin, case.t, at)
        return own is not None and above is not None and own > above

    return _since(case, lower)


def rank(ticket: Ticket, t: datetime, at: datetime) -> int | None:
    """0 for the highest priority; None for an unknown one. The priority channel is Blocking (AMP-G3)."""
    if channel(project_at(ticket, t), value_at(ticket, "category", at)) == "priority":
        return 0
    priority = normal(value_at(ticket, "priority", at))
    return PRIORITIES.index(priority) if priority in PRIORITIES else None


def f5_delegated_to_nobody(case: Case) -> Found:
    """DELEGATED without a clone; one that is not in the store will do."""
    return _since(case, lambda at: _status(case, at) == "DELEGATED" and not clones_of(case.links, case.ticket, at))


def f6_long_with_the_user(case: Case) -> Found:
    """ON GOING for more than two weeks."""
    stay = stays(case.ticket, case.t)[-1]
    if stay.status != "ON GOING" or case.t - stay.entered_at <= TWO_WEEKS:
        return None
    return stay.entered_at + TWO_WEEKS, f"ON GOING since {stay.entered_at}"


def f7_may_be_closed(case: Case) -> Found:
    """DONE for two weeks, and the reporter has neither commented nor scored since."""
    stay = stays(case.ticket, case.t)[-1]
    if stay.status != "DONE" or case.t - stay.entered_at < TWO_WEEKS:
        return None
    if any(at >= stay.entered_at for at in _reporters_words(case) + _scores(case)):
        return None
    return stay.entered_at + TWO_WEEKS, f"DONE since {stay.entered_at}"


def _reporters_words(case: Case) -> list[datetime]:
    """When who was the reporter at that moment commented, publicly or not."""
    comments = [c for c in visible_comments(case.ticket, case.t) if c.author is not None]
    return [c.at for c in comments if c.author == value_at(case.ticket, "reporter", c.at)]


def _scores(case: Case) -> list[datetime]:
    return [change.at for change in changes_of(case.ticket, "score") if change.at < case.t and change.to]


def f8_channel_not_blocking(case: Case) -> Found:
    """In the priority channel with another priority than Blocking, or none."""

    def wrong(at: datetime) -> bool:
        in_channel = channel(case.project, _value(case, "category", at)) == "priority"
        return in_channel and normal(_value(case, "priority", at)) != "blocking"

    return _since(case, wrong)


def f9_closed_too_soon(case: Case) -> Found:
    """The first entry into CLOSED from anything but DONE."""
    for before, after in pairwise(stays(case.ticket, case.t)):
        if after.status == "CLOSED" and before.status != "DONE":
            return after.entered_at, f"CLOSED from {before.status}"
    return None


def f10_answer_not_passed_on(case: Case) -> Found:
    """DELEGATED with all clones DONE or CLOSED for more than one working day."""
    ready = case.held_since(lambda at: _status(case, at) == "DELEGATED" and _all_settled(case, at))
    if ready is None or case.rules.calendar.open_seconds(ready, case.t) <= NWD:
        return None
    return case.rules.calendar.add(ready, NWD), f"ready since {ready}"


def _all_settled(case: Case, at: datetime) -> bool:
    """Whether it has clones and all are known to be DONE or CLOSED."""
    clones = [case.shown(clone) for clone in clones_of(case.links, case.ticket, at)]
    return bool(clones) and all(clone and stays(clone, at)[-1].status in SETTLED for clone in clones)


def f11_odd_score(case: Case) -> Found:
    """A score that is not one of 1, 2, 3, 4, 5."""

    def odd(at: datetime) -> bool:
        score = _value(case, "score", at)
        return score is not None and float(score) not in (1, 2, 3, 4, 5)

    return _since(case, odd)


def f12_empty_field(case: Case) -> Found:
    """A mandatory field is empty or only spaces; of several, the one that has been so longest."""
    names = ["type", "summary", "description"] + ["relevance"] * (case.project in ("DSD", "DSP"))
    found = [_empty_since(case, name) for name in names]
    return min((since for since in found if since), default=None)


def _empty_since(case: Case, name: str) -> Found:
    return _since(case, lambda at: blank(_value(case, name, at)), name)


def blank(value: Value) -> bool:
    """Whether a value is empty or only spaces."""
    return not (value or "").strip()


def _since(case: Case, condition: Callable[[datetime], bool], detail: str = "") -> Found:
    since = case.held_since(condition)
    return (since, detail) if since else None


def _status(case: Case, at: datetime) -> str:
    return stays(case.ticket, at)[-1].status


def _value(case: Case, name: str, at: datetime) -> Value:
    return value_at(case.ticket, name, at)


RULES: dict[str, tuple[tuple[str, ...] | None, Callable[[Case], Found]]] = {
    "F1": (None, f1_outside_the_workflow),  # where it applies, the project at that moment says
    "F2": (("DSD", "DSP"), f2_no_estimation),
    "F3": (("DSD", "DSP"), f3_no_priority),
    "F4": (("DSP", "DEMS", "DPM"), f4_lower_than_its_origin),
    "F5": (("DSD",), f5_delegated_to_nobody),
    "F6": (("DSD", "DSP"), f6_long_with_the_user),
    "F7": (None, f7_may_be_closed),
    "F8": (("DSD", "DSP", "DSEC"), f8_channel_not_blocking),
    "F9": (None, f9_closed_too_soon),
    "F10": (("DSD",), f10_answer_not_passed_on),
    "F11": (("DSD", "DSP"), f11_odd_score),
    "F12": (None, f12_empty_field),
}
