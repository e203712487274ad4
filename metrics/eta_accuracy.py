"""ETA accuracy: of the fixes delivered, how many by which date (DMSU-M6)."""

from metrics.breakdown import COLUMNS, broken_down
from metrics.metric import Measure
from metrics.statistics import percentile_sql, share_columns, share_sql

BANDS = ("initial", "revised", "week", "month", "later", "no_eta")
COUNTED = ", ".join(f"count(CASE WHEN band = '{band}' THEN 1 END) AS n_{band}" for band in BANDS)
BAND_COLUMNS = {
    "n_initial": "of these, by the initial ETA",
    "n_revised": "later than that, but by the agreed (last) ETA",
    "n_week": "up to 7 days after the agreed ETA",
    "n_month": "8 to 30 days after it",
    "n_later": "more than 30 days after it",
    "n_no_eta": "without any ETA",
}


def shares_sql(whole: str) -> str:
    """SQL: the cumulative shares of the bands among `whole`, each with its Wilson interval."""
    return ",\n       ".join(share_sql(f"({' + '.join(bands)})", whole, name) for name, bands, _ in _SHARES)


_SHARES = (
    ("by_initial", ("n_initial",), "by the initial ETA"),
    ("by_agreed", ("n_initial", "n_revised"), "by the initial or any revised ETA"),
    ("within_week", ("n_initial", "n_revised", "n_week"), "within a week of the agreed ETA"),
    ("within_month", ("n_initial", "n_revised", "n_week", "n_month"), "within a month of the agreed ETA"),
)


def share_texts(whole: str) -> dict[str, str]:
    """What the columns of `shares_sql` hold."""
    return {k: v for name, _, text in _SHARES for k, v in share_columns(name, f"{text}, of all {whole}").items()}


ETA_DELIVERY = Measure(
    view="eta_delivery",
    definition="Every delivered ticket with the band of its delivery and what it may be grouped by.",
    rules=("DMSU-M6",),
    grain="delivered ticket",
    units="days_late: local days, negative when early",
    columns={
        "ticket_id": "the ticket",
        "key": "its key at T",
        "delivered_month": "month of the final resolution, in the desk's zone",
        "delivered_at": "the final resolution",
        "project": "its project at T",
        "provider": "its provider at T",
        "service": "its product at T",
        "priority": "its severity at T",
        "initial_eta": "the first date set by then",
        "agreed_eta": "the last date set by then",
        "band": "`initial`, `revised`, `week`, `month`, `later` or `no_eta`",
        "days_late": "local days after the agreed date",
    },
    example="DSD-1 (Alpha), promised for 3 September, is DONE on 5 September.\n"
    "September 2025, Alpha, agreed 3 September: band week, 2 days late.",
    select="""
SELECT ticket_id, key, delivered_month, delivered_at, project, provider, service, priority, initial_eta, agreed_eta, band,
       days_late
FROM eta_outcome
""",
)


def _accuracy(value: str, source: str) -> str:
    return f"""SELECT {value} AS value, o.delivered_month AS month, count(*) AS delivered, {COUNTED},
       {percentile_sql(0.5, "o.days_late")} AS median_days_late
FROM {source}
GROUP BY {value}, o.delivered_month"""


ETA_ACCURACY = Measure(
    view="eta_accuracy",
    definition="Of the fixes delivered in the month, how many by the initial ETA, by a revised one, within a week and "
    "within a month of the agreed one, later, and without any ETA. The bands sum to the delivered ones; the shares are "
    "cumulative and have all delivered ones, those without an ETA too, for their denominator. Bias: the median of the "
    "days between the agreed ETA and the delivery.",
    rules=("DMSU-M6",),
    grain="dimension × value × month of delivery",
    units="median_days_late: local days, negative when early",
    columns={
        **COLUMNS,
        "month": "month of the final resolution, in the desk's zone",
        "delivered": "fixes delivered in the month",
        **BAND_COLUMNS,
        "median_days_late": "bias: half of those with an ETA are at most so many days late",
        **share_texts("delivered"),
    },
    example="Ten fixes in September: 4 by the initial ETA, 2 by a revised one, 1 three days and 1 ten days after the agreed "
    "one, 2 without an ETA.\n"
    "by_initial 40 % (17 to 69 %), by_agreed 60 %, within_week 70 %, within_month 80 %; n = 10.",
    select=f"""
SELECT dimension, value, month, delivered, {", ".join(BAND_COLUMNS)}, median_days_late,
       {shares_sql("delivered")}
FROM (
{broken_down(_accuracy, "eta_outcome o", "o")}
)
""",
)
MEASURES = (ETA_DELIVERY, ETA_ACCURACY)
