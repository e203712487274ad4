"""The instants of a ticket's life that the clocks and the ticket's own columns are read from (1.5)."""

from metrics.metric import Metric

_RUN_STARTS = "s.is_resolved AND NOT s.was_resolved"
_CLOSES = "s.is_closed AND NOT s.was_closed"


def _first(column: str, condition: str) -> str:
    """SQL: the column at the first stay that fits; place, instant and working time all rise from stay to stay."""
    return f"min(CASE WHEN {condition} THEN s.{column} END)"


def _start(group: str) -> str:
    """SQL: place, instant, working time and status of the first stay in a group of statuses that starts a clock."""
    condition = f"r.{group}"
    return f"""{_first("seq", condition)} AS {group}_seq, {_first("entered_at", condition)} AS {group}_at,
       {_first("before_entered", condition)} AS {group}_before,
       arg_min(CASE WHEN {condition} THEN s.code END, CASE WHEN {condition} THEN s.seq END) AS {group}_code"""


def _last(column: str, condition: str) -> str:
    return f"max(CASE WHEN {condition} THEN s.{column} END)"


MILESTONE = Metric(
    table="milestone",
    definition="First entry into each group of statuses that a clock looks at; the first move that responds; the first and "
    "last time a ticket became resolved; reopenings, which are moves from DONE or CLOSED to another status but these two. "
    "DONE followed by CLOSED is one resolution, at its first instant; one closed status after another is one closing, too.",
    rules=("AMP-C1", "AMP-C2", "AMP-C3", "AMP-C4", "1.5"),
    grain="ticket",
    units="`…_before`: open seconds of the calendar before the instant",
    sql=f"""
CREATE TABLE milestone AS
SELECT s.no,
       min(s.entered_at) AS created_at, min(s.before_entered) AS created_before,
       {_first("seq", "NOT r.leaves")} AS answered_seq,
       {_first("seq", "NOT r.leaves AND coalesce(r.acknowledged, s.seq > 1)")} AS acknowledged_seq,
       {_first("entered_at", "NOT r.leaves")} AS answered_at,
       {_first("before_entered", "NOT r.leaves")} AS answered_before,
       {_start("resolution_start")},
       {_start("resolution_else")},
       {_start("closure_start")},
       {_start("closure_else")},
       {_first("seq", "s.is_resolved")} AS resolved_seq, {_first("entered_at", "s.is_resolved")} AS resolved_at,
       {_first("entered_at", "s.is_closed")} AS first_closed_at,
       {_first("entered_at", "s.responds")} AS responded_at,
       {_last("seq", _RUN_STARTS)} AS last_run_seq, {_last("entered_at", _RUN_STARTS)} AS last_run_at,
       {_last("before_entered", _RUN_STARTS)} AS last_run_before,
       {_last("seq", _CLOSES)} AS last_close_seq, {_last("entered_at", _CLOSES)} AS last_close_at,
       {_last("before_entered", _CLOSES)} AS last_close_before,
       max(s.seq) AS last_seq, max(s.entered_at) AS last_at, max(s.before_entered) AS last_before,
       {_last("code", "s.left_at IS NULL")} AS last_code,
       {_last("unknown", "s.left_at IS NULL")} AS last_unknown,
       count(CASE WHEN s.left_at IS NULL AND s.is_resolved THEN 1 END) = 1 AS is_resolved,
       count(CASE WHEN s.left_at IS NULL AND s.is_closed THEN 1 END) = 1 AS is_closed,
       count(CASE WHEN s.left_at IS NULL AND s.is_waiting THEN 1 END) = 1 AS is_waiting,
       CAST(count(CASE WHEN s.was_resolved AND NOT s.is_resolved THEN 1 END) AS INTEGER) AS reopenings
FROM stay s JOIN rule_clock_status r ON r.code = s.code
GROUP BY s.no
""",
)
METRICS = (MILESTONE,)
