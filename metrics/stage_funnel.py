"""The funnel over stages: how many tickets came how far, how many go on from each stage, and how long it takes (RT-M1)."""

from metrics.metric import Measure
from metrics.statistics import percentile_sql, share_columns, share_sql, too_small_sql

STAGE_REACHED = Measure(
    view="stage_reached",
    definition="How far each ticket came: its furthest stage in the order, where it is now, and how it stands. *Choice:* a "
    "ticket that skips a stage has reached it too; one that goes back has still reached the later stage.",
    rules=("RT-M1",),
    grain="ticket that reached a stage",
    units="",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "furthest": "place of the furthest stage that it reached",
        "stage": "the last stage that it was in",
        "since": "since when it was there",
        "standing": "`done`: it reached the last stage; else `dropped`: its last stage ends a ticket early, or it is closed; "
        "else `on_its_way`",
    },
    example="Of 6 stages: Assessed, then Cancelled: furthest 2, dropped. Assessed, back to Pre-assessment: furthest 2, "
    "on_its_way. Straight to Production: furthest 6, done.",
    select="""
WITH far AS (
    SELECT ticket_id, max(place) AS furthest, max(seq) AS last_seq FROM stage_stay GROUP BY ticket_id
),
ends AS (
    SELECT max(place) AS place FROM stage_rule
)
SELECT t.ticket_id, t.key, f.furthest, s.stage, s.entered_at AS since,
       CASE WHEN f.furthest = e.place THEN 'done'
            WHEN s.dropped OR t.closed_at IS NOT NULL THEN 'dropped'
            ELSE 'on_its_way' END AS standing
FROM far f
JOIN ticket t ON t.ticket_id = f.ticket_id
JOIN stage_stay s ON s.ticket_id = f.ticket_id AND s.seq = f.last_seq
CROSS JOIN ends e
WHERE f.furthest IS NOT NULL
""",
)

STAGE_FUNNEL = Measure(
    view="stage_funnel",
    definition="For each stage in its order: the tickets that reached it, how many of them came further, were dropped or are "
    "on their way (in the last stage: have arrived), and how long the stays in it lasted that have ended. reached = "
    "passed_on + dropped + on_its_way.",
    rules=("RT-M1",),
    grain="stage of the order",
    units="median_seconds, p90_seconds: elapsed, nights and weekends too",
    columns={
        "place": "its place in the order, from 1",
        "stage": "the stage",
        "reached": "tickets that reached it, or a later one",
        "passed_on": "of these, those that reached a later stage",
        "dropped": "those that came no further and were closed, or ended early",
        "on_its_way": "those that came no further yet, or need not: it is the last stage",
        **share_columns("conversion", "passed_on ÷ reached; empty for the last stage"),
        "there_now": "tickets that are in the stage at T and not closed",
        "n": "stays that have ended",
        "median_seconds": "median of how long they lasted",
        "p90_seconds": "90th percentile of it",
        "too_small": "whether n is too small to judge",
    },
    example="""A Pre-assessment 2 days, then Assessed · B Pre-assessment 4 days, then Cancelled · C created in Assessed
Pre-assessment: reached 3, passed_on 2, dropped 1, conversion 2/3, n 2, median 2 days
Assessed: reached 2, on_its_way 2""",
    select=f"""
WITH counted AS (
    SELECT r.place, r.stage, count(q.ticket_id) AS reached,
           count(CASE WHEN q.furthest > r.place THEN 1 END) AS passed_on,
           count(CASE WHEN q.furthest = r.place AND q.standing = 'dropped' THEN 1 END) AS dropped,
           count(CASE WHEN q.furthest = r.place AND q.standing <> 'dropped' THEN 1 END) AS on_its_way
    FROM stage_rule r LEFT JOIN stage_reached q ON q.furthest >= r.place
    WHERE r.place IS NOT NULL
    GROUP BY r.place, r.stage
),
timed AS (
    SELECT s.place, count(*) - count(s.left_at) AS there_now, count(s.left_at) AS n,
           {percentile_sql(0.5, "CASE WHEN s.left_at IS NOT NULL THEN s.seconds END")} AS median_seconds,
           {percentile_sql(0.9, "CASE WHEN s.left_at IS NOT NULL THEN s.seconds END")} AS p90_seconds
    FROM stage_stay s WHERE s.place IS NOT NULL GROUP BY s.place
)
SELECT c.place, c.stage, c.reached, c.passed_on, c.dropped, c.on_its_way,
       {share_sql("c.passed_on", "(CASE WHEN c.place < e.place THEN c.reached ELSE 0 END)", "conversion")},
       coalesce(t.there_now, 0) AS there_now, coalesce(t.n, 0) AS n, t.median_seconds, t.p90_seconds,
       {too_small_sql("coalesce(t.n, 0)")} AS too_small
FROM counted c
LEFT JOIN timed t ON t.place = c.place
CROSS JOIN (SELECT max(place) AS place FROM stage_rule) e
ORDER BY c.place
""",
)
MEASURES = (STAGE_REACHED, STAGE_FUNNEL)
