"""The file `board.sqlite` of a desk: several processes may read and write it; every write is on disk when it returns."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from board.schema import STEPS, VERSION
from metrics.errors import ArbiterError

BOARD_FILE = "board.sqlite"  # in a desk's folder, and in a frozen report's
_WAIT_SECONDS = 15


def utc_text() -> str:
    """This instant in UTC as ISO text."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


class Board:
    """The board of one desk, in the file `path`, which is made when it is not there.

    Raises ArbiterError when the file is no board, is newer than this program, or cannot be written.
    """

    def __init__(self, path: Path, now: Callable[[], str] = utc_text) -> None:
        self.path, self.now = path, now
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.reading() as db:
            is_current = _version(db) == VERSION
        if not is_current:  # else nobody need wait for who is writing
            with self.transaction() as db:
                _migrate(db, path)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection that alone may write; all that is done with it, or nothing of it, is kept."""
        with closing(self._connect()) as db, _said_plainly(self.path):
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                if db.in_transaction:  # on a full disk SQLite has rolled back by itself
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the board, whatever is written meanwhile."""
        with closing(self._connect()) as db, _said_plainly(self.path):
            db.execute("BEGIN")
            yield db

    def backup(self, target: Path) -> None:
        """Copy the board as it is now to `target`, whole, while others go on writing."""
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}.partial")  # others may copy at the same time
        try:
            self._copy(partial, target)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def _copy(self, partial: Path, target: Path) -> None:
        with (
            closing(self._connect()) as db,
            _said_plainly(target),
            closing(sqlite3.connect(partial)) as copy,
            _said_plainly(self.path),
        ):
            db.backup(copy)

    def _connect(self) -> sqlite3.Connection:
        with _said_plainly(self.path):
            db = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            return db


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        raise ArbiterError(f"{path}: the board cannot be read or written: {error}") from None


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    version = _version(db)
    if version > VERSION:
        raise ArbiterError(f"{path}: the board has schema {version}, this program knows {VERSION}: update Arbiter")
    if not version and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise ArbiterError(f"{path}: is an SQLite file but no board of Arbiter")
    for step in STEPS[version:]:
        for statement in filter(str.strip, step.split(";")):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")
