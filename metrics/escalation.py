"""Which steps the procedure asks for on clocks that still run: the alert passed last, and the one that comes next."""

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
        "started_at": "when it started; the clock update starts anew at every public answer, and so do its steps",
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
    select="""
WITH alert AS (
    SELECT goal, n, threshold_seconds, action, rule, max(n) OVER (PARTITION BY goal) AS alerts FROM alert_rule
)
SELECT c.ticket_id, c.clock, c.started_at, c.state, a.n AS alert, a.alerts, a.n <= c.alerts_passed AS passed, a.action, a.rule,
       c.working_seconds AS used_seconds, c.goal_seconds, c.goal_seconds - c.working_seconds AS left_seconds,
       a.threshold_seconds - c.working_seconds AS to_alert_seconds,
       CASE WHEN a.n > c.alerts_passed AND c.state = 'running' THEN c.next_alert_at END AS alert_at
FROM clock c
JOIN alert a ON a.goal = c.goal AND a.n IN (c.alerts_passed, c.alerts_passed + 1)
WHERE c.stopped_at IS NULL AND c.state IN ('running', 'overdue', 'paused')
""",
)
MEASURES = (ESCALATION,)
