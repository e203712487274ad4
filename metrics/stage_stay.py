"""Stays of tickets in the stages of their implementation (RT-M1)."""

from metrics.metric import Metric
from metrics.working_time import epoch_sql

STAGE_TOLD = Metric(
    table="stage_told",
    definition="What the field of the stage said since when: at creation what its first change replaced, else its present "
    "value; then what each change before T set.",
    rules=("RT-M1", "AMP-W4"),
    grain="ticket × value of the field",
    units="",
    sql="""
CREATE TABLE stage_told AS
WITH changed AS (
    SELECT f.no, c.seq, greatest(c.changed_at, f.created_at) AS since, c.from_value, c.to_value,
           c.changed_at < as_of() AS visible, row_number() OVER (PARTITION BY f.no ORDER BY c.seq) AS place
    FROM wanted_change c
    JOIN rule_stage_field r ON r.field = c.field AND r.field <> 'status'
    JOIN facts f ON f.no = c.no
    WHERE f.in_scope
)
SELECT f.no, 0 AS seq, f.created_at AS since, CASE WHEN c.no IS NULL THEN e.value ELSE c.from_value END AS value
FROM facts f
JOIN rule_stage_field r ON r.field <> 'status'
LEFT JOIN changed c ON c.no = f.no AND c.place = 1
LEFT JOIN store.extra_value e ON e.no = f.no AND e.field = r.field
WHERE f.in_scope
UNION ALL
SELECT no, seq, since, to_value FROM changed WHERE visible
UNION ALL
SELECT s.no, s.seq, s.entered_at, coalesce(s.unknown, n.status)
FROM stay s
JOIN rule_status n ON n.code = s.code
JOIN rule_stage_field r ON r.field = 'status'
""",
)

STAGE_STAY = Metric(
    table="stage_stay",
    public=True,
    moves="left_at IS NULL",
    definition="One row each time a ticket came to a stage. It stays there until it comes to another one or is taken out "
    "of all, or is closed for good; a ticket that nobody gave a stage has no row.",
    rules=("RT-M1",),
    grain="ticket × stay in a stage",
    units="seconds: elapsed, nights and weekends too",
    sql=f"""
CREATE TABLE mart.stage_stay AS
WITH named AS (
    SELECT t.no, t.seq, t.since, coalesce(r.stage, nullif(trim(t.value), '')) AS stage, r.place, r.dropped
    FROM stage_told t LEFT JOIN rule_stage r ON r.raw = t.value
),
compared AS (
    SELECT *, lag(stage) OVER w AS previous FROM named WINDOW w AS (PARTITION BY no ORDER BY seq)
),
bounded AS (
    SELECT no, seq, stage, place, coalesce(dropped, false) AS dropped, since AS entered_at,
           lead(since) OVER w AS next_at, lead(stage) OVER w AS next_stage
    FROM compared WHERE stage IS DISTINCT FROM previous
    WINDOW w AS (PARTITION BY no ORDER BY seq)
),
ended AS (
    SELECT b.*, least(b.next_at, CASE WHEN m.is_closed THEN greatest(m.last_close_at, b.entered_at) END) AS left_at
    FROM bounded b JOIN milestone m ON m.no = b.no
    WHERE b.stage IS NOT NULL
)
SELECT f.ticket_id, f.key, CAST(row_number() OVER (PARTITION BY e.no ORDER BY e.seq) AS INTEGER) AS seq, e.stage, e.place,
       e.dropped, e.entered_at, e.left_at, e.next_stage,
       {epoch_sql("coalesce(e.left_at, as_of())")} - {epoch_sql("e.entered_at")} AS seconds
FROM ended e
JOIN facts f ON f.no = e.no
""",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "seq": "number of the stay, from 1",
        "stage": "the stage, in the profile's spelling; what the field says where the profile does not name it",
        "place": "its place in the order, from 1; empty for one that ends a ticket early, and for one that is not named",
        "dropped": "whether it ends a ticket early",
        "entered_at": "when the ticket came there",
        "left_at": "when it came to another stage, was taken out of all or, if that was earlier, closed for good; empty: it is "
        "still there",
        "next_stage": "the stage it came to then; empty: none",
        "seconds": "from entered_at to left_at, else to T",
    },
    example="""
Created on 1 September in Pre-assessment, Assessed on 4 September, closed on 10 September.
seq 1 Pre-assessment, 3 days, next_stage Assessed; seq 2 Assessed, 6 days, left_at 10 September, next_stage empty.
""",
)
METRICS = (STAGE_TOLD, STAGE_STAY)
