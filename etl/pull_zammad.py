"""Pulling Zammad."""

import json
from functools import partial

from etl.config import Desk, credentials
from etl.pull import Job, Say, begin
from etl.pull_remote import completeness, walk_and_prove
from etl.records import stage_histories
from etl.section import ZammadSection
from etl.sources.zammad import ZammadSource
from etl.sources.zammad_history import HistoryMaker
from etl.summary import Summary
from metrics.profile import Profile


def pull_zammad(job: Job[ZammadSection]) -> Summary:
    """Pull from a Zammad: all of it (`full`, or the first time), else what changed since the last pull.

    Raises ArbiterError (SourceError) when the source cannot be read; what was landed before stays.
    """
    source = job.source
    zammad, maker = zammad_source(job.desk, source, job.profile, job.say)
    states = zammad.names().state
    pull = begin(
        job,
        partial(stage_histories, job.store.db, source.name),
        asked=json.dumps([maker.attributes, source.project], sort_keys=True),
        link_prefix=f"{source.url.rstrip('/')}/#ticket/zoom/number/",
        statuses=states,
    )
    left = walk_and_prove(pull, zammad, source, visible=None)
    pull.summary.rejected += zammad.broken.values()
    hidden = sorted(zammad.hidden, key=int)
    if hidden:
        pull.summary.problems.append(f"{len(hidden)} tickets are hidden from the account now; they stay as they were")
    return pull.end([
        ("tickets visible", pull.summary.fetched + len(hidden), len(hidden), ", ".join(hidden[:5])),
        completeness(pull, left),
    ])  # fmt: skip


def zammad_source(desk: Desk, source: ZammadSection, profile: Profile, say: Say) -> tuple[ZammadSource, HistoryMaker]:
    """The source of a section, and what makes histories of its answers."""
    maker = HistoryMaker(profile, source.name, source.project or source.name)
    zammad = ZammadSource(
        source.name, source.url, credentials(desk.name, source.name), maker,
        timeout=source.timeout_seconds, page_size=source.page_size, say=say,
    )  # fmt: skip
    return zammad, maker
