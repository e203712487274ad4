"""Time to first response (AMP-C1)."""

from metrics.metric import Metric

FIRST_RESPONSE = Metric(
    table="first_response",
    definition="From creation to the first move out of OPEN. Implied unless that move goes to RECEIVED; a ticket "
    "created in RECEIVED was answered at creation, one created in a later status too, implied.",
    rules=("AMP-C1",),
    grain="ticket of a project that runs the clock",
    units="`before_…`: open seconds of the calendar before the instant",
    sql="""
CREATE TEMP VIEW first_response AS
SELECT f.no, 'first_response' AS clock, r.rule, m.created_at AS started_at, 'created' AS start_basis,
       m.created_before AS before_start, 1 AS start_seq,
       m.answered_at AS stopped_at, m.answered_before AS before_stop, m.answered_seq AS stop_seq,
       m.answered_seq IS NOT NULL AND NOT s.acknowledged AS implied,
       false AS is_paused
FROM facts f
JOIN rule_clock r ON r.clock = 'first_response' AND r.project = f.project
JOIN milestone m ON m.no = f.no
LEFT JOIN stay a ON a.no = m.no AND a.seq = m.answered_seq
LEFT JOIN rule_clock_status s ON s.code = a.code
""",
)
METRICS = (FIRST_RESPONSE,)
