"""What `arbiter check` and wrong sections say of exported tables, and the worked example of the documentation."""

import re
from pathlib import Path
from zipfile import ZipFile

import duckdb
import openpyxl
import pytest

from etl.http import SourceError
from tests.command import arbiter, files_desk
from tests.desks import rows_of
from tests.etl.exported import EVENTS, HISTORY, LOG, SOURCE, csv_text, log
from tests.naive.examples import desk_ticket


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('at = "When", ', "", 'source "log".history: columns: at missing; allowed: such as at = '),
        ('path = "log.*"', "", 'source "log".history.path: missing; allowed: a file or a pattern such as '),
        ('"day first"', '"dd.mm.yyyy"', 'source "log".times.0: not a form of time; allowed: day first, month first, '),
        ('"Europe/Rome"', '"Rome"', 'source "log".zone: not a time zone; allowed is an IANA name such as Europe/Rome'),
        (HISTORY, "", 'source "log": no table; allowed: [….source.tickets], [….source.history], or both'),
        ('path = "log.*"', 'path = "log.*"\nencoding = "utf8ish"', "encoding: not an encoding; allowed: such as utf-8"),
        ('path = "log.*"', 'path = "log.*"\nencoding = "hex"', "encoding: not an encoding; allowed: such as utf-8"),
    ],
)
def test_mistakes_in_the_section(tmp_path: Path, old: str, new: str, said: str) -> None:
    made = log(tmp_path)
    made.config.write_text(made.config.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = arbiter("sync", "--config", made.config)
    assert done.code == 2 and said in done.err and done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"When"', '"Whne"', "log.csv: there is no column 'Whne'; there: When, Who\n"),
        ("provider =", "povider =", "source log: povider: no field of tickets or of the profile; allowed: "),
        ("log.*", "lag.*", "lag.*: no file is there; allowed: "),
    ],
)
def test_what_the_files_do_not_have(tmp_path: Path, old: str, new: str, said: str) -> None:
    made = log(tmp_path)
    made.config.write_text(made.config.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=re.escape(said.strip())):
        made.pull()
    assert said in arbiter("check", "--config", made.config).out


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("No;Priorität".encode("cp1252"), "the header is not written in utf-8-sig; allowed: names of columns"),
        (b"", "the header is missing; allowed: names of columns"),
    ],
)
def test_a_header_that_cannot_be_read_is_told(tmp_path: Path, header: bytes, said: str) -> None:
    made = log(tmp_path)
    (tmp_path / "log.csv").write_bytes(header)
    with pytest.raises(SourceError, match=re.escape(f"log.csv: {said}")):
        made.pull()


@pytest.mark.parametrize(
    ("part", "left"), [("worksheets/sheet1", b"<"), ("styles", b"<"), ("workbook", b"<"), ("workbook", b"<x/>")]
)
def test_a_workbook_that_is_damaged_inside_is_named_and_keeps_no_other_source_back(
    tmp_path: Path, part: str, left: bytes
) -> None:
    made = log(tmp_path)
    second = SOURCE.replace("log", "book") + HISTORY.replace("log.*", "book.xlsx")
    made.config.write_text(f"{made.config.read_text(encoding='utf-8')}[[desk.desk.source]]\n{second}", encoding="utf-8")
    openpyxl.Workbook().save(tmp_path / "whole.xlsx")
    with ZipFile(tmp_path / "whole.xlsx") as whole, ZipFile(tmp_path / "book.xlsx", "w") as broken:
        for name in whole.namelist():
            broken.writestr(name, left if name == f"xl/{part}.xml" else whole.read(name))
    said = f"{tmp_path / 'book.xlsx'}: the file cannot be read to its end: the workbook is damaged ("
    assert f"FAIL desk/book: {said}" in arbiter("check", "--config", made.config).out
    done = arbiter("sync", "--config", made.config)
    assert (done.code, said in done.err.splitlines()[-1]) == (1, True), done.err
    assert rows_of(next((tmp_path / "data/desk/mart").glob("*.duckdb")), "ticket", "key") == [
        {"key": "T1"},
        {"key": "T2"},
    ]


def test_check_shows_what_was_understood_and_what_was_not(tmp_path: Path) -> None:
    made = log(tmp_path, [*EVENTS, ["T3", "7/8", "ann", "Open", "L1"], ["T4", "07/07/2026", "ann", "Triage", "L1"]])
    done = arbiter("check", "--config", made.config)
    assert done.code == 1
    assert (
        "ok   desk/log: understood: T1 in log, created 2026-07-03 08:00:00 UTC, status 'Closed'; provider 'L2'\n"
        "       2026-07-03 09:30:00 bob: status 'Open' → 'In Progress'\n"
    ) in done.out
    assert "ok   desk/log: 6 rows make 3 tickets with 2 history entries" in done.out
    assert "FAIL desk/log: " + f"{tmp_path / 'log.csv'}:6: its time '7/8' is no time" in done.out
    assert "ok   desk/log: status Resolved: no ticket was in it" in done.out
    assert "FAIL desk/log: status 'Triage': the profile does not name it" in done.out


def test_a_desk_may_have_sources_of_several_kinds_and_one_that_fails_holds_back_none(tmp_path: Path) -> None:
    config = files_desk(tmp_path, desk_ticket("1 09:00", key="DSD-1"))  # Jira issues
    lost = SOURCE.replace("log", "lost") + HISTORY.replace("log.*", "lost.csv")
    sections = "".join(f"\n[[desk.desk.source]]\n{section}" for section in (lost, SOURCE + HISTORY))
    config.write_text(config.read_text(encoding="utf-8") + sections, encoding="utf-8")
    (tmp_path / "log.csv").write_text(csv_text(LOG, EVENTS), encoding="utf-8")
    done = arbiter("sync", "--config", config)
    assert done.code == 1 and "lost.csv: no file is there" in done.err
    with duckdb.connect(str(tmp_path / "data/desk/store.duckdb"), read_only=True) as db:
        assert db.execute("SELECT source, count(*) FROM ticket GROUP BY source ORDER BY source").fetchall() == [
            ("files", 1),
            ("log", 2),
        ]


def test_the_worked_example_of_the_documentation(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent.parent / "docs/files.md").read_text(encoding="utf-8")
    config, profile = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "arbiter.toml").write_text(config, encoding="utf-8")
    (tmp_path / "helpdesk.toml").write_text(profile, encoding="utf-8")
    rows = [["Wait", "ann", "2010-01-13 08:40:25+02:00", "ann", "Case1"], ["Closed", "bo", "2010-01-14", "bo", "Case1"]]
    header = ["concept:name", "org:resource", "time:timestamp", "Resource", "case:concept:name"]
    (tmp_path / "Helpdesk.csv").write_text(csv_text(header, rows), encoding="utf-8")
    assert arbiter("sync", "--config", tmp_path / "arbiter.toml").code == 0
    done = arbiter("explain", "Case1", "--config", tmp_path / "arbiter.toml")
    assert "RESOLUTION (HELP-2): met, goal 5 NWD" in done.out
