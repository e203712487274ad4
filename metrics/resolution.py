"""Time to resolution (AMP-C3) and time to closure (AMP-C4), which share their start."""

from metrics.metric import Metric


def _clock_sql(clock: str, stop: str, stands: str) -> str:
    """SQL of a clock that starts at the first of its start statuses, fallback included, and may be paused."""
    started = f"m.{clock}_start_seq < coalesce(m.resolved_seq, m.{clock}_start_seq + 1)"
    fallback = f"m.{clock}_else_seq < m.resolved_seq"
    return f"""
CREATE TEMP VIEW {clock} AS
WITH started AS (
    SELECT f.no, r.rule, m.*,
           CASE WHEN r.starts_at_creation THEN 1
                WHEN {started} THEN m.{clock}_start_seq
                WHEN m.resolved_seq IS NOT NULL THEN CASE WHEN {fallback} THEN m.{clock}_else_seq ELSE 1 END
           END AS start_seq,
           CASE WHEN r.starts_at_creation THEN true
                WHEN {started} THEN false
                WHEN m.resolved_seq IS NOT NULL THEN NOT coalesce({fallback}, false)
           END AS from_creation
    FROM facts f
    JOIN rule_clock r ON r.clock = '{clock}' AND r.project = f.project
    JOIN milestone m ON m.no = f.no
)
SELECT m.no, '{clock}' AS clock, m.rule, s.entered_at AS started_at,
       CASE WHEN m.from_creation THEN 'created' ELSE n.status END AS start_basis,
       s.before_entered AS before_start, m.start_seq,
       CASE WHEN m.start_seq IS NOT NULL AND m.{stands} THEN m.{stop}_at END AS stopped_at,
       CASE WHEN m.start_seq IS NOT NULL AND m.{stands} THEN m.{stop}_before END AS before_stop,
       CASE WHEN m.start_seq IS NOT NULL AND m.{stands} THEN m.{stop}_seq END AS stop_seq,
       false AS implied,
       m.start_seq IS NOT NULL AND NOT m.{stands} AND m.is_waiting AS is_paused
FROM started m
LEFT JOIN stay s ON s.no = m.no AND s.seq = m.start_seq
LEFT JOIN rule_status n ON n.code = s.code
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
    sql=_clock_sql("closure", stop="last", stands="is_closed"),
)
METRICS = (RESOLUTION, CLOSURE)
