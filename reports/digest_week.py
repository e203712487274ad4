"""What the weekly digest tells, before it is written down: tickets received, answered, resolved, … in a week (DMSU-M9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reports.period import Period
from reports.request import Report
from reports.wording import working_duration

HANDLED = {
    "received": "Received", "answered": "Answered", "resolved": "Resolved", "closed": "Closed", "reopened": "Reopened",
    "passed": "Passed on",
}  # fmt: skip
LISTED = 100  # of a section; the rest is counted


@dataclass(frozen=True)
class Handled:
    """A ticket that was handled, by whom it is now, when (local time), and what there is to say of it."""

    key: str
    url: str
    summary: str
    about: str
    when: datetime
    detail: str


@dataclass(frozen=True)
class Section:
    """A way to handle tickets: how many this week and the week before, those listed, how many are hidden and how many
    are more than are listed."""

    title: str
    n: int
    before: int
    tickets: list[Handled]
    hidden: int
    more: int

    @property
    def note(self) -> str:
        """What is counted and not listed; empty when nothing."""
        said = [f"{n:,} {what}" for n, what in ((self.hidden, "restricted"), (self.more, "more")) if n]
        return f"Counted, not listed: {' and '.join(said)}." if said else ""


@dataclass(frozen=True)
class Digest:
    """The digest of a week: its sections in the order of `HANDLED`, but for what the desk does not measure, and tickets
    unresolved at its beginning and its end."""

    sections: list[Section]
    unresolved: int
    unresolved_before: int


_EVENTS = """
event AS (
    SELECT ticket_id, event AS handled, happened_at, CAST(NULL AS BIGINT) AS seconds, CAST(NULL AS VARCHAR) AS state,
           CAST(NULL AS VARCHAR) AS line, CAST(NULL AS VARCHAR) AS unit
    FROM flow_event WHERE event IN ('received', 'resolved', 'closed', 'reopened')
    UNION ALL
    SELECT ticket_id, 'answered', stopped_at, working_seconds, state, NULL, NULL
    FROM clock WHERE clock = 'first_human_response' AND NOT implied
    UNION ALL
    SELECT ticket_id, 'passed', left_at, NULL, NULL, line_after, unit_after FROM (
        SELECT ticket_id, left_at, ended, lead(line) OVER w AS line_after, lead(unit) OVER w AS unit_after
        FROM line_stay WINDOW w AS (PARTITION BY ticket_id ORDER BY seq)) WHERE ended = 'passed'
)"""
_COUNTED = f"""
WITH {_EVENTS}
SELECT e.handled, count(DISTINCT e.ticket_id), count(DISTINCT e.ticket_id) FILTER (WHERE t.restricted)
FROM event e JOIN ticket t ON t.ticket_id = e.ticket_id
WHERE e.happened_at >= $first AND e.happened_at < $after GROUP BY e.handled"""
_LISTED = f"""
WITH {_EVENTS},
last AS (
    SELECT *, row_number() OVER (PARTITION BY ticket_id, handled ORDER BY happened_at DESC, line, unit) AS place
    FROM event WHERE happened_at >= $first AND happened_at < $after
)
SELECT e.handled, t.key, t.url, t.summary, t.service, t.priority, t.assignee, e.happened_at, e.line, e.unit,
       coalesce(e.seconds, CASE WHEN e.handled = 'resolved' THEN c.working_seconds END) AS seconds,
       coalesce(e.state, CASE WHEN e.handled = 'resolved' THEN c.state END) AS state
FROM last e
JOIN ticket t ON t.ticket_id = e.ticket_id
LEFT JOIN clock c ON c.ticket_id = e.ticket_id AND c.clock = 'resolution' AND c.stopped_at = e.happened_at
WHERE e.place = 1 AND NOT t.restricted
ORDER BY e.happened_at, e.ticket_id"""
_UNRESOLVED = "SELECT coalesce(sum(delta_unresolved), 0) FROM flow_event WHERE happened_at < ?"


def digest_of(report: Report) -> Digest:
    """What was handled in the week of the report. A ticket stands once in each section, by the last time."""
    counts, before = _counts(report, report.period), _counts(report, report.period.previous())
    listed: dict[str, list[Handled]] = {name: [] for name in HANDLED}
    for row in _dicts(report, _LISTED, report.period):
        listed[row["handled"]].append(_handled(report, row))
    profile, sections = report.profile, []
    measured = {"answered": "first_human_response" in profile.clock, "passed": len(profile.line) > 1}
    for name, title in HANDLED.items():
        if not measured.get(name, True):
            continue
        n, hidden = counts.get(name, (0, 0))
        shown = listed[name][:LISTED]
        more = len(listed[name]) - len(shown)
        sections.append(Section(title, n, before.get(name, (0, 0))[0], shown, hidden, more))
    unresolved, earlier = (
        int(report.db.execute(_UNRESOLVED, [at]).fetchall()[0][0])
        for at in (report.period.ends_at, report.period.begins_at)
    )
    return Digest(sections, unresolved, earlier)


def _counts(report: Report, period: Period) -> dict[str, tuple[int, int]]:
    rows = report.db.execute(_COUNTED, {"first": period.begins_at, "after": period.ends_at}).fetchall()
    return {handled: (n, hidden) for handled, n, hidden in rows}


def _dicts(report: Report, sql: str, period: Period) -> list[dict[str, Any]]:
    found = report.db.execute(sql, {"first": period.begins_at, "after": period.ends_at})
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _handled(report: Report, row: dict[str, Any]) -> Handled:
    about = ", ".join(row[name] for name in ("service", "priority", "assignee") if row[name])
    return Handled(
        row["key"],
        row["url"] or "",
        row["summary"] or "",
        about,
        report.local(row["happened_at"]),
        _detail(report, row),
    )


def _detail(report: Report, row: dict[str, Any]) -> str:
    """`after 2 NWD 3 NWH: met`, `to delegated (CGI)`, or nothing."""
    if row["line"]:
        return f"to {row['line']}" + (f" ({row['unit']})" if row["unit"] and row["unit"] != row["line"] else "")
    if row["seconds"] is None:
        return ""
    judged = f": goal {row['state']}" if row["state"] in ("met", "missed") else ""
    return f"after {working_duration(row['seconds'], report.profile)}{judged}"
