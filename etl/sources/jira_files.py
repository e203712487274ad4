"""Jira issues from files (`kind = "jira-files"`): search pages, or one issue a line; .json, .jsonl, .gz."""

import glob
import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import msgspec

from etl.http import SourceError
from etl.rejected import UNREADABLE
from etl.sources.jira_names import Named

# A batch costs the landing some 0.1 s whatever its size, and about five times its bytes in memory.
_BATCH_BYTES = 80 * 2**20
_BATCH_ISSUES = 5_000
_FIRST_ISSUES = 1_000  # in the first batch, then twice as many each time: so the landing has work at once
_READ_BYTES = 2**20


class _Page(msgspec.Struct):
    """A search page, or an issue: of either only what is looked at."""

    issues: list[msgspec.Raw] | None = None
    names: dict[str, str] | None = None
    self: str = ""


class _Issue(msgspec.Struct):
    """What makes a JSON object an issue."""

    id: msgspec.Raw
    key: msgspec.Raw
    fields: msgspec.Raw


class _Item(msgspec.Struct, rename="camel"):
    field: str = ""
    from_string: str | None = None
    to_string: str | None = None


class _Entry(msgspec.Struct):
    items: list[_Item] = []


class _Changelog(msgspec.Struct):
    histories: list[_Entry] = []


class _Of(msgspec.Struct):
    key: str = ""
    name: str = ""


class _Fields(msgspec.Struct):
    project: _Of | None = None
    status: _Of | None = None


class _Moved(msgspec.Struct):
    """Where an issue is and was."""

    key: str
    fields: _Fields
    changelog: _Changelog | None = None

    @property
    def project(self) -> str:
        return (self.fields.project and self.fields.project.key) or self.key.rpartition("-")[0]

    @property
    def statuses(self) -> set[str]:
        items = [item for entry in (self.changelog or _Changelog()).histories for item in entry.items]
        moves = {name for item in items if item.field == "status" for name in (item.from_string, item.to_string)}
        return {name for name in (self.fields.status and self.fields.status.name, *moves) if name}


_ISSUE = msgspec.json.Decoder(_Issue)
_MOVED = msgspec.json.Decoder(_Moved)
_NAMED = msgspec.json.Decoder(list[Named])
_PAGE = msgspec.json.Decoder(_Page)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


class FileIssue(msgspec.Struct, gc=False):
    """An issue's JSON text and where it stands, for reports such as `exports/a.jsonl:17`."""

    text: bytes
    place: str


class JiraFiles:
    """The files that `pattern` (relative to `base`) names. Raises SourceError when there are none."""

    def __init__(self, pattern: str, base: Path) -> None:
        self.paths = [Path(p) for p in sorted(glob.glob(str(base / pattern), recursive=True))]  # noqa: PTH207 (absolute patterns)
        self.paths = [p for p in self.paths if p.is_file() and p.name not in ("fields.json", "statuses.json")]
        if not self.paths:
            raise SourceError(f"{base / pattern}: no file is there; allowed: Jira issues as .json, .jsonl, .gz")
        self.broken: list[str] = []

    def fields(self) -> list[dict[str, Any]]:
        """Fields as `/rest/api/2/field` answers: from fields.json beside the files, else from `names` in a page."""
        listed = self._beside("fields.json")
        return listed or [{"id": id_, "name": name, "custom": True} for id_, name in self._names().items()]

    def statuses(self) -> list[dict[str, Any]]:
        """Statuses as `/rest/api/2/status` answers, from statuses.json beside the files; empty without it."""
        return self._beside("statuses.json")

    def site(self) -> str:
        """The address of the Jira that the first readable issue comes from (its `self`), or empty."""
        for path in self.paths:
            for issue in self._issues(path):
                with suppress(*UNREADABLE):  # the landing says which one cannot be read
                    address, rest, _ = _PAGE.decode(issue.text).self.partition("/rest/api/")
                    return address if rest else ""
        return ""

    def met(self) -> tuple[int, set[str], set[str]]:
        """How many issues there are, their projects, and the statuses in which they are or were; of those that can be read."""
        issues, projects, statuses = 0, set[str](), set[str]()
        for path in self.paths:
            for issue in self._issues(path):
                with suppress(*UNREADABLE):
                    moved = _MOVED.decode(issue.text)
                    issues += 1
                    projects.add(moved.project)
                    statuses |= moved.statuses
        return issues, projects, statuses

    def unreadable(self) -> dict[Path, str]:
        """The files that have something in them and no issue that can be read, with a sentence each."""
        return {path: why for path in self.paths if (why := self._why_unreadable(path))}

    def _why_unreadable(self, path: Path) -> str:
        self.broken.clear()
        tried = 0
        for issue in self._issues(path):
            tried += 1
            with suppress(*UNREADABLE):
                _ISSUE.decode(issue.text)
                return ""
        if self.broken or not tried:
            return "".join(self.broken[:1])
        return f"{path}: no Jira issue in it can be read; allowed: issues in JSON, one a line, or search pages"

    def batches(self) -> Iterator[list[FileIssue]]:
        """All issues in batches bounded in number and bytes. Broken lines are kept in `broken` and left out."""
        self.broken.clear()
        batch: list[FileIssue] = []
        size, most = 0, _FIRST_ISSUES
        for path in self.paths:
            for issue in self._issues(path):
                batch.append(issue)
                size += len(issue.text)
                if len(batch) >= most or size >= _BATCH_BYTES:
                    yield batch
                    batch, size, most = [], 0, min(2 * most, _BATCH_ISSUES)
        if batch:
            yield batch

    def _issues(self, path: Path) -> Iterator[FileIssue]:
        try:
            with _opened(path) as file:
                whole = _whole_document(path, file)
                if whole is not None:
                    yield from (FileIssue(bytes(issue), f"{path}: issue {n}") for n, issue in enumerate(whole, 1))
                else:
                    file.seek(0)
                    yield from self._lines(path, file)
        except (OSError, EOFError, zlib.error) as error:
            self.broken.append(f"{path}: the file cannot be read to its end: {error}")

    def _lines(self, path: Path, file: IO[bytes]) -> Iterator[FileIssue]:
        """Issues as they stand: only a line that may be a search page is parsed here; the landing judges the rest."""
        for number, line in enumerate(file, 1):
            place = f"{path}:{number}"
            if line.isspace():
                continue
            if b'"issues"' not in line[: line.find(b'"fields":')]:  # a page names its issues before their fields
                yield FileIssue(line, place)
                continue
            try:
                page = _PAGE.decode(line)
            except UNREADABLE as error:
                self.broken.append(f"{place}: no Jira issue in JSON: {error}")
                continue
            issues = [line] if page.issues is None else [bytes(raw) for raw in page.issues]
            yield from (FileIssue(text, place) for text in issues)

    def _names(self) -> dict[str, str]:
        """`names` of the first document of each file (what `expand=names` adds)."""
        names: dict[str, str] = {}
        for path in self.paths:
            try:
                with _opened(path) as file:
                    text = file.read() if _is_document(path) else file.readline()
                names |= _PAGE.decode(text).names or {}
            except (OSError, EOFError, zlib.error, *UNREADABLE):
                continue  # a broken file is reported when its issues are read
        return names

    def _beside(self, name: str) -> list[dict[str, Any]]:
        found: list[Named] = []
        for folder in sorted({p.parent for p in self.paths}):
            path = folder / name
            if path.is_file():
                try:
                    found += _NAMED.decode(path.read_bytes())
                except UNREADABLE as error:
                    raise SourceError(f"{path}: not a list as Jira's REST answers it: {error}") from None
        return [msgspec.structs.asdict(one) for one in found]


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb", buffering=_READ_BYTES)  # type: ignore[return-value]


def _is_document(path: Path) -> bool:
    return path.name.removesuffix(".gz").endswith(".json")


def _whole_document(path: Path, file: IO[bytes]) -> list[msgspec.Raw] | None:
    """The issues of a file that is one JSON document (page, issue, or list of issues); None: read it by lines."""
    if not _is_document(path):
        return None
    text = file.read()
    try:
        page = _PAGE.decode(text)
        return [msgspec.Raw(text)] if page.issues is None else page.issues
    except UNREADABLE:
        pass
    try:
        return _LIST.decode(text)
    except UNREADABLE:
        return None
