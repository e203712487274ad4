"""A report that is made for somebody who looks: by the command line, in the background, so that it is the same file."""

import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from reports.kinds import Kind
from reports.period import Period
from ui import format as fmt
from ui.background import Build, begin
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
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}


@dataclass
class Making:
    """A report that this session asked for: what it is called, where it is being made; then its files, or why not."""

    title: str
    desk: str
    build: Build
    folder: Path
    files: dict[str, bytes] | None = None
    failed: str = ""


def make(desk: DeskShown, config: Path, person: Person, kind: Kind, period: Period, board: str = "") -> None:
    """Begins to make a report for this session, of a board where it is on one; what it asked for before is forgotten."""
    place = desk.folder / "reports"
    place.mkdir(parents=True, exist_ok=True)
    _drop_forgotten(place)
    folder = place / f"{_FOLDER}{secrets.token_hex(8)}"
    folder.mkdir()
    roles = [f"--role={role}" for role in sorted(person.roles)]
    arguments = [
        "report",
        kind.name,
        period.text,
        f"--config={config}",
        f"--desk={desk.name}",
        *roles,
        *([f"--board={board}"] if board else []),
        f"--out={folder}",
    ]
    build = begin(arguments, folder / "log")
    st.session_state[_STATE] = Making(f"{kind.title}, {period.title}", desk.name, build, folder)


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
    """Its files into the session, and the folder away."""
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


def _drop_forgotten(place: Path) -> None:
    for folder in place.glob(f"{_FOLDER}*"):
        if time.time() - folder.stat().st_mtime > _FORGOTTEN_AFTER:
            shutil.rmtree(folder, ignore_errors=True)
