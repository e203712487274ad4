"""Time for SQL: T, the count of a calendar's open seconds by day, months, and the days as the mart carries them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from metrics.months import begins_at, utc_months
from metrics.vocabulary import Rows, RuleTable
from metrics.working_time import Day, WorkingTime, from_epoch


def as_of_macros(calendar: WorkingTime, as_of: datetime) -> list[str]:
    """SQL that makes T (a TIMESTAMP), its open seconds on the count of a calendar, and the length of the calendar's steps
    known to the metrics. As constants: a table of one row joined in would hide from DuckDB how many rows a time leaves."""
    return [
        f"CREATE OR REPLACE MACRO as_of() AS TIMESTAMP '{as_of.isoformat(sep=' ')}'",
        f"CREATE OR REPLACE MACRO before_as_of() AS CAST({calendar.before(as_of)} AS BIGINT)",
        f"CREATE OR REPLACE MACRO step_seconds() AS CAST({calendar.step} AS BIGINT)",
    ]


def calendar_tables(calendar: WorkingTime) -> list[RuleTable]:
    """Time for SQL: the count of the desk's calendar, and `utc_month` for days and months of its zone."""
    return [
        *day_tables(calendar),
        RuleTable(
            "utc_month",
            "day BIGINT, month DATE, turns_at BIGINT, next_month DATE, local_day DATE, next_day DATE",
            list(utc_months(ZoneInfo(calendar.calendar.zone), calendar.days[0].day, calendar.days[-1].day)),
        ),
    ]


def day_tables(calendar: WorkingTime) -> list[RuleTable]:
    """The count of a calendar for SQL: `utc_day` for the way to `B`, `step` for the way back."""
    return [
        RuleTable(
            "utc_day",
            "day BIGINT, before BIGINT, open1 BIGINT, length1 BIGINT, open2 BIGINT, length2 BIGINT",
            list(calendar.utc_days()),
        ),
        RuleTable(
            "step",
            "step BIGINT, opened_at TIMESTAMP, before BIGINT",
            [(n, from_epoch(second), n * calendar.step) for n, second in calendar.reached_steps()],
        ),
    ]


def instants_of(day: Day, calendar: WorkingTime) -> tuple[datetime | None, datetime | None, datetime, datetime]:
    """When a day of the calendar opens and closes, None when it is closed, and when it begins and ends, in UTC."""
    zone = ZoneInfo(calendar.calendar.zone)
    opens, closes = (from_epoch(day.opens), from_epoch(day.closes)) if day.opens < day.closes else (None, None)
    begins, ends = (from_epoch(begins_at(day.day + timedelta(n), zone)) for n in (0, 1))
    return opens, closes, begins, ends


def calendar_day(calendar: WorkingTime) -> RuleTable:
    """The desk's days as whoever reads the mart sees them."""
    return RuleTable(
        "calendar_day",
        "calendar VARCHAR, day DATE, kind VARCHAR, name VARCHAR, opens_at TIMESTAMP, closes_at TIMESTAMP, "
        "open_seconds BIGINT, seconds_before BIGINT, begins_at TIMESTAMP, ends_at TIMESTAMP, week DATE, month DATE",
        _calendar_days(calendar),
    )


def _calendar_days(calendar: WorkingTime) -> Rows:
    """Local days with their opening, the instants between which they last, their ISO week (Monday) and month (1st)."""
    rows: Rows = []
    before = 0
    for d in calendar.days:
        opens, closes, begins, ends = instants_of(d, calendar)
        seconds = d.closes - d.opens
        rows.append(
            ("desk", d.day, d.kind, d.name, opens, closes, seconds, before, begins, ends,
             d.day - timedelta(d.day.weekday()), d.day.replace(day=1))
        )  # fmt: skip
        before += seconds
    return rows
