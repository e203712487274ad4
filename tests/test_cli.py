"""Every command: what it prints, its exit code (0 done, 1 cannot, 2 wrong usage), one sentence where it cannot."""

import gzip
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from board.meeting import call_meeting, meetings
from board.store import Board
from etl.config import load_config
from etl.lock import only_writer
from etl.marts import current_mart
from launch.dashboard import need_port, port_is_free
from metrics.errors import ConfigError
from sight.opening import NoMart
from tests.command import arbiter, files_desk
from tests.marts import contents
from tests.naive.examples import change, comment, desk_ticket, moves
from tests.pages.serving import free_port
from ui.mart import current_snapshot

PATH = moves("OPEN", "1 10:00 RECEIVED", "1 11:00 TO DO", "1 13:00 ON GOING", "2 10:00 IN PROGRESS", "8 09:00 DONE")
TICKET = desk_ticket("1 09:00", *PATH, comment("1 09:30", "bob"), status="DONE")
AUTH = '[auth]\nprovider = "https://a"\nclient_id = "a"\naddress = "https://b"\n'
COMMANDS = (["check"], ["sync"], ["publish"], ["explain", "DSD-1"], ["serve"])


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return files_desk(tmp_path, TICKET)


@pytest.fixture(scope="module")
def synced_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that desk after a sync; nothing there is changed."""
    made = files_desk(tmp_path_factory.mktemp("synced"), TICKET)
    done = arbiter("sync", "--config", made)
    assert done.code == 0, done.err
    return made.parent


@pytest.fixture
def synced(synced_once: Path, tmp_path: Path) -> Path:
    """The configuration of a copy of it."""
    return shutil.copytree(synced_once, tmp_path, dirs_exist_ok=True) / "arbiter.toml"


# Help


@pytest.mark.parametrize("words", [["--help"], ["sync", "--help"]], ids=len)
def test_help_waits_for_no_library(words: list[str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "cli", *words]
    imported = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert "commands.parser" in imported
    assert [name for name in ("duckdb", "pyarrow", "pydantic", "requests") if name in imported] == []


# Configuration


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_no_configuration(command: list[str], tmp_path: Path) -> None:
    done = arbiter(*command, "--config", tmp_path / "arbiter.toml")
    sentence = "there is no such configuration: run `arbiter init`, or name one with --config"
    assert (done.code, done.out, done.err) == (2, "", f"arbiter: {tmp_path}/arbiter.toml: {sentence}\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[desk.desk]", "[desk.desk", "not valid TOML: "),
        (
            '"jira-files"',
            '"jira-tape"',
            'desk.desk.source "files".kind: allowed: jira, jira-files, ',
        ),
        ('path = "issues.jsonl"', "", 'desk.desk.source "files".path: missing; allowed: a file or a pattern such as '),
        ('name = "files"', 'name = "f/i"', "desk.desk.source.0.name: allowed are letters, digits, - and _ (is 'f/i')"),
        (
            'kind = "jira-files"\npath = "issues.jsonl"',
            'kind = "jira"\nurl = "https://jira"\nprojects = ["DSD"]\npage_size = 0',
            'desk.desk.source "files".page_size: allowed: 1 or more (is 0)',
        ),
        *(
            (
                'kind = "jira-files"\npath = "issues.jsonl"',
                f'kind = "jira"\nurl = "https://jira"\nprojects = ["DSD"]\n{key} = {value}',
                f'desk.desk.source "files".{key}: allowed: {most} or less (is {value})',
            )
            for key, value, most in (
                ("census_hours", "inf", "8784.0"),
                ("timeout_seconds", "1e+20", "3600.0"),
                ("overlap_minutes", "9999999999", "527040"),
            )
        ),
        (
            'kind = "',
            'colour = "red"\nkind = "',
            'desk.desk.source "files".colour: unknown key; allowed: name, kind, path, url\n',
        ),
        ('name = "files"', "", "desk.desk.source.0.name: missing key\n"),
        (
            "[desk.desk]",
            "[desk.desk]\nsauce = 1",
            "desk.desk.sauce: unknown key; allowed: profile, deployments, source\n",
        ),
        (
            "[desk.desk]",
            f"{AUTH}roles.esaa = []\n[desk.desk]",
            "auth.roles.esaa: unknown key; allowed: 'service_manager', ",
        ),
        ("[desk.desk]", f"{AUTH}session_hours = []\n[desk.desk]", "auth.session_hours: allowed: a number (is [])"),
        (
            "[desk.desk]",
            f"{AUTH}session_hours = inf\n[desk.desk]",
            "auth.session_hours: allowed: 8784.0 or less (is inf)",
        ),
        ("[desk.desk]", "auth = 3\n[desk.desk]", "auth: allowed: a table (is 3)"),
        (
            'kind = "jira-files"\npath = "issues.jsonl"',
            'kind = "jira"\nprojects = ["DSD"]',
            'desk.desk.source "files".url: missing or no address; allowed: https://…',
        ),
        *(
            (
                'kind = "jira-files"\npath = "issues.jsonl"',
                f'kind = "jira"\nprojects = ["DSD"]\nurl = "{url}"',
                f"desk.desk.source \"files\".url: missing or no address; allowed: https://… (is '{url}')",
            )
            for url in ("https://[jira", "https://", "https://:8080/jira", " https://jira", "HTTPS://jira")
        ),
        *(
            (
                'kind = "jira-files"\npath = "issues.jsonl"',
                f'kind = "jira"\nprojects = ["DSD"]\nurl = "{url}"',
                'desk.desk.source "files".url: more than an address; allowed: https://host/path; secrets come from the '
                "environment",
            )
            for url in ("https://bob:SECRET@jira", "https://jira/?os_token=SECRET", "https://jira/#SECRET")
        ),
        (
            "[desk.desk]",
            "[desk.desk-files]\nprofile = 'desp'\n"
            + "".join(
                f"[[desk.desk-files.source]]\n{name}\nkind = 'jira-files'\npath = 'x'\n"
                for name in ("name='x_'", "name='x-'")
            )
            + "[desk.desk]",
            "desk 'desk-files', source 'x_' and desk 'desk-files', source 'x-' would both take their secrets from "
            "ARBITER_DESK_FILES_X__…",
        ),
    ],
)
def test_a_bad_configuration_names_file_key_and_value(config: Path, old: str, new: str, said: str) -> None:
    text = config.read_text(encoding="utf-8")
    assert old in text
    config.write_text(text.replace(old, new), encoding="utf-8")
    done = arbiter("check", "--config", config)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"arbiter: {config}: ") and said in done.err
    assert done.err.count("\n") == 1


def test_a_configuration_without_a_desk(config: Path) -> None:
    config.write_text('[desks.desk]\nprofile = "desp"\n', encoding="utf-8")
    lines = ["desk: missing key", "desks: unknown key; allowed: data, auth, desk"]
    expected = "".join(f"{config}: {line}\n" for line in lines)
    assert arbiter("check", "--config", config).err == f"arbiter: {expected}"


@pytest.mark.parametrize("data", ["issues.jsonl", "issues.jsonl/kept"])
@pytest.mark.parametrize("command", [["check"], ["sync"]])
def test_data_that_cannot_be_a_folder(config: Path, data: str, command: list[str]) -> None:
    config.write_text(f'data = "{data}"\n{config.read_text()}')
    done = arbiter(*command, "--config", config)
    place = config.parent / "issues.jsonl"
    sentence = f"{config}: data: {place} is no folder; allowed: a folder, which need not be there yet"
    assert (done.code, done.out, done.err) == (2, "", f"arbiter: {sentence}\n")


def test_files_as_windows_editors_save_them(config: Path) -> None:
    """With a mark of their encoding in front."""
    shipped = Path(__file__).parents[1] / "profiles/desp.toml"
    (config.parent / "my.toml").write_text(shipped.read_text(), encoding="utf-8-sig")
    config.write_text(config.read_text().replace('"desp"', '"my.toml"'), encoding="utf-8-sig")
    done = arbiter("check", "--config", config)
    assert "ok   desk/profile: desp: " in done.out, done.err
    (config.parent / "my.toml").write_text(shipped.read_text(), encoding="utf-16")
    done = arbiter("check", "--config", config)
    assert (done.code, done.err.split(": ")[:3]) == (2, ["arbiter", f"{config.parent / 'my.toml'}", "not valid TOML"])


def test_the_demo_needs_the_port_after_its_own(tmp_path: Path) -> None:
    done = arbiter("demo", "--port", "65535", "--no-serve", "--data", tmp_path / "data")
    assert (done.code, done.err) == (
        2, "arbiter: --port 65535: the simulated Jira takes the port after it; allowed: up to 65534\n",
    )  # fmt: skip


def test_the_demo_takes_no_configuration_of_somebody_else(config: Path) -> None:
    before = config.read_bytes()
    done = arbiter("demo", "--profile", "egi-cases", "--no-serve", "--config", config, "--data", config.parent / "data")
    assert (done.code, config.read_bytes()) == (2, before)
    assert done.err.endswith(f"--config {config}: is there, and is none that the demo wrote; allowed: a new file\n")
    assert list(config.parent.glob("data/*.csv")) == []


@pytest.mark.parametrize("words", [["demo", "--no-serve"], ["init"]], ids=lambda words: words[0])
def test_a_new_desk_of_a_name_that_none_can_have(words: list[str], tmp_path: Path) -> None:
    done = arbiter(*words, "--desk", "a b", "--config", tmp_path / "arbiter.toml")
    assert (done.code, done.err) == (2, "arbiter: --desk a b: allowed are letters, digits, - and _\n")
    assert list(tmp_path.iterdir()) == []


def test_every_command_takes_a_configuration_and_a_desk() -> None:
    for name in ("demo", "init", "check", "sync", "publish", "explain", "whatif", "reconcile", "report", "serve"):
        told = arbiter(name, "--help")
        assert (told.code, "--config FILE" in told.out, "--desk NAME" in told.out) == (0, True, True), name


def test_unknown_desk_and_profile(config: Path) -> None:
    desk = arbiter("sync", "--config", config, "--desk", "other")
    said = f"arbiter: {config}: desk 'other' is not configured; allowed: desk\n"
    assert (desk.code, desk.err) == (2, said)
    shown = arbiter("serve", "--config", config, "--desk", "other")
    assert (shown.code, shown.err) == (2, said)
    profile = arbiter("sync", "--config", files_desk(config.parent, TICKET, profile="dsep"))
    assert profile.code == 2
    assert profile.err.startswith("arbiter: desk.desk.profile: profile 'dsep' is unknown; allowed: desp, ")


def test_with_several_desks_one_must_be_named(config: Path) -> None:
    second = config.read_text(encoding="utf-8").replace("desk.desk", "desk.two")
    config.write_text(config.read_text(encoding="utf-8") + second, encoding="utf-8")
    done = arbiter("publish", "--config", config)
    assert done.err == f"arbiter: {config}: there are several desks: say which with --desk; allowed: desk, two\n"
    assert done.code == 2
    assert {f["desk"] for f in arbiter("check", "--json", "--config", config).json} == {"desk", "two"}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["sync", "--fast"],
        ["explain"],
        ["serve", "--port", "99999"],
        ["serve", "--port", "web"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    done = arbiter(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: arbiter") and "Traceback" not in done.err


@pytest.mark.parametrize("number", ["-5", "0.5", "many", "1000001"])
def test_a_demo_of_no_number_of_tickets(tmp_path: Path, number: str) -> None:
    done = arbiter("demo", "--tickets", number, "--no-serve", "--data", tmp_path / "data")
    sentence = f"{number} is no number of tickets; allowed: 1 to 1000000, or 0: as the desk usually has"
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-1] == f"arbiter demo: error: argument --tickets: {sentence}"
    assert not (tmp_path / "data").exists()


# init


def test_init_writes_a_configuration_once(tmp_path: Path) -> None:
    path = tmp_path / "arbiter.toml"
    assert arbiter("init", "--config", path).code == 0
    assert [s.kind for s in load_config(path).desk().sources] == ["jira"]
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    again = arbiter("init", "--config", path)
    assert (again.code, again.err) == (
        1,
        f"arbiter: {path}: is already there: edit it, or write it anew with --force\n",
    )
    assert path.read_text(encoding="utf-8").endswith("# mine\n")
    assert arbiter("init", "--force", "--config", path, "--desk", "help-desk").code == 0
    assert "# mine" not in path.read_text(encoding="utf-8")
    assert load_config(path).desk().name == "help-desk"
    assert "ARBITER_HELP_DESK_JIRA_TOKEN" in path.read_text(encoding="utf-8")


# check


def test_check_says_what_is_there_and_what_is_missing(config: Path) -> None:
    (config.parent / "fields.json").write_text(
        '[{"id": "cf1", "name": "Relevance"}, {"id": "cf2", "name": "Category"}, {"id": "cf3", "name": "category"},'
        ' {"id": "cf4", "name": "Services"}]',
        encoding="utf-8",
    )
    done = arbiter("check", "--config", config)
    lines = done.out.splitlines()
    assert done.code == 1
    assert "ok   desk/files: field relevance is 'Relevance' (cf1)" in lines
    assert "FAIL desk/files: field category: 'Category' is ambiguous: the site has it as cf2, cf3" in lines
    service = next(line for line in lines if "field service:" in line)
    assert service.startswith("FAIL") and "no field named 'Service'; similar names there: Services" in service
    found = arbiter("check", "--json", "--config", config).json
    assert {"desk": "desk", "source": "files", "ok": True, "text": "field relevance is 'Relevance' (cf1)"} in found


def test_check_of_files_without_a_list_of_fields_says_one_thing_of_each(config: Path) -> None:
    """They are read by the profile's own names, which nobody can confirm."""
    texts = [f["text"] for f in arbiter("check", "--json", "--config", config).json]
    about = [text.split()[1].rstrip(":") for text in texts if text.startswith("field ")]
    assert sorted(about) == sorted(load_config(config).desk().profile().field)
    assert next(t for t in texts if "field relevance" in t).startswith(
        "field relevance: the site has no field named 'Relevance'; "
    )


def test_check_of_statuses_names_what_the_site_has(config: Path) -> None:
    statuses = '[{"id": "1", "name": "on-going"}, {"id": "2", "name": "Triage"}]'
    (config.parent / "statuses.json").write_text(statuses, encoding="utf-8")
    lines = arbiter("check", "--config", config).out.splitlines()
    assert "ok   desk/files: status ON GOING is 'on-going'" in lines
    assert "FAIL desk/files: status OPEN: the site has none of that name; names there: Triage, on-going" in lines
    assert "ok   desk/files: statuses of the site that the profile does not name: Triage" in lines


@pytest.mark.parametrize("name", ["fields.json", "statuses.json"])
@pytest.mark.parametrize("listed", [b'[{"name": "Relevance"}]', b'[{"id": null, "name": "x"}]', b'["\xff"]'])
def test_a_list_beside_the_files_that_is_none_is_named(config: Path, name: str, listed: bytes) -> None:
    (config.parent / name).write_bytes(listed)
    said = f"{config.parent / name}: not a list as Jira's REST answers it: "
    assert f"FAIL desk/files: {said}" in arbiter("check", "--config", config).out
    done = arbiter("sync", "--config", config)
    assert (done.code, said in done.err) == (1, True)


# sync and publish


def test_sync_prints_its_summary_and_publishes(config: Path) -> None:
    done = arbiter("sync", "--config", config)
    assert done.code == 0
    first, second = (line for line in done.err.splitlines() if line.startswith(("files: fetched", "  updates")))
    assert (
        first
        == "files: fetched 1 with 5 history entries, changed 1, unchanged 0, incomplete 0, deleted 0, unreadable 0"
    )
    assert second.startswith(
        "  updates 2025-09-08 07:00 to 2025-09-08 07:00 UTC; 0 requests, 0 retries, waited 0 s; took "
    )
    again = arbiter("sync", "--json", "--config", config).json
    [source] = again["sources"]
    assert (source["fetched"], source["changed"], source["unchanged"]) == (1, 0, 1)
    assert (again["published"]["tickets"], again["published"]["excluded"]) == (1, 0)


def test_sync_of_no_files_is_one_sentence(config: Path) -> None:
    (config.parent / "issues.jsonl").unlink()
    done = arbiter("sync", "--config", config)
    sentence = f"{config.parent}/issues.jsonl: no file is there; allowed: Jira issues as .json, .jsonl, .gz"
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1] == f"arbiter: {sentence}"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("issues.jsonl", b"garbage\nmore of it\n", "no Jira issue in it can be read; allowed: issues in JSON, "),
        ("issues.jsonl.gz", gzip.compress(b"\x00\xff garbage\n"), "no Jira issue in it can be read; allowed: "),
        ("issues.jsonl.gz", b"no gzip", "the file cannot be read to its end: Not a gzipped file"),
        ("issues.json", b'{"errorMessages": ["not signed in"]}', "no Jira issue in it can be read; allowed: "),
    ],
    ids=["text", "gzip of no JSON", "no gzip", "another answer"],
)
def test_a_source_of_which_nothing_can_be_read_is_a_failure(synced: Path, name: str, content: bytes, why: str) -> None:
    """What was pulled before stays, and is published."""
    place = synced.parent / name
    (synced.parent / "issues.jsonl").unlink()
    place.write_bytes(content)
    synced.write_text(synced.read_text().replace("issues.jsonl", name))
    done = arbiter("sync", "--config", synced)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("arbiter: files: nothing could be read, ")
    assert f"the first: {place}" in done.err.splitlines()[-1]
    mart = current_mart(synced.parent / "data/desk/mart")
    assert mart is not None
    published = contents(mart)
    assert [row[3] for row in published["coverage"] if row[1] == "last sync"] == [1]
    keys = published["ticket"][0].index("key")
    assert [row[keys] for row in published["ticket"][1:]] == ["DSD-1"]
    check = arbiter("check", "--config", synced)
    assert check.code == 1 and f"FAIL desk/files: {place}: {why}" in check.out
    assert "1 files" not in check.out


def test_a_file_that_is_garbage_among_others_is_named(synced: Path) -> None:
    (synced.parent / "b.jsonl").write_bytes(b"garbage\n")
    (synced.parent / "empty.jsonl").write_bytes(b"")
    synced.write_text(synced.read_text().replace("issues.jsonl", "*.jsonl"))
    done = arbiter("sync", "--config", synced)
    assert done.code == 0 and "files: fetched 1 " in done.err and "unreadable 1" in done.err
    check = arbiter("check", "--config", synced).out
    assert f"ok   desk/files: 2 files, from {synced.parent / 'empty.jsonl'}" in check
    assert f"FAIL desk/files: {synced.parent / 'b.jsonl'}: no Jira issue in it can be read; " in check


def test_publish_elsewhere_as_of_a_day(synced: Path) -> None:
    current = (synced.parent / "data/desk/mart/current").read_text(encoding="utf-8")
    out = synced.parent / "then.duckdb"
    done = arbiter("publish", "--as-of", "2025-09-01", "--out", out, "--config", synced)
    assert done.code == 0
    assert done.out == f"{out}: as of 2025-09-01 22:00:00 UTC, 1 tickets, 0 left out, 1 recomputed\n"
    assert contents(out)["interval"][-1][3] == "ON GOING"
    assert (synced.parent / "data/desk/mart/current").read_text(encoding="utf-8") == current


@pytest.mark.parametrize("t", ["20250901", "2025-W36-1", "2025W361", "2025-09-02T00:00", "20250901T22Z"])
def test_the_ways_to_write_a_day(synced: Path, t: str) -> None:
    done = arbiter("explain", "DSD-1", "--as-of", t, "--config", synced, "--json")
    assert (done.code, done.json["as_of"]) == (0, "2025-09-01 22:00:00")


def test_publish_takes_no_file_away(synced: Path) -> None:
    desk = synced.parent / "data" / "desk"
    current = desk / "mart" / (desk / "mart" / "current").read_text(encoding="utf-8").strip()
    for path, what in (
        (desk / "store.duckdb", "is there, and is no mart"),
        (synced, "is there, and is no mart"),
        (current, "lies among the published marts"),
        (desk / "mart" / "mine.duckdb", "lies among the published marts"),
        (desk, "is a folder"),
    ):
        before = path.read_bytes() if path.is_file() else None
        done = arbiter("publish", "--out", path, "--config", synced)
        sentence = f"arbiter: --out {path}: {what}; allowed: a new file, or a mart that --out made\n"
        assert (done.code, done.out, done.err) == (2, "", sentence)
        assert before == (path.read_bytes() if path.is_file() else None)
    for _ in range(2):
        assert arbiter("publish", "--out", synced.parent / "again.duckdb", "--config", synced).code == 0


@pytest.mark.parametrize("t", ["yesterday", "2025-13-01", "2025-09-01T25:00", "2025-W36", "2025W36T10:00", ""])
def test_a_bad_instant(synced: Path, t: str) -> None:
    done = arbiter("publish", "--as-of", t, "--config", synced)
    sentence = "no instant; allowed: 2026-10-31 or 2026-10-31T17:00+01:00"
    assert (done.code, done.out, done.err) == (2, "", f"arbiter: --as-of {t}: {sentence}\n")


def test_an_instant_far_away(synced: Path) -> None:
    for t in ("1066-10-14", "9998-12-31", "9999-12-31", "0001-01-01T00:00+14:00"):
        done = arbiter("publish", "--as-of", t, "--config", synced)
        assert (done.code, done.err) == (2, f"arbiter: --as-of {t}: too far away; allowed: 1970 to 2199\n")
    early = arbiter("publish", "--as-of", "1985-01-01", "--out", synced.parent / "early.duckdb", "--config", synced)
    assert (early.code, " 0 tickets, 0 left out" in early.out) == (0, True)


def test_publish_without_a_store(config: Path) -> None:
    done = arbiter("publish", "--config", config)
    store = config.parent / "data/desk/store.duckdb"
    assert (done.code, done.err) == (1, f"arbiter: {store}: there is no store yet: run `arbiter sync` first\n")


def test_publish_where_nothing_can_be_written(synced: Path) -> None:
    (synced.parent / "blocked").write_text("a file, no folder", encoding="utf-8")
    done = arbiter("publish", "--out", synced.parent / "blocked" / "mart.duckdb", "--config", synced)
    assert (done.code, done.err.count("\n")) == (1, 1)


# explain


def test_explain_shows_each_clock_segment_by_segment(synced: Path) -> None:
    done = arbiter("explain", "DSD-1", "--config", synced)
    assert done.code == 0
    text = done.out[done.out.index("RESOLUTION") : done.out.index("CLOSURE")].rstrip().splitlines()
    assert text == [
        "RESOLUTION (AMP-C3): met, goal 5 NWD",
        "  started Mon 2025-09-01 11:00:00 (TO DO), stopped Mon 2025-09-08 09:00:00",
        "  counted TO DO         Mon 2025-09-01 11:00:00 to Mon 2025-09-01 13:00:00  2 NWH = 7200 s  [AMP-C3]",
        "  paused  ON GOING      Mon 2025-09-01 13:00:00 to Tue 2025-09-02 10:00:00  5 NWH = 18000 s  [AMP-C3]; "
        "outside hours: night 16 h 0 min",
        "  counted IN PROGRESS   Tue 2025-09-02 10:00:00 to Mon 2025-09-08 09:00:00  3 NWD 7 NWH = 111600 s  [AMP-C3]; "
        "outside hours: night 64 h 0 min, weekend 48 h 0 min",
        "  sum of counted segments 4 NWD 1 NWH = 118800 s; paused 5 NWH = 18000 s",
        "  due Mon 2025-09-08 16:00:00 (AMP-G6); alerts passed: 3",
    ]


def test_explain_keeps_its_columns_apart_and_names_the_zone(tmp_path: Path) -> None:
    path = moves("TO DO", "1 11:00 Waiting for parts", "1 13:00 DONE")
    config = files_desk(tmp_path, desk_ticket("1 09:00", *path, status="DONE"))
    arbiter("sync", "--config", config)
    text = arbiter("explain", "DSD-1", "--config", config).out
    assert text[text.index("RESOLUTION") : text.index("CLOSURE")].splitlines()[2:4] == [
        "  counted TO DO             Mon 2025-09-01 09:00:00 to Mon 2025-09-01 11:00:00  2 NWH = 7200 s  [AMP-C3]",
        "  counted Waiting for parts Mon 2025-09-01 11:00:00 to Mon 2025-09-01 13:00:00  2 NWH = 7200 s  [AMP-C3]",
    ]
    assert text.splitlines()[2].endswith("1 NWD = 8 NWH; times in Europe/Rome")
    assert text.count("Europe/Rome") == 1


def test_explain_as_json_adds_up_to_the_clock(synced: Path) -> None:
    clocks = arbiter("explain", "DSD-1", "--json", "--config", synced).json["clocks"]
    assert [c["clock"] for c in clocks] == ["first_response", "first_human_response", "resolution", "closure"]
    for clock in clocks:
        for kind, total in (("counted", "working_seconds"), ("paused", "paused_seconds")):
            assert sum(s["working_seconds"] for s in clock["segments"] if s["kind"] == kind) == clock[total]
        for s in clock["segments"]:
            outside = s["night_seconds"] + s["weekend_seconds"] + s["holiday_seconds"]
            assert s["working_seconds"] + outside == s["elapsed_seconds"]


def test_explain_names_the_holidays_inside(tmp_path: Path) -> None:
    path = moves("TO DO", "2025-12-29 10:00 DONE")
    config = files_desk(tmp_path, desk_ticket("2025-12-24 16:00", *path, status="DONE"))
    arbiter("sync", "--config", config)
    [segment] = arbiter("explain", "DSD-1", "--json", "--config", config).json["clocks"][2]["segments"]
    assert [name.rsplit(" ", 3)[1:] for name in segment["holidays"]] == [["25", "Dec", "2025"], ["26", "Dec", "2025"]]
    assert [segment[f"{part}_seconds"] // 3600 for part in ("working", "holiday", "weekend", "night")] == [
        2,
        48,
        48,
        16,
    ]


def test_explain_as_of_shows_what_was_known_then(synced: Path) -> None:
    done = arbiter("explain", "DSD-1", "--as-of", "2025-09-01T12:00+02:00", "--json", "--config", synced)
    assert [(c["clock"], c["state"]) for c in done.json["clocks"]] == [
        ("first_response", "met"), ("first_human_response", "no_goal"),
        ("resolution", "running"), ("closure", "no_goal"),
    ]  # fmt: skip
    assert list((synced.parent / "data/desk/tmp").iterdir()) == []


def test_an_instant_in_the_future_is_told(synced: Path) -> None:
    out, future = (
        synced.parent / "then.duckdb",
        "--as-of lies in the future: what runs goes on until then as if nothing happened",
    )
    for as_of, told in (("2190-01-01", True), ("2025-09-03", False)):
        done = arbiter("publish", "--as-of", as_of, "--out", out, "--config", synced)
        assert (done.code, future in done.err.splitlines()) == (0, told)


def test_a_source_that_is_no_longer_configured_is_told(synced: Path) -> None:
    config = synced.read_text(encoding="utf-8")
    synced.write_text(config.replace('name = "files"', 'name = "renamed"'), encoding="utf-8")
    said = "1 tickets of a source that arbiter.toml no longer names: they count as they were last read"
    told = "SELECT source, checked, failed FROM coverage WHERE \"check\" = 'source in the configuration'"

    def coverage() -> list[tuple[Any, ...]]:
        mart = current_mart(synced.parent / "data/desk/mart")
        with duckdb.connect(str(mart), read_only=True) as db:
            return db.execute(told).fetchall()

    assert f"files: {said}" in arbiter("sync", "--config", synced).err.splitlines()
    assert coverage() == [("files", 1, 1)]
    synced.write_text(config, encoding="utf-8")
    assert f"renamed: {said}" in arbiter("sync", "--config", synced).err.splitlines()
    assert coverage() == [("renamed", 1, 1)]


def test_a_ticket_of_year_1_is_unreadable_and_the_others_land(tmp_path: Path) -> None:
    """The date that .NET has for none."""
    empty = replace(desk_ticket("1 09:00", key="DSD-2"), ticket_id="jira/2", created=datetime(1969, 1, 1, tzinfo=UTC))
    config = files_desk(tmp_path, TICKET, empty)
    issues = tmp_path / "issues.jsonl"
    issues.write_bytes(issues.read_bytes().replace(b'"created": "1969-', b'"created": "0001-'))
    done = arbiter("sync", "--config", config)
    assert done.code == 0, done.err
    assert "it was created before 1970" in done.err
    assert arbiter("explain", "DSD-1", "--config", config).code == 0


def test_letters_that_the_terminal_lacks_are_question_marks(tmp_path: Path) -> None:
    config = files_desk(tmp_path, desk_ticket("1 09:00", status="В работе"))
    assert arbiter("sync", "--config", config).code == 0
    command = [sys.executable, "-m", "cli", "explain", "DSD-1", "--config", str(config)]
    done = subprocess.run(command, env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "? ??????" in done.stdout


def test_a_path_that_is_not_in_utf_8_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xff")
    done = arbiter("sync", "--config", files_desk(folder, TICKET))
    allowed = "not in UTF-8; allowed: ASCII, or a locale in UTF-8, such as LC_ALL=C.UTF-8\n"
    assert (done.code, done.err.endswith(allowed)) == (2, True), done.err


def test_explain_finds_a_ticket_by_the_key_it_had(tmp_path: Path) -> None:
    config = files_desk(tmp_path, desk_ticket("1 09:00", change("2 09:00", "key", "DSP-7", "DSD-1")))
    arbiter("sync", "--config", config)
    done = arbiter("explain", "DSP-7", "--as-of", "2025-09-03", "--config", config)
    assert (done.code, done.out.split()[:1]) == (0, ["DSD-1"]), done.err


@pytest.mark.parametrize("options", [[], ["--as-of", "2025-09-03"]], ids=["mart", "store"])
def test_explain_finds_a_key_in_small_letters_too(synced: Path, options: list[str]) -> None:
    done = arbiter("explain", "dsd-1", *options, "--config", synced)
    assert (done.code, done.out.split()[:1]) == (0, ["DSD-1"]), done.err


def test_explain_of_the_current_mart_waits_for_nothing_that_makes_one(synced: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "cli", "explain", "DSD-1", "--config", synced]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("DSD-1 ")
    assert [name for name in ("pyarrow", "numpy", "tqdm") if f" {name}\n" in done.stderr] == []


def test_explain_what_is_not_there(synced: Path) -> None:
    done = arbiter("explain", "DSD-999", "--config", synced)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("arbiter: DSD-999: there is no such ticket as of ")
    assert arbiter("explain", "", "--config", synced).code == 1  # a script's variable that is not set


def test_explain_says_why_a_ticket_is_left_out(tmp_path: Path) -> None:
    config = files_desk(tmp_path, desk_ticket("1 09:00", type="Task"))
    arbiter("sync", "--config", config)
    done = arbiter("explain", "DSD-1", "--config", config)
    assert done.code == 1 and "DSD-1 is left out of the metrics as of" in done.err
    assert done.err.endswith("type in scope: DSD: Task\n")


def test_explain_before_anything_was_published(config: Path) -> None:
    done = arbiter("explain", "DSD-1", "--config", config)
    mart = config.parent / "data/desk/mart"
    assert (done.code, done.err) == (1, f"arbiter: {mart}: nothing was published yet: run `arbiter sync` first\n")


# Somebody else is at it


def test_explain_as_of_waits_for_a_sync_that_is_running(synced: Path) -> None:
    command = [sys.executable, "-m", "cli", "explain", "DSD-1", "--as-of", "2025-09-03", "--config", synced]
    with only_writer(synced.parent / "data/desk"):
        explain = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert explain.stderr and explain.stderr.readline() == (
            "waiting for a sync or publish of this desk that is running\n"
        )
        assert explain.poll() is None
    said, _ = explain.communicate(timeout=60)
    assert (explain.returncode, said.split()[0]) == (0, "DSD-1")


def test_a_store_that_somebody_has_open(synced: Path) -> None:
    """Another program holds the file: one sentence."""
    script = "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    store = synced.parent / "data/desk/store.duckdb"
    holder = subprocess.Popen([sys.executable, "-c", script, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout and holder.stdout.readline() == b"open\n"
    try:
        for command in (["sync"], ["publish"], ["explain", "DSD-1", "--as-of", "2025-09-03"]):
            done = arbiter(*command, "--config", synced)
            assert (done.code, "store.duckdb" in done.err, done.out) == (1, True, ""), command
    finally:
        holder.communicate()


def test_a_store_that_is_none(synced: Path) -> None:
    store = synced.parent / "data/desk/store.duckdb"
    store.write_bytes(b"not a database")
    for command in (["sync"], ["publish"]):
        done = arbiter(*command, "--config", synced)
        assert (done.code, "store.duckdb" in done.err) == (1, True), command
    store.unlink()
    duckdb.connect(str(store)).execute("CREATE TABLE something (x INTEGER)").close()
    done = arbiter("sync", "--config", synced)
    assert done.err.endswith(f"arbiter: {store}: is a DuckDB file but no store of Arbiter\n")


@pytest.mark.parametrize("left", [0, 0.3, 0.99])
def test_a_mart_that_was_cut_is_one_sentence(synced: Path, left: float) -> None:
    [mart] = (synced.parent / "data/desk/mart").glob("*.duckdb")
    mart.write_bytes(mart.read_bytes()[: int(mart.stat().st_size * left)])
    for command in (["explain", "DSD-1"], ["reconcile"]):
        done = arbiter(*command, "--config", synced)
        assert (done.code, done.out) == (1, ""), command
        assert done.err.startswith(
            f"arbiter: {mart}: cannot be read: `arbiter publish --full` makes it anew (IO Error: "
        )
        assert done.err.count("\n") == 1


@pytest.mark.parametrize("pointer", [b"", b"\xff\xfe\x00", b"../desk/store.duckdb", b"gone.duckdb"])
def test_a_pointer_that_names_no_mart_is_set_right_by_a_publish(synced: Path, pointer: bytes) -> None:
    current = synced.parent / "data/desk/mart/current"
    current.write_bytes(pointer)
    done = arbiter("explain", "DSD-1", "--config", synced)
    assert (done.code, done.err) == (1, f"arbiter: {current}: names no mart that is there: run `arbiter publish`\n")
    with pytest.raises(NoMart, match="Run `arbiter publish`"):  # what pages say
        current_snapshot(current.parent)
    if pointer == b"\xff\xfe\x00":
        assert arbiter("publish", "--config", synced).code == 0
        assert arbiter("explain", "DSD-1", "--config", synced).code == 0


def test_a_full_disk_is_one_sentence_and_loses_nothing(synced: Path) -> None:
    """/dev/full takes no byte: here it stands for the store's log."""
    log = synced.parent / "data/desk/store.duckdb.wal"
    log.symlink_to("/dev/full")
    done = arbiter("sync", "--config", synced)
    assert (done.code, done.out) == (1, "")
    [line] = [line for line in done.err.splitlines() if line.startswith("arbiter: ")]
    assert line.startswith("arbiter: the disk is full: make room, then run it again; what was committed stays (")
    assert f'{log}": No space left' in line
    log.unlink()
    assert arbiter("sync", "--config", synced).code == 0


def test_a_mart_where_no_file_can_be_is_one_sentence(synced: Path) -> None:
    done = arbiter("publish", "--out", "/proc/x.duckdb", "--config", synced)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith('arbiter: IO Error: Cannot open file "/proc/x.duckdb.partial"')


def test_a_place_where_nobody_may_write_is_one_sentence() -> None:
    done = arbiter("init", "--config", "/sys/arbiter.toml")
    said = "arbiter: a file cannot be written or read: give this account the right to it, then run it again ("
    assert (done.code, done.err.startswith(said), done.err.count("\n")) == (1, True, 1), done.err


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2"])
def test_serve_on_a_taken_port(config: Path, host: str) -> None:
    with socket.socket() as taken:
        taken.bind((host, 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = arbiter("serve", "--host", host, "--port", str(port), "--config", config)
    assert done.code == 1
    assert done.err == f"arbiter: port {port} on {host} is taken: stop what runs there, or choose another with --port\n"


@pytest.mark.parametrize("host", ["192.0.2.7", "a..b"])
def test_only_an_address_of_this_machine_can_be_listened_on(host: str) -> None:
    with pytest.raises(ConfigError, match=f"--host {host}: no address of this machine; allowed: such as 127.0.0.1"):
        need_port(8501, host)


def test_the_dashboard_ends_with_its_command(config: Path) -> None:
    """A service manager sends SIGTERM to the command alone; its port is free when the command has ended."""
    port = free_port()
    serving = dashboard_of(config, port)
    serving.terminate()
    assert (serving.wait(), port_is_free(port)) == (0, True)


def test_the_dashboard_ends_when_its_command_is_killed(config: Path) -> None:
    port = free_port()
    serving = dashboard_of(config, port)
    serving.kill()
    serving.wait()
    for _ in range(100):
        if port_is_free(port):
            return
        time.sleep(0.1)
    raise AssertionError("the dashboard keeps its port")


def dashboard_of(config: Path, port: int) -> subprocess.Popen[bytes]:
    """`arbiter serve` as a process of its own, from when its dashboard answers."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve", "--port", str(port), "--config", config], stderr=subprocess.DEVNULL
    )
    while True:
        assert serving.poll() is None
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return serving
        except OSError:
            time.sleep(0.1)


def test_paths_are_relative_to_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = files_desk(tmp_path / "here", TICKET)
    monkeypatch.chdir(tmp_path)
    assert arbiter("sync", "--config", "here/arbiter.toml").code == 0
    assert (config.parent / "data/desk/mart/current").is_file()


# The board's copies


def test_sync_and_publish_back_the_board_up(synced: Path) -> None:
    desk = load_config(synced).desk(None)
    copies = desk.folder / "backup"
    assert not copies.exists()  # nobody wrote anything yet
    call_meeting(Board(desk.board), "arb", "ARB", date(2025, 9, 12), "ann")
    assert arbiter("publish", "--config", synced, "--out", synced.parent / "other.duckdb").code == 0
    assert not copies.exists()  # not a publish that anybody reads
    assert arbiter("publish", "--config", synced).code == 0
    [copy] = copies.iterdir()
    copy.unlink()
    assert arbiter("sync", "--config", synced).code == 0
    assert [m.reference for m in meetings(Board(copy), "arb")] == ["ARB-001"]


def test_a_broken_board_is_said_and_keeps_no_figures_back(synced: Path) -> None:
    desk = load_config(synced).desk(None)
    desk.board.write_text("this is no board " * 100)
    done = arbiter("publish", "--config", synced)
    assert done.code == 0
    assert f"the board was not backed up: {desk.board}: the board cannot be read" in done.err


def test_a_backup_that_cannot_be_written_is_said_and_keeps_no_figures_back(synced: Path) -> None:
    desk = load_config(synced).desk(None)
    call_meeting(Board(desk.board), "arb", "ARB", date(2025, 9, 12), "ann")
    (desk.folder / "backup").symlink_to("/proc")  # it takes no file
    done = arbiter("publish", "--config", synced)
    assert done.code == 0
    assert f"the board was not backed up: {desk.folder / 'backup'}/board-" in done.err
