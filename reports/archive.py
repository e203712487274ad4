"""The archive: what was sent, with the mart, the profile and the words of the board that it was made from. An entry is
never overwritten."""

import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from board.store import BOARD_FILE
from metrics.errors import ArbiterError
from metrics.profile import Profile
from reports.made_by import made_by
from reports.request import Report, ReportRequest
from sight.opening import DESK
from sight.roles import Roles

_MANIFEST, _PROFILE, _MART = "manifest.json", "profile.json", "mart.duckdb"
_SAID = {
    "kind", "period", "roles", "as_of", "known_at", "profile_hash", "code_version", "draft", "files", "sha256",
}  # fmt: skip
_READ_ONLY = 0o444


@dataclass(frozen=True)
class Entry:
    """A frozen report: its folder `archive/<name of the report>/<number>`, and what its manifest says."""

    folder: Path
    number: int
    manifest: dict[str, Any]

    @property
    def files(self) -> list[Path]:
        """What was sent."""
        return [self.folder / name for name in self.manifest["files"]]

    @property
    def mart(self) -> Path:
        """The mart that it was made from."""
        return self.folder / _MART

    @property
    def as_of(self) -> datetime:
        """Its T, in UTC."""
        return datetime.fromisoformat(self.manifest["as_of"])

    @property
    def known_at(self) -> datetime:
        """When it was made: what the store had learned before that was known to it. In UTC."""
        return datetime.fromisoformat(self.manifest["known_at"])

    @property
    def roles(self) -> Roles:
        """For whom it was made."""
        return frozenset(self.manifest["roles"])

    def asked(self, desk: str) -> str:
        """What names it after `arbiter report again`, on the desk of that name: `monthly 2026-10 --role=arb`. Its folder is
        named by the board, the T and the roles that it has and that are not usual."""
        stem, period = self.folder.parent.name, str(self.manifest["period"])
        name, _, unusual = stem.removeprefix(f"{desk}-").partition(f"-{period}")
        kind = str(self.manifest["kind"])
        return " ".join(
            (
                kind, period,
                *([f"--board={name}"] if name != kind else []),
                *([f"--as-of={self.as_of.isoformat()}Z"] if unusual.startswith("-as-of-") else []),
                *([f"--role={role}" for role in sorted(self.roles)] if self.roles != DESK else []),
            )
        )  # fmt: skip

    def request(self, asked: ReportRequest, folder: Path) -> ReportRequest:
        """What was asked for when it was made: `asked`, which names it, with its T, its profile, and in `folder` a copy of
        what people had written; without one, nobody had. Raises ArbiterError when one of its files is not as it was archived,
        or when this version of the program cannot read its profile."""
        self._need_whole()
        written = folder / BOARD_FILE
        if BOARD_FILE in self.manifest["sha256"]:
            shutil.copyfile(self.folder / BOARD_FILE, written)  # it is opened for writing, and an entry never is
        due = self.manifest.get("due_at")  # older entries do not say it
        due_at = datetime.fromisoformat(due) if due else None
        return replace(asked, profile=self.profile(), as_of=self.as_of, due_at=due_at, written=written)

    def profile(self) -> Profile:
        """The profile that it was made by. Raises ArbiterError when this version of the program cannot read it."""
        try:
            return Profile.model_validate_json((self.folder / _PROFILE).read_bytes())
        except ValueError:
            raise ArbiterError(
                f"{self.folder / _PROFILE}: this version of the program cannot read that profile"
            ) from None

    def _need_whole(self) -> None:
        places = ((self.folder / name, digest) for name, digest in self.manifest["sha256"].items())
        damaged = [path.name for path, digest in places if not path.is_file() or sha256_of(path) != digest]
        if damaged:
            raise ArbiterError(
                f"{self.folder}: {', '.join(damaged)}: not as archived: bring it back from a backup, or move the folder out of "
                "the archive"
            )


def frozen(folder: Path, stem: str = "*") -> list[Entry]:
    """The entries of a desk's archive, of all reports or of those named `stem`; the latest of each last.
    Raises ArbiterError for one whose manifest is damaged."""
    found = [
        Entry(path.parent, int(path.parent.name), _manifest(path))
        for path in (folder / "archive").glob(f"{stem}/*/{_MANIFEST}")
        if path.parent.name.isdecimal()
    ]
    return sorted(found, key=lambda entry: (entry.folder.parent.name, entry.number))


def _manifest(path: Path) -> dict[str, Any]:
    with suppress(ValueError, TypeError):
        said = json.loads(path.read_bytes())
        if isinstance(said, dict) and said.keys() >= _SAID:
            for instant in ("as_of", "known_at"):
                datetime.fromisoformat(said[instant])
            return said
    raise ArbiterError(f"{path}: is damaged: bring it back from a backup, or move its folder out of the archive")


def freeze(report: Report, files: Sequence[Path]) -> Entry:
    """Archives the files of a report with the mart, the profile and the words of the board that they were made from, whole or
    not at all.

    The same files again are no new entry: the one that is there is returned. Other files get the next number.
    """
    request = report.request
    before = frozen(request.folder, request.stem)
    digests = {file.name: sha256_of(file) for file in files}
    if before and {name: before[-1].manifest["sha256"].get(name) for name in digests} == digests:
        return before[-1]
    place = request.folder / "archive" / request.stem
    place.mkdir(parents=True, exist_ok=True)
    making = Path(mkdtemp(prefix=".making-", dir=place))
    try:
        _fill(making, report, files)
        return _placed(making, place, before[-1].number if before else 0)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _fill(folder: Path, report: Report, files: Sequence[Path]) -> None:
    request = report.request
    made_from = {_MART: report.mart, **({BOARD_FILE: request.written} if request.written else {})}
    for name, file in ({file.name: file for file in files} | made_from).items():
        shutil.copyfile(file, folder / name)
    (folder / _PROFILE).write_text(request.profile.model_dump_json(exclude_unset=True), encoding="utf-8")
    store_version, published_at = report.db.execute("SELECT store_version, published_at FROM meta").fetchall()[0]
    manifest = {
        "desk": request.desk, "kind": request.kind, "period": request.period.text, "roles": sorted(request.roles),
        "as_of": request.as_of.isoformat(), "due_at": request.due.isoformat(), "known_at": published_at.isoformat(),
        "profile": request.profile.name,
        "profile_hash": request.profile.content_hash, "code_version": made_by(report.db), "store_version": store_version,
        "draft": report.complete.doubts, "files": [file.name for file in files],
        "sha256": {path.name: sha256_of(path) for path in sorted(folder.iterdir())},
    }  # fmt: skip
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(_READ_ONLY)


def _placed(making: Path, place: Path, last: int) -> Entry:
    """Moves the folder to the next free number: a rename takes no place that is taken."""
    making.chmod(0o755)
    number = last + 1
    while True:
        try:
            making.rename(place / str(number))
        except OSError:
            if not (place / str(number)).exists():
                raise
            number += 1
        else:
            folder = place / str(number)
            return Entry(folder, number, _manifest(folder / _MANIFEST))


def sha256_of(path: Path) -> str:
    """What a file's content is told by: its SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
