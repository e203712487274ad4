"""How the simulated Jira can be told to misbehave: each fault aimed, counted, and done with after its strikes."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from demo.site import JiraSite

KINDS = {
    "429": "429 Too Many Requests; value: seconds for Retry-After",
    "429-date": "429 whose Retry-After is an HTTP date, value seconds ahead",
    "500": "500 with a JSON error",
    "502": "502 with a proxy's HTML page",
    "503": "503; value: seconds for Retry-After, if any",
    "504": "504 with a proxy's HTML page",
    "400": "400 Bad Request, as of a call with one issue that the server cannot take",
    "401": "401 Unauthorized, as when a token expires",
    "403": "403 Forbidden",
    "404": "404 Not Found, as of a resource that an older version does not have",
    "slow": "the answer comes after `value` seconds",
    "truncated": "half of the body, under the length of the whole, then the line is cut",
    "short-json": "half of the body, under its own length: valid HTTP, broken JSON",
    "reset": "the connection is closed before an answer",
    "html": "200 with a proxy's HTML page",
    "bad-json": "200 with a body that is not JSON",
    "anonymous": "the request counts as anonymous: 200 and nothing in it",
    "empty-page": "a search page without issues, though more follow",
    "short-page": "a search page with only its first `value` issues (default 1), though more were due",
    "duplicate-page": "the issues of the page before once more (the walk goes on after it)",
    "token-loop": "Cloud: the token of this page is the one it was asked with",
    "lost-token": "Cloud: the page has no token though more follow",
    "wrong-total": "Data Center: a total that is too small by `value` (default: what this page ends at)",
    "no-history": "the changelog of every issue in the answer is empty",
    "edited": "`edit` is called with the answer, and what it returns is answered instead",
    "change": "`do` is called with the site before the request is answered (deletes, moves, updates while paging)",
}


@dataclass
class Fault:
    """One misbehaviour: of which `kind`, where, after how many matching requests, how often (-1: for ever)."""

    kind: str
    on: str = ""
    skip: int = 0
    times: int = 1
    value: float | None = None
    do: Callable[[JiraSite], object] | None = None
    edit: Callable[[Any], Any] | None = None
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault '{self.kind}'; there are {', '.join(KINDS)}.")

    def strikes(self, path: str) -> bool:
        """Whether it strikes the request for `path` now; counts it."""
        if self.on not in path or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        self.struck += 1
        return True


@dataclass
class Faults:
    """The faults of a server. `rate` strikes that share of all requests at random (seeded) with one of `mix`."""

    planned: list[Fault] = field(default_factory=list)
    rate: float = 0.0
    mix: tuple[str, ...] = ("429", "500", "503", "truncated", "reset")
    seed: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()

    @classmethod
    def parse(cls, text: str) -> Faults:
        """Faults from `kind[=value][@path][*times][+skip],…` or a share such as `5%`; raises ValueError."""
        faults = cls()
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            if part.endswith("%"):
                faults.rate = float(part[:-1]) / 100
            else:
                faults.planned.append(_parse_fault(part))
        return faults

    def add(self, kind: str, **aim: object) -> Fault:
        """Plans one more fault and returns it, so that a test can ask how often it struck."""
        fault = Fault(kind, **aim)  # type: ignore[arg-type]
        with self._lock:
            self.planned.append(fault)
        return fault

    def strike(self, path: str) -> list[Fault]:
        """The faults that hit this request, in the order planned."""
        with self._lock:
            hit = [fault for fault in self.planned if fault.strikes(path)]
            if not hit and self.rate and self._random.random() < self.rate:
                hit = [Fault(self._random.choice(self.mix), value=0, struck=1)]
            return hit


def _parse_fault(text: str) -> Fault:
    rest, numbers = text, {"+": 0, "*": 1}
    for mark in "+*":
        rest, _, number = rest.partition(mark)
        if number:
            numbers[mark] = int(number)
    rest, _, path = rest.partition("@")
    kind, _, value = rest.partition("=")
    return Fault(kind, path, numbers["+"], numbers["*"], float(value) if value else None)
