"""Who responds: somebody known who is neither automation nor the reporter at that moment (AMP-C2)."""

from metrics.field_span import field_span_sql
from metrics.metric import Metric

REPORTER_THEN = "CASE WHEN r.no IS NULL THEN f.reporter ELSE r.reporter END"  # SQL, after `reporter_join`
# SQL, after `responder_join`: whether the author of `c` responds; NULL, and so no, for an unknown one.
RESPONDS = f"a.person_id IS NULL AND c.author <> coalesce({REPORTER_THEN}, '')"


def reporter_join(at: str) -> str:
    """SQL: joins as `r` who was the reporter of the ticket `f` at an instant, if that ever changed."""
    return f"LEFT JOIN reporter_span r ON r.no = f.no AND r.since < {at} AND {at} <= r.until_at"


def responder_join(at: str) -> str:
    """SQL: joins what `RESPONDS` asks of the author of `c` and the ticket `f` at an instant."""
    return f"""{reporter_join(at)}
    LEFT JOIN rule_automation a ON a.source = f.source AND a.person_id = c.author"""


REPORTER_SPAN = Metric(
    table="reporter_span",
    definition="Who was the reporter from when to when, for tickets whose reporter changed.",
    rules=("AMP-C2", "AMP-W4"),
    grain="ticket × reporter",
    units="",
    sql=field_span_sql("reporter", "c.changed_at"),
)

RESPONSE_COMMENT = Metric(
    table="response_comment",
    definition="Public comments that respond: by somebody known who is neither automation nor the reporter at that moment; "
    "none is before creation.",
    rules=("AMP-C2", "HD-M2", "DMSU-M3", "OPS-M1", "AMP-W4"),
    grain="ticket × public comment",
    units="",
    sql=f"""
CREATE VIEW response_comment AS
SELECT f.no, f.project, greatest(c.created_at, f.created_at) AS said_at, c.author
FROM wanted_comment c
JOIN facts f ON f.no = c.no
{responder_join("c.created_at")}
WHERE c.public AND c.created_at < as_of() AND f.in_scope AND {RESPONDS}
""",
)
METRICS = (REPORTER_SPAN, RESPONSE_COMMENT)
