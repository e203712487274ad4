"""What every figure means, as one plain structure by themes: for the Definitions page and the documentation."""

from dataclasses import dataclass

from metrics.catalogue import MEASURES, METRICS
from metrics.clock_words import clock_words, reopened_words
from metrics.coverage import COVERAGE
from metrics.goal_words import channel_words, goal_words
from metrics.mart_tables import MADE, Made
from metrics.metric import Measure, Metric
from metrics.profile import Profile
from metrics.rule_ids import RULES
from metrics.sync_run import SYNC_RUN


@dataclass(frozen=True)
class Entry:
    """One table, view or step on the way (`kind`): its definition, rule ids, what a row is, units, an example, its SQL
    (empty where publish writes it), and for each column what it holds (none for a step)."""

    name: str
    kind: str
    definition: str
    rules: tuple[str, ...]
    grain: str
    units: str
    columns: dict[str, str]
    example: str
    sql: str


@dataclass(frozen=True)
class Theme:
    """What belongs together: an introduction (Markdown), the profile's choices (rule id, text), and the entries."""

    title: str
    introduction: str
    choices: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]


def themes(profile: Profile) -> tuple[Theme, ...]:
    """Everything the mart holds and how it is made, by theme; `profile` adds the choices that its desk has taken.

    An entry stands in the theme of its first rule: tables and views first, then the steps on the way to them.
    """
    entries, of_desk = _entries(), _of_desk(profile)
    return tuple(
        Theme(
            title,
            introduction.format(**of_desk).strip(),
            tuple((c.rule, c.text) for c in profile.choice if _theme(c.rule) == title),
            tuple(sorted((e for e in entries if _theme(e.rules[0]) == title), key=lambda e: e.kind == "step")),
        )
        for title, introduction in _INTRODUCTIONS.items()
    )


def _of_desk(profile: Profile) -> dict[str, str]:
    """What the introductions leave open: the clocks and goals of the desk, and what it calls a reopening."""
    clocks, goals = (
        [f"- **{what}** ({rule}): {told}" for what, told, rule in words]
        for words in (clock_words(profile), goal_words(profile))
    )
    if channel := channel_words(profile):
        goals.insert(0, f"- **Priority channel** ({profile.priority_channel.rule}): {channel}.")
    return {
        "clocks": "\n".join(clocks),
        "goals": "\n".join(goals) or "- This desk has no goals.",
        "reopened": reopened_words(profile),
    }


def _theme(rule: str) -> str:
    """The theme of a rule; one that only the desk's profile knows stands under the tickets."""
    return RULES[rule].theme if rule in RULES else "Tickets"


def _entries() -> list[Entry]:
    described: list[Metric | Measure | Made] = [*METRICS, COVERAGE, SYNC_RUN, *MADE, *MEASURES]
    return [_entry(one) for one in described]


def _entry(of: Metric | Measure | Made) -> Entry:
    name, kind, sql = _made(of)
    return Entry(name, kind, of.definition, of.rules, of.grain, of.units, dict(of.columns), of.example.strip(), sql)


def _made(of: Metric | Measure | Made) -> tuple[str, str, str]:
    if isinstance(of, Measure):
        return of.view, "view", of.select.strip()
    if isinstance(of, Made):
        return of.table, "table", ""
    return of.table, "table" if of.public else "step", of.sql.strip()


_INTRODUCTIONS = {
    "Time": """
- **NWH, NWD** (AMP-W1): one normal working hour, one normal working day.
- **Working time** (AMP-W2) counts open seconds only, `[start, end)`, instants cut to the whole second, right across the
  change to and from summer time.
- **T** is the instant that every figure is as of: what happened strictly before it counts (AMP-W3). A date alone means
  the midnight that ends it in the desk's zone. Months and weeks are those of that zone. In the SQL T is `as_of()`, and
  `before_as_of()` the open seconds of the calendar before it, which is counted in steps of `step_seconds()`.
- **K** (`arbiter publish --as-of T --known-at K`): the same from only what the store had learned before K. A change that
  was not known yet has not happened; what it replaced is what was current then. The store keeps no earlier form of
  everything: not of what the source corrected under the same id, of comments and links that were deleted since, of values
  without a history, nor when a ticket was gone that came back. There K shows what is known now.
- **Rules over time**: goals, opening hours, closing days and workflows hold from a day to a day. A ticket is judged by the
  goal in force when its clock stopped, or at T while it runs; a move by the workflow in force at the move.
""",
    "Tickets": """
Measured are the tickets of the projects and issue types of section 1.1; others are kept, left out and counted. Status
names are compared after trimming, case-folding and turning `-`, `_` and repeated spaces into one space; what nobody
mapped keeps its name, counts as active work, and is counted.

- **A field's value at T** (AMP-W4) is what its last change before T set; else what its first later change replaced; else
  what it is now. If the history and the present value disagree, history wins and coverage counts it.
""",
    "Clocks": """
{clocks}

Implied responses are shown apart: they flatter the share.

**Reopened**: {reopened}. The same clock goes on.
""",
    "Goals": """
{goals}
- **The goal that counts** (AMP-G5) is the first of these that fits and is in force at the clock's stop, by what the ticket was
  then, changes at that same instant included; at T while it runs.
- **met**: used ≤ goal when it stopped. **missed**: used > goal. **overdue**: still running, or paused, and past its goal.
  **paused**, **running**, **not started**, **no goal**: what they say. Running is not met (AMP-G6).
- **Alert passed**: used ≥ its threshold; the alert says what is to be done then.
- **Due**: the earliest instant at which the counted time equals the goal, if nothing pauses from now on: the end of an opening,
  not the beginning of the next one.

`arbiter whatif --profile NEW.toml` says which tickets and figures other rules would change, before anybody adopts them.
""",
    "Satisfaction": """
Scores are 1 to 5 and whole; anything else is a finding (F11) and is not averaged. A score counts in the month in which it
was set, a resolution in the month of the final one: they can differ.
""",
    "Flow": """
- **Share of goals met**: met ÷ (met + missed) among clocks that stopped in the month, in the desk's zone; with *n*.
- **Median, 90th percentile**: working time of clocks that stopped in the month; *n* stands beside them. Open tickets are
  not in them: they flatter a desk with old open tickets, which is why those are shown too.
- **Received, resolved, open**: created in the month; resolutions in it, as they happened; unresolved at its end. A ticket that
  was reopened and resolved again counts twice as resolved, and what comes later does not change a month that is over.
""",
    "ETA": """
An ETA is a local date, met until the end of that day; no time zone moves it. Delivered means finally resolved.
""",
    "Units and products": """
A unit is whoever a ticket is with: a provider, a support unit, the first, second or third line.
""",
    "Stages": """
Some desks take a ticket through stages that are no statuses: a support case goes from Pre-assessment to Production, or is
Closed or Cancelled on the way. The profile says which field holds the stage, and their order.
""",
    "Findings": """
A finding says where practice leaves the written procedure. It is never an error: real histories have them, and the ticket
is measured like any other.
""",
    "Chains": """
One user's problem is often several tickets: the root, and its clones in other projects.
""",
    "Review board": """
The board reviews what is unresolved; these lists prepare it.
""",
    "Coverage": """
Whatever is left out or doubtful is counted and shown, never dropped in silence. A ticket whose change log is known to be
cut is left out of every metric (AMP-W5); one that never moved but stands in a status it could not have been created in is
kept, and counted. A comment that was deleted at the source cannot be brought back.
""",
}
