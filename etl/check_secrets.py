"""Whether the environment holds what a source is signed in to with."""

from collections.abc import Iterable

from etl.config import credentials, secret_prefix


def no_token(desk: str, source: str, also: str) -> Iterable[tuple[bool, str]]:
    """Which variables to set, if there is no token; `also` says what goes with it, `{prefix}` for its beginning."""
    if not credentials(desk, source).token:
        prefix = secret_prefix(desk, source)
        yield False, f"no token: set {prefix}_TOKEN{also.format(prefix=prefix)}"
