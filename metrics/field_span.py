"""What stood in a field of a ticket from when to when (AMP-W4)."""


def field_span_sql(field: str, changed_at: str) -> str:
    """SQL that makes the table `<field>_span`: no, since, the field's value, until_at; a row a value, for tickets of which
    the field changed. `changed_at` says when a change `c` of a ticket `f` counts as made."""
    return f"""
CREATE TABLE {field}_span AS
WITH change AS (
    SELECT f.no, c.seq, {changed_at} AS changed_at, c.from_value, c.to_value,
           row_number() OVER (PARTITION BY f.no ORDER BY c.seq) AS place
    FROM wanted_change c JOIN facts f ON f.no = c.no
    WHERE c.field = '{field}'
),
span AS (
    SELECT no, 0 AS seq, CAST('0001-01-01' AS TIMESTAMP) AS since, from_value AS {field} FROM change WHERE place = 1
    UNION ALL
    SELECT no, seq, changed_at, to_value FROM change
)
SELECT no, since, {field},
       coalesce(lead(since) OVER (PARTITION BY no ORDER BY seq), CAST('9999-01-01' AS TIMESTAMP)) AS until_at
FROM span
"""
