"""Coverage: what was checked, how much failed, and which tickets (promise: complete or loud)."""

from metrics.metric import Metric

COVERAGE_ITEM = Metric(
    table="coverage_item",
    public=True,
    definition="One row a ticket and check that failed: histories whole (cut ones are left out of every metric), "
    "project and type in scope (others are left out), statuses mapped, the last value in the status history equal to "
    "the present status (history wins), every move leaving the status that the one before entered, a status without "
    "any history one that the ticket could have been created in (kept), comments whole (kept).",
    rules=("AMP-W4", "AMP-W5", "1.1", "1.2"),
    grain="ticket × failed check",
    units="",
    sql="""
CREATE TABLE mart.coverage_item AS
WITH status_change AS (
    SELECT f.no, f.source, c.seq, fr.code AS from_code, t.code AS to_code, t.is_known,
           c.changed_at < as_of.at_instant AS visible, c.to_value,
           lag(t.code) OVER (PARTITION BY f.no ORDER BY c.seq) AS previous_code,
           lead(c.seq) OVER (PARTITION BY f.no ORDER BY c.seq) IS NULL AS is_last
    FROM store.change c
    JOIN facts f ON f.ticket_id = c.ticket_id
    JOIN rule_status_name t
      ON t.source = f.source AND t.raw = coalesce(c.to_value, '') AND t.raw_id = coalesce(c.to_id, '')
    LEFT JOIN rule_status_name fr
      ON fr.source = f.source AND fr.raw = coalesce(c.from_value, '') AND fr.raw_id = coalesce(c.from_id, '')
    CROSS JOIN as_of
    WHERE c.field = 'status' AND f.in_scope
),
current_status AS (
    SELECT f.no, f.source, f.project, s.code, s.is_known, s.raw
    FROM facts f
    JOIN rule_status_name s ON s.source = f.source AND s.raw = coalesce(f.current_status, '')
        AND s.raw_id = coalesce(f.current_status_id, '')
    WHERE f.in_scope
),
failed AS (
    SELECT no, 'histories whole' AS "check", history_stored || ' of ' || history_total || ' entries' AS detail
    FROM (SELECT f.no, f.whole, p.history_stored, p.history_total FROM facts f JOIN picked p ON p.no = f.no)
    WHERE NOT whole
    UNION ALL
    SELECT f.no, 'comments whole', p.comment_stored || ' of ' || p.comment_total || ' comments'
    FROM facts f JOIN picked p ON p.no = f.no WHERE p.comment_stored < p.comment_total
    UNION ALL
    SELECT no, 'project in scope', coalesce(project, '(none)') FROM facts WHERE whole AND NOT project_in_scope
    UNION ALL
    SELECT no, 'type in scope', coalesce(project, '(none)') || ': ' || coalesce(type, '(none)')
    FROM facts WHERE whole AND project_in_scope AND NOT type_in_scope
    UNION ALL
    SELECT no, 'statuses mapped', min(coalesce(to_value, '(none)')) FROM status_change
    WHERE visible AND NOT is_known GROUP BY no
    UNION ALL
    SELECT c.no, 'statuses mapped', c.raw FROM current_status c
    WHERE NOT c.is_known
      AND NOT EXISTS (SELECT 1 FROM status_change s WHERE s.no = c.no AND s.visible AND NOT s.is_known)
    UNION ALL
    SELECT no, 'status history unbroken', count(*) || ' moves leave another status than the one before entered'
    FROM status_change WHERE visible AND from_code <> previous_code GROUP BY no
    UNION ALL
    SELECT s.no, 'history ends in the present status', 'history wins'
    FROM status_change s JOIN current_status c ON c.no = s.no WHERE s.is_last AND s.to_code <> c.code
    UNION ALL
    SELECT c.no, 'status without history possible at creation', c.raw
    FROM current_status c
    JOIN rule_project p ON p.project = c.project
    WHERE p.workflow IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM status_change s WHERE s.no = c.no)
      AND NOT EXISTS (SELECT 1 FROM rule_created_in r WHERE r.workflow = p.workflow AND r.code = c.code)
)
SELECT f.ticket_id, f.key, f.source, x."check", x.detail
FROM failed x JOIN facts f ON f.no = x.no
""",
)

CHECKS = (
    "histories whole", "comments whole", "project in scope", "type in scope", "statuses mapped",
    "status history unbroken", "history ends in the present status", "status without history possible at creation",
)  # fmt: skip

COVERAGE = Metric(
    table="coverage",
    public=True,
    definition="Per source and check: how many tickets were checked, how many failed, and an example. Rows of the last "
    "sync (projects visible, census, unreadable issues) stand beside them.",
    rules=("AMP-W5",),
    grain="source × check",
    units="tickets, unless the detail says otherwise",
    sql="""
CREATE TABLE mart.coverage AS
WITH existing AS (
    SELECT t.source, count(*) AS tickets FROM store.ticket t CROSS JOIN as_of
    WHERE t.created_at < as_of.at_instant AND (t.gone_at IS NULL OR t.gone_at >= as_of.at_instant)
    GROUP BY t.source
),
failure AS (
    SELECT source, "check", count(*) AS failed, min(detail) AS example
    FROM mart.coverage_item GROUP BY source, "check"
)
SELECT e.source, c."check", e.tickets AS checked, coalesce(f.failed, 0) AS failed, coalesce(f.example, '') AS detail
FROM existing e CROSS JOIN rule_check c
LEFT JOIN failure f ON f.source = e.source AND f."check" = c."check"
UNION ALL
SELECT source, "check", checked, failed, detail FROM store.source_check
""",
)
METRICS = (COVERAGE_ITEM,)  # COVERAGE itself is made last, over all tickets
