"""The follow-up list: whom to ask for an estimated date, or whether it still holds (DMSU-M7)."""

from metrics.eta_standing import TODAY
from metrics.metric import Measure

_AGE = "CAST(floor((epoch(m.as_of) - epoch({since})) / 86400) AS INTEGER)"

FOLLOW_UP = Measure(
    view="follow_up",
    definition="Unresolved tickets that need a look because of their ETA, by the date that the ticket shows at T: due within "
    "the coming week (today and the 7 days after), expired (it was met until the end of that day), missing, or on hold "
    "(the profile lists the statuses). A ticket on hold may stand here twice.",
    rules=("DMSU-M7", "AMP-W3"),
    grain="unresolved ticket × reason",
    units="days",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "reason": "`due`, `expired`, `missing` or `on hold`",
        "days": "due: local days left; expired: local days since; missing: days of 24 h since creation; on hold: since it "
        "came into the status",
        "eta": "the date that the ticket shows",
        "assignee": "whom to ask",
        "provider": "its provider at T",
        "status": "its status at T",
    },
    example="On 4 September: ETA 11 September: due, 7 days. ETA 3 September: expired, 1 day. ETA 12 September: not listed.",
    select=f"""
WITH today AS (
    {TODAY}
),
unresolved AS (
    SELECT * FROM ticket WHERE resolved_at IS NULL
),
listed AS (
    SELECT t.ticket_id, 'due' AS reason, date_diff('day', d.day, t.eta) AS days FROM unresolved t CROSS JOIN today d
    WHERE d.day <= t.eta AND t.eta <= d.day + INTERVAL 7 DAY
    UNION ALL
    SELECT t.ticket_id, 'expired', date_diff('day', t.eta, d.day) FROM unresolved t CROSS JOIN today d WHERE t.eta < d.day
    UNION ALL
    SELECT t.ticket_id, 'missing', {_AGE.format(since="t.created_at")}
    FROM unresolved t CROSS JOIN meta m WHERE t.eta IS NULL
    UNION ALL
    SELECT t.ticket_id, 'on hold', {_AGE.format(since="t.status_since")}
    FROM unresolved t JOIN on_hold_status h ON h.status = t.status CROSS JOIN meta m
)
SELECT t.ticket_id, t.key, l.reason, CAST(l.days AS INTEGER) AS days, t.eta, t.assignee, t.provider, t.status
FROM listed l JOIN unresolved t ON t.ticket_id = l.ticket_id
""",
)
MEASURES = (FOLLOW_UP,)
