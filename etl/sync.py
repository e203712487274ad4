"""Sync: pull every source of a desk into its store."""

from collections.abc import Callable

from etl.config import Desk, Source, credentials
from etl.http import SourceError
from etl.pull import Count, pull_files, pull_jira
from etl.store import Store
from etl.summary import Summary
from metrics.errors import ArbiterError
from metrics.profile import Profile


def no_count(label: str, done: int, total: int | None) -> None:
    """Progress that nobody looks at."""


def sync(desk: Desk, full: bool, say: Callable[[str], None], count: Count = no_count) -> list[Summary]:
    """Pull all sources of a desk, one after the other; the caller holds the desk (`etl.lock`).

    A source that cannot be read does not keep the others from being pulled. Raises ArbiterError afterwards, with
    one sentence a failed source; what was landed stays.
    """
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
    for summary in summaries:
        for line in summary.lines():
            say(line)
    if failures:
        raise ArbiterError("\n".join(failures))
    return summaries


def _pull(
    store: Store, desk: Desk, source: Source, profile: Profile, full: bool, say: Callable[[str], None], count: Count
) -> Summary:
    if source.kind == "jira-files":
        return pull_files(store, source, profile, desk.base, say, count)
    return pull_jira(store, source, profile, credentials(desk.name, source.name), full, say, count)
