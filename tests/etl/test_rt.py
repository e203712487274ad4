"""Request Tracker: pulled over REST 2 from a real one, with histories that RT itself wrote."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.command import Outcome, arbiter, write_config
from tests.rt_cases import STAFF
from tests.rt_site import PASSWORD, RtSite, rt_site, why_no_rt

pytestmark = pytest.mark.skipif(bool(why_no_rt()), reason=why_no_rt() or "")
BEGIN = datetime(2025, 3, 3, 8, 0)
PROFILE = Path(__file__).parents[2] / "profiles" / "egi-cases.toml"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtSite]:
    """One Request Tracker for all tests here; each has a queue of its own."""
    with rt_site(tmp_path_factory.mktemp("rt")) as running:
        for name, real in STAFF.items():
            running.do("user", name=name, real=real, password=PASSWORD)
        running.do("user", name="guest", real="Guest", password=PASSWORD)
        yield running


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARBITER_DESK_RT_USER", "anna")
    monkeypatch.setenv("ARBITER_DESK_RT_PASSWORD", PASSWORD)


class RtDesk:
    """A desk in a folder that pulls one queue, with the profile `egi-cases` for that queue."""

    def __init__(self, folder: Path, site: RtSite, *queues: str, more: str = "", url: str = "") -> None:
        folder.mkdir(exist_ok=True)
        profile = folder / "cases.toml"
        profile.write_text(PROFILE.read_text().replace("[project.technical-support-cases]", '[project."*"]'))
        source = f'name = "rt"\nkind = "rt"\nurl = "{url or site.url}"\nqueues = {json.dumps(queues)}\n{more}'
        self.config = write_config(folder, source, "cases.toml")
        self.store, self.out = folder / "data" / "desk" / "store.duckdb", folder / "mart.duckdb"

    def sync(self, *options: str) -> Outcome:
        return arbiter("sync", "--config", self.config, *options)

    def summary(self, *options: str) -> dict[str, Any]:
        done = self.sync("--json", *options)
        assert done.code == 0, done.err
        return dict(done.json["sources"][0])

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query of the store answers."""
        with duckdb.connect(str(self.store), read_only=True) as db:
            return db.execute(sql, list(values)).fetchall()

    def mart(self, as_of: datetime) -> Path:
        """The mart as of an instant."""
        self.out.unlink(missing_ok=True)
        told = arbiter("publish", "--config", self.config, "--as-of", f"{as_of:%Y-%m-%dT%H:%M:%SZ}", "--out", self.out)
        assert told.code == 0, told.err
        return self.out
