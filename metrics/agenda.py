"""The agenda of a board, which builds itself from the unresolved tickets (AMP-B1, AMP-B4, 1.8)."""

from metrics.metric import Measure

SECTIONS = {
    2: "ESA-flagged",
    3: "Priority channel",
    4: "Goal missed",
    5: "Alert passed",
    6: "Estimation due, overdue or missing",
    7: "Reopened",
    8: "Stalled",
    9: "Ready to close",
    10: "The rest",
}
MISSED = "state IN ('missed', 'overdue')"  # SQL: of a clock, for good or so far

AGENDA = Measure(
    view="agenda",
    definition="The tickets that a board reviews, in the order of its agenda: the unresolved ones of its projects, and those "
    "that may be closed (F7). A ticket stands once, in the first section that fits: 2 ESA-flagged, 3 priority channel, "
    "4 goal missed, 5 alert passed, 6 estimation due within a week, overdue or missing, 7 reopened, 8 stalled, 9 ready to "
    "close, 10 the rest; within a section by priority (a ticket of the priority channel has the highest), then age. "
    "Section 1, the actions still open from earlier meetings, comes from the board itself. What else is true of a ticket "
    "stands in the badges.",
    rules=("AMP-B1", "AMP-B2", "AMP-B4", "AMP-G3", "1.8"),
    grain="board × ticket",
    units="",
    columns={
        "board": "the board's name in the profile: `arb`, `esa-arb`, `esa-cab`",
        "ticket_id": "the ticket",
        "key": "its key at T",
        "place": "its place on this agenda, from 1",
        "section": "2 to 10, as above",
        "esa_flagged": "it carries the ESA ARB or ESA CAB flag",
        "priority_channel": "it is of the priority channel",
        "goal_missed": "a clock with a goal was missed or is overdue",
        "alerts_passed": "the most alerts that a clock which still runs has passed",
        "eta_reason": "`expired`, `due` (within a week) or `missing`; empty: a date further ahead",
        "reopened": "it was reopened",
        "stalled": "nothing happened for two weeks",
        "ready_to_close": "finding F7 holds",
        "assignee": "whom to ask for an update",
    },
    example="An unresolved DSD ticket, flagged ESA ARB and past its goal: section 2, with the badge for the missed goal.\n"
    "The same without the flag: section 4. In DONE for two weeks and silent: section 9.",
    select=f"""
WITH ready AS (
    SELECT DISTINCT ticket_id FROM finding WHERE rule = 'F7'
),
looked_at AS (
    SELECT ticket_id FROM ticket WHERE resolved_at IS NULL UNION ALL SELECT ticket_id FROM ready
),
clocked AS (
    SELECT ticket_id, max(CASE WHEN {MISSED} THEN 1 ELSE 0 END) AS missed,
           max(CASE WHEN stopped_at IS NULL THEN alerts_passed ELSE 0 END) AS alerts_passed
    FROM clock WHERE goal_seconds IS NOT NULL AND ticket_id IN (SELECT ticket_id FROM looked_at) GROUP BY ticket_id
),
dated AS (
    SELECT ticket_id, min(CASE reason WHEN 'expired' THEN 1 WHEN 'due' THEN 2 ELSE 3 END) AS reason
    FROM follow_up WHERE reason IN ('expired', 'due', 'missing') GROUP BY ticket_id
),
reviewed AS (
    SELECT b.board, t.ticket_id, t.key, t.priority, t.assignee, t.created_at, t.esa_arb OR t.esa_cab AS esa_flagged,
           t.channel = 'priority' AS priority_channel, coalesce(c.missed, 0) = 1 AS goal_missed,
           coalesce(c.alerts_passed, 0) AS alerts_passed,
           CASE d.reason WHEN 1 THEN 'expired' WHEN 2 THEN 'due' WHEN 3 THEN 'missing' END AS eta_reason,
           t.reopenings > 0 AS reopened, s.ticket_id IS NOT NULL AS stalled, r.ticket_id IS NOT NULL AS ready_to_close
    FROM ticket t
    JOIN board_rule b ON b.project IS NULL OR b.project = t.project
    LEFT JOIN clocked c ON c.ticket_id = t.ticket_id
    LEFT JOIN ready r ON r.ticket_id = t.ticket_id
    LEFT JOIN dated d ON d.ticket_id = t.ticket_id
    LEFT JOIN stalled s ON s.ticket_id = t.ticket_id
    WHERE t.closed_at IS NULL AND (t.resolved_at IS NULL OR r.ticket_id IS NOT NULL)
      AND (b.flag IS NULL OR (b.flag = 'esa_arb' AND t.esa_arb) OR (b.flag = 'esa_cab' AND t.esa_cab))
),
placed AS (
    SELECT r.*, CASE WHEN r.esa_flagged THEN 2 WHEN r.priority_channel THEN 3 WHEN r.goal_missed THEN 4
                     WHEN r.alerts_passed > 0 THEN 5 WHEN r.eta_reason IS NOT NULL THEN 6
                     WHEN r.reopened THEN 7 WHEN r.stalled THEN 8 WHEN r.ready_to_close THEN 9 ELSE 10 END AS section
    FROM reviewed r
)
SELECT p.board, p.ticket_id, p.key,
       CAST(row_number() OVER (
           PARTITION BY p.board
           ORDER BY p.section, CASE WHEN p.priority_channel THEN 1 ELSE coalesce(o.place, 999) END, p.created_at, p.ticket_id
       ) AS INTEGER) AS place,
       p.section, p.esa_flagged, p.priority_channel, p.goal_missed, p.alerts_passed, p.eta_reason, p.reopened, p.stalled,
       p.ready_to_close, p.assignee
FROM placed p LEFT JOIN priority_rule o ON o.priority = p.priority
""",
)
MEASURES = (AGENDA,)
