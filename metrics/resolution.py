"""Time to resolution (AMP-C3) and time to closure (AMP-C4), which share their start."""

from metrics.clock_segment import IS_BETWEEN, is_pause
from metrics.metric import Metric


def _clock_sql(clock: str, stop: str, stands: str) -> str:
    """SQL of a clock that starts at the first of its start statuses, fallback included, and may be paused."""
    started = f"m.{clock}_start_seq < coalesce(m.resolved_seq, m.{clock}_start_seq + 1)"
    fallback = f"m.{clock}_else_seq < m.resolved_seq"

    def start(column: str, at_creation: str) -> str:
        return f"""CASE WHEN r.starts_at_creation THEN {at_creation} WHEN {started} THEN m.{clock}_start_{column}
                WHEN {fallback} THEN m.{clock}_else_{column} WHEN m.resolved_seq IS NOT NULL THEN {at_creation} END"""

    return f"""
CREATE VIEW {clock} AS
WITH started AS (
    SELECT f.no, m.{stands} AS stands, m.{stop}_at AS stop_at, m.{stop}_before AS stop_before, m.is_waiting,
           {start("at", "m.created_at")} AS started_at,
           {start("before", "m.created_before")} AS before_start,
           {start("code", "0")} AS start_code
    FROM facts f
    JOIN rule_clock r ON r.clock = '{clock}' AND r.project = f.project
    JOIN milestone m ON m.no = f.no
),
stopped AS (
    SELECT no, started_at, before_start, start_code,
           CASE WHEN started_at IS NOT NULL AND stands THEN stop_at END AS stopped_at,
           CASE WHEN started_at IS NOT NULL AND stands THEN stop_before END AS before_stop,
           started_at IS NOT NULL AND NOT stands AND is_waiting AS is_paused
    FROM started
),
pause AS (
    SELECT c.no, CAST(sum(s.before_until - s.before_entered) AS BIGINT) AS paused
    FROM stay s JOIN stopped c ON c.no = s.no
    WHERE {is_pause(f"'{clock}'")} AND {IS_BETWEEN}
    GROUP BY c.no
)
SELECT c.no, '{clock}' AS clock, c.started_at, CASE WHEN c.start_code = 0 THEN 'created' ELSE n.status END AS start_basis,
       c.before_start, c.stopped_at, c.before_stop, coalesce(p.paused, 0) AS paused, false AS implied, c.is_paused
FROM stopped c
LEFT JOIN pause p ON p.no = c.no
LEFT JOIN rule_status n ON n.code = c.start_code
"""


RESOLUTION = Metric(
    table="resolution",
    definition="From the first entry into TO DO, DELEGATED or IN PROGRESS (if DONE or CLOSED comes first: the first "
    "RECEIVED before it, else creation) to the final entry into DONE, or into CLOSED without DONE, less the time in "
    "ON GOING. A reopened ticket goes on with the same clock; its stay in DONE and CLOSED is a pause.",
    rules=("AMP-C3",),
    grain="ticket of a project that runs the clock",
    units="`before_…`: open seconds of the calendar before the instant",
    sql=_clock_sql("resolution", stop="last_run", stands="is_resolved"),
)
CLOSURE = Metric(
    table="closure",
    definition="Same start; to the entry into the CLOSED stay that stands at T; ON GOING and earlier CLOSED stays "
    "pause it, DONE counts. No goal.",
    rules=("AMP-C4",),
    grain="ticket of a project that runs the clock",
    units="`before_…`: open seconds of the calendar before the instant",
    sql=_clock_sql("closure", stop="last_close", stands="is_closed"),
)
METRICS = (RESOLUTION, CLOSURE)
