"""Stays of tickets at the lines of support and their units, and how soon each answered (DMSU-M1 to M5, OPS-M1)."""

from typing import get_args

from metrics.metric import Metric
from metrics.months import month_sql
from metrics.profile import UnitField
from metrics.working_time import before_sql, epoch_sql


def _unit_of_ticket(field: str) -> str:
    """SQL: what a ticket `f` has in the field that names a line's units."""
    cases = " ".join(f"WHEN '{name}' THEN f.{name}" for name in get_args(UnitField))
    return f"CASE {field} {cases} END"


UNIT_SPAN = Metric(
    table="unit_span",
    definition="Which unit was named from when to when, for tickets on which it changed; changes at one instant are one. "
    "`unit_no` numbers the units of a ticket.",
    rules=("OPS-M1", "AMP-W4"),
    grain="ticket × field × span",
    units="",
    sql="""
CREATE TABLE unit_span AS
WITH change AS (
    SELECT f.no, c.field, c.seq, greatest(c.changed_at, f.created_at) AS since, c.author,
           nullif(c.from_value, '') AS from_unit, nullif(c.to_value, '') AS unit,
           row_number() OVER (PARTITION BY f.no, c.field ORDER BY c.seq) AS place
    FROM wanted_change c JOIN facts f ON f.no = c.no
    WHERE c.field IN (SELECT unit_field FROM rule_line_name) AND c.changed_at < as_of() AND f.in_scope
),
value AS (
    SELECT no, field, 0 AS seq, CAST('0001-01-01' AS TIMESTAMP) AS since, CAST(NULL AS VARCHAR) AS author,
           from_unit AS unit
    FROM change WHERE place = 1
    UNION ALL
    SELECT no, field, seq, since, author, unit FROM change
),
settled AS (
    SELECT *, lead(since) OVER (PARTITION BY no, field ORDER BY seq) AS next_since FROM value
),
differing AS (
    SELECT *, lag(unit) OVER w AS previous, row_number() OVER w AS place
    FROM settled WHERE next_since IS NULL OR next_since > since
    WINDOW w AS (PARTITION BY no, field ORDER BY seq)
)
SELECT no, field, since, author, unit, CAST(place AS INTEGER) AS span,
       CAST(min(place) OVER (PARTITION BY no, field, unit) AS INTEGER) AS unit_no,
       coalesce(lead(since) OVER w, CAST('9999-01-01' AS TIMESTAMP)) AS until_at
FROM differing WHERE place = 1 OR unit IS DISTINCT FROM previous
WINDOW w AS (PARTITION BY no, field ORDER BY seq)
""",
)

UNIT_CUT = Metric(
    table="unit_cut",
    definition="Changes of the unit in the middle of a stay at its line: the rest of the stay is the other unit's.",
    rules=("OPS-M1",),
    grain="ticket × stay × change of the unit",
    units="`before_…`: open seconds of the calendar before the instant",
    sql=f"""
CREATE TABLE unit_cut AS
WITH cut AS (
    SELECT s.no, s.seq, u.span, u.since AS cut_at, u.author, s.code, s.before_until,
           {before_sql(epoch_sql("u.since"))} AS before_cut
    FROM unit_span u
    JOIN facts f ON f.no = u.no
    JOIN stay s ON s.no = u.no AND s.entered_at < u.since AND u.since < s.until_at
    JOIN rule_line l ON l.code = s.code AND l.project = f.project AND l.unit_field = u.field
    JOIN utc_day d ON d.day = {epoch_sql("u.since")} // 86400
)
SELECT no, seq, span, cut_at, author, code, before_cut,
       coalesce(lead(before_cut) OVER (PARTITION BY no, seq ORDER BY span), before_until) AS before_left
FROM cut
""",
)

LINE_TURN = Metric(
    table="line_turn",
    definition="When a ticket came to a line or to another unit of it, or was resolved; while it is in a status of no line "
    "(the user is asked) it stays with the line it was at. `post`: line and unit, 0 when resolved. `answer_seq`: the "
    "next move by somebody known who is neither automation nor the reporter at that moment.",
    rules=("DMSU-M1", "DMSU-M3", "OPS-M1"),
    grain="ticket × turn",
    units="before_arrived: open seconds of the calendar before; own_before, own_in_all: open seconds at lines",
    sql=f"""
CREATE TABLE line_turn AS
WITH first_cut AS (
    SELECT no, seq, min(before_cut) AS before_cut FROM unit_cut GROUP BY no, seq
),
piece AS (
    SELECT s.no, s.seq, 0 AS part, s.entered_at AS arrived_at, s.before_entered AS before_arrived,
           coalesce(c.before_cut, s.before_until) AS before_left, s.code, s.author, s.is_resolved,
           s.responds
    FROM stay s LEFT JOIN first_cut c ON c.no = s.no AND c.seq = s.seq
    UNION ALL
    SELECT no, seq, span, cut_at, before_cut, before_left, code, author, false, false FROM unit_cut
),
placed AS (
    SELECT p.no, p.seq, p.part, p.arrived_at, p.before_arrived, p.author, coalesce(x.line, l.line) AS line,
           CASE WHEN p.is_resolved THEN 0 ELSE coalesce(x.line, l.line) * 1000000 + coalesce(u.unit_no, 0) END AS post,
           CASE WHEN coalesce(x.line, l.line) IS NULL THEN 0 ELSE p.before_left - p.before_arrived END AS own,
           CASE WHEN p.responds THEN p.seq END AS answer_seq
    FROM piece p
    JOIN facts f ON f.no = p.no
    LEFT JOIN rule_line l ON l.code = p.code AND l.project = f.project
    LEFT JOIN unit_span u ON u.no = p.no AND u.field = l.unit_field
        AND u.since <= p.arrived_at AND p.arrived_at < u.until_at
    LEFT JOIN rule_line_unit x ON x.code = p.code AND x.project = f.project
        AND x.unit = CASE WHEN u.no IS NOT NULL THEN u.unit ELSE {_unit_of_ticket("l.unit_field")} END
),
seen AS (
    SELECT no, seq, part, arrived_at, before_arrived, author, line, post,
           lag(post IGNORE NULLS) OVER w AS previous_post, sum(own) OVER w - own AS own_before,
           sum(own) OVER (PARTITION BY no) AS own_in_all,
           lead(answer_seq IGNORE NULLS) OVER w AS answer_seq
    FROM placed WINDOW w AS (PARTITION BY no ORDER BY seq, part)
)
SELECT no, seq, part, arrived_at, before_arrived, author, line, nullif(previous_post // 1000000, 0) AS line_before, post,
       own_before, own_in_all, answer_seq
FROM seen WHERE post IS NOT NULL AND (previous_post IS NULL OR post <> previous_post)
""",
)

AT_LINE = Metric(
    table="at_line",
    definition="Stays at a line and unit, from one turn to the next, with how they ended and the move that answered.",
    rules=("DMSU-M1", "DMSU-M2", "DMSU-M4", "DMSU-M5", "OPS-M1"),
    grain="ticket × stay at a line and unit",
    units="working_seconds, line_seconds: open seconds in the line's own statuses; `before_…`: open seconds before the instant",
    sql=f"""
CREATE TABLE at_line AS
WITH turned AS (
    SELECT *, lead(line) OVER w AS line_after, lead(post) OVER w AS post_after, lead(post, 2) OVER w AS post_then,
           lead(arrived_at) OVER w AS left_at, lead(before_arrived) OVER w AS before_left, lead(seq) OVER w AS left_seq,
           count(*) FILTER (WHERE post > 0) OVER w AS place,
           coalesce(lead(own_before) OVER w, own_in_all) AS own_left,
           max(CASE WHEN line_before IS DISTINCT FROM line THEN own_before END) OVER w AS own_at_line
    FROM line_turn WINDOW w AS (PARTITION BY no ORDER BY seq, part)
)
SELECT b.no, CAST(b.place AS INTEGER) AS seq, b.line, b.line_before,
       n.name, CASE WHEN n.unit_field IS NULL THEN n.name
                    WHEN u.no IS NOT NULL THEN u.unit
                    ELSE {_unit_of_ticket("n.unit_field")} END AS unit,
       b.author AS brought_by, b.arrived_at, b.before_arrived, b.left_at, b.before_left,
       CASE WHEN b.post_after = 0 THEN
                CASE WHEN m.is_resolved AND b.post_then IS NULL THEN 'resolved' ELSE 'reopened' END
            WHEN b.line_after > b.line THEN 'passed'
            WHEN b.line_after < b.line THEN 'returned'
            WHEN b.line_after = b.line THEN 'reassigned' END AS ended,
       b.own_left - b.own_before AS working_seconds, b.own_left - b.own_at_line AS line_seconds,
       a.entered_at AS answered_at, a.before_entered AS before_answered
FROM turned b
JOIN facts f ON f.no = b.no
JOIN milestone m ON m.no = b.no
JOIN rule_line_name n ON n.line = b.line
LEFT JOIN stay a ON a.no = b.no AND a.seq = b.answer_seq AND (b.left_seq IS NULL OR b.answer_seq <= b.left_seq)
LEFT JOIN unit_span u ON u.no = b.no AND u.field = n.unit_field AND u.since <= b.arrived_at AND b.arrived_at < u.until_at
WHERE b.post > 0
""",
)

LINE_ANSWER = Metric(
    table="line_answer",
    definition="The first public comment while a ticket was at a line and unit, before any move answered: by somebody "
    "known who is neither automation, nor the reporter at that moment, nor the one who brought the ticket there.",
    rules=("DMSU-M3", "OPS-M1"),
    grain="ticket × stay at a line and unit that a comment answered",
    units="",
    sql="""
CREATE TABLE line_answer AS
SELECT b.no, b.seq, min(c.said_at) AS answered_at
FROM response_comment c
JOIN at_line b ON b.no = c.no AND b.arrived_at <= c.said_at AND (b.left_at IS NULL OR c.said_at < b.left_at)
WHERE (b.answered_at IS NULL OR c.said_at < b.answered_at) AND (b.brought_by IS NULL OR c.author <> b.brought_by)
GROUP BY b.no, b.seq
""",
)

UNIT_OLA = Metric(
    table="unit_ola",
    definition="The first OLA of the profile that fits a line and unit, from when to when.",
    rules=("OPS-M1", "OPS-M2"),
    grain="line × unit × span of time",
    units="ola_seconds: open seconds of the calendar",
    sql="""
CREATE TABLE unit_ola AS
WITH pair AS (
    SELECT DISTINCT name, unit FROM at_line
),
bound AS (
    SELECT since AS since FROM rule_ola UNION SELECT until_at FROM rule_ola
),
era AS (
    SELECT since, lead(since) OVER (ORDER BY since) AS until_at FROM bound
),
fitting AS (
    SELECT p.name, p.unit, e.since, e.until_at, min(o.place) AS place
    FROM pair p
    JOIN rule_ola o ON o.line = p.name AND (o.unit IS NULL OR o.unit = p.unit)
    JOIN era e ON o.since <= e.since AND e.until_at <= o.until_at
    GROUP BY p.name, p.unit, e.since, e.until_at
),
ola AS (
    SELECT DISTINCT place, ola_seconds FROM rule_ola
)
SELECT f.name, f.unit, f.since, f.until_at, o.ola_seconds FROM fitting f JOIN ola o ON o.place = f.place
""",
)

LINE_STAY = Metric(
    table="line_stay",
    public=True,
    moves="left_at IS NULL",
    definition="One row each time a ticket came to a line of support, or there to another unit. It stays there until "
    "another line or unit has it or it is resolved; a status of no line (the user is asked) leaves it there, but does not "
    "count as the line's time. *Choice:* its response is the first status move, the one that ends the stay included, or "
    "public comment by somebody known who is neither automation nor the reporter at that moment; a comment of the one who "
    "brought the ticket there is no answer. The OLA is the one in force at the response, else when it left, else at T.",
    rules=("DMSU-M1", "DMSU-M2", "DMSU-M3", "DMSU-M4", "DMSU-M5", "OPS-M1", "OPS-M2"),
    grain="ticket × stay at a line and unit",
    units="working_seconds, line_seconds, response_seconds, ola_seconds: open seconds of the calendar",
    sql=f"""
CREATE TABLE mart.line_stay AS
WITH answered AS (
    SELECT b.no, b.seq, b.name, b.unit, p.name AS line_before, b.arrived_at, b.before_arrived, b.left_at, b.ended,
           b.working_seconds, b.line_seconds, coalesce(c.answered_at, b.answered_at) AS responded_at,
           coalesce({before_sql(epoch_sql("c.answered_at"))}, b.before_answered) AS before_responded, b.before_left
    FROM at_line b
    LEFT JOIN line_answer c ON c.no = b.no AND c.seq = b.seq
    LEFT JOIN rule_line_name p ON p.line = b.line_before
    LEFT JOIN utc_day d ON d.day = {epoch_sql("c.answered_at")} // 86400
),
timed AS (
    SELECT a.*, coalesce(a.before_responded, a.before_left, before_as_of()) - a.before_arrived AS response_seconds,
           coalesce(a.responded_at, a.left_at) AS judged_at
    FROM answered a
)
SELECT f.ticket_id, f.key, t.seq, t.name AS line, t.unit, t.line_before AS from_line, t.arrived_at, t.left_at, t.ended,
       CAST(t.working_seconds AS BIGINT) AS working_seconds, CAST(t.line_seconds AS BIGINT) AS line_seconds,
       t.responded_at, t.response_seconds, o.ola_seconds,
       CASE WHEN t.responded_at IS NOT NULL THEN
                CASE WHEN o.ola_seconds IS NULL THEN 'no_goal'
                     WHEN t.response_seconds <= o.ola_seconds THEN 'met' ELSE 'missed' END
            WHEN t.left_at IS NOT NULL THEN CASE WHEN t.response_seconds > o.ola_seconds THEN 'missed' ELSE 'none' END
            WHEN t.response_seconds > o.ola_seconds THEN 'overdue'
            WHEN o.ola_seconds IS NULL THEN 'no_goal' ELSE 'running' END AS response,
       {month_sql(epoch_sql("t.arrived_at"), "am")} AS arrived_month,
       {month_sql(epoch_sql("t.left_at"), "lm")} AS left_month
FROM timed t
JOIN facts f ON f.no = t.no
LEFT JOIN unit_ola o ON o.name = t.name AND o.unit IS NOT DISTINCT FROM t.unit
    AND ((t.judged_at IS NOT NULL AND o.since <= t.judged_at AND t.judged_at < o.until_at)
      OR (t.judged_at IS NULL AND o.since < as_of() AND as_of() <= o.until_at))
LEFT JOIN utc_month am ON am.day = {epoch_sql("t.arrived_at")} // 86400
LEFT JOIN utc_month lm ON lm.day = {epoch_sql("t.left_at")} // 86400
""",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "seq": "place among the ticket's stays at lines, from 1",
        "line": "the line, as the profile names it",
        "unit": "who works there: the value of the line's unit field (empty: nobody named), or the line itself",
        "from_line": "the line before; empty for the first stay and after a resolution; the same line: another unit had it",
        "arrived_at": "when the ticket came there",
        "left_at": "when another line or unit got it or it was resolved; empty: it is still there",
        "ended": "`passed` to a later line, `returned` to an earlier one, `reassigned` to another unit of the line, "
        "`resolved` for good, `reopened` (resolved, and open again since); empty: it is still there",
        "working_seconds": "open seconds in the line's own statuses",
        "line_seconds": "the same from the coming to the line on, at all its units that had it one after the other",
        "responded_at": "the first response; empty: none (yet)",
        "response_seconds": "open seconds from arrival to the response, else to leaving, else to T",
        "ola_seconds": "the OLA for the response; empty: there is none",
        "response": "`met`, `missed`, `running`, `overdue`; `no_goal`: no OLA; `none`: it left in time without a response",
        "arrived_month": "month of arrival, in the desk's zone",
        "left_month": "month of leaving, in the desk's zone",
    },
    example="DSD-1 comes to RECEIVED on Monday 09:00, goes to TO DO at 11:00, to ON GOING at 12:00, to DELEGATED at 15:00 "
    "and to DONE on Tuesday 10:00, each by hand.\n"
    "desk: Mon 09:00-11:00, passed, 2 h; champion: Mon 11:00-15:00, passed, 1 h of its own (12:00-15:00 the user has it), "
    "response at 12:00 after 1 h; delegated: Mon 15:00-Tue 10:00, resolved, 3 h, response at 10:00 after 3 h.",
)
METRICS = (UNIT_SPAN, UNIT_CUT, LINE_TURN, AT_LINE, LINE_ANSWER, UNIT_OLA, LINE_STAY)
