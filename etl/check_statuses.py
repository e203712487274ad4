"""Whether the statuses of a profile are those of a source."""

from collections.abc import Iterable

from metrics.names import same_name
from metrics.profile import Profile, Status


def statuses_there(profile: Profile, names: Iterable[str]) -> Iterable[tuple[bool, str]]:
    """Whether the profile's statuses are among those of a source (`names`); others may belong to other projects, so they
    are only named. Nothing is said of a source that has no list of them."""
    there = {same_name(name): name for name in names}
    if not there:
        return
    listed = ", ".join(sorted(there.values()))
    for status in profile.status:
        found = _found(status, there)
        missing = f"status {status.name}: the site has none of that name; names there: {listed}"
        yield bool(found), f"status {status.name} is {found!r}" if found else missing
    unmapped = _unmapped(profile, there)
    if unmapped:
        yield True, f"statuses of the site that the profile does not name: {', '.join(unmapped)}"


def statuses_met(profile: Profile, names: Iterable[str]) -> Iterable[tuple[bool, str]]:
    """Whether the profile has the statuses that tickets of a source were in (`names`). That none was in one yet is no
    fault."""
    met = {same_name(name): name for name in names}
    for status in profile.status:
        found = _found(status, met)
        yield True, f"status {status.name} is {found!r}" if found else f"status {status.name}: no ticket was in it"
    for name in _unmapped(profile, met):
        yield False, f"status {name!r}: the profile does not name it; it counts as active work"


def _found(status: Status, there: dict[str, str]) -> str | None:
    spellings = (same_name(name) for name in (status.name, *status.aliases))
    return next((there[spelling] for spelling in spellings if spelling in there), None)


def _unmapped(profile: Profile, there: dict[str, str]) -> list[str]:
    return sorted(name for key, name in there.items() if profile.status_named(key) is None)
