"""How long tickets stay in each status."""

from metrics.metric import Measure
from metrics.statistics import percentile_sql, too_small_sql

STATUS_TIME = Measure(
    view="status_time",
    definition="Working time of the stays in each status that have ended, one by one: a ticket that comes back counts again. "
    "Percentiles are by nearest rank. Those who are still there at T are counted beside.",
    rules=("1.2", "AMP-W2"),
    grain="project × phase × status",
    units="median_seconds, p90_seconds: open seconds of the calendar",
    columns={
        "project": "the project at T",
        "phase": "the phase; empty: a status that nobody mapped",
        "status": "the status",
        "n": "stays that have ended",
        "median_seconds": "median of their working time",
        "p90_seconds": "90th percentile of it",
        "too_small": "whether n is too small to judge",
        "there_now": "tickets that are in the status at T",
    },
    example="""1 Sep 09:00 TO DO · 10:00 ON GOING · 12:00 TO DO · 17:00 DONE, as of 2 Sep
TO DO: n 2 (1 h and 5 h), median 1 h, 90th percentile 5 h · ON GOING: n 1 · DONE: n 0, there_now 1""",
    select=f"""
SELECT t.project, i.phase, i.status, count(i.left_at) AS n,
       {percentile_sql(0.5, "CASE WHEN i.left_at IS NOT NULL THEN i.working_seconds END")} AS median_seconds,
       {percentile_sql(0.9, "CASE WHEN i.left_at IS NOT NULL THEN i.working_seconds END")} AS p90_seconds,
       {too_small_sql("count(i.left_at)")} AS too_small, count(*) - count(i.left_at) AS there_now
FROM "interval" i JOIN ticket t ON t.ticket_id = i.ticket_id
GROUP BY t.project, i.phase, i.status
ORDER BY t.project, i.phase, i.status
""",
)
MEASURES = (STATUS_TIME,)
