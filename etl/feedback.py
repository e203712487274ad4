"""Scores from Jira Service Management's feedback, for sites where no field holds them (1.3, AMP-S1).

Feedback has no date: the first time that a rating is seen dates it. It costs a request a ticket, so only resolved
tickets are asked for that are not as they were when they were last asked for; on a full pull, all resolved ones.
"""

from etl.field_mapping import FieldMapping
from etl.http import SourceError
from etl.pull import Check, Job, Pull
from etl.section import JiraSection
from etl.sources.jira import JiraSource
from etl.store import Store, utc_now
from metrics.profile import Profile

_AT_ONCE = 50  # in one transaction: what a kill loses is asked for again
_HIDDEN = "no feedback here: the account may not read it (403)"


def pull_feedback(job: Job[JiraSection], pull: Pull[bytes], jira: JiraSource, mapping: FieldMapping) -> list[Check]:
    """Ask for the ratings that are due and keep them. Returns what is to stand in `coverage`: requests asked for, how
    many could not be, why; nothing when the source is not set to be asked, or a field holds the score."""
    if not job.source.feedback or "score" in mapping.fields:
        return []
    due = pull.store.feedback_due(
        job.source.name, _resolved(job.store, job.source.name, job.profile), pull.summary.full
    )
    reason = jira.why_no_feedback()
    asked = 0
    for start in range(0, len(due) if reason is None else 0, _AT_ONCE):
        ratings, reason = _ratings(jira, due[start : start + _AT_ONCE])
        pull.store.put_feedback(ratings, utc_now(), pull.run)
        asked += len(ratings)
        pull.count(f"{job.source.name}: asking for feedback", asked, len(due))
        if reason:
            break
    if reason:
        pull.summary.problems.append(reason)
    return [("feedback readable", len(due), len(due) - asked, reason or "")]


def _resolved(store: Store, source: str, profile: Profile) -> list[str]:
    """The statuses, as the source calls them, in which a ticket is resolved."""
    names = store.db.execute("SELECT DISTINCT status FROM ticket WHERE source = ?", [source]).fetchall()
    known = {name: profile.status_named(name) for (name,) in names}
    return [name for name, status in known.items() if status and status.kind in ("resolved", "closed")]


def _ratings(jira: JiraSource, tickets: list[tuple[str, str]]) -> tuple[dict[str, int | None], str | None]:
    """The ratings of these tickets, as far as they may be read, and why no further."""
    ratings: dict[str, int | None] = {}
    for ticket_id, issue_id in tickets:
        try:
            ratings[ticket_id] = jira.rating(issue_id)
        except SourceError as error:
            if error.status != 403:
                raise
            return ratings, _HIDDEN
    jira.still_signed_in()  # else a "not found" says nothing
    return ratings, None
