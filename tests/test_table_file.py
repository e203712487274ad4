"""Files: typed cells in the desk's zone, and text that stays text."""

import csv
import doctest
import io
from datetime import date, datetime
from types import ModuleType

import pytest
from openpyxl import load_workbook

from reports import cells, sheets, table_file
from reports.table_file import Sheet, as_csv, as_xlsx

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "plain", "=" * 40_000, "bad \x07 bell", None]
SHEET = Sheet(
    "Open: tickets/clocks [all]",
    [
        ("=title", FORMULAS),
        ("n", [-1, 2.5, None, 0, 1, 2, 3, 4, True]),
        ("at", [datetime(2026, 11, 20, 16, 20), *[None] * 7, date(2026, 10, 31)]),
    ],
    [("As of", "=now")],
    datetime(2026, 11, 20, 15, 20),
)


@pytest.mark.parametrize("module", [cells, sheets, table_file], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_a_workbook_has_typed_cells_and_no_formula() -> None:
    book = load_workbook(io.BytesIO(as_xlsx(SHEET)))
    page, about = book.worksheets
    assert page.title == "Open  tickets clocks  all"
    assert {c.data_type for row in [*page.iter_rows(), *about.iter_rows()] for c in row} <= {
        "s",
        "n",
        "d",
        "b",
        "inlineStr",
    }
    texts = [row[0].value for row in page.iter_rows(min_row=2)]
    assert texts[:4] == FORMULAS[:4]
    assert len(texts[6]) == 32_767 and texts[7] == "bad  bell"
    assert [page["B2"].value, page["B3"].value, page["B4"].value] == [-1, 2.5, None]
    assert page["C2"].value == datetime(2026, 11, 20, 16, 20) and page["C2"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert page["C10"].value == datetime(2026, 10, 31) and page["C10"].number_format == "yyyy-mm-dd"


def test_csv_reads_back_and_holds_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(SHEET).decode("utf-8-sig"))))
    assert rows[0] == ["'=title", "n", "at"]
    assert [row[0] for row in rows[1:5]] == [f"'{text}" for text in FORMULAS[:4]]
    assert rows[1][1:] == ["-1", "2026-11-20 16:20:00"]
    assert rows[6][0] == "plain"


def test_an_empty_table_is_a_file_too() -> None:
    empty = Sheet("none", [("a", []), ("b", [])], [], datetime(2026, 11, 20))
    assert load_workbook(io.BytesIO(as_xlsx(empty))).worksheets[0].max_row == 1
    assert as_csv(empty).decode("utf-8-sig") == "a,b\r\n"
