"""Pulling Jira: over HTTP, and from files of issues."""

from collections.abc import Iterator
from functools import partial

import duckdb

from etl.config import credentials
from etl.feedback import pull_feedback
from etl.field_mapping import FieldMapping
from etl.fields import resolve_fields
from etl.jira_landing import stage
from etl.lanes import land_side_by_side
from etl.pull import Check, Job, Pull, begin, fields_found
from etl.pull_remote import completeness, count_cost, walk_and_prove
from etl.rejected import Rejected
from etl.section import JiraFilesSection, JiraSection
from etl.sources.jira import JiraSource
from etl.sources.jira_files import FileIssue, JiraFiles
from etl.summary import Summary
from etl.turn import Turn


def pull_jira_files(job: Job[JiraFilesSection]) -> Summary:
    """Pull Jira issues from files. All files are read; tickets that are unchanged are left alone.

    Raises SourceError when there are no files.
    """
    files = JiraFiles(job.source.path, job.desk.base)
    mapping, problems = resolve_fields(job.profile, files.fields())
    pull = begin(
        job,
        partial(_stage, job, mapping, job.store.db),
        link_prefix=_link_prefix(job.source.url or files.site()),
        statuses={str(s["id"]): str(s["name"]) for s in files.statuses()},
    )

    def land(db: duckdb.DuckDBPyConnection, batch: list[FileIssue], turn: Turn) -> None:
        rejected = _stage(job, mapping, db, [i.text for i in batch])
        pull.take_in(db, rejected, [i.place for i in batch], turn=turn)

    land_side_by_side(job.store, _counted(job, files), land)
    pull.summary.rejected = [*files.broken, *pull.summary.rejected]
    return pull.end([fields_found(pull, mapping, problems)])


def pull_jira(job: Job[JiraSection]) -> Summary:
    """Pull from a Jira over HTTP: all of it (`full`, or the first time), else what changed since the last pull.

    Raises ArbiterError (SourceError) when the source cannot be read; what was landed before stays.
    """
    source = job.source
    jira = JiraSource(
        source.name, source.url, source.projects, credentials(job.desk.name, source.name),
        timeout=source.timeout_seconds, page_size=source.page_size, say=job.say,
    )  # fmt: skip
    site = jira.site()
    mapping, problems = resolve_fields(job.profile, site.fields)
    jira.use_fields([field_id for field_id, _, _ in mapping.fields.values()])
    pull = begin(
        job,
        partial(_stage, job, mapping, job.store.db),
        # "fieldtypes": stores from before histories were read by them begin anew.
        asked=f"{mapping.fingerprint} {sorted(source.projects)} fieldtypes",
        link_prefix=_link_prefix(site.url),
        statuses={str(s["id"]): str(s["name"]) for s in site.statuses},
    )
    left = walk_and_prove(pull, jira, source, site.projects_visible)
    try:
        feedback = pull_feedback(job, pull, jira, mapping)
    finally:
        count_cost(pull, jira.stats)
    hidden = list(site.projects_missing.values())
    pull.summary.problems += hidden
    return pull.end([
        ("projects visible", len(source.projects), len(hidden), "; ".join(hidden)),
        _projects_asked_for(pull, source.projects),
        completeness(pull, left, bool(hidden)),
        *feedback,
        fields_found(pull, mapping, problems),
    ])  # fmt: skip


def _projects_asked_for(pull: Pull[bytes], projects: list[str]) -> Check:
    """For `coverage`: how many tickets are in projects that are not asked for (any more), and so are not read again."""
    rows = pull.store.db.execute(
        "SELECT project, count(*) FROM ticket WHERE source = ? AND gone_at IS NULL GROUP BY project ORDER BY project",
        [pull.source.name],
    ).fetchall()
    others = [(project, n) for project, n in rows if project not in projects]
    said = ", ".join(f"{project}: {n}" for project, n in others)
    return (
        "projects asked for", sum(n for _, n in rows), sum(n for _, n in others),
        f"tickets of other projects, as they were last read: {said}" if others else "",
    )  # fmt: skip


def _counted(job: Job[JiraFilesSection], files: JiraFiles) -> Iterator[list[FileIssue]]:
    read = 0
    for batch in files.batches():
        yield batch
        read += len(batch)
        job.count(f"{job.source.name}: reading issues", read, None)


def _stage(
    job: Job[JiraSection] | Job[JiraFilesSection], mapping: FieldMapping, db: duckdb.DuckDBPyConnection,
    issues: list[bytes],
) -> list[Rejected]:  # fmt: skip
    return stage(db, job.source.name, issues, mapping)


def _link_prefix(url: str) -> str:
    return f"{url.rstrip('/')}/browse/" if url else ""
