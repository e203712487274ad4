"""Which ticket is a clone of which, and since when (1.10, AMP-W4)."""

from metrics.metric import Metric
from metrics.working_time import before_sql, epoch_sql

# SQL of what a history `told`, such as `This issue clones DSD-1`: the key that it names and the words before it; then, whether
# these are of a rule's `label`. What Jira writes before the label changes: `This work item clones DSD-1`.
KEY_AND_WORDS = r"regexp_extract(told, '\S+$') AS key, ' ' || lower(regexp_replace(told, '\s*\S+$', '')) AS words"
TELLS = "ends_with(words, ' ' || label)"

LINK_TOLD = Metric(
    table="link_told",
    definition="What histories say of clone links: made or taken away, when, and the other ticket, found by any key it "
    "ever had (its present one first); one that is not in the store is known by the key alone.",
    rules=("1.10", "AMP-W4"),
    grain="history item of a clone link",
    units="",
    sql=f"""
CREATE TABLE link_told AS
WITH change AS (
    SELECT ticket_id, seq, changed_at, trim(from_value) AS before, trim(to_value) AS after
    FROM link_change SEMI JOIN wanted USING (no)
),
side AS (
    SELECT ticket_id, seq, changed_at, false AS made, before AS told FROM change WHERE before IS NOT NULL
    UNION ALL
    SELECT ticket_id, seq, changed_at, true, after FROM change WHERE after IS NOT NULL
),
parted AS MATERIALIZED (
    SELECT ticket_id, seq, changed_at, made, {KEY_AND_WORDS} FROM side
),
item AS (
    SELECT s.ticket_id, t.source, s.seq, s.changed_at, s.made, r.is_clone, s.key
    FROM parted s
    JOIN rule_link r ON {TELLS}
    JOIN store.ticket t ON t.ticket_id = s.ticket_id
),
named AS (
    SELECT DISTINCT source, key FROM item
),
bearer AS (
    SELECT n.source, n.key, t.ticket_id, 0 AS place
    FROM named n JOIN store.ticket t ON t.key = n.key AND t.source = n.source
    UNION ALL
    SELECT n.source, n.key, t.ticket_id, 1
    FROM wanted_change c
    JOIN named n ON n.key = c.from_value OR n.key = c.to_value
    JOIN store.ticket t ON t.no = c.no AND t.source = n.source
    WHERE c.field = 'key'
),
owner AS (
    SELECT source, key, ticket_id, row_number() OVER (PARTITION BY source, key ORDER BY place, ticket_id) AS choice
    FROM bearer
)
SELECT i.ticket_id, coalesce(o.ticket_id, i.key) AS other, i.is_clone, i.seq, i.changed_at, i.made
FROM item i LEFT JOIN owner o ON o.source = i.source AND o.key = i.key AND o.choice = 1
""",
)

LINK_PAIR = Metric(
    table="link_pair",
    definition="Every pair of clone and origin that a ticket states today, or that a history tells of, by number and "
    "creation where they are in the store.",
    rules=("1.10", "AMP-L1"),
    grain="statement of today (without an instant), or history item",
    units="",
    sql="""
CREATE TABLE link_pair AS
WITH told AS (
    SELECT l.ticket_id, coalesce(t.ticket_id, l.other_key) AS other, r.is_clone,
           CAST(NULL AS INTEGER) AS seq, CAST(NULL AS TIMESTAMP) AS changed_at, true AS made
    FROM wanted_link l
    JOIN rule_link r ON r.label = lower(trim(l.label))
    LEFT JOIN store.ticket t ON t.ticket_id = l.other_id
    UNION ALL
    SELECT ticket_id, other, is_clone, seq, changed_at, made FROM link_told
)
SELECT CASE WHEN is_clone THEN ticket_id ELSE other END AS clone,
       CASE WHEN is_clone THEN other ELSE ticket_id END AS origin,
       ticket_id AS teller, seq, changed_at, made
FROM told WHERE other <> ticket_id
""",
)

CLONE_LINK = Metric(
    table="clone_link",
    definition="When a clone link held, up to T: from the later creation of its two tickets unless histories date it; "
    "before its first dated change it was what that change left. A link whose ticket is not yet there at T does not "
    "hold; one to a ticket that is not in the store does, and is known by its key.",
    rules=("AMP-L1", "AMP-W3", "AMP-W4"),
    grain="clone × origin × time it held",
    units="before_since: open seconds of the calendar before `since`; until_at is NULL when it holds at T",
    sql=f"""
CREATE TABLE clone_link AS
WITH dated AS (
    SELECT clone, origin, changed_at, made, row_number() OVER w AS place, lead(changed_at) OVER w AS next_at
    FROM link_pair WHERE changed_at IS NOT NULL
    WINDOW w AS (PARTITION BY clone, origin ORDER BY changed_at, teller, seq)
),
state AS (
    SELECT clone, origin, CAST('0001-01-01' AS TIMESTAMP) AS since, NOT made AS holds FROM dated WHERE place = 1
    UNION ALL
    SELECT clone, origin, changed_at, made FROM dated WHERE next_at IS NULL OR next_at <> changed_at
    UNION ALL
    SELECT DISTINCT p.clone, p.origin, CAST('0001-01-01' AS TIMESTAMP), true
    FROM link_pair p LEFT JOIN dated d ON d.clone = p.clone AND d.origin = p.origin AND d.place = 1
    WHERE p.changed_at IS NULL AND d.clone IS NULL
),
turn AS (
    SELECT *, lag(holds) OVER (PARTITION BY clone, origin ORDER BY since) AS held_before FROM state
),
span AS (
    SELECT clone, origin, holds, since, lead(since) OVER (PARTITION BY clone, origin ORDER BY since) AS until_at
    FROM turn WHERE held_before IS NULL OR held_before <> holds
),
placed AS (
    SELECT s.clone, s.origin, coalesce(c.key, s.clone) AS clone_key, coalesce(o.key, s.origin) AS origin_key,
           greatest(s.since, coalesce(c.created_at, s.since), coalesce(o.created_at, s.since)) AS since,
           CASE WHEN s.until_at < as_of() THEN s.until_at END AS until_at
    FROM span s
    LEFT JOIN store.ticket c ON c.ticket_id = s.clone
    LEFT JOIN store.ticket o ON o.ticket_id = s.origin
    WHERE s.holds
),
numbered AS (
    SELECT c.no AS clone_no, o.no AS origin_no, coalesce(c.in_scope, false) AS clone_in_scope,
           coalesce(o.in_scope, false) AS origin_in_scope, coalesce(c.key, p.clone_key) AS clone_key,
           coalesce(o.key, p.origin_key) AS origin_key, coalesce(o.project, '') AS origin_project, p.since, p.until_at
    FROM placed p
    LEFT JOIN facts c ON c.ticket_id = p.clone
    LEFT JOIN facts o ON o.ticket_id = p.origin
    WHERE p.since < coalesce(p.until_at, as_of())
)
SELECT n.*, {before_sql(epoch_sql("n.since"))} AS before_since
FROM numbered n JOIN utc_day d ON d.day = {epoch_sql("n.since")} // 86400
""",
)
METRICS = (LINK_TOLD, LINK_PAIR, CLONE_LINK)
