"""Pulling exported tables: all of them each time; what they say now is what counts."""

from functools import partial

from etl.pull import Check, Job, begin
from etl.records import History, stage_histories
from etl.rejected import Rejected
from etl.section import FilesSection
from etl.sources.files import FileTickets
from etl.store import utc_now
from etl.summary import Summary
from etl.upsert import give_way

_ALIVE = "SELECT id FROM ticket WHERE source = ? AND gone_at IS NULL"


def pull_files(job: Job[FilesSection]) -> Summary:
    """Pull tickets from exported tables. Raises ArbiterError when a table or one of its columns is not there."""
    source = job.source
    files = FileTickets(source, job.desk.base, job.profile, job.desk.folder)
    pull = begin(job, partial(_stage, job), link_prefix=source.link)
    seen: set[str | None] = set()
    bare = 0
    for batch in files.batches():
        histories = [history for history, _ in batch]
        pull.land(histories, [place for _, place in batch])
        seen.update(history.id for history in histories)
        bare += sum(not history.changes for history in histories)
        job.count(f"{source.name}: reading tickets", len(seen), None)
    pull.summary.rejected = [*files.broken, *pull.summary.rejected]
    if source.complete:
        gone = sorted({id_ for (id_,) in job.store.db.execute(_ALIVE, [source.name]).fetchall()} - seen)
        if pull.summary.rejected:
            pull.summary.problems.append("something could not be read, so no ticket is taken for gone")
        elif gone and not seen:  # rather an export that failed than the end of every ticket
            pull.summary.problems.append("no ticket was read, so none is taken for gone")
        else:
            job.store.bury(source.name, gone, utc_now(), pull.run)
            pull.summary.deleted = len(gone)
    return pull.end([_histories_given(source, len(seen), bare)])


def _stage(job: Job[FilesSection], histories: list[History]) -> list[Rejected]:
    rejected = stage_histories(job.store.db, job.source.name, histories)
    give_way(job.store.db)
    return rejected


def _histories_given(source: FilesSection, tickets: int, bare: int) -> Check:
    """For `coverage`: whether the files have histories at all."""
    if source.history:
        return "histories given", tickets, 0, f"{bare} tickets without any change in the history"
    if source.tickets and source.tickets.entered:
        return "histories given", tickets, tickets, "no table of history: built from the dates in the table of tickets"
    return "histories given", tickets, tickets, "no table of history: only the present state is known"
