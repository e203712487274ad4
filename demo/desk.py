"""The DESP desk, simulated: about eighteen months of tickets that end at an instant, the same every time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from demo import world
from demo.arrivals import CLONES_PER_ARRIVAL, Arrival, arrivals
from demo.draft import Draft, Link
from demo.flows import live
from demo.issue_writer import IssueWriter
from demo.oddities import migrate
from demo.office import DAY, Office, millis
from demo.pace import Desk
from demo.people import cast
from demo.site import JiraSite

# Since when the demo desk has been numbering its tickets; it only moves if the period asked for lies elsewhere.
_EPOCH = date(2024, 1, 1)
_WEEKS_PER_MONTH = 4.348


def simulate(*, seed: int = 7, until: datetime, tickets: int = 3000, months: int = 18) -> JiraSite:
    """A site whose every date lies before `until` (aware), with about so many tickets over about so many months.

    The first day is that of a quarter, so that within a quarter a later `until` only adds to what an earlier one gave:
    the same tickets keep their ids, keys and pasts.
    """
    end = millis(until)
    start = _quarter(until.date() - timedelta(days=round(months * 30.44)))
    epoch = _EPOCH if start >= _EPOCH and until.year <= 2030 else date(start.year, 1, 1)
    office = Office(epoch - timedelta(days=7), until.date() + timedelta(days=500), world.ZONE)
    renamed = office.local(start + timedelta(days=190), 6)
    desk = Desk(office, cast(seed), renamed - 75 * DAY)
    rate = tickets / ((months + 1.5) * _WEEKS_PER_MONTH * (1 + CLONES_PER_ARRIVAL)) * 0.93
    drafts = _drafts(desk, arrivals(seed, rate, epoch, start, end, office), end, renamed)
    site = JiraSite(world.fields(), world.statuses(), world.projects(), [world.CLONERS, world.RELATES], zone=world.ZONE)
    writer = IssueWriter(office, end, renamed)
    for draft in drafts:
        issue = writer.write(draft)
        site.add(issue)
        score = issue["fields"][world.CUSTOM_FIELDS["score"][0]]
        if score in (1, 2, 3, 4, 5):
            site.rate(issue["id"], int(score))
    return site


def _drafts(desk: Desk, coming: list[Arrival], end: int, migrated: int) -> list[Draft]:
    drafts, outages = [], dict[str, Draft]()
    for arrival in coming:
        family = [draft for draft in live(desk, arrival) if draft.created < end]
        if arrival.outage:
            _relate(family[0], outages.setdefault(arrival.outage, family[0]))
        for draft in family:
            migrate(draft, migrated)
        drafts += family
    return sorted(drafts, key=lambda draft: draft.slot.id)


def _relate(draft: Draft, first: Draft) -> None:
    """Tickets of one outage point to the first of them."""
    if draft is first:
        return
    at = draft.created + draft.rng.randrange(600_000, 20_000_000)
    link_id = draft.slot.id * 10 + 1
    draft.links.append(Link(at, draft.reporter, world.RELATES, True, first, link_id))
    first.links.append(Link(at, draft.reporter, world.RELATES, False, draft, link_id))


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
