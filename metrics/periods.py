"""The days, weeks or months between the first and T, without a gap: what a measure over time is joined to."""


def spine_sql(period: str, first: str) -> str:
    """SQL: rows (`period`, complete) from the period that holds the local date `first` to the last one that T shows.

    Reads `calendar_day` and `meta`. A week is its Monday, a month its first day. `complete`: it has ended by T. `first`
    is a scalar subquery; without a date there are no rows.
    """
    return f"""SELECT c.{period}, max(c.ends_at) <= max(m.as_of) AS complete
    FROM calendar_day c CROSS JOIN meta m
    GROUP BY c.{period}
    HAVING min(c.begins_at) < max(m.as_of) AND max(c.day) >= {first}"""
