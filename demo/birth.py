"""How a ticket begins: who writes it, about which service, how urgent, in which words."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import TypeVar

from demo import wording
from demo.arrivals import Arrival
from demo.draft import Draft, Slot
from demo.office import Office
from demo.people import Cast, Person
from demo.world import CATEGORIES, PROJECTS, SERVICES, Service

T = TypeVar("T")
_PRIORITY_OF = {
    "Anomaly": (0.08, 0.37), "Incident": (0.18, 0.45), "SPR": (0.08, 0.4), "Security Incident": (0.6, 0.3),
}  # fmt: skip


def pick(rng: random.Random, shares: Iterable[tuple[T, float]]) -> T:
    """One of several, by their shares."""
    things = list(shares)
    return rng.choices([thing for thing, _ in things], [share for _, share in things])[0]


def newborn(arrival: Arrival, cast: Cast, office: Office) -> Draft:
    """The draft of a ticket that somebody writes."""
    rng = random.Random(arrival.seed)
    slot = arrival.slot
    if arrival.outage:
        service = _service_of_outage(arrival.outage)
        kind = "Anomaly"
    else:
        service = pick(rng, ((service, service.share) for service in SERVICES))
        kind = pick(rng, PROJECTS[slot.project].types)
    category = pick(rng, CATEGORIES) if slot.project in ("DSD", "DSP") else None
    values = _values(rng, slot, kind, service, category, arrival.at, office)
    if rng.random() < 0.35 and slot.project == "DSD" and kind != "Task":
        values["priority"] = None  # the desk sets it when it takes the ticket in
    return Draft(slot, arrival.at, _reporter(rng, slot.project, cast), rng, values)


def clone_of(origin: Draft, slot: Slot, at: int, cast: Cast) -> Draft:
    """The draft of a clone: the origin's contents as they stand, in the other project's terms."""
    rng = random.Random(f"clone {origin.slot.id} {slot.id}")
    asked = origin.value("issuetype", at)
    kind = {"DSP": asked, "DEMS": "SPR" if asked == "Anomaly" else "Story", "DPM": "Incident"}[slot.project]
    if slot.project == "DPM" and asked == "User Request":
        kind = "User Request"
    values = {name: origin.value(name, at) for name in origin.values}
    values |= {
        "key": slot.key, "project": slot.project, "issuetype": kind, "status": "TO DO", "assignee": None,
        "eta": None, "score": None, "resolution": None, "labels": None, "esa_arb": None,
        "summary": origin.value("summary", at) if rng.random() < 0.75 else f"CLONE - {origin.value('summary', at)}",
    }  # fmt: skip
    if slot.project != "DSP":
        values |= {"relevance": None, "category": None}
    return Draft(slot, at, rng.choice(cast.champions + cast.agents), rng, values, origin)


def _values(
    rng: random.Random, slot: Slot, kind: str, service: Service, category: str | None, at: int, office: Office
) -> dict[str, object]:
    element = rng.choice(service.elements)
    version = service.versions[min(len(service.versions) - 1, max(0, (office.day(at).year - 2025)))]
    blocking, critical = _PRIORITY_OF.get(kind, (0.02, 0.2))
    urgent = slot.project == "DSEC" or category in ("Security", "Payment and Billing")
    words = wording.summary(rng, kind, category, service.name, element, version)
    return {
        "key": slot.key, "project": slot.project, "issuetype": kind, "summary": words,
        "description": f"{words}. Seen with {service.name} ({element}).",
        "status": "TO DO" if slot.project in ("DEMS", "DPM") else "OPEN",
        "priority": "Blocking" if urgent else pick(
            rng, (("Blocking", blocking), ("Critical", critical), ("Low", 1 - blocking - critical))
        ),
        "assignee": None, "service": service.name, "service_element": element, "service_version": version,
        "category": category, "provider": service.provider,
        "relevance": ("Outstanding" if rng.random() < 0.12 else "Routine") if slot.project in ("DSD", "DSP") else None,
        "interface": "Yes" if slot.project in ("DSD", "DSP", "DC") and rng.random() < 0.08 else None,
        "esa_cab": "Yes" if slot.project == "DC" and rng.random() < 0.35 else None,
        "esa_arb": None, "eta": None, "score": None, "resolution": None, "labels": None,
    }  # fmt: skip


def _service_of_outage(week: str) -> Service:
    return random.Random(f"outage {week}").choice(SERVICES)


def _reporter(rng: random.Random, project: str, cast: Cast) -> Person:
    """Mostly end users; a few of them write very often."""
    if project == "DSD":
        return cast.users[min(int(rng.expovariate(1 / 70)), len(cast.users) - 1)]
    if project == "DSP":
        return rng.choice(rng.choice(list(cast.providers.values())) + cast.champions)
    staff = {"DPM": cast.operators, "DEMS": cast.developers, "DCMS": cast.operators, "DSEC": cast.security}
    return rng.choice(staff.get(project, cast.developers + cast.operators) + cast.agents[:2])
