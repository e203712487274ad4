"""Who held a chain, second for second (AMP-L1): a row a part, and a row a chain."""

from metrics.metric import Metric
from metrics.months import month_sql
from metrics.working_time import epoch_sql

PARTS = {
    "desk": "with the service desk",
    "champion": "with the champion",
    "provider": "with the provider",
    "pass_on": "solved, the answer waiting to be passed on",
    "user": "with the user",
    "confirmation": "waiting for the user's confirmation",
}
TIMES = {"seconds": "elapsed", "working_seconds": "working"}
_TIMED = [(part, time) for time in TIMES for part in PARTS]


def _sum(part: str, time: str) -> str:
    return f"CAST(sum(CASE WHEN part = '{part}' THEN {time} END) AS BIGINT)"


def _told(part: str) -> str:
    return f"SELECT no, '{part}' AS part, {part}_seconds AS seconds, {part}_working_seconds AS working_seconds FROM chain_held"


CONTESTED = Metric(
    table="contested",
    definition="Stays of roots with clones whose part does not follow from the root's status alone: DELEGATED ones, and "
    "those during which another member was with the user.",
    rules=("AMP-L1",),
    grain="root × stay",
    units="`before_…`: open seconds of the calendar before the instant",
    sql="""
CREATE TABLE contested AS
WITH root AS (
    SELECT root_no, min(since) AS since FROM chain_member GROUP BY root_no
),
open_stay AS (
    SELECT s.no, s.seq, s.entered_at, s.until_at, s.before_entered, s.before_until, c.part
    FROM root r
    JOIN stay s ON s.no = r.root_no AND s.until_at > r.since
    JOIN facts f ON f.no = s.no
    JOIN rule_chain c ON c.project = f.project AND c.code = s.code
    WHERE NOT s.is_resolved AND NOT s.is_waiting AND s.entered_at < s.until_at
),
elsewhere AS (
    SELECT m.root_no, greatest(m.since, s.entered_at) AS entered_at, s.until_at
    FROM chain_member m JOIN stay s ON s.no = m.no
    WHERE s.is_waiting AND greatest(m.since, s.entered_at) < s.until_at
)
SELECT o.* FROM open_stay o WHERE o.part = 'delegated'
UNION
SELECT o.* FROM open_stay o
JOIN elsewhere e ON e.root_no = o.no AND e.entered_at < o.until_at AND o.entered_at < e.until_at
WHERE o.part <> 'delegated'
""",
)

CONTESTED_PIECE = Metric(
    table="contested_piece",
    definition="Contested stays, cut wherever a member goes to the user or comes back, or a clone of the root is made, "
    "is settled or opens again; whose each piece is: with the user if any member is; of a DELEGATED root to be passed on "
    "if it has clones and all are DONE or CLOSED, else with the provider.",
    rules=("AMP-L1",),
    grain="root × stay × piece",
    units="`before_…`: open seconds of the calendar before the instant",
    sql="""
CREATE TABLE contested_piece AS
WITH span AS (
    SELECT m.root_no, 1 AS users, 0 AS clones, 0 AS open_ones, greatest(m.since, s.entered_at) AS entered_at, s.until_at,
           greatest(m.before_since, s.before_entered) AS before_entered, s.before_until
    FROM chain_member m JOIN stay s ON s.no = m.no
    WHERE s.is_waiting
    UNION ALL
    SELECT l.origin_no, 0, 1, 0, l.since, as_of(), l.before_since, before_as_of()
    FROM clone_link l
    WHERE l.until_at IS NULL
    UNION ALL
    SELECT l.origin_no, 0, 0, 1, l.since, as_of(), l.before_since, before_as_of()
    FROM clone_link l
    WHERE l.until_at IS NULL AND NOT l.clone_in_scope
    UNION ALL
    SELECT l.origin_no, 0, 0, 1, greatest(l.since, s.entered_at), s.until_at,
           greatest(l.before_since, s.before_entered), s.before_until
    FROM clone_link l JOIN stay s ON s.no = l.clone_no
    WHERE l.until_at IS NULL AND l.clone_in_scope AND NOT s.is_resolved
),
cut AS (
    SELECT c.no, c.seq, s.users, s.clones, s.open_ones,
           greatest(s.entered_at, c.entered_at) AS entered_at, least(s.until_at, c.until_at) AS until_at,
           greatest(s.before_entered, c.before_entered) AS before_entered,
           least(s.before_until, c.before_until) AS before_until
    FROM contested c
    JOIN span s ON s.root_no = c.no AND s.entered_at < c.until_at AND c.entered_at < s.until_at
        AND s.entered_at < s.until_at
),
event AS (
    SELECT no, seq, entered_at AS happened_at, before_entered AS before_happened, 0 AS users, 0 AS clones, 0 AS open_ones
    FROM contested
    UNION ALL SELECT no, seq, until_at, before_until, 0, 0, 0 FROM contested
    UNION ALL SELECT no, seq, entered_at, before_entered, users, clones, open_ones FROM cut
    UNION ALL SELECT no, seq, until_at, before_until, -users, -clones, -open_ones FROM cut
),
instant AS (
    SELECT no, seq, happened_at, max(before_happened) AS before_happened, sum(users) AS users, sum(clones) AS clones,
           sum(open_ones) AS open_ones
    FROM event GROUP BY no, seq, happened_at
),
piece AS (
    SELECT no, seq, happened_at AS entered_at, lead(happened_at) OVER w AS until_at,
           before_happened AS before_entered, lead(before_happened) OVER w AS before_until,
           sum(users) OVER w AS users, sum(clones) OVER w AS clones, sum(open_ones) OVER w AS open_ones
    FROM instant WINDOW w AS (PARTITION BY no, seq ORDER BY happened_at)
)
SELECT p.no, p.entered_at, p.until_at, p.before_entered, p.before_until,
       CASE WHEN p.users > 0 THEN 'user'
            WHEN c.part <> 'delegated' THEN c.part
            WHEN p.clones > 0 AND p.open_ones = 0 THEN 'pass_on'
            ELSE 'provider' END AS part
FROM piece p JOIN contested c ON c.no = p.no AND c.seq = p.seq
WHERE p.until_at IS NOT NULL
""",
)

CHAIN_HELD = Metric(
    table="chain_held",
    definition="A chain's time from the root's creation to the start of its CLOSED stay that stands at T, else to T, by who "
    "held it; empty for a part that had no moment.",
    rules=("AMP-L1", "AMP-W2"),
    grain="chain",
    units="…_seconds: elapsed; …_working_seconds: open seconds of the calendar; both between instants cut to the second",
    sql=f"""
CREATE TABLE chain_held AS
WITH piece AS (
    SELECT s.no, CASE c.part WHEN 'delegated' THEN 'provider' ELSE c.part END AS part,
           s.entered_at, s.until_at, s.before_entered, s.before_until
    FROM chain_root r
    JOIN stay s ON s.no = r.no
    JOIN rule_chain c ON c.project = r.project AND c.code = s.code
    JOIN milestone m ON m.no = s.no
    LEFT JOIN contested x ON x.no = s.no AND x.seq = s.seq
    WHERE s.entered_at < s.until_at AND NOT (m.is_closed AND s.seq >= m.last_close_seq) AND x.no IS NULL
    UNION ALL
    SELECT no, part, entered_at, until_at, before_entered, before_until FROM contested_piece
),
measured AS (
    SELECT no, part, {epoch_sql("until_at")} - {epoch_sql("entered_at")} AS seconds,
           before_until - before_entered AS working_seconds
    FROM piece
)
SELECT no, {", ".join(f"{_sum(part, time)} AS {part}_{time}" for part, time in _TIMED)}
FROM measured GROUP BY no
""",
)

CHAIN_PART = Metric(
    table="chain_part",
    public=True,
    definition="A chain's time from the root's creation to the start of its CLOSED stay that stands at T, else to T, by "
    "who held it; every moment belongs to the first that fits: confirmation (root in DONE, or CLOSED before a reopening), "
    "user (any member ON GOING), desk (root in OPEN or RECEIVED), pass_on (root DELEGATED, all its clones DONE or "
    "CLOSED), provider (root DELEGATED otherwise), champion (root in DSD), provider. The parts add up to the span, second for "
    "second, in elapsed and in working time. A part that had no moment has no row.",
    rules=("AMP-L1", "AMP-W2"),
    grain="chain × part",
    units="seconds: elapsed; working_seconds: open seconds of the calendar; both between instants cut to the second",
    columns={
        "ticket_id": "the root: source and immutable id",
        "root_key": "the root's key at T",
        "part": "confirmation, user, desk, pass_on, provider or champion",
        "seconds": "elapsed seconds",
        "working_seconds": "open seconds of the calendar among them",
    },
    example="DSD-1: Monday 09:00 OPEN, 10:00 RECEIVED, 11:00 DELEGATED, Wednesday 12:00 DONE, Thursday 09:00 CLOSED.\n"
    "DSP-2 clones it: Monday 12:00 TO DO, 13:00 ON GOING, Tuesday 09:00 IN PROGRESS, 17:00 DONE.\n"
    "desk 2 h; provider 2 h + 8 h; user 20 h (4 working: Monday 13:00 to Tuesday 09:00); pass_on 19 h (3 working: "
    "Tuesday 17:00 to Wednesday 12:00); confirmation 21 h (5 working): together 72 h, 24 working.",
    sql=f"""
CREATE TABLE mart.chain_part AS
WITH told AS (
    {" UNION ALL ".join(map(_told, PARTS))}
)
SELECT f.ticket_id, f.key AS root_key, t.part, t.seconds, t.working_seconds
FROM told t JOIN facts f ON f.no = t.no
WHERE t.seconds IS NOT NULL
""",
)

CHAIN_SPAN = Metric(
    table="chain_span",
    public=True,
    moves="closed_month IS NULL",
    definition="Every chain with its whole span, the user's wait, and the time of each part of it; a part that had no moment "
    "is 0. The parts add up to the span, in elapsed and in working time. The root's fields at T stand beside, for reports.",
    rules=("AMP-L1", "AMP-W2"),
    grain="chain, by its root",
    units="…_seconds: elapsed; …_working_seconds: open seconds of the calendar",
    columns={
        "ticket_id": "the root",
        "key": "its key at T",
        "closed_month": "month in which the root's CLOSED stay that stands began, in the desk's zone; empty: the wait goes on",
        "tickets": "tickets in the chain, the root included",
        "seconds": "the span, elapsed",
        "working_seconds": "the span in working time",
        **{f"{part}_{time}": f"{said}, {TIMES[time]}" for time in TIMES for part, said in PARTS.items()},
        **dict.fromkeys(("project", "service", "type", "priority", "provider"), "the root's, at T"),
        "restricted": "the root's",
    },
    example="DSD-1: Monday 09:00 OPEN, 11:00 DELEGATED, Tuesday 09:00 DONE, 10:00 CLOSED.\n"
    "span 25 h (9 working): desk 2 h (2), provider 22 h (6), confirmation 1 h (1).",
    sql=f"""
CREATE TABLE mart.chain_span AS
WITH member AS (
    SELECT root_no, count(*) AS others FROM chain_member GROUP BY root_no
),
held AS (
    SELECT r.no, {", ".join(f"coalesce(h.{part}_{time}, 0) AS {part}_{time}" for part, time in _TIMED)}
    FROM chain_root r LEFT JOIN chain_held h ON h.no = r.no
)
SELECT f.ticket_id, f.key, {month_sql(epoch_sql("m.last_close_at"), "d")} AS closed_month,
       CAST(coalesce(c.others, 0) + 1 AS INTEGER) AS tickets,
       {", ".join(f"{' + '.join(f'h.{part}_{time}' for part in PARTS)} AS {time}" for time in TIMES)},
       {", ".join(f"h.{part}_{time}" for part, time in _TIMED)},
       f.project, f.service, f.type, f.priority, f.provider, f.restricted
FROM held h
JOIN facts f ON f.no = h.no
JOIN milestone m ON m.no = h.no
LEFT JOIN member c ON c.root_no = h.no
LEFT JOIN utc_month d ON m.is_closed AND d.day = {epoch_sql("m.last_close_at")} // 86400
""",
)
METRICS = (CONTESTED, CONTESTED_PIECE, CHAIN_HELD, CHAIN_PART, CHAIN_SPAN)
