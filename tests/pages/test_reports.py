"""The Reports page: the same file as from the command line, and what was frozen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reports.archive import frozen
from tests.command import arbiter, files_desk
from tests.naive.history import Change, Ticket
from tests.pages.serving import Serving, free_port
from tests.pages.visit import Visit

MONTH = "2025-10"


def _ticket(number: int) -> Ticket:
    about = {"key": f"DSD-{number}", "status": "RECEIVED", "type": "User Request", "summary": f"Request {number}"}
    moved = Change(datetime(2025, 10, 6, 10, tzinfo=UTC), number, 0, "status", "OPEN", "RECEIVED", "bob")
    return Ticket(f"jira/{number}", datetime(2025, 10, 6, 9, tzinfo=UTC), about, (moved,))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A dashboard, and the configuration of its desk, which has one frozen report for itself and one for security."""
    config = files_desk(tmp_path_factory.mktemp("reports"), *map(_ticket, range(1, 4)))
    assert arbiter("sync", "--config", config).code == 0
    for role in ("arb", "security"):
        asked = ("report", "monthly", "2025-09", "--freeze", "--role", role, "--config", config)
        assert arbiter(*asked).code == 0
    with Serving(config.parent, free_port()) as url:
        yield url, config


def test_the_page_gives_the_file_that_the_command_line_gives(desk: tuple[str, Path], visit: Visit) -> None:
    url, config = desk
    page = visit.open(f"{url}/reports?as_of=2025-11-15")
    expect(page.get_by_text("The same as from arbiter report monthly 2025-10")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Make it").click()
    take = page.get_by_role("button", name="desk-monthly-2025-10.xlsx")
    take.wait_for(timeout=120_000)
    with page.expect_download() as download:
        take.click()
    done = arbiter("report", "monthly", MONTH, "--config", config)
    assert Path(download.value.path()).read_bytes() == Path(done.out.strip()).read_bytes()
    assert not list((config.parent / "data" / "desk" / "reports").glob(".for-page-*"))


def test_frozen_reports_are_listed_for_those_who_may_see_them(desk: tuple[str, Path], visit: Visit) -> None:
    url, config = desk
    page = visit.open(f"{url}/reports")
    take = page.get_by_role("button", name="desk-monthly-2025-09-arb.xlsx")
    with page.expect_download() as download:
        take.click()
    entry = config.parent / "data" / "desk" / "archive" / "desk-monthly-2025-09-arb" / "1"
    assert Path(download.value.path()).read_bytes() == (entry / take.inner_text().split()[-1]).read_bytes()
    assert not visit.saw("desk-monthly-2025-09-security")
    said = page.get_by_text("makes the last one of that name anew")
    expect(said).to_contain_text("arbiter report again monthly 2025-09 --role=arb makes")
    expect(said).to_contain_text("arbiter report diff monthly 2025-09 --role=arb says")


@pytest.mark.parametrize(
    "asked",
    [
        "monthly 2025-09 --role=arb",
        "monthly 2025-09 --as-of=2025-10-20T10:00:00Z --role=esa",
        "arb 2025-10-08",
        "arb 2025-10-08 --board=esa-arb --role=arb --role=esa",
    ],
)
def test_the_words_of_a_frozen_report_make_that_one_again(desk: tuple[str, Path], tmp_path: Path, asked: str) -> None:
    _, config = desk
    assert arbiter("report", *asked.split(), "--freeze", "--config", config).code == 0
    [entry] = [e for e in frozen(config.parent / "data" / "desk") if e.asked("desk") == asked]
    again = arbiter("report", "again", *entry.asked("desk").split(), "--out", tmp_path, "--config", config)
    assert again.code == 0, again.err
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert made == {file.name: file.read_bytes() for file in entry.files}
