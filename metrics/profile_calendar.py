"""What a profile says of time: when something is in force, and when somebody works."""

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@cache  # it reads a folder for each continent, and the dashboard reads its profiles in every run
def _zones() -> set[str]:
    return available_timezones()


def _is_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("not a time zone; allowed is an IANA name such as Europe/Rome")
    return name


def _clock_time(value: Any) -> Any:
    if value == "24:00":
        return 86400
    if not isinstance(value, str) or not _CLOCK_TIME.fullmatch(value):
        raise ValueError("not a time of day; allowed is HH:MM from 00:00 to 24:00")
    hours, minutes = value.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _as_written(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


Zone = Annotated[str, AfterValidator(_is_zone)]
# Seconds since local midnight; in JSON as in a profile, so that one that was kept can be read again.
TimeOfDay = Annotated[int, BeforeValidator(_clock_time), PlainSerializer(_as_written, when_used="json")]


class Part(BaseModel):
    """A table of the profile; unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InForce(Part):
    """Something with effective dates: local days, the first included, the second excluded."""

    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "InForce":
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise ValueError("valid_to must lie after valid_from")
        return self

    def in_force_on(self, day: date) -> bool:
        """Whether it is in force on that local day."""
        return (self.valid_from or date.min) <= day < (self.valid_to or date.max)


class Hours(InForce):
    """One opening a weekday, in the calendar's own local time."""

    days: list[Weekday]
    opens: TimeOfDay
    closes: TimeOfDay

    @model_validator(mode="after")
    def _opens_first(self) -> "Hours":
        if self.opens >= self.closes:
            raise ValueError("closes must lie after opens")
        return self


class ClosingDay(Part):
    """A local day on which the desk is closed although the holiday calendar does not say so."""

    day: date
    name: str


class OpenHours(Part):
    """When somebody works (AMP-W2): by zone, hours, public holidays of a country, and exceptions."""

    zone: Zone
    country: str | None = None
    subdivision: str | None = None
    hours: list[Hours] = Field(min_length=1)
    closing_days: list[ClosingDay] = []
    open_days: list[date] = []

    @model_validator(mode="after")
    def _one_opening_a_day(self) -> "OpenHours":
        """Every day has hours of the desk, and no weekday two of them."""
        dates = {day for h in self.hours for day in (h.valid_from, h.valid_to) if day}
        for day in sorted({date.min, *dates}):
            listed = [weekday for h in self.hours if h.in_force_on(day) for weekday in h.days]
            since = f"from {day} on" if day > date.min else "at first"
            if not listed:
                raise ValueError(
                    f"hours: gap {since}; allowed: hours in force at any time, the first without valid_from"
                )
            if twice := {weekday for weekday in listed if listed.count(weekday) > 1}:
                raise ValueError(f"hours: overlap {since} on {', '.join(sorted(twice))}; allowed: one opening a day")
        return self

    @model_validator(mode="after")
    def _country_is_known(self) -> "OpenHours":
        import holidays

        supported = holidays.list_supported_countries()
        if self.country and self.country not in supported:
            raise ValueError(f"country {self.country!r} is unknown; allowed is an ISO 3166 code such as IT")
        if self.subdivision and self.subdivision not in supported.get(self.country or "", []):
            raise ValueError(f"subdivision {self.subdivision!r} is unknown in {self.country!r}")
        return self


class Calendar(OpenHours):
    """The desk's own working hours, and how many of them a working day has (AMP-W1)."""

    nwd_hours: float = Field(gt=0, le=24)


class Group(Part):
    """A group of the desk, by what its tickets have as provider at T: the hours that it keeps, if not the desk's (HD-M2)."""

    hours: str
