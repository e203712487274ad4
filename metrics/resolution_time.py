"""Time to resolution: of the resolved ones per month, and with the open ones in it (AMP-C3)."""

from metrics.metric import Measure
from metrics.periods import spine_sql
from metrics.statistics import percentile_sql, share_columns, share_sql, too_small_sql
from metrics.survival import kaplan_meier_sql

# Tables of a measure's SQL: the clocks that have started, with what the measures ask of their tickets.
_STARTED = """clock k JOIN ticket t ON t.ticket_id = k.ticket_id
    WHERE k.clock = 'resolution' AND k.started_at IS NOT NULL"""

RESOLUTION_MONTH = Measure(
    view="resolution_month",
    definition="Tickets finally resolved per month, every month from the first ticket to T; and the time to resolution of "
    "those that have the clock, with the share that met its goal. Percentiles are by nearest rank, over resolved tickets "
    "alone: resolution_estimate has the open ones in it.",
    rules=("AMP-C3", "AMP-G6"),
    grain="month",
    units="median_seconds, p90_seconds: open seconds of the calendar",
    columns={
        "month": "first day of the month",
        "complete": "whether the month has ended by T",
        "resolved": "tickets whose final resolution lies in the month",
        "n": "of these, those with a clock for it",
        "median_seconds": "median of their time to resolution",
        "p90_seconds": "90th percentile of it",
        "too_small": "whether n is too small to judge",
        "judged": "of n, those with a goal",
        "met": "of these, those that met it",
        **share_columns("met_share", "met ÷ judged"),
    },
    example="""October: five tickets took 1, 2, 3, 4 and 50 h; three had a goal of 40 h, of 1, 3 and 50 h
n 5, median 3 h, 90th percentile 50 h, judged 3, met 2, met_share 0.67 (0.21 to 0.94), too small""",
    select=f"""
WITH spine AS (
    {spine_sql("month", "(SELECT min(created_month) FROM ticket)")}
),
resolved AS (
    SELECT resolved_month AS month, count(*) AS resolved FROM ticket WHERE resolved_month IS NOT NULL GROUP BY resolved_month
),
measured AS (
    SELECT k.stopped_month AS month, count(*) AS n, {percentile_sql(0.5, "k.working_seconds")} AS median_seconds,
           {percentile_sql(0.9, "k.working_seconds")} AS p90_seconds, count(CASE WHEN k.state = 'met' THEN 1 END) AS met,
           count(CASE WHEN k.state IN ('met', 'missed') THEN 1 END) AS judged
    FROM {_STARTED} AND k.stopped_at IS NOT NULL
    GROUP BY k.stopped_month
),
filled AS (
    SELECT s.month, s.complete, coalesce(r.resolved, 0) AS resolved, coalesce(m.n, 0) AS n, m.median_seconds, m.p90_seconds,
           coalesce(m.judged, 0) AS judged, coalesce(m.met, 0) AS met
    FROM spine s LEFT JOIN resolved r ON r.month = s.month LEFT JOIN measured m ON m.month = s.month
)
SELECT month, complete, resolved, n, median_seconds, p90_seconds, {too_small_sql("n")} AS too_small, judged, met,
       {share_sql("met", "judged", "met_share")}
FROM filled ORDER BY month
""",
)


def _grouped(*dimensions: str) -> str:
    """SQL: all tickets of `timed`, and those of each value of the dimensions, per distinct time."""
    sums = "CAST(sum(leaving) AS BIGINT) AS leaving, CAST(sum(finishing) AS BIGINT) AS finishing"
    every = f"SELECT 'all' AS dimension, 'all' AS part, seconds, {sums} FROM timed GROUP BY seconds"
    each = (f"SELECT '{d}', {d}, seconds, {sums} FROM timed GROUP BY {d}, seconds" for d in dimensions)
    return "\n        UNION ALL ".join([every, *each])


RESOLUTION_ESTIMATE = Measure(
    view="resolution_estimate",
    definition="Time to resolution with the open tickets in it, by Kaplan and Meier: an open one, running, paused or overdue, "
    "counts as taking longer than it has so far. Median and 90th percentile with their 95 % intervals (log-log Greenwood), "
    "beside the plain ones of the resolved tickets; the difference is what a desk hides in its backlog. Clocks that have not "
    "started are not in it. Percentiles are the first time by which so many are resolved: without open tickets both agree.",
    rules=("AMP-C3",),
    grain="dimension × part: all tickets, each project, each type, each priority",
    units="…_seconds, …_low, …_high: open seconds of the calendar",
    columns={
        "dimension": "all, project, type, priority",
        "part": "all, or which project, type or priority; empty: it has none",
        "n": "clocks that have started",
        "resolved": "of these, those that stand resolved",
        "running": "of these, those still open",
        "too_small": "whether resolved is too small to judge",
        "median_seconds": "estimated median; empty if not even half are resolved by the longest known time",
        "median_low": "lower end of its interval",
        "median_high": "upper end; empty: not known",
        "p90_seconds": "estimated 90th percentile; empty likewise",
        "p90_low": "lower end of its interval",
        "p90_high": "upper end; empty: not known",
        "resolved_median_seconds": "plain median of the resolved ones",
        "resolved_p90_seconds": "plain 90th percentile of the resolved ones",
        "hidden_median_seconds": "median_seconds − resolved_median_seconds",
        "hidden_p90_seconds": "p90_seconds − resolved_p90_seconds",
    },
    example="""resolved after 1, 2 and 4 h, one open since 3 h of working time
at 1 h 3/4 are still open, at 2 h 3/4 × 2/3 = 1/2, at 4 h 1/2 × 0 = 0
median 2 h (plain: 2 h) · 90th percentile 4 h (plain: 4 h)
open since 9 h instead: at 4 h 1/2 × 1/2 = 1/4, so that the 90th percentile is not known""",
    select=f"""
WITH timed AS (
    SELECT t.project, t.type, t.priority, k.working_seconds AS seconds, count(*) AS leaving, count(k.stopped_at) AS finishing
    FROM {_STARTED}
    GROUP BY t.project, t.type, t.priority, k.working_seconds
),
estimate AS ({kaplan_meier_sql(_grouped("project", "type", "priority"))}
)
SELECT dimension, part, n, finished AS resolved, n - finished AS running, {too_small_sql("finished")} AS too_small,
       median AS median_seconds, median_low, median_high, p90 AS p90_seconds, p90_low, p90_high,
       plain_median AS resolved_median_seconds, plain_p90 AS resolved_p90_seconds,
       median - plain_median AS hidden_median_seconds, p90 - plain_p90 AS hidden_p90_seconds
FROM estimate ORDER BY dimension, part
""",
)
MEASURES = (RESOLUTION_MONTH, RESOLUTION_ESTIMATE)
