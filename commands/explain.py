"""`arbiter explain`: a ticket's clocks, segment by segment."""

import os
from argparse import Namespace
from datetime import datetime
from typing import Any

from commands.desk import as_of, desk_of, known_at, published_mart, reading
from commands.output import print_json
from etl.config import Desk
from etl.lock import only_writer
from metrics.profile import Profile
from reports.explain import EXPLAINED, NoSuchTicket, as_of_mart, explain_ticket, explanation_text


def run(options: Namespace) -> None:
    """Print the ticket from the current mart, or as of `--as-of` and known at `--known-at` from the store. Raises
    ArbiterError when there is no such ticket, or several, or nothing was published, ConfigError for an instant that is none."""
    desk = desk_of(options)
    profile = desk.profile()
    if options.as_of is None and options.known_at is None:
        explanation = _explained_now(desk, options.key, profile)
    else:
        at, known = as_of(options, profile), known_at(options, profile)
        explanation = _explained_from_store(desk, options.key, profile, at, known)
    if options.json:
        print_json(explanation)
    else:
        print(explanation_text(explanation, profile))


def _explained_now(desk: Desk, key: str, profile: Profile) -> dict[str, Any]:
    """From the current mart; a key that no ticket has any more is looked up in the store."""
    mart = published_mart(desk)
    with reading(mart):
        try:
            return explain_ticket(mart, key, profile)
        except NoSuchTicket:
            at = as_of_mart(mart)
    return _explained_from_store(desk, key, profile, at)


def _explained_from_store(
    desk: Desk, key: str, profile: Profile, at: datetime | None, known: datetime | None = None
) -> dict[str, Any]:
    from etl.publish import publish  # the current mart explains most tickets: nobody waits for what makes another
    from etl.store import utc_now
    from launch.terminal import Terminal

    at, out = at or utc_now(), desk.folder / "tmp" / f"explain-{os.getpid()}.duckdb"
    try:
        with only_writer(desk.folder, True, Terminal().say):
            publish(desk.store, desk.mart_dir, profile, at, out=out, known_at=known, only_key=key, tables=EXPLAINED)
        return explain_ticket(out, key, profile, made_for_it=True)
    finally:
        out.unlink(missing_ok=True)
