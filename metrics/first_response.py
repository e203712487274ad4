"""Time to first response (AMP-C1)."""

from metrics.metric import Metric

FIRST_RESPONSE = Metric(
    table="first_response",
    definition="From creation to the first move out of OPEN. Implied unless that move goes to RECEIVED; where a profile names "
    "no such status, any move answers. A ticket created in RECEIVED was answered at creation, one created in a later status "
    "too, implied.",
    rules=("AMP-C1",),
    grain="ticket of a project that runs the clock",
    units="`before_…`: open seconds of the calendar before the instant",
    sql="""
CREATE VIEW first_response AS
SELECT f.no, 'first_response' AS clock, m.created_at AS started_at, 'created' AS start_basis,
       m.created_before AS before_start, m.answered_at AS stopped_at, m.answered_before AS before_stop,
       0 AS paused,
       m.answered_seq IS NOT NULL AND m.answered_seq <> coalesce(m.acknowledged_seq, 0) AS implied,
       false AS is_paused
FROM facts f
JOIN rule_clock r ON r.clock = 'first_response' AND r.project = f.project
JOIN milestone m ON m.no = f.no
""",
)
METRICS = (FIRST_RESPONSE,)
