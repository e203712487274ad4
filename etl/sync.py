"""Sync: pull every source of a desk into its store, and publish what came of it."""

from collections.abc import Callable

from etl.config import Desk, Source, credentials
from etl.http import SourceError
from etl.lock import only_writer
from etl.publish import Published, publish
from etl.pull import Count, pull_files, pull_jira
from etl.store import Store, utc_now
from etl.summary import Summary
from metrics.errors import ArbiterError
from metrics.profile import Profile


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
    profile = desk.profile()
    store = Store(desk.store)
    summaries: list[Summary] = []
    failures: list[str] = []
    try:
        for source in desk.sources:
            try:
                summaries.append(_pull(store, desk, source, profile, full, say, count))
            except SourceError as error:
                store.check(source.name, "last sync", 1, 1, str(error))
                failures.append(str(error))
            else:
                store.check(source.name, "last sync", 1, 0, "")
    finally:
        store.close()
    return summaries, failures


def _pull(
    store: Store, desk: Desk, source: Source, profile: Profile, full: bool, say: Callable[[str], None], count: Count
) -> Summary:
    if source.kind == "jira-files":
        return pull_files(store, source, profile, desk.base, say, count)
    return pull_jira(store, source, profile, credentials(desk.name, source.name), full, say, count)
