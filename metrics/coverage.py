"""Coverage: what was checked, how much failed, and which tickets (promise: complete or loud)."""

from metrics.metric import Metric
from metrics.profile import Profile
from metrics.ticket_values import FIELDS

_PRESENT = " ".join(f"WHEN '{field}' THEN t.{field}" for field in FIELDS)

COVERAGE_ITEM = Metric(
    table="coverage_item",
    public=True,
    definition="One row a ticket and check that failed: histories whole (cut ones are left out of every metric), "
    "project and type in scope (others are left out), statuses mapped, the last value in the status history equal to "
    "the present status, and in that of every other field to its present value (history wins), every move leaving the "
    "status that the one before entered, a status without any history one that the ticket could have been created in, in "
    "the project of then (kept), comments whole (kept); on a desk with stages every value that the field of the stage had "
    "up to T named in the profile (kept; what is not named is no stage of the order).",
    rules=("AMP-W5", "AMP-W4", "1.1", "1.2", "RT-M1"),
    grain="ticket × failed check",
    units="",
    sql=f"""
CREATE TABLE mart.coverage_item AS
WITH current_status AS (
    SELECT f.no, s.code
    FROM facts f
    JOIN rule_status_name s ON s.source = f.source AND s.raw = coalesce(f.current_status, '')
        AND s.raw_id = coalesce(f.current_status_id, '')
    WHERE f.in_scope
),
ended AS (
    SELECT c.no, c.field, arg_max(coalesce(c.to_value, ''), c.seq) AS told
    FROM wanted_change c
    JOIN store.ticket t ON t.no = c.no
    LEFT JOIN extra_field x ON x.field = c.field
    WHERE NOT t.settled AND (x.field IS NOT NULL OR c.field IN ({", ".join(f"'{field}'" for field in FIELDS)}))
    GROUP BY c.no, c.field
),
present AS (
    SELECT e.no, e.field, e.told, coalesce(CASE e.field {_PRESENT} ELSE v.value END, '') AS shown
    FROM ended e
    JOIN store.ticket t ON t.no = e.no
    LEFT JOIN store.extra_value v ON v.no = e.no AND v.field = e.field
),
failed AS (
    SELECT no, 'histories whole' AS "check",
           concat(history_stored, ' of ', coalesce(CAST(history_total AS VARCHAR), 'an unknown number of'), ' entries')
               AS detail
    FROM facts WHERE NOT whole
    UNION ALL
    SELECT no, 'comments whole', comment_stored || ' of ' || comment_total || ' comments'
    FROM facts WHERE comment_stored < comment_total
    UNION ALL
    SELECT no, 'project in scope', coalesce(project, '(none)') FROM facts WHERE whole AND NOT project_in_scope
    UNION ALL
    SELECT no, 'type in scope', coalesce(project, '(none)') || ': ' || coalesce(type, '(none)')
    FROM facts WHERE whole AND project_in_scope AND NOT type_in_scope
    UNION ALL
    SELECT no, 'statuses mapped', min(unknown) FROM stay WHERE unknown IS NOT NULL GROUP BY no
    UNION ALL
    SELECT t.no, 'stages named', min(trim(t.value))
    FROM stage_told t
    JOIN rule_stage_field h ON h.field <> 'status'
    LEFT JOIN rule_stage r ON r.raw = t.value
    WHERE r.raw IS NULL AND trim(t.value) <> '' GROUP BY t.no
    UNION ALL
    SELECT no, 'status history unbroken', CASE WHEN count(*) = 1 THEN '1 move leaves' ELSE count(*) || ' moves leave' END
           || ' another status than the one before entered'
    FROM status_change WHERE visible AND from_code <> previous_code GROUP BY no
    UNION ALL
    SELECT s.no, 'history ends in the present status', 'history wins'
    FROM status_change s JOIN current_status c ON c.no = s.no WHERE s.is_last AND s.to_code <> c.code
    UNION ALL
    SELECT p.no, 'histories end in the present values', string_agg(p.field, ', ' ORDER BY p.field)
    FROM present p
    JOIN facts f ON f.no = p.no
    LEFT JOIN rule_name a ON a.kind = p.field AND a.raw = p.told
    LEFT JOIN rule_name b ON b.kind = p.field AND b.raw = p.shown
    WHERE f.in_scope AND coalesce(a.canonical, p.told) <> coalesce(b.canonical, p.shown)
      AND NOT coalesce(p.field = 'score' AND try_cast(p.told AS DOUBLE) = try_cast(p.shown AS DOUBLE), false)
    GROUP BY p.no
    UNION ALL
    SELECT s.no, 'status without history possible at creation', coalesce(s.unknown, n.status)
    FROM stay s
    JOIN facts f ON f.no = s.no
    LEFT JOIN project_span b ON b.no = s.no AND b.since < s.entered_at AND s.entered_at <= b.until_at
    JOIN rule_project p ON p.project = coalesce(b.project, f.project)
    JOIN rule_status n ON n.code = s.code
    WHERE p.workflow IS NOT NULL AND s.seq = 1 AND s.left_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM status_change c WHERE c.no = s.no AND c.visible)
      AND NOT EXISTS (SELECT 1 FROM rule_created_in r WHERE r.workflow = p.workflow AND r.code = s.code
                      AND r.since <= s.entered_at AND s.entered_at < r.until_at)
)
SELECT f.ticket_id, f.key, f.source, x."check", x.detail, f.project, f.restricted
FROM failed x JOIN facts f ON f.no = x.no
""",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "source": "its source",
        "check": "the check that it failed",
        "detail": "what was found",
        "project": "its project at T",
        "restricted": "whether only the security team may see it",
    },
    example="""
The source says that a ticket has 120 history entries and gave 100: `histories whole`, detail `100 of 120 entries`. The
ticket stands here and in no other table. A ticket in the unmapped status Triage: `statuses mapped`, detail `Triage`;
it is measured, and Triage counts as active work.
""",
)

_CHECKS = (
    "histories whole", "comments whole", "project in scope", "type in scope", "statuses mapped",
    "status history unbroken", "history ends in the present status", "histories end in the present values",
    "status without history possible at creation",
)  # fmt: skip


def checks_of(profile: Profile) -> list[str]:
    """The checks of tickets that a desk has; the stages where a field of its own holds them."""
    has_stages = profile.stage is not None and profile.stage.field != "status"
    return [*_CHECKS, *(["stages named"] if has_stages else [])]


COVERAGE = Metric(
    table="coverage",
    public=True,
    definition="Per source and check: how many tickets were checked, how many failed, and an example. With a "
    "deployment table: how many products have no count in it (DMSU-M8). Rows of the last "
    "sync (projects visible and still asked for, census, unreadable issues, sources that are no longer configured, tickets "
    "that several sources have) stand beside them.",
    rules=("AMP-W5",),
    grain="source × check",
    units="tickets, unless the detail says otherwise",
    sql="""
CREATE TABLE mart.coverage AS
WITH existing AS (
    SELECT t.source, count(*) AS tickets FROM store.ticket t
    WHERE t.created_at < as_of() AND (t.gone_at IS NULL OR t.gone_at >= as_of())
    GROUP BY t.source
),
failure AS (
    SELECT source, "check", count(*) AS failed,
           min(detail) FILTER (WHERE NOT restricted) AS example
    FROM mart.coverage_item GROUP BY source, "check"
),
named AS (
    SELECT DISTINCT t.source, t.service AS product, d.product IS NOT NULL AS is_deployed
    FROM mart.ticket t LEFT JOIN (SELECT DISTINCT product FROM mart.deployment) d ON d.product = t.service
    WHERE t.service IS NOT NULL AND EXISTS (SELECT 1 FROM mart.deployment)
)
SELECT e.source, c."check", e.tickets AS checked, coalesce(f.failed, 0) AS failed, coalesce(f.example, '') AS detail
FROM existing e CROSS JOIN rule_check c
LEFT JOIN failure f ON f.source = e.source AND f."check" = c."check"
UNION ALL
SELECT source, 'products with a deployment count', count(*), count(CASE WHEN NOT is_deployed THEN 1 END),
       'products; without: ' || coalesce(min(CASE WHEN NOT is_deployed THEN product END), 'none')
FROM named GROUP BY source
UNION ALL
SELECT source, "check", checked, failed, detail FROM store.source_check
""",
    columns={
        "source": "the source",
        "check": "what was checked",
        "checked": "how many tickets were (of a check of the last sync: what its detail says)",
        "failed": "how many failed",
        "detail": "an example; of a check of the last sync: what it found",
    },
    example="""
Of 1,000 tickets of the source jira 12 have a cut history:
jira, histories whole, checked 1,000, failed 12, detail `100 of 120 entries`.
""",
)
METRICS = (COVERAGE_ITEM,)  # COVERAGE itself is made last, over all tickets
