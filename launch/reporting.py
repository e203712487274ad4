"""Reports from the command line: the mart as of T is published for them, then they are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from etl.config import Desk
from etl.lock import only_writer
from etl.marts import current_mart
from etl.publish import publish
from etl.store import utc_now
from launch.terminal import Terminal
from metrics.errors import ArbiterError, ConfigError
from metrics.instant import read_instant
from metrics.profile import Profile
from reports.archive import Entry, frozen
from reports.kinds import KINDS, default_as_of, kind_of, made_again
from reports.period import day_in_words, example, last_ended, read_period
from reports.request import Publish, ReportRequest
from reports.restatement import COMPARED, Restatement, restate
from sight.opening import DESK
from sight.roles import Roles

_OF_FROZEN = ("diff", "again")


@dataclass(frozen=True)
class Wanted:
    """What the words of the command name: a kind, a period, and what is wanted of the frozen one: `diff`, `again`, or (empty)
    nothing."""

    kind: str
    period: str
    of_frozen: str = ""


def kinds_text() -> str:
    """The kinds with a period each, for the help: `monthly 2026-10: the month in figures …`."""
    kinds = "; ".join(f"{kind.name} {example(kind.period)}: {kind.about}" for kind in KINDS.values())
    frozen_one = (
        "`diff` first: what became of the frozen one, and why; `again` first: made anew from what was archived with it"
    )
    return f"{kinds}; `last`: the last period that has ended; {frozen_one}"


def wanted_report(words: Sequence[str]) -> Wanted:
    """What `monthly 2026-10` or `diff monthly 2026-10` names. Raises ConfigError for other words."""
    of_frozen = words[0] if words[0] in _OF_FROZEN else ""
    rest = list(words[1:] if of_frozen else words)
    kind = kind_of(rest[0]) if rest else None
    if kind is None or len(rest) != 2:
        shown = f"{kind.name} {example(kind.period)}" if kind else "diff monthly 2026-10"
        raise ConfigError(f"{' '.join(words)}: a report is a kind and a period; allowed: {shown}")
    return Wanted(kind.name, rest[1], of_frozen)


def report_request(
    desk: Desk, kind: str, period: str, as_of: str | None, roles: Roles = DESK, board: str = ""
) -> ReportRequest:
    """What somebody asked for in words; the period `last` is the last one that has ended. Raises ConfigError for a kind, a
    period, a board or an instant that is none, and for a period that has not begun."""
    asked = kind_of(kind)
    if board and not asked.of_board:
        raise ConfigError(f"--board {board}: {kind} is on no board; allowed: with arb")
    profile, long = desk.profile(), asked.period
    wanted = last_ended(long, utc_now(), profile.zone) if period == "last" else read_period(long, period, profile.zone)
    due = asked.due(desk.folder, wanted, board, utc_now())
    at = default_as_of(due, utc_now()) if as_of is None else read_instant(as_of, profile, "--as-of")
    if at <= wanted.begins_at and not asked.of_board:
        raise ConfigError(
            f"{kind} {wanted.text}: begins on {day_in_words(wanted.first)}; allowed: a period that has begun by its T, "
            "or `last`"
        )
    now = current_mart(desk.mart_dir)
    return ReportRequest(desk.name, desk.folder, profile, kind, wanted, at, roles, now, board, due)


def publisher(desk: Desk, terminal: Terminal) -> Publish:
    """Makes marts of the desk as of any instant, one at a time, and waits while a sync is running."""
    own = desk.profile()

    def make(as_of: datetime, out: Path, *, profile: Profile | None = None, known_at: datetime | None = None) -> None:
        with only_writer(desk.folder, True, terminal.say):
            publish(
                desk.store, desk.mart_dir, profile or own, as_of,
                out=out, known_at=known_at, deployments=desk.deployments, count=terminal.count,
            )  # fmt: skip

    return make


def difference(desk: Desk, request: ReportRequest, terminal: Terminal) -> Restatement:
    """The last frozen report that the request names, beside today's recomputation. Raises ArbiterError when none was
    frozen, ConfigError for a kind whose figures cannot be compared."""
    if request.kind not in COMPARED:
        raise ConfigError(f"{request.kind}: has no figures to compare; allowed: {', '.join(COMPARED)}")
    entry = _frozen(desk, request)[-1]
    with TemporaryDirectory(prefix="report-", dir=desk.folder) as folder:
        return restate(request, entry, publisher(desk, terminal), Path(folder), terminal.count)


def again(desk: Desk, request: ReportRequest, out: Path, terminal: Terminal) -> list[Path]:
    """The files of the last frozen report that the request names, made anew in `out` from what was archived with it. Raises
    ArbiterError when none was frozen."""
    entries = _frozen(desk, request)
    terminal.say(f"{request.stem}: made from no. {entries[-1].number}, the last of {len(entries)} frozen")
    return made_again(request, entries[-1], out, terminal.count)


def _frozen(desk: Desk, request: ReportRequest) -> list[Entry]:
    entries = frozen(desk.folder, request.stem)
    if not entries:
        known = ", ".join(sorted({entry.folder.parent.name for entry in frozen(desk.folder)})) or "nothing"
        raise ArbiterError(f"{request.stem}: was not frozen; frozen is: {known}")
    return entries
