"""Findings of one ticket's fields: F2, F3, F8, F11, F12 (1.9)."""

from metrics.metric import Metric
from metrics.ticket_values import FIELDS


def _blank(value: str) -> str:
    """SQL: empty or only spaces; a cheap comparison goes first, since nearly every value begins with something else."""
    return f"({value} IS NULL OR ({value} < '!' AND trim({value}) = ''))"


_VALUE = " ".join(f"WHEN '{field}' THEN f.{field}" for field in FIELDS)

FIELD_NOW = Metric(
    table="field_now",
    definition="Fields whose value at T a rule finds wrong: F2 no estimation, F3 no priority, F8 another priority than "
    "the highest, and the category if that is what makes the ticket one of the priority channel, F11 a score that is "
    "none of the valid ones, F12 a mandatory field that is empty or only spaces.",
    rules=("1.9", "AMP-G3"),
    grain="rule × ticket × field",
    units="",
    sql=f"""
CREATE TABLE field_now AS
WITH early AS (
    SELECT s.rule, m.no, f.eta, f.priority
    FROM milestone m
    JOIN facts f ON f.no = m.no
    JOIN rule_finding_status s ON s.code = m.last_code
    JOIN rule_finding_project p ON p.rule = s.rule AND p.project = f.project
    WHERE s.rule IN ('F2', 'F3') AND ({_blank("f.eta")} OR {_blank("f.priority")})
),
channelled AS (
    SELECT f.no, pj.is_priority
    FROM facts f
    JOIN rule_finding_project p ON p.rule = 'F8' AND p.project = f.project
    JOIN rule_project pj ON pj.project = f.project
    LEFT JOIN rule_priority r ON r.priority = f.priority
    WHERE f.in_scope AND f.channel = 'priority' AND coalesce(r.place, 1) > 0
)
SELECT rule, no, 'eta' AS field FROM early WHERE rule = 'F2' AND {_blank("eta")}
UNION ALL SELECT rule, no, 'priority' FROM early WHERE rule = 'F3' AND {_blank("priority")}
UNION ALL SELECT 'F8', no, 'priority' FROM channelled
UNION ALL SELECT 'F8', no, 'category' FROM channelled WHERE NOT is_priority
UNION ALL
SELECT 'F11', f.no, 'score'
FROM facts f
JOIN rule_finding_project p ON p.rule = 'F11' AND p.project = f.project
LEFT JOIN rule_score s ON s.score = try_cast(f.score AS DOUBLE)
WHERE f.in_scope AND f.score IS NOT NULL AND s.score IS NULL
UNION ALL
SELECT 'F12', f.no, r.field
FROM facts f
JOIN rule_finding_project p ON p.rule = 'F12' AND p.project = f.project
JOIN rule_mandatory r ON r.project = f.project
WHERE f.in_scope AND {_blank(f"CASE r.field {_VALUE} END")}
""",
)

FIELD_SINCE = Metric(
    table="field_since",
    definition="The change that made a field wrong which has been so without a break up to T; a value that stood for no "
    "time is none. A field without such a change has been wrong since creation.",
    rules=("1.9", "AMP-W4"),
    grain="rule × ticket × field that became wrong",
    units="",
    sql=f"""
CREATE TABLE field_since AS
WITH change AS (
    SELECT w.rule, w.no, w.field, c.seq, greatest(c.changed_at, f.created_at) AS since, c.author,
           f.created_at, coalesce(c.from_value, '') AS before, coalesce(c.to_value, '') AS value_then,
           row_number() OVER (PARTITION BY w.rule, w.no, w.field ORDER BY c.seq) AS place
    FROM field_now w
    JOIN facts f ON f.no = w.no
    JOIN wanted_change c ON c.no = f.no AND c.field = w.field
    WHERE c.changed_at < as_of()
),
state AS (
    SELECT rule, no, field, 0 AS place, created_at AS since, CAST(NULL AS VARCHAR) AS author, before AS value_then
    FROM change WHERE place = 1
    UNION ALL
    SELECT rule, no, field, place, since, author, value_then FROM change
),
followed AS (
    SELECT *, lead(since) OVER (PARTITION BY rule, no, field ORDER BY place) AS next_at FROM state
),
judged AS (
    SELECT s.rule, s.no, s.field, s.place, s.since, s.author, s.value_then,
           CASE WHEN s.rule = 'F8' AND s.field = 'priority' THEN coalesce(pr.place, 1) > 0
                WHEN s.rule = 'F8' THEN ca.category IS NOT NULL
                WHEN s.rule = 'F11' THEN s.value_then <> '' AND sc.score IS NULL
                ELSE {_blank("s.value_then")} END AS is_wrong
    FROM followed s
    LEFT JOIN rule_priority pr ON pr.priority = s.value_then
    LEFT JOIN rule_category ca ON ca.category = s.value_then
    LEFT JOIN rule_score sc ON sc.score = try_cast(s.value_then AS DOUBLE)
    WHERE s.next_at IS NULL OR s.next_at <> s.since
),
turned AS (
    SELECT *, lag(is_wrong) OVER w AS was_wrong, lag(value_then) OVER w AS before
    FROM judged WINDOW w AS (PARTITION BY rule, no, field ORDER BY place)
)
SELECT rule, no, field, max(since) AS since, arg_max(before, place) AS before, arg_max(author, place) AS author
FROM turned WHERE is_wrong AND NOT was_wrong
GROUP BY rule, no, field
""",
)

STATUS_SINCE = Metric(
    table="status_since",
    definition="Since when a ticket has been in a status of the rule without a break, for F2, F3, F5 and F10; a stay "
    "without length breaks nothing.",
    rules=("1.9",),
    grain="rule × ticket in such a status at T",
    units="",
    sql="""
CREATE TABLE status_since AS
WITH standing AS (
    SELECT rule, no FROM field_now WHERE rule IN ('F2', 'F3')
    UNION ALL
    SELECT r.rule, m.no
    FROM milestone m
    JOIN rule_finding_status r ON r.code = m.last_code AND r.rule IN ('F5', 'F10')
    JOIN facts f ON f.no = m.no
    JOIN rule_finding_project p ON p.rule = r.rule AND p.project = f.project
)
SELECT t.rule, t.no,
       coalesce(max(CASE WHEN r.code IS NULL AND s.entered_at < s.until_at THEN s.until_at END), min(s.entered_at)) AS since
FROM standing t
JOIN stay s ON s.no = t.no
LEFT JOIN rule_finding_status r ON r.rule = t.rule AND r.code = s.code
GROUP BY t.rule, t.no
""",
)

FINDING_VALUE = Metric(
    table="finding_value",
    definition="F2, F3, F8 and F11 since the last of their conditions came true, F12 since the first of the fields that "
    "are empty became so; with the changes that made it so.",
    rules=("1.9",),
    grain="rule × ticket",
    units="",
    sql="""
CREATE TABLE finding_value AS
WITH told AS (
    SELECT w.rule, w.no, coalesce(s.since, f.created_at) AS since,
           w.field || ': ' || CASE WHEN s.before = '' THEN 'empty → ' ELSE coalesce(s.before || ' → ', '') END
           || coalesce(nullif(trim(CASE w.field WHEN 'priority' THEN f.priority WHEN 'category' THEN f.category
                                                WHEN 'score' THEN f.score END), ''), 'empty')
           || coalesce(' at ' || CAST(date_trunc('second', s.since) AS VARCHAR) || ' UTC', ' since creation')
           || coalesce(', by ' || coalesce(p.name, s.author), '') AS evidence
    FROM field_now w
    JOIN facts f ON f.no = w.no
    LEFT JOIN field_since s ON s.rule = w.rule AND s.no = w.no AND s.field = w.field
    LEFT JOIN store.person p ON p.source = f.source AND p.person_id = s.author
),
gathered AS (
    SELECT rule, no, CASE rule WHEN 'F12' THEN min(since) ELSE max(since) END AS since,
           string_agg(evidence, '; ' ORDER BY evidence) AS detail
    FROM told GROUP BY rule, no
)
SELECT g.rule, g.no, greatest(g.since, coalesce(s.since, g.since)) AS since, g.detail
FROM gathered g
LEFT JOIN status_since s ON s.rule = g.rule AND s.no = g.no
""",
)
METRICS = (FIELD_NOW, FIELD_SINCE, STATUS_SINCE, FINDING_VALUE)
