"""The monthly report as its readers open it: in LibreOffice, openpyxl and pandas; by role; empty; with nasty texts."""

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from etl.store import utc_now
from metrics.errors import ConfigError
from profiles import load_profile
from reports.monthly.figures import figures_of
from reports.period import last_ended
from tests.command import arbiter, write_config
from tests.desks import jira_issue, store_of
from tests.naive.history import Change, Ticket
from tests.office import recalculated
from tests.pages import planted_desk

MONTH = "2026-10"
SHEETS = [
    "Cover", "Summary", "Response", "Resolution", "Satisfaction", "ETA", "Lines", "Units", "Flow", "Findings", "ESA", "Tickets",
    "Check", "Definitions",
]  # fmt: skip
NASTY = [
    '=HYPERLINK("http://evil.example","click")', "+1+1", "-1", "@SUM(A1)", "\t=1+1", "|cmd", "https://evil.example",
    "bell \x07 and \x00", "مرحبا بالعالم", "🚀" * 20_000, "x" * 40_000, "<b>&amp;</b>",
]  # fmt: skip


def _nasty() -> list[bytes]:
    told = {"type": "Anomaly", "status": "RECEIVED", "priority": "Low", "reporter": "yolanda"}
    return [
        jira_issue(
            Ticket(f"jira/{900 + n}", datetime(2026, 10, 5, 9, n, tzinfo=UTC),
                   told | {"key": f"DSD-{900 + n}", "summary": text},
                   (Change(datetime(2026, 10, 5, 11, n, tzinfo=UTC), 9000 + n, 0, "status", "OPEN", "RECEIVED", "zorro"),))
        )
        for n, text in enumerate(NASTY)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with planted words and nasty texts, published."""
    made = write_config(tmp_path_factory.mktemp("monthly"), 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"')
    folder = made.parent / "data" / "desk"
    folder.mkdir(parents=True)
    planted_desk.build(folder)
    store_of(_nasty(), folder / "store.duckdb", run=2)
    return made


@pytest.fixture(scope="module")
def books(config: Path) -> dict[str, Path]:
    """The month as the desk and as ESA have it, and months in which nothing, and nearly nothing, happened."""
    asked = {
        "desk": (MONTH,),
        "esa": (MONTH, "--role", "esa"),
        "empty": ("2026-08",),
        "after": ("2026-11", "--as-of", "2026-11-20"),
    }
    return {name: made(config, *words) for name, words in asked.items()}


def made(config: Path, *words: str, out: str = "out") -> Path:
    done = arbiter("report", "monthly", *words, "--config", config, "--out", config.parent / out)
    assert done.code == 0, done.err
    return Path(done.out.strip())


def opened(path: Path, values: bool = True) -> Workbook:
    return load_workbook(path, data_only=values)


def rows(book: Workbook, sheet: str) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in book[sheet].iter_rows()]


def tickets(path: Path) -> list[dict[str, Any]]:
    """The list of tickets, by its headers."""
    header, *lines = rows(opened(path), "Tickets")[3:]
    return [dict(zip(header, line, strict=True)) for line in lines]


def everything(path: Path) -> Iterator[tuple[str, str]]:
    """Every part of the file, its properties too, as text."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield name, archive.read(name).decode("utf-8").casefold()


def test_libreoffice_computes_what_we_measured(books: dict[str, Path], tmp_path: Path) -> None:
    computed = recalculated(list(books.values()), tmp_path)
    for path in books.values():
        again, ours = opened(computed[path.name]), opened(path)
        checks = [row for row in rows(again, "Check")[6:] if row[0]]
        assert len(checks) == 3 * len(figures_of(load_profile("desp")))
        assert [row for row in checks if row[5] != "yes"] == []
        assert rows(again, "Check")[3][1] == "yes"
        assert [row[5] for row in rows(again, "Summary")] == [row[5] for row in rows(ours, "Summary")]  # the lights


def test_the_figures_are_of_this_desk(books: dict[str, Path]) -> None:
    summary = {row[0].strip(): row for row in rows(opened(books["desk"]), "Summary") if row[0]}
    assert summary["Received"][2:4] == (5 + len(NASTY), 0)
    assert summary["Average score (1 to 5)"][2] == 4


def test_cells_have_types(books: dict[str, Path]) -> None:
    assert opened(books["desk"]).sheetnames == SHEETS
    [first] = [row for row in tickets(books["desk"]) if row["Key"] == "DSD-2"]
    assert first["Created (Europe/Rome)"] == datetime(2026, 10, 1, 11)
    assert first["ETA"] == datetime(2026, 10, 8) and first["Score"] == 4
    assert first["Resolution (NWH)"] == 40 and first["Resolved in"] == datetime(2026, 10, 1)
    frame = pd.read_excel(books["desk"], sheet_name="Tickets", header=3)
    assert frame["Created (Europe/Rome)"].dtype.kind == "M" and frame["First response (NWH)"].dtype.kind == "f"


def test_only_our_own_formulas_are_formulas(books: dict[str, Path]) -> None:
    book = opened(books["desk"], values=False)
    found = {sheet.title for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert found == {"Summary", "Check"}
    assert not any(sheet._hyperlinks for sheet in book)


def test_nasty_texts_are_text(books: dict[str, Path]) -> None:
    shown = {row["Key"]: row["Summary"] for row in tickets(books["desk"])}
    texts = [shown[f"DSD-{900 + n}"] for n in range(len(NASTY))]
    assert texts[:4] == NASTY[:4] and texts[5:7] == NASTY[5:7] and texts[8] == NASTY[8] and texts[11] == NASTY[11]
    assert texts[7] == "bell  and "
    assert texts[9].endswith("🚀… (cut)") and len(texts[9].encode("utf-16-le")) // 2 <= 32_767
    assert len(texts[10]) == 32_767 and texts[10].endswith("x… (cut)")


def test_esa_gets_no_word_that_is_not_for_esa(books: dict[str, Path]) -> None:
    words = [planted_desk.PLANTED, planted_desk.DPM_WORD, *planted_desk.RESTRICTED_KEYS, "DPM-4", "zorro", "yolanda"]
    found = [(part, word) for part, text in everything(books["esa"]) for word in words if word.casefold() in text]
    assert found == []
    desk = "".join(text for _, text in everything(books["desk"]))
    assert planted_desk.DPM_WORD.casefold() in desk and "zorro" in desk and "dsec-" not in desk
    assert books["esa"].stem == "desk-monthly-2026-10-esa"
    people = {row["Assignee"] for row in tickets(books["esa"]) if row["Assignee"]}
    assert people and all(name.startswith("Person ") for name in people)


def test_made_again_later_it_is_the_same_file(config: Path, books: dict[str, Path]) -> None:
    """November's tickets and syncs are nothing to October."""
    november = Ticket(
        "jira/999", datetime(2026, 11, 3, 9, tzinfo=UTC), {"key": "DSD-999", "type": "Anomaly", "status": "OPEN"}
    )
    store_of([jira_issue(november)], config.parent / "data" / "desk" / "store.duckdb", run=3)
    assert made(config, MONTH, out="again").read_bytes() == books["desk"].read_bytes()


def test_what_does_not_add_up_is_a_draft_on_every_sheet(books: dict[str, Path]) -> None:
    book = opened(books["after"])
    assert all(str(sheet["A1"].value).startswith("DRAFT · ") for sheet in book)
    assert "DRAFT" in book["Tickets"].oddHeader.left.text
    said = " ".join(str(row[1]) for row in rows(book, "Cover"))
    assert "The period is not over" in said and "Some histories did not arrive whole" in said


def test_a_month_without_tickets_has_all_sheets(books: dict[str, Path]) -> None:
    book = opened(books["empty"])
    assert book.sheetnames == SHEETS
    assert len(rows(book, "Tickets")) == 4
    assert next(row for row in rows(book, "Summary") if row[0] == "  Received")[2:5] == (0, 0, 0)


def test_a_chart_without_anything_to_show_says_so(books: dict[str, Path]) -> None:
    bare = {
        which: [title.endswith(": nothing to show") for title in chart_titles(path)] for which, path in books.items()
    }
    assert bare["empty"] and all(bare["empty"])
    assert sum(bare["desk"]) < len(bare["desk"]) / 2


def chart_titles(path: Path) -> list[str]:
    """What the charts of a workbook have for titles."""
    with zipfile.ZipFile(path) as packed:
        charts = [packed.read(name) for name in packed.namelist() if name.startswith("xl/charts/chart")]
    title = ".//{*}chart/{*}title//{http://schemas.openxmlformats.org/drawingml/2006/main}t"
    return ["".join(text.text or "" for text in ElementTree.fromstring(chart).iterfind(title)) for chart in charts]


def _of_one(folder: Path, issue: bytes) -> Path:
    """The month of a desk with one ticket."""
    config = write_config(folder, 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"')
    store = folder / "data" / "desk" / "store.duckdb"
    store.parent.mkdir(parents=True)
    store_of([issue], store)
    return made(config, MONTH)


def test_a_month_with_one_ticket(tmp_path: Path) -> None:
    [only] = tickets(_of_one(tmp_path, _nasty()[0]))
    assert only["First response: result"] == "met" and only["Received in"] == datetime(2026, 10, 1)


def test_a_finding_of_the_night_stands_at_the_day_of_the_desk(tmp_path: Path) -> None:
    told = {"key": "DSD-1", "type": "Anomaly", "status": "OPEN", "reporter": "yolanda"}  # without a priority
    night = datetime(2026, 10, 5, 22, 30, tzinfo=UTC)  # 6 October, 00:30 in Rome
    book = opened(_of_one(tmp_path, jira_issue(Ticket("jira/1", night, told))))
    [since] = {row[2] for row in rows(book, "Findings") if row[1] == "DSD-1"}
    assert since == datetime(2026, 10, 6)


def test_restricted_tickets_count_where_they_are_not_listed(books: dict[str, Path]) -> None:
    flagged = rows(opened(books["desk"]), "ESA")
    assert "flag (AMP-B4): 3, 2 of them restricted." in flagged[1][0]
    assert [row[0] for row in flagged if str(row[0]).startswith("DS")] == ["DSD-2"]


def test_last_is_the_last_month_that_has_ended(config: Path) -> None:
    assert last_ended("month", utc_now(), ZoneInfo("Europe/Rome")).text in made(config, "last").name


def test_what_cannot_be_asked_for_is_said(config: Path) -> None:
    for words, said in (
        (("monthy", MONTH), "monthy: no kind of report; allowed: monthly"),
        (("monthly", "October"), "October: no month; allowed: one such as 2026-10"),
        (("monthly", "2190-10"), "monthly 2190-10: begins on Friday 1 October 2190; allowed: a period that has begun"),
        (("monthly", MONTH, "--as-of", "2020-01-01"), f"monthly {MONTH}: begins on "),
        (("monthly",), "monthly: a report is a kind and a period; allowed: monthly 2026-10"),
        (("monthly", MONTH, "--as-of", "soon"), "soon: no instant"),
    ):
        done = arbiter("report", *words, "--config", config)
        assert done.code == ConfigError.exit_code and said in done.err
