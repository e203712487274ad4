"""How open tickets stand against their estimated dates at T (DMSU-M6)."""

from metrics.breakdown import COLUMNS, broken_down
from metrics.eta_accuracy import BAND_COLUMNS, COUNTED, share_texts, shares_sql
from metrics.metric import Measure

# SQL: the local date at T, one row `(day)`.
TODAY = """SELECT c.day FROM calendar_day c CROSS JOIN meta m WHERE c.begins_at <= m.as_of AND m.as_of < c.ends_at"""

ETA_OPEN = Measure(
    view="eta_open",
    definition="Every unresolved ticket with the band in which it would stand if it were delivered on the local day of T. "
    "The agreed date is the last one set, also if the field was cleared since.",
    rules=("DMSU-M6", "AMP-W3"),
    grain="unresolved ticket",
    units="days_late: local days, negative while there is time",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "initial_eta": "the first date set",
        "agreed_eta": "the last date set",
        "band": "`initial`: still within the initial date, `revised`: within the agreed one, `week`, `month`, `later`: "
        "overdue by up to 7, up to 30, more days; `no_eta`",
        "days_late": "local days since the agreed date",
    },
    example="As of 6 September 12:00, initial date 3 September, agreed 5 September: band week, 1 day late.",
    select=f"""
WITH today AS (
    {TODAY}
),
promised AS (
    SELECT ticket_id, min(CASE WHEN revision = 0 THEN eta END) AS initial_eta, arg_max(eta, seq) AS agreed_eta
    FROM eta WHERE ticket_id IN (SELECT ticket_id FROM ticket WHERE resolved_at IS NULL) GROUP BY ticket_id
)
SELECT t.ticket_id, t.key, p.initial_eta, p.agreed_eta,
       CASE WHEN p.ticket_id IS NULL THEN 'no_eta'
            WHEN d.day <= p.initial_eta THEN 'initial'
            WHEN d.day <= p.agreed_eta THEN 'revised'
            WHEN d.day <= p.agreed_eta + INTERVAL 7 DAY THEN 'week'
            WHEN d.day <= p.agreed_eta + INTERVAL 30 DAY THEN 'month'
            ELSE 'later' END AS band,
       CAST(date_diff('day', p.agreed_eta, d.day) AS INTEGER) AS days_late
FROM ticket t
CROSS JOIN today d
LEFT JOIN promised p ON p.ticket_id = t.ticket_id
WHERE t.resolved_at IS NULL
""",
)


def _standing(value: str, source: str) -> str:
    return f"""SELECT {value} AS value, count(*) AS unresolved, {COUNTED}
FROM {source}
GROUP BY {value}"""


ETA_STANDING = Measure(
    view="eta_standing",
    definition="The unresolved tickets at T by the band in which they would stand if they were delivered on that day. "
    "The bands sum to the unresolved ones; the shares are cumulative.",
    rules=("DMSU-M6", "AMP-W3"),
    grain="dimension × value",
    units="",
    columns={
        **COLUMNS,
        "unresolved": "tickets that are not resolved at T",
        **{name: text.replace("by the", "still within the", 1) for name, text in BAND_COLUMNS.items()},
        **share_texts("unresolved"),
    },
    example="Four open tickets: one promised for tomorrow, one for yesterday, one for last year, one without an ETA.\n"
    "initial 1, week 1, later 1, no_eta 1; within_week 50 % of 4 (15 to 85 %), too few to judge.",
    select=f"""
SELECT dimension, value, unresolved, {", ".join(BAND_COLUMNS)},
       {shares_sql("unresolved")}
FROM (
{broken_down(_standing, "eta_open o")}
)
""",
)
MEASURES = (ETA_OPEN, ETA_STANDING)
