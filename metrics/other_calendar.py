"""Calendars by which a source may have counted where ours does not explain its figure (see `metrics.reconcile`)."""

from datetime import date
from typing import Any

from metrics.profile_calendar import WEEKDAYS, OpenHours
from metrics.vocabulary import RuleTable
from metrics.working_time import WorkingTime

_ALWAYS = OpenHours.model_validate({"zone": "UTC", "hours": [{"days": WEEKDAYS, "opens": "00:00", "closes": "24:00"}]})
_WITHOUT_HOLIDAYS: dict[str, Any] = {"country": None, "subdivision": None, "closing_days": [], "open_days": []}


def other_calendar_tables(calendar: WorkingTime, needed: bool) -> list[RuleTable]:
    """`other_calendar` (number, name), our own first with number 0 and no name, and `other_day`, their days as in
    `utc_day`. Without days unless they are `needed`."""
    first, last = calendar.days[0].day, calendar.days[-1].day
    others = list(enumerate(_others(calendar.calendar).items()))
    return [
        RuleTable("other_calendar", "calendar INTEGER, name VARCHAR", [(n, name) for n, (name, _) in others]),
        RuleTable(
            "other_day",
            "calendar INTEGER, day BIGINT, before BIGINT, open1 BIGINT, length1 BIGINT, open2 BIGINT, length2 BIGINT",
            [(n, *day) for n, (_, other) in others if needed for day in _days(other, first, last)],
        ),
    ]


def _others(own: OpenHours) -> dict[str, OpenHours]:
    return {
        "": own,
        "around the clock": _ALWAYS,
        "without holidays": own.model_copy(update=_WITHOUT_HOLIDAYS),
        "hours in UTC": own.model_copy(update={"zone": "UTC"}),
    }


def _days(calendar: OpenHours, first: date, last: date) -> list[tuple[int, int, int, int, int, int]]:
    return WorkingTime(calendar, first, last).utc_days()
