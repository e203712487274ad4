"""Which steps the procedure asks for on clocks that still run: the alert passed last, and the one that comes next."""

from metrics.goal import IN_FORCE
from metrics.metric import Measure

ESCALATION = Measure(
    view="escalation",
    definition="Clocks that have started, still run, and have a goal with alerts: the alert that they passed last (passed "
    "when used ≥ its threshold) and the next one, with what is to be done then. The goal is the one in force at T for the "
    "ticket as it is at T.",
    rules=("AMP-G4", "AMP-G5", "AMP-G6"),
    grain="running clock × alert: the last one passed, and the next",
    units="…_seconds: open seconds of the calendar",
    columns={
        "ticket_id": "the ticket",
        "clock": "the clock",
        "state": "running, overdue, paused",
        "alert": "number of the alert, from 1",
        "alerts": "how many alerts the goal has",
        "passed": "whether it is passed; otherwise it is the next one",
        "action": "what is to be done then",
        "rule": "the rule that sets the goal",
        "used_seconds": "time that counted so far",
        "goal_seconds": "the goal",
        "left_seconds": "goal − used; below zero: over",
        "to_alert_seconds": "threshold − used; zero or below: passed",
        "alert_at": "when a running clock reaches the next one, if nothing pauses; empty for one that is passed or paused",
    },
    example="""A User Request has used 3.5 NWD of its 5 NWD (alerts at 2, 3 and 4 NWD) and runs:
alert 2 of 3, passed: phone the assignee · alert 3 of 3, not passed, in 0.5 NWD: phone the service manager""",
    select=f"""
WITH step AS (
    SELECT g.clock, g.project, g.type, g.channel, g.provider, g.goal_seconds, g.rule, a.n, a.threshold_seconds, a.action
    FROM goal_rule g
    JOIN alert_rule a ON a.clock = g.clock AND a.rule = g.rule AND a.project IS NOT DISTINCT FROM g.project
        AND a.type IS NOT DISTINCT FROM g.type AND a.channel IS NOT DISTINCT FROM g.channel
        AND a.provider IS NOT DISTINCT FROM g.provider
    WHERE {IN_FORCE}
),
running AS (
    SELECT c.ticket_id, c.clock, c.state, c.working_seconds, c.goal_seconds, c.alerts_passed, c.next_alert_at,
           t.project, t.type, t.channel, t.provider
    FROM clock c JOIN ticket t ON t.ticket_id = c.ticket_id
    WHERE c.stopped_at IS NULL AND c.state IN ('running', 'overdue', 'paused') AND c.goal_seconds IS NOT NULL
)
SELECT r.ticket_id, r.clock, r.state, s.n AS alert, max(o.alerts) AS alerts, s.n <= r.alerts_passed AS passed,
       min(s.action) AS action, min(s.rule) AS rule, r.working_seconds AS used_seconds, r.goal_seconds,
       r.goal_seconds - r.working_seconds AS left_seconds, s.threshold_seconds - r.working_seconds AS to_alert_seconds,
       CASE WHEN s.n > r.alerts_passed AND r.state = 'running' THEN r.next_alert_at END AS alert_at
FROM running r
JOIN step s ON s.clock = r.clock AND s.goal_seconds = r.goal_seconds
    AND s.n IN (r.alerts_passed, r.alerts_passed + 1) AND (s.project IS NULL OR s.project = r.project)
    AND (s.type IS NULL OR s.type = r.type) AND (s.channel IS NULL OR s.channel = r.channel)
    AND (s.provider IS NULL OR lower(s.provider) = lower(r.provider))
JOIN (SELECT clock, goal_seconds, rule, max(n) AS alerts FROM step GROUP BY clock, goal_seconds, rule) o
    ON o.clock = s.clock AND o.goal_seconds = s.goal_seconds AND o.rule = s.rule
GROUP BY r.ticket_id, r.clock, r.state, s.n, r.alerts_passed, r.working_seconds, r.goal_seconds, s.threshold_seconds,
         r.next_alert_at
""",
)
MEASURES = (ESCALATION,)
