"""`arbiter check` of a Request Tracker."""

from collections.abc import Iterable

from etl.check_fields import fields_there
from etl.check_secrets import no_token
from etl.check_statuses import statuses_met
from etl.config import Desk, credentials
from etl.pull import Say
from etl.pull_rt import rt_fields
from etl.section import RtSection
from etl.sources.rt import RtSource
from metrics.profile import Profile


def check_rt(desk: Desk, source: RtSection, profile: Profile, say: Say) -> Iterable[tuple[bool, str]]:
    """Whether the site can be signed in to, shows the queues and tickets in them, has the profile's fields, and whether the
    profile names the statuses that tickets are in. Lifecycles REST 2 does not tell; a status that tickets were in and are
    in no more stands in `coverage`."""
    yield from no_token(desk.name, source.name, ", or {prefix}_USER and {prefix}_PASSWORD")
    secrets = credentials(desk.name, source.name)
    rt = RtSource(source.name, source.url, source.queues, secrets, timeout=source.timeout_seconds, say=say)
    site = rt.site()
    yield True, f"Request Tracker {site.version} at {site.url}, signed in"
    for queue in source.queues:
        reason = site.queues_missing.get(queue)
        yield reason is None, reason or f"queue {queue} is visible, and tickets in it"
    yield from fields_there(*rt_fields(profile, site))
    yield from statuses_met(profile, rt.statuses())
