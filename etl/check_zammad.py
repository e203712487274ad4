"""`arbiter check` of Zammad."""

from collections.abc import Iterable

from etl.check_statuses import statuses_there
from etl.config import Desk, secret_prefix
from etl.http import SourceError
from etl.pull import Say
from etl.pull_zammad import zammad_source
from etl.section import ZammadSection
from etl.sources.zammad import ZammadSource
from etl.sources.zammad_history import Json, unknown_attributes
from metrics.profile import Profile

_MINUTES = {"first_response_time": "first response", "update_time": "update", "solution_time": "solution"}


def check_zammad(desk: Desk, source: ZammadSection, profile: Profile, say: Say) -> Iterable[tuple[bool, str]]:
    """Whether the token is an agent's, which groups it sees, whether the profile's fields and statuses are there, and
    the site's own SLAs to compare the profile's goals with."""
    zammad, maker = zammad_source(desk, source, profile, say)
    account = zammad.account()
    roles = [str(role) for role in account.get("roles", [])]
    is_agent = not roles or "Agent" in roles
    token = f"signed in at {source.url} as user {account.get('id')} ({', '.join(roles) or 'roles not said'})"
    yield is_agent, token if is_agent else f"{token}: needs the role Agent; others see only their own tickets"
    yield True, f"groups: {', '.join(sorted(zammad.names().group.values()))}"
    missing = unknown_attributes(maker, zammad.sample())
    for attribute, canonical in sorted(maker.attributes.items()):
        text = f"field {canonical} is the attribute {attribute}"
        yield attribute not in missing, text + (", which the tickets do not have" if attribute in missing else "")
    yield from statuses_there(profile, zammad.names().state.values())
    yield from _rules(zammad, f"{secret_prefix(desk.name, source.name)}_TOKEN")


def _rules(zammad: ZammadSource, token: str) -> Iterable[tuple[bool, str]]:
    try:
        slas, calendars = zammad.rules()
    except SourceError as error:
        if error.status != 403:
            raise
        yield True, f"SLAs and calendars are not shown to this account (needs admin.sla and admin.calendar for {token})"
        return
    by_id = {calendar["id"]: calendar for calendar in calendars}
    for sla in slas:
        yield True, _sla(sla, by_id.get(sla.get("calendar_id"), {}))


def _sla(sla: Json, calendar: Json) -> str:
    times = [f"{name} {sla[key]} min" for key, name in _MINUTES.items() if sla.get(key)]
    return f"SLA {sla['name']!r}: {', '.join(times)}; calendar {calendar.get('name')!r} ({calendar.get('timezone')})"
