"""Sync: pull every source of a desk into its store, and publish what came of it."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from etl.config import Desk
from etl.http import SourceError
from etl.lock import only_writer
from etl.publish import Published, publish
from etl.pull import Count, Job
from etl.pull_files import pull_files
from etl.pull_jira import pull_jira, pull_jira_files
from etl.pull_rt import pull_rt
from etl.pull_zammad import pull_zammad
from etl.store import Store, utc_now
from etl.summary import Summary
from metrics.errors import ArbiterError

PULLS: dict[str, Callable[[Job[Any]], Summary]] = {
    "jira": pull_jira,
    "jira-files": pull_jira_files,
    "files": pull_files,
    "zammad": pull_zammad,
    "rt": pull_rt,
}


def no_count(label: str, done: int, total: int | None) -> None:
    """Progress that nobody looks at."""


def sync_and_publish(
    desk: Desk, full: bool, say: Callable[[str], None], count: Count = no_count
) -> tuple[list[Summary], Published]:
    """Pull all sources of a desk, then publish as of now.

    A source that cannot be read keeps neither the others nor the publish back. Raises ArbiterError afterwards, with
    one sentence a failed source; and at once when another sync or publish of this desk is running.
    """
    with only_writer(desk.folder):
        summaries, failures = _pull_all(desk, full, say, count)
        published = publish(
            desk.store, desk.mart_dir, desk.profile(), utc_now(), deployments=desk.deployments, count=count
        )
    for summary in summaries:
        for line in summary.lines():
            say(line)
    if failures:
        raise ArbiterError("\n".join(failures))
    return summaries, published


def _pull_all(desk: Desk, full: bool, say: Callable[[str], None], count: Count) -> tuple[list[Summary], list[str]]:
    """Each source with the store opened for it alone: what one left staged is nothing to the next."""
    profile = desk.profile()
    summaries: list[Summary] = []
    failures: list[str] = []
    for source in desk.sources:
        with closing(Store(desk.store)) as store:
            try:
                summaries.append(PULLS[source.kind](Job(store, desk, source, profile, full, say, count)))
                _need_readable(summaries[-1])
            except SourceError as error:
                store.check(source.name, "last sync", 1, 1, str(error))
                failures.append(str(error))
            else:
                store.check(source.name, "last sync", 1, 0, "")
    with closing(Store(desk.store)) as store:
        for name, tickets in store.left_behind([source.name for source in desk.sources]):
            say(
                f"{name}: {tickets} tickets of a source that arbiter.toml no longer names: they count as they were last read"
            )
        for name, tickets, others in store.counted_twice():
            say(f"{name}: {tickets} tickets are counted twice: {others} has the same ones of the same site")
    return summaries, failures


def _need_readable(summary: Summary) -> None:
    """Raises SourceError when all was to be read, something was there, and none of it could be."""
    if summary.full and summary.rejected and not summary.fetched:
        raise SourceError(
            f"{summary.source}: nothing could be read, {len(summary.rejected)} unreadable; the first: "
            f"{summary.rejected[0]}"
        )
