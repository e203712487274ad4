"""Reports from the command line: the mart as of T is published for them, then they are written."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from etl.config import Desk
from etl.lock import only_writer
from etl.publish import current_mart, publish
from etl.store import utc_now
from launch.terminal import Terminal
from metrics.errors import ConfigError
from metrics.instant import read_instant
from reports.kinds import KINDS, default_as_of, kind_of
from reports.period import example, read_period
from reports.request import Publish, ReportRequest
from sight.opening import DESK
from sight.roles import Roles


def kinds_text() -> str:
    """The kinds with a period each, for the help: `monthly 2026-10 (the month in figures …)`."""
    return "; ".join(f"{kind.name} {example(kind.period)}: {kind.about}" for kind in KINDS.values())


def kind_and_period(words: Sequence[str]) -> tuple[str, str]:
    """The two words that name a report. Raises ConfigError when there is another number of words."""
    kind = kind_of(words[0])
    if len(words) != 2:
        raise ConfigError(
            f"{' '.join(words)}: a report is a kind and a period; allowed: {kind.name} {example(kind.period)}"
        )
    return kind.name, words[1]


def report_request(
    desk: Desk, kind: str, period: str, as_of: str | None, roles: Roles = DESK, board: str = ""
) -> ReportRequest:
    """What somebody asked for in words. Raises ConfigError for a kind, a period or an instant that is none."""
    profile = desk.profile()
    wanted = read_period(kind_of(kind).period, period, profile.zone)
    due = kind_of(kind).due(desk.folder, wanted, board, utc_now())
    at = read_instant(as_of, profile) if as_of else default_as_of(due, utc_now())
    now = current_mart(desk.mart_dir)
    return ReportRequest(desk.name, desk.folder, profile, kind, wanted, at, roles, now, board, due)


def publisher(desk: Desk, terminal: Terminal) -> Publish:
    """Makes marts of the desk as of any instant, one at a time, and waits while a sync is running."""
    profile = desk.profile()

    def make(as_of: datetime, out: Path) -> None:
        with only_writer(desk.folder, True, terminal.say):
            publish(
                desk.store, desk.mart_dir, profile, as_of, out=out, deployments=desk.deployments, count=terminal.count
            )

    return make
