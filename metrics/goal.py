"""Which goal counts for a clock: the one in force at its stop, by what the ticket was then (AMP-G1 to AMP-G5)."""

from metrics.metric import Metric

ATTRIBUTE_SPAN = Metric(
    table="attribute_span",
    definition="Type and category of a ticket from when to when, for tickets in which one of them changed.",
    rules=("AMP-G5", "AMP-W4"),
    grain="ticket × span",
    units="",
    sql="""
CREATE TEMP TABLE attribute_span AS
WITH change AS (
    SELECT f.no, c.field, c.seq, c.changed_at, c.from_value, c.to_value
    FROM store.change c JOIN facts f ON f.ticket_id = c.ticket_id CROSS JOIN as_of
    WHERE c.field IN ('type', 'category') AND f.in_scope
),
instant AS (
    SELECT DISTINCT no, changed_at AS since FROM change CROSS JOIN as_of WHERE changed_at < as_of.at_instant
    UNION
    SELECT DISTINCT no, CAST('0001-01-01' AS TIMESTAMP) FROM change
),
ranked AS (
    SELECT i.no, i.since, c.field,
           CASE WHEN c.changed_at <= i.since THEN c.to_value ELSE c.from_value END AS value_then,
           row_number() OVER (PARTITION BY i.no, i.since, c.field
               ORDER BY CASE WHEN c.changed_at <= i.since THEN -c.seq ELSE c.seq END) AS place
    FROM instant i JOIN change c ON c.no = i.no
),
pivoted AS (
    SELECT no, since,
           max(CASE WHEN field = 'type' THEN value_then END) AS type,
           max(CASE WHEN field = 'type' THEN 1 END) AS type_known,
           max(CASE WHEN field = 'category' THEN value_then END) AS category,
           max(CASE WHEN field = 'category' THEN 1 END) AS category_known
    FROM ranked WHERE place = 1 GROUP BY no, since
)
SELECT p.no, p.since,
       coalesce(lead(p.since) OVER (PARTITION BY p.no ORDER BY p.since), CAST('9999-01-01' AS TIMESTAMP)) AS until_at,
       CASE WHEN p.type_known = 1 THEN p.type ELSE f.type END AS type,
       CASE WHEN p.category_known = 1 THEN p.category ELSE f.category END AS category
FROM pivoted p JOIN facts f ON f.no = p.no
""",
)

CLOCK_GOAL = Metric(
    table="clock_goal",
    definition="The goal of a clock: the first of the profile that fits project, type and channel at the clock's stop "
    "(changes at that same instant included), or at T while it runs, by the rules in force then; the project is the "
    "one at T.",
    rules=("AMP-G1", "AMP-G2", "AMP-G3", "AMP-G5"),
    grain="ticket × clock with a goal",
    units="goal_seconds: open seconds of the calendar",
    sql="""
CREATE TEMP TABLE clock_goal AS
WITH judged AS (
    SELECT c.no, c.clock, coalesce(c.stopped_at, as_of.at_instant) AS judged_at,
           c.stopped_at IS NOT NULL AS has_stopped
    FROM clock_base c CROSS JOIN as_of
),
attributed AS (
    SELECT j.no, j.clock, e.era, f.project,
           CASE WHEN a.no IS NULL THEN f.type ELSE a.type END AS type,
           CASE WHEN a.no IS NULL THEN f.category ELSE a.category END AS category
    FROM judged j
    JOIN facts f ON f.no = j.no
    JOIN rule_era e ON (j.has_stopped AND e.since <= j.judged_at AND j.judged_at < e.until_at)
        OR (NOT j.has_stopped AND e.since < j.judged_at AND j.judged_at <= e.until_at)
    LEFT JOIN attribute_span a ON a.no = j.no AND a.since <= j.judged_at AND j.judged_at < a.until_at
),
channelled AS (
    SELECT a.no, a.clock, a.era, a.project, coalesce(ty.canonical, a.type) AS type,
           CASE WHEN pj.is_priority OR ca.is_priority THEN 'priority' ELSE 'standard' END AS channel
    FROM attributed a
    LEFT JOIN rule_project pj ON pj.project = a.project
    LEFT JOIN rule_category ca ON ca.category = a.category
    LEFT JOIN rule_name ty ON ty.kind = 'type' AND ty.raw = a.type
),
combination AS (
    SELECT DISTINCT clock, era, project, type, channel FROM channelled
),
chosen AS (
    SELECT c.clock, c.era, c.project, c.type, c.channel, min(g.goal) AS goal
    FROM combination c
    JOIN rule_goal g ON g.clock = c.clock AND g.era = c.era
        AND (g.project IS NULL OR g.project = c.project)
        AND (g.type IS NULL OR g.type = c.type)
        AND (g.channel IS NULL OR g.channel = c.channel)
    GROUP BY c.clock, c.era, c.project, c.type, c.channel
),
goal AS (
    SELECT DISTINCT goal, goal_seconds FROM rule_goal
)
SELECT a.no, a.clock, h.goal, g.goal_seconds
FROM channelled a
JOIN chosen h ON h.clock = a.clock AND h.era = a.era AND h.channel = a.channel
    AND h.project IS NOT DISTINCT FROM a.project AND h.type IS NOT DISTINCT FROM a.type
JOIN goal g ON g.goal = h.goal
""",
)
METRICS = (ATTRIBUTE_SPAN, CLOCK_GOAL)
