"""One writer a desk: a lock on a file, let go by the system when the process ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from metrics.errors import ArbiterError


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Holds the desk in `folder`. Raises ArbiterError at once when another sync or publish holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArbiterError(
                f"{folder}: another sync or publish of this desk is running: wait until it is done"
            ) from None
        yield
