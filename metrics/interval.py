"""Stays in a status (1.2): what every clock is read from."""

from metrics.metric import Metric
from metrics.responder import RESPONDS, responder_join
from metrics.working_time import before_sql, epoch_sql

STATUS_CHANGE = Metric(
    table="status_change",
    definition="Changes of the status of tickets in scope, those after T too, by code of status; `previous_code` is the "
    "one entered before, NULL for the first; none happens before creation.",
    rules=("1.2", "AMP-W3", "AMP-W4"),
    grain="ticket × status change",
    units="",
    sql=f"""
CREATE TABLE status_change AS
WITH coded AS (
    SELECT f.no, c.seq, greatest(c.changed_at, f.created_at) AS entered_at, c.author, fr.code AS from_code,
           t.code AS to_code, t.unknown,
           fr.unknown AS from_unknown,
           c.changed_at < as_of() AS visible,
           {RESPONDS} AS responds
    FROM wanted_change c
    JOIN facts f ON f.no = c.no
    {responder_join("c.changed_at")}
    LEFT JOIN rule_status_name t
      ON t.source = f.source AND t.raw = coalesce(c.to_value, '') AND t.raw_id = coalesce(c.to_id, '')
    LEFT JOIN rule_status_name fr
      ON fr.source = f.source AND fr.raw = coalesce(c.from_value, '') AND fr.raw_id = coalesce(c.from_id, '')
    WHERE c.field = 'status' AND f.in_scope
)
SELECT *, lag(to_code) OVER w AS previous_code, lead(seq) OVER w IS NULL AS is_last
FROM coded WINDOW w AS (PARTITION BY no ORDER BY seq)
""",
)

STAY = Metric(
    table="stay",
    definition="Stays in a status: from a move to the next, or to T. Zero-length stays count. Creation is the first move, "
    "into the first change's `from`, else the present status; a move between two spellings of one status is none. "
    "`unknown`: the raw name of a status that nobody mapped, as the stay began with it. `responds`: of the move into it.",
    rules=("1.2", "1.5", "AMP-W2", "AMP-W3", "AMP-W4"),
    grain="ticket × stay",
    units="`before_…`: open seconds of the calendar before the instant",
    sql=f"""
CREATE TABLE stay AS
WITH move AS (
    SELECT f.no, 0 AS seq, f.created_at AS entered_at, CAST(NULL AS VARCHAR) AS author,
           coalesce(c.from_code, s.code) AS code,
           CASE WHEN c.no IS NULL THEN s.unknown ELSE c.from_unknown END AS unknown, false AS responds
    FROM facts f
    LEFT JOIN status_change c ON c.no = f.no AND c.previous_code IS NULL
    LEFT JOIN rule_status_name s ON s.source = f.source AND s.raw = coalesce(f.current_status, '')
        AND s.raw_id = coalesce(f.current_status_id, '')
    WHERE f.in_scope
    UNION ALL
    SELECT no, seq, entered_at, author, to_code, unknown, responds FROM status_change
    WHERE visible AND to_code <> coalesce(previous_code, from_code)
),
timed AS (
    SELECT no, seq, entered_at, {epoch_sql("entered_at")} AS entered_second, author, code, unknown, responds FROM move
),
placed AS (
    SELECT m.no, m.seq, m.entered_at, m.author, m.code, m.unknown, m.responds, s.is_waiting, s.is_resolved, s.is_closed,
           {before_sql("m.entered_second")} AS before_entered
    FROM timed m
    JOIN utc_day d ON d.day = m.entered_second // 86400
    JOIN rule_status s ON s.code = m.code
),
bounded AS (
    SELECT no, entered_at, author, code, unknown, responds, is_waiting, is_resolved, is_closed, before_entered,
           row_number() OVER w AS seq,
           lead(entered_at) OVER w AS left_at,
           lead(before_entered) OVER w AS before_left,
           lag(is_resolved) OVER w AS was_resolved, lag(is_closed) OVER w AS was_closed,
           lag(code) OVER w AS previous_code
    FROM placed
    WINDOW w AS (PARTITION BY no ORDER BY seq)
)
SELECT b.no, CAST(b.seq AS INTEGER) AS seq, b.code, u.raw AS unknown, b.author, b.entered_at, b.left_at,
       coalesce(b.left_at, as_of()) AS until_at,
       b.before_entered, coalesce(b.before_left, before_as_of()) AS before_until,
       b.is_waiting, b.is_resolved, b.is_closed, coalesce(b.was_resolved, false) AS was_resolved,
       coalesce(b.was_closed, false) AS was_closed, b.previous_code, b.responds
FROM bounded b LEFT JOIN rule_status_name u ON u.unknown = b.unknown
""",
)

INTERVAL = Metric(
    table="interval",
    public=True,
    moves="left_at IS NULL",
    definition="One row a stay in a status, from creation on, without a gap; `left_at` is empty for the stay that "
    "stands at T; the CLOSED stay that stands has no working time, since it would grow for ever.",
    rules=("1.2", "1.5"),
    grain="ticket × stay in a status",
    units="working_seconds: open seconds of the calendar",
    sql="""
CREATE TABLE mart.interval AS
SELECT f.ticket_id, f.key, s.seq, coalesce(s.unknown, n.status) AS status, p.phase, s.entered_at, s.left_at,
       CASE WHEN s.left_at IS NULL AND s.is_closed THEN NULL
            ELSE s.before_until - s.before_entered END AS working_seconds,
       s.before_entered AS seconds_before
FROM stay s
JOIN facts f ON f.no = s.no
JOIN rule_status n ON n.code = s.code
LEFT JOIN rule_phase p ON p.code = s.code AND p.project = f.project
""",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "seq": "number of the stay, from 1 at creation",
        "status": "status, in the profile's spelling; the raw name of one that nobody mapped",
        "phase": "phase of the status in the project at T; empty for an unmapped status",
        "entered_at": "start of the stay; of the first one, creation",
        "left_at": "the move out of it; empty: it stands at T",
        "working_seconds": "working time of the stay, to T while it stands; empty for a CLOSED stay that stands",
        "seconds_before": "open seconds of the calendar before the stay began, on the count of calendar_day",
    },
    example="""
Created Monday 16:00 in OPEN, RECEIVED Tuesday 10:00, seen as of Tuesday 12:00:
seq 1 OPEN, Monday 16:00 to Tuesday 10:00, 7,200 s (16-17 and 9-10); seq 2 RECEIVED, since Tuesday 10:00, 7,200 s.
A move to `Received` is none: the same status in another spelling.
""",
)
METRICS = (STATUS_CHANGE, STAY, INTERVAL)
