"""Chains of clones: which tickets are one user's problem (AMP-L1)."""

from metrics.metric import Metric

CLONE_EDGE = Metric(
    table="clone_edge",
    definition="Clone links that hold at T between two tickets that are measured.",
    rules=("AMP-L1",),
    grain="clone × origin",
    units="before_since: open seconds of the calendar before `since`",
    sql="""
CREATE TABLE clone_edge AS
SELECT origin_no, clone_no, since, before_since FROM clone_link
WHERE until_at IS NULL AND clone_in_scope AND origin_in_scope
""",
)

RING_ROOT = Metric(
    table="ring_root",
    definition="Roots of chains whose every origin stands in a cycle with them: the earliest created, then the lowest id "
    "(the shorter text, then the smaller: numbers of one source in their order).",
    rules=("AMP-L1",),
    grain="ticket",
    units="",
    sql="""
CREATE TABLE ring_root AS
WITH RECURSIVE clean(no) AS (
    SELECT e.origin_no FROM clone_edge e LEFT JOIN clone_edge up ON up.clone_no = e.origin_no WHERE up.clone_no IS NULL
    UNION
    SELECT e.clone_no FROM clean c JOIN clone_edge e ON e.origin_no = c.no
),
ringed AS (
    SELECT e.origin_no, e.clone_no FROM clone_edge e LEFT JOIN clean c ON c.no = e.origin_no
    WHERE c.no IS NULL
),
above(no, member) AS (
    SELECT origin_no, origin_no FROM ringed
    UNION
    SELECT a.no, e.clone_no FROM above a JOIN ringed e ON e.origin_no = a.member
),
pair AS (
    SELECT a.member AS no, a.no AS above_no, back.no IS NOT NULL AS is_ring
    FROM above a LEFT JOIN above back ON back.no = a.member AND back.member = a.no
    WHERE a.member IN (SELECT origin_no FROM ringed)
),
ring AS (
    SELECT no FROM pair GROUP BY no HAVING count(*) = count(CASE WHEN is_ring THEN 1 END)
),
aged AS (
    SELECT p.no, p.above_no,
           row_number() OVER (PARTITION BY p.no ORDER BY f.created_at, length(f.ticket_id), f.ticket_id) AS place
    FROM ring r
    JOIN pair p ON p.no = r.no
    JOIN facts f ON f.no = p.above_no
)
SELECT no FROM aged WHERE place = 1 AND no = above_no
""",
)

CHAIN_MEMBER = Metric(
    table="chain_member",
    definition="What a root reaches over clone links, and from when on; a ticket may stand in several chains. A ticket "
    "that is in no clone link is a chain of one, and has no row here.",
    rules=("AMP-L1",),
    grain="root × member other than the root",
    units="before_since: open seconds of the calendar before `since`",
    sql="""
CREATE TABLE chain_member AS
WITH RECURSIVE root AS (
    SELECT DISTINCT e.origin_no AS no
    FROM clone_edge e LEFT JOIN clone_edge up ON up.clone_no = e.origin_no WHERE up.clone_no IS NULL
    UNION ALL
    SELECT no FROM ring_root
),
followed(root_no, no, since, before_since) AS (
    SELECT r.no, e.clone_no, e.since, e.before_since FROM root r JOIN clone_edge e ON e.origin_no = r.no
    UNION
    SELECT c.root_no, e.clone_no, greatest(c.since, e.since), greatest(c.before_since, e.before_since)
    FROM followed c JOIN clone_edge e ON e.origin_no = c.no
)
SELECT root_no, no, min(since) AS since, min(before_since) AS before_since
FROM followed WHERE root_no <> no
GROUP BY root_no, no
""",
)

CHAIN_ROOT = Metric(
    table="chain_root",
    definition="The root of every chain, that of a chain of one too: a measured ticket without an origin, or the first "
    "of its cycle.",
    rules=("AMP-L1",),
    grain="chain",
    units="",
    sql="""
CREATE TABLE chain_root AS
SELECT f.no, f.project
FROM facts f LEFT JOIN (SELECT DISTINCT clone_no FROM clone_edge) e ON e.clone_no = f.no
WHERE f.in_scope AND e.clone_no IS NULL
UNION ALL
SELECT f.no, f.project FROM ring_root r JOIN facts f ON f.no = r.no
""",
)

CHAIN = Metric(
    table="chain",
    public=True,
    moves="false",
    definition="One row a chain: the tickets over which one user's problem went. A root has no origin in the store (in a "
    "cycle: the earliest created, then the lowest id); its chain is all that it reaches over clone links at T. Tickets "
    "that are not measured (history cut, out of scope) count as not in the store.",
    rules=("AMP-L1",),
    grain="chain, by its root",
    units="",
    columns={
        "ticket_id": "the root: source and immutable id",
        "root_key": "the root's key at T",
        "keys": "keys of all members, the root first, the others by age; restricted ones too",
    },
    example="DSD-1 is cloned by DSP-3, which DSD-2 has as a clone too; DEMS-4 clones DSP-3.\n"
    "Two chains: DSD-1, DSP-3, DEMS-4 and DSD-2, DSP-3, DEMS-4.",
    sql="""
CREATE TABLE mart.chain AS
WITH several AS (
    SELECT root_no, no, 1 AS generation FROM chain_member
    UNION
    SELECT root_no, root_no, 0 FROM chain_member
),
gathered AS (
    SELECT s.root_no, array_agg(f.key ORDER BY s.generation, f.created_at, length(f.ticket_id), f.ticket_id) AS keys
    FROM several s JOIN facts f ON f.no = s.no
    GROUP BY s.root_no
)
SELECT f.ticket_id, f.key AS root_key, coalesce(g.keys, [f.key]) AS keys
FROM chain_root r
JOIN facts f ON f.no = r.no
LEFT JOIN gathered g ON g.root_no = r.no
""",
)
METRICS = (CLONE_EDGE, RING_ROOT, CHAIN_MEMBER, CHAIN_ROOT, CHAIN)
