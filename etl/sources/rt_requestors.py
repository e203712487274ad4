"""Who asked, at every time of a ticket of Request Tracker: its requestors, by what its history tells of them."""

from typing import NamedTuple


class Came(NamedTuple):
    """A change of the requestors: the entry that tells it, and who came, or else who went."""

    entry_id: str
    came: str | None
    went: str | None


def reporters(
    now: list[str], creator: str | None, told: list[Came]
) -> tuple[dict[str, tuple[str | None, str | None]], str]:
    """Entry → the reporter before and after it, and what does not fit, if anything.

    The reporter is the first requestor, or else the creator. `now`: the requestors in the order in which they came, as RT
    lists them; `told`: oldest first.
    """
    begun, wrong = _at_creation(now, told)
    held: list[str] = begun
    led: dict[str, tuple[str | None, str | None]] = {}
    for entry_id, came, went in told:
        before = held
        held = [one for one in held if one not in (came, went)] + ([came] if came else [])
        led[entry_id] = (_first(before, creator), _first(held, creator))
    return led, wrong


def _first(requestors: list[str], creator: str | None) -> str | None:
    return requestors[0] if requestors else creator


def _at_creation(now: list[str], told: list[Came]) -> tuple[list[str], str]:
    """The requestors that the ticket was created with, and what does not fit. In which order those came who went, the
    history does not tell."""
    held, gone, wrong = list(now), set[str](), ""
    for _, came, went in reversed(told):
        if (came and came not in held) or (went and went in held):
            wrong = "its history does not lead to its present reporter"
        held = [one for one in held if one not in (came, went)] + ([went] if went else [])
        gone = gone - {came} | ({went} if went else set())
    if gone and len(held) > 1:
        wrong = wrong or "which of the requestors at its creation was the first, its history does not tell"
    return held, wrong
