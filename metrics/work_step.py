"""Steps of the work: from one status to another, per ticket and per month (HD-M4, OPS-M3)."""

from metrics.metric import Measure
from metrics.statistics import percentile_sql, too_small_sql

STEP = Measure(
    view="work_step",
    definition="A step that the profile names, for each ticket that began it: from the first stay in one of its start "
    "statuses (none: from creation) to the first stay from there on in one of its stop statuses. All time between counts.",
    rules=("HD-M4", "OPS-M3"),
    grain="ticket × step that it began",
    units="working_seconds: open seconds of the calendar",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "place": "place of the step in the profile, from 1",
        "step": "name of the step",
        "started_at": "when it began",
        "stopped_at": "when it ended; empty: not yet",
        "outcome": "the status that ended it; empty: none yet",
        "working_seconds": "working time of it; empty: it has not ended",
        "month": "first day of the month in which it ended, in the desk's zone",
    },
    example="An order comes Monday 09:00, is `in validation` from 11:00, `approved` Tuesday 10:00.\n"
    "order to check: 2 h, outcome in validation; check to decision: 7 h, outcome approved.",
    select="""
WITH stay AS (
    SELECT t.ticket_id, t.key, r.place, r.step, r.side, i.seq, i.status, i.entered_at, i.seconds_before
    FROM step_rule r
    JOIN "interval" i ON i.status = r.status
    JOIN ticket t ON t.ticket_id = i.ticket_id AND (r.project IS NULL OR r.project = t.project)
    UNION ALL
    SELECT t.ticket_id, t.key, r.place, r.step, r.side, i.seq, i.status, i.entered_at, i.seconds_before
    FROM step_rule r
    JOIN ticket t ON r.project IS NULL OR r.project = t.project
    JOIN "interval" i ON i.ticket_id = t.ticket_id AND i.seq = 1
    WHERE r.status IS NULL
),
begun AS (
    SELECT ticket_id, key, place, step, min(seq) AS seq, min(entered_at) AS started_at, min(seconds_before) AS before_start
    FROM stay WHERE side = 'start' GROUP BY ticket_id, key, place, step
),
ended AS (
    SELECT b.ticket_id, b.place, min(s.seq) AS seq
    FROM begun b JOIN stay s ON s.ticket_id = b.ticket_id AND s.place = b.place AND s.side = 'stop' AND s.seq >= b.seq
    GROUP BY b.ticket_id, b.place
)
SELECT b.ticket_id, b.key, b.place, b.step, b.started_at, i.entered_at AS stopped_at, i.status AS outcome,
       i.seconds_before - b.before_start AS working_seconds, c.month
FROM begun b
LEFT JOIN ended e ON e.ticket_id = b.ticket_id AND e.place = b.place
LEFT JOIN "interval" i ON i.ticket_id = e.ticket_id AND i.seq = e.seq
LEFT JOIN (SELECT month, min(begins_at) AS begins_at, max(ends_at) AS ends_at FROM calendar_day GROUP BY month) c
    ON c.begins_at <= i.entered_at AND i.entered_at < c.ends_at
""",
)

STEP_MONTH = Measure(
    view="work_step_month",
    definition="The steps that ended in a month, by how they ended, and how long they took: every order, change or case "
    "counts once in each step. Those that have not ended stand in the row without a month.",
    rules=("HD-M4", "OPS-M3"),
    grain="step × outcome × month of its end",
    units="…_seconds: open seconds of the calendar",
    columns={
        "place": "place of the step in the profile, from 1",
        "step": "name of the step",
        "outcome": "the status that ended it; empty: not ended",
        "month": "month in which it ended, in the desk's zone; empty: not ended",
        "n": "tickets",
        "median_seconds": "median of their working time",
        "p90_seconds": "90th percentile of it",
        "too_small": "whether n is too small to judge",
    },
    example="In September 12 orders were decided: 9 approved after a median of 6 h, 3 rejected after 10 h.\n"
    "check to decision: approved, n 9, median 6 h; rejected, n 3, median 10 h, too_small.",
    select=f"""
SELECT place, step, outcome, month, count(*) AS n, {percentile_sql(0.5, "working_seconds")} AS median_seconds,
       {percentile_sql(0.9, "working_seconds")} AS p90_seconds, {too_small_sql("count(*)")} AS too_small
FROM work_step GROUP BY place, step, outcome, month
""",
)
MEASURES = (STEP, STEP_MONTH)
