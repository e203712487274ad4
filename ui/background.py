"""A command of Arbiter that runs beside the dashboard, in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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


def begin(arguments: Sequence[str], log: Path) -> Build:
    """Starts `arbiter` with these arguments; what it says goes to the file `log`."""
    command = [sys.executable, "-m", "cli", *arguments]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=file)
    return Build(process, log, time.monotonic())
