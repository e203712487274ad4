"""Which program made a report: the version of what makes the mart, and of what makes the papers of it."""

from hashlib import sha256
from pathlib import Path

import duckdb

import reports
import sight

_MAKE_THE_PAPERS = [
    path for package in (reports, sight) for path in sorted(Path(package.__file__ or "").parent.rglob("*.py"))
]
_PAPERS_VERSION = sha256(b"".join(path.read_bytes() for path in _MAKE_THE_PAPERS)).hexdigest()[:12]


def made_by(mart: duckdb.DuckDBPyConnection) -> str:
    """What makes a report from this mart: `0.1.0+fc85b23f21b5.9a1c02d3e4f5`."""
    return f"{mart.execute('SELECT code_version FROM meta').fetchall()[0][0]}.{_PAPERS_VERSION}"
