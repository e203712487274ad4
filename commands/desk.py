"""What the options of a command name: the desk, instants on its calendar, and the mart that is current there."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from etl.config import Desk, load_config
from etl.marts import current_mart
from metrics.errors import ArbiterError, first_line
from metrics.instant import read_instant
from metrics.profile import Profile


def desk_of(options: Namespace) -> Desk:
    """The desk of `--config` and `--desk`. Raises ConfigError for a configuration or a name that is none."""
    return load_config(options.config).desk(options.desk)


def as_of(options: Namespace, profile: Profile) -> datetime | None:
    """The T of `--as-of` in UTC; None: now. Says what one in the future means; a date alone may be today's. Raises
    ConfigError for what is no instant."""
    at = _instant("--as-of", options.as_of, profile)
    if at is None:
        return None
    from etl.store import utc_now  # who asks for the desk as it is waits for nothing that makes a mart
    from launch.terminal import Terminal

    if at > utc_now() + timedelta(days=1):
        Terminal().say("--as-of lies in the future: what runs goes on until then as if nothing happened")
    return at


def known_at(options: Namespace, profile: Profile) -> datetime | None:
    """The K of `--known-at` in UTC; None: all that is known now. Raises ConfigError for what is no instant."""
    return _instant("--known-at", options.known_at, profile)


def _instant(option: str, text: str | None, profile: Profile) -> datetime | None:
    return None if text is None else read_instant(text, profile, option)


def published_mart(desk: Desk) -> Path:
    """The current mart. Raises ArbiterError when there is none."""
    mart = current_mart(desk.mart_dir)
    if mart is None:
        pointer = desk.mart_dir / "current"
        if pointer.exists():
            raise ArbiterError(f"{pointer}: names no mart that is there: run `arbiter publish`")
        raise ArbiterError(f"{desk.mart_dir}: nothing was published yet: run `arbiter sync` first")
    return mart


@contextmanager
def reading(mart: Path) -> Iterator[None]:
    """Raises ArbiterError when the mart is damaged, or was made by a version of the program that made others."""
    try:
        yield
    except duckdb.Error as error:
        raise ArbiterError(
            f"{mart}: cannot be read: `arbiter publish --full` makes it anew ({first_line(error)})"
        ) from error
