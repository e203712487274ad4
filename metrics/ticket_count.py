"""Tickets by what stands in a field: the one count by project, field, value and month (HD-M1, HD-M4, OPS-M3, OPS-M4)."""

from metrics.metric import Measure
from metrics.statistics import share_columns, share_sql

COUNTED = ("type", "priority", "status", "provider", "service", "category")


def _of_ticket(field: str) -> str:
    return f"SELECT '{field}' AS field, {field} AS value, project, created_month, resolved_month FROM ticket"


TICKET_COUNT = Measure(
    view="ticket_count",
    definition="Tickets received in a month by the value that each of these fields has at T: "
    + ", ".join(COUNTED)
    + ", and each further field that some ticket has. The rows of one field add up to all tickets.",
    rules=("HD-M1", "HD-M4", "OPS-M3", "OPS-M4"),
    grain="project × field × value × month of creation",
    units="tickets",
    columns={
        "project": "the project at T",
        "field": "the field: a column of ticket, or a further field of the profile",
        "value": "its value at T; empty: it has none",
        "month": "month of creation, in the desk's zone",
        "received": "tickets created in the month",
        "unresolved": "of these, not resolved at T",
        "resolved": "of these, resolved",
        **share_columns("resolved_share", "resolved of received"),
    },
    example="September brings three tickets by chat, two of them solved, and one that does not say how it came.\n"
    "came_by, chat: received 3, resolved 2; came_by, empty: received 1.",
    select=f"""
WITH told AS (
    {" UNION ALL ".join(_of_ticket(field) for field in COUNTED)}
    UNION ALL
    SELECT n.field, f.value, t.project, t.created_month, t.resolved_month
    FROM (SELECT DISTINCT field FROM ticket_field) n
    CROSS JOIN ticket t
    LEFT JOIN ticket_field f ON f.ticket_id = t.ticket_id AND f.field = n.field
),
counted AS (
    SELECT project, field, value, created_month AS month, count(*) AS received, count(resolved_month) AS resolved
    FROM told GROUP BY project, field, value, created_month
)
SELECT project, field, value, month, received, received - resolved AS unresolved, resolved,
       {share_sql("resolved", "received", "resolved_share")}
FROM counted
""",
)
MEASURES = (TICKET_COUNT,)
