"""Findings of one ticket's moves and stays: F1, F6, F7, F9 (1.9)."""

from metrics.field_span import field_span_sql
from metrics.metric import Metric
from metrics.responder import REPORTER_THEN, reporter_join

PROJECT_SPAN = Metric(
    table="project_span",
    definition="The project of a ticket from when to when, for tickets that were moved to another.",
    rules=("1.9", "AMP-W4"),
    grain="ticket × project",
    units="",
    sql=field_span_sql("project", "greatest(c.changed_at, f.created_at)"),
)

ODD_MOVE = Metric(
    table="odd_move",
    definition="F1: moves, creation included, outside the workflow that the project at that moment had then; straight into a "
    "status for clones only if it ever cloned, up to T, a ticket that was in the right project then. F9: a closed status "
    "entered from the wrong one.",
    rules=("1.2", "1.9"),
    grain="rule × ticket × stay",
    units="",
    sql="""
CREATE TABLE odd_move AS
WITH judged AS (
    SELECT s.no, s.seq, s.code, s.previous_code, s.entered_at, s.author, s.unknown,
           coalesce(p.project, f.project) AS project
    FROM stay s
    JOIN facts f ON f.no = s.no
    LEFT JOIN project_span p ON p.no = s.no AND p.since < s.entered_at AND s.entered_at <= p.until_at
),
by_workflow AS (
    SELECT j.*, w.workflow
    FROM judged j
    JOIN rule_finding_project r ON r.rule = 'F1' AND r.project = j.project
    JOIN rule_project w ON w.project = j.project
    WHERE w.workflow IS NOT NULL
),
clone_of AS (
    SELECT DISTINCT l.clone_no, r.workflow, r.code, r.since, r.until_at
    FROM clone_link l
    JOIN facts f ON f.no = l.clone_no
    LEFT JOIN project_span p ON p.no = l.origin_no AND p.since < f.created_at AND f.created_at <= p.until_at
    JOIN rule_created_in r ON r.origin_project IS NOT NULL
        AND (coalesce(p.project, l.origin_project) = r.origin_project
             OR (l.origin_no IS NULL AND l.origin_key LIKE r.origin_project || '-%'))
)
SELECT 'F1' AS rule, b.no, b.seq, b.code, b.previous_code, b.entered_at, b.author, b.unknown
FROM by_workflow b
LEFT JOIN rule_move m ON m.workflow = b.workflow AND m.from_code = b.previous_code AND m.code = b.code
    AND m.since <= b.entered_at AND b.entered_at < m.until_at
WHERE b.previous_code IS NOT NULL AND m.workflow IS NULL
UNION ALL
SELECT 'F1', b.no, b.seq, b.code, b.previous_code, b.entered_at, b.author, b.unknown
FROM by_workflow b
LEFT JOIN rule_created_in r ON r.workflow = b.workflow AND r.code = b.code AND r.origin_project IS NULL
    AND r.since <= b.entered_at AND b.entered_at < r.until_at
LEFT JOIN clone_of c ON c.clone_no = b.no AND c.workflow = b.workflow AND c.code = b.code
    AND c.since <= b.entered_at AND b.entered_at < c.until_at
WHERE b.previous_code IS NULL AND r.workflow IS NULL AND c.clone_no IS NULL
UNION ALL
SELECT 'F9', s.no, s.seq, s.code, s.previous_code, s.entered_at, s.author, s.unknown
FROM stay s
JOIN facts f ON f.no = s.no
JOIN rule_finding_project r ON r.rule = 'F9' AND r.project = f.project
JOIN rule_finding_status o ON o.rule = 'F9' AND o.code = s.previous_code
WHERE s.is_closed AND NOT s.was_closed
""",
)

LONG_STAY = Metric(
    table="long_stay",
    definition="F6: in a waiting status for more than its days; F7: in DONE for its days, and who was the reporter has "
    "neither commented nor is there a score since, in its field or from the source's feedback. Both from the end of those "
    "days on.",
    rules=("1.9",),
    grain="rule × ticket",
    units="",
    sql=f"""
CREATE TABLE long_stay AS
WITH standing AS (
    SELECT r.rule, m.no, m.last_at, m.last_seq, m.last_at + l.seconds * INTERVAL 1 SECOND AS since
    FROM milestone m
    JOIN facts f ON f.no = m.no
    JOIN rule_finding_status r ON r.code = m.last_code AND r.rule IN ('F6', 'F7')
    JOIN rule_finding_project p ON p.rule = r.rule AND p.project = f.project
    JOIN rule_finding_limit l ON l.rule = r.rule
),
long AS (
    SELECT s.* FROM standing s
    WHERE (s.rule = 'F6' AND s.since < as_of()) OR (s.rule = 'F7' AND s.since <= as_of())
),
answered AS (
    SELECT DISTINCT l.no
    FROM long l
    JOIN facts f ON f.no = l.no
    JOIN wanted_comment c ON c.no = f.no AND c.created_at >= l.last_at
    {reporter_join("c.created_at")}
    WHERE l.rule = 'F7' AND c.created_at < as_of()
      AND c.author = {REPORTER_THEN}
    UNION
    SELECT l.no
    FROM long l
    JOIN facts f ON f.no = l.no
    JOIN wanted_change c ON c.no = f.no AND c.changed_at >= l.last_at
    WHERE l.rule = 'F7' AND c.field = 'score' AND c.to_value IS NOT NULL AND c.changed_at < as_of()
    UNION
    SELECT l.no FROM long l JOIN rating r ON r.no = l.no AND r.rated_at >= l.last_at WHERE l.rule = 'F7'
)
SELECT l.rule, l.no, l.since, l.last_seq AS seq
FROM long l LEFT JOIN answered a ON a.no = l.no
WHERE l.rule = 'F6' OR a.no IS NULL
""",
)

FINDING_MOVE = Metric(
    table="finding_move",
    definition="F1 and F9 since their first occurrence, F6 and F7 as they stand at T, each with the move behind it.",
    rules=("1.9",),
    grain="rule × ticket",
    units="",
    sql="""
CREATE TABLE finding_move AS
WITH first_move AS (
    SELECT *, row_number() OVER (PARTITION BY rule, no ORDER BY seq) AS place FROM odd_move
),
evidence AS (
    SELECT m.rule, m.no, m.entered_at AS since, m.author,
           CASE WHEN m.previous_code IS NULL THEN 'created in ' ELSE b.status || ' → ' END
           || coalesce(m.unknown, n.status) AS told
    FROM first_move m
    JOIN rule_status n ON n.code = m.code
    LEFT JOIN rule_status b ON b.code = m.previous_code
    WHERE m.place = 1
    UNION ALL
    SELECT l.rule, l.no, l.since, s.author,
           n.status || ' since ' || CAST(date_trunc('second', s.entered_at) AS VARCHAR) || ' UTC'
    FROM long_stay l
    JOIN stay s ON s.no = l.no AND s.seq = l.seq
    JOIN rule_status n ON n.code = s.code
)
SELECT e.rule, e.no, e.since, e.told || coalesce(', by ' || coalesce(p.name, e.author), '') AS detail
FROM evidence e
JOIN facts f ON f.no = e.no
LEFT JOIN store.person p ON p.source = f.source AND p.person_id = e.author
""",
)
METRICS = (PROJECT_SPAN, ODD_MOVE, LONG_STAY, FINDING_MOVE)
