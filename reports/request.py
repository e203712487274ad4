"""What a report is asked for, and what it is written from: an open mart as of T, by role."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from board.store import BOARD_FILE, Board
from metrics.profile import Profile
from reports.completeness import Completeness, completeness
from reports.period import Period
from sight.opening import DESK, Connection, open_mart
from sight.pseudonyms import pseudonym_key
from sight.roles import Roles, sees_pseudonyms

Count = Callable[[str, int, int | None], None]


class Publish(Protocol):
    """Makes the mart of a desk as of an instant (UTC) in the file `out`: by its own profile, from all that is known,
    unless told otherwise."""

    def __call__(
        self, as_of: datetime, out: Path, *, profile: Profile | None = None, known_at: datetime | None = None
    ) -> None:
        """Raises ArbiterError when it cannot be made."""


@dataclass(frozen=True)
class ReportRequest:
    """A report that somebody wants: of the desk whose data lie in `folder`, by its `profile`, as of `as_of` (UTC).

    `now` is the desk's published mart, if it has one: what is hidden from `roles` by now stays so. `board` names
    the board of a kind that is on one. `due_at` (UTC) is the usual T of the kind; None: the end of the period.
    `written` is a copy of what people wrote; None: the desk's own.
    """

    desk: str
    folder: Path
    profile: Profile
    kind: str
    period: Period
    as_of: datetime
    roles: Roles = DESK
    now: Path | None = None
    board: str = ""
    due_at: datetime | None = None
    written: Path | None = None

    @property
    def due(self) -> datetime:
        """The T that such a report has when nobody says otherwise."""
        return self.due_at or self.period.ends_at

    @property
    def board_file(self) -> Path:
        """Where the words of the board are, if anybody wrote any."""
        return self.written or self.folder / BOARD_FILE

    @property
    def stem(self) -> str:
        """The name of its files without the ending: `desp-monthly-2026-10`, with the T and roles that are not usual."""
        at = "" if self.as_of == self.due else f"-as-of-{self.as_of:%Y%m%dT%H%M%SZ}"
        roles = "" if self.roles == DESK else "-" + "-".join(sorted(self.roles))
        return f"{self.desk}-{self.board or self.kind}-{self.period.text}{at}{roles}"


@dataclass(frozen=True)
class Report:
    """What a report is written from: the request, the file of a mart as of its T, that mart as its roles may see it, and
    how far it is complete. `count` tells progress: a label, done, of how many."""

    request: ReportRequest
    mart: Path
    db: Connection
    complete: Completeness
    count: Count

    @property
    def period(self) -> Period:
        """The period that it is on."""
        return self.request.period

    @property
    def profile(self) -> Profile:
        """The desk's profile."""
        return self.request.profile

    @property
    def pseudonyms(self) -> bool:
        """Whether people are shown as pseudonyms."""
        return sees_pseudonyms(self.request.roles)

    @property
    def draft(self) -> str:
        """`DRAFT` when it is not complete, else empty: it stands on every sheet and page."""
        return "DRAFT" if self.complete.doubts else ""

    def local(self, at: datetime) -> datetime:
        """A UTC instant on the wall of the desk, without a zone: what files without zones hold."""
        return at.replace(tzinfo=UTC).astimezone(self.period.zone).replace(tzinfo=None)


@contextmanager
def opened(request: ReportRequest, publish: Publish, count: Count, reads_board: bool = False) -> Iterator[Report]:
    """The report's material, from a mart that `publish` makes in a folder of its own and that goes away afterwards.

    `reads_board`: a copy of what people wrote, if anybody did, lies there too, so that all of the report tells of one state
    of it.
    """
    request.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="report-", dir=request.folder) as folder:
        mart = Path(folder, "mart.duckdb")
        publish(request.as_of, mart)
        if reads_board:
            copy = Path(folder, BOARD_FILE)
            if request.board_file.exists():
                Board(request.board_file).backup(copy)
            else:
                Board(copy)  # nobody wrote anything yet, and what is archived says so
            request = replace(request, written=copy)
        with reading(request, mart, count) as report:
            yield report


@contextmanager
def reading(request: ReportRequest, mart: Path, count: Count) -> Iterator[Report]:
    """The report's material from a mart that is there."""
    key = pseudonym_key(request.folder) if sees_pseudonyms(request.roles) else b""
    db = open_mart(mart, request.roles, key, request.now)
    try:
        yield Report(request, mart, db, completeness(db, request.due), count)
    finally:
        db.close()
