"""What a command tells on standard error: sentences, and progress bars on a terminal (lines elsewhere)."""

import sys
from typing import Any

from tqdm import tqdm

_LINE_EVERY = 1000


class Terminal:
    """Speaks on standard error. One bar at a time; a new label closes the one before."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._label = ""
        self._told = 0

    def say(self, text: str) -> None:
        """One sentence on a line of its own."""
        self._close()
        print(text, file=sys.stderr, flush=True)

    def count(self, label: str, done: int, total: int | None = None) -> None:
        """How far a step is: `done` of `total`, or of nobody knows how many."""
        if not sys.stderr.isatty():
            self._count_by_lines(label, done, total)
            return
        if label != self._label or self._bar is None:
            self._close()
            self._bar = tqdm(desc=label, total=total, file=sys.stderr, leave=True)
            self._label = label
        self._bar.total = total  # what a source expects may turn out too little
        self._bar.update(done - self._bar.n)
        if total is not None and done >= total:
            self._close()

    def _count_by_lines(self, label: str, done: int, total: int | None) -> None:
        """A line when a step begins and after every thousand."""
        if label != self._label:
            self._label, self._told = label, 0
            print(f"{label} …", file=sys.stderr, flush=True)
        if done - self._told >= _LINE_EVERY:
            self._told = done
            of = f" of {total}" if total is not None else ""
            print(f"{label}: {done}{of}", file=sys.stderr, flush=True)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        self._label = ""
