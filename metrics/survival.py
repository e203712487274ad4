"""Kaplan–Meier: how long something takes when some of it is not finished yet, as SQL over distinct times."""

from metrics.statistics import Z95

_ROUNDING = 1e-9  # a product of fractions that is ½ on paper may be this much more


def _reached(curve: str, share: float, name: str) -> str:
    return f"min(CASE WHEN {curve} <= {round(1 - share, 9)} + {_ROUNDING} THEN seconds END) AS {name}"


def kaplan_meier_sql(rows: str) -> str:
    """SQL: per (dimension, part) of `rows` the Kaplan–Meier median and 90th percentile, each with its 95 % interval.

    `rows` is a query with columns dimension, part, seconds, and finished: false for what still runs, which then says
    only that it takes longer than that. Columns: dimension, part, median, median_low, median_high, p90, p90_low,
    p90_high, in seconds. A percentile is the first time by which so many are finished; its interval is where the
    log-log Greenwood band of the curve is. Empty where the curve (or the band) never gets that far.
    """
    percentiles = ",\n           ".join(
        _reached(curve, share, f"{name}{end}")
        for name, share in (("median", 0.5), ("p90", 0.9))
        for curve, end in (("survival", ""), ("survival_low", "_low"), ("survival_high", "_high"))
    )
    return f"""
    WITH at_time AS (
        SELECT dimension, part, seconds, count(*) AS leaving, count(CASE WHEN finished THEN 1 END) AS finishing
        FROM ({rows}) AS timed GROUP BY dimension, part, seconds
    ),
    risk AS (
        SELECT dimension, part, seconds, CAST(finishing AS DOUBLE) AS finishing,
               CAST(sum(leaving) OVER (PARTITION BY dimension, part ORDER BY seconds DESC) AS DOUBLE) AS at_risk
        FROM at_time
    ),
    curve AS (
        SELECT dimension, part, seconds, finishing = at_risk AS is_end,
               sum(CASE WHEN finishing < at_risk THEN ln(1 - finishing / at_risk) END) OVER w AS log_survival,
               sum(CASE WHEN finishing < at_risk THEN finishing / (at_risk * (at_risk - finishing)) END) OVER w AS greenwood
        FROM risk WHERE finishing > 0
        WINDOW w AS (PARTITION BY dimension, part ORDER BY seconds)
    ),
    band AS (
        SELECT dimension, part, seconds, CASE WHEN is_end THEN 0 ELSE exp(log_survival) END AS survival,
               CASE WHEN NOT is_end THEN exp(log_survival * exp({Z95} * sqrt(greenwood) / -log_survival)) END
                   AS survival_low,
               CASE WHEN NOT is_end THEN exp(log_survival * exp({Z95} * sqrt(greenwood) / log_survival)) END
                   AS survival_high
        FROM curve
    )
    SELECT dimension, part,
           {percentiles}
    FROM band GROUP BY dimension, part"""
