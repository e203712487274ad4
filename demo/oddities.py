"""What real desks do to their tickets besides the procedure: corrections, omissions, moves, very long histories."""

from __future__ import annotations

from demo import wording
from demo.draft import Draft
from demo.office import HOUR
from demo.pace import Desk, is_channel
from demo.people import ADMIN, Person
from demo.world import CATEGORIES, CHANNEL_CATEGORIES

_TYPE_AFTER_MOVE = {"DPM": "Incident", "DSEC": "Security Incident", "DC": "Change Request"}
_LABELS = ("pilot", "release", "data-gap", "known-error", "training", "vip", "network")


def at_intake(desk: Desk, draft: Draft, at: int, agent: Person) -> int:
    """Corrections at the first look: priority, category, type, project. Returns when it is over."""
    if draft.values["priority"] is None and draft.chance(0.94):
        urgent = "Blocking" if is_channel(draft, at) else "Critical" if draft.chance(0.25) else "Low"
        draft.set(at, agent, priority=urgent)
    elif is_channel(draft, at) and draft.chance(0.09):
        draft.set(at, agent, priority="Critical")
    if draft.slot.project in ("DSD", "DSP"):
        _correct(draft, at + 5_000, agent)
    if draft.slot.moved_key:
        _move(draft, at + 40_000, agent)
    return at + 60_000


def late_in_life(desk: Desk, draft: Draft) -> None:
    """What happens to a ticket over its life: notes, flags, labels, escalations, gaps, the odd endless history."""
    done = draft.first(status="DONE") or draft.created + 40 * HOUR
    if draft.slot.project in ("DSD", "DSP"):
        _omit(draft)
    if draft.chance(0.3):
        draft.comment(_between(desk, draft, done), desk.worker(draft), wording.say(draft.rng, "note"),
                      draft.rng.choice(("jsd", "jsd", "role")))  # fmt: skip
    if draft.chance(0.12):
        draft.set(_between(desk, draft, done), desk.worker(draft), assignee=desk.worker(draft))
    if draft.chance(0.1):
        draft.set(_between(desk, draft, done), draft.rng.choice(desk.cast.agents), labels=draft.rng.choice(_LABELS))
    if (
        draft.slot.project in ("DSD", "DSP")
        and desk.office.worked(draft.created, done) > 50 * HOUR
        and draft.chance(0.14)
    ):
        draft.set(_between(desk, draft, done), draft.rng.choice(desk.cast.agents), esa_arb="Yes")
    if draft.clones and draft.chance(0.06):
        draft.set(_between(desk, draft, done), draft.rng.choice(desk.cast.agents), priority="Blocking")
    if draft.chance(0.08):
        draft.comment(
            draft.created + draft.rng.randrange(300_000, 3 * HOUR), draft.reporter, wording.say(draft.rng, "answer")
        )
    if draft.chance(0.01):
        draft.set(_between(desk, draft, done), None, labels=draft.rng.choice(_LABELS))
    if draft.chance(0.012):
        _never_ending(desk, draft, done)
    draft.shifted = draft.chance(0.004)


def migrate(draft: Draft, at: int) -> None:
    """An administrator's workflow migration, closed tickets included: in the history, but `updated` does not move."""
    if draft.slot.project == "DSP" and draft.created < at:
        draft.set(at + draft.rng.randrange(600_000), ADMIN, silent=True, Workflow="DESP provider workflow 2")


def _correct(draft: Draft, at: int, agent: Person) -> None:
    if draft.chance(0.06):
        others = [name for name, _ in CATEGORIES if name != draft.values["category"]]
        draft.set(at, agent, category=draft.rng.choice(others))
        if draft.value("category", at) in CHANNEL_CATEGORIES and draft.chance(0.6):
            draft.set(at + 1_000, agent, priority="Blocking")
    if draft.chance(0.025) and draft.values["issuetype"] in ("Anomaly", "User Request"):
        other = {"Anomaly": "User Request", "User Request": "Anomaly"}[draft.values["issuetype"]]
        draft.set(at + 2_000 + (draft.rng.randrange(30 * HOUR) if draft.chance(0.4) else 0), agent, issuetype=other)
    if draft.chance(0.04):
        draft.set(at + 3_000, agent, summary=f"{draft.values['summary']} (updated)")


def _move(draft: Draft, at: int, agent: Person) -> None:
    assert draft.slot.moved_key
    project = draft.slot.moved_key.split("-")[0]
    kind = _TYPE_AFTER_MOVE.get(project, draft.values["issuetype"])
    draft.set(at, agent, project=project, key=draft.slot.moved_key, issuetype=kind)


def _omit(draft: Draft) -> None:
    if draft.chance(0.025):
        draft.values["relevance"] = None
    if draft.chance(0.006):
        draft.values["description"] = "   "


def _never_ending(desk: Desk, draft: Draft, done: int) -> None:
    """Dozens of small changes and comments: histories and comment lists that searches cut."""
    rng = draft.rng
    for _ in range(rng.randint(40, 130)):
        at, who = _between(desk, draft, done), rng.choice(desk.cast.agents)
        draft.set(at, who, labels=" ".join(sorted(rng.sample(_LABELS, 2))))
    for _ in range(rng.randint(15, 40)):
        words, hidden = wording.say(rng, rng.choice(("note", "answer"))), "jsd" if rng.random() < 0.3 else None
        draft.comment(_between(desk, draft, done), rng.choice((draft.reporter, *desk.cast.agents)), words, hidden)


def _between(desk: Desk, draft: Draft, done: int) -> int:
    """Some working moment between the creation and the solution."""
    moment = draft.created + draft.rng.randrange(max(1, done - draft.created))
    return desk.office.after(moment, draft.rng.uniform(0.1, 2))
