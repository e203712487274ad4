"""Keys of hidden tickets in texts: one pattern, for DuckDB's regular expressions and Python's alike.

DuckDB's look neither ahead nor behind, so what stands beside a key belongs to the match and is put back. Two keys with one
character between them would share it: what a first run leaves of them, a second one finds.
"""

import re
from collections.abc import Callable, Sequence

from metrics.sql_text import literal

RESTRICTED = "(restricted)"
_PUT = rf"\1{RESTRICTED}\2"


def mask_sql(column: str, projects: Sequence[str], keys: Sequence[str]) -> str:
    """SQL: a text without the keys of `projects` and without `keys`; most texts hold none, and a plain search says so
    first."""
    pattern = _pattern(projects, keys)
    if not pattern:
        return column
    begins = sorted({f"{project}-" for project in projects} | {key[: key.rfind("-") + 1] for key in keys})
    suspect = " OR ".join(f"contains(lower({column}), {literal(begin.lower())})" for begin in begins)
    masked = column
    for _ in range(2):
        masked = f"regexp_replace({masked}, {literal(pattern)}, {literal(_PUT)}, 'g')"
    return f"CASE WHEN {suspect} THEN {masked} ELSE {column} END"


def mask(projects: Sequence[str], keys: Sequence[str]) -> Callable[[str], str]:
    """What makes of a text the same as `mask_sql`."""
    pattern = _pattern(projects, keys)
    if not pattern:
        return str
    hidden = re.compile(pattern, re.ASCII)
    return lambda text: hidden.sub(_PUT, hidden.sub(_PUT, text))


def _pattern(projects: Sequence[str], keys: Sequence[str]) -> str:
    """Whole keys: DSEC-1 stands neither in XDSEC-1 nor in DSEC-12, but in _DSEC-1_, and beside a letter with an accent."""
    wanted = [*(rf"{re.escape(project)}-[0-9]+" for project in projects), *map(re.escape, keys)]
    return rf"(^|[^A-Za-z0-9])(?:(?i:{'|'.join(wanted)}))+([^0-9]|$)" if wanted else ""
