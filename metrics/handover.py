"""Handovers: who had a ticket, one after the other (RT-M3)."""

from metrics.metric import Metric

HANDOVER = Metric(
    table="handover",
    public=True,
    moves="false",
    definition="One row each time the assignee of a ticket changed, the first assignment and one to nobody included; "
    "between two people it is a handover. Before the first change the assignee is the one that it names as the former; "
    "a change to who has it already is none.",
    rules=("RT-M3", "AMP-W4"),
    grain="ticket × change of the assignee",
    units="",
    sql="""
CREATE TABLE mart.handover AS
WITH change AS (
    SELECT f.no, c.seq, greatest(c.changed_at, f.created_at) AS handed_at, c.author, nullif(c.to_value, '') AS to_id,
           coalesce(lag(coalesce(c.to_value, '')) OVER (PARTITION BY f.no ORDER BY c.seq), c.from_value, '') AS from_id
    FROM wanted_change c JOIN facts f ON f.no = c.no
    WHERE c.field = 'assignee' AND c.changed_at < as_of() AND f.in_scope
),
handed AS (
    SELECT no, handed_at, author, to_id, from_id, row_number() OVER (PARTITION BY no ORDER BY seq) AS place
    FROM change WHERE from_id <> coalesce(to_id, '')
)
SELECT f.ticket_id, f.key, CAST(c.place AS INTEGER) AS seq, c.handed_at,
       nullif(coalesce(a.name, c.from_id), '') AS from_person, coalesce(b.name, c.to_id) AS to_person,
       coalesce(d.name, c.author) AS by_person
FROM handed c
JOIN facts f ON f.no = c.no
LEFT JOIN store.person a ON a.source = f.source AND a.person_id = c.from_id
LEFT JOIN store.person b ON b.source = f.source AND b.person_id = c.to_id
LEFT JOIN store.person d ON d.source = f.source AND d.person_id = c.author
""",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "seq": "place among the ticket's changes of the assignee, from 1",
        "handed_at": "when",
        "from_person": "who had it; empty: nobody",
        "to_person": "who has it from then on; empty: nobody",
        "by_person": "who changed it; empty: nobody known",
    },
    example="DSD-1 is assigned to bob on Monday, to cleo on Tuesday and back to bob on Wednesday.\n"
    "(1, none, bob), (2, bob, cleo), (3, cleo, bob): two handovers; bob gave 1 and received 1, so did cleo.",
)
METRICS = (HANDOVER,)
