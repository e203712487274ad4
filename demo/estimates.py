"""Original estimations: set when work begins, moved before or after they have passed, sometimes taken away."""

from __future__ import annotations

from datetime import date, timedelta

from demo.draft import Draft
from demo.office import DAY, Office
from demo.people import Person


def estimate(draft: Draft, at: int, done: int, who: Person, office: Office) -> None:
    """Sets the estimation at `at` for work that will be done at `done`, and revises it as the date comes near."""
    rng = draft.rng
    delivered = office.day(done)
    span = max(1, (delivered - office.day(at)).days)
    guess = office.day(at) + timedelta(days=max(1, round(span * rng.uniform(0.6, 1.9)) + rng.randrange(2)))
    guess = _weekday(guess, office)
    draft.set(at, who, eta=guess)
    for _ in range(rng.choices((0, 1, 2, 3), (0.12, 0.5, 0.28, 0.1))[0]):
        if guess >= delivered:
            break
        when = _revised_at(draft, guess, office)
        if when >= done:
            break
        guess = _weekday(max(guess, office.day(when)) + timedelta(days=rng.randint(2, 3 + span // 2)), office)
        draft.set(when, who, eta=guess)
    if draft.chance(0.03):
        draft.set(office.after(at, draft.around(10, 0.5)), who, eta=None)


def _revised_at(draft: Draft, old: date, office: Office) -> int:
    """Two thirds revise before the date has passed, one third only after."""
    late = draft.chance(0.36)
    moment = office.local(old, 9 + 7 * draft.rng.random()) + (1 + draft.rng.randrange(4) if late else -1) * DAY
    return office.after(max(moment, draft.events[-1].at), 0.05)


def _weekday(day: date, office: Office) -> date:
    while day.weekday() > 4 or day in office.free:
        day += timedelta(days=1)
    return day
