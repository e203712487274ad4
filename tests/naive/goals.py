"""Goals and alerts (AMP-G1, G2, G3), and which of them is in force (AMP-G5)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from .history import Value
from .stays import normal
from .working_time import wall_instant

NWH = 3600
NWD = 8 * NWH
CHANNEL_CATEGORIES = ("Security", "Payment and Billing")


@dataclass(frozen=True)
class Goal:
    """Working seconds that a clock may use, and the thresholds of its alerts."""

    seconds: int
    alerts: tuple[int, ...] = ()


@dataclass(frozen=True)
class GoalBook:
    """The goals that are valid from the local midnight of a date on."""

    valid_from: date = date(2000, 1, 1)
    response: Goal = Goal(NWD // 2, (2 * NWH, 3 * NWH))
    channel_response: Goal = Goal(2 * NWH, (NWH,))
    user_request: Goal = Goal(5 * NWD, (2 * NWD, 3 * NWD, 4 * NWD))
    channel_resolution: Goal = Goal(5 * NWD // 2, (6 * NWH, 12 * NWH, 18 * NWH))


AMP = (GoalBook(),)


def channel(project: str, category: Value) -> str:
    """`priority` for all of DSEC and for the categories of the channel, else `standard` (AMP-G3)."""
    named = normal(category) in [normal(name) for name in CHANNEL_CATEGORIES]
    return "priority" if project == "DSEC" or named else "standard"


def goal(clock: str, issue_type: Value, channel_name: str, book: GoalBook) -> Goal | None:
    """The goal of a clock, None where it has none (AMP-G1, G2, G3)."""
    if clock == "first_response":
        return book.channel_response if channel_name == "priority" else book.response
    if clock != "resolution":
        return None
    if channel_name == "priority":
        return book.channel_resolution
    return book.user_request if normal(issue_type) == "user request" else None


def book_at_stop(books: tuple[GoalBook, ...], stop: datetime, zone: ZoneInfo) -> GoalBook:
    """The book in force at a stop; one that becomes valid at that very instant is (AMP-G5)."""
    return [book for book in _by_date(books) if _begins(book, zone) <= stop][-1]


def book_as_of(books: tuple[GoalBook, ...], t: datetime, zone: ZoneInfo) -> GoalBook:
    """The book in force as of `t`; one that becomes valid at that very instant is not yet (AMP-W3)."""
    return [book for book in _by_date(books) if _begins(book, zone) < t][-1]


def _by_date(books: tuple[GoalBook, ...]) -> list[GoalBook]:
    return sorted(books, key=lambda book: book.valid_from)


def _begins(book: GoalBook, zone: ZoneInfo) -> datetime:
    return wall_instant(zone, book.valid_from, time(0)).astimezone(UTC)
