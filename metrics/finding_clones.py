"""Findings of a ticket and its clones: F4, F5, F10 (1.9)."""

from metrics.metric import Metric
from metrics.working_time import before_sql, epoch_sql

LOWER_CLONE = Metric(
    table="lower_clone",
    definition="Clone links at T of which the clone has a lower priority than the origin; a ticket of the priority "
    "channel has the highest, and none has a place if the profile does not know its priority.",
    rules=("1.9", "AMP-G3"),
    grain="clone × origin",
    units="",
    sql="""
CREATE TABLE lower_clone AS
SELECT l.clone_no, l.origin_no, l.since
FROM clone_link l
JOIN facts c ON c.no = l.clone_no
JOIN facts o ON o.no = l.origin_no
JOIN rule_finding_project p ON p.rule = 'F4' AND p.project = c.project
JOIN rule_priority rc ON rc.priority = c.priority
LEFT JOIN rule_priority ro ON ro.priority = o.priority
WHERE l.until_at IS NULL AND l.clone_in_scope AND l.origin_in_scope AND c.channel <> 'priority'
  AND rc.place > CASE WHEN o.channel = 'priority' THEN 0 ELSE ro.place END
""",
)

PLACE_SPAN = Metric(
    table="place_span",
    definition="The place of a ticket's priority from when to when, for those of `lower_clone`.",
    rules=("1.9", "AMP-G3", "AMP-W4"),
    grain="ticket × span",
    units="place: 0 is the highest priority, NULL an unknown one",
    sql="""
CREATE TABLE place_span AS
WITH party AS (
    SELECT clone_no AS no FROM lower_clone UNION SELECT origin_no FROM lower_clone
),
change AS (
    SELECT f.no, c.field, c.seq, greatest(c.changed_at, f.created_at) AS changed_at, c.from_value, c.to_value
    FROM party y
    JOIN facts f ON f.no = y.no
    JOIN wanted_change c ON c.no = f.no AND c.field IN ('priority', 'category')
    WHERE c.changed_at < as_of()
),
instant AS (
    SELECT DISTINCT no, changed_at AS since FROM change
    UNION
    SELECT no, CAST('0001-01-01' AS TIMESTAMP) FROM party
),
valued AS (
    SELECT i.no, i.since, c.field, CASE WHEN c.changed_at <= i.since THEN c.seq ELSE -c.seq END AS place,
           coalesce(CASE WHEN c.changed_at <= i.since THEN c.to_value ELSE c.from_value END, '') AS value_then
    FROM instant i LEFT JOIN change c ON c.no = i.no
),
pivoted AS (
    SELECT no, since, arg_max(CASE WHEN field = 'priority' THEN value_then END,
                              CASE WHEN field = 'priority' THEN place END) AS priority,
           arg_max(CASE WHEN field = 'category' THEN value_then END,
                   CASE WHEN field = 'category' THEN place END) AS category
    FROM valued GROUP BY no, since
)
SELECT v.no, v.since,
       coalesce(lead(v.since) OVER (PARTITION BY v.no ORDER BY v.since), CAST('9999-01-01' AS TIMESTAMP)) AS until_at,
       CASE WHEN pj.is_priority OR ca.category IS NOT NULL THEN 0 ELSE pr.place END AS place
FROM pivoted v
JOIN facts f ON f.no = v.no
JOIN rule_project pj ON pj.project = f.project
LEFT JOIN rule_category ca ON ca.category = coalesce(v.category, f.category)
LEFT JOIN rule_priority pr ON pr.priority = coalesce(v.priority, f.priority)
""",
)

FINDING_LOWER = Metric(
    table="finding_lower",
    definition="F4, since the clone has been lower than the origin without a break; of several origins, the one that "
    "has been higher for longest.",
    rules=("1.9",),
    grain="ticket",
    units="",
    sql="""
CREATE TABLE finding_lower AS
WITH otherwise AS (
    SELECT l.clone_no, l.origin_no, max(least(c.until_at, o.until_at)) AS until_at
    FROM lower_clone l
    JOIN place_span c ON c.no = l.clone_no
    JOIN place_span o ON o.no = l.origin_no AND o.since < c.until_at AND c.since < o.until_at
    WHERE NOT coalesce(c.place > o.place, false)
    GROUP BY l.clone_no, l.origin_no
),
lower AS (
    SELECT l.clone_no, l.origin_no, greatest(l.since, coalesce(w.until_at, l.since)) AS since,
           row_number() OVER (PARTITION BY l.clone_no
                              ORDER BY greatest(l.since, coalesce(w.until_at, l.since)), l.origin_no) AS choice
    FROM lower_clone l LEFT JOIN otherwise w ON w.clone_no = l.clone_no AND w.origin_no = l.origin_no
)
SELECT 'F4' AS rule, l.clone_no AS no, l.since,
       c.priority || ', its origin ' || CASE WHEN o.restricted THEN '' ELSE o.key || ' ' END
       || CASE WHEN o.channel = 'priority' THEN 'is of the priority channel' ELSE o.priority END AS detail
FROM lower l
JOIN facts c ON c.no = l.clone_no
JOIN facts o ON o.no = l.origin_no
WHERE l.choice = 1
""",
)

READY = Metric(
    table="ready",
    definition="Origins in F10's status of which, at T, every clone is DONE or CLOSED, and since when that has been so "
    "without a break; a clone of which nobody knows is not.",
    rules=("1.9",),
    grain="ticket",
    units="",
    sql="""
CREATE TABLE ready AS
WITH held AS (
    SELECT s.no, s.since AS delegated_at, l.clone_no, l.clone_in_scope, l.since,
           coalesce(l.until_at, as_of()) AS until_at
    FROM status_since s JOIN clone_link l ON l.origin_no = s.no
    WHERE s.rule = 'F10'
),
unsettled AS (
    SELECT no, since, until_at FROM held WHERE NOT clone_in_scope
    UNION ALL
    SELECT h.no, greatest(h.since, s.entered_at), least(h.until_at, s.until_at)
    FROM held h JOIN stay s ON s.no = h.clone_no
    WHERE h.clone_in_scope AND NOT s.is_resolved
      AND greatest(h.since, s.entered_at) < least(h.until_at, s.until_at)
),
event AS (
    SELECT no, since AS happened_at, 1 AS clones, 0 AS open_ones FROM held
    UNION ALL SELECT no, until_at, -1, 0 FROM held
    UNION ALL SELECT no, since, 0, 1 FROM unsettled
    UNION ALL SELECT no, until_at, 0, -1 FROM unsettled
),
instant AS (
    SELECT no, happened_at, sum(clones) AS clones, sum(open_ones) AS open_ones FROM event GROUP BY no, happened_at
),
piece AS (
    SELECT no, happened_at, lead(happened_at) OVER w AS until_at,
           sum(clones) OVER w > 0 AND sum(open_ones) OVER w = 0 AS is_ready
    FROM instant WINDOW w AS (PARTITION BY no ORDER BY happened_at)
),
settled AS (
    SELECT p.no, min(p.happened_at) AS first_at, max(CASE WHEN NOT p.is_ready THEN p.until_at END) AS ready_at
    FROM piece p
    WHERE p.happened_at < as_of()
    GROUP BY p.no
    HAVING max(p.until_at) = max(as_of())
)
SELECT d.no, greatest(d.since, coalesce(s.ready_at, s.first_at)) AS ready_at
FROM settled s
JOIN status_since d ON d.rule = 'F10' AND d.no = s.no
WHERE s.ready_at IS NULL OR s.ready_at < as_of()
""",
)

FINDING_DELEGATED = Metric(
    table="finding_delegated",
    definition="F5: delegated without a clone, since the later of that and the last clone that was taken away. F10: the "
    "answer was not passed on, since the working time allowed after all clones were ready.",
    rules=("1.9", "AMP-W1"),
    grain="rule × ticket",
    units="",
    sql=f"""
CREATE TABLE finding_delegated AS
WITH alone AS (
    SELECT s.no, greatest(s.since, coalesce(max(l.until_at), s.since)) AS since, count(l.until_at) AS taken_away
    FROM status_since s LEFT JOIN clone_link l ON l.origin_no = s.no
    WHERE s.rule = 'F5'
    GROUP BY s.no, s.since
    HAVING count(l.since) = count(l.until_at)
),
waiting AS (
    SELECT r.no, r.ready_at, {before_sql(epoch_sql("r.ready_at"))} + l.seconds AS due_before
    FROM ready r
    JOIN rule_finding_limit l ON l.rule = 'F10'
    JOIN utc_day d ON d.day = {epoch_sql("r.ready_at")} // 86400
)
SELECT 'F5' AS rule, no, since,
       CASE WHEN taken_away = 0 THEN 'never cloned' ELSE 'the link to its clone was taken away' END AS detail
FROM alone
UNION ALL
SELECT 'F10', w.no, t.opened_at + (w.due_before - t.before) * INTERVAL 1 SECOND,
       'all clones ready since ' || CAST(date_trunc('second', w.ready_at) AS VARCHAR) || ' UTC'
FROM waiting w
JOIN step t ON t.step = (w.due_before - 1) // step_seconds()
WHERE w.due_before < before_as_of()
""",
)
METRICS = (LOWER_CLONE, PLACE_SPAN, FINDING_LOWER, READY, FINDING_DELEGATED)
