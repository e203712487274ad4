"""Whether the statuses of a profile are those of a source."""

from collections.abc import Iterable

from metrics.names import same_name
from metrics.profile import Profile


def statuses_there(profile: Profile, names: Iterable[str]) -> Iterable[tuple[bool, str]]:
    """Whether the profile's statuses are among those of a source (`names`); others may belong to other projects, so they
    are only named. Nothing is said of a source that has no list of them."""
    there = {same_name(name): name for name in names}
    if not there:
        return
    for status in profile.status:
        spellings = [same_name(n) for n in (status.name, *status.aliases)]
        found = [there[s] for s in spellings if s in there]
        names = ", ".join(sorted(there.values()))
        yield (
            bool(found),
            f"status {status.name} is {found[0]!r}"
            if found
            else f"status {status.name}: the site has none of that name; names there: {names}",
        )
    unmapped = sorted(name for key, name in there.items() if profile.status_named(key) is None)
    if unmapped:
        yield True, f"statuses of the site that the profile does not name: {', '.join(unmapped)}"
