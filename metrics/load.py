"""Load: who has how much, and how tickets went from hand to hand (RT-M3)."""

from metrics.metric import Measure

LOAD = Measure(
    view="load",
    definition="Unresolved tickets of each assignee at T, how many of them stalled, and the handovers up to T: changes of "
    "the assignee from one person to another. Those given and those received are the same in all.",
    rules=("RT-M3", "RT-M2"),
    grain="person",
    units="",
    columns={
        "person": "the assignee; empty: unresolved tickets that nobody has",
        "unresolved": "tickets that are theirs at T and not resolved",
        "stalled": "of these, those on which nothing happened for two weeks",
        "received": "handovers from somebody else to them",
        "given": "handovers from them to somebody else",
    },
    example="DSD-1 goes from nobody to bob to cleo and is open.\nbob: 0 unresolved, 0 received, 1 given; cleo: 1, 1, 0.",
    select="""
WITH part AS (
    SELECT assignee AS person, 1 AS unresolved, 0 AS stalled, 0 AS received, 0 AS given
    FROM ticket WHERE resolved_at IS NULL
    UNION ALL
    SELECT t.assignee, 0, 1, 0, 0 FROM stalled s JOIN ticket t ON t.ticket_id = s.ticket_id
    UNION ALL
    SELECT h.to_person, 0, 0, 1, 0 FROM handover h JOIN ticket t ON t.ticket_id = h.ticket_id
    WHERE h.from_person IS NOT NULL AND h.to_person IS NOT NULL
    UNION ALL
    SELECT h.from_person, 0, 0, 0, 1 FROM handover h JOIN ticket t ON t.ticket_id = h.ticket_id
    WHERE h.from_person IS NOT NULL AND h.to_person IS NOT NULL
)
SELECT person, CAST(sum(unresolved) AS BIGINT) AS unresolved, CAST(sum(stalled) AS BIGINT) AS stalled,
       CAST(sum(received) AS BIGINT) AS received, CAST(sum(given) AS BIGINT) AS given
FROM part GROUP BY person
""",
)

OWNER_CHAIN = Measure(
    view="owner_chain",
    definition="Tickets that went from one person to another, with everybody who had them in order.",
    rules=("RT-M3",),
    grain="ticket with a handover",
    units="",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "handovers": "how often it went from one person to another",
        "owners": "who had it, in order; `nobody` in between where it was given back",
    },
    example="Assigned to bob, then cleo, then nobody, then dan: `Bob → Cleo → nobody → Dan`, 1 handover.",
    select="""
SELECT t.ticket_id, t.key, count(CASE WHEN h.from_person IS NOT NULL AND h.to_person IS NOT NULL THEN 1 END) AS handovers,
       coalesce(max(CASE WHEN h.seq = 1 THEN h.from_person END) || ' → ', '')
           || string_agg(coalesce(h.to_person, 'nobody'), ' → ' ORDER BY h.seq) AS owners
FROM handover h JOIN ticket t ON t.ticket_id = h.ticket_id
GROUP BY t.ticket_id, t.key
HAVING count(CASE WHEN h.from_person IS NOT NULL AND h.to_person IS NOT NULL THEN 1 END) > 0
""",
)
MEASURES = (LOAD, OWNER_CHAIN)
