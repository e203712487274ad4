"""The clock `update`: how long the user waits for the next public answer (HD-M2). Only where the profile has it."""

from metrics.goal import JUDGED_AT, goal_join
from metrics.metric import Metric
from metrics.working_time import before_sql, epoch_sql

PUBLIC_ANSWER = Metric(
    table="public_answer",
    definition="Public comments by somebody known who is neither automation nor the reporter at that moment, in projects "
    "that run the clock update.",
    rules=("HD-M2", "AMP-W4"),
    grain="ticket × instant of an answer",
    units="before_said: open seconds of the calendar before the instant",
    sql=f"""
CREATE TABLE public_answer AS
SELECT DISTINCT c.no, c.said_at, {before_sql(epoch_sql("c.said_at"))} AS before_said
FROM response_comment c
JOIN rule_clock r ON r.clock = 'update' AND r.project = c.project
JOIN utc_day d ON d.day = {epoch_sql("c.said_at")} // 86400
""",
)

UPDATE_PERIOD = Metric(
    table="update_period",
    definition="From one public answer to the next, the last one to the final resolution, or on to T. Waiting for the user "
    "and stays in a resolved status are pauses.",
    rules=("HD-M2",),
    grain="ticket × public answer before the final resolution",
    units="paused, used: open seconds; `before_…`: open seconds of the calendar before the instant",
    sql="""
CREATE TABLE update_period AS
WITH answered AS (
    SELECT a.no, a.said_at, a.before_said, lead(a.said_at) OVER w AS next_at, lead(a.before_said) OVER w AS before_next,
           CASE WHEN m.is_resolved THEN m.last_run_at END AS resolved_at, m.last_run_before, m.is_waiting
    FROM public_answer a JOIN milestone m ON m.no = a.no
    WINDOW w AS (PARTITION BY a.no ORDER BY a.said_at)
),
period AS (
    SELECT no, said_at AS started_at, before_said AS before_start, is_waiting,
           CASE WHEN next_at < resolved_at OR resolved_at IS NULL THEN next_at ELSE resolved_at END AS stopped_at,
           CASE WHEN next_at < resolved_at OR resolved_at IS NULL THEN before_next ELSE last_run_before END AS before_stop
    FROM answered WHERE resolved_at IS NULL OR said_at < resolved_at
),
pause AS (
    SELECT p.no, p.started_at,
           CAST(sum(least(s.before_until, coalesce(p.before_stop, s.before_until))
                    - greatest(s.before_entered, p.before_start)) AS BIGINT) AS paused
    FROM period p
    JOIN stay s ON s.no = p.no AND s.until_at > p.started_at AND (p.stopped_at IS NULL OR s.entered_at < p.stopped_at)
    WHERE s.is_waiting OR s.is_resolved
    GROUP BY p.no, p.started_at
)
SELECT p.no, p.started_at, p.before_start, p.stopped_at, p.before_stop, p.is_waiting, coalesce(x.paused, 0) AS paused,
       coalesce(p.before_stop, before_as_of()) - p.before_start - coalesce(x.paused, 0) AS used
FROM period p LEFT JOIN pause x ON x.no = p.no AND x.started_at = p.started_at
""",
)

UPDATE_CLOCK = Metric(
    table="update_clock",
    definition="The clock starts anew at every public answer. Of a ticket that is not resolved it is the period that runs; of "
    "a resolved one the longest of those that missed the goal in force at their end, else the longest of all, so that a "
    "ticket met its goal when every answer came in time. Not started: nobody has answered in public.",
    rules=("HD-M2", "AMP-G5"),
    grain="ticket of a project that runs the clock",
    units="`before_…`: open seconds of the calendar before the instant",
    sql=f"""
CREATE VIEW update_clock AS
WITH judged AS (
    SELECT *, 'update' AS clock, {JUDGED_AT} FROM update_period
),
placed AS (
    SELECT j.*, row_number() OVER (
        PARTITION BY j.no ORDER BY CASE WHEN j.stopped_at IS NULL THEN 0 WHEN j.used > g.goal_seconds THEN 1 ELSE 2 END,
                                   j.used DESC, j.started_at) AS place
    FROM judged j
    {goal_join("j")}
)
SELECT f.no, 'update' AS clock, p.started_at, 'public answer' AS start_basis, p.before_start, p.stopped_at, p.before_stop,
       coalesce(p.paused, 0) AS paused, false AS implied,
       p.started_at IS NOT NULL AND p.stopped_at IS NULL AND p.is_waiting AS is_paused
FROM facts f
JOIN rule_clock r ON r.clock = 'update' AND r.project = f.project
JOIN milestone m ON m.no = f.no
LEFT JOIN placed p ON p.no = f.no AND p.place = 1
""",
)
METRICS = (PUBLIC_ANSWER, UPDATE_PERIOD, UPDATE_CLOCK)
