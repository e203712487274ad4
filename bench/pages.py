"""The queries of every page, as the page asks them: the application itself runs, and its connections are timed."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from streamlit.testing.v1 import AppTest

from ui.installation import CONFIG_VARIABLE, installation
from ui.mart import Snapshot
from ui.navigation import listed_for
from ui.people import ANYBODY

_APP = Path(__file__).resolve().parent.parent / "app.py"
_CONFIG = """
[desk.bench]
profile = "desp"
[[desk.bench.source]]
name = "jira"
kind = "jira"
url = "https://jira.example.org"
projects = ["DSD"]
"""
_ASKED = {"ticket": {"key": "DSD-1000001"}}  # what a page needs to have anything to show


class _Timed:
    """A connection that notes how long each of its calls takes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spent: list[float]) -> None:
        self._connection, self._spent = connection, spent

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._connection, name)

        def timed(*arguments: Any) -> Any:
            started = time.perf_counter()
            found = call(*arguments)
            self._spent.append(time.perf_counter() - started)
            return _Timed(found, self._spent) if isinstance(found, duckdb.DuckDBPyConnection) else found

        return timed


def page_queries(mart_dir: Path, narrowed: dict[str, list[str]], times: int = 5) -> dict[str, float]:
    """Per title of a page: milliseconds (median) of all its queries together, narrowed to these values (none: all).

    What is asked once a mart, such as the choices of the filters, is not in it. Raises RuntimeError for a page that
    could not be shown.
    """
    spent: list[float] = []
    plain = Snapshot.cursor
    setattr(Snapshot, "cursor", lambda shown: _Timed(plain(shown), spent))  # noqa: B010
    with tempfile.TemporaryDirectory() as folder:
        os.environ[CONFIG_VARIABLE] = str(_installation(Path(folder), mart_dir))
        shown = listed_for(ANYBODY, installation().desks[0], 1)
        return {page.title: _page(page.file, page.title, narrowed, spent, times) for page in shown}


def _installation(folder: Path, mart_dir: Path) -> Path:
    (folder / "data" / "bench").mkdir(parents=True)
    (folder / "data" / "bench" / "mart").symlink_to(mart_dir.resolve())
    config = folder / "arbiter.toml"
    config.write_text(_CONFIG, encoding="utf-8")
    return config


def _page(file: str, title: str, narrowed: dict[str, list[str]], spent: list[float], times: int) -> float:
    found = []
    for _ in range(times + 1):  # the first time reads the file
        app = AppTest.from_file(str(_APP), default_timeout=600).run()
        app.query_params.update(narrowed | _ASKED.get(file, {}))
        app.switch_page(f"pages/{file}.py")
        spent.clear()
        app.run()
        if app.exception or app.error:
            raise RuntimeError(f"{title} could not be shown: {[e.value for e in [*app.exception, *app.error]]}")
        found.append(sum(spent) * 1000)
    return statistics.median(found[1:])
