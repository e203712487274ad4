"""How far tickets come by what stands in a further field of the desk, such as a scientific discipline (RT-M4)."""

from metrics.metric import Measure
from metrics.names import SEPARATOR

STAGE_FIELD = Measure(
    view="stage_field",
    definition="On a desk with stages: tickets by each value of a further field, other than the one that holds the stage, and "
    "how far they came. A ticket with several values counts in each of them, so that the rows of a field may add up to more "
    "than the tickets.",
    rules=("RT-M4", "RT-M1"),
    grain="further field × value",
    units="tickets",
    columns={
        "field": "name of the field in the profile",
        "value": "one value; empty: the tickets without any",
        "tickets": "tickets with it at T",
        "done": "of these, those that reached the last stage",
        "on_its_way": "those that came as far as an earlier one yet",
        "dropped": "those that ended early",
        "unstaged": "those that have no stage of the order; the four add up to tickets",
    },
    example="Two cases, one of `Biology; Physics`, one of `Physics`: Biology 1, Physics 2; together 3 of 2 tickets.",
    select=f"""
WITH part AS (
    SELECT f.field, f.ticket_id, trim(p.value) AS value
    FROM ticket_field f, unnest(string_split(f.value, '{SEPARATOR}')) p(value)
),
named AS (
    SELECT DISTINCT f.field FROM ticket_field f JOIN stage_rule r ON r.place = 1 AND r.field <> f.field
),
told AS (
    SELECT DISTINCT n.field, t.ticket_id, p.value
    FROM named n CROSS JOIN ticket t LEFT JOIN part p ON p.field = n.field AND p.ticket_id = t.ticket_id
)
SELECT v.field, v.value, count(*) AS tickets, count(CASE WHEN q.standing = 'done' THEN 1 END) AS done,
       count(CASE WHEN q.standing = 'on_its_way' THEN 1 END) AS on_its_way,
       count(CASE WHEN q.standing = 'dropped' THEN 1 END) AS dropped, count(*) - count(q.standing) AS unstaged
FROM told v LEFT JOIN stage_reached q ON q.ticket_id = v.ticket_id
GROUP BY v.field, v.value
ORDER BY v.field, tickets DESC, v.value
""",
)
MEASURES = (STAGE_FIELD,)
