"""The order of batches that land side by side."""

from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any


class Turn:
    """A batch's place: it decides what to take in after those before have decided, and is in after those before are in.
    Between the two its rows are written, side by side with those of the batches before. Alone, it is its turn at once.
    """

    landed: Future[None]  # its landing as a whole: who runs it sets this before there is a next turn

    def __init__(self, before: "Turn | None" = None) -> None:
        self._before = before
        self._tickets: set[str] = set()
        self._decided: Future[int] = Future()

    def to_decide(self, tickets: set[str]) -> int:
        """Wait until the batches before have decided; until they are in, if one of them has any of these tickets.

        Returns the last number that they gave to a ticket, 0 if none did. Raises what the batch before failed with.
        """
        self._tickets = tickets
        before = self._before
        if before is None:
            return 0
        either: list[Future[Any]] = [before._decided, before.landed]  # it may have failed before
        wait(either, return_when=FIRST_COMPLETED)
        if before.landed.done() or not self._tickets.isdisjoint(before._on_their_way()):
            self.to_land()
        return before._decided.result()

    def decided(self, last: int) -> None:
        """Let the next batch decide. `last`: the last number that was given to a ticket."""
        self._decided.set_result(last)

    def to_land(self) -> None:
        """Wait until the batches before are in. Raises what the batch before failed with."""
        before, self._before = self._before, None
        if before is not None:
            before.landed.result()

    def _on_their_way(self) -> set[str]:
        """The tickets of this batch and of those before that may not be in yet."""
        before = self._before
        return self._tickets | (before._on_their_way() if before else set())
