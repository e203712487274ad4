"""One writer a desk: a lock on a file, let go by the system when the process ends, however it ends."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from metrics.errors import ArbiterError


@contextmanager
def only_writer(folder: Path, wait: bool = False, say: Callable[[str], None] = print) -> Iterator[None]:
    """Holds the desk in `folder`.

    When another sync or publish holds it: raises ArbiterError at once, or says so and waits until it is done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise ArbiterError(
                    f"{folder}: another sync or publish of this desk is running: wait until it is done"
                ) from None
            say("waiting for a sync or publish of this desk that is running")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
