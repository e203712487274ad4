"""A command of Arbiter that runs beside the dashboard, in a process of its own."""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from metrics.errors import ArbiterError

_AT_ONCE = 3  # each makes a mart, and they wait for each other and for a sync of their desk
_ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Build:
    """Something that is being made."""

    process: subprocess.Popen[bytes]
    log: Path
    started: float

    @property
    def running(self) -> bool:
        """Whether it is not done yet."""
        return self.process.poll() is None

    @property
    def seconds(self) -> int:
        """How long it has been running."""
        return int(time.monotonic() - self.started)

    def last_line(self) -> str:
        """What it said last."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n") if self.log.exists() else []
        return next((line.removeprefix("arbiter: ") for line in reversed(lines) if line.strip()), "")


@dataclass
class _Begun:
    lock: threading.Lock = field(default_factory=threading.Lock)
    builds: list[Build] = field(default_factory=list)


@st.cache_resource(show_spinner=False)
def _begun() -> _Begun:
    return _Begun()


def begin(arguments: Sequence[str], log: Path) -> Build:
    """Starts `arbiter` with these arguments; what it says goes to the file `log`, whose folder is made.

    Raises ArbiterError when as many are running as may at once, whoever asked for them.
    """
    begun = _begun()
    with begun.lock:
        begun.builds = [build for build in begun.builds if build.running]
        if len(begun.builds) >= _AT_ONCE:
            raise ArbiterError("Other reports or instants are being made, and no more at once: try again in a moment.")
        build = _start(arguments, log)
        begun.builds.append(build)
        return build


def _start(arguments: Sequence[str], log: Path) -> Build:
    command = [sys.executable, "-m", "cli", *arguments]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=file)
    return Build(process, log, time.monotonic())
