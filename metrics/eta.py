"""ETAs: every one that was set (DMSU-M6)."""

from metrics.metric import Metric
from metrics.months import local_day_sql, month_sql
from metrics.working_time import epoch_sql

ETA_SET = Metric(
    table="eta_set",
    definition="Every date set before T in the order of setting, the one that was there at creation too; clearing makes "
    "none. Changes dated before creation happen at it.",
    rules=("DMSU-M6", "AMP-W3", "AMP-W4"),
    grain="ticket × date set",
    units="",
    sql="""
CREATE TABLE eta_set AS
WITH change AS (
    SELECT f.no, c.seq, c.changed_at, greatest(c.changed_at, f.created_at) AS set_at, c.author, c.from_value, c.to_value,
           f.created_at, row_number() OVER (PARTITION BY f.no ORDER BY c.seq) AS place
    FROM wanted_change c JOIN facts f ON f.no = c.no
    WHERE c.field = 'eta' AND f.in_scope
),
dated AS (
    SELECT f.no, 0 AS seq, f.created_at AS set_at, CAST(NULL AS VARCHAR) AS set_by, f.eta
    FROM facts f LEFT JOIN change c ON c.no = f.no AND c.place = 1
    WHERE f.in_scope AND f.eta IS NOT NULL AND c.no IS NULL
    UNION ALL
    SELECT no, 0, created_at, NULL, from_value FROM change WHERE place = 1
    UNION ALL
    SELECT c.no, c.seq, c.set_at, c.author, c.to_value FROM change c
    WHERE c.changed_at < as_of()
),
parsed AS (
    SELECT no, seq, set_at, set_by, try_cast(eta AS DATE) AS eta FROM dated
)
SELECT no, set_at, set_by, eta, CAST(row_number() OVER w AS INTEGER) AS seq, lag(eta) OVER w AS previous
FROM parsed WHERE eta IS NOT NULL
WINDOW w AS (PARTITION BY no ORDER BY seq)
""",
)

ETA = Metric(
    table="eta",
    public=True,
    moves="false",
    definition="Every estimated date that was set, the one that was there at creation too; clearing the field makes no "
    "row. `after_expiry` when the local date of setting lies after the date before.",
    rules=("DMSU-M6", "AMP-W3", "AMP-W4"),
    grain="ticket × date set",
    units="eta: a local date, met until the end of that day",
    columns={
        "ticket_id": "the ticket: source and immutable id",
        "key": "its key at T",
        "seq": "place in the order of setting, from 1",
        "set_at": "when the date was set (UTC)",
        "set_by": "who set it; empty if it was there at creation",
        "eta": "the date",
        "revision": "0 for the initial date, then 1, 2 …",
        "after_expiry": "whether the date before had already passed, by the local date of setting",
        "previous_eta": "the date set before it; empty for the initial one",
        "set_month": "first day of the month of set_at, in the desk's zone",
        "after_delivery": "whether the ticket had been delivered when it was set: it is in no figure then",
    },
    example="Created on the 1st with the estimation 3 September; on the 3rd at 23:59 changed to the 5th; on the 4th "
    "cleared; on the 6th set to the 10th.\n"
    "Three rows: revision 0 (the 3rd), 1 (the 5th, not after expiry: the 3rd was not over), 2 (the 10th, after expiry).",
    sql=f"""
CREATE TABLE mart.eta AS
SELECT f.ticket_id, f.key, s.seq, s.set_at, coalesce(p.name, s.set_by) AS set_by, s.eta, s.seq - 1 AS revision,
       coalesce({local_day_sql(epoch_sql("s.set_at"), "d")} > s.previous, false) AS after_expiry,
       s.previous AS previous_eta, {month_sql(epoch_sql("s.set_at"), "d")} AS set_month,
       m.is_resolved AND s.set_at > m.last_run_at AS after_delivery
FROM eta_set s
JOIN facts f ON f.no = s.no
JOIN milestone m ON m.no = s.no
JOIN utc_month d ON d.day = {epoch_sql("s.set_at")} // 86400
LEFT JOIN store.person p ON p.source = f.source AND p.person_id = s.set_by
""",
)
METRICS = (ETA_SET, ETA)
