"""The instants of a ticket's life that the clocks and the ticket's own columns are read from (1.5)."""

from metrics.metric import Metric


def _first(name: str, condition: str) -> str:
    """SQL: place, instant and working time of the first stay that fits; stays are in order of time."""
    return ", ".join(
        f"min(CASE WHEN {condition} THEN {column} END) AS {name}_{suffix}"
        for column, suffix in (("s.seq", "seq"), ("s.entered_at", "at"), ("s.before_entered", "before"))
    )


def _last(name: str, condition: str) -> str:
    return _first(name, condition).replace("min(", "max(")


_RUN_STARTS = "s.is_resolved AND NOT s.was_resolved"

MILESTONE = Metric(
    table="milestone",
    definition="First entry into each group of statuses that a clock looks at; the first and last time a ticket became "
    "resolved; reopenings, which are moves from DONE or CLOSED to another status but these two. DONE followed by "
    "CLOSED is one resolution, at its first instant.",
    rules=("AMP-C1", "AMP-C3", "AMP-C4", "1.5"),
    grain="ticket",
    units="`…_before`: open seconds of the calendar before the instant",
    sql=f"""
CREATE TEMP TABLE milestone AS
SELECT s.no,
       {_first("created", "s.seq = 1")},
       {_first("answered", "NOT r.leaves")},
       {_first("resolution_start", "r.resolution_start")},
       {_first("resolution_else", "r.resolution_else")},
       {_first("closure_start", "r.closure_start")},
       {_first("closure_else", "r.closure_else")},
       {_first("resolved", "s.is_resolved")},
       {_first("first_closed", "s.kind = 'closed'")},
       {_last("last_run", _RUN_STARTS)},
       {_last("last", "s.left_at IS NULL")},
       max(CASE WHEN s.left_at IS NULL AND s.is_resolved THEN 1 ELSE 0 END) = 1 AS is_resolved,
       max(CASE WHEN s.left_at IS NULL AND s.kind = 'closed' THEN 1 ELSE 0 END) = 1 AS is_closed,
       max(CASE WHEN s.left_at IS NULL AND s.kind = 'waiting' THEN 1 ELSE 0 END) = 1 AS is_waiting,
       CAST(sum(CASE WHEN s.was_resolved AND NOT s.is_resolved THEN 1 ELSE 0 END) AS INTEGER) AS reopenings
FROM stay s JOIN rule_clock_status r ON r.code = s.code
GROUP BY s.no
""",
)
METRICS = (MILESTONE,)
