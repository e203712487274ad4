"""Segments of the clocks: which part of the time counted, which was a pause, and by which rule (1.5)."""

from metrics.metric import Metric

CLOCK_BASE = Metric(
    table="clock_base",
    definition="The four clocks side by side, with start and stop.",
    rules=("AMP-C1", "AMP-C2", "AMP-C3", "AMP-C4"),
    grain="ticket × clock",
    units="`before_…`: open seconds of the calendar before the instant",
    sql="""
CREATE TEMP TABLE clock_base AS
SELECT * FROM first_response UNION ALL SELECT * FROM first_human_response
UNION ALL SELECT * FROM resolution UNION ALL SELECT * FROM closure
""",
)

SEGMENT = Metric(
    table="segment",
    definition="The stays of a ticket between start and stop of a clock, cut at the stop. Pauses: a waiting status "
    "(resolution, closure), a resolved stay before a reopening (resolution), a closed one (closure).",
    rules=("AMP-C1", "AMP-C2", "AMP-C3", "AMP-C4"),
    grain="ticket × clock × stay",
    units="`before_…`: open seconds of the calendar before the instant",
    sql="""
CREATE TEMP TABLE segment AS
SELECT c.no, c.clock, c.rule, row_number() OVER (PARTITION BY c.no, c.clock ORDER BY s.seq) AS seq,
       s.code, s.entered_at AS started_at,
       CASE WHEN c.stopped_at < s.until_at THEN c.stopped_at ELSE s.until_at END AS ended_at,
       s.before_entered AS before_start,
       CASE WHEN c.stopped_at < s.until_at THEN c.before_stop ELSE s.before_until END AS before_end,
       (c.clock IN ('resolution', 'closure') AND s.kind = 'waiting')
         OR (c.clock = 'resolution' AND s.is_resolved)
         OR (c.clock = 'closure' AND s.kind = 'closed') AS is_pause
FROM clock_base c
JOIN stay s ON s.no = c.no
WHERE s.seq >= c.start_seq AND s.entered_at < s.until_at
  AND (c.stopped_at IS NULL OR s.seq < c.stop_seq OR (c.stop_seq IS NULL AND s.entered_at < c.stopped_at))
""",
)

CLOCK_SEGMENT = Metric(
    table="clock_segment",
    public=True,
    definition="A clock's segments cover its time from start to stop, or to T, without gap or overlap; the counted "
    "ones sum to the clock's working_seconds, the paused ones to its paused_seconds.",
    rules=("AMP-C1", "AMP-C2", "AMP-C3", "AMP-C4", "AMP-W2"),
    grain="ticket × clock × segment",
    units="working_seconds: open seconds of the calendar",
    sql="""
CREATE TABLE mart.clock_segment AS
SELECT f.ticket_id, f.key, s.clock, CAST(s.seq AS INTEGER) AS seq, s.started_at, s.ended_at,
       CASE WHEN s.is_pause THEN 'paused' ELSE 'counted' END AS kind, n.status,
       s.before_end - s.before_start AS working_seconds, s.rule
FROM segment s
JOIN facts f ON f.no = s.no
JOIN rule_status n ON n.code = s.code
""",
)
METRICS = (CLOCK_BASE, SEGMENT, CLOCK_SEGMENT)
