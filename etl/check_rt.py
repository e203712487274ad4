"""`arbiter check` of a Request Tracker."""

from collections.abc import Iterable

from etl.config import Desk, credentials, secret_prefix
from etl.pull import Say
from etl.pull_rt import rt_fields
from etl.section import RtSection
from etl.sources.rt import RtSource
from metrics.profile import Profile


def check_rt(desk: Desk, source: RtSection, profile: Profile, say: Say) -> Iterable[tuple[bool, str]]:
    """Whether the site can be signed in to, shows the queues and tickets in them, and has the profile's fields. Statuses
    belong to lifecycles, which REST 2 does not tell: `coverage` counts those that the profile does not name."""
    secrets = credentials(desk.name, source.name)
    if not secrets.token:
        prefix = secret_prefix(desk.name, source.name)
        yield False, f"no token: set {prefix}_TOKEN, or {prefix}_USER and {prefix}_PASSWORD"
    rt = RtSource(source.name, source.url, source.queues, secrets, timeout=source.timeout_seconds, say=say)
    site = rt.site()
    yield True, f"Request Tracker {site.version} at {site.url}, signed in"
    for queue in source.queues:
        reason = site.queues_missing.get(queue)
        yield reason is None, reason or f"queue {queue} is visible, and tickets in it"
    mapping, problems = rt_fields(profile, site)
    for canonical, (_, name, _) in mapping.fields.items():
        yield True, f"field {canonical} is {name!r}"
    for problem in problems:
        yield not problem.required, problem.text + ("" if problem.required else " (optional)")
