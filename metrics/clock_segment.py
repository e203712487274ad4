"""Segments of the clocks: which part of the time counted, which was a pause, and by which rule (1.5)."""

from metrics.metric import Measure

# SQL: whether some of a stay `s` lies between start and stop of the clock `c`; one without length has nothing to explain.
IS_BETWEEN = """(s.entered_at < s.until_at AND s.until_at > c.started_at
  AND (c.stopped_at IS NULL OR s.entered_at < c.stopped_at))"""


def is_pause(clock: str) -> str:
    """SQL: whether a stay `s` is a pause of the clock (a text of SQL): waiting; resolved or closed before a reopening."""
    return f"""(({clock} IN ('resolution', 'closure', 'update') AND s.is_waiting)
         OR ({clock} IN ('resolution', 'update') AND s.is_resolved) OR ({clock} = 'closure' AND s.is_closed))"""


CLOCK_SEGMENT = Measure(
    view="clock_segment",
    definition="A clock's segments, which are the stays between its start and stop, cut there, cover its time from "
    "start to stop, or to T, without gap or overlap; the counted ones sum to the clock's working_seconds, the paused ones "
    "to its paused_seconds. Pauses: a waiting status (resolution, closure, update), a resolved stay before a reopening "
    "(resolution, update), a closed one (closure).",
    rules=("AMP-C1", "AMP-C2", "AMP-C3", "AMP-C4", "AMP-W2"),
    grain="ticket × clock × segment",
    units="working_seconds: open seconds of the calendar",
    select=f"""
WITH s AS (
    SELECT i.ticket_id, i.seq, i.status, i.entered_at, coalesce(i.left_at, m.as_of) AS until_at, i.seconds_before,
           coalesce(i.working_seconds, m.seconds_before - i.seconds_before) AS working_seconds,
           coalesce(r.kind = 'waiting', false) AS is_waiting, coalesce(r.kind IN ('resolved', 'closed'), false) AS is_resolved,
           coalesce(r.kind = 'closed', false) AS is_closed
    FROM "interval" i CROSS JOIN meta m LEFT JOIN status_rule r ON r.status = i.status
)
SELECT t.ticket_id, t.key, c.clock,
       CAST(row_number() OVER (PARTITION BY t.ticket_id, c.clock ORDER BY s.seq) AS INTEGER) AS seq,
       greatest(s.entered_at, c.started_at) AS started_at,
       CASE WHEN c.stopped_at < s.until_at THEN c.stopped_at ELSE s.until_at END AS ended_at,
       CASE WHEN {is_pause("c.clock")} THEN 'paused' ELSE 'counted' END AS kind, s.status,
       CASE WHEN c.stopped_at < s.until_at THEN c.seconds_before_stop ELSE s.seconds_before + s.working_seconds END
           - greatest(s.seconds_before, c.seconds_before_stop - c.working_seconds - c.paused_seconds) AS working_seconds,
       r.rule
FROM clock c
JOIN ticket t ON t.ticket_id = c.ticket_id
JOIN s ON s.ticket_id = c.ticket_id
JOIN clock_rule r ON r.clock = c.clock
WHERE {IS_BETWEEN}
""",
    columns={
        "ticket_id": "the ticket",
        "key": "the ticket's key at T",
        "clock": "the clock: first_response, first_human_response, update, resolution, closure",
        "seq": "place among the segments of the clock, from 1",
        "started_at": "when the segment began (UTC)",
        "ended_at": "when it ended (UTC); T for the last one of a running clock",
        "kind": "counted or paused",
        "status": "the status the ticket was in",
        "working_seconds": "open seconds of the calendar in it",
        "rule": "the rule id that the clock runs by",
    },
    example="""Opened Monday 09:00, TO DO 10:00, ON GOING 12:00, TO DO 14:00, DONE 15:00; time to resolution:
1  10:00 to 12:00  TO DO     counted  7,200 s
2  12:00 to 14:00  ON GOING  paused   7,200 s
3  14:00 to 15:00  TO DO     counted  3,600 s
working_seconds of the clock: 10,800; paused_seconds: 7,200.""",
)
MEASURES = (CLOCK_SEGMENT,)
