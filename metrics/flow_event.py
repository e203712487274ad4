"""Flow events: when a ticket came in, was resolved, closed and opened again (AMP-S3), so that they add up to the backlog."""

from metrics.metric import Metric
from metrics.months import local_day_sql, month_sql
from metrics.working_time import epoch_sql

FLOW_EVENT = Metric(
    table="flow_event",
    public=True,
    moves="false",
    definition="What changes the backlog, as it happened up to T. received: created. resolved: entered DONE or CLOSED from "
    "any other status. reopened: left DONE or CLOSED for any other status. closed: entered CLOSED. unclosed: left CLOSED, "
    "also for DONE, which is no reopening; from one closed status to another (verified, closed) is neither. At the end of "
    "any local day the tickets not CLOSED are the sum of delta_open so far, which is received − closed + unclosed; those in "
    "neither DONE nor CLOSED the sum of delta_unresolved, which is received − resolved + reopened. AMP-S3's closed is the "
    "event closed that stands.",
    rules=("AMP-S3", "1.5", "AMP-W3"),
    grain="ticket × stay in a status × event",
    units="",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "seq": "the stay in `interval` that the event began",
        "event": "received, resolved, reopened, closed, unclosed",
        "happened_at": "the instant",
        "day": "local day of it",
        "month": "first day of its month, in the desk's zone",
        "delta_open": "+1 received and unclosed, −1 closed, else 0",
        "delta_unresolved": "+1 received and reopened, −1 resolved, else 0",
        "standing": "whether it still holds at T: always for received; for resolved the final resolution of a ticket that is "
        "not open again; for closed the start of the CLOSED stay that stands; never for reopened and unclosed",
    },
    example="""1 Sep created · 2 Sep DONE · 3 Sep TO DO · 4 Sep DONE · 5 Sep CLOSED
received 1 Sep, resolved 2 Sep, reopened 3 Sep, resolved 4 Sep (stands), closed 5 Sep (stands)
unresolved at the end of 1, 2, 3, 4, 5 Sep: 1, 0, 1, 0, 0
not CLOSED at the end of 1, 2, 3, 4, 5 Sep: 1, 1, 1, 1, 0""",
    sql=f"""
CREATE TABLE mart.flow_event AS
WITH event AS (
    SELECT no, seq, 'received' AS event, entered_at AS happened_at, 1 AS delta_open, 1 AS delta_unresolved,
           true AS standing
    FROM stay WHERE seq = 1
    UNION ALL
    SELECT s.no, s.seq, 'resolved', s.entered_at, 0, -1, m.is_resolved AND m.last_run_seq = s.seq
    FROM stay s JOIN milestone m ON m.no = s.no WHERE s.is_resolved AND NOT s.was_resolved
    UNION ALL
    SELECT no, seq, 'reopened', entered_at, 0, 1, false FROM stay WHERE was_resolved AND NOT is_resolved
    UNION ALL
    SELECT s.no, s.seq, 'closed', s.entered_at, -1, 0, m.is_closed AND m.last_close_seq = s.seq
    FROM stay s JOIN milestone m ON m.no = s.no WHERE s.is_closed AND NOT s.was_closed
    UNION ALL
    SELECT no, seq, 'unclosed', entered_at, 1, 0, false FROM stay WHERE was_closed AND NOT is_closed
),
timed AS (
    SELECT *, {epoch_sql("happened_at")} AS second FROM event
)
SELECT f.ticket_id, f.key, e.seq, e.event, e.happened_at, {local_day_sql("e.second", "m")} AS day,
       {month_sql("e.second", "m")} AS month, CAST(e.delta_open AS TINYINT) AS delta_open,
       CAST(e.delta_unresolved AS TINYINT) AS delta_unresolved, e.standing
FROM timed e
JOIN facts f ON f.no = e.no
JOIN utc_month m ON m.day = e.second // 86400
""",
)
METRICS = (FLOW_EVENT,)
