"""Lines of support per month: what came, what was passed on or resolved, and how long it took (DMSU-M1, M2, M4, M5)."""

from metrics.breakdown import COLUMNS, broken_down
from metrics.metric import Measure
from metrics.statistics import percentile_sql, share_columns, share_sql


def _months(value: str, source: str) -> str:
    own = "CASE WHEN s.ended = 'resolved' THEN s.line_seconds END"
    return f"""SELECT value, month, line, CAST(sum(entered) AS BIGINT) AS entered, CAST(sum(n_ended) AS BIGINT) AS n_ended,
       CAST(sum(passed) AS BIGINT) AS passed, CAST(sum(returned) AS BIGINT) AS returned,
       CAST(sum(resolved) AS BIGINT) AS resolved, max(median_seconds) AS median_seconds, max(p90_seconds) AS p90_seconds,
       max(resolved_median_seconds) AS resolved_median_seconds
FROM (
    SELECT {value} AS value, s.arrived_month AS month, s.line, count(*) AS entered, 0 AS n_ended, 0 AS passed,
           0 AS returned, 0 AS resolved, CAST(NULL AS BIGINT) AS median_seconds, CAST(NULL AS BIGINT) AS p90_seconds,
           CAST(NULL AS BIGINT) AS resolved_median_seconds
    FROM {source}
    WHERE s.from_line IS NULL OR s.from_line <> s.line
    GROUP BY {value}, s.arrived_month, s.line
    UNION ALL
    SELECT {value}, s.left_month, s.line, 0, count(*), count(CASE WHEN s.ended = 'passed' THEN 1 END),
           count(CASE WHEN s.ended = 'returned' THEN 1 END), count(CASE WHEN s.ended = 'resolved' THEN 1 END),
           {percentile_sql(0.5, "s.line_seconds")}, {percentile_sql(0.9, "s.line_seconds")},
           {percentile_sql(0.5, own)}
    FROM {source}
    WHERE s.ended <> 'reassigned'
    GROUP BY {value}, s.left_month, s.line
) GROUP BY value, month, line"""


LINE_MONTH = Measure(
    view="line_month",
    definition="What came to each line of support in the month, and how the stays that ended in the month ended: passed to a "
    "later line, returned to an earlier one, or resolved (the line that had the ticket when it was resolved for good; the "
    "rest was reopened). *Choice:* the share passed on is that of the stays that ended in the month, so that it does not "
    "change afterwards; a ticket that comes to a line again counts again; to another unit of the same line is no move, and "
    "its time there goes on.",
    rules=("DMSU-M1", "DMSU-M2", "DMSU-M4", "DMSU-M5"),
    grain="dimension × value × month × line",
    units="…_seconds: open seconds in the line's own statuses, without the time that the user had the ticket",
    columns={
        **COLUMNS,
        "month": "the month, in the desk's zone",
        "line": "the line",
        "entered": "tickets that came to the line in the month",
        "n_ended": "stays at the line that ended in the month",
        "passed": "of these, passed to a later line",
        "returned": "of these, returned to an earlier line",
        "resolved": "of these, resolved for good",
        "median_seconds": "median time at the line of the stays that ended",
        "p90_seconds": "90th percentile of it",
        "resolved_median_seconds": "median time at the line of those that it resolved",
        **share_columns("passed_share", "passed of n_ended"),
    },
    example="In September ten stays at the champion end: 3 passed to DELEGATED, 6 resolved, 1 reopened since.\n"
    "passed_share 30 % (11 to 60 %) of 10.",
    select=f"""
SELECT dimension, value, month, line, entered, n_ended, passed, returned, resolved, median_seconds, p90_seconds,
       resolved_median_seconds,
       {share_sql("passed", "n_ended", "passed_share")}
FROM (
{broken_down(_months, "line_stay s")}
)
""",
)
MEASURES = (LINE_MONTH,)
