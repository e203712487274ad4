"""The clocks: time used, goal, due time, alerts and state at T (1.5, 1.6)."""

from metrics.clock_segment import IS_BETWEEN, is_pause
from metrics.metric import Metric
from metrics.months import month_sql
from metrics.working_time import epoch_sql

CLOCK_USED = Metric(
    table="clock_used",
    definition="Counted and paused working time of a clock up to its stop, or to T.",
    rules=("AMP-C1", "AMP-C2", "AMP-C3", "AMP-C4", "HD-M2"),
    grain="ticket × clock",
    units="used, paused: open seconds; before_end: open seconds before stop or T",
    sql="""
CREATE VIEW clock_used AS
WITH clock_base AS (
    SELECT * FROM first_response UNION ALL SELECT * FROM first_human_response
    UNION ALL SELECT * FROM resolution UNION ALL SELECT * FROM closure UNION ALL SELECT * FROM update_clock
)
SELECT c.no, c.clock, c.started_at, c.start_basis, c.stopped_at, c.implied, c.is_paused,
       c.before_start, coalesce(c.before_stop, before_as_of()) AS before_end,
       CASE WHEN c.started_at IS NULL THEN 0 ELSE c.paused END AS paused,
       CASE WHEN c.started_at IS NULL THEN 0
            ELSE coalesce(c.before_stop, before_as_of()) - c.before_start - c.paused END AS used
FROM clock_base c
""",
)

REACHED = Metric(
    table="reached",
    definition="`due_before` of clocks that reached their goal and were ever paused: the open seconds of the calendar "
    "before the earliest instant at which the counted time equals the goal.",
    rules=("AMP-G6",),
    grain="ticket × clock with a pause that reached its goal",
    units="open seconds",
    sql=f"""
CREATE TABLE reached AS
WITH counted AS (
    SELECT c.no, c.clock, c.goal_seconds, greatest(s.before_entered, c.before_start) AS before_entered,
           s.before_until - greatest(s.before_entered, c.before_start) AS seconds,
           sum(s.before_until - greatest(s.before_entered, c.before_start))
               OVER (PARTITION BY c.no, c.clock ORDER BY s.seq) AS used_after
    FROM stay s JOIN clock_goal c ON c.no = s.no
    WHERE c.paused > 0 AND c.used >= c.goal_seconds AND NOT {is_pause("c.clock")} AND {IS_BETWEEN}
)
SELECT no, clock, min(before_entered + goal_seconds - (used_after - seconds)) AS due_before
FROM counted WHERE used_after >= goal_seconds AND used_after - seconds < goal_seconds
GROUP BY no, clock
""",
)


def _clocks(which: str) -> str:
    """SQL: the rows of those clocks `u` of `clock_goal`."""
    return f"""
WITH judged AS (
    SELECT f.ticket_id, f.key, u.*, f.project, f.service, f.type, f.priority, f.provider, f.restricted,
           CAST(CASE WHEN u.started_at IS NULL THEN NULL
                     WHEN u.used < u.goal_seconds THEN u.before_end + u.goal_seconds - u.used
                     WHEN u.paused = 0 THEN u.before_start + u.goal_seconds
                     ELSE d.due_before END AS BIGINT) AS due_before,
           CASE WHEN u.goal IS NOT NULL AND u.started_at IS NOT NULL THEN coalesce(b.passed, 0) ELSE 0
           END AS alerts_passed,
           CASE WHEN u.started_at IS NOT NULL AND u.stopped_at IS NULL
                THEN u.before_end + b.next_threshold - u.used END AS alert_before
    FROM clock_goal u
    JOIN facts f ON f.no = u.no
    LEFT JOIN reached d ON d.no = u.no AND d.clock = u.clock
    LEFT JOIN rule_alert_band b ON b.goal = u.goal AND b.from_seconds <= u.used AND u.used < b.to_seconds
    WHERE {which}
)
SELECT j.ticket_id, j.key, j.clock, j.started_at, j.start_basis, j.stopped_at,
       j.used AS working_seconds, j.paused AS paused_seconds, j.goal_seconds,
       t.opened_at + (j.due_before - t.before) * INTERVAL 1 SECOND AS due_at,
       CASE WHEN j.started_at IS NULL THEN 'not_started'
            WHEN j.stopped_at IS NOT NULL THEN
                CASE WHEN j.goal_seconds IS NULL THEN 'no_goal'
                     WHEN j.used <= j.goal_seconds THEN 'met' ELSE 'missed' END
            WHEN j.used > j.goal_seconds THEN 'overdue'
            WHEN j.is_paused THEN 'paused'
            WHEN j.goal_seconds IS NULL THEN 'no_goal'
            ELSE 'running' END AS state,
       CAST(j.alerts_passed AS INTEGER) AS alerts_passed,
       n.opened_at + (j.alert_before - n.before) * INTERVAL 1 SECOND AS next_alert_at,
       j.implied, CASE WHEN j.started_at IS NOT NULL THEN j.before_end END AS seconds_before_stop,
       {month_sql(epoch_sql("j.stopped_at"), "s")} AS stopped_month,
       j.project, j.service, j.type, j.priority, j.provider, j.restricted, j.goal
FROM judged j
LEFT JOIN utc_month s ON s.day = {epoch_sql("j.stopped_at")} // 86400
LEFT JOIN step t ON t.step = (j.due_before - 1) // step_seconds()
LEFT JOIN step n ON n.step = (j.alert_before - 1) // step_seconds()"""


CLOCK = Metric(
    table="clock",
    public=True,
    moves="stopped_at IS NULL",
    definition="One row a ticket and clock. met when used ≤ goal at the stop, missed when more; while it runs: overdue "
    "when used > goal (also while paused), paused, running; not_started before its start; no_goal when there is none. "
    "Month of the stop (its first day, in the desk's zone) and the ticket's fields at T stand beside, for reports.",
    rules=("AMP-C1", "AMP-C2", "AMP-C3", "AMP-C4", "AMP-G6", "HD-M2"),
    grain="ticket × clock",
    units="working_seconds, paused_seconds, goal_seconds: open seconds of the calendar",
    # Those that run apart: what lists them reads the few blocks that hold them.
    sql=f"""
CREATE TABLE mart.clock AS
({_clocks("u.stopped_at IS NULL")})
UNION ALL
({_clocks("u.stopped_at IS NOT NULL")})
""",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "clock": "first_response, first_human_response, resolution, closure; update where the profile has it",
        "started_at": "start; empty: not started",
        "start_basis": "what started it: `created`, the status entered, or a `public answer`",
        "stopped_at": "final stop; empty while it runs, also when the ticket is open again",
        "working_seconds": "time that counted: the sum over the counted segments",
        "paused_seconds": "working time in pauses: the sum over the paused segments",
        "goal_seconds": "the goal that counts; empty: none",
        "due_at": "earliest instant at which the counted time equals the goal, if nothing pauses from the stop (or T) on",
        "state": "met, missed, running, overdue, paused, not_started, no_goal: as it is at T",
        "alerts_passed": "how many alerts of the goal the counted time has reached",
        "next_alert_at": "when a clock that has not stopped reaches the next one, if nothing pauses from T on; of a paused "
        "one: if it went on at T",
        "implied": "stopped without an acknowledgement by a person: shown apart, since it flatters the share",
        "seconds_before_stop": "open seconds of the calendar before the stop, or before T while it runs; empty: not started",
        "stopped_month": "first day of the month of the stop, in the desk's zone",
        "project": "the ticket's, at T",
        "service": "the ticket's, at T",
        "type": "the ticket's, at T",
        "priority": "the ticket's, at T",
        "provider": "the ticket's, at T",
        "restricted": "the ticket's",
        "goal": "the goal that counts, as goal_rule numbers it; empty: none",
    },
    example="""
A User Request goes to TO DO Monday 09:00, ON GOING Wednesday 09:00, IN PROGRESS Thursday 09:00; goal 5 NWD.
As of Thursday 11:00 the resolution clock has used 2 NWD and 2 NWH = 64,800 s, paused 1 NWD = 28,800 s, and is running.
3 NWD were left on Thursday 09:00: due_at next Monday 17:00, the end of the day and not Tuesday 09:00.
Alert 1 (2 NWD) is passed; the next one (3 NWD) comes on Thursday 17:00.
""",
)
METRICS = (REACHED, CLOCK)  # CLOCK_USED comes before CLOCK_GOAL
