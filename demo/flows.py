"""The lives of tickets, by the procedure of each project (1.2) and with the liberties people take."""

from __future__ import annotations

from demo import wording
from demo.aftermath import deliver, finish
from demo.arrivals import Arrival
from demo.birth import clone_of, newborn
from demo.draft import Draft, Link, Slot
from demo.estimates import estimate
from demo.oddities import at_intake, late_in_life
from demo.office import DAY, HOUR
from demo.pace import Desk, is_channel
from demo.people import AUTOMATION, Person
from demo.world import CLONERS


def live(desk: Desk, arrival: Arrival) -> list[Draft]:
    """The whole story of an arrival: the ticket and the clones made of it, each to its end."""
    draft = newborn(arrival, desk.cast, desk.office)
    if draft.values["issuetype"] == "Task" or arrival.slot.project in ("DPM", "DEMS", "DCMS", "DC"):
        _maintain(desk, draft, draft.created)
    elif arrival.slot.project == "DSP":
        _provide(desk, draft, _receive(desk, draft), arrival.clones)
    else:
        _serve(desk, draft, arrival)
    drafts = _family(draft)
    for member in drafts:
        late_in_life(desk, member)
    return drafts


def _family(draft: Draft) -> list[Draft]:
    return [draft] + [member for clone in draft.clones for member in _family(clone)]


# DSD and DSEC: the desk takes it in, a champion or a provider solves it


def _serve(desk: Desk, draft: Draft, arrival: Arrival) -> None:
    at, agent = _receive(desk, draft), draft.rng.choice(desk.cast.agents)
    at = _triage(desk, draft, at, agent)
    if draft.chance(0.015):
        return _shut(draft, desk.soon(draft, at, 2), agent)
    if arrival.clones:
        if draft.chance(0.4):
            at = _champion(desk, draft, at, share=0.15)
        done = _delegate(desk, draft, at, agent, arrival)
    elif draft.slot.project == "DSD" and draft.chance(0.025):
        draft.set(at, agent, status="DELEGATED")
        draft.comment(at, agent, wording.say(draft.rng, "note"), "jsd")
        done = desk.office.after(at, desk.effort(draft, at) * 2)
        deliver(desk, draft, done, agent)
    elif draft.chance(0.1):
        done = desk.soon(draft, at, 0.6)
        deliver(desk, draft, done, agent)
    else:
        if draft.chance(0.16):
            at = _pause(desk, draft, at, agent, "RECEIVED" if draft.chance(0.5) else "TO DO")
        who = desk.worker(draft)
        done = _champion(desk, draft, at, who=who)
        deliver(desk, draft, done, who)
        agent = who
    finish(desk, draft, done, agent)
    return None


def _receive(desk: Desk, draft: Draft) -> int:
    """OPEN → RECEIVED: by automation in seconds, or by a person, or late; returns when. A few skip it (F1)."""
    if draft.chance(0.012):
        return desk.soon(draft, draft.created, 3 * desk.slowness(draft.created))
    if draft.slot.project != "DSEC" and draft.chance(0.5):
        at = draft.created + draft.rng.randrange(2_000, 150_000)
        draft.set(at, AUTOMATION, status="RECEIVED")
        if draft.chance(0.4):
            draft.comment(at + 1_200, AUTOMATION, "Your ticket has been received. The service desk will answer soon.")
        return at
    median = (0.8 if is_channel(draft, draft.created) else 2.6) * desk.slowness(draft.created)
    at = desk.soon(draft, draft.created, median, 0.8)
    draft.set(at, draft.rng.choice(desk.cast.security if draft.slot.project == "DSEC" else desk.cast.agents),
              status="RECEIVED")  # fmt: skip
    return at


def _triage(desk: Desk, draft: Draft, at: int, agent: Person) -> int:
    """The first human look: greeting, priority, assignment, corrections; returns when."""
    median = (0.5 if is_channel(draft, at) else 1.3) * desk.slowness(at)
    at = desk.soon(draft, at, median, 0.8)
    if draft.chance(0.85):
        draft.comment(at, agent, wording.say(draft.rng, "greeting"))
    draft.set(at + 30_000, agent, assignee=desk.worker(draft))
    return at_intake(desk, draft, at + 60_000, agent)


def _champion(desk: Desk, draft: Draft, at: int, who: Person | None = None, share: float = 1.0) -> int:
    """TO DO → IN PROGRESS with an estimation, perhaps a question to the user; returns when the work is done."""
    who = who or desk.worker(draft)
    effort = desk.effort(draft, at, share)
    begun = at
    if draft.chance(0.98):
        if draft.value("status", at) != "TO DO":
            draft.set(at, draft.rng.choice(desk.cast.agents), status="TO DO")
        begun = desk.office.after(at, draft.around(2.2, 0.7) if effort > 6 else 0.15 * effort)
    if draft.chance(0.985) or begun == at:
        draft.set(begun, who, status="IN PROGRESS")
    stop = begun
    if draft.chance(0.42) and draft.value("status", begun) == "IN PROGRESS":
        stop = _pause(desk, draft, desk.office.after(begun, effort * 0.4), who, "IN PROGRESS")
        effort *= 0.6
    done = desk.office.after(stop, effort)
    if draft.chance(0.93):
        estimate(draft, begun - draft.rng.randrange(5_000, 60_000), done, who, desk.office)
    return done


def _pause(desk: Desk, draft: Draft, at: int, who: Person, back: str) -> int:
    """ON GOING until the user answers; one in ten never does. Returns when work goes on."""
    rng = draft.rng
    draft.comment(at, who, wording.say(rng, "question"))
    draft.set(at + 2_000, who, status=desk.status("ON GOING", at, draft))
    if draft.chance(0.1):
        resumed = at + int(rng.uniform(24, 60) * DAY)
        draft.set(resumed, who, status=back)
        return resumed
    answered = at + int(draft.around(30, 1.1) * HOUR)
    draft.comment(answered, draft.reporter, wording.say(rng, "answer"))
    resumed = answered + 1_500 if draft.chance(0.6) else desk.soon(draft, answered, 1.5)
    draft.set(resumed, AUTOMATION if resumed == answered + 1_500 else who, status=back)
    return resumed


def _shut(draft: Draft, at: int, agent: Person) -> None:
    """Closed without having been solved (F9): a duplicate, or a ticket somebody lost patience with."""
    draft.set(at, agent, status="CLOSED", resolution=draft.rng.choice(("Duplicate", "Won't Do")))


# Clones


def _delegate(desk: Desk, draft: Draft, at: int, agent: Person, arrival: Arrival) -> int:
    """DELEGATED while the clones run; DONE when somebody notices that they are done. Returns when."""
    draft.set(at, agent, status="DELEGATED")
    ends = []
    for slot in arrival.clones:
        made = desk.office.after(at, draft.rng.uniform(0.02, 0.3))
        below = [arrival.grandchild] if arrival.grandchild and slot is arrival.clones[0] else []
        ends.append(_clone(desk, draft, slot, made, agent, below))
    done = desk.office.after(max(ends), _notice(draft))
    if draft.chance(0.1):
        done = max(done, desk.soon(draft, _pause(desk, draft, max(ends), agent, "DELEGATED"), 2))
    deliver(desk, draft, done, agent)
    return done


def _notice(draft: Draft) -> float:
    """Working hours until the desk sees that every clone is done: hours, days, or it is forgotten (F10)."""
    if draft.chance(0.05):
        return draft.rng.uniform(120, 400)
    return draft.around(55, 0.6) if draft.chance(0.13) else draft.around(2.5, 0.8)


def _clone(desk: Desk, origin: Draft, slot: Slot, at: int, agent: Person, below: list[Slot]) -> int:
    """Clones a ticket into another project and lives the clone's life; returns when it is finally DONE."""
    clone = clone_of(origin, slot, at, desk.cast)
    origin.clones.append(clone)
    clone.origin = origin
    link_id = slot.id * 10
    clone.links.append(Link(at + 1_000, agent, CLONERS, True, origin, link_id))
    origin.links.append(Link(at + 1_000, agent, CLONERS, False, clone, link_id))
    if clone.values["priority"] in ("Blocking", "Critical") and clone.chance(0.07):
        clone.values["priority"] = "Low"
    if slot.project != "DSP":
        return _maintain(desk, clone, at)
    if clone.chance(0.15):
        clone.values["status"] = "OPEN"
        return _provide(desk, clone, _receive(desk, clone), below)
    return _provide(desk, clone, at, below)


def _provide(desk: Desk, draft: Draft, at: int, below: list[Slot]) -> int:
    """A service provider works on it, perhaps by a clone of its own; returns when it is finally DONE."""
    who = desk.worker(draft)
    draft.set(at + 45_000, draft.rng.choice(desk.cast.agents), assignee=who)
    if draft.origin is None:
        at = at_intake(desk, draft, at + 60_000, who)
    done = _champion(desk, draft, at + 60_000, who, share=0.75 if draft.origin else 1.0)
    for slot in below:
        made = desk.soon(draft, at, 4)
        done = max(done, desk.soon(draft, _clone(desk, draft, slot, made, who, []), 3))
    deliver(desk, draft, done, who)
    return finish(desk, draft, done, who, reopening=0.03)


# DPM, DEMS, DCMS, DC, and tasks


def _maintain(desk: Desk, draft: Draft, at: int) -> int:
    """TO DO → IN PROGRESS → DONE → CLOSED, after being taken in where the project begins in OPEN; returns the end."""
    who = desk.worker(draft)
    if draft.values["status"] == "OPEN":
        at = _receive(desk, draft) if draft.slot.project == "DC" else desk.soon(draft, at, 3)
        at = desk.soon(draft, at, 4)
        draft.set(at, who, status="TO DO")
    draft.set(at + 20_000, who, assignee=who)
    begun = desk.soon(draft, at, 5, 1.1)
    draft.set(begun, who, status="IN PROGRESS")
    share = 0.2 if draft.origin and draft.values["issuetype"] in ("Story", "SPR") else 1.0
    done = desk.office.after(begun, desk.effort(draft, begun, share))
    if draft.chance(0.5):
        estimate(draft, begun + 1_000, done, who, desk.office)
    deliver(desk, draft, done, who)
    return finish(desk, draft, done, who, reopening=0.03)
