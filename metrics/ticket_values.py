"""Field values as of T (AMP-W3, AMP-W4), and the tickets that the metrics are about (1.1, AMP-W5)."""

from metrics.metric import Metric

# Columns of the store's ticket whose history is walked back to T. `description` says only whether there is one.
FIELDS = (
    "key", "project", "summary", "description", "type", "priority", "assignee", "reporter", "relevance", "service",
    "service_element", "service_version", "category", "provider", "eta", "score", "esa_arb", "esa_cab", "interface",
)  # fmt: skip

RATING = Metric(
    table="rating",
    definition="The last rating that the source's feedback had given when it was last asked before T, dated by when it "
    "was first seen, since feedback has no date. For sites where no field holds the score.",
    rules=("1.3", "AMP-S1", "AMP-S2"),
    grain="ticket with feedback",
    units="",
    sql="""
CREATE TABLE rating AS
SELECT w.no, arg_max(r.rating, r.first_seen_at) AS rating, max(r.first_seen_at) AS rated_at
FROM store.feedback r
JOIN wanted w ON w.ticket_id = r.ticket_id
WHERE r.first_seen_at < as_of() GROUP BY w.no
""",
)


def _at(field: str) -> str:
    return f"CASE WHEN w.{field} IS NULL THEN t.{field} ELSE nullif(w.{field}, '') END AS {field}"


def _walked_back(field: str) -> str:
    return f"max(CASE WHEN field = '{field}' THEN value END) AS {field}"


WALKED_CHANGE = Metric(
    table="walked_change",
    definition="Changes of the fields of tickets that must be walked back to T: something happened to them since, or a "
    "field's history does not end in its present value. `value_at` of the row with the highest `place` is the value at "
    "T: `to` of its last change before T, else `from` of its first later change; '' where that is empty.",
    rules=("AMP-W4",),
    grain="ticket × change of a field",
    units="",
    sql="""
CREATE TABLE walked_change AS
WITH walked AS (
    SELECT t.no FROM store.ticket t JOIN wanted w ON w.no = t.no WHERE NOT t.settled
    UNION
    SELECT c.no FROM wanted_change c WHERE c.changed_at >= as_of()
)
SELECT c.no, c.field, CASE WHEN c.changed_at < as_of() THEN c.seq ELSE -c.seq END AS place,
       coalesce(CASE WHEN c.changed_at < as_of() THEN c.to_value ELSE c.from_value END, '') AS value_at
FROM wanted_change c
JOIN walked w ON w.no = c.no
WHERE c.field IS NOT NULL AND c.field NOT IN ('status', 'link')
""",
)

FACTS = Metric(
    table="facts",
    definition="Every ticket that existed at T (created strictly before it, and not gone by then) with its field values "
    "at T. Types, priorities and categories in the profile's spelling; `in_scope` when its project and type at T are "
    "measured and its history is whole.",
    rules=("1.1", "AMP-W3", "AMP-W4", "AMP-W5", "AMP-G3"),
    grain="ticket",
    units="",
    sql=f"""
CREATE TABLE facts AS
WITH value_then AS (
    SELECT no, field, arg_max(value_at, place) AS value FROM walked_change GROUP BY no, field
),
walked_back AS (
    SELECT no, {", ".join(_walked_back(f) for f in FIELDS)} FROM value_then GROUP BY no
),
at_t AS (
    SELECT t.no, t.ticket_id, t.source, t.created_at, t.history_total, t.history_stored, t.comment_total,
           t.comment_stored, coalesce(t.history_stored >= t.history_total, false) AS whole,
           t.status AS current_status, t.status_id AS current_status_id,
           {", ".join(_at(f) for f in FIELDS)}, s.scored_at
    FROM store.ticket t
    JOIN wanted ON wanted.no = t.no
    LEFT JOIN walked_back w ON w.no = t.no
    LEFT JOIN (
        SELECT c.no, max(c.changed_at) AS scored_at FROM wanted_change c
        WHERE c.field = 'score' AND c.changed_at < as_of() GROUP BY c.no
    ) s ON s.no = t.no
    WHERE t.created_at < as_of() AND (t.gone_at IS NULL OR t.gone_at >= as_of())
)
SELECT a.no, a.ticket_id, a.source, a.created_at, a.key, a.project, a.summary, a.description,
       coalesce(ty.canonical, a.type) AS type, coalesce(pr.canonical, a.priority) AS priority,
       a.assignee, a.reporter, a.relevance, a.service, a.service_element, a.service_version, a.category, a.provider,
       a.eta, coalesce(a.score, CAST(r.rating AS VARCHAR)) AS score,
       CASE WHEN a.score IS NULL THEN coalesce(r.rated_at, a.scored_at) ELSE a.scored_at END AS scored_at,
       a.esa_arb, a.esa_cab, a.interface, a.current_status, a.current_status_id,
       CASE WHEN pj.is_priority OR ca.is_priority THEN 'priority' ELSE 'standard' END AS channel,
       gg.goal_group, coalesce(pj.restricted, false) AS restricted,
       a.history_total, a.history_stored, a.comment_total, a.comment_stored,
       a.whole,
       pj.project IS NOT NULL AS project_in_scope,
       sc.project IS NOT NULL AS type_in_scope,
       a.whole AND sc.project IS NOT NULL AS in_scope
FROM at_t a
LEFT JOIN rating r ON r.no = a.no
LEFT JOIN rule_project pj ON pj.project = a.project
LEFT JOIN rule_name ty ON ty.kind = 'type' AND ty.raw = a.type
LEFT JOIN rule_name pr ON pr.kind = 'priority' AND pr.raw = a.priority
LEFT JOIN rule_category ca ON ca.category = a.category
LEFT JOIN rule_goal_group gg ON gg.provider = a.provider
LEFT JOIN rule_scope sc ON sc.project = a.project AND sc.type = coalesce(ty.canonical, a.type, '')
""",
)
METRICS = (WALKED_CHANGE, RATING, FACTS)
