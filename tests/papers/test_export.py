"""The export: every table as other tools read it, complete, typed, and without what its reader may not see."""

import json
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pandas as pd
import pytest
from openpyxl import load_workbook

from etl.config import Desk
from reports.export_tables import Exported
from reports.export_workbook import fits
from reports.page import MOST_ROWS
from tests.papers.desk import EVIL, OPERATIONS, PERSON, PLANTED, bytes_of, desk_in, files_of

DAY = "2025-09-12"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_in(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def packed(desk: Desk) -> Path:
    """The export for the desk itself."""
    return files_of(desk, "export", DAY)[".zip"]


@pytest.fixture(scope="module")
def unpacked(packed: Path) -> Path:
    """The same, unpacked."""
    return _unpacked(packed)


def _unpacked(packed: Path) -> Path:
    folder = packed.with_suffix("")
    with ZipFile(packed) as archive:
        archive.extractall(folder)
    return folder


def test_every_table_has_the_rows_that_the_manifest_says(unpacked: Path) -> None:
    tables = json.loads((unpacked / "manifest.json").read_text())["tables"]
    names = {table["name"] for table in tables}
    assert names >= {"ticket", "clock", "clock_segment", "agenda", "eta_accuracy", "line_month", "meta", "coverage"}
    assert not names & {"pseudonym", "hidden_ticket", "moved_ticket", "unseen_project"}
    sheets = load_workbook(unpacked / "tables.xlsx", read_only=True)
    for table in tables:
        columns = [column["name"] for column in table["columns"]]
        parquet = pd.read_parquet(unpacked / "parquet" / f"{table['name']}.parquet")
        csv = pd.read_csv(unpacked / "csv" / f"{table['name']}.csv")
        sheet = sheets[table["name"]]
        assert (list(parquet), list(csv)) == (columns, columns)
        assert len(parquet) == len(csv) == sum(1 for _ in sheet.iter_rows()) - 1 == table["rows"], table["name"]
        assert all(column["about"] for column in table["columns"]), table["name"]


def test_numbers_are_integers_or_floats(unpacked: Path) -> None:
    """A sum of integers is one of 128 bits, which Parquet has only as a decimal; what reads it gets no number of its own."""
    tables = json.loads((unpacked / "manifest.json").read_text())["tables"]
    wide = [(table["name"], one["name"]) for table in tables for one in table["columns"] if "decimal" in one["type"]]
    assert wide == []


def test_types_are_kept(unpacked: Path) -> None:
    found = duckdb.sql(f"SELECT * FROM '{unpacked}/parquet/ticket.parquet' WHERE key = 'DSD-2'")
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    assert (types["created_at"], types["eta"], types["restricted"]) == ("TIMESTAMP", "DATE", "BOOLEAN")
    rows = load_workbook(unpacked / "tables.xlsx")["ticket"].iter_rows(values_only=True)
    heads = list(next(rows))
    created, restricted = heads.index("created_at (Europe/Rome)"), heads.index("restricted")
    row = next(row for row in rows if row[heads.index("key")] == "DSD-2")
    assert (f"{row[created]}", row[restricted]) == ("2025-09-03 09:00:00", False)


def test_text_of_a_ticket_is_no_formula(unpacked: Path) -> None:
    csv = pd.read_csv(unpacked / "csv" / "ticket.csv").set_index("key").summary["DSD-1"]
    assert csv.startswith(f'\'=HYPERLINK("{EVIL}"') and "\x07" not in csv
    sheet = load_workbook(unpacked / "tables.xlsx")["ticket"]
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPERLINK")]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.value.endswith("… (cut)") for cell in cells if len(cell.value) > 1000)
    whole = duckdb.sql(f"SELECT summary FROM '{unpacked}/parquet/ticket.parquet' WHERE key = 'DSD-1'").fetchall()[0][0]
    assert len(whole) > 40_000 and whole.startswith("=HYPERLINK")  # Parquet has it as the source does


def test_the_readme_says_what_it_rests_on(unpacked: Path) -> None:
    said = (unpacked / "README.md").read_text()
    assert "DRAFT" in said and "As of: Saturday 13 September 2025, 00:00 (Europe/Rome)" in said
    assert "- = counted: 5 in the figures of this report" in " ".join(said.split())


def test_no_table_holds_a_word_that_its_reader_may_not_see(desk: Desk, unpacked: Path) -> None:
    assert _found(unpacked, PLANTED, "DSEC-5") == []
    officers = _unpacked(files_of(desk, "export", DAY, "esa")[".zip"])
    assert _found(officers, PLANTED, "DSEC-5", OPERATIONS, "DPM-4", PERSON) == []


def _found(folder: Path, *words: str) -> list[tuple[str, str]]:
    texts = {part.name: _all_of(part) for part in folder.rglob("*") if part.is_file()}
    return [(name, word) for name, text in texts.items() for word in words if word in text]


def _all_of(file: Path) -> str:
    if file.suffix == ".parquet":
        return pd.read_parquet(file).to_csv()
    return bytes_of(file).decode("utf-8", "ignore")


def test_made_again_it_is_the_same(desk: Desk, packed: Path) -> None:
    assert files_of(desk, "export", DAY, out="again")[".zip"].read_bytes() == packed.read_bytes()


def test_what_no_sheet_holds_is_left_to_the_others(unpacked: Path) -> None:
    assert fits(Exported("some", MOST_ROWS - 1, [], unpacked))
    assert not fits(Exported("many", MOST_ROWS, [], unpacked))
