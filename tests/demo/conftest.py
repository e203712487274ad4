"""One simulated desk for all tests of the demo; who spoils it takes a copy."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from demo.desk import simulate
from demo.site import JiraSite

UNTIL = datetime(2026, 11, 18, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def desk() -> JiraSite:
    """The desk of `make run`: all of its three thousand tickets."""
    return simulate(seed=7, until=UNTIL)


@pytest.fixture(scope="session")
def small_desk() -> JiraSite:
    """A few hundred tickets, for what has to be served."""
    return simulate(seed=7, until=UNTIL, tickets=400, months=6)
