"""Kaplan–Meier: how long something takes when some of it is not finished yet, as SQL over distinct times."""

from metrics.statistics import Z95

_ROUNDING = 1e-9  # a product of fractions that is ½ on paper may be this much more
_PERCENTILES = (("median", 0.5), ("p90", 0.9))


def _first_time(share: float, name: str) -> str:
    left = f"{round(1 - share, 9)} + {_ROUNDING}"
    return f"""min(CASE WHEN survival <= {left} THEN seconds END) AS {name},
               min(CASE WHEN survival_low <= {left} THEN seconds END) AS {name}_low,
               min(CASE WHEN survival_high <= {left} THEN seconds END) AS {name}_high,
               min(CASE WHEN finished_by > 0 AND finished_by >= {share} * finished THEN seconds END) AS plain_{name}"""


def kaplan_meier_sql(rows: str) -> str:
    """SQL: per (dimension, part) of `rows` the Kaplan–Meier median and 90th percentile, each with its 95 % interval.

    `rows` is a query with one row a dimension, part and seconds: how many are `leaving` then, and how many of them because
    they are `finishing`; the others still run, which says only that they take longer than that. Columns: dimension, part,
    n, finished; then for median and p90, in seconds: the first time by which so many are finished, `…_low` and `…_high`
    from the log-log Greenwood band of the curve, and `plain_…`, the percentile by nearest rank of the finished alone.
    Empty where the curve (or the band) never gets that far.
    """
    percentiles = ",\n               ".join(_first_time(share, name) for name, share in _PERCENTILES)
    names = ", ".join(f"p.{name}, p.{name}_low, p.{name}_high, p.plain_{name}" for name, _ in _PERCENTILES)
    return f"""
    WITH at_time AS (
        {rows}
    ),
    total AS (
        SELECT dimension, part, row_number() OVER (ORDER BY dimension, part) AS no,
               CAST(sum(leaving) AS BIGINT) AS n, CAST(sum(finishing) AS BIGINT) AS finished
        FROM at_time GROUP BY dimension, part
    ),
    risk AS (
        SELECT t.no, t.finished, r.seconds, CAST(r.finishing AS DOUBLE) AS finishing,
               CAST(t.n + r.leaving - sum(r.leaving) OVER w AS DOUBLE) AS at_risk, sum(r.finishing) OVER w AS finished_by
        FROM at_time r JOIN total t ON t.dimension = r.dimension AND t.part IS NOT DISTINCT FROM r.part
        WINDOW w AS (PARTITION BY t.no ORDER BY r.seconds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ),
    curve AS (
        SELECT no, finished, seconds, finished_by, finishing = at_risk AS is_end,
               sum(CASE WHEN finishing < at_risk THEN ln(1 - finishing / at_risk) END) OVER w AS log_survival,
               sum(CASE WHEN finishing < at_risk THEN finishing / (at_risk * (at_risk - finishing)) END) OVER w AS greenwood
        FROM risk
        WINDOW w AS (PARTITION BY no ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ),
    spread AS (
        SELECT *, CASE WHEN is_end THEN 0 ELSE exp(log_survival) END AS survival,
               CASE WHEN log_survival < 0 AND NOT is_end THEN exp({Z95} * sqrt(greenwood) / -log_survival) END AS factor
        FROM curve
    ),
    band AS (
        SELECT *, exp(log_survival * factor) AS survival_low, exp(log_survival / factor) AS survival_high FROM spread
    ),
    percentile AS (
        SELECT no, {percentiles}
        FROM band GROUP BY no
    )
    SELECT t.dimension, t.part, t.n, t.finished, {names} FROM total t JOIN percentile p ON p.no = t.no"""
