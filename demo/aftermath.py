"""What follows DONE: the user confirms, scores, complains or says nothing; the ticket is closed, or opened again."""

from __future__ import annotations

from demo import wording
from demo.draft import Draft
from demo.office import DAY, HOUR
from demo.pace import Desk
from demo.people import AUTOMATION, Person

_BAD_SCORES = (0, 6, 3.5, 10)


def deliver(desk: Desk, draft: Draft, at: int, who: Person) -> None:
    """The ticket is DONE, with a resolution and word to the user."""
    draft.set(at, who, status="DONE", resolution="Done" if draft.chance(0.93) else "Won't Do")
    if draft.slot.project in ("DSD", "DSP", "DSEC") or draft.chance(0.3):
        draft.comment(at + draft.rng.randrange(1_000, 90_000), who, wording.say(draft.rng, "solution"))


def finish(desk: Desk, draft: Draft, done: int, who: Person, reopening: float = 0.07) -> int:
    """Everything after DONE; returns the instant of the final DONE."""
    if draft.chance(reopening):
        done = _again(desk, draft, done, who)
        if draft.chance(0.15):
            done = _again(desk, draft, done, who)
    closed = _close(desk, draft, done)
    if draft.chance(0.008):
        done = _again(desk, draft, closed, who)
        _close(desk, draft, done)
    return done


def _again(desk: Desk, draft: Draft, done: int, who: Person) -> int:
    """The user says that it is not solved; back to TO DO, and work goes on."""
    back = done + int(draft.around(30, 0.8) * HOUR)
    draft.comment(back, draft.reporter, wording.say(draft.rng, "reopened"))
    taken = desk.soon(draft, back, 1.5)
    draft.set(taken, draft.rng.choice(desk.cast.agents), status="TO DO", resolution=None)
    begun = desk.soon(draft, taken, 2)
    draft.set(begun, who, status="IN PROGRESS")
    again = desk.office.after(begun, desk.effort(draft, begun, 0.4))
    deliver(desk, draft, again, who)
    return again


def _close(desk: Desk, draft: Draft, done: int) -> int:
    """Confirmed and closed by the desk, closed by automation after two silent weeks, or forgotten for longer."""
    agent = draft.rng.choice(desk.cast.agents)
    asked = draft.slot.project in ("DSD", "DSP", "DSEC") and draft.origin is None
    if not asked:
        closed = desk.soon(draft, done, 9, 1.0) if draft.chance(0.9) else done + int(draft.rng.uniform(15, 55) * DAY)
        draft.set(closed, agent, status="CLOSED")
        return closed
    if draft.chance(0.5):
        thanked = done + int(draft.around(20, 1.0) * HOUR)
        draft.comment(thanked, draft.reporter, wording.say(draft.rng, "thanks"))
        if draft.chance(0.6):
            _score(draft, done, thanked + draft.rng.randrange(20_000, 4 * HOUR))
        closed = desk.soon(draft, thanked, 2.5)
        draft.set(closed, agent, status="CLOSED")
        return closed
    return _close_in_silence(draft, done, agent)


def _close_in_silence(draft: Draft, done: int, agent: Person) -> int:
    scored = draft.chance(0.15)
    if scored:
        _score(draft, done, done + int(draft.rng.uniform(1, 10) * DAY))
    if draft.chance(0.13) and not scored:
        closed, who = done + int(draft.rng.uniform(16, 50) * DAY), agent
    else:
        closed, who = done + int(13.9 * DAY) + draft.rng.randrange(HOUR), AUTOMATION
    draft.set(closed, who, status="CLOSED")
    return closed


def _score(draft: Draft, done: int, at: int) -> None:
    """From 1 to 5, the better the faster it went; now and then changed, now and then not a score at all."""
    if draft.slot.project not in ("DSD", "DSP"):
        return
    weeks = (done - draft.created) / (7 * DAY)
    mood = max(-1.6, 0.5 - 0.35 * weeks)
    score: float = min(5, max(1, round(draft.rng.gauss(3.9 + mood, 1.0))))
    if draft.chance(0.02):
        score = draft.rng.choice(_BAD_SCORES)
    draft.set(at, draft.reporter, score=score)
    if draft.chance(0.05):
        other = draft.rng.choice([value for value in (1, 2, 3, 4, 5) if value != score])
        draft.set(at + draft.rng.randrange(HOUR, 3 * DAY), draft.reporter, score=other)
