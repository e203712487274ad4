"""When tickets come, how many, where: fixed by the seed and the calendar alone, so that time moving on adds only."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.draft import Slot
from demo.office import Office
from demo.world import PROJECTS

# Of the tickets that do not come from cloning, each brings that many clones, on average.
CLONES_PER_ARRIVAL = 0.36
_WEEKDAYS = (0.215, 0.205, 0.19, 0.185, 0.15, 0.03, 0.025)
# How many tickets come in each hour of the local day.
_HOURS = (
    0.4, 0.2, 0.2, 0.2, 0.3, 0.5, 0.9, 2.5, 7, 13, 13.5, 11.5,
    7, 6.5, 11, 11, 8.5, 4.5, 2.2, 1.3, 1.3, 1.2, 0.9, 0.6,
)  # fmt: skip


@dataclass
class Arrival:
    """A ticket about to be written by somebody, with room for the clones it may get."""

    slot: Slot
    at: int
    seed: str
    clones: list[Slot] = field(default_factory=list)
    grandchild: Slot | None = None
    outage: str | None = None


@dataclass(frozen=True)
class Week:
    """What kind of week it is: how busy, and whether an outage marks it."""

    monday: date
    season: float
    outage: bool


def week_of(seed: int, monday: date) -> Week:
    """The character of a week; the same for the same seed, whatever was simulated before."""
    middle = monday + timedelta(days=3)
    day = middle.timetuple().tm_yday
    season = 1.0 + min(0.18, 0.06 * ((middle.year - 2024) + day / 366))
    if 205 <= day < 218 or 233 <= day < 243:
        season *= 0.75
    elif 218 <= day < 233:
        season *= 0.4
    elif day >= 356 or day <= 5:
        season *= 0.35
    release = middle.month in (3, 6, 10) and 8 <= middle.day <= 14
    outage = random.Random(f"week {seed} {monday}").random() < 0.06
    return Week(monday, season * (1.7 if release else 1.0), outage)


def arrivals(seed: int, rate: float, epoch: date, start: date, end: int, office: Office) -> list[Arrival]:
    """All tickets that come on or after `start` and before `end`, `rate` in a usual week.

    Ids and keys are numbered since `epoch`, so that a later start or end leaves the other tickets what they are.
    """
    numbers: Counter[str] = Counter()
    found = []
    monday = epoch - timedelta(days=epoch.weekday())
    first = office.local(start, 0)
    while office.local(monday, 0) < end:
        rng = random.Random(f"arrivals {seed} {monday}")
        week = week_of(seed, monday)
        for at, outage in _instants(rng, week, rate, office):
            arrival = _arrival(rng, at, outage, numbers, seed)
            if first <= arrival.at < end:
                found.append(arrival)
        monday += timedelta(days=7)
    return found


def _instants(rng: random.Random, week: Week, rate: float, office: Office) -> list[tuple[int, str | None]]:
    expected = rate * week.season
    count = max(0, round(rng.gauss(expected, expected**0.5)))
    instants: list[tuple[int, str | None]] = []
    while len(instants) < count:
        day = week.monday + timedelta(days=rng.choices(range(7), _WEEKDAYS)[0])
        if day in office.free and rng.random() < 0.85:
            count -= 1
            continue
        hour = rng.choices(range(24), _HOURS)[0]
        instants.append((office.local(day, hour) + rng.randrange(3_600_000), None))
    if week.outage:
        began = office.local(week.monday + timedelta(days=rng.randrange(5)), 9 + rng.random() * 5)
        for _ in range(max(2, round(expected * rng.uniform(0.25, 0.5)))):
            instants.append((began + int(rng.expovariate(1 / 4_500_000)), str(week.monday)))
    return sorted(instants, key=lambda instant: instant[0])


def _arrival(rng: random.Random, at: int, outage: str | None, numbers: Counter[str], seed: int) -> Arrival:
    key = "DSD" if outage else rng.choices(list(PROJECTS), [project.share for project in PROJECTS.values()])[0]
    moved = _moved_to(rng, key) if rng.random() < 0.012 else None
    slot = _slot(numbers, key, moved)
    arrival = Arrival(slot, at, f"ticket {seed} {slot.id}", outage=outage)
    if key == "DSD" and moved is None and rng.random() < 0.38:
        for _ in range(rng.choices((1, 2, 3), (0.84, 0.12, 0.04))[0]):
            arrival.clones.append(_slot(numbers, rng.choices(("DSP", "DEMS", "DPM"), (0.66, 0.2, 0.14))[0]))
    elif key == "DSP" and rng.random() < 0.15:
        arrival.clones.append(_slot(numbers, rng.choice(("DEMS", "DPM"))))
    if arrival.clones and arrival.clones[0].project == "DSP" and rng.random() < 0.15:
        arrival.grandchild = _slot(numbers, rng.choice(("DEMS", "DPM")))
    return arrival


def _moved_to(rng: random.Random, key: str) -> str | None:
    return {"DSD": rng.choice(("DSP", "DPM", "DSEC")), "DSP": "DPM", "DPM": "DC"}.get(key)


def _slot(numbers: Counter[str], key: str, moved: str | None = None) -> Slot:
    numbers["id"] += 1
    numbers[key] += 1
    moved_key = None
    if moved:
        numbers[moved] += 1
        moved_key = f"{moved}-{numbers[moved]}"
    return Slot(20_000 + numbers["id"], key, f"{key}-{numbers[key]}", moved_key)
