"""Which goal counts for a clock: the one in force at its stop, by what the ticket was then (AMP-G1 to AMP-G5)."""

from metrics.metric import Metric

# SQL: the last local day of which T has seen something.
LAST_DAY = "(SELECT max(c.day) FROM calendar_day c CROSS JOIN meta m WHERE c.begins_at < m.as_of)"
# SQL of a row `g` of `goal_rule`: whether it is in force at T. The midnight that ends a day still belongs to it.
IN_FORCE = f"coalesce(g.valid_from <= {LAST_DAY}, true) AND coalesce(g.valid_to > {LAST_DAY}, true)"
# SQL of a clock: the instant whose rules and whose ticket decide on its goal, its stop, or the last before T (AMP-G5).
JUDGED_AT = "coalesce(stopped_at, as_of() - INTERVAL 1 MICROSECOND) AS judged_at"


def goal_join(clock: str) -> str:
    """SQL: joins as `g` the goal that counts for a clock at its `judged_at`, if there is one (AMP-G5)."""
    return f"""JOIN attributes_then a ON a.no = {clock}.no AND a.since <= {clock}.judged_at AND {clock}.judged_at < a.until_at
LEFT JOIN goal_for g ON g.clock = {clock}.clock AND g.attributes = a.attributes
    AND g.since <= {clock}.judged_at AND {clock}.judged_at < g.until_at"""


ATTRIBUTE_SPAN = Metric(
    table="attribute_span",
    definition="Type and channel of a ticket from when to when, for tickets whose type or category changed.",
    rules=("AMP-G5", "AMP-W4"),
    grain="ticket × span",
    units="",
    sql="""
CREATE TABLE attribute_span AS
WITH change AS (
    SELECT f.no, c.field, c.seq, c.changed_at, c.from_value, c.to_value
    FROM wanted_change c JOIN facts f ON f.no = c.no
    WHERE c.field IN ('type', 'category') AND f.in_scope
),
instant AS (
    SELECT DISTINCT no, changed_at AS since FROM change WHERE changed_at < as_of()
    UNION
    SELECT DISTINCT no, CAST('0001-01-01' AS TIMESTAMP) FROM change
),
valued AS (
    SELECT i.no, i.since, c.field, CASE WHEN c.changed_at <= i.since THEN c.seq ELSE -c.seq END AS place,
           coalesce(CASE WHEN c.changed_at <= i.since THEN c.to_value ELSE c.from_value END, '') AS value_then
    FROM instant i JOIN change c ON c.no = i.no
),
pivoted AS (
    SELECT no, since, arg_max(value_then, place) FILTER (WHERE field = 'type') AS type,
           arg_max(value_then, place) FILTER (WHERE field = 'category') AS category
    FROM valued GROUP BY no, since
),
spanned AS (
    SELECT p.no, p.since, f.project,
           coalesce(lead(p.since) OVER (PARTITION BY p.no ORDER BY p.since), CAST('9999-01-01' AS TIMESTAMP)) AS until_at,
           CASE WHEN p.type IS NULL THEN f.type ELSE nullif(p.type, '') END AS type,
           CASE WHEN p.category IS NULL THEN f.category ELSE nullif(p.category, '') END AS category
    FROM pivoted p JOIN facts f ON f.no = p.no
)
SELECT s.no, s.since, s.until_at, coalesce(ty.canonical, s.type) AS type,
       CASE WHEN pj.is_priority OR ca.is_priority THEN 'priority' ELSE 'standard' END AS channel
FROM spanned s
LEFT JOIN rule_project pj ON pj.project = s.project
LEFT JOIN rule_category ca ON ca.category = s.category
LEFT JOIN rule_name ty ON ty.kind = 'type' AND ty.raw = s.type
""",
)

ATTRIBUTES = Metric(
    table="attributes",
    definition="What a goal may depend on besides the clock and the time: project, type, channel and the group, if some "
    "goal is for it, as they occur together, by number.",
    rules=("AMP-G1", "AMP-G2", "AMP-G3", "AMP-G5", "HD-M2"),
    grain="project × type × channel × group",
    units="",
    sql="""
CREATE TABLE attributes AS
WITH combination AS (
    SELECT project, type, channel, goal_group FROM facts
    UNION SELECT f.project, a.type, a.channel, f.goal_group FROM attribute_span a JOIN facts f ON f.no = a.no
)
SELECT CAST(row_number() OVER (ORDER BY project, type, channel, goal_group) AS INTEGER) AS attributes,
       project, type, channel, goal_group
FROM combination
""",
)

GOAL_FOR = Metric(
    table="goal_for",
    definition="The first goal of the profile that fits a clock, project, type and channel, by the rules that were in force "
    "from when to when.",
    rules=("AMP-G1", "AMP-G2", "AMP-G3", "AMP-G5"),
    grain="clock × era × project, type and channel",
    units="goal_seconds: open seconds of the calendar",
    sql="""
CREATE TABLE goal_for AS
WITH chosen AS (
    SELECT g.clock, g.era, c.attributes, min(g.goal) AS goal
    FROM attributes c
    JOIN rule_goal g ON (g.project IS NULL OR g.project = c.project)
        AND (g.type IS NULL OR g.type = c.type)
        AND (g.channel IS NULL OR g.channel = c.channel)
        AND (g.goal_group IS NULL OR g.goal_group = c.goal_group)
    GROUP BY g.clock, g.era, c.attributes
),
goal AS (
    SELECT DISTINCT goal, goal_seconds FROM rule_goal
)
SELECT h.clock, h.attributes, h.goal, g.goal_seconds, e.since, e.until_at
FROM chosen h JOIN goal g ON g.goal = h.goal JOIN rule_era e ON e.era = h.era
""",
)

ATTRIBUTES_THEN = Metric(
    table="attributes_then",
    definition="Project, type and channel of a ticket, by their number, from when to when: project and group are those at T.",
    rules=("AMP-G5", "AMP-W4"),
    grain="ticket × span",
    units="",
    sql="""
CREATE TABLE attributes_then AS
SELECT f.no, CASE WHEN a.no IS NULL THEN CAST('0001-01-01' AS TIMESTAMP) ELSE a.since END AS since,
       CASE WHEN a.no IS NULL THEN CAST('9999-01-01' AS TIMESTAMP) ELSE a.until_at END AS until_at, c.attributes
FROM facts f
LEFT JOIN attribute_span a ON a.no = f.no
JOIN attributes c ON c.project IS NOT DISTINCT FROM f.project
    AND c.type IS NOT DISTINCT FROM CASE WHEN a.no IS NULL THEN f.type ELSE a.type END
    AND c.channel = CASE WHEN a.no IS NULL THEN f.channel ELSE a.channel END
    AND c.goal_group IS NOT DISTINCT FROM f.goal_group
""",
)

CLOCK_GOAL = Metric(
    table="clock_goal",
    definition="The goal of a clock: the one that fits project, type and channel at the clock's stop (changes at that same "
    "instant included), or at T while it runs, by the rules in force then; project and group are those at T.",
    rules=("AMP-G1", "AMP-G2", "AMP-G3", "AMP-G5"),
    grain="ticket × clock",
    units="goal_seconds: open seconds of the calendar",
    sql=f"""
CREATE TABLE clock_goal AS
WITH judged AS (
    SELECT *, {JUDGED_AT} FROM clock_used
)
SELECT j.no, j.clock, j.started_at, j.start_basis, j.stopped_at, j.implied, j.is_paused,
       j.before_start, j.before_end, j.paused, j.used, g.goal, g.goal_seconds
FROM judged j
{goal_join("j")}
""",
)
METRICS = (ATTRIBUTE_SPAN, ATTRIBUTES, GOAL_FOR, ATTRIBUTES_THEN)  # CLOCK_GOAL comes after the clocks
