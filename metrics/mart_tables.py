"""The tables of the mart that no metric makes: what publish says of itself, and the rules and days of the profile."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Made:
    """A table that a publish writes itself, described like a metric."""

    table: str
    definition: str
    rules: tuple[str, ...]
    grain: str
    units: str
    columns: Mapping[str, str]
    example: str


META = Made(
    table="meta",
    definition="What this mart is: as of when, made when, by which rules and program, from which state of the store.",
    rules=("AMP-W5", "AMP-W3"),
    grain="the mart",
    units="tickets; nwd_seconds: open seconds",
    columns={
        "as_of": "T: what happened strictly before it counts",
        "published_at": "when the mart was made",
        "profile": "name of the profile",
        "profile_hash": "of the profile's content: equal hashes, equal rules",
        "store_version": "the run of the last change in the store that the mart was made from",
        "code_version": "of Arbiter",
        "tickets": "tickets measured",
        "excluded": "tickets that existed at T and are left out: history cut, project or type out of scope",
        "zone": "the desk's time zone",
        "nwd_seconds": "open seconds in one normal working day",
        "seconds_before": "open seconds of the calendar before T, on the count of calendar_day",
        "known_at": "K, when only what the store had learned before K is in it; empty: all that is known",
    },
    example="""
Published on 3 November as of 2025-10-31: as_of 2025-10-31 23:00:00 (midnight in Rome, in UTC). Of 1,000 tickets that
existed by then 12 have a cut history and 30 are of another type: tickets 958, excluded 42.
""",
)

CALENDAR_DAY = Made(
    table="calendar_day",
    definition="Every local day of the desk's calendar: open or why not, and how much working time lies before it.",
    rules=("AMP-W1", "AMP-W2"),
    grain="local day",
    units="open seconds of the calendar",
    columns={
        "calendar": "name of the calendar",
        "day": "the local day",
        "kind": "open, weekend, holiday, closed (a closing day of the profile)",
        "name": "of the holiday or closing day; of the weekday for weekends; empty when open",
        "opens_at": "opening of the day in UTC, empty when closed",
        "closes_at": "closing of the day in UTC, empty when closed",
        "open_seconds": "working time of the day",
        "seconds_before": "working time of all days before it: B at the opening",
        "begins_at": "the local midnight that begins the day, in UTC",
        "ends_at": "the local midnight that ends it, in UTC",
        "week": "Monday of its ISO week",
        "month": "first day of its month",
    },
    example="""
Monday 1 September 2025 in Rome: open, opens_at 07:00 UTC, closes_at 15:00 UTC, open_seconds 28,800. Tuesday's
seconds_before is 28,800 more than Monday's. From Monday 16:00 to Tuesday 10:00 there are 2 NWH: 16-17 and 9-10.
""",
)

GOAL_RULE = Made(
    table="goal_rule",
    definition="The goals of the profile in their order; the first that fits a clock counts.",
    rules=("AMP-G1", "AMP-G2", "AMP-G3"),
    grain="goal of the profile",
    units="goal_seconds: open seconds of the calendar",
    columns={
        "goal": "its place among them, from 1",
        "clock": "the clock it is a goal of",
        "project": "only for this project; empty: for all",
        "type": "only for this issue type; empty: for all",
        "channel": "only for this channel (priority, standard); empty: for both",
        "provider": "only for this group, by the ticket's provider at T; empty: for all",
        "goal_seconds": "working time within which the clock must stop",
        "rule": "the rule that sets it",
        "valid_from": "first local day on which it is in force; empty: always was",
        "valid_to": "first local day on which it is not any more; empty: still is",
    },
    example="""
resolution, type User Request, 144,000 s (5 NWD of 8 hours), AMP-G2. It stands behind the one for the priority channel,
so a User Request about billing has 72,000 s (2.5 NWD, AMP-G3).
""",
)

ALERT_RULE = Made(
    table="alert_rule",
    definition="The alerts of each goal, and what is to be done when one is passed.",
    rules=("AMP-G4", "AMP-G1", "AMP-G2", "AMP-G3"),
    grain="alert of a goal",
    units="threshold_seconds: open seconds of the calendar",
    columns={
        "goal": "the goal, as goal_rule numbers it",
        "clock": "the clock of the goal",
        "project": "as in goal_rule",
        "type": "as in goal_rule",
        "channel": "as in goal_rule",
        "provider": "as in goal_rule",
        "n": "number of the alert, from 1, the first to be passed first",
        "threshold_seconds": "passed when the counted time reaches it",
        "action": "what is to be done then",
        "rule": "the rule that sets it",
    },
    example="""
A User Request has used 3 NWD = 86,400 s of its 5 NWD: alerts 1 (2 NWD) and 2 (3 NWD) are passed, the assignee was to be
phoned; alert 3 comes at 4 NWD = 115,200 s.
""",
)

FINDING_RULE = Made(
    table="finding_rule",
    definition="The findings that the profile looks for, and what the procedure says.",
    rules=("1.9",),
    grain="rule of the findings",
    units="",
    columns={
        "rule": "F1 to F12",
        "title": "in a few words",
        "section": "where the procedure says it",
        "says": "what it says",
        "historical": "stays once it happened; otherwise it holds at T",
    },
    example="""
F6, Long with the user: a ticket is ON GOING for two weeks at most; historical is false, so that the finding goes when the
ticket leaves ON GOING.
""",
)

LINE_RULE = Made(
    table="line_rule",
    definition="The lines of support of the profile in their order.",
    rules=("DMSU-M1", "DMSU-M4"),
    grain="line of support",
    units="",
    columns={
        "place": "number of the line, from 1",
        "line": "its name",
        "unit_field": "the field of a ticket that names the unit working at this line",
    },
    example="""
2, second line, provider: who works on a ticket at the second line is what its provider field says.
""",
)

OLA_RULE = Made(
    table="ola_rule",
    definition="Within what a unit of a line is to respond (operational level agreement); the first that fits counts.",
    rules=("OPS-M1", "OPS-M2"),
    grain="agreement of the profile",
    units="ola_seconds: open seconds of the calendar",
    columns={
        "line": "the line it is for",
        "unit": "only for this unit; empty: for all of the line",
        "ola_seconds": "working time within which the unit responds",
        "rule": "the rule that sets it",
        "valid_from": "first local day on which it is in force; empty: always was",
        "valid_to": "first local day on which it is not any more; empty: still is",
    },
    example="""
An agreement of 1 NWD of 8 hours is 28,800 s: a unit that got a ticket Monday 15:00 responds in time until Tuesday 15:00.
""",
)

STAGE_RULE = Made(
    table="stage_rule",
    definition="The stages of the profile in their order, and those that end a ticket early; no row where a desk has none.",
    rules=("RT-M1",),
    grain="stage",
    units="",
    columns={
        "place": "its place in the order, from 1; empty for one that ends a ticket early",
        "stage": "its name",
        "dropped": "whether it ends a ticket early",
        "field": "the field that holds the stage, or status",
    },
    example="""
1 Pre-assessment, 2 Assessed, up to 6 Production; without a place: Closed, Cancelled.
""",
)

ON_HOLD_STATUS = Made(
    table="on_hold_status",
    definition="The statuses in which a ticket counts as on hold for a release.",
    rules=("DMSU-M7",),
    grain="status",
    units="",
    columns={"status": "status, in the profile's spelling"},
    example="""
With the row DELEGATED a ticket that is DELEGATED stands under `on hold` in the follow-up list.
""",
)

BOARD_RULE = Made(
    table="board_rule",
    definition="The review boards of the profile, and what each of them reviews.",
    rules=("AMP-B1", "AMP-B4"),
    grain="board × project or flag",
    units="",
    columns={
        "board": "the board",
        "place": "its place in the profile",
        "title": "its title",
        "rule": "the rule that sets it up",
        "project": "a project that it reviews; empty: every one",
        "flag": "only tickets with this flag; empty: all",
    },
    example="""
A board for DSD and DSP has two rows, one for each project, without a flag.
""",
)

PRIORITY_RULE = Made(
    table="priority_rule",
    definition="The priorities of the profile in their order.",
    rules=("1.3",),
    grain="priority",
    units="",
    columns={"priority": "the priority", "place": "its place, 1 for the highest"},
    example="""
Blocking 1, Critical 2, Low 3.
""",
)

GROUP_DAY = Made(
    table="group_day",
    definition="Every local day of the groups that keep hours of their own, as calendar_day has them for the desk. Their "
    "tickets, by provider at T, are timed by these; days, weeks and months stay those of the desk's zone.",
    rules=("HD-M2", "AMP-W1"),
    grain="group × local day",
    units="",
    columns={
        "provider": "the group, as the profile names it",
        "hours": "name of its hours in the profile",
        "day": "the local day",
        "kind": "open, weekend, holiday, closed",
        "name": "as in calendar_day",
        "opens_at": "opening of the day in UTC, empty when closed",
        "closes_at": "closing of the day in UTC, empty when closed",
        "begins_at": "the midnight of the group's zone that begins the day, in UTC",
        "ends_at": "the midnight that ends it, in UTC",
    },
    example="""
Storage DE, germany, Friday 3 October 2025, holiday, Tag der Deutschen Einheit; for a group in Italy the day is open.
""",
)

STEP_RULE = Made(
    table="step_rule",
    definition="The steps of the work that the profile names: from which statuses to which.",
    rules=("HD-M4", "OPS-M3"),
    grain="step × project × status",
    units="",
    columns={
        "place": "place of the step in the profile, from 1",
        "step": "name of the step",
        "rule": "the rule that it measures",
        "project": "only in this project; empty: in all",
        "side": "start or stop",
        "status": "the status that starts or stops it; empty: creation starts it",
    },
    example="""
1, order to check, HD-M4, start, (empty); 1, order to check, HD-M4, stop, in validation.
""",
)

MAJOR_RULE = Made(
    table="major_rule",
    definition="Which tickets are major incidents.",
    rules=("HD-M5",),
    grain="value of the field",
    units="",
    columns={
        "field": "the field that says so",
        "value": "what stands in it",
        "review_field": "the field that tells of the review; empty: none",
        "rule": "the rule",
    },
    example="""
type, Major Incident, review_held: a ticket of that type is one, and its review was held once review_held is set.
""",
)

SATISFACTION_RULE = Made(
    table="satisfaction_rule",
    definition="The projects in which satisfaction is measured.",
    rules=("AMP-S1", "AMP-S2"),
    grain="project",
    units="",
    columns={"project": "the project; a single row without one: every project"},
    example="""
DSD and DSP: a score given in DEMS is not averaged.
""",
)

DEPLOYMENT = Made(
    table="deployment",
    definition="How often each product is deployed, from the table that the user supplies.",
    rules=("DMSU-M8",),
    grain="product × date from which the count holds",
    units="deployed: instances or downloads, as the user counts them",
    columns={
        "product": "the product, as the tickets have it",
        "since": "first local day for which the count holds",
        "deployed": "the count",
    },
    example="""
40 from 2026-01-01 and 50 from 2026-03-01: tickets of February are divided by 40, those of March by 50.
""",
)
CLOCK_RULE = Made(
    table="clock_rule",
    definition="The clocks of the profile, and the rule that each runs by.",
    rules=("1.5",),
    grain="clock",
    units="",
    columns={"clock": "the clock", "rule": "the rule id that it runs by"},
    example="resolution runs by AMP-C3.",
)

STATUS_RULE = Made(
    table="status_rule",
    definition="What the clocks make of each status of the profile.",
    rules=("1.2", "1.5"),
    grain="status",
    units="",
    columns={"status": "the status", "kind": "active, waiting, resolved or closed"},
    example="ON GOING is waiting: the clocks of resolution and closure pause in it.",
)

HIDDEN_PROJECT = Made(
    table="hidden_project",
    definition="Projects that a role does not see: counted, never listed.",
    rules=("1.1",),
    grain="project × role",
    units="",
    columns={"project": "the project", "role": "who does not see its tickets"},
    example="DPM, esa: the ESA technical officer sees no ticket of DPM.",
)

MADE = (
    META, HIDDEN_PROJECT, CALENDAR_DAY, GOAL_RULE, ALERT_RULE, CLOCK_RULE, STATUS_RULE, FINDING_RULE, LINE_RULE,
    OLA_RULE, STAGE_RULE, ON_HOLD_STATUS, BOARD_RULE, PRIORITY_RULE, GROUP_DAY, STEP_RULE, MAJOR_RULE,
    SATISFACTION_RULE, DEPLOYMENT,
)  # fmt: skip
