"""The desk as it was at another instant: what the address asks for, and the mart that answers it."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import streamlit as st

from metrics.errors import ArbiterError, ConfigError
from metrics.instant import read_instant
from ui import format as fmt
from ui.background import Build, begin
from ui.installation import DeskShown
from ui.mart import Snapshot

ADDRESS, KNOWN = "as_of", "known"  # in the address; KNOWN is `then` for what was known then
KEPT = 6


@dataclass(frozen=True)
class Asked:
    """What the address asks for: `text` as it stands there, the instant in UTC, and by whose knowledge."""

    text: str
    at: datetime
    known_then: bool


@dataclass
class _Builds:
    lock: threading.Lock = field(default_factory=threading.Lock)
    of: dict[Path, Build] = field(default_factory=dict)


def written_until(snapshot: Snapshot) -> str | None:
    """Until when what people wrote counts (UTC, ISO text): looking at another instant, only what had been written by then; for
    now (None), what was since the last publish, too."""
    return snapshot.as_of.isoformat(timespec="microseconds") if ADDRESS in st.query_params else None


def kept() -> dict[str, str]:
    """What a link to another page takes along in the address: the desk, and the instant that is shown."""
    return {name: value for name in ("desk", ADDRESS, KNOWN) if (value := st.query_params.get(name))}


@st.cache_resource(show_spinner=False)
def _builds() -> _Builds:
    return _Builds()


def asked(text: str | None, known: str | None, desk: DeskShown, now: Snapshot) -> Asked | None:
    """What `as_of` and `known` of the address ask for; None for now. Raises ArbiterError for what cannot be answered."""
    if text is None and known is None:
        return None
    if text is None:
        raise ArbiterError(f"The address asks for `known={fmt.plain(known)}` without `as_of`, which says when.")
    if known not in (None, "then"):
        raise ArbiterError(f"The address asks for `known={fmt.plain(known)}`: allowed is `then`.")
    if desk.profile is None:
        raise ArbiterError("The profile of this desk cannot be read, so only its last figures can be shown.")
    try:
        at = read_instant(text, desk.profile)
    except ConfigError as error:
        raise ArbiterError(f"The address asks for `as_of`, {fmt.plain(str(error))}.") from None
    if at > now.as_of:
        last = fmt.end(now.as_of, now.zone)
        raise ArbiterError(f"The address asks for {fmt.end(at, now.zone)}; the latest figures are of {last}.")
    return Asked(text, at, known == "then")


def mart_as_of(desk: DeskShown, config: Path, now: Snapshot, wanted: Asked) -> Path | Build:
    """The mart's file, or its building, which is begun if need be. Raises ArbiterError when it cannot be built."""
    path = _path(desk, now, wanted)
    builds = _builds()
    with builds.lock:
        build = builds.of.get(path)
        if build and build.running:
            return build
        if build:
            del builds.of[path]
            said = build.last_line()
            build.log.unlink(missing_ok=True)
            if build.process.returncode:
                raise ArbiterError(f"The desk as of then could not be built: {fmt.plain(said)}")
        if path.exists():
            path.touch()  # the oldest in use goes first
            return path
        builds.of[path] = _begin(path, desk, config, wanted)
        _drop_old(path.parent)
        return builds.of[path]


def _path(desk: DeskShown, now: Snapshot, wanted: Asked) -> Path:
    """The same T by other knowledge or other rules is another file."""
    basis = sha256(now.made_from.encode()).hexdigest()[:12]
    return (
        desk.folder / "as_of" / f"{wanted.at:%Y%m%dT%H%M%S%f}-{'then' if wanted.known_then else 'now'}-{basis}.duckdb"
    )


def _begin(path: Path, desk: DeskShown, config: Path, wanted: Asked) -> Build:
    at = f"{wanted.at.isoformat()}+00:00"
    arguments = [
        "publish", f"--config={config}", f"--desk={desk.name}", f"--as-of={at}", f"--out={path}", "--wait",
        *([f"--known-at={at}"] if wanted.known_then else []),
    ]  # fmt: skip
    return begin(arguments, path.with_suffix(".log"))


def _drop_old(folder: Path) -> None:
    """Room for one more; a reader who has an old one open goes on with it."""
    newest_first = sorted(folder.glob("*.duckdb"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[KEPT - 1 :]:
        path.unlink(missing_ok=True)


@st.fragment(run_every="1s")
def show_building(build: Build, wanted: Asked, now: Snapshot) -> None:
    """Says that the mart is being made, for how long already, and shows it as soon as it is there."""
    if not build.running:
        st.rerun()
    waiting = "waiting for a sync that is running" if "waiting" in build.last_line() else "building it"
    with st.container(horizontal=True, key="building"):
        st.info(
            f"The desk as of {fmt.end(wanted.at, now.zone)}: {waiting}, {build.seconds} s so far.",
            icon=":material/hourglass_top:",
        )
