"""Stalled tickets: nothing happened for two weeks (1.8, RT-M2)."""

from metrics.metric import Measure

STALLED = Measure(
    view="stalled",
    definition="Unresolved tickets on which nothing happened in the last 14 × 24 hours before T: no change of any field, no "
    "comment, no move. A ticket without any of them is as old as its creation.",
    rules=("1.8", "RT-M2"),
    grain="stalled ticket",
    units="days: of 24 hours",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "assignee": "whom to remind; empty: nobody has it",
        "status": "its status at T",
        "phase": "the phase of that",
        "updated_at": "when the last thing happened",
        "days": "whole days since",
    },
    example="As of 15 September 09:00: last comment on 1 September 09:00: stalled, 14 days; one second later: not yet.",
    select="""
SELECT t.ticket_id, t.key, t.assignee, t.status, t.phase, t.updated_at,
       CAST(floor((epoch(m.as_of) - epoch(t.updated_at)) / 86400) AS INTEGER) AS days
FROM ticket t CROSS JOIN meta m
WHERE t.resolved_at IS NULL AND t.updated_at <= m.as_of - INTERVAL 336 HOUR
""",
)
MEASURES = (STALLED,)
