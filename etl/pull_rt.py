"""Pulling a Request Tracker over REST 2."""

from etl.config import credentials
from etl.field_mapping import FieldMapping
from etl.fields import FieldProblem, resolve_fields
from etl.pull import Job, begin, fields_found
from etl.pull_remote import completeness, walk_and_prove
from etl.records import stage_histories
from etl.rejected import Rejected
from etl.section import RtSection
from etl.sources.rt import RtSource, Site
from etl.sources.rt_answers import Told
from etl.sources.rt_history import Reader
from etl.summary import Summary
from metrics.names import same_name
from metrics.profile import Profile

_OWN_FIELDS = {"Due": "Due"}  # beside the custom ones


def rt_fields(profile: Profile, site: Site) -> tuple[FieldMapping, list[FieldProblem]]:
    """The profile's fields at a site. Queues may each have a custom field of one name: they are one field here."""
    names = {same_name(field["name"]): field["name"] for field in site.fields}
    return resolve_fields(profile, [{"id": name, "name": name} for name in names.values()], _OWN_FIELDS, ())


def pull_rt(job: Job[RtSection]) -> Summary:
    """Pull the queues of a Request Tracker: all of it (`full`, or the first time), else what changed since the last pull.

    Raises ArbiterError (SourceError) when the source cannot be read; what was landed before stays.
    """
    source = job.source
    rt = RtSource(
        source.name, source.url, source.queues, credentials(job.desk.name, source.name),
        timeout=source.timeout_seconds, page_size=source.page_size, say=job.say,
    )  # fmt: skip
    site = rt.site()
    mapping, problems = rt_fields(job.profile, site)
    names = {field["id"]: field["name"] for field in site.fields}
    reader = Reader(source.name, mapping, names, job.profile.zone, rt.person, rt.queue_name)

    def stage(told: list[Told]) -> list[Rejected]:
        return stage_histories(job.store.db, source.name, [reader.read(one) for one in told])

    pull = begin(
        job,
        stage,
        # "requestors": stores from before their changes were read begin anew.
        asked=f"{mapping.fingerprint} {sorted(source.queues)} {job.profile.calendar.zone} requestors",
        link_prefix=f"{site.url}/Ticket/Display.html?id=",
    )
    left = walk_and_prove(pull, rt, source, site.queues_visible)
    hidden = list(site.queues_missing.values())
    pull.summary.problems += [*hidden, *_not_whole(reader)]
    return pull.end([
        ("queues visible", len(source.queues), len(hidden), "; ".join(hidden)),
        completeness(pull, left, bool(hidden)),
        fields_found(pull, mapping, problems),
    ])  # fmt: skip


def _not_whole(reader: Reader) -> list[str]:
    """One sentence on the histories that are not all there, if there are any."""
    if not reader.not_whole:
        return []
    ticket, why = next(iter(reader.not_whole.items()))
    return [
        f"{len(reader.not_whole)} histories are not whole, such as that of ticket {ticket}: {why}; does the account have "
        "ShowTicket, ShowTicketComments, SeeCustomField and, for groups of requestors, SeeGroup?"
    ]
