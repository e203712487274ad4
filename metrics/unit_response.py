"""Response times of support units against their OLAs (DMSU-M3, OPS-M1, OPS-M2)."""

from metrics.metric import Measure
from metrics.statistics import percentile_sql, share_columns, share_sql

_ANSWERED = "CASE WHEN s.responded_at IS NOT NULL THEN s.response_seconds END"

UNIT_RESPONSE_MONTH = Measure(
    view="unit_response_month",
    definition="How soon each unit responded to the tickets that came to it in the month, against its OLA. Average, median "
    "and 90th percentile are of those responded to; those that wait, and those that left without a response, are counted "
    "beside. *Choice:* the month is that of arrival, so that nobody drops out by never responding. A violation is a "
    "response after more than the OLA, or none for longer than it.",
    rules=("DMSU-M3", "OPS-M1", "OPS-M2"),
    grain="month of arrival × line × unit",
    units="…_seconds: open seconds of the calendar",
    columns={
        "month": "month of arrival, in the desk's zone",
        "line": "the line",
        "unit": "who works there; empty: the ticket names nobody; the line itself if it has no units",
        "arrived": "tickets that came to the unit",
        "n": "of these, responded to",
        "waiting": "of these, waiting for a response at T",
        "unanswered": "of these, gone again without one",
        "average_seconds": "average time to respond",
        "median_seconds": "median of it",
        "p90_seconds": "90th percentile of it",
        "ola_seconds": "the OLA (the longest if it changed within the month); empty: there is none",
        "judged": "responses and violations that an OLA was there for: met and violated together",
        "violations": "of these, violated",
        **share_columns("met_share", "met of judged"),
    },
    example="OLA 8 h. Alpha gets 4 tickets in September: responded to after 2 h, 4 h and 12 h; one still waits after 3 h.\n"
    "arrived 4, n 3, waiting 1, average 6 h, median 4 h, p90 12 h, violations 1 of 3 judged.",
    select=f"""
WITH counted AS (
    SELECT s.arrived_month AS month, s.line, s.unit, count(*) AS arrived, count(s.responded_at) AS n,
           count(CASE WHEN s.responded_at IS NULL AND s.left_at IS NULL THEN 1 END) AS waiting,
           count(CASE WHEN s.responded_at IS NULL AND s.left_at IS NOT NULL THEN 1 END) AS unanswered,
           avg({_ANSWERED}) AS average_seconds, {percentile_sql(0.5, _ANSWERED)} AS median_seconds,
           {percentile_sql(0.9, _ANSWERED)} AS p90_seconds, max(s.ola_seconds) AS ola_seconds,
           count(CASE WHEN s.response IN ('met', 'missed', 'overdue') THEN 1 END) AS judged,
           count(CASE WHEN s.response IN ('missed', 'overdue') THEN 1 END) AS violations
    FROM line_stay s
    GROUP BY s.arrived_month, s.line, s.unit
)
SELECT month, line, unit, arrived, n, waiting, unanswered, average_seconds, median_seconds, p90_seconds, ola_seconds,
       judged, violations,
       {share_sql("(judged - violations)", "judged", "met_share")}
FROM counted
""",
)
MEASURES = (UNIT_RESPONSE_MONTH,)
