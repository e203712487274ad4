"""The columns of the sheet Tickets, by what a desk has, and the SQL that they are selected from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from metrics.names import in_words
from metrics.profile import ClockName, Profile
from metrics.satisfaction import asked_sql
from reports.cells import Column
from reports.monthly.desk import called, clocks_of, has_goal, titled
from reports.request import Report
from sight.keys import RESTRICTED

KEY = f"CASE WHEN t.restricted THEN '{RESTRICTED}' ELSE t.key END"
_PAUSED: tuple[ClockName, ...] = ("update", "resolution")  # the clocks that pauses stop


@dataclass(frozen=True)
class Told:
    """A column, its SQL, and the name that formulas know it by (empty: none reads it)."""

    column: Column
    sql: str
    name: str = ""


_OF_TICKET = (
    Told(Column("Project", width=9), "t.project"),
    Told(Column("Type", width=15), "t.type"),
    Told(Column("Priority", width=10), "t.priority"),
    Told(Column("Channel", width=10), "t.channel"),
    Told(Column("Service", width=20), "t.service"),
    Told(Column("Provider", width=16), "t.provider"),
    Told(Column("Category", width=20), "t.category"),
    Told(Column("Summary", width=46), "t.summary"),
    Told(Column("Status", width=14), "t.status"),
    Told(Column("Assignee", width=18), "t.assignee"),
    Told(Column("Created", "instant", 19), "t.created_at"),
    Told(Column("Resolved", "instant", 19), "t.resolved_at"),
    Told(Column("Closed", "instant", 19), "t.closed_at"),
    Told(Column("Reopened", "number", 10), "t.reopenings"),
    Told(Column("ETA", "day", 11), "t.eta"),
    Told(Column("ESA ARB", width=8), "CASE WHEN t.esa_arb THEN 'yes' END"),
    Told(Column("ESA CAB", width=8), "CASE WHEN t.esa_cab THEN 'yes' END"),
)
_MAPPED = ("eta", "esa_arb", "esa_cab")  # columns only where the profile has the field
_FILLED = ("priority", "service", "provider", "category")  # only where some ticket has a value
_NAMED = (
    Told(Column("Received in", "month", 11), "t.created_month", "tk_received_month"),
    Told(Column("Resolved in", "month", 11), "t.resolved_month", "tk_resolved_month"),
    Told(Column("Closed in", "month", 11), "e.month", "tk_closed_month"),
)
_OF_LINES = (
    Told(Column("Furthest line", width=14), "w.line"),
    Told(Column("Its place", "number", 8), "w.place", "tk_line"),
)
_OF_SCORES = (
    Told(Column("Asked for a score", width=9), f"CASE WHEN {asked_sql('t.project')} THEN 'yes' END", "tk_asked"),
    Told(Column("Score", "number", 8), "s.score", "tk_score"),
    Told(Column("Scored in", "month", 11), "s.set_month", "tk_scored_month"),
)
_OF_DATES = (
    Told(Column("Delivery against ETA", width=11), "o.band", "tk_band"),
    Told(Column("Days late", "number", 8), "o.days_late"),
)


def of_ticket(report: Report) -> list[Told]:
    """What is said of a ticket itself, and not of a restricted one: of the fields that the profile has and tickets use, the
    further ones too, by the desk's own names for them; a channel where there is a priority channel."""
    profile, special = report.profile, report.profile.priority_channel
    left_out = {f"t.{name}" for name in _MAPPED if name not in profile.field}
    left_out |= {f"t.{name}" for name in _FILLED if not _is_used(report, name)}
    left_out |= {"t.channel"} if not (special.projects or special.categories) else set()
    there = [
        replace(told, column=replace(told.column, title=titled(called(profile, name)))) if name in _FILLED else told
        for told in _OF_TICKET
        if not any(out in told.sql for out in left_out)
        for name in [told.sql.removeprefix("t.")]
    ]
    used = {name for (name,) in report.db.execute("SELECT DISTINCT field FROM ticket_field").fetchall()}
    further = [
        Told(Column(titled(called(profile, name)), width=18), f"x{n}.value")
        for n, name in enumerate(profile.extra_fields)
        if name in used
    ]
    return [
        Told(Column("Key", width=14), KEY),
        *(Told(told.column, f"CASE WHEN NOT t.restricted THEN {told.sql} END") for told in [*there, *further]),
    ]


def _is_used(report: Report, column: str) -> bool:
    return bool(report.db.execute(f"SELECT count({column}) > 0 FROM ticket").fetchall()[0][0])


def of_figures(profile: Profile) -> list[Told]:
    """What the formulas read, and what explains it: results alone, of restricted tickets too."""
    return [
        *_NAMED,
        *(told for clock in clocks_of(profile) for told in _of_clock(profile, clock)),
        *(_OF_LINES if len(profile.line) > 1 else ()),
        *_of_steps(profile),
        *([Told(Column("Major incident", width=9), "CASE WHEN m.ticket_id IS NOT NULL THEN 'yes' END", "tk_major")]
          if profile.major.field else ()),
        *(_OF_SCORES if "score" in profile.field else ()),
        *(_OF_DATES if "eta" in profile.field else ()),
    ]  # fmt: skip


def _of_clock(profile: Profile, clock: ClockName) -> Iterator[Told]:
    title, row, name = in_words(clock).capitalize(), f"clock_{clock}", f"tk_{clock}"
    result = f"CASE WHEN {row}.implied THEN 'implied' ELSE replace({row}.state, '_', ' ') END"
    yield Told(Column(f"{title} in", "month", 11), f"{row}.stopped_month", f"{name}_month")
    yield Told(Column(f"{title}: result", width=12), result, name)
    yield Told(Column(title, "nwh", 11), f"{row}.working_seconds", f"{name}_nwh")
    if has_goal(profile, clock):
        yield Told(Column(f"{title}: goal", "nwh", 11), f"{row}.goal_seconds")
    if clock in _PAUSED:
        yield Told(Column(f"{title}: paused", "nwh", 11), f"{row}.paused_seconds")


def _of_steps(profile: Profile) -> Iterator[Told]:
    for place, step in enumerate(profile.step, 1):
        title, row = titled(step.name), f"step{place}"
        yield Told(Column(f"{title}: ended in", "month", 11), f"{row}.month", f"tk_{row}_month")
        yield Told(Column(f"{title}: outcome", width=14), f"{row}.outcome")
        yield Told(Column(title, "nwh", 11), f"{row}.working_seconds", f"tk_{row}_nwh")


def source(profile: Profile) -> str:
    """SQL: FROM and WHERE of every ticket that is unresolved at T, or that something counted happened to since the month
    $since; with what `of_figures` reads, and the values x0, x1, … of the further fields $field0, $field1, …."""
    clocks, steps = clocks_of(profile), range(1, len(profile.step) + 1)
    months = ["t.created_month", "t.resolved_month", "e.month", "s.set_month",
              *(f"clock_{clock}.stopped_month" for clock in clocks), *(f"step{n}.month" for n in steps)]  # fmt: skip
    joins = [
        *(f"clock clock_{c} ON clock_{c}.ticket_id = t.ticket_id AND clock_{c}.clock = '{c}'" for c in clocks),
        *(f"work_step step{n} ON step{n}.ticket_id = t.ticket_id AND step{n}.place = {n}" for n in steps),
        "flow_event e ON e.ticket_id = t.ticket_id AND e.event = 'closed' AND e.standing",
        "eta_outcome o ON o.ticket_id = t.ticket_id",
        "score s ON s.ticket_id = t.ticket_id AND s.standing AND s.valid",
        f"({_FURTHEST}) w ON w.ticket_id = t.ticket_id",
        "major_incident m ON m.ticket_id = t.ticket_id",
        *(f"ticket_field x{n} ON x{n}.ticket_id = t.ticket_id AND x{n}.field = $field{n}"
          for n in range(len(profile.extra_fields))),
    ]  # fmt: skip
    return f"""FROM ticket t {" ".join(f"LEFT JOIN {join}" for join in joins)}
               WHERE t.resolved_at IS NULL OR greatest({", ".join(months)}) >= $since"""


def fields_asked(profile: Profile) -> dict[str, str]:
    """The values of $field0, $field1, … in `source`."""
    return {f"field{n}": name for n, name in enumerate(profile.extra_fields)}


_FURTHEST = """SELECT f.ticket_id, f.place, r.line FROM (
        SELECT s.ticket_id, max(l.place) AS place FROM line_stay s JOIN line_rule l ON l.line = s.line GROUP BY s.ticket_id
    ) f JOIN line_rule r ON r.place = f.place"""
