"""Satisfaction per month since the start (AMP-S1, AMP-S2), and the scores that need a look."""

from metrics.metric import Measure
from metrics.periods import spine_sql
from metrics.statistics import share_columns, share_sql, too_small_sql


def asked_sql(project: str) -> str:
    """SQL: whether a ticket of that project is asked for a score."""
    return f"""({project} IN (SELECT project FROM satisfaction_rule)
        OR EXISTS (SELECT 1 FROM satisfaction_rule WHERE project IS NULL))"""


IS_ASKED = asked_sql("project")
_SCOPED = f"""scoped AS (
    SELECT ticket_id, key, project, created_month, resolved_month FROM ticket WHERE {IS_ASKED}
)"""


def _of_month(part: str) -> str:
    """SQL: the tickets solved in a month and what stands for them (`counted`), and the scores set in it (`given`)."""
    scores = ", ".join(f"count(CASE WHEN valid AND score = {n} THEN 1 END) AS score_{n}" for n in range(1, 6))
    rated = ", ".join(f"r.{name}" for name in _COUNTED if name not in ("solved", "not_scored", "changed"))
    return f"""standing AS (
    SELECT project, resolved_month, score, set_month, valid FROM score WHERE standing AND {IS_ASKED}
),
solved AS (
    SELECT resolved_month AS month, {part} AS part, count(*) AS solved FROM scoped
    WHERE resolved_month IS NOT NULL GROUP BY resolved_month, part
),
rated AS (
    SELECT resolved_month AS month, {part} AS part, {scores}, count(*) AS with_one,
           count(CASE WHEN NOT valid THEN 1 END) AS out_of_range, count(CASE WHEN valid THEN 1 END) AS scored,
           count(CASE WHEN valid AND set_month IS NULL THEN 1 END) AS undated,
           count(CASE WHEN valid AND set_month <> resolved_month THEN 1 END) AS other_month
    FROM standing WHERE resolved_month IS NOT NULL GROUP BY resolved_month, part
),
moved AS (
    SELECT resolved_month AS month, {part} AS part, count(DISTINCT ticket_id) AS changed FROM score
    WHERE changed AND resolved_month IS NOT NULL AND {IS_ASKED} GROUP BY resolved_month, part
),
given AS (
    SELECT set_month AS month, {part} AS part, count(*) AS given, avg(score) AS average
    FROM standing WHERE valid AND set_month IS NOT NULL GROUP BY set_month, part
),
counted AS (
    SELECT s.month, s.part, s.solved, s.solved - coalesce(r.with_one, 0) AS not_scored,
           {rated}, c.changed
    FROM solved s
    LEFT JOIN rated r ON r.month = s.month AND r.part = s.part
    LEFT JOIN moved c ON c.month = s.month AND c.part = s.part
)"""


def _select(by_project: bool) -> str:
    shown = ", ".join(f"coalesce(s.{name}, 0) AS {name}" for name in _COUNTED)
    part = "project" if by_project else "'all'"
    return f"""
WITH {_SCOPED},
{_of_month(part)},
spine AS (
    {spine_sql("month", "(SELECT min(created_month) FROM scoped)")}
),
filled AS (
    SELECT m.month, p.part, m.complete, {shown}, coalesce(g.given, 0) AS given, g.average
    FROM spine m
    CROSS JOIN (SELECT DISTINCT {part} AS part FROM scoped) p
    LEFT JOIN counted s ON s.month = m.month AND s.part = p.part
    LEFT JOIN given g ON g.month = m.month AND g.part = p.part
)
SELECT month, {"part AS project, " if by_project else ""}complete, {", ".join(_COUNTED)},
       {share_sql("scored", "solved", "response_rate")},
       given, average, {too_small_sql("given")} AS average_too_small
FROM filled ORDER BY month, part
"""


_COUNTED = {
    "solved": "tickets whose final resolution lies in the month",
    **{f"score_{n}": f"of these, those whose score that stands is {n}" for n in range(1, 6)},
    "not_scored": "of these, those without a score",
    "out_of_range": "of these, those with a score that is no whole number from 1 to 5",
    "scored": "of these, those with a valid score: score_1 to score_5 together",
    "undated": "of the validly scored, those whose score has no date: they are in no month's average",
    "other_month": "of the validly scored, those whose score was set in another month than the resolution",
    "changed": "of the solved, those whose score was set to another value at least once",
}


def _month(by_project: bool = False) -> Measure:
    return Measure(
        view="satisfaction_month_project" if by_project else "satisfaction_month",
        definition="Satisfaction per month since the start, of the projects that ask for a score. Counts per score are over "
        "the tickets solved in the month (final resolution) and say what stands at T; the average is over the valid scores "
        "that were set in the month, whenever their ticket was solved, or if it was not. Undated scores are in no average.",
        rules=("AMP-S1", "AMP-S2"),
        grain="month × project" if by_project else "month",
        units="tickets; average: 1 to 5",
        columns={
            "month": "first day of the month",
            **({"project": "the project at T"} if by_project else {}),
            "complete": "whether the month has ended by T",
            **_COUNTED,
            **share_columns("response_rate", "scored ÷ solved"),
            "given": "n of the average: valid scores that stand and were set in the month",
            "average": "average of these; empty if there is none",
            "average_too_small": "whether given is too small to judge the average",
        },
        example="""all solved in Oct: A scored 4 in Oct · B scored 5 in Nov · C scored 9 in Oct · D not scored
month  solved  score_4  score_5  out_of_range  not_scored  scored  response_rate  given  average
Oct         4        1        1             1           1       2           0.50      1      4.0
Nov         0        0        0             0           0       0                     1      5.0""",
        select=_select(by_project),
    )


REMARK = Measure(
    view="satisfaction_remark",
    definition="Scores that need a look. changed: set to another value than before. withdrawn: there was one, and none stands. "
    "other month: a valid score that was set in another month than the final resolution. out of range: it stands and is no "
    "whole number from 1 to 5. undated: it stands, is valid, and no change tells when it was set. Also of tickets that are "
    "not solved.",
    rules=("AMP-S1", "AMP-S2"),
    grain="ticket × remark (changed: × change)",
    units="",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "project": "its project at T",
        "remark": "changed, withdrawn, other month, out of range, undated",
        "raw": "the score as the source has it; for withdrawn the last one",
        "previous": "what the source had just before, where a change tells",
        "set_at": "when it was set; empty: undated",
        "set_month": "first day of the month of set_at",
        "resolved_month": "first day of the month of the final resolution; empty: not solved",
    },
    example="""solved 30 Oct · 30 Oct score 2 · 3 Nov score 5
changed: 5 after 2, set 3 Nov · other month: set in November, solved in October""",
    select=f"""
WITH {_SCOPED},
valued AS (
    SELECT s.*, lead(s.seq) OVER (PARTITION BY s.ticket_id ORDER BY s.seq) IS NULL AS is_last FROM score s
),
remark AS (
    SELECT *, 'changed' AS remark FROM valued WHERE changed
    UNION ALL SELECT *, 'withdrawn' FROM valued WHERE is_last AND NOT standing
    UNION ALL SELECT *, 'other month' FROM valued WHERE standing AND valid AND set_month IS NOT NULL
    UNION ALL SELECT *, 'out of range' FROM valued WHERE standing AND NOT valid
    UNION ALL SELECT *, 'undated' FROM valued WHERE standing AND valid AND set_at IS NULL
)
SELECT t.ticket_id, t.key, t.project, r.remark, r.raw, r.previous, r.set_at, r.set_month, t.resolved_month
FROM remark r JOIN scoped t ON t.ticket_id = r.ticket_id
WHERE r.remark <> 'other month' OR r.set_month <> t.resolved_month
ORDER BY r.remark, r.set_at, t.ticket_id
""",
)
SERVICE = Measure(
    view="satisfaction_service",
    definition="Valid scores that stand, by service and the month in which they were set: one survey answer a ticket.",
    rules=("OPS-M5", "AMP-S2"),
    grain="service × month",
    units="average: 1 to 5",
    columns={
        "service": "the ticket's service at T; empty: it names none",
        "month": "month in which the score was set, in the desk's zone; empty: no change tells",
        "n": "valid scores",
        "average": "average of them",
        "lowest": "the lowest of them",
        "too_small": "whether n is too small to judge the average",
    },
    example="B2SAFE gets 5, 4 and 3 in October, B2FIND nothing.\nB2SAFE, October: n 3, average 4.0, lowest 3, too_small.",
    select=f"""
WITH {_SCOPED}
SELECT t.service, s.set_month AS month, count(*) AS n, avg(s.score) AS average, min(s.score) AS lowest,
       {too_small_sql("count(*)")} AS too_small
FROM score s JOIN ticket t ON t.ticket_id = s.ticket_id
WHERE s.standing AND s.valid AND t.ticket_id IN (SELECT ticket_id FROM scoped)
GROUP BY t.service, s.set_month
""",
)
MEASURES = (_month(), _month(by_project=True), SERVICE, REMARK)
