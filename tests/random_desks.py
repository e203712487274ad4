"""How many random desks a test makes: a few that are the same in every run, or as many as ARBITER_EXAMPLES says."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings


def random_desks(usually: int) -> Callable[[Any], Any]:
    """The settings of a test that builds whole marts: `usually` examples, without a deadline."""
    return settings(
        max_examples=int(os.environ.get("ARBITER_EXAMPLES", usually)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
