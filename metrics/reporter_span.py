"""Who was the reporter of a ticket when (AMP-C2)."""

from metrics.metric import Metric

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
METRICS = (REPORTER_SPAN,)
