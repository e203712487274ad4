"""Tickets by what stands in a further field of the desk, such as a scientific discipline (RT-M4)."""

from metrics.metric import Measure

SEPARATOR = "; "  # between the values of a field that has several

FIELD_VALUE = Measure(
    view="field_value",
    definition="Tickets by each value of each further field that the profile maps. A ticket with several values counts in each "
    "of them, so that the rows of a field may add up to more than the tickets.",
    rules=("RT-M4", "1.3"),
    grain="further field × value",
    units="tickets",
    columns={
        "field": "name of the field in the profile",
        "value": "one value; empty: the tickets without any",
        "tickets": "tickets with it at T",
        "unresolved": "of these, those that are not resolved at T",
        "done": "of these, those that reached the last stage; 0 where the desk has no stages",
        "dropped": "of these, those that ended early",
    },
    example="Two cases, one of `Biology; Physics`, one of `Physics`: Biology 1, Physics 2.",
    select=f"""
WITH part AS (
    SELECT f.field, f.ticket_id, trim(p.value) AS value
    FROM ticket_field f, unnest(string_split(f.value, '{SEPARATOR}')) p(value)
),
named AS (
    SELECT DISTINCT field FROM ticket_field
),
told AS (
    SELECT DISTINCT n.field, t.ticket_id, t.resolved_at, p.value
    FROM named n CROSS JOIN ticket t LEFT JOIN part p ON p.field = n.field AND p.ticket_id = t.ticket_id
)
SELECT v.field, v.value, count(*) AS tickets, count(CASE WHEN v.resolved_at IS NULL THEN 1 END) AS unresolved,
       count(CASE WHEN q.standing = 'done' THEN 1 END) AS done,
       count(CASE WHEN q.standing = 'dropped' THEN 1 END) AS dropped
FROM told v LEFT JOIN stage_reached q ON q.ticket_id = v.ticket_id
GROUP BY v.field, v.value
ORDER BY v.field, tickets DESC, v.value
""",
)
MEASURES = (FIELD_VALUE,)
