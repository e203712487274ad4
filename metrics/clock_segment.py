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

# SQL: whether a stay `s` is a pause of the clock `c`.
IS_PAUSE = """((c.clock IN ('resolution', 'closure') AND s.is_waiting)
         OR (c.clock = 'resolution' AND s.is_resolved) OR (c.clock = 'closure' AND s.is_closed))"""
# SQL: whether a stay `s` lies between start and stop of the clock `c`; one without length has nothing to explain.
IS_BETWEEN = """(s.seq >= c.start_seq AND s.entered_at < s.until_at
  AND (c.stopped_at IS NULL OR s.seq < c.stop_seq OR (c.stop_seq IS NULL AND s.entered_at < c.stopped_at)))"""

WITHOUT_LENGTH = Metric(
    table="without_length",
    definition="Stays without length; there are few or none, and the planner of the next steps should know.",
    rules=("1.5", "AMP-W2"),
    grain="ticket × stay without length",
    units="",
    sql="""
CREATE TEMP TABLE without_length AS
SELECT no, seq FROM stay WHERE entered_at = until_at
""",
)

SKIPPED = Metric(
    table="skipped",
    definition="How many stays without length lie between the start of a clock and one of its segments.",
    rules=("1.5", "AMP-W2"),
    grain="ticket × clock × segment after a stay without length",
    units="",
    sql=f"""
CREATE TEMP TABLE skipped AS
WITH affected AS (
    SELECT s.* FROM stay s WHERE s.no IN (SELECT no FROM without_length)
)
SELECT c.no, c.clock, s.seq, count(*) AS stays
FROM without_length w
JOIN affected s ON s.no = w.no AND s.seq > w.seq
JOIN clock_base c ON c.no = w.no AND w.seq >= c.start_seq
WHERE {IS_BETWEEN}
GROUP BY c.no, c.clock, s.seq
""",
)

CLOCK_SEGMENT = Metric(
    table="clock_segment",
    public=True,
    definition="A clock's segments, which are the stays between its start and stop, cut at the stop, cover its time from "
    "start to stop, or to T, without gap or overlap; the counted ones sum to the clock's working_seconds, the paused ones "
    "to its paused_seconds. Pauses: a waiting status (resolution, closure), a resolved stay before a reopening "
    "(resolution), a closed one (closure).",
    rules=("AMP-C1", "AMP-C2", "AMP-C3", "AMP-C4", "AMP-W2"),
    grain="ticket × clock × segment",
    units="working_seconds: open seconds of the calendar",
    sql=f"""
CREATE TABLE mart.clock_segment AS
SELECT f.ticket_id, f.key, c.clock,
       CAST(s.seq - c.start_seq + 1 - coalesce(k.stays, 0) AS INTEGER) AS seq, s.entered_at AS started_at,
       CASE WHEN c.stopped_at < s.until_at THEN c.stopped_at ELSE s.until_at END AS ended_at,
       CASE WHEN {IS_PAUSE} THEN 'paused' ELSE 'counted' END AS kind, coalesce(s.unknown, n.status) AS status,
       CASE WHEN c.stopped_at < s.until_at THEN c.before_stop ELSE s.before_until END - s.before_entered
           AS working_seconds, c.rule
FROM clock_base c
JOIN stay s ON s.no = c.no
JOIN facts f ON f.no = c.no
JOIN rule_status n ON n.code = s.code
LEFT JOIN skipped k ON k.no = c.no AND k.clock = c.clock AND k.seq = s.seq
WHERE {IS_BETWEEN}
""",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "clock": "the clock",
        "seq": "number of the segment, from 1 at the clock's start",
        "started_at": "start of the segment",
        "ended_at": "its end: the next move, the clock's stop, or T",
        "kind": "counted or paused",
        "status": "the status of the stay that it is",
        "working_seconds": "open seconds between the two",
        "rule": "the rule by which it counts or pauses",
    },
    example="""
TO DO Monday 15:00, ON GOING Tuesday 10:00, DONE Tuesday 12:00: the resolution clock has two segments,
1 counted TO DO, 10,800 s (15-17 and 9-10), and 2 paused ON GOING, 7,200 s: working_seconds 10,800, paused_seconds 7,200.
""",
)
METRICS = (CLOCK_BASE, WITHOUT_LENGTH, SKIPPED, CLOCK_SEGMENT)
