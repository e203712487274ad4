"""Instants as exported tables write them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_CLOCK = r"(?:[T ,]+(?P<H>\d{1,2}):(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,]\d+)?)?)?"
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<Y>\d{4}|\d\d)" + _CLOCK)
_MONTH_FIRST = re.compile(r"(?P<m>\d{1,2})[./-](?P<d>\d{1,2})[./-](?P<Y>\d{4}|\d\d)" + _CLOCK)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def _by(pattern: re.Pattern[str]) -> Callable[[str], datetime | None]:
    def parse(text: str) -> datetime | None:
        found = pattern.fullmatch(text)
        if not found:
            return None
        part = {name: int(digits) for name, digits in found.groupdict(default="0").items()}
        year = part["Y"] + (2000 if len(found["Y"]) == 2 else 0)
        return _or_none(lambda: datetime(year, part["m"], part["d"], part["H"], part["M"], part["S"]))

    return parse


def _by_epoch(per_second: int) -> Callable[[str], datetime | None]:
    return lambda text: _or_none(lambda: datetime.fromtimestamp(float(text) / per_second, UTC))


def _iso(text: str) -> datetime | None:
    return _or_none(lambda: datetime.fromisoformat(text)) if _ISO.match(text) else None


def _or_none(make: Callable[[], datetime]) -> datetime | None:
    try:
        return make()
    except (ValueError, OverflowError, OSError):
        return None


_NAMED = {
    "day first": _by(_DAY_FIRST),
    "month first": _by(_MONTH_FIRST),
    "epoch seconds": _by_epoch(1),
    "epoch milliseconds": _by_epoch(1000),
}  # fmt: skip


def known_form(form: str) -> str:
    """The form itself. Raises ValueError unless it names one, or is a pattern for strptime with a year in it."""
    if form not in _NAMED and not re.search("%[YycGs]", form):
        named = ", ".join(_NAMED)
        raise ValueError(f"not a form of time; allowed: {named}, or a pattern such as %d/%m/%Y %H:%M")
    return form


class Times:
    """Understands instants written in these forms or in ISO 8601; those without a zone are of `zone`.

    A local time that happens twice, as clocks go back, is the first of the two.
    """

    def __init__(self, forms: list[str], zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._parsers = [*(_NAMED.get(form) or _by_pattern(form) for form in forms), _iso]

    def instant(self, text: str | None) -> datetime | None:
        """The instant in UTC without a zone, None where the text is none.

        >>> Times(["day first"], "Europe/Rome").instant("03/07/2026 10:30")
        datetime.datetime(2026, 7, 3, 8, 30)
        """
        at = self._read(text)
        if at is None:
            return None
        try:
            return (at if at.tzinfo else at.replace(tzinfo=self._zone)).astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            return None

    def day(self, text: str | None) -> date | None:
        """The calendar date as it is written: a date has no zone, and none is applied."""
        at = self._read(text)
        return at.date() if at else None

    def _read(self, text: str | None) -> datetime | None:
        return next((at for parse in self._parsers if (at := parse(text))), None) if text else None


def _by_pattern(form: str) -> Callable[[str], datetime | None]:
    return lambda text: _or_none(lambda: datetime.strptime(text, form))
