"""The ticket as it stood at T."""

from metrics.metric import Metric
from metrics.months import month_sql
from metrics.working_time import epoch_sql

LAST_CHANGE = Metric(
    table="last_change",
    definition="The last change or comment before T; a deleted comment cannot be brought back.",
    rules=("AMP-W3",),
    grain="ticket with any",
    units="",
    sql="""
CREATE TABLE last_change AS
WITH happened AS (
    SELECT c.no, max(c.changed_at) AS changed_at FROM wanted_change c
    WHERE c.changed_at < as_of() GROUP BY c.no
    UNION ALL
    SELECT c.no, max(c.created_at) FROM wanted_comment c
    WHERE c.created_at < as_of() GROUP BY c.no
)
SELECT no, max(changed_at) AS changed_at FROM happened GROUP BY no
""",
)

_TICKETS = f"""SELECT f.ticket_id, f.source, f.key, f.project,
       CASE WHEN w.link_prefix <> '' THEN w.link_prefix || f.key END AS url, f.type, f.summary,
       coalesce(m.last_unknown, n.status) AS status, m.last_at AS status_since, p.phase,
       f.priority, f.relevance, f.service, f.service_element, f.service_version, f.category, f.channel, f.provider,
       coalesce(a.name, f.assignee) AS assignee, coalesce(r.name, f.reporter) AS reporter, f.created_at,
       greatest(f.created_at, coalesce(l.changed_at, f.created_at)) AS updated_at,
       m.resolved_at AS first_resolved_at,
       CASE WHEN m.is_resolved THEN m.last_run_at END AS resolved_at,
       CASE WHEN m.is_closed THEN m.last_close_at END AS closed_at,
       m.reopenings, try_cast(f.eta AS DATE) AS eta, try_cast(f.score AS DOUBLE) AS score,
       CASE WHEN f.score IS NOT NULL AND f.scored_at IS NOT NULL THEN greatest(f.scored_at, f.created_at)
       END AS scored_at,
       f.esa_arb IS NOT NULL AS esa_arb, f.esa_cab IS NOT NULL AS esa_cab, f.interface IS NOT NULL AS interface,
       f.restricted,
       {month_sql(epoch_sql("f.created_at"), "cm")} AS created_month,
       CASE WHEN m.is_resolved THEN {month_sql(epoch_sql("m.last_run_at"), "rm")} END AS resolved_month
FROM facts f
JOIN milestone m ON m.no = f.no
LEFT JOIN utc_month cm ON cm.day = {epoch_sql("f.created_at")} // 86400
LEFT JOIN utc_month rm ON rm.day = {epoch_sql("m.last_run_at")} // 86400
JOIN rule_status n ON n.code = m.last_code
LEFT JOIN rule_phase p ON p.code = m.last_code AND p.project = f.project
LEFT JOIN last_change l ON l.no = f.no
LEFT JOIN store.source_site w ON w.source = f.source
LEFT JOIN store.person a ON a.source = f.source AND a.person_id = f.assignee
LEFT JOIN store.person r ON r.source = f.source AND r.person_id = f.reporter"""

TICKET = Metric(
    table="ticket",
    public=True,
    moves="false",
    definition="Every measured ticket with its fields, status, first and final resolution, closure and "
    "reopenings at T. resolved_at and closed_at are empty while the ticket is open again.",
    rules=("AMP-W4", "1.3", "1.5", "AMP-G3", "AMP-S2"),
    grain="ticket",
    units="",
    # Those not closed apart: what lists them reads the few blocks that hold them.
    sql=f"""
CREATE TABLE mart.ticket AS
{_TICKETS} WHERE NOT m.is_closed
UNION ALL
{_TICKETS} WHERE m.is_closed
""",
    columns={
        "ticket_id": "`<source>/<immutable id>`: the join key",
        "source": "name of the source in the configuration",
        "key": "what people say; may change",
        "project": "project at T",
        "url": "the ticket's page at its source; empty when the source has none",
        "type": "issue type, in the profile's spelling",
        "summary": "summary",
        "status": "status at T, in the profile's spelling; the raw name of one that nobody mapped",
        "status_since": "start of the stay in it",
        "phase": "phase of the status in this project; empty for an unmapped status",
        "priority": "priority, in the profile's spelling",
        "relevance": "relevance",
        "service": "service",
        "service_element": "service element",
        "service_version": "service version",
        "category": "category",
        "channel": "priority or standard, by project and category at T",
        "provider": "service provider",
        "assignee": "display name of the assignee",
        "reporter": "display name of the reporter",
        "created_at": "creation",
        "updated_at": "last change or comment before T",
        "first_resolved_at": "first entry into a resolved or closed status",
        "resolved_at": "final resolution; empty while the ticket is open, or open again",
        "closed_at": "start of the CLOSED stay that stands at T; one closed status after another is one such stay",
        "reopenings": "moves from DONE or CLOSED to another status but these two",
        "eta": "original estimation at T, a local date",
        "score": "satisfaction score at T",
        "scored_at": "the change that set it; empty if no change tells",
        "esa_arb": "flagged for the agency's review board",
        "esa_cab": "flagged for the agency's change board",
        "interface": "flagged as an interface matter",
        "restricted": "of a project that only some may see",
        "created_month": "first day of the month of creation, in the desk's zone",
        "resolved_month": "first day of the month of the final resolution, in the desk's zone",
    },
    example="""
Created Monday 09:00, DONE Tuesday 10:00, TO DO again Tuesday 15:00, DONE Wednesday 11:00, CLOSED Wednesday 12:00.
As of Tuesday 12:00: resolved_at Tuesday 10:00, reopenings 0. As of Tuesday 16:00: resolved_at empty, reopenings 1.
As of Thursday: first_resolved_at Tuesday 10:00, resolved_at Wednesday 11:00, closed_at Wednesday 12:00, reopenings 1.
""",
)
METRICS = (LAST_CHANGE, TICKET)
