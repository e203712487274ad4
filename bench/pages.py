"""The queries of every page, as the page asks them: the application itself runs, and its connections are timed."""

import logging
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
from ui.mart import Snapshot, current_version
from ui.navigation import Listed, listed_for
from ui.people import ANYBODY

_NO_BROWSER = "streamlit.runtime.scriptrunner_utils.script_run_context"
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


class _Timed:
    """A connection that notes how long each of its calls takes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spent: list[float]) -> None:
        self._connection, self._spent = connection, spent

    def __getattr__(self, name: str) -> Any:
        call: Callable[..., Any] = getattr(self._connection, name)
        if not callable(call):
            return call

        def timed(*arguments: Any) -> Any:
            started = time.perf_counter()
            found = call(*arguments)
            self._spent.append(time.perf_counter() - started)
            return _Timed(found, self._spent) if isinstance(found, duckdb.DuckDBPyConnection) else found

        return timed


def page_queries(mart_dir: Path, narrowed: dict[str, list[str]], times: int = 5) -> dict[str, float]:
    """Per title of a page: milliseconds (median) of all its queries together, narrowed to these values (none: all).

    What is asked once a mart, such as the choices of the filters, is not in it. Raises RuntimeError for a page that
    could not be shown, or not so narrowed.
    """
    logging.getLogger(_NO_BROWSER).disabled = True  # it warns of that at every run
    spent: list[float] = []
    plain = Snapshot.cursor
    setattr(Snapshot, "cursor", lambda shown: _Timed(plain(shown), spent))  # noqa: B010
    with tempfile.TemporaryDirectory() as folder:
        os.environ[CONFIG_VARIABLE] = str(_installation(Path(folder), mart_dir))
        shown = listed_for(ANYBODY, installation().desks[0], 1)
        key = _some_key(mart_dir)
        return {page.title: _page(_opened(narrowed, key), page, narrowed, spent, times) for page in shown}


def _opened(narrowed: dict[str, list[str]], key: str) -> AppTest:
    """The application at its first page; what is narrowed there stays so on the others."""
    app = AppTest.from_file(str(_APP), default_timeout=600).run()
    for name, values in narrowed.items():
        app.multiselect(key=name).set_value(values).run()
    app.query_params["key"] = key  # the page of a ticket would have nothing to show without
    return app


def _some_key(mart_dir: Path) -> str:
    with duckdb.connect(str(mart_dir / current_version(mart_dir)), read_only=True) as db:
        return str(db.execute("SELECT min(key) FROM ticket WHERE NOT restricted").fetchall()[0][0])


def _installation(folder: Path, mart_dir: Path) -> Path:
    (folder / "data" / "bench").mkdir(parents=True)
    (folder / "data" / "bench" / "mart").symlink_to(mart_dir.resolve())
    config = folder / "arbiter.toml"
    config.write_text(_CONFIG, encoding="utf-8")
    return config


def _page(app: AppTest, page: Listed, narrowed: dict[str, list[str]], spent: list[float], times: int) -> float:
    app.switch_page(f"pages/{page.file}.py")
    found = []
    for _ in range(times + 1):  # the first time reads the file
        spent.clear()
        app.run()
        if app.exception or app.error:
            raise RuntimeError(f"{page.title} could not be shown: {[e.value for e in [*app.exception, *app.error]]}")
        if any(box.value != narrowed[str(box.key)] for box in app.multiselect if box.key in narrowed):
            raise RuntimeError(f"{page.title} was not narrowed to {narrowed}")
        found.append(sum(spent) * 1000)
    return statistics.median(found[1:])
