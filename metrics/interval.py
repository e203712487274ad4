"""Stays in a status (1.2): what every clock is read from."""

from metrics.metric import Metric
from metrics.working_time import before_sql, epoch_sql

MOVE = Metric(
    table="move",
    definition="Status moves visible at T, in order, none before creation; creation itself is move 0, into the first "
    "change's `from`, else the present status. A move between two spellings of one status is no move.",
    rules=("1.2", "AMP-W3", "AMP-W4"),
    grain="ticket × move",
    units="",
    sql=f"""
CREATE TEMP TABLE move AS
WITH change AS (
    SELECT f.no, c.seq, c.changed_at, c.author, f.created_at,
           coalesce(c.from_value, '') AS from_value, coalesce(c.from_id, '') AS from_id,
           coalesce(c.to_value, '') AS to_value, coalesce(c.to_id, '') AS to_id,
           row_number() OVER (PARTITION BY f.no ORDER BY c.seq) AS place
    FROM store.change c JOIN facts f ON f.ticket_id = c.ticket_id
    WHERE c.field = 'status' AND f.in_scope
),
event AS (
    SELECT f.no, 0 AS seq, f.created_at AS entered_at, CAST(NULL AS VARCHAR) AS author, s.code
    FROM facts f
    LEFT JOIN change c ON c.no = f.no AND c.place = 1
    JOIN rule_status_name s
      ON s.raw = CASE WHEN c.no IS NULL THEN coalesce(f.current_status, '') ELSE c.from_value END
     AND s.raw_id = CASE WHEN c.no IS NULL THEN coalesce(f.current_status_id, '') ELSE c.from_id END
     AND s.source = f.source
    WHERE f.in_scope
    UNION ALL
    SELECT c.no, c.seq, greatest(c.changed_at, c.created_at), c.author, s.code
    FROM change c
    JOIN facts f ON f.no = c.no
    JOIN rule_status_name s ON s.raw = c.to_value AND s.raw_id = c.to_id AND s.source = f.source
    CROSS JOIN as_of
    WHERE c.changed_at < as_of.at_instant
),
compared AS (
    SELECT *, lag(code) OVER (PARTITION BY no ORDER BY seq) AS previous_code FROM event
)
SELECT no, seq, entered_at, {epoch_sql("entered_at")} AS entered_second, author, code
FROM compared WHERE previous_code IS NULL OR previous_code <> code
""",
)

STAY = Metric(
    table="stay",
    definition="Stays in a status: from a move to the next, or to T. Zero-length stays count.",
    rules=("1.2", "1.5", "AMP-W2"),
    grain="ticket × stay",
    units="`before_…`: open seconds of the calendar before the instant",
    sql=f"""
CREATE TEMP TABLE stay AS
WITH placed AS (
    SELECT m.no, m.seq, m.entered_at, m.author, m.code, s.kind, s.is_resolved,
           {before_sql("m.entered_second")} AS before_entered
    FROM move m
    JOIN utc_day d ON d.day = m.entered_second // 86400
    JOIN rule_status s ON s.code = m.code
),
bounded AS (
    SELECT no, entered_at, author, code, kind, is_resolved, before_entered,
           row_number() OVER w AS seq,
           lead(entered_at) OVER w AS left_at,
           lead(before_entered) OVER w AS before_left,
           lag(is_resolved) OVER w AS was_resolved
    FROM placed
    WINDOW w AS (PARTITION BY no ORDER BY seq)
)
SELECT b.no, CAST(b.seq AS INTEGER) AS seq, b.code, b.kind, b.author, b.entered_at, b.left_at,
       coalesce(b.left_at, as_of.at_instant) AS until_at,
       b.before_entered, coalesce(b.before_left, as_of.before_t) AS before_until,
       b.is_resolved, coalesce(b.was_resolved, false) AS was_resolved
FROM bounded b CROSS JOIN as_of
""",
)

INTERVAL = Metric(
    table="interval",
    public=True,
    definition="One row a stay in a status, from creation on, without a gap; `left_at` is empty for the stay that "
    "stands at T; the CLOSED stay that stands has no working time, since it would grow for ever.",
    rules=("1.2", "1.5"),
    grain="ticket × stay in a status",
    units="working_seconds: open seconds of the calendar",
    sql="""
CREATE TABLE mart.interval AS
SELECT f.ticket_id, f.key, s.seq, n.status, p.phase, s.entered_at, s.left_at,
       CASE WHEN s.left_at IS NULL AND s.kind = 'closed' THEN NULL
            ELSE s.before_until - s.before_entered END AS working_seconds
FROM stay s
JOIN facts f ON f.no = s.no
JOIN rule_status n ON n.code = s.code
LEFT JOIN rule_phase p ON p.code = s.code AND p.project = f.project
""",
)
METRICS = (MOVE, STAY, INTERVAL)
