"""The sheet of a clock: where it has goals the share that met them, by month and by part, the misses, and where their time
went; without goals how long it took, and what took longest."""

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import LineChart

from metrics.profile import ClockName
from metrics.statistics import percentile_sql
from reports.cells import Column
from reports.monthly.charts import bar_chart, line_chart
from reports.monthly.desk import called, differing, has_goal, titled
from reports.monthly.figures import IMPLIED
from reports.monthly.restricted import apart
from reports.monthly.spans import months_up_to
from reports.page import Page, Placed
from reports.request import Report
from reports.sheets import Book

_LONGEST = 20
_Selected = tuple[Column, str]
_SHARES: tuple[_Selected, ...] = (
    (Column("Judged", "number"), "coalesce(g.judged, 0)"), (Column("Met", "number"), "coalesce(g.met, 0)"),
    (Column("Missed", "number"), "coalesce(g.missed, 0)"), (Column("Share met", "share"), "g.met_share"),
    (Column("95 % from", "share"), "g.met_share_low"), (Column("95 % to", "share"), "g.met_share_high"),
)  # fmt: skip
_IMPLIED: _Selected = (Column("Implied", "number"), "coalesce(t.implied, 0)")
_TIMES: tuple[_Selected, ...] = (
    (Column("Timed", "number"), "coalesce(t.n, 0)"), (Column("Median", "nwh"), "t.median"),
    (Column("90th percentile", "nwh"), "t.p90"),
)  # fmt: skip
_LOST = (
    Column("Status"), Column("Missed", "number"), Column("Time in it", "nwh"), Column("Of their time", "share"),
)  # fmt: skip
_OF_MISS = (
    Column("Used", "nwh", 13), Column("Goal", "nwh", 12), Column("Over", "nwh", 12), Column("Lost in", width=14),
    Column("There", "nwh", 12), Column("Stopped", "instant", 19), Column("Summary", width=44),
)  # fmt: skip
_OF_LONG = (
    Column("Used", "nwh", 13), Column("Paused", "nwh", 13), Column("Started", "instant", 19),
    Column("Stopped", "instant", 19), Column("Status", width=16), Column("Summary", width=44),
)  # fmt: skip


def write_clock(report: Report, book: Book, clock: ClockName, title: str) -> LineChart:
    """The sheet of a clock: the last twelve months, this month by what its tickets differ in, and every miss of the month,
    or without goals the longest. Returns the chart of its months that the summary shows."""
    goals, parts, rule = has_goal(report.profile, clock), differing(report), report.profile.clock[clock].rule
    listed = _listed(report, parts, goals)
    shown = [column for column, _ in _selected(clock, goals)]
    widths = [column.width or 14 for column in listed]
    page = book.page(title, [*widths, *[14] * (1 + len(shown) - len(listed))],
                     title=f"{title}: {'goals' if goals else 'times'}, {report.period.title}",
                     subtitle=f"Working time ({rule}); a clock counts in the month of its stop"
                     + (_ABOUT_GOALS if goals else ". The procedure sets no goal for it."))  # fmt: skip
    lost = _where_time_went(report, clock) if goals and not _in_one_status(report, clock) else []
    page.room_for_charts(2 + bool(parts) + bool(lost))
    months = page.table([Column("Month", "month"), *shown], _by_month(report, clock, goals))
    tables = {part: _part(report, page, clock, part, goals) for part in parts}
    charts: list[Any] = [_times(page, months, shown, title)]
    if goals:
        charts.insert(0, _share(page, months, title))
    else:
        charts.append(bar_chart(page, months, (_at(shown, "Timed"),), f"{title}: how many were timed", "clocks"))
    if parts:
        charts.append(_of_part(report, page, tables, goals, shown))
    if lost:
        page.heading("Where the missed ones lost their time: the status that took most of it (AMP-C3, 1.2)")
        placed = page.table(_LOST, lost)
        charts.append(bar_chart(page, placed, (2,), "Misses by the status that took most time", "misses", lying=True))
    (_misses if goals else _longest)(report, page, clock, parts, listed)
    for chart in charts:
        page.chart(chart)
    return _share(page, months, title) if goals else _times(page, months, shown, title)


_ABOUT_GOALS = (
    ", against the goal for what the ticket was then (AMP-G5), in the rows of what it is at the as-of instant. The 95 % "
    "interval is Wilson's. Below 5 a share is too small to judge."
)


def _in_one_status(report: Report, clock: ClockName) -> bool:
    """Whether all of its time passes in one status by definition, so that there is nothing to ask."""
    return clock == "first_response" and len(report.profile.clock[clock].leaves) == 1


def _selected(clock: ClockName, goals: bool) -> list[_Selected]:
    return [*(_SHARES if goals else ()), *((_IMPLIED,) if clock in IMPLIED else ()), *_TIMES]


def _listed(report: Report, parts: Sequence[str], goals: bool) -> list[Column]:
    """The columns of the list at the end of the sheet."""
    return [Column("Key", width=24), *(Column(titled(called(report.profile, part)), width=18) for part in parts),
            *(_OF_MISS if goals else _OF_LONG)]  # fmt: skip


def _at(shown: Sequence[Column], title: str) -> int:
    """The number of the column with that title, in a table of these behind a first one."""
    return next(n for n, column in enumerate(shown, 2) if column.title == title)


def _share(page: Page, months: Placed, title: str) -> LineChart:
    return line_chart(page, months, (5,), f"{title}: share that met the goal")


def _times(page: Page, months: Placed, shown: Sequence[Column], title: str) -> LineChart:
    columns = (_at(shown, "Median"), _at(shown, "90th percentile"))
    return line_chart(page, months, columns, f"{title}: median and 90th percentile (NWH)", "NWH")


def _of_part(report: Report, page: Page, tables: dict[str, Placed], goals: bool, shown: Sequence[Column]) -> Any:
    """The chart by priority, else by the first part."""
    part = "priority" if "priority" in tables else next(iter(tables))
    name = called(report.profile, part)
    if goals:
        return bar_chart(page, tables[part], (3, 4), f"By {name}: met and missed", "clocks", stacked=True)
    columns = (_at(shown, "Median"), _at(shown, "90th percentile"))
    return bar_chart(page, tables[part], columns, f"By {name}: median and 90th percentile (NWH)", "NWH")


def _timed(part: str) -> str:
    """SQL: by part and month how many were implied, and how long the others took."""
    time = "c.working_seconds"
    return f"""SELECT {part} AS part, c.stopped_month AS month, count(*) FILTER (WHERE c.implied) AS implied,
                      count(*) FILTER (WHERE NOT c.implied) AS n,
                      {percentile_sql(0.5, time)} FILTER (WHERE NOT c.implied) AS median,
                      {percentile_sql(0.9, time)} FILTER (WHERE NOT c.implied) AS p90
               FROM clock c WHERE c.clock = $clock AND c.stopped_month BETWEEN $first AND $last
               GROUP BY part, c.stopped_month"""


def _by_month(report: Report, clock: ClockName, goals: bool) -> list[tuple[Any, ...]]:
    months = months_up_to(report.period.first)
    return report.db.execute(
        f"""WITH timed AS ({_timed("CAST(NULL AS VARCHAR)")})
            SELECT m.month, {", ".join(sql for _, sql in _selected(clock, goals))}
            FROM (SELECT unnest($months::DATE[]) AS month) m
            LEFT JOIN goal_share g ON g.month = m.month AND g.dimension = 'all' AND g.clock = $clock
            LEFT JOIN timed t ON t.month = m.month ORDER BY m.month""",
        {"clock": clock, "first": months[0], "last": months[-1], "months": months},
    ).fetchall()


def _part(report: Report, page: Page, clock: ClockName, part: str, goals: bool) -> Placed:
    name = called(report.profile, part)
    page.heading(f"By {name}, {report.period.title}")
    month = report.period.first
    rows = report.db.execute(
        f"""WITH timed AS ({_timed(f"c.{part}")})
            SELECT coalesce(t.part, '(none)'), {", ".join(sql for _, sql in _selected(clock, goals))}
            FROM timed t LEFT JOIN goal_share g ON g.dimension = $part AND g.part IS NOT DISTINCT FROM t.part
                AND g.month = t.month AND g.clock = $clock
            ORDER BY {"coalesce(g.judged, 0) DESC, " if goals else ""}t.n DESC, 1""",
        {"clock": clock, "first": month, "last": month, "part": part},
    ).fetchall()
    return page.table([Column(titled(name)), *(column for column, _ in _selected(clock, goals))], rows)


def _where_time_went(report: Report, clock: ClockName) -> list[tuple[Any, ...]]:
    """Per status and whose it is: `IN PROGRESS (provider)`; one that nobody mapped has no phase."""
    return report.db.execute(
        """
        SELECT coalesce(status, '(unknown)') || coalesce(' (' || phase || ')', ''), count(*),
               CAST(sum(status_seconds) AS BIGINT), CAST(sum(status_seconds) AS DOUBLE) / nullif(sum(used_seconds), 0)
        FROM goal_missed WHERE clock = ? AND month = ? GROUP BY status, phase ORDER BY 2 DESC, 1
        """,
        [clock, report.period.first],
    ).fetchall()


def _misses(report: Report, page: Page, clock: ClockName, parts: Sequence[str], columns: Sequence[Column]) -> None:
    """Every miss of the month, the furthest over its goal first; restricted ones are a number."""
    rows = report.db.execute(
        f"""
        SELECT t.key, {_of(parts)} m.used_seconds, m.goal_seconds, m.over_seconds, m.status,
               m.status_seconds, c.stopped_at, t.summary, t.restricted
        FROM goal_missed m JOIN ticket t ON t.ticket_id = m.ticket_id
        JOIN clock c ON c.ticket_id = m.ticket_id AND c.clock = m.clock
        WHERE m.clock = ? AND m.month = ? ORDER BY m.over_seconds DESC, t.key
        """,
        [clock, report.period.first],
    ).fetchall()
    listed, hidden = apart(rows)
    page.heading(f"Every miss, {report.period.title}: {len(rows)}{hidden}")
    page.listing(columns, listed, "Restricted ones are counts only." if rows else "Nothing missed.")


def _longest(report: Report, page: Page, clock: ClockName, parts: Sequence[str], columns: Sequence[Column]) -> None:
    """Those that took longest of the clocks that stopped in the month; restricted ones are not listed."""
    rows = report.db.execute(
        f"""
        SELECT t.key, {_of(parts)} c.working_seconds, c.paused_seconds, c.started_at, c.stopped_at, t.status, t.summary
        FROM clock c JOIN ticket t ON t.ticket_id = c.ticket_id
        WHERE c.clock = ? AND c.stopped_month = ? AND NOT c.implied AND NOT t.restricted
        ORDER BY c.working_seconds DESC, t.key LIMIT {_LONGEST}
        """,
        [clock, report.period.first],
    ).fetchall()
    page.heading(f"The {len(rows)} that took longest, {report.period.title}")
    page.table(columns, rows, filtered=True)


def _of(parts: Sequence[str]) -> str:
    return "".join(f"t.{part}, " for part in parts)
