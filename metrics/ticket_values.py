"""Field values as of T (AMP-W3, AMP-W4), and the tickets that the metrics are about (1.1, AMP-W5)."""

from metrics.metric import Metric

# Columns of the store's ticket whose history is walked back to T. `description` says only whether there is one.
FIELDS = (
    "key", "project", "summary", "description", "type", "priority", "assignee", "reporter", "relevance", "service",
    "service_element", "service_version", "category", "provider", "eta", "score", "esa_arb", "esa_cab", "interface",
)  # fmt: skip

PICKED = Metric(
    table="picked",
    definition="Tickets of the store that existed at T: created strictly before it, and not gone by then.",
    rules=("AMP-W3",),
    grain="ticket",
    units="",
    sql="""
CREATE TEMP TABLE picked AS
SELECT row_number() OVER (ORDER BY t.ticket_id) AS no, t.*
FROM store.ticket t
JOIN wanted w ON w.ticket_id = t.ticket_id
CROSS JOIN as_of
WHERE t.created_at < as_of.at_instant AND (t.gone_at IS NULL OR t.gone_at >= as_of.at_instant)
""",
)

VISIBLE_CHANGE = Metric(
    table="field_value",
    definition="The value of a field at T: `to` of its last change before T, else `from` of its first later change.",
    rules=("AMP-W4",),
    grain="ticket × field that has a history",
    units="",
    sql="""
CREATE TEMP TABLE field_value AS
WITH ranked AS (
    SELECT p.no, c.field, c.from_value, c.to_value, c.changed_at, c.changed_at < as_of.at_instant AS visible,
           row_number() OVER (
               PARTITION BY p.no, c.field
               ORDER BY CASE WHEN c.changed_at < as_of.at_instant THEN -c.seq ELSE c.seq END) AS place
    FROM store.change c
    JOIN picked p ON p.ticket_id = c.ticket_id
    CROSS JOIN as_of
    WHERE c.field IS NOT NULL AND c.field NOT IN ('status', 'link')
)
SELECT no, field, CASE WHEN visible THEN to_value ELSE from_value END AS value_at,
       CASE WHEN visible THEN changed_at END AS set_at
FROM ranked WHERE place = 1
""",
)


def _at(field: str) -> str:
    return f"CASE WHEN v.{field}_known = 1 THEN v.{field} ELSE p.{field} END AS {field}"


def _pivot(field: str) -> str:
    return (
        f"max(CASE WHEN field = '{field}' THEN value_at END) AS {field}, "
        f"max(CASE WHEN field = '{field}' THEN 1 END) AS {field}_known"
    )


FACTS = Metric(
    table="facts",
    definition="Every picked ticket with its field values at T. Types, priorities and categories in the profile's "
    "spelling; `in_scope` when its project and type at T are measured and its history is whole.",
    rules=("1.1", "AMP-W4", "AMP-W5", "AMP-G3"),
    grain="ticket",
    units="",
    sql=f"""
CREATE TEMP TABLE facts AS
WITH pivoted AS (
    SELECT no, {", ".join(_pivot(f) for f in FIELDS)},
           max(CASE WHEN field = 'score' THEN set_at END) AS scored_at
    FROM field_value GROUP BY no
),
at_t AS (
    SELECT p.no, p.ticket_id, p.source, p.created_at, p.history_total, p.history_stored,
           p.status AS current_status, p.status_id AS current_status_id,
           p.gone_at, {", ".join(_at(f) for f in FIELDS)}, v.scored_at
    FROM picked p LEFT JOIN pivoted v ON v.no = p.no
)
SELECT a.no, a.ticket_id, a.source, a.created_at, a.key, a.project, a.summary, a.description,
       coalesce(ty.canonical, a.type) AS type, coalesce(pr.canonical, a.priority) AS priority,
       a.assignee, a.reporter, a.relevance, a.service, a.service_element, a.service_version, a.category, a.provider,
       a.eta, a.score, a.scored_at, a.esa_arb, a.esa_cab, a.interface, a.current_status, a.current_status_id,
       CASE WHEN pj.is_priority OR ca.is_priority THEN 'priority' ELSE 'standard' END AS channel,
       coalesce(pj.restricted, false) AS restricted,
       a.history_stored >= a.history_total AS whole,
       pj.project IS NOT NULL AS project_in_scope,
       sc.project IS NOT NULL AS type_in_scope,
       a.history_stored >= a.history_total AND sc.project IS NOT NULL AS in_scope
FROM at_t a
LEFT JOIN rule_project pj ON pj.project = a.project
LEFT JOIN rule_name ty ON ty.kind = 'type' AND ty.raw = a.type
LEFT JOIN rule_name pr ON pr.kind = 'priority' AND pr.raw = a.priority
LEFT JOIN rule_category ca ON ca.category = a.category
LEFT JOIN rule_scope sc ON sc.project = a.project AND sc.type = coalesce(ty.canonical, a.type)
""",
)
METRICS = (PICKED, VISIBLE_CHANGE, FACTS)
