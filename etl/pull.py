"""Pulling one source into the store: walk what changed, prove that nothing is missing, look for what is gone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from etl.config import Source
from etl.feedback import Check, pull_feedback
from etl.fields import FieldProblem, resolve_fields
from etl.http import Credentials
from etl.jira_landing import FieldMapping, stage
from etl.lanes import land_side_by_side
from etl.sources.jira import Header, JiraSource
from etl.sources.jira_files import FileIssue, JiraFiles
from etl.store import Store, Watermark, utc_now
from etl.summary import Summary
from etl.upsert import upsert
from metrics.profile import Profile

Say = Callable[[str], None]
Count = Callable[[str, int, int | None], None]
_ROUNDS = 3
_FETCH_AT_ONCE = 100
_ONLY = "SELECT id, updated_at, history_total, comment_total, project FROM ticket WHERE source = ? AND gone_at IS NULL"


@dataclass
class Pull:
    """One pull of one source: the open store, what to count into, and where to say what is going on."""

    store: Store
    source: Source
    summary: Summary
    run: int
    mapping: FieldMapping
    say: Say
    count: Count

    def land(self, issues: list[bytes], places: list[str] | None = None, move_watermark: bool = False) -> None:
        """Take whole issues in, in one transaction; what cannot be read is counted and named."""
        self.land_on(self.store.db, issues, places, move_watermark)

    def land_on(
        self, db: duckdb.DuckDBPyConnection, issues: list[bytes], places: list[str] | None = None,
        move_watermark: bool = False, turn: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        """`land` on a connection of one's own; it counts and takes in what it staged after `turn` came back."""
        name = self.source.name
        rejected = stage(db, name, issues, self.mapping)
        newest = db.execute("SELECT max(updated_at) FROM staged_ticket").fetchall()[0][0] if move_watermark else None
        walked_to = min(newest, self.summary.started_at) if newest else None
        landed = upsert(db, name, self.run, utc_now(), walked_to, turn)
        self.summary.add(landed)
        self.summary.rejected += [
            f"{places[r.index] if places else f'issue {r.index + 1} of a page'}: {r.reason}" for r in rejected
        ]


def pull_files(store: Store, source: Source, profile: Profile, base: Path, say: Say, count: Count) -> Summary:
    """Pull Jira issues from files. All files are read; tickets that are unchanged are left alone."""
    summary = Summary(source.name, utc_now(), full=True)
    files = JiraFiles(source.path, base)
    mapping, problems = resolve_fields(profile, files.fields())
    run = store.begin_run(source.name, summary, Watermark())
    pull = Pull(store, source, summary, run, mapping, say, count)
    store.put_site(source.name, _link_prefix(source.url or files.site()), run)
    _put_statuses(pull, files.statuses())
    read = 0

    def land(db: duckdb.DuckDBPyConnection, batch: list[FileIssue], turn: Callable[[], object]) -> None:
        pull.land_on(db, [i.text for i in batch], [i.place for i in batch], turn=turn)

    def counted() -> Iterator[list[FileIssue]]:
        nonlocal read
        for batch in files.batches():
            yield batch
            read += len(batch)
            count(f"{source.name}: reading issues", read, None)

    land_side_by_side(store, counted(), land)
    summary.rejected = [*files.broken, *summary.rejected]
    _record(
        pull, problems, [("issues readable", read + len(files.broken), len(summary.rejected), _first(summary.rejected))]
    )
    return summary


def pull_jira(
    store: Store, source: Source, profile: Profile, secrets: Credentials, full: bool, say: Say, count: Count
) -> Summary:
    """Pull from a Jira over HTTP: all of it (`full`, or the first time), else what changed since the last pull.

    Raises ArbiterError (SourceError) when the source cannot be read; what was landed before stays.
    """
    summary = Summary(source.name, utc_now())
    jira = JiraSource(
        source.name, source.url, source.projects, secrets,
        timeout=source.timeout_seconds, page_size=source.page_size, say=say,
    )  # fmt: skip
    site = jira.site()
    mapping, problems = resolve_fields(profile, site.fields)
    jira.use_fields([field_id for field_id, _, _ in mapping.fields.values()])
    asked = f"{mapping.fingerprint} {sorted(source.projects)}"
    mark = store.watermark(source.name)
    if mark.asked != asked:
        mark = Watermark(asked=asked)  # other fields or projects: histories pulled before lack something
    summary.full = full or mark.walked_to is None
    run = store.begin_run(source.name, summary, mark)
    pull = Pull(store, source, summary, run, mapping, say, count)
    store.put_site(source.name, _link_prefix(site.url), run)
    _put_statuses(pull, site.statuses)
    try:
        _walk(pull, jira, mark)
        left = _prove(pull, jira, mark, site.projects_visible)
        feedback = pull_feedback(pull, jira, profile)
    finally:
        summary.requests, summary.retries = jira.stats.requests, jira.stats.retries
        summary.waited_seconds = jira.stats.waited_seconds
    if not left and not site.projects_missing:  # else the next proof must reach back to here again
        store.verified(source.name, summary.started_at)
    _report(pull, problems, left, list(site.projects_missing.values()), feedback)
    return summary


def _report(pull: Pull, problems: list[FieldProblem], left: set[str], hidden: list[str], feedback: list[Check]) -> None:
    """What was found on the way, in the summary and for `coverage`."""
    summary = pull.summary
    summary.problems += hidden
    if left:
        summary.problems.append(
            f"{len(left)} issues could not be brought to the state that the source shows; the next sync tries again"
        )
    read = summary.fetched + len(summary.rejected)
    _record(pull, problems, [
        ("issues readable", read, len(summary.rejected), _first(summary.rejected)),
        ("projects visible", len(pull.source.projects), len(hidden), "; ".join(hidden)),
        ("pull complete", summary.fetched, len(left), ", ".join(sorted(left)[:5])),
        *feedback,
    ])  # fmt: skip


def _link_prefix(url: str) -> str:
    return f"{url.rstrip('/')}/browse/" if url else ""


def _first(texts: list[str]) -> str:
    return texts[0] if texts else ""


def _millis(instant: datetime | None, overlap: timedelta = timedelta(0)) -> int:
    if instant is None:
        return 0
    return max(0, int((instant - overlap).replace(tzinfo=UTC).timestamp() * 1000))


def _walk(pull: Pull, jira: JiraSource, mark: Watermark) -> None:
    """Fetch what changed, oldest first; every page is landed at once and moves the watermark."""
    overlap = timedelta(minutes=pull.source.overlap_minutes)
    since = 0 if pull.summary.full else _millis(mark.walked_to, overlap)
    for page in jira.walk(since):
        pull.land(page, move_watermark=True)
        pull.count(f"{pull.source.name}: pulling issues", pull.summary.fetched, None)


def _prove(pull: Pull, jira: JiraSource, mark: Watermark, visible: set[str]) -> set[str]:
    """Compare what the source says it has with what the store has, and fetch the difference, until there is none.

    On a full pull, or when the last census is old, over everything (the census), which also finds what is gone and
    what was changed without moving `updated`; else since the last proven pull. Returns the ids still different.
    """
    now = pull.summary.started_at
    due = mark.census_at is None or now - mark.census_at >= timedelta(hours=pull.source.census_hours)
    census = pull.summary.full or due
    overlap = timedelta(minutes=pull.source.overlap_minutes)
    since = 0 if census else _millis(mark.verified_to, overlap)
    wrong: set[str] = set()
    for _ in range(_ROUNDS):
        pull.say(f"{pull.source.name}: comparing with the source's list of issues")
        headers = list(jira.headers(since, with_totals=census and not pull.summary.full))
        differing = _different(pull, headers, with_totals=True)
        _fetch(pull, jira, sorted(differing))
        wrong = _different(pull, headers, with_totals=False)
        if not wrong:
            break
    if census:
        _find_gone(pull, jira, {h.id for h in headers}, visible)
        pull.store.census_taken(pull.source.name, now)
    return wrong


def _different(pull: Pull, headers: list[Header], with_totals: bool) -> set[str]:
    """Ids of issues that the store lacks, has in an older state, or (`with_totals`) with another number of entries.

    A number that still differs after fetching is no fault: a list may say 0 where the issue itself has a history.
    """
    table = pa.table(
        {
            "id": pa.array([h.id for h in headers], pa.string()),
            "updated": pa.array([h.updated for h in headers], pa.string()),
            "total": pa.array([h.history_total for h in headers], pa.int64()),
        }
    )
    pull.store.db.register("listed", table)
    rows = pull.store.db.execute(
        f"""SELECT l.id FROM listed l LEFT JOIN ({_ONLY}) t ON t.id = l.id
            WHERE t.id IS NULL OR t.updated_at < try_cast(l.updated AS TIMESTAMPTZ) AT TIME ZONE 'UTC'
               OR (? AND t.history_total <> l.total)""",
        [pull.source.name, with_totals],
    ).fetchall()
    pull.store.db.unregister("listed")
    return {id_ for (id_,) in rows}


def _fetch(pull: Pull, jira: JiraSource, ids: list[str]) -> set[str]:
    """Fetch these issues whole and land them. Returns the ids that are gone."""
    gone: set[str] = set()
    for start in range(0, len(ids), _FETCH_AT_ONCE):
        issues, missing = jira.fetch(ids[start : start + _FETCH_AT_ONCE])
        pull.land(issues)
        gone |= missing
        pull.count(f"{pull.source.name}: pulling issues that differ", min(start + _FETCH_AT_ONCE, len(ids)), len(ids))
    return gone


def _find_gone(pull: Pull, jira: JiraSource, seen: set[str], visible: set[str]) -> None:
    """Tombstones for tickets that the census does not show and that cannot be read any more.

    A ticket in a project that this account no longer sees is left alone: that is a lost permission, not a deletion.
    """
    rows = pull.store.db.execute(_ONLY, [pull.source.name]).fetchall()
    absent = sorted(id_ for id_, *_, project in rows if id_ not in seen and project in visible)
    jira.still_signed_in()
    gone = _fetch(pull, jira, absent)
    if gone:
        pull.store.bury(pull.source.name, sorted(gone), utc_now(), pull.run)
    pull.summary.deleted = len(gone)
    counted = len(rows) - len(gone)
    pull.store.check(
        pull.source.name, "census", counted, len(gone), "tickets found deleted or hidden by the last census"
    )


def _put_statuses(pull: Pull, statuses: list[dict[str, Any]]) -> None:
    """The statuses as the site calls them now; a ticket that was in one with another name before counts as changed."""
    pull.store.put_statuses(pull.source.name, {str(s["id"]): str(s["name"]) for s in statuses}, pull.run)


def _record(pull: Pull, problems: list[FieldProblem], checks: list[Check]) -> None:
    """Close the run: its row, and what it checked, for `coverage`."""
    pull.summary.ended_at = utc_now()
    wanted = len(pull.mapping.fields) + len(problems)
    needed = [p for p in problems if p.required]
    pull.summary.problems += [p.text for p in needed]
    checks.append(("fields found", wanted, len(needed), "; ".join(p.text for p in needed)))
    for check, checked, failed, detail in checks:
        pull.store.check(pull.source.name, check, checked, failed, detail)
    pull.store.end_run(pull.run, pull.summary)
