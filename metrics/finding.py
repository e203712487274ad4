"""Where practice leaves the procedure (1.9)."""

from metrics.metric import Metric

FINDING = Metric(
    table="finding",
    public=True,
    definition="One row a ticket and rule that it leaves. F1 and F9 are historical: since their first occurrence, and "
    "they stay; all others hold at T, since the last of their conditions came true. Which rules there are, what the "
    "procedure says, and which projects each holds in is in the profile; the mart's finding_rule shows it.",
    rules=("1.9", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"),
    grain="ticket × rule",
    units="",
    columns={
        "ticket_id": "the ticket: source and immutable id",
        "key": "its key at T",
        "rule": "F1 to F12; see finding_rule",
        "since": "since when it has been so without a break (UTC); after the time allowed where the rule allows one",
        "detail": "the evidence: which change, or what is missing",
    },
    example="DSD, created 1 September 09:00 in OPEN, RECEIVED 10:00, CLOSED 11:00 by Bob.\n"
    "F1 since 11:00 (RECEIVED → CLOSED, by Bob), F9 since 11:00. A reopening later removes neither.",
    sql="""
CREATE TABLE mart.finding AS
WITH found AS (
    SELECT rule, no, since, detail FROM finding_move
    UNION ALL SELECT rule, no, since, detail FROM finding_value
    UNION ALL SELECT rule, no, since, detail FROM finding_lower
    UNION ALL SELECT rule, no, since, detail FROM finding_delegated
)
SELECT f.ticket_id, f.key, x.rule, x.since, x.detail
FROM found x JOIN facts f ON f.no = x.no
""",
)
METRICS = (FINDING,)
