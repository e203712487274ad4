"""The further fields of a desk: what its profile maps beside the canonical ones, as of T (1.3, AMP-W4)."""

from metrics.metric import Metric

TICKET_FIELD = Metric(
    table="ticket_field",
    public=True,
    moves="false",
    definition="The fields that the profile has beside the columns of ticket, each with its value at T; no row where it is "
    "empty.",
    rules=("1.3", "AMP-W4"),
    grain="ticket × further field with a value",
    units="",
    sql="""
CREATE TABLE mart.ticket_field AS
WITH walked AS (
    SELECT c.no, c.field, arg_max(c.value_at, c.place) AS value
    FROM walked_change c JOIN extra_field x ON x.field = c.field GROUP BY c.no, c.field
),
at_t AS (
    SELECT no, field, value FROM walked
    UNION ALL
    SELECT v.no, v.field, v.value
    FROM store.extra_value v
    JOIN extra_field x ON x.field = v.field
    LEFT JOIN walked b ON b.no = v.no AND b.field = v.field
    WHERE b.no IS NULL
)
SELECT f.ticket_id, f.key, v.field, v.value
FROM at_t v JOIN facts f ON f.no = v.no
WHERE f.in_scope AND v.value <> ''
""",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "field": "name of the field in the profile",
        "value": "its value at T as text: a date as 2025-09-01, a flag that is set as true",
    },
    example="""
`[field.came_by]` is `e-mail` until Monday 12:00 and `chat` since. As of Monday 11:00: came_by, e-mail; as of Tuesday:
came_by, chat. A ticket that never said how it came has no row.
""",
)
METRICS = (TICKET_FIELD,)
