"""Goals met and missed: the share by month and dimension, how much of the goal was used, where the misses lost time."""

from metrics.clock_segment import IS_BETWEEN, is_pause
from metrics.metric import Measure, Metric
from metrics.months import month_sql
from metrics.statistics import share_columns, share_sql
from metrics.working_time import epoch_sql

DIMENSIONS = ("all", "service", "provider", "type", "priority", "project")
LAST_TENTH = 21  # more than twice the goal
# SQL of a clock `c`: whether its goal is judged, and how many tenths of it were used.
JUDGED = "c.state IN ('met', 'missed') AND NOT c.implied"
TENTH = f"least({LAST_TENTH}, greatest(1, CAST(ceil(10.0 * c.working_seconds / nullif(c.goal_seconds, 0)) AS INTEGER)))"


def _block(name: str) -> str:
    value = "CAST(NULL AS VARCHAR)" if name == "all" else f"c.{name}"
    return f"""SELECT '{name}' AS dimension, {value} AS part, c.clock, c.stopped_month AS month,
       count(CASE WHEN {JUDGED} THEN 1 END) AS judged, count(CASE WHEN {JUDGED} AND c.state = 'met' THEN 1 END) AS met,
       count(CASE WHEN c.implied THEN 1 END) AS implied
FROM clock c WHERE c.goal_seconds IS NOT NULL AND c.stopped_month IS NOT NULL
GROUP BY part, c.clock, c.stopped_month"""


GOAL_SHARE = Measure(
    view="goal_share",
    definition="Clocks with a goal by the month of their stop: how many were judged, and how many of them met it. A response "
    "that nobody gave in so many words (implied) is not judged, and counted beside.",
    rules=("AMP-G1", "AMP-G2", "AMP-G3", "AMP-G6", "AMP-C1"),
    grain="clock × month × value of a dimension",
    units="clocks",
    columns={
        "dimension": "what the block is broken down by: " + ", ".join(DIMENSIONS) + " (not broken down: part is empty)",
        "part": "the ticket's value of it at T; empty: it has none",
        "clock": "the clock",
        "month": "first day of the month of the stop",
        "judged": "clocks that met or missed their goal, without implied ones",
        "met": "of these, those that met it",
        "implied": "implied ones, not judged",
        "missed": "judged − met",
        **share_columns("met_share", "met ÷ judged"),
    },
    example="""November: of 12 first responses 2 were implied; 9 of the other 10 came within the goal
judged 10, met 9, implied 2, missed 1, met_share 0.9 (0.60 to 0.98)""",
    select=f"""
WITH counted AS (
    {" UNION ALL ".join(_block(name) for name in DIMENSIONS)}
)
SELECT *, judged - met AS missed, {share_sql("met", "judged", "met_share")}
FROM counted
""",
)

GOAL_USED = Measure(
    view="goal_used",
    definition="How much of its goal each judged clock had used at its stop, in tenths of the goal; the tenth that ends "
    f"exactly at the goal is 10, so that up to 10 is met. {LAST_TENTH} stands for more than twice the goal.",
    rules=("AMP-G6",),
    grain="clock × month × tenth of the goal",
    units="clocks",
    columns={
        "clock": "the clock",
        "month": "first day of the month of the stop",
        "tenth": f"1: up to a tenth of the goal, 10: up to the goal, {LAST_TENTH}: more than twice the goal",
        "n": "clocks that stopped within it",
    },
    example="Goal 4 h: stopped after 24 min is tenth 1, after 4 h tenth 10 (met), after 4 h and 1 s tenth 11 (missed).",
    select=f"""
SELECT c.clock, c.stopped_month AS month, {TENTH} AS tenth, count(*) AS n
FROM clock c WHERE {JUDGED}
GROUP BY c.clock, c.stopped_month, tenth
""",
)

GOAL_MISSED = Metric(
    table="goal_missed",
    public=True,
    definition="Clocks that stopped beyond their goal, without implied ones, and the status in which most of the counted "
    "time went: its stays between start and stop together, without pauses. Where two hold the same, the first in the alphabet.",
    rules=("AMP-G6", "AMP-C3", "1.2"),
    grain="missed clock",
    units="…_seconds: open seconds of the calendar",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "clock": "the clock",
        "month": "first day of the month of the stop",
        "phase": "the phase in which most time went; empty: a status that nobody mapped",
        "status": "the status in which most time went",
        "status_seconds": "the counted time in it",
        "used_seconds": "all time that counted",
        "goal_seconds": "the goal",
        "over_seconds": "used − goal",
    },
    example="""Goal 5 NWD; TO DO 1 NWD, IN PROGRESS 4 NWD, ON GOING 9 NWD (a pause), IN PROGRESS 2 NWD, DONE
phase champion, status IN PROGRESS, status_seconds 6 NWD, used 7 NWD, over by 2 NWD""",
    sql=f"""
CREATE TABLE mart.goal_missed AS
WITH missed AS (
    SELECT no, clock, started_at, stopped_at, before_start, before_end, used, goal_seconds
    FROM clock_goal WHERE stopped_at IS NOT NULL AND used > goal_seconds AND NOT implied
),
spent AS (
    SELECT c.no, c.clock, coalesce(s.unknown, n.status) AS status, min(p.phase) AS phase,
           CAST(sum(least(s.before_until, c.before_end) - greatest(s.before_entered, c.before_start)) AS BIGINT) AS seconds
    FROM missed c
    JOIN stay s ON s.no = c.no AND {IS_BETWEEN} AND NOT {is_pause("c.clock")}
    JOIN facts f ON f.no = c.no
    JOIN rule_status n ON n.code = s.code
    LEFT JOIN rule_phase p ON p.code = s.code AND p.project = f.project
    GROUP BY c.no, c.clock, coalesce(s.unknown, n.status)
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY no, clock ORDER BY seconds DESC, status) AS place FROM spent
)
SELECT f.ticket_id, f.key, m.clock, {month_sql(epoch_sql("m.stopped_at"), "d")} AS month, p.phase, p.status,
       p.seconds AS status_seconds, m.used AS used_seconds, m.goal_seconds, m.used - m.goal_seconds AS over_seconds
FROM missed m
JOIN facts f ON f.no = m.no
JOIN utc_month d ON d.day = {epoch_sql("m.stopped_at")} // 86400
LEFT JOIN placed p ON p.no = m.no AND p.clock = m.clock AND p.place = 1
""",
)
METRICS = (GOAL_MISSED,)
MEASURES = (GOAL_SHARE, GOAL_USED)
