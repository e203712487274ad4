"""Pulling a desk that is asked over the network: walk what changed, prove that nothing is missing, look for what is
gone."""

from collections.abc import Container, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pyarrow as pa

from etl.http import Stats
from etl.pull import Check, Pull, T
from etl.records import Header
from etl.section import RemoteSection
from etl.store import utc_now

_ROUNDS = 3
_FETCH_AT_ONCE = 100
_ONLY = """SELECT id, updated_at, history_total, history_stored, comment_total, comment_stored, project FROM ticket
           WHERE source = $source AND gone_at IS NULL"""


class Remote(Protocol[T]):
    """A desk on the network. Instants are epoch milliseconds; every method may raise SourceError."""

    @property
    def stats(self) -> Stats:
        """What it has cost so far."""

    def expected(self, since_ms: int) -> int | None:
        """About how many tickets `walk` brings; None where the source does not tell."""

    def walk(self, since_ms: int) -> Iterator[list[T]]:
        """Whole tickets updated at or after `since_ms`, oldest update first, a page at a time."""

    def headers(self, since_ms: int, with_totals: bool) -> Iterator[Header]:
        """The source's list of tickets updated at or after `since_ms`; the length of histories only `with_totals`."""

    def fetch(self, ids: list[str]) -> tuple[list[T], set[str]]:
        """These tickets, whole, and the ids that are gone: deleted or no longer visible."""

    def still_signed_in(self) -> None:
        """Raises SourceError if the source takes the account for anonymous."""


def walk_and_prove(pull: Pull[T], remote: Remote[T], source: RemoteSection, visible: Container[str] | None) -> set[str]:
    """Pull what changed (on a full pull, all), and prove it whole. Returns the ids that still differ from the source.

    `visible`: the projects that the account sees; a ticket of another one is never taken for deleted. None: all.
    """
    try:
        _walk(pull, remote, source)
        return _prove(pull, remote, source, visible)
    finally:
        count_cost(pull, remote.stats)


def count_cost(pull: Pull[T], stats: Stats) -> None:
    """Note in the summary what the source has cost so far."""
    pull.summary.requests, pull.summary.retries = stats.requests, stats.retries
    pull.summary.waited_seconds = stats.waited_seconds


def completeness(pull: Pull[T], left: set[str], hidden: bool = False) -> Check:
    """What `coverage` says of a proof that left these ids different. A whole one, with nothing hidden from the account,
    is remembered: else the next proof must reach back to here again."""
    if left:
        pull.summary.problems.append(
            f"{len(left)} issues could not be brought to the state that the source shows; the next sync tries again"
        )
    elif not hidden:
        pull.store.verified(pull.source.name, pull.summary.started_at)
    return "pull complete", pull.summary.fetched, len(left), ", ".join(sorted(left)[:5])


def _millis(instant: datetime | None, overlap: timedelta) -> int:
    if instant is None:
        return 0
    return max(0, int((instant - overlap).replace(tzinfo=UTC).timestamp() * 1000))


def _walk(pull: Pull[T], remote: Remote[T], source: RemoteSection) -> None:
    """Fetch what changed, oldest first; every page is landed at once and moves the watermark."""
    overlap = timedelta(minutes=source.overlap_minutes)
    since = 0 if pull.summary.full else _millis(pull.mark.walked_to, overlap)
    expected = remote.expected(since)
    for page in remote.walk(since):
        pull.land(page, move_watermark=True)
        done = pull.summary.fetched
        pull.count(f"{source.name}: pulling tickets", done, max(expected, done) if expected is not None else None)


def _prove(pull: Pull[T], remote: Remote[T], source: RemoteSection, visible: Container[str] | None) -> set[str]:
    """Compare what the source says it has with what the store has, and fetch the difference, until there is none.

    On a full pull, or when the last census is old, over everything (the census), which also finds what is gone and
    what was changed without moving `updated`; else since the last proven pull. Returns the ids still different.
    """
    now, mark = pull.summary.started_at, pull.mark
    fresh = mark.census_at and timedelta() <= now - mark.census_at < timedelta(hours=source.census_hours)
    census = pull.summary.full or not fresh  # one in the future was taken by a clock that was wrong
    since = 0 if census else _millis(mark.verified_to, timedelta(minutes=source.overlap_minutes))
    wrong: set[str] = set()
    for _ in range(_ROUNDS):
        pull.say(f"{source.name}: comparing with the source's list of issues")
        headers = list(remote.headers(since, with_totals=census and not pull.summary.full))
        _fetch(pull, remote, sorted(_different(pull, headers, with_totals=True)))
        wrong = _different(pull, headers, with_totals=False)
        if not wrong:
            break
    if census:
        _find_gone(pull, remote, {h.id for h in headers}, visible)
        pull.store.census_taken(source.name, now)
    return wrong


def _different(pull: Pull[T], headers: list[Header], with_totals: bool) -> set[str]:
    """Ids of issues that the store lacks, has in an older state, or (`with_totals`) with another number of entries, be it
    because some did not come, or comments: they may come now.

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
               OR ($census AND (t.history_total <> l.total OR t.history_stored < l.total
                                OR t.comment_stored < t.comment_total))""",
        {"source": pull.source.name, "census": with_totals},
    ).fetchall()
    pull.store.db.unregister("listed")
    return {id_ for (id_,) in rows}


def _fetch(pull: Pull[T], remote: Remote[T], ids: list[str]) -> set[str]:
    """Fetch these issues whole and land them. Returns the ids that are gone."""
    gone: set[str] = set()
    for start in range(0, len(ids), _FETCH_AT_ONCE):
        issues, missing = remote.fetch(ids[start : start + _FETCH_AT_ONCE])
        pull.land(issues)
        gone |= missing
        pull.count(f"{pull.source.name}: pulling tickets that differ", min(start + _FETCH_AT_ONCE, len(ids)), len(ids))
    return gone


def _find_gone(pull: Pull[T], remote: Remote[T], seen: set[str], visible: Container[str] | None) -> None:
    """Tombstones for tickets that the census does not show and that cannot be read any more.

    A ticket in a project that this account no longer sees is left alone: that is a lost permission, not a deletion.
    """
    rows = pull.store.db.execute(_ONLY, {"source": pull.source.name}).fetchall()
    absent = sorted(id_ for id_, *_, project in rows if id_ not in seen and (visible is None or project in visible))
    remote.still_signed_in()
    gone = _fetch(pull, remote, absent)
    if gone:
        pull.store.bury(pull.source.name, sorted(gone), utc_now(), pull.run)
    pull.summary.deleted = len(gone)
    counted = len(rows) - len(gone)
    pull.store.check(
        pull.source.name, "census", counted, len(gone), "tickets found deleted or hidden by the last census"
    )
