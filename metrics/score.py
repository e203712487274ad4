"""Satisfaction scores: every value that was set, and the one that stands (AMP-S2, AMP-W4)."""

from metrics.metric import Metric
from metrics.months import month_sql
from metrics.working_time import epoch_sql

SCORE_CHANGE = Metric(
    table="score_change",
    definition="Changes of the score of tickets in scope, those after T too; `held` is the value just before: the `to` of "
    "the change before, else the `from` of this first one. None happens before creation.",
    rules=("AMP-S2", "AMP-W3", "AMP-W4"),
    grain="ticket × change of the score",
    units="",
    sql="""
CREATE TABLE score_change AS
WITH change AS (
    SELECT f.no, c.seq, greatest(c.changed_at, f.created_at) AS set_at, c.author, nullif(c.from_value, '') AS from_value,
           nullif(c.to_value, '') AS raw, c.changed_at < as_of() AS visible
    FROM wanted_change c JOIN facts f ON f.no = c.no
    WHERE c.field = 'score' AND f.in_scope
),
placed AS (
    SELECT *, row_number() OVER w AS place, lag(raw) OVER w AS raw_before,
           coalesce(lead(visible) OVER w, false) AS is_overtaken
    FROM change WINDOW w AS (PARTITION BY no ORDER BY seq)
)
SELECT no, place, set_at, author, raw, visible, CASE WHEN place = 1 THEN from_value ELSE raw_before END AS held,
       visible AND NOT is_overtaken AS is_last
FROM placed
""",
)

SCORE = Metric(
    table="score",
    public=True,
    moves="false",
    definition="Every value that the satisfaction score was given up to T. A value that was there at creation, or that no "
    "change tells of, has no set_at: it is undated. Clearing the score makes no row; after it none stands. A score outside "
    "1 to 5, or not whole, is kept and not valid.",
    rules=("AMP-S1", "AMP-S2", "AMP-W4"),
    grain="ticket × value set",
    units="",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "seq": "the ticket's first value is 1, the next 2 …",
        "set_at": "when it was set; empty: undated",
        "basis": "how set_at is known: change (the history tells), first seen (a rating without a date, dated by when it was "
        "first met), undated",
        "set_by": "who set it, by display name; empty: undated, or nobody known",
        "score": "the value as a number; empty if it is none",
        "raw": "the value as the source has it",
        "previous": "what the source had just before; empty: no score",
        "changed": "whether it is another value than the one set before it, also if that was cleared in between",
        "valid": "whether it is a whole number from 1 to 5",
        "standing": "whether it is the value that stands at T",
        "set_month": "first day of the month of set_at, in the desk's zone",
        "project": "the ticket's, at T",
        "resolved_month": "first day of the month of the ticket's final resolution; empty: not resolved",
    },
    example="""created without a score · 3 Oct: 2 · 4 Nov: 5
seq 1: score 2, set_month October, previous empty, does not stand
seq 2: score 5, set_month November, previous 2, stands: only this one is averaged, in November""",
    sql=f"""
CREATE TABLE mart.score AS
WITH value_set AS (
    SELECT no, place, set_at, author, raw, held AS previous, is_last AS standing
    FROM score_change WHERE visible AND raw IS NOT NULL
    UNION ALL
    SELECT no, 0, NULL, NULL, held, NULL, NOT visible FROM score_change WHERE place = 1 AND held IS NOT NULL
    UNION ALL
    SELECT no, 0, scored_at, NULL, score, NULL, true FROM facts
    WHERE in_scope AND score IS NOT NULL AND no NOT IN (SELECT no FROM score_change)
),
numbered AS (
    SELECT *, try_cast(raw AS DOUBLE) AS score, {epoch_sql("set_at")} AS second,
           CAST(row_number() OVER w AS INTEGER) AS seq, lag(raw) OVER w AS raw_before
    FROM value_set WINDOW w AS (PARTITION BY no ORDER BY place)
)
SELECT f.ticket_id, f.key, v.seq, v.set_at,
       CASE WHEN v.place > 0 THEN 'change' WHEN v.set_at IS NULL THEN 'undated' ELSE 'first seen' END AS basis,
       coalesce(p.name, v.author) AS set_by, v.score, v.raw, v.previous,
       coalesce(v.raw <> v.raw_before AND coalesce(v.score <> try_cast(v.raw_before AS DOUBLE), true), false) AS changed,
       coalesce(v.score BETWEEN 1 AND 5 AND v.score = floor(v.score), false) AS valid, v.standing,
       {month_sql("v.second", "m")} AS set_month, f.project,
       CASE WHEN w.is_resolved THEN {month_sql(epoch_sql("w.last_run_at"), "r")} END AS resolved_month
FROM numbered v
JOIN facts f ON f.no = v.no
JOIN milestone w ON w.no = v.no
LEFT JOIN utc_month r ON r.day = {epoch_sql("w.last_run_at")} // 86400
LEFT JOIN utc_month m ON m.day = v.second // 86400
LEFT JOIN store.person p ON p.source = f.source AND p.person_id = v.author
""",
)
METRICS = (SCORE_CHANGE, SCORE)
