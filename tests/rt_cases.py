"""Support cases in a real Request Tracker: a queue as the desk `egi-cases` has it, its staff, and a year of cases."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.rt_site import ALL_RIGHTS, PASSWORD, RtSite

QUEUE = "technical-support-cases"
STAGES = ("Pre-assessment", "Assessed", "Preparatory", "Test & Integration", "Pre-production", "Production")
DROPPED = ("Closed", "Cancelled")
FIELDS = {
    "Implementation status": "FreeformSingle",
    "Scientific discipline": "FreeformMultiple",
    "Virtual organisation": "FreeformSingle",
    "Go live": "DateTimeSingle",
}
STAFF = {"anna": "Anna Rossi", "bert": "Bert de Vries", "cleo": "Cleo Novak"}
_DISCIPLINES = ("Astronomy", "Biology", "Chemistry", "Earth sciences", "Physics")
_ORGANISATIONS = ("biomed", "enmr.eu", "vo.esa.int")


def staffed(site: RtSite) -> None:
    """The staff, who may do everything in every queue, and the custom fields of the cases."""
    for name, type_ in FIELDS.items():
        site.do("field", datetime(2025, 1, 1), name=name, type=type_)
    for name, real in STAFF.items():
        site.do("user", name=name, real=real, password=PASSWORD)
        site.do("grant", user=name, rights=ALL_RIGHTS)


@dataclass
class Cases:
    """A queue in `site` in which the staff work, chance decides what happens next, and the clock only goes forward."""

    site: RtSite
    queue: str = QUEUE
    chance: random.Random = field(default_factory=lambda: random.Random(5))

    def __post_init__(self) -> None:
        self.site.do("queue", datetime(2025, 1, 1), name=self.queue)

    def create(self, at: datetime, by: str = "anna", **more: Any) -> int:
        """A new case; `fields` are the custom fields that it is created with. Returns its number."""
        values = {"subject": "A case", "requestor": "user@lab.example", "owner": by, "fields": {}} | more
        return int(self.site.do("create", at, by, queue=self.queue, **values))

    def act(self, at: datetime, by: str, action: str, case: int, **more: Any) -> None:
        """Something happens to a case."""
        self.site.do(action, at, by, id=case, **more)

    def move(self, at: datetime, by: str, case: int, stage: str) -> None:
        """The case comes to a stage."""
        self.act(at, by, "add", case, field="Implementation status", value=stage)

    def a_year(self, number: int, begins: datetime) -> list[int]:
        """`number` cases over the year from `begins` on, all that happens to them in the order of time."""
        plans = sorted(
            (event for n in range(number) for event in self._plan(n, begins + timedelta(hours=n * 8000 / number))),
            key=lambda event: event[0],
        )
        numbers: dict[int, int] = {}
        for at, n, action, by, more in plans:
            if action == "create":
                numbers[n] = self.create(at, by, **more)
            else:
                self.act(at, by, action, numbers[n], **more)
        return list(numbers.values())

    def _plan(self, number: int, begins: datetime) -> list[tuple[datetime, int, str, str, dict[str, Any]]]:
        """What will happen to one case: (when, case, action, who, …)."""
        chance, at = self.chance, begins.replace(minute=number % 60, second=0, microsecond=0)
        owner = chance.choice(list(STAFF))
        stages = list(STAGES[: chance.randint(2, len(STAGES))])
        values: dict[str, Any] = {"Scientific discipline": chance.sample(_DISCIPLINES, chance.choice((1, 1, 2)))}
        values |= {"Virtual organisation": chance.choice(_ORGANISATIONS)} if chance.random() < 0.8 else {}
        values |= {"Implementation status": stages.pop(0)} if chance.random() < 0.7 else {}
        create = {"subject": f"Case {number}", "fields": values, "owner": chance.choice((owner, "Nobody"))}
        plan = [(at, number, "create", "anna", create)]

        def then(action: str, by: str = owner, **more: Any) -> None:
            nonlocal at
            at += timedelta(hours=chance.randint(2, 24 * 30))
            plan.append((at, number, action, by, more))

        then("reply")
        then("owner", "anna", to=chance.choice([name for name in STAFF if name != create["owner"]]))
        for stage in stages:
            then("add", field="Implementation status", value=stage)
            if chance.random() < 0.3:
                then(chance.choice(("comment", "reply")))
        if chance.random() < 0.3:
            then("status", to="stalled")
        if chance.random() < 0.4:
            then("add", field="Scientific discipline", value="Mathematics")
        if chance.random() < 0.3:
            then("add", field="Implementation status", value=chance.choice(DROPPED))
            then("status", to="rejected")
        elif chance.random() < 0.5:
            then("status", to="resolved")
        return plan
