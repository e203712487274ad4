"""How old the open work is."""

from metrics.metric import Measure

_BANDS = (("0-1", 0, 1), ("2-7", 2, 7), ("8-30", 8, 30), ("31-90", 31, 90), (">90", 91, None))
_ROWS = " UNION ALL ".join(
    f"SELECT '{name}' AS band, {start} AS from_days, {'CAST(NULL AS INTEGER)' if end is None else end} AS to_days"
    for name, start, end in _BANDS
)

AGEING = Measure(
    view="ageing",
    definition="Tickets that are not CLOSED at T by their age: local days from the day of creation to the last day that T "
    "shows, 0 on the day itself. Every project with tickets has all bands.",
    rules=("AMP-B1", "AMP-W3"),
    grain="project × band",
    units="tickets; ages in calendar days",
    columns={
        "project": "the project at T",
        "band": "0-1, 2-7, 8-30, 31-90, >90 days",
        "from_days": "least age in the band",
        "to_days": "greatest age in the band; empty: no end",
        "unresolved": "tickets in neither DONE nor CLOSED",
        "done": "tickets in DONE that wait to be closed",
    },
    example="""created Mon 1 Sep 23:50, IN PROGRESS, as of Wed 3 Sep 00:10: 2 days old, band 2-7
as of the midnight that ends Tue 2 Sep: 1 day old, band 0-1""",
    select=f"""
WITH band AS (
    {_ROWS}
),
last_day AS (
    SELECT max(c.day) AS day FROM calendar_day c CROSS JOIN meta m WHERE c.begins_at < m.as_of
),
aged AS (
    SELECT t.project, t.resolved_at, date_diff('day', c.day, l.day) AS days
    FROM ticket t
    JOIN calendar_day c ON c.begins_at <= t.created_at AND t.created_at < c.ends_at
    CROSS JOIN last_day l
    WHERE t.closed_at IS NULL
)
SELECT p.project, b.band, b.from_days, b.to_days,
       count(CASE WHEN a.resolved_at IS NULL AND a.days IS NOT NULL THEN 1 END) AS unresolved,
       count(a.resolved_at) AS done
FROM band b
CROSS JOIN (SELECT DISTINCT project FROM ticket) p
LEFT JOIN aged a ON a.project = p.project AND a.days >= b.from_days AND (b.to_days IS NULL OR a.days <= b.to_days)
GROUP BY p.project, b.band, b.from_days, b.to_days
ORDER BY p.project, b.from_days
""",
)
MEASURES = (AGEING,)
