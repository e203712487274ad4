"""What several commands print."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what prints JSON alone does not wait for it
    from etl.publish import Published


def print_json(value: Any) -> None:
    """Print a result as JSON; instants and paths as their text."""
    print(json.dumps(value, indent=2, default=str))


def published_line(published: "Published") -> str:
    """A mart that was published, in one line."""
    known = f" as known at {published.known_at:%Y-%m-%d %H:%M:%S} UTC" if published.known_at else ""
    return (
        f"{published.path}: as of {published.as_of:%Y-%m-%d %H:%M:%S} UTC{known}, {published.tickets} tickets, "
        f"{published.excluded} left out, {published.recomputed} recomputed"
    )
