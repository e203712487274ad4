"""The quarterly report (DMSU-M1 to M10): figures of the quarter, as those of its tickets; the register as it was known."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from board.recommendation import recommend, revise
from board.store import Board
from etl.config import Desk
from tests.naive.examples import change, faultless, moves
from tests.papers.desk import NASTY, OPERATIONS, PERSON, PLANTED, bytes_of, desk_in, files_of, text_of

_DESP = Path(__file__).parents[2] / "profiles" / "desp.toml"
_HEADER = 3  # rows above a table's header


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with a register: one entry of the quarter with a nasty text, answered after it; one of the next quarter."""
    desk = desk_in(tmp_path_factory.mktemp("desk"))
    days = iter(f"2025-{day}T12:00:00.000000" for day in ("09-02", "09-15", "10-20", "11-01", "11-02"))
    board = Board(desk.board, now=lambda: next(days))
    recommend(board, "Two people on call", "Cleo Planner", date(2025, 6, 20), "nobody answers: DSEC-5, DPM-4")
    revise(board, 1, "bob", followed="partly", outcome="one person")
    revise(board, 1, "bob", followed="yes", outcome="three people")
    recommend(board, NASTY[:400], "Dan Planner", date(2025, 9, 30), "=1+1")  # entered later, dated in the quarter
    recommend(board, "Next quarter's", "Dan Planner", date(2025, 10, 1), "none")
    return desk


def _sheet(file: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pd.read_excel(file, sheet_name=name, header=_HEADER).to_dict("records")
    return rows


@pytest.mark.rule("DMSU-M1", "DMSU-M2", "DMSU-M4")
def test_a_quarter_counts_what_its_months_do_and_its_medians_are_of_its_tickets(tmp_path: Path) -> None:
    desk = desk_in(
        tmp_path,
        faultless("DSD-1", "2025-07-07 09:00", *moves("OPEN", "2025-07-07 09:00 TO DO", "2025-07-07 10:00 DONE")),
        faultless("DSD-2", "2025-08-04 09:00", *moves("OPEN", "2025-08-04 09:00 TO DO", "2025-08-04 12:00 DONE")),
        faultless("DSD-3", "2025-09-01 09:00", *moves("OPEN", "2025-09-01 09:00 TO DO", "2025-09-01 16:00 DONE")),
        faultless("DSD-4", "2025-09-01 09:00", *moves("OPEN", "2025-09-01 09:00 TO DO", "2025-09-01 12:00 DELEGATED")),
        faultless("DSD-5", "2025-06-30 09:00", *moves("OPEN", "2025-06-30 09:00 TO DO", "2025-06-30 11:00 DONE")),
    )
    book = files_of(desk, "quarterly", "2025-Q3")[".xlsx"]
    this, before = (row for row in _sheet(book, "Lines") if row["Line"] == "champion")
    assert (this["Quarter"], this["Came"], this["Passed on"], this["Resolved"]) == ("Q3 2025", 4, 1, 3)
    assert this["Median to resolve (NWH)"] == 3  # of 1, 3 and 7
    assert this["Share passed on"] == 0.25
    assert (before["Quarter"], before["Came"], before["Median to resolve (NWH)"]) == ("Q2 2025", 1, 2)


@pytest.mark.rule("DMSU-M3", "OPS-M1", "OPS-M2")
@pytest.mark.parametrize("agreed", [False, True])
def test_response_times_of_a_provider(tmp_path: Path, agreed: bool) -> None:
    """Delegated on three mornings of the quarter, and answered after 1, 2 and 6 working hours; agreed are 5, or nothing."""
    days = (("2025-07-07", 10), ("2025-08-04", 11), ("2025-09-01", 15))
    told = [
        faultless(f"DSD-{n}", f"{day} 09:00", *moves("RECEIVED", f"{day} 09:00 DELEGATED", f"{day} {hour}:00 DONE"),
                  provider="Alpha")
        for n, (day, hour) in enumerate(days, 1)
    ]  # fmt: skip
    desk = desk_in(tmp_path, *told)
    if agreed:
        own = tmp_path / "own.toml"
        own.write_text(_DESP.read_text(encoding="utf-8") + '\n[[ola]]\nline = "delegated"\nwithin = "5 NWH"\n')
        desk = replace(desk, profile_name=str(own))
    book = files_of(desk, "quarterly", "2025-Q3")[".xlsx"]
    [row] = (row for row in _sheet(book, "Response") if row["Unit"] == "Alpha")
    assert (row["Line"], row["Came"], row["Responded"]) == ("delegated", 3, 3)
    assert (row["Average (NWH)"], row["Median (NWH)"], row["90th percentile (NWH)"]) == (3, 2, 6)
    judged = {name: row[name] for name in ("OLA (NWH)", "Violations", "Share met") if name in row}
    assert judged == ({"OLA (NWH)": 5, "Violations": 1, "Share met": pytest.approx(2 / 3)} if agreed else {})


@pytest.mark.rule("DMSU-M6")
def test_fixes_count_by_the_dates_that_they_were_promised_for(tmp_path: Path) -> None:
    def fixed(number: int, month: str, eta: str) -> Any:
        begun = moves("OPEN", f"{month}-01 09:00 TO DO", f"{month}-04 10:00 DONE")
        return faultless(f"DSD-{number}", f"{month}-01 09:00", *begun,
                         change(f"{month}-01 10:00", "eta", None, eta), eta=eta)  # fmt: skip

    desk = desk_in(tmp_path, fixed(1, "2025-07", "2025-07-04"), fixed(2, "2025-08", "2025-08-01"),
                   fixed(3, "2025-09", "2025-09-30"))  # fmt: skip
    files = files_of(desk, "quarterly", "2025-Q3")
    [row] = (row for row in _sheet(files[".xlsx"], "ETA accuracy") if row["By"] == "all")
    assert (row["Delivered"], round(row["By the initial ETA"], 4), row["Within a week"]) == (3, 0.6667, 1)
    assert "66.7 %" in text_of(files[".docx"])


@pytest.mark.rule("DMSU-M7")
def test_whom_to_ask_counts_restricted_tickets_and_lists_the_others(desk: Desk) -> None:
    """Two of DSD have no date, one of DSEC has none either: ESA and the desk are told the same number."""
    for roles in (("service_manager", "arb"), ("esa",)):
        files = files_of(desk, "quarterly", "2025-Q3", *roles)  # type: ignore[arg-type]
        said = "1 expired, 2 missing, 1 of them restricted"
        assert said in text_of(files[".docx"]) and said in load_workbook(files[".xlsx"])["Follow-up"]["A2"].value
        assert [row["Ticket"] for row in _sheet(files[".xlsx"], "Follow-up")] == ["DSD-3", "DSD-1"]


@pytest.mark.rule("DMSU-M8")
def test_products_stand_raw_and_by_their_deployments_at_the_end(tmp_path: Path) -> None:
    path = moves("OPEN", "1 10:00 RECEIVED")
    told = [
        faultless(f"DSD-{n}", "1 09:00", *path, service="Portal", category=c) for n, c in ((1, "Usage"), (2, "Bug"))
    ]
    (tmp_path / "products.csv").write_text("product,from,count\nPortal,2025-01-01,40\nPortal,2025-09-15,50\n")
    desk = desk_in(tmp_path, *told, deployments=tmp_path / "products.csv")
    [row] = _sheet(files_of(desk, "quarterly", "2025-Q3")[".xlsx"], "Products")
    assert (row["Tickets"], row["Deployments"], row["Tickets per deployment"]) == (2, 50, 0.04)


@pytest.mark.rule("DMSU-M10")
def test_the_register_is_that_of_the_quarter_as_it_was_known(desk: Desk) -> None:
    files = files_of(desk, "quarterly", "2025-Q3")
    rows = _sheet(files[".xlsx"], "Recommendations")
    assert [(row["No."], row["Followed"], row["Outcome"]) for row in rows[1:]] == [("R-001", "partly", "one person")]
    assert (rows[0]["No."], rows[0]["Followed"]) == ("R-002", "not yet known")
    later = _sheet(files_of(desk, "quarterly", "2025-Q4")[".xlsx"], "Recommendations")
    assert {row["No."]: row["Followed"] for row in later} == {
        "R-003": "not yet known", "R-001": "yes", "R-002": "not yet known"
    }  # fmt: skip
    assert "one person" in text_of(files[".docx"]) and "Next quarter's" not in text_of(files[".docx"])


def test_what_people_wrote_stays_text(desk: Desk) -> None:
    files = files_of(desk, "quarterly", "2025-Q3")
    sheet = load_workbook(files[".xlsx"])["Recommendations"]
    written = [cell for row in sheet.iter_rows(min_row=_HEADER + 2) for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in written} == {"s"}
    assert any(cell.value.startswith("=HYPERLINK") for cell in written)
    assert "<w:hyperlink" not in bytes_of(files[".docx"]).decode("utf-8", "ignore")


@pytest.mark.parametrize("roles", [("service_manager", "arb"), ("esa",)])
def test_no_report_holds_a_word_that_its_reader_may_not_see(desk: Desk, roles: tuple[str, ...]) -> None:
    files = files_of(desk, "quarterly", "2025-Q3", *roles).values()  # type: ignore[arg-type]
    hidden = [PLANTED, "DSEC-5"] + ([OPERATIONS, "DPM-4", PERSON, "Planner"] if "esa" in roles else [])
    assert [(file.name, word) for file in files for word in hidden if word.encode() in bytes_of(file)] == []


def test_made_again_it_is_the_same(desk: Desk) -> None:
    once, again = (files_of(desk, "quarterly", "2025-Q3", out=out) for out in ("once", "again"))
    assert [f.read_bytes() for f in once.values()] == [f.read_bytes() for f in again.values()]


def test_an_empty_quarter_says_so(desk: Desk) -> None:
    files = files_of(desk, "quarterly", "2024-Q1")
    assert "Nothing to show for this quarter." in text_of(files[".docx"])
    assert _sheet(files[".xlsx"], "Lines") == []
