"""What starts, stops and pauses each clock of a desk, in the words of its profile (1.5)."""

from collections.abc import Iterator, Sequence

from metrics.first_human_response import FIRST_HUMAN_RESPONSE
from metrics.profile import ClockName, Profile
from metrics.profile_goals import Clock
from metrics.update_clock import UPDATE_CLOCK

CLOCKS: dict[ClockName, str] = {
    "first_response": "Time to first response", "first_human_response": "Time to first human response",
    "update": "Wait for an update", "resolution": "Time to resolution", "closure": "Time to closure",
}  # fmt: skip
_WHATEVER_THE_STATUS = {"first_human_response": FIRST_HUMAN_RESPONSE, "update": UPDATE_CLOCK}


def clock_words(profile: Profile) -> Iterator[tuple[str, str, str]]:
    """Each clock of the profile: what it is called, what it measures, and its rule."""
    for name, title in CLOCKS.items():
        if name not in profile.clock:
            continue
        clock = profile.clock[name]
        told = _told(profile, name, clock)
        where = "" if "*" in clock.projects else f" Projects: {', '.join(clock.projects)}."
        yield title, f"{told}{where}", clock.rule


def reopened_words(profile: Profile) -> str:
    """What a reopening is."""
    done = [status.name for kind in ("resolved", "closed") for status in profile.status if status.kind == kind]
    return f"a move from {_any(done)} to any other status"


def _told(profile: Profile, name: ClockName, clock: Clock) -> str:
    if name in _WHATEVER_THE_STATUS:
        return _WHATEVER_THE_STATUS[name].definition
    if name == "first_response":
        unless = (
            f"unless that move goes to {_any(clock.acknowledged)}"
            if clock.acknowledged
            else "for a ticket that was created in a later status"
        )
        return (
            f"From creation to the first move out of {_any(clock.leaves)}. Implied, neither judged nor timed, {unless}."
        )
    waiting, resolved, closed = (
        [status.name for status in profile.status if status.kind == kind] for kind in ("waiting", "resolved", "closed")
    )
    stop = f"the final entry into {_any(resolved or closed)}"
    if resolved and closed:
        stop += f", or into {_any(closed)} without it"
    done = [*resolved, *closed]
    start = _start(clock, done)
    if name == "closure":
        stop, done = f"the start of the stay in {_any(closed)} that stands", closed
    paused = f"Paused in {_any(waiting)}. " if waiting else ""
    return f"{start} to {stop}. {paused}A stay in {_any(done)} that ends in a reopening is a pause."


def _start(clock: Clock, done: list[str]) -> str:
    if not clock.start:
        return "From creation"
    fallback = f"the first {_any(clock.start_else)} before it, else creation" if clock.start_else else "creation"
    return f"From the first entry into {_any(clock.start)} (if {_any(done)} comes first: {fallback})"


def _any(statuses: Sequence[str]) -> str:
    """`TO DO, DELEGATED or IN PROGRESS`."""
    *others, last = statuses or ("no status",)
    return f"{', '.join(others)} or {last}" if others else last
