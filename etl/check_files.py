"""`arbiter check` of exported tables: the first tickets as they were understood, and what could not be."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from etl.check_statuses import statuses_met
from etl.config import Desk
from etl.pull import Say
from etl.records import History
from etl.section import FilesSection
from etl.sources.files import FileTickets
from metrics.profile import Profile

_SHOWN_TICKETS, _SHOWN_CHANGES, _SHOWN_BROKEN = 3, 5, 10


def files_met(paths: list[Path]) -> str:
    """How many files there are, and the first."""
    return f"{len(paths)} file{'s' if len(paths) > 1 else ''}, from {paths[0]}"


def check_files(desk: Desk, source: FilesSection, profile: Profile, say: Say) -> Iterable[tuple[bool, str]]:
    """Reads all files, and shows the first tickets, what could not be read, and the statuses beside the profile's."""
    desk.folder.mkdir(parents=True, exist_ok=True)
    files = FileTickets(source, desk.base, profile, desk.folder)
    yield True, files_met(files.paths)
    tickets, entries, statuses = 0, 0, set[str]()
    for batch in files.batches():
        for history, _ in islice(batch, max(0, _SHOWN_TICKETS - tickets)):
            yield True, _told(history)
        tickets += len(batch)
        entries += sum(history.entries for history, _ in batch)
        statuses |= {name for history, _ in batch for name in _statuses(history)}
    yield bool(tickets), f"{files.rows} rows make {tickets} tickets with {entries} history entries"
    yield from ((False, text) for text in files.broken[:_SHOWN_BROKEN])
    if len(files.broken) > _SHOWN_BROKEN:
        yield False, f"… and {len(files.broken) - _SHOWN_BROKEN} more that could not be read"
    yield from statuses_met(profile, sorted(statuses))


def _told(history: History) -> str:
    """A ticket in one line, in UTC."""
    values = "; ".join(f"{name} {value!r}" for name, value in sorted(history.fields.items()) if value)
    changes = [
        f"{c.changed_at:%Y-%m-%d %H:%M:%S} {c.author or 'somebody'}: {c.field} {c.from_value!r} → {c.to_value!r}"
        for c in history.changes[:_SHOWN_CHANGES]
    ]
    more = [f"… {len(history.changes) - _SHOWN_CHANGES} more"] if len(history.changes) > _SHOWN_CHANGES else []
    created = f"{history.created_at:%Y-%m-%d %H:%M:%S} UTC" if history.created_at else "at no time that could be read"
    return (
        f"understood: {history.key} in {history.project}, created {created}, status {history.status!r}"
        + (f"; {values}" if values else "")
        + "".join(f"\n       {line}" for line in [*changes, *more])
    )


def _statuses(history: History) -> Iterable[str]:
    moves = (value for c in history.changes if c.field == "status" for value in (c.from_value, c.to_value))
    return filter(None, (history.status, *moves))
