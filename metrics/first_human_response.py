"""Time to first human response (AMP-C2)."""

from metrics.metric import Metric
from metrics.working_time import before_sql, epoch_sql

REPORTER_SPAN = Metric(
    table="reporter_span",
    definition="Who was the reporter from when to when, for tickets whose reporter changed.",
    rules=("AMP-C2", "AMP-W4"),
    grain="ticket × reporter",
    units="",
    sql="""
CREATE TABLE reporter_span AS
WITH change AS (
    SELECT f.no, c.seq, c.changed_at, c.from_value, c.to_value,
           row_number() OVER (PARTITION BY f.no ORDER BY c.seq) AS place
    FROM wanted_change c JOIN facts f ON f.no = c.no
    WHERE c.field = 'reporter' AND f.in_scope
),
span AS (
    SELECT no, 0 AS seq, CAST('0001-01-01' AS TIMESTAMP) AS since, from_value AS reporter FROM change WHERE place = 1
    UNION ALL
    SELECT no, seq, changed_at, to_value FROM change
)
SELECT no, since, reporter,
       coalesce(lead(since) OVER (PARTITION BY no ORDER BY seq), CAST('9999-01-01' AS TIMESTAMP)) AS until_at
FROM span
""",
)

FIRST_HUMAN_RESPONSE = Metric(
    table="first_human_response",
    definition="From creation to the first status move or public comment by somebody known who is neither automation "
    "nor the reporter at that moment. CLOSED without any stops it, implied.",
    rules=("AMP-C2",),
    grain="ticket of a project that runs the clock",
    units="`before_…`: open seconds of the calendar before the instant",
    sql=f"""
CREATE VIEW first_human_response AS
WITH deed AS (
    SELECT s.no, s.entered_at AS done_at, s.author FROM stay s WHERE s.seq > 1 AND s.author IS NOT NULL
    UNION ALL
    SELECT f.no, greatest(c.created_at, f.created_at), c.author
    FROM wanted_comment c JOIN facts f ON f.no = c.no CROSS JOIN as_of
    WHERE c.public AND c.author IS NOT NULL AND c.created_at < as_of.at_instant AND f.in_scope
),
human AS (
    SELECT d.no, min(d.done_at) AS done_at
    FROM deed d
    JOIN facts f ON f.no = d.no
    JOIN rule_clock r ON r.clock = 'first_human_response' AND r.project = f.project
    LEFT JOIN reporter_span p ON p.no = d.no AND p.since < d.done_at AND d.done_at <= p.until_at
    LEFT JOIN rule_automation a ON a.source = f.source AND a.person_id = d.author
    WHERE a.person_id IS NULL
      AND d.author <> coalesce(CASE WHEN p.no IS NULL THEN f.reporter ELSE p.reporter END, '')
    GROUP BY d.no
),
stopped AS (
    SELECT f.no, m.created_at, m.created_before,
           CASE WHEN h.done_at <= coalesce(m.first_closed_at, h.done_at) THEN h.done_at
                ELSE m.first_closed_at END AS stopped_at,
           h.done_at IS NULL OR h.done_at > m.first_closed_at AS without_any
    FROM facts f
    JOIN rule_clock r ON r.clock = 'first_human_response' AND r.project = f.project
    JOIN milestone m ON m.no = f.no
    LEFT JOIN human h ON h.no = f.no
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
METRICS = (REPORTER_SPAN, FIRST_HUMAN_RESPONSE)
