"""The rules that figures cite: each id with what it is about, and the theme of the definitions it belongs to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A rule of a procedure in a few words, and the theme (see `metrics.definitions`) its measures stand under."""

    title: str
    theme: str


def _of(theme: str, titles: dict[str, str]) -> dict[str, Rule]:
    return {rule: Rule(title, theme) for rule, title in titles.items()}


RULES: dict[str, Rule] = {
    **_of(
        "Time",
        {
            "1.4": "time",
            "AMP-W1": "what a working hour and a working day are",
            "AMP-W2": "how working time between two instants is counted",
        },
    ),
    **_of(
        "Tickets",
        {
            "1.1": "projects and issue types that are measured",
            "1.2": "statuses, their phases, and the moves between them",
            "1.3": "the fields of an issue",
            "AMP-W3": "what is visible as of T",
            "AMP-W4": "a field's value as of T",
        },
    ),
    **_of(
        "Clocks",
        {
            "1.5": "clocks in general: projects, reopening, stays without length",
            "AMP-C1": "time to first response",
            "AMP-C2": "time to first human response",
            "AMP-C3": "time to resolution",
            "AMP-C4": "time to closure",
        },
    ),
    **_of(
        "Goals",
        {
            "1.6": "goals, priority channel, alerts",
            "AMP-G1": "the goal of the first response, and its alerts",
            "AMP-G2": "the goal of resolving a User Request, and its alerts",
            "AMP-G3": "the priority channel and its goals",
            "AMP-G4": "who does what when an alert is passed",
            "AMP-G5": "which goal counts: the one in force at the stop, or at T",
            "AMP-G6": "met, missed, overdue; when an alert is passed; when a clock is due",
        },
    ),
    **_of(
        "Satisfaction",
        {
            "1.7": "satisfaction",
            "AMP-S1": "issues solved in the month per score received",
            "AMP-S2": "monthly average of the scores, and the response rate",
            "OPS-M5": "survey scores per service",
        },
    ),
    **_of(
        "Flow",
        {
            "AMP-S3": "issues closed against issues received",
            "DMSU-M1": "tickets that reach the second line",
            "DMSU-M2": "tickets that the second line finishes, and how long it takes",
            "DMSU-M4": "tickets passed to the third line, per provider",
            "DMSU-M5": "tickets that the third line finishes, and how long it takes",
            "RT-M3": "load and handovers per owner",
            "HD-M1": "tickets by group, state, priority, type and channel",
            "HD-M3": "what the first line solves, and what it passes on",
            "HD-M4": "orders: received, checked, decided",
            "HD-M5": "major incidents: time to restore, and the review",
        },
    ),
    **_of(
        "ETA",
        {
            "DMSU-M6": "how well delivery dates are kept: the bands",
            "DMSU-M7": "dates to follow up: due soon, expired, missing, on hold",
        },
    ),
    **_of(
        "Units and products",
        {
            "DMSU-M3": "response time of the second line",
            "DMSU-M8": "tickets per product, raw and weighted by deployments",
            "OPS-M1": "response time of each support unit against its agreement",
            "OPS-M2": "average response time of each provider, and the violations",
            "HD-M2": "response, update and solution per group",
            "OPS-M3": "changes by type and risk, lead time, decision",
            "OPS-M4": "problems with and without a known error",
        },
    ),
    **_of(
        "Stages",
        {
            "RT-M1": "the funnel over stages: how far tickets come, how long each stage takes, what goes on",
            "RT-M4": "tickets by a further field, such as discipline and virtual organisation",
        },
    ),
    **_of(
        "Findings",
        {
            "1.9": "findings: where practice leaves the procedure",
            "F1": "a move that the project's workflow does not have",
            "F2": "worked on without an estimation",
            "F3": "past the desk without a priority",
            "F4": "a clone with a lower priority than its origin",
            "F5": "delegated to nobody: no clone",
            "F6": "with the user for more than two weeks",
            "F7": "done for two weeks and may be closed",
            "F8": "in the priority channel but not Blocking",
            "F9": "closed from anything but DONE",
            "F10": "the answer is there and waits to be passed on",
            "F11": "a score out of range, or not whole",
            "F12": "a mandatory field is empty",
        },
    ),
    **_of("Chains", {"1.10": "chains", "AMP-L1": "one user's problem over several tickets, and who held it when"}),
    **_of(
        "Review board",
        {
            "1.8": "the Anomaly Review Board",
            "AMP-B1": "the weekly review of what is unresolved",
            "AMP-B2": "what needs an update before the meeting",
            "AMP-B3": "what was decided, and who is responsible",
            "AMP-B4": "the meetings with the agency",
            "RT-M2": "no visible progress for two weeks",
            "DMSU-M9": "digest, monthly review, quarterly report",
            "DMSU-M10": "the register of recommendations",
        },
    ),
    **_of("Coverage", {"AMP-W5": "tickets whose history is not whole"}),
}
