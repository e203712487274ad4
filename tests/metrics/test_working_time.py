"""Working time (AMP-W1, AMP-W2): Python and SQL against the naive reference, both DST days and holidays among it."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import holidays
import pyarrow as pa
import pytest

from metrics.profile import Calendar
from metrics.working_time import WorkingTime, before_sql, epoch_sql, from_epoch, local_midnight_after
from profiles import load_profile
from tests.naive.examples import mart, rome
from tests.naive.working_time import NaiveCalendar

Text = tuple[str, str, str]  # days, opens, closes
OFFICE = ("Mon Tue Wed Thu Fri", "09:00", "17:00")
ALWAYS = ("Mon Tue Wed Thu Fri Sat Sun", "00:00", "24:00")
NIGHTS = ("Thu Fri Sat Sun Mon", "02:30", "23:30")  # opens and closes inside the hours that DST skips or repeats
LATE = ("Mon Wed Thu Sat Sun", "18:15", "24:00")
YEARS = range(2019, 2028)
NEW_HOURS = date(2023, 3, 27)  # the Monday after a DST change in Europe
DESKS: list[tuple[str, str | None, Text, Text]] = [
    ("Europe/Rome", "IT", OFFICE, ALWAYS),
    ("Europe/Rome", "IT", NIGHTS, OFFICE),
    ("America/New_York", "US", OFFICE, NIGHTS),
    ("America/New_York", None, ALWAYS, LATE),
    ("Asia/Kolkata", "IN", OFFICE, LATE),
    ("Australia/Lord_Howe", "AU", OFFICE, NIGHTS),
    ("Australia/Lord_Howe", None, ALWAYS, ALWAYS),
    ("America/St_Johns", "CA", LATE, OFFICE),
    ("Africa/Cairo", "EG", ALWAYS, NIGHTS),  # DST skips midnight itself
    ("UTC", None, OFFICE, ALWAYS),
]
INTERVALS_A_DESK = 10_000
Desk = tuple[str, str | None, Text, Text]


def hours(text: Text, **dates: date) -> dict[str, object]:
    """An entry of `calendar.hours`."""
    days, opens, closes = text
    return {"days": days.split(), "opens": opens, "closes": closes, **dates}


def both(zone: str, country: str | None, before: Text, after: Text) -> tuple[WorkingTime, NaiveCalendar]:
    """The calendar of a profile, and the naive one: other hours from NEW_HOURS on."""
    profile = Calendar.model_validate(
        {
            "zone": zone, "country": country, "nwd_hours": 8,
            "hours": [hours(before, valid_to=NEW_HOURS), hours(after, valid_from=NEW_HOURS)],
            "closing_days": [{"day": date(2024, 8, 14), "name": "Works outing"}],
        }
    )  # fmt: skip
    public = set(holidays.country_holidays(country, years=YEARS)) if country else set()
    naive = NaiveCalendar(
        zone, naive_hours(before), frozenset(public | {date(2024, 8, 14)}), ((NEW_HOURS, naive_hours(after)),)
    )
    return WorkingTime(profile, date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)), naive


def naive_hours(text: Text) -> dict[int, tuple[time, time]]:
    days, opens, closes = text
    window = time.fromisoformat(opens), time.fromisoformat(closes.replace("24:00", "00:00"))
    return {["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].index(day): window for day in days.split()}


def clock_changes(zone: str) -> list[datetime]:
    """The UTC hours in which the zone's offset changes."""
    at, end, found = datetime(2020, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), []
    while at < end:
        if (at + timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset() != at.astimezone(ZoneInfo(zone)).utcoffset():
            found.append(at)
        at += timedelta(days=1)
    return found or [datetime(2024, 12, 25, tzinfo=UTC)]


def instants(zone: str, rng: random.Random) -> Iterator[datetime]:
    """Every third within a day and a half of a clock change; a tenth on a whole half hour."""
    changes = clock_changes(zone)
    while True:
        if rng.random() < 0.33:
            at = rng.choice(changes) + timedelta(microseconds=rng.randrange(3 * 86_400_000_000) - 43_200_000_000)
        else:
            at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=rng.randrange(7 * 365 * 86_400_000_000))
        yield at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0) if rng.random() < 0.1 else at


def intervals(zone: str, count: int = INTERVALS_A_DESK) -> list[tuple[datetime, datetime]]:
    """Random intervals: half up to two days long, the others up to two months."""
    rng = random.Random(zone)
    starts = instants(zone, rng)
    longest = [timedelta(days=2), timedelta(days=60)]
    return [(start, start + rng.random() * rng.choice(longest)) for start, _ in zip(starts, range(count), strict=False)]


def sql_before(db: duckdb.DuckDBPyConnection, calendar: WorkingTime, moments: list[datetime]) -> list[int]:
    """`B` of each instant, by the SQL that the metrics use."""
    columns = ["day", "before", "open1", "length1", "open2", "length2"]
    db.register("utc_day", pa.table(dict(zip(columns, map(list, zip(*calendar.utc_days(), strict=True)), strict=True))))
    db.register("moment", pa.table({"n": range(len(moments)), "at": [m.replace(tzinfo=None) for m in moments]}))
    second = epoch_sql("m.at")
    return [
        before
        for (before,) in db.execute(
            f"SELECT {before_sql(second)} FROM moment m JOIN utc_day d ON d.day = {second} // 86400 ORDER BY n"
        ).fetchall()
    ]


@pytest.mark.parametrize("desk", DESKS, ids=lambda d: f"{d[0]} {d[2][1]}-{d[2][2]}")
def test_equals_the_naive_reference(desk: Desk) -> None:
    calendar, naive = both(*desk)
    asked = intervals(desk[0])
    expected = [naive.open_seconds(a, b) for a, b in asked]
    assert [calendar.between(a.replace(tzinfo=None), b.replace(tzinfo=None)) for a, b in asked] == expected
    with duckdb.connect() as db:
        begins, ends = (sql_before(db, calendar, list(side)) for side in zip(*asked, strict=True))
    assert [b - a for a, b in zip(begins, ends, strict=True)] == expected


@pytest.mark.parametrize("desk", DESKS, ids=lambda d: f"{d[0]} {d[2][1]}-{d[2][2]}")
def test_the_way_back_is_the_earliest_instant(desk: Desk) -> None:
    calendar, naive = both(*desk)
    rng = random.Random(desk[0])
    steps = dict(calendar.reached_steps())
    for start, _ in intervals(desk[0], 500):
        seconds = rng.choice([1, 3600, 4 * 3600, 8 * 3600, rng.randrange(1, 200_000)])
        before = calendar.before(start.replace(tzinfo=None)) + seconds
        step = (before - 1) // calendar.step
        reached = from_epoch(steps[step] + before - step * calendar.step)
        assert reached == naive.add(start, seconds).replace(tzinfo=None), (start, seconds)


# By hand: the desk of the DESP, Monday to Friday 09:00 to 17:00 in Rome


@pytest.fixture(scope="module")
def desp() -> WorkingTime:
    return WorkingTime(load_profile("desp").calendar, date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.rule("AMP-W2")
@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("1 08:59:59", "1 09:00:00", 0),  # the opening second itself is not reached
        ("1 09:00:00", "1 09:00:01", 1),  # the first second counts
        ("1 16:59:59", "1 17:00:00", 1),  # the last one too
        ("1 17:00:00", "2 09:00:00", 0),  # the night does not
        ("1 16:59:59", "2 09:00:01", 2),
        ("1 12:00:00", "1 12:00:00", 0),
        ("1 12:00:00.999", "1 12:00:01.001", 1),  # both are cut to the whole second
        ("1 12:00:00.001", "1 12:00:00.999", 0),
        ("5 16:00:00", "8 10:00:00", 2 * 3600),  # a weekend
        ("2025-03-28 16:00", "2025-03-31 10:00", 2 * 3600),  # a weekend with 23 hours in its Sunday
        ("2025-10-24 16:00", "2025-10-27 10:00", 2 * 3600),  # and with 25
        ("2025-12-24 16:00", "2025-12-29 10:00", 2 * 3600),  # Christmas Eve is open, 25 and 26 December are not
        ("2025-12-31 16:00", "2026-01-02 10:00", 2 * 3600),  # New Year's Eve is open
        ("2025-04-18 09:00", "2025-04-22 09:00", 8 * 3600),  # Good Friday is open, Easter Monday is not
        ("2025-06-24 09:00", "2025-06-24 17:00", 8 * 3600),  # no patron saint's day
        ("2024-10-04 09:00", "2024-10-04 17:00", 8 * 3600),  # 4 October is no holiday yet
        ("2027-10-04 09:00", "2027-10-04 17:00", 0),  # from 2026 on it is
    ],
)
def test_half_open_edges(desp: WorkingTime, start: str, end: str, seconds: int) -> None:
    assert desp.between(mart(start), mart(end)) == seconds
    with duckdb.connect() as db:
        before, after = sql_before(db, desp, [rome(start), rome(end)])
    assert after - before == seconds


@pytest.mark.rule("AMP-W1")
def test_working_day_and_hour() -> None:
    profile = load_profile("desp")
    assert [profile.seconds(d) for d in ("1 NWH", "1 NWD", "0.5 NWD", "2.5 NWD")] == [3600, 28_800, 14_400, 72_000]


@pytest.mark.rule("AMP-W2")
@pytest.mark.parametrize(("day", "opens"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25), (date(2025, 9, 1), 24)])
def test_a_whole_day_has_as_many_hours_as_its_zone_says(day: date, opens: int) -> None:
    calendar, _ = both("Europe/Rome", None, ALWAYS, ALWAYS)
    midnights = [local_midnight_after(d, calendar.calendar) for d in (day - timedelta(days=1), day)]
    assert calendar.between(*midnights) == opens * 3600


def test_outside_the_calendar_is_refused(desp: WorkingTime) -> None:
    with pytest.raises(ValueError, match=r"2031-01-01 .* lies outside the calendar's days 2024-01-01 to 2028-12-31"):
        desp.before(datetime(2031, 1, 1))


@pytest.mark.rule("AMP-W3")
def test_a_date_alone_means_the_local_midnight_that_ends_it() -> None:
    calendar = load_profile("desp").calendar
    ends = [local_midnight_after(d, calendar) for d in (date(2025, 1, 31), date(2025, 7, 31), date(2025, 3, 30))]
    assert ends == [datetime(2025, 1, 31, 23), datetime(2025, 7, 31, 22), datetime(2025, 3, 30, 22)]


def test_holidays_have_the_same_names_on_every_machine() -> None:
    names = (
        "from profiles import load_profile; from metrics.working_time import WorkingTime; from datetime import date;"
        "print({d.name for d in WorkingTime(load_profile('desp').calendar, date(2026, 4, 6), date(2026, 4, 6)).days})"
    )
    said = [
        subprocess.run([sys.executable, "-c", names], env=os.environ | {"LC_ALL": locale, "LANGUAGE": ""},
                       capture_output=True, text=True, check=True).stdout
        for locale in ("C", "en_US.UTF-8")
    ]  # fmt: skip
    assert said == ["{'Easter Monday'}\n"] * 2
