"""A desk in September 2025 whose tickets hold nasty texts and planted words, and its reports, made as a command makes them."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

from docx import Document

from etl.config import Desk
from launch.reporting import publisher, report_request
from launch.terminal import Terminal
from metrics.profile import Role
from reports.kinds import make_report
from reports.request import Publish
from sight.opening import DESK
from tests.desks import jira_issue, store_of
from tests.naive.examples import change, faultless, moves
from tests.naive.history import Ticket

PLANTED, OPERATIONS, PERSON = "Xyzzyplanted", "Qqoperations", "Zorromask"  # of DSEC, of DPM, of a person
EVIL = "http://evil.example"
NASTY = (
    f'=HYPERLINK("{EVIL}","x") <img src=x onerror=alert(1)> **bold** [a]({EVIL}) | `code` \x07\x0b\u202eabc مرحبا 😀 '
    + "long " * 8000
)
PATH = moves("OPEN", "1 10:00 RECEIVED", "1 11:00 TO DO", "2 09:00 IN PROGRESS")
_WHO = {"assignee": PERSON.lower(), "reporter": "ann", "service": "Portal"}


def tickets() -> list[Ticket]:
    """One with a nasty text, flagged for ESA; one that came again; one of operations; one that only security may see."""
    again = moves("OPEN", "3 10:00 RECEIVED", "3 11:00 TO DO", "4 09:00 DONE", "9 09:00 TO DO", "10 09:00 DONE",
                  "11 09:00 CLOSED")  # fmt: skip
    passed = [*moves("OPEN", "8 10:00 RECEIVED", "8 11:00 TO DO", "9 09:00 DELEGATED"),
              change("8 12:00", "eta", None, "2025-09-19")]  # fmt: skip
    secret = {"summary": PLANTED, "description": PLANTED, "assignee": PLANTED.lower(), "reporter": PLANTED.lower()}
    return [
        faultless("DSD-1", "1 09:00", *PATH, summary=NASTY, esa_arb="true", provider=NASTY[:200], **_WHO),
        faultless("DSD-2", "3 09:00", *again, summary="Which format?", **_WHO),
        faultless("DSD-3", "8 09:00", *passed, summary=f"No tiles since {PLANTED[:3]}", eta="2025-09-19", **_WHO),
        faultless("DPM-4", "8 09:00", *moves("TO DO", "9 09:00 DONE"), summary=OPERATIONS),
        faultless("DSEC-5", "8 09:00", *moves("OPEN", "9 09:00 RECEIVED"), esa_arb="true", **secret),
    ]


def desk_in(folder: Path, *told: Ticket, deployments: Path | None = None) -> Desk:
    """The desk with its store in a folder; nothing is published."""
    store_of([jira_issue(ticket) for ticket in told or tickets()], folder / "store.duckdb")
    return Desk("desk", "desp", [], folder, folder, deployments)


def files_of(desk: Desk, kind: str, period: str, *roles: Role, out: str = "out", **asked: Any) -> dict[str, Path]:
    """The files of a report by their names' end after the period."""
    request = report_request(desk, kind, period, asked.get("as_of"), frozenset(roles) or DESK, asked.get("board", ""))
    files, _ = make_report(request, _once(desk), desk.folder / out, lambda label, done, total: None)
    return {file.name.removeprefix(request.stem): file for file in files}


def _once(desk: Desk) -> Publish:
    """Publishes a mart as of each T once: several reports are of the same one."""

    def make(as_of: datetime, out: Path, **_: object) -> None:
        kept = desk.folder / f"{as_of:%Y%m%dT%H%M%S}.duckdb"
        if not kept.exists():
            publisher(desk, Terminal())(as_of, kept)
        shutil.copyfile(kept, out)

    return make


def bytes_of(file: Path) -> bytes:
    """All that a file holds, unpacked where it is packed."""
    if not is_zipfile(file):
        return file.read_bytes()
    with ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def text_of(file: Path) -> str:
    """The text of a document, its tables too, in their order."""
    document = Document(str(file))
    return "\n".join("".join(run.text or "" for run in p.iter(_TEXT)) for p in document.element.body.iter(_PARAGRAPH))


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TEXT = f"{_WORD}p", f"{_WORD}t"
