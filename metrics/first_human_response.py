"""Time to first human response (AMP-C2)."""

from metrics.metric import Metric
from metrics.working_time import before_sql, epoch_sql

FIRST_HUMAN_RESPONSE = Metric(
    table="first_human_response",
    definition="From creation to the first status move or public comment by somebody known who is neither automation "
    "nor the reporter at that moment. A closing before any of them stops it, implied.",
    rules=("AMP-C2",),
    grain="ticket of a project that runs the clock",
    units="`before_…`: open seconds of the calendar before the instant",
    sql=f"""
CREATE VIEW first_human_response AS
WITH said AS (
    SELECT no, min(said_at) AS said_at FROM response_comment GROUP BY no
),
answered AS (
    SELECT f.no, m.created_at, m.created_before, m.first_closed_at, least(m.responded_at, s.said_at) AS done_at
    FROM facts f
    JOIN rule_clock r ON r.clock = 'first_human_response' AND r.project = f.project
    JOIN milestone m ON m.no = f.no
    LEFT JOIN said s ON s.no = f.no
),
stopped AS (
    SELECT no, created_at, created_before,
           CASE WHEN done_at <= coalesce(first_closed_at, done_at) THEN done_at ELSE first_closed_at END AS stopped_at,
           done_at IS NULL OR done_at > first_closed_at AS without_any
    FROM answered
)
SELECT s.no, 'first_human_response' AS clock, s.created_at AS started_at, 'created' AS start_basis,
       s.created_before AS before_start,
       s.stopped_at, {before_sql(epoch_sql("s.stopped_at"))} AS before_stop, 0 AS paused,
       s.stopped_at IS NOT NULL AND coalesce(s.without_any, false) AS implied,
       false AS is_paused
FROM stopped s
LEFT JOIN utc_day d ON d.day = {epoch_sql("s.stopped_at")} // 86400
""",
)
METRICS = (FIRST_HUMAN_RESPONSE,)
