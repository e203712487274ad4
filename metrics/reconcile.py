"""Our figures beside the source's own: what Jira Service Management's SLA fields and `resolutiondate` say of a ticket.

The classes, the first that fits:

1. `incomplete history`: the figures differ (or ours is missing) and a check of the ticket's history failed.
2. `running`: both clocks run, from the same start, for the same goal. Nothing to compare yet; not in any share.
3. `agree`: same stop, same time, same goal.
4. `unexplained`: both stopped, and nothing below gives the source's figure.
5. `reopening`: start or stop differ, and the ticket was reopened or the source has several cycles: its last cycle
   stands beside our whole clock.
6. `rule`: start or stop differ otherwise, or only one of the two clocks has stopped, or only the source runs it.
7. `pause`: the source counts stays that we pause, or pauses stays that we count.
8. `calendar`: the source counts by another calendar: around the clock, without holidays, with the hours in UTC.
9. `rule`: only the goal differs.

Whether something explains the source's figure is counted, not guessed: our histories are counted again over the
source's own span, with each calendar and each choice of pauses, and what gives the source's figure explains it. The
way with the fewest differences wins; of two alike, another pause before another calendar. `detail` names all of them.
Instants and durations that lie within a minute of each other are the same.
"""

from metrics.metric import Measure, Metric
from metrics.working_time import before_sql, epoch_sql

TOLERANCE = 60  # seconds
_HISTORY_CHECKS = """('histories whole', 'status history unbroken', 'history ends in the present status',
    'status without history possible at creation')"""


def _same(a: str, b: str) -> str:
    """SQL: two instants that lie within the tolerance."""
    return f"abs(epoch({a}) - epoch({b})) <= {TOLERANCE}"


SOURCE_SLA = Metric(
    table="source_sla",
    public=True,
    definition="The source's own figures for a clock, as its SLA fields had them when they were last read: the cycles "
    "that began before T, one after the other. A cycle that had not stopped by T has no stop and no elapsed time, since "
    "the source keeps no history of these.",
    rules=("AMP-C1", "AMP-C3", "AMP-W3"),
    grain="ticket × clock × cycle",
    units="goal_seconds, elapsed_seconds: as the source counts them",
    columns={
        "ticket_id": "the ticket", "key": "its key at T",
        "clock": "the clock of the profile whose field of kind `sla` this is",
        "cycle": "from 1, by start",
        "started_at": "when the source started it", "stopped_at": "when the source stopped it; empty: not before T",
        "breach_at": "when the source takes, or took, the goal for missed",
        "breached": "whether the stopped cycle missed its goal, as the source says",
        "goal_seconds": "the source's goal", "elapsed_seconds": "what the source counted up to the stop",
    },
    example="""The SLA field holds one completed cycle, 3 March 09:00 to 4 March 10:00, elapsed 9 h, goal 40 h.
As of 5 March: cycle 1, stopped 4 March 10:00, elapsed_seconds 32400, goal_seconds 144000.
As of 4 March 09:00: cycle 1, no stop, no elapsed time.""",
    sql="""
CREATE TABLE mart.source_sla AS
SELECT f.ticket_id, f.key, c.clock, c.cycle, c.started_at,
       CASE WHEN c.stopped_at < as_of() THEN c.stopped_at END AS stopped_at, c.breach_at,
       CASE WHEN c.stopped_at < as_of() THEN c.breached END AS breached,
       CAST(floor(c.goal_ms / 1000) AS BIGINT) AS goal_seconds,
       CASE WHEN c.stopped_at < as_of() THEN CAST(floor(c.elapsed_ms / 1000) AS BIGINT) END AS elapsed_seconds
FROM store.sla_cycle c
JOIN facts f ON f.ticket_id = c.ticket_id
WHERE f.project_in_scope AND f.type_in_scope AND c.started_at < as_of()
""",
)  # fmt: skip

SIDE_BY_SIDE = Metric(
    table="side_by_side",
    definition="Our clock beside the source's last cycle of it.",
    rules=("AMP-C1", "AMP-C3"),
    grain="ticket × clock that the source runs",
    units="…_seconds: open seconds of our calendar, or as the source counts them",
    sql=f"""
CREATE TABLE side_by_side AS
WITH theirs AS (
    SELECT s.*, row_number() OVER (PARTITION BY s.ticket_id, s.clock ORDER BY s.cycle DESC) AS from_last,
           count(*) OVER (PARTITION BY s.ticket_id, s.clock) AS cycles
    FROM mart.source_sla s
),
paired AS (
    SELECT f.no, t.clock, u.started_at IS NOT NULL AS ours_runs, u.no IS NULL AS is_theirs_alone,
           u.started_at AS ours_started_at, u.stopped_at AS ours_stopped_at,
           CASE WHEN u.stopped_at IS NOT NULL THEN u.used END AS ours_seconds, u.goal_seconds AS ours_goal_seconds,
           t.started_at AS theirs_started_at, t.stopped_at AS theirs_stopped_at,
           t.elapsed_seconds AS theirs_seconds, t.goal_seconds AS theirs_goal_seconds,
           CAST(t.cycles AS INTEGER) AS cycles, coalesce(m.reopenings, 0) AS reopenings
    FROM theirs t
    JOIN facts f ON f.ticket_id = t.ticket_id
    LEFT JOIN clock_goal u ON u.no = f.no AND u.clock = t.clock
    LEFT JOIN milestone m ON m.no = f.no
    WHERE t.from_last = 1
)
SELECT *, coalesce({_same("ours_started_at", "theirs_started_at")}, false) AS same_start,
       CASE WHEN ours_stopped_at IS NULL OR theirs_stopped_at IS NULL
            THEN ours_stopped_at IS NULL AND theirs_stopped_at IS NULL
            ELSE {_same("ours_stopped_at", "theirs_stopped_at")} END AS same_stop,
       coalesce(abs(ours_seconds - theirs_seconds) <= {TOLERANCE}, false) AS same_seconds,
       theirs_goal_seconds IS NULL OR coalesce(theirs_goal_seconds = ours_goal_seconds, false) AS same_goal
FROM paired
""",
)

_OURS = """CASE clock WHEN 'resolution' THEN active WHEN 'closure' THEN active + done
                ELSE active + waiting + done + closed END"""
# What may be paused, in the order in which it is tried: ours, then the others. Name, and what is counted.
_PAUSES = (
    ("", _OURS),
    ("nothing paused", "active + waiting + done + closed"),
    ("only waiting paused", "active + done + closed"),
    ("waiting not paused", "active + waiting"),
    ("paused while waiting and resolved", "active"),
)
_WAYS = "\n    UNION ALL ".join(
    f"SELECT no, clock, calendar, {n} AS pauses, '{name}' AS pauses_name, theirs_seconds, {counted} AS seconds FROM summed"
    for n, (name, counted) in enumerate(_PAUSES)
)

COUNTED_AGAIN = Metric(
    table="counted_again",
    definition="The source's figure counted again from our histories, over the source's own span, by the calendar and "
    "the pauses that give it; where several do, those with the fewest differences from ours.",
    rules=("AMP-C1", "AMP-C3", "AMP-W1"),
    grain="ticket × clock that stopped in both and differs",
    units="",
    sql=f"""
CREATE TABLE counted_again AS
WITH part AS (
    SELECT p.no, p.clock, p.theirs_seconds, s.is_waiting, s.is_resolved AND NOT s.is_closed AS is_done, s.is_closed,
           {epoch_sql("greatest(s.entered_at, p.theirs_started_at)")} AS since_second,
           {epoch_sql("least(s.until_at, p.theirs_stopped_at)")} AS until_second
    FROM side_by_side p
    JOIN stay s ON s.no = p.no AND s.entered_at < p.theirs_stopped_at AND s.until_at > p.theirs_started_at
    WHERE p.ours_seconds IS NOT NULL AND p.theirs_seconds IS NOT NULL
      AND NOT (p.same_start AND p.same_stop AND p.same_seconds)
),
worked AS (
    SELECT p.no, p.clock, p.theirs_seconds, a.calendar, p.is_waiting, p.is_done, p.is_closed,
           ({before_sql("p.until_second", "b")}) - ({before_sql("p.since_second", "a")}) AS seconds
    FROM part p
    JOIN other_day a ON a.day = p.since_second // 86400
    JOIN other_day b ON b.calendar = a.calendar AND b.day = p.until_second // 86400
),
summed AS (
    SELECT no, clock, calendar, max(theirs_seconds) AS theirs_seconds,
           sum(CASE WHEN NOT is_waiting AND NOT is_done AND NOT is_closed THEN seconds ELSE 0 END) AS active,
           sum(CASE WHEN is_waiting THEN seconds ELSE 0 END) AS waiting,
           sum(CASE WHEN is_done THEN seconds ELSE 0 END) AS done,
           sum(CASE WHEN is_closed THEN seconds ELSE 0 END) AS closed
    FROM worked GROUP BY no, clock, calendar
),
way AS (
    {_WAYS}
),
fitting AS (
    SELECT *, row_number() OVER (
               PARTITION BY no, clock
               ORDER BY CASE WHEN calendar > 0 THEN 1 ELSE 0 END + CASE WHEN pauses > 0 THEN 1 ELSE 0 END, calendar, pauses
           ) AS place
    FROM way WHERE abs(seconds - theirs_seconds) <= {TOLERANCE}
)
SELECT f.no, f.clock, f.calendar, f.pauses, nullif(f.pauses_name, '') AS pauses_name,
       nullif(c.name, '') AS calendar_name
FROM fitting f JOIN other_calendar c ON c.calendar = f.calendar WHERE f.place = 1
""",
)

RESOLUTION_DATE = Metric(
    table="resolution_date",
    definition="The source's resolution date, where it has one before T, beside our final resolution.",
    rules=("AMP-C3",),
    grain="ticket with a resolution date",
    units="",
    sql=f"""
CREATE TABLE resolution_date AS
WITH paired AS (
    SELECT f.no, CASE WHEN m.is_resolved THEN m.last_run_at END AS ours_stopped_at,
           t.resolution_date AS theirs_stopped_at, coalesce(m.reopenings, 0) AS reopenings
    FROM store.ticket t
    JOIN facts f ON f.ticket_id = t.ticket_id
    LEFT JOIN milestone m ON m.no = f.no
    WHERE t.resolution_date < as_of() AND f.project_in_scope AND f.type_in_scope
),
compared AS (
    SELECT *, coalesce({_same("ours_stopped_at", "theirs_stopped_at")}, false) AS same_stop FROM paired
),
entry AS (
    SELECT c.no, min(n.status) AS status
    FROM compared c
    JOIN stay s ON s.no = c.no AND s.is_resolved AND {_same("s.entered_at", "c.theirs_stopped_at")}
    JOIN rule_status n ON n.code = s.code
    WHERE NOT c.same_stop GROUP BY c.no
)
SELECT c.*, e.status AS theirs_status FROM compared c LEFT JOIN entry e ON e.no = c.no
""",
)

_CLASSES = ("agree", "running", "calendar", "pause", "reopening", "rule", "incomplete history", "unexplained")

RECONCILE = Metric(
    table="reconcile",
    public=True,
    definition="Ours beside the source's own figure, and why they differ. Clocks: those with a field of kind `sla` in "
    "the profile, its last cycle beside our whole clock; `resolution_date`: the source's resolution date beside our "
    "final resolution. Class, the first that fits. incomplete history: they differ and a check of the history failed. "
    "running: both run, same start and goal; in no share. agree: same stop, time and goal, to the minute. unexplained: "
    "both stopped and nothing below gives the source's figure. reopening: start or stop differ on a ticket that was "
    "reopened or has several cycles. rule: start or stop differ otherwise, or one side alone has stopped or runs at all. "
    "pause, calendar: our history counted again with other pauses, by another calendar, gives the source's figure. "
    "rule: only the goal differs.",
    rules=("AMP-C1", "AMP-C3", "AMP-G5", "AMP-W1", "AMP-W5"),
    grain="ticket × clock for which the source has a figure of its own",
    units="…_seconds: open seconds of our calendar; theirs as the source counts",
    columns={
        "ticket_id": "the ticket", "key": "its key at T", "clock": "the clock, or `resolution_date`",
        "ours_started_at": "our start", "theirs_started_at": "start of the source's last cycle",
        "ours_stopped_at": "our stop; empty: runs", "theirs_stopped_at": "the source's stop; empty: runs",
        "ours_seconds": "our working seconds up to the stop", "theirs_seconds": "what the source counted up to its stop",
        "ours_goal_seconds": "our goal", "theirs_goal_seconds": "the source's goal",
        "cycles": "how many cycles the source has",
        "class": f"one of {', '.join(_CLASSES)}", "detail": "what differs, all of it",
        "restricted": "the ticket is of a restricted project: it counts, and is not shown",
    },
    example="""Taken up Monday 10:00, ON GOING Tuesday 10:00 to 12:00, DONE Wednesday 10:00: ours 14 h.
The source says 14 h: agree. 16 h: pause, `nothing paused`. 46 h: calendar, `around the clock`.
14 h 30 min: unexplained. One cycle from Monday 09:00 of 15 h: rule, `another start`.
Reopened, two cycles of 14 h and 3 h beside our 17 h: reopening, `last of 2 cycles; another start`.""",
    sql=f"""
CREATE TABLE mart.reconcile AS
WITH broken AS (
    SELECT f.no, min(i."check") AS failed FROM mart.coverage_item i JOIN facts f ON f.ticket_id = i.ticket_id
    WHERE i."check" IN {_HISTORY_CHECKS} GROUP BY f.no
),
clocks AS (
    SELECT p.*, b.failed, a.no IS NOT NULL AS is_explained, coalesce(a.pauses, 0) AS pauses,
           coalesce(a.calendar, 0) AS calendar, p.reopenings > 0 OR p.cycles > 1 AS was_reopened,
           CASE WHEN p.cycles > 1 THEN 'last of ' || p.cycles || ' cycles' END AS d_cycles,
           CASE WHEN NOT p.same_start AND p.ours_runs THEN 'another start' END AS d_start,
           CASE WHEN p.is_theirs_alone THEN 'the clock does not run here' WHEN NOT p.ours_runs THEN 'not started here'
                WHEN p.same_stop THEN NULL
                WHEN p.theirs_stopped_at IS NULL THEN 'still runs at the source'
                WHEN p.ours_stopped_at IS NULL THEN 'stopped at the source' ELSE 'another stop' END AS d_stop,
           a.pauses_name AS d_pauses, a.calendar_name AS d_calendar,
           CASE WHEN NOT p.same_goal AND p.ours_runs THEN 'another goal' END AS d_goal
    FROM side_by_side p
    LEFT JOIN broken b ON b.no = p.no
    LEFT JOIN counted_again a ON a.no = p.no AND a.clock = p.clock
),
judged AS (
    SELECT *, CASE
        WHEN same_start AND same_stop AND same_goal AND ours_runs AND ours_stopped_at IS NULL THEN 'running'
        WHEN same_start AND same_stop AND same_goal AND same_seconds THEN 'agree'
        WHEN failed IS NOT NULL THEN 'incomplete history'
        WHEN NOT ours_runs THEN 'rule'
        WHEN ours_stopped_at IS NOT NULL AND theirs_stopped_at IS NOT NULL AND NOT is_explained
             AND NOT (same_start AND same_stop AND same_seconds) THEN 'unexplained'
        WHEN NOT same_start OR NOT same_stop THEN CASE WHEN was_reopened THEN 'reopening' ELSE 'rule' END
        WHEN pauses > 0 THEN 'pause'
        WHEN calendar > 0 THEN 'calendar'
        WHEN NOT same_goal THEN 'rule'
        ELSE 'agree' END AS class
    FROM clocks
),
dates AS (
    SELECT d.*, b.failed, CASE
        WHEN d.same_stop THEN 'agree'
        WHEN b.failed IS NOT NULL THEN 'incomplete history'
        WHEN d.reopenings > 0 AND d.theirs_status IS NOT NULL THEN 'reopening'
        WHEN d.theirs_status IS NOT NULL THEN 'rule'
        ELSE 'unexplained' END AS class
    FROM resolution_date d LEFT JOIN broken b ON b.no = d.no
),
united AS (
    SELECT no, clock, ours_started_at, theirs_started_at, ours_stopped_at, theirs_stopped_at, ours_seconds,
           theirs_seconds, ours_goal_seconds, theirs_goal_seconds, cycles, class,
           CASE WHEN class IN ('agree', 'running') THEN ''
                WHEN class = 'incomplete history' THEN failed
                ELSE concat_ws('; ', d_cycles, d_start, d_stop, d_pauses, d_calendar, d_goal) END AS detail
    FROM judged
    UNION ALL
    SELECT no, 'resolution_date', NULL, NULL, ours_stopped_at, theirs_stopped_at, NULL, NULL, NULL, NULL, NULL, class,
           CASE WHEN class = 'agree' THEN '' WHEN class = 'incomplete history' THEN failed
                ELSE concat_ws('; ', 'entry into ' || theirs_status,
                               CASE WHEN ours_stopped_at IS NULL THEN 'open again' END) END
    FROM dates
)
SELECT f.ticket_id, f.key, u.clock, u.ours_started_at, u.theirs_started_at, u.ours_stopped_at, u.theirs_stopped_at,
       u.ours_seconds, u.theirs_seconds, u.ours_goal_seconds, u.theirs_goal_seconds, u.cycles, u.class, u.detail,
       f.restricted
FROM united u JOIN facts f ON f.no = u.no
""",
)  # fmt: skip
METRICS = (SOURCE_SLA, SIDE_BY_SIDE, COUNTED_AGAIN, RESOLUTION_DATE, RECONCILE)

RECONCILIATION = Measure(
    view="reconciliation",
    definition="How many of the source's own figures agree with ours, per clock, and why the others do not: per class "
    "how many tickets, their share of those compared, and the largest difference. Running clocks are compared with "
    "nothing and stand in no share.",
    rules=("AMP-C1", "AMP-C3"),
    grain="clock × class",
    units="share: of `compared`; largest_difference_seconds: of the two figures, for resolution_date of the two instants",
    columns={
        "clock": "the clock, or `resolution_date`", "class": "as in `reconcile`",
        "tickets": "how many of the class", "compared": "how many of the clock, running ones left out",
        "share": "tickets ÷ compared; empty for running ones",
        "largest_difference_seconds": "the largest distance between ours and theirs in the class",
        "restricted": "how many of them belong to restricted projects",
        "example": "the lowest ticket_id of the class that is not restricted",
    },
    example="""resolution: agree 90, pause 6, rule 4, running 20.
compared is 100 in all four rows; shares 0.90, 0.06, 0.04 and none.""",
    select="""
WITH counted AS (
    SELECT clock, class, count(*) AS tickets, count(CASE WHEN restricted THEN 1 END) AS restricted,
           max(abs(coalesce(ours_seconds - theirs_seconds,
                            CAST(floor(epoch(ours_stopped_at) - epoch(theirs_stopped_at)) AS BIGINT))))
               AS largest_difference_seconds,
           min(CASE WHEN NOT restricted THEN ticket_id END) AS example
    FROM reconcile GROUP BY clock, class
),
whole AS (
    SELECT clock, count(CASE WHEN class <> 'running' THEN 1 END) AS compared FROM reconcile GROUP BY clock
)
SELECT c.clock, c.class, c.tickets, w.compared,
       CASE WHEN c.class <> 'running' THEN c.tickets / w.compared END AS share,
       c.largest_difference_seconds, c.restricted, c.example
FROM counted c JOIN whole w ON w.clock = c.clock
""",
)  # fmt: skip
MEASURES = (RECONCILIATION,)
