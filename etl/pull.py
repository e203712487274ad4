"""What every pull shares, whatever the source: a run of the store, whole tickets in, and what was found on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import duckdb

from etl.config import Desk
from etl.field_mapping import FieldMapping
from etl.fields import FieldProblem
from etl.rejected import Rejected
from etl.section import Section
from etl.store import Store, Watermark, utc_now
from etl.summary import Summary
from etl.turn import Turn
from etl.upsert import upsert
from metrics.profile import Profile

Say = Callable[[str], None]
Count = Callable[[str, int, int | None], None]
Check = tuple[str, int, int, str]  # what was checked, how much, how much of it failed, an example
S = TypeVar("S", bound=Section)
T = TypeVar("T")  # a ticket as the source hands it over: JSON text, or a History


@dataclass(frozen=True)
class Job(Generic[S]):
    """What is to be pulled: a source of a desk, all of it (`full`) or what changed, into the open store."""

    store: Store
    desk: Desk
    source: S
    profile: Profile
    full: bool
    say: Say
    count: Count


@dataclass
class Pull(Generic[T]):
    """One pull of one source that has begun. `stage` makes the store's staged tables of tickets; `mark` is where the
    last pull came to."""

    store: Store
    source: Section
    summary: Summary
    run: int
    mark: Watermark
    stage: Callable[[list[T]], list[Rejected]]
    say: Say
    count: Count

    def land(self, tickets: list[T], places: list[str] | None = None, move_watermark: bool = False) -> None:
        """Take whole tickets in, in one transaction; what cannot be read is counted and named, by `places`."""
        self.take_in(self.store.db, self.stage(tickets), places, move_watermark)

    def take_in(
        self, db: duckdb.DuckDBPyConnection, rejected: list[Rejected], places: list[str] | None = None,
        move_watermark: bool = False, turn: Turn | None = None,
    ) -> None:  # fmt: skip
        """Take in what was staged on `db`, but for what was rejected, as `turn` allows."""
        newest = db.execute("SELECT max(updated_at) FROM staged_ticket").fetchall()[0][0] if move_watermark else None
        walked_to = min(newest, self.summary.started_at) if newest else None
        self.summary.add(upsert(db, self.source.name, self.run, utc_now(), walked_to, turn))
        self.summary.rejected += [
            f"{places[r.index] if places else f'issue {r.index + 1} of a page'}: {r.reason}" for r in rejected
        ]

    def end(self, checks: list[Check]) -> Summary:
        """Close the run: its row, and what it checked, for `coverage`."""
        self.summary.ended_at = utc_now()
        read = self.summary.fetched + len(self.summary.rejected)
        unreadable = ("issues readable", read, len(self.summary.rejected), "".join(self.summary.rejected[:1]))
        for check in (unreadable, *checks):
            self.store.check(self.source.name, *check)
        self.store.end_run(self.run, self.summary)
        return self.summary


def fields_found(pull: Pull[T], mapping: FieldMapping, problems: list[FieldProblem]) -> Check:
    """For `coverage`: how many of the profile's fields the site has. Those that are needed are problems of the pull."""
    needed = [p.text for p in problems if p.required]
    pull.summary.problems += needed
    fields = {*mapping.fields, *(p.field for p in problems)}  # one of files without a list of fields is in both
    return "fields found", len(fields), len(needed), "; ".join(needed)


def begin(
    job: Job[S],
    stage: Callable[[list[T]], list[Rejected]],
    *,
    asked: str = "",
    link_prefix: str = "",
    statuses: dict[str, str] | None = None,
) -> Pull[T]:
    """Open a run. It goes on from the last one, unless something else is `asked` for now: histories pulled before lack
    it, so everything is pulled again.

    `link_prefix`: what stands before a ticket's key in its address. `statuses`: id → name as the source calls them now.
    """
    name = job.source.name
    mark = job.store.watermark(name)
    if mark.asked != asked:
        mark = Watermark(asked=asked)
    summary = Summary(name, utc_now(), full=job.full or mark.walked_to is None)
    run = job.store.begin_run(name, summary, mark)
    job.store.put_site(name, link_prefix, run)
    job.store.put_statuses(name, statuses or {}, run)
    return Pull(job.store, job.source, summary, run, mark, stage, job.say, job.count)
