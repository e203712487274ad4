"""Slips: how often and how far the estimated dates were moved (DMSU-M6)."""

from metrics.breakdown import COLUMNS, broken_down
from metrics.metric import Measure
from metrics.statistics import percentile_sql, share_columns, share_sql

ETA_REVISION = Measure(
    view="eta_revision",
    definition="Every date that replaced an earlier one before the delivery. A slip is a revision to a later date; "
    "after_expiry: it was made when the date before had already passed.",
    rules=("DMSU-M6",),
    grain="ticket × revision",
    units="days_moved: local days, negative when to an earlier date",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "seq": "place of the date in `eta`",
        "set_at": "when it was set",
        "set_month": "month of that, in the desk's zone",
        "set_by": "who set it",
        "previous_eta": "the date before",
        "eta": "the date set",
        "days_moved": "days from the one to the other",
        "after_expiry": "whether the date before had passed when it was set",
    },
    example="3 September becomes 10 September, set on the 5th: 7 days moved, a slip, after expiry.",
    select="""
SELECT ticket_id, key, seq, set_at, set_month, set_by, previous_eta, eta,
       CAST(date_diff('day', previous_eta, eta) AS INTEGER) AS days_moved, after_expiry
FROM eta WHERE revision > 0 AND NOT after_delivery
""",
)


def _slips(value: str, source: str) -> str:
    slipped = "CASE WHEN r.days_moved > 0 THEN r.days_moved END"
    return f"""SELECT {value} AS value, r.set_month AS month, count(*) AS revisions, count({slipped}) AS slips,
       CAST(coalesce(sum({slipped}), 0) AS BIGINT) AS days_slipped, {percentile_sql(0.5, slipped)} AS median_days_slipped,
       count(CASE WHEN r.after_expiry THEN 1 END) AS n_after_expiry
FROM {source}
GROUP BY {value}, r.set_month"""


ETA_SLIP = Measure(
    view="eta_slip",
    definition="Revisions of estimated dates in the month: how many were slips (to a later date), by how many days, and "
    "how many were made only after the date before had passed.",
    rules=("DMSU-M6",),
    grain="dimension × value × month in which the date was set",
    units="days_slipped, median_days_slipped: local days",
    columns={
        **COLUMNS,
        "month": "month in which the dates were set, in the desk's zone",
        "revisions": "dates that replaced an earlier one",
        "slips": "of these, those to a later date",
        "days_slipped": "days of all slips together",
        "median_days_slipped": "median of the slips",
        "n_after_expiry": "revisions made when the date before had passed",
        **share_columns("after_expiry", "n_after_expiry of all revisions"),
    },
    example="In September 3 → 10 September (set on the 5th), 10 → 8 September (set on the 6th), 20 → 21 September (set on the "
    "9th).\n3 revisions, 2 slips, 8 days, median 1 day; 1 after expiry (33 %).",
    select=f"""
SELECT dimension, value, month, revisions, slips, days_slipped, median_days_slipped, n_after_expiry,
       {share_sql("n_after_expiry", "revisions", "after_expiry")}
FROM (
{broken_down(_slips, "eta_revision r")}
)
""",
)
MEASURES = (ETA_REVISION, ETA_SLIP)
