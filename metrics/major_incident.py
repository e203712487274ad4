"""Major incidents: how long until service was restored, and whether the review was held (HD-M5)."""

from metrics.metric import Measure
from metrics.names import same_name_sql

_COLUMNS_OF_TICKET = ("type", "priority", "category")
_FIELD = " ".join(f"WHEN '{name}' THEN t.{name}" for name in _COLUMNS_OF_TICKET)

MAJOR_INCIDENT = Measure(
    view="major_incident",
    definition="The tickets that the profile calls major incidents, by what stands in a field at T. Restored is resolved. "
    "Both times run to T while it is not; a review is held when the profile's field for it says so.",
    rules=("HD-M5",),
    grain="major incident",
    units="restore_seconds: elapsed; working_seconds: open seconds of the calendar",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "created_at": "when it came",
        "restored_at": "final resolution; empty: not restored",
        "restore_seconds": "elapsed time from creation to the resolution, or to T",
        "working_seconds": "working time of the same",
        "reviewed": "whether the review was held; empty: the profile has no field for it",
        "review": "what stands in that field",
    },
    example="A major incident comes Monday 16:00 and is solved Tuesday 10:00; its review is dated 5 September.\n"
    "restore_seconds 64,800 (18 h), working_seconds 7,200 (2 h), reviewed.",
    select=f"""
WITH major AS (
    SELECT DISTINCT t.ticket_id, r.review_field
    FROM ticket t
    CROSS JOIN major_rule r
    LEFT JOIN ticket_field f ON f.ticket_id = t.ticket_id AND f.field = r.field
    WHERE {same_name_sql(f"CASE r.field {_FIELD} ELSE f.value END")} = {same_name_sql("r.value")}
),
worked AS (
    SELECT i.ticket_id, CAST(sum(i.working_seconds) AS BIGINT) AS working_seconds
    FROM "interval" i
    JOIN major x ON x.ticket_id = i.ticket_id
    JOIN ticket t ON t.ticket_id = i.ticket_id
    WHERE t.resolved_at IS NULL OR i.entered_at < t.resolved_at
    GROUP BY i.ticket_id
)
SELECT t.ticket_id, t.key, t.created_at, t.resolved_at AS restored_at,
       CAST(floor(epoch(coalesce(t.resolved_at, m.as_of))) - floor(epoch(t.created_at)) AS BIGINT) AS restore_seconds,
       coalesce(w.working_seconds, 0) AS working_seconds,
       CASE WHEN x.review_field IS NOT NULL THEN v.value IS NOT NULL END AS reviewed, v.value AS review
FROM major x
JOIN ticket t ON t.ticket_id = x.ticket_id
CROSS JOIN meta m
LEFT JOIN worked w ON w.ticket_id = x.ticket_id
LEFT JOIN ticket_field v ON v.ticket_id = x.ticket_id AND v.field = x.review_field
""",
)
MEASURES = (MAJOR_INCIDENT,)
