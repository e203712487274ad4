"""How well the estimated dates were kept (DMSU-M6)."""

from metrics.metric import Metric
from metrics.months import local_day_sql, month_sql
from metrics.working_time import epoch_sql

ETA_OUTCOME = Metric(
    table="eta_outcome",
    public=True,
    moves="false",
    definition="One row a delivered ticket: resolved, and not open again. The agreed date is the last one set by then, "
    "also if it was cleared since; a date set after delivery is ignored, one set at that very instant counts. The band is "
    "the first that fits: initial (by the initial date), revised (by the agreed one), week (7 days after it), month (30 "
    "days), later; no_eta without any date. The ticket's fields at T stand beside, for reports.",
    rules=("DMSU-M6",),
    grain="delivered ticket",
    units="days_late: local days, negative when early",
    columns={
        "ticket_id": "the ticket: source and immutable id",
        "key": "its key at T",
        "delivered_at": "final resolution (UTC)",
        "initial_eta": "the first date set by then",
        "agreed_eta": "the last date set by then",
        "band": "initial, revised, week, month, later or no_eta",
        "days_late": "local date of delivery less the agreed date, in days",
        "delivered_month": "first day of the month of delivery, in the desk's zone",
        **dict.fromkeys(("project", "service", "type", "priority", "provider"), "the ticket's, at T"),
        "restricted": "the ticket's",
    },
    example="Initial date 2 September, revised on the 1st to 10 September.\n"
    "DONE on 2 September at 23:59: initial, −8 days. On the 3rd at 00:00: revised, −7. On the 11th: week, 1. "
    "On the 18th: month, 8. On 11 October: later, 31.",
    sql=f"""
CREATE TABLE mart.eta_outcome AS
WITH delivered AS (
    SELECT m.no, m.last_run_at AS delivered_at, {local_day_sql(epoch_sql("m.last_run_at"), "d")} AS delivered_on,
           {month_sql(epoch_sql("m.last_run_at"), "d")} AS delivered_month
    FROM milestone m JOIN utc_month d ON d.day = {epoch_sql("m.last_run_at")} // 86400
    WHERE m.is_resolved
),
promised AS (
    SELECT s.no, arg_min(s.eta, s.seq) AS initial_eta, arg_max(s.eta, s.seq) AS agreed_eta
    FROM eta_set s JOIN delivered d ON d.no = s.no
    WHERE s.set_at <= d.delivered_at
    GROUP BY s.no
)
SELECT f.ticket_id, f.key, d.delivered_at, p.initial_eta, p.agreed_eta,
       CASE WHEN p.no IS NULL THEN 'no_eta'
            WHEN d.delivered_on <= p.initial_eta THEN 'initial'
            WHEN d.delivered_on <= p.agreed_eta THEN 'revised'
            WHEN d.delivered_on <= p.agreed_eta + INTERVAL 7 DAY THEN 'week'
            WHEN d.delivered_on <= p.agreed_eta + INTERVAL 30 DAY THEN 'month'
            ELSE 'later' END AS band,
       CAST(date_diff('day', p.agreed_eta, d.delivered_on) AS INTEGER) AS days_late,
       d.delivered_month, f.project, f.service, f.type, f.priority, f.provider, f.restricted
FROM delivered d
JOIN facts f ON f.no = d.no
LEFT JOIN promised p ON p.no = d.no
""",
)
METRICS = (ETA_OUTCOME,)
