"""`arbiter check` of Zammad."""

from collections.abc import Iterable

from etl.check_statuses import statuses_there
from etl.config import Desk, secret_prefix
from etl.http import SourceError
from etl.pull import Say
from etl.pull_zammad import zammad_source
from etl.section import ZammadSection
from etl.sources.zammad import ZammadSource
from etl.sources.zammad_history import CHANNEL, HistoryMaker, Json
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
    yield from _fields(profile, maker, zammad.sample())
    yield from statuses_there(profile, zammad.names().state.values())
    yield from _rules(zammad, f"{secret_prefix(desk.name, source.name)}_TOKEN")


def _fields(profile: Profile, maker: HistoryMaker, tickets: list[Json]) -> Iterable[tuple[bool, str]]:
    """Which attribute of the tickets each field is."""
    there = {CHANNEL, *(name.removesuffix("_id") for ticket in tickets for name in ticket)}
    for field in sorted(set(maker.attributes.values())):
        names = [attribute for attribute, canonical in maker.attributes.items() if canonical == field]
        found = next((name for name in names if name in there), None)
        optional = field in profile.field and not profile.field[field].required
        missing = (
            f"field {field}: the tickets have no attribute {' or '.join(names)}{' (optional)' if optional else ''}"
        )
        yield bool(found) or optional, f"field {field} is the attribute {found}" if found else missing


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
