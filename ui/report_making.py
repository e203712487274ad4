"""A report that is made for somebody who looks: by the command line, in the background, so that it is the same file."""

import secrets
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from reports.kinds import Kind
from reports.period import Period
from ui import format as fmt
from ui.background import Build, begin
from ui.guard import guarded
from ui.installation import DeskShown
from ui.people import Person

_STATE = "report"
_FOLDER = ".for-page-"
_FORGOTTEN_AFTER = 86_400  # seconds: a session that ended left its folder
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".md": "text/markdown",
    ".zip": "application/zip",
}


@dataclass
class Making:
    """A report that a session asked for: what it is called, where it is being made; then its files, or why not."""

    title: str
    desk: str
    build: Build
    folder: Path
    files: dict[str, bytes] | None = None
    failed: str = ""


@dataclass
class _Makings:
    lock: threading.Lock = field(default_factory=threading.Lock)
    of: dict[tuple[str, ...], Making] = field(default_factory=dict)


@st.cache_resource(show_spinner=False)
def _makings() -> _Makings:
    return _Makings()


@guarded
def make(desk: DeskShown, config: Path, person: Person, kind: Kind, period: Period, board: str = "") -> None:
    """Begins to make a report for this session, of a board where it is on one; what it asked for before is forgotten.
    Where the same one is already being made, for whomever, this session waits for that."""
    roles = [f"--role={role}" for role in sorted(person.roles)]
    arguments = (
        "report",
        kind.name,
        period.text,
        f"--config={config}",
        f"--desk={desk.name}",
        *roles,
        *([f"--board={board}"] if board else []),
    )
    wanted = (*arguments, *(_state(desk.board) if kind.reads_board else ()))
    makings = _makings()
    with makings.lock:
        makings.of = {one: making for one, making in makings.of.items() if making.build.running}
        if wanted not in makings.of:
            folder = _folder(desk.folder / "reports")
            build = begin([*arguments, f"--out={folder}"], folder / "log")
            makings.of[wanted] = Making(f"{kind.title}, {period.title}", desk.name, build, folder)
        st.session_state[_STATE] = makings.of[wanted]


def _state(board: Path) -> list[str]:
    """What changes with every write on the board, to its file or the log beside it: its words are others then."""
    found = []
    for path in (board, board.with_name(f"{board.name}-wal")):
        with suppress(FileNotFoundError):
            is_now = path.stat()
            found += [f"{path.name} {is_now.st_mtime_ns}"] if is_now.st_size else []
    return found


def _folder(place: Path) -> Path:
    """Where a report may be made; away with what was forgotten there."""
    for old in place.glob(f"{_FOLDER}*"):
        if time.time() - old.stat().st_mtime > _FORGOTTEN_AFTER:
            shutil.rmtree(old, ignore_errors=True)
    return place / f"{_FOLDER}{secrets.token_hex(8)}"


def show(desk: DeskShown) -> None:
    """What this session asked for: how far it is, or its files to take; nothing when it asked for nothing here."""
    making: Making | None = st.session_state.get(_STATE)
    if making and making.desk == desk.name:
        _show_building(making) if making.files is None else _show_files(making)


@st.fragment(run_every="1s")
def _show_building(making: Making) -> None:
    if not making.build.running:
        _take(making)
        st.rerun()
    st.info(
        f"{fmt.plain(making.title)}: {fmt.plain(making.build.last_line()) or 'beginning'}, {making.build.seconds} s so far.",
        icon=":material/hourglass_top:",
    )


def _take(making: Making) -> None:
    """Its files into the sessions that asked for it, and the folder away."""
    with _makings().lock:
        if making.files is not None:  # another one came first
            return
        if making.build.process.returncode:
            making.failed = making.build.last_line()
        making.files = {
            path.name: path.read_bytes()
            for path in sorted(making.folder.iterdir())
            if path.is_file() and path.name != "log"
        }
        shutil.rmtree(making.folder, ignore_errors=True)


def _show_files(making: Making) -> None:
    if making.failed:
        st.warning(f"The report could not be made: {fmt.plain(making.failed)}", icon=":material/info:")
        return
    with st.container(key="report-files", horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/task: **{fmt.plain(making.title)}** is ready.", width="content")
        for name, content in (making.files or {}).items():
            offer(name, content, "made")


def offer(name: str, content: bytes, place: str) -> None:
    """A button that gives a file; `place` on the page tells it from another of that name."""
    kind = _TYPES.get(Path(name).suffix, "application/octet-stream")
    st.download_button(name, content, name, kind, key=f"{place}-{name}", on_click="ignore", icon=":material/download:")
