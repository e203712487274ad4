"""What the first line solves by itself, and how often tickets are sent around (HD-M3)."""

from metrics.breakdown import COLUMNS, DIMENSIONS, broken_down
from metrics.metric import Measure
from metrics.statistics import share_columns, share_sql

_FIELDS = ", ".join(f"min(t.{name}) AS {name}" for name in DIMENSIONS[1:])  # one ticket has one; left out if not asked


def _months(value: str, source: str) -> str:
    return f"""SELECT {value} AS value, w.resolved_month AS month, count(*) AS resolved,
       count(CASE WHEN w.last_place = 1 THEN 1 END) AS at_first_line,
       count(CASE WHEN w.last_place > 1 THEN 1 END) AS passed_on,
       count(CASE WHEN w.reroutings > 0 THEN 1 END) AS rerouted, CAST(sum(w.reroutings) AS BIGINT) AS reroutings
FROM {source}
GROUP BY {value}, w.resolved_month"""


FIRST_LINE_MONTH = Measure(
    view="first_line_month",
    definition="Tickets resolved in the month: those that never left the first line, those that it passed on, and how often "
    "they were sent around. *Choice:* a re-routing is a move to another unit of the same line, or back to an earlier line; "
    "the way from line to line is none.",
    rules=("HD-M3",),
    grain="dimension × value × month of the final resolution",
    units="tickets; reroutings: moves",
    columns={
        **COLUMNS,
        "month": "month of the final resolution, in the desk's zone",
        "resolved": "tickets that were at some line and were resolved in the month",
        "at_first_line": "of these, those that never left the first line",
        "passed_on": "of these, those that were at a later line",
        "rerouted": "of these, those that were re-routed",
        "reroutings": "how often, all together",
        **share_columns("first_line_share", "at_first_line of resolved"),
    },
    example="L1 solves DSD-1. DSD-2 goes L1 → Storage → Compute (both L2) → L1 → Storage and is solved there.\n"
    "resolved 2, at_first_line 1, passed_on 1, rerouted 1, reroutings 2 (Storage to Compute, Compute back to L1).",
    select=f"""
WITH way AS (
    SELECT t.ticket_id, t.resolved_month, {_FIELDS}, max(l.place) AS last_place,
           count(CASE WHEN s.ended IN ('reassigned', 'returned') THEN 1 END) AS reroutings
    FROM line_stay s
    JOIN line_rule l ON l.line = s.line
    JOIN ticket t ON t.ticket_id = s.ticket_id
    WHERE t.resolved_month IS NOT NULL
    GROUP BY t.ticket_id, t.resolved_month
)
SELECT dimension, value, month, resolved, at_first_line, passed_on, rerouted, reroutings,
       {share_sql("at_first_line", "resolved", "first_line_share")}
FROM (
{broken_down(_months, "way w", "w")}
)
""",
)
MEASURES = (FIRST_LINE_MONTH,)
