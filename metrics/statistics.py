"""Honest statistics: a share never stands without its n, its Wilson 95 % interval and a mark when n is too small."""

from math import sqrt

Z95 = 1.959963984540054  # the normal distribution's 97.5 % point
TOO_SMALL = 5  # below so many tickets a month is shown, and not judged


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The Wilson 95 % interval of the share `part` / `whole`, as fractions; None when there is nothing to judge.

    >>> [round(bound, 3) for bound in wilson(9, 10)]
    [0.596, 0.982]
    """
    if whole == 0:
        return None
    share, z2 = part / whole, Z95**2
    middle = share + z2 / (2 * whole)
    half = Z95 * sqrt(share * (1 - share) / whole + z2 / (4 * whole**2))
    scale = 1 + z2 / whole
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def share_sql(part: str, whole: str, name: str) -> str:
    """SQL: the columns `name` (fraction), `name_low`, `name_high` (Wilson 95 %) and `name_too_small` of two counts.

    The first three are empty where `whole` is 0. `part` and `whole` are columns, or expressions in brackets.
    """
    share, z2 = f"CAST({part} AS DOUBLE) / nullif({whole}, 0)", Z95**2
    middle = f"({share} + {z2 / 2} / {whole})"
    half = f"{Z95} * sqrt({share} * (1 - {share}) / {whole} + {z2 / 4} / {whole} / {whole})"
    scale = f"(1 + {z2} / {whole})"
    return (
        f"{share} AS {name},\n"
        f"       CASE WHEN {whole} > 0 THEN greatest(0, ({middle} - {half}) / {scale}) END AS {name}_low,\n"
        f"       CASE WHEN {whole} > 0 THEN least(1, ({middle} + {half}) / {scale}) END AS {name}_high,\n"
        f"       {too_small_sql(whole)} AS {name}_too_small"
    )


def share_columns(name: str, of: str) -> dict[str, str]:
    """What the columns of `share_sql` hold, for a measure's `columns`; `of` says which share."""
    return {
        name: f"{of}, as a fraction",
        f"{name}_low": "lower end of its Wilson 95 % interval",
        f"{name}_high": "upper end of its Wilson 95 % interval",
        f"{name}_too_small": f"whether n is below {TOO_SMALL}: too small to judge",
    }


def too_small_sql(n: str) -> str:
    """SQL: whether a count is too small to judge."""
    return f"{n} < {TOO_SMALL}"


def percentile_sql(share: float, value: str) -> str:
    """SQL: a percentile by nearest rank, so that it is the value of an actual ticket; empty ones do not count."""
    return f"percentile_disc({share}) WITHIN GROUP (ORDER BY {value})"
