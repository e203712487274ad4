"""Issues from files: every form, broken ones named by file and line, and the same mart as over HTTP."""

import gzip
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.server import serve
from demo.shapes import Flavour
from demo.site import JiraSite
from tests.command import arbiter, jira_desk, write_config
from tests.desks import jira_issue, rows_of
from tests.etl.jira_site import BOTH, desk
from tests.etl.pulls import pull_desk
from tests.marts import assert_same, contents
from tests.naive.examples import comment, desk_ticket, moves

ISSUES = [json.loads(jira_issue(desk_ticket("1 09:00", key=f"DSD-{n}"))) | {"id": str(n)} for n in (1, 2, 3)]
TOLD = (*moves("OPEN", "1 10:00 RECEIVED", "1 11:00 TO DO"), comment("1 12:00", "bob"))


def lines(*issues: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(issue).encode() + b"\n" for issue in issues)


def page(*issues: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"startAt": 0, "total": len(issues), "issues": list(issues), **more}, indent=1).encode()


def pull(
    folder: Path, pattern: str = "exports/*", profile: str = "desp", **files: bytes
) -> tuple[dict[str, Any], list[str]]:
    """Pull the files (`_` stands for a dot in their names): the summary, and the keys in the store."""
    (folder / "exports").mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / "exports" / name.replace("_", ".")).write_bytes(content)
    config = write_config(folder, f'name = "files"\nkind = "jira-files"\npath = "{pattern}"', profile)
    summary = asdict(pull_desk(config))
    with duckdb.connect(str(folder / "data/desk/store.duckdb"), read_only=True) as db:
        keys = [key for (key,) in db.execute("SELECT key FROM ticket ORDER BY key").fetchall()]
    return summary, keys


def published(folder: Path) -> Path:
    """The mart of what was pulled there, as a sync leaves it."""
    done = arbiter("sync", "--json", "--config", folder / "arbiter.toml")
    assert done.code == 0, done.err
    return Path(done.json["published"]["path"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a_jsonl", lines(*ISSUES)),
        ("a_jsonl_gz", gzip.compress(lines(*ISSUES))),
        ("a_json", page(*ISSUES)),
        ("a_json_gz", gzip.compress(page(*ISSUES))),
        ("list_json", json.dumps(ISSUES, indent=1).encode()),
        ("pages_jsonl", lines({"issues": ISSUES[:2]}) + b"\n" + lines({"issues": ISSUES[2:]})),
        ("lines_json", lines(*ISSUES)),
    ],
)  # fmt: skip
def test_every_form_is_read(tmp_path: Path, name: str, content: bytes) -> None:
    summary, keys = pull(tmp_path, **{name: content})
    assert keys == ["DSD-1", "DSD-2", "DSD-3"]
    assert (summary["fetched"], summary["changed"], summary["rejected"]) == (3, 3, [])


def test_several_files_and_a_single_issue(tmp_path: Path) -> None:
    assert pull(tmp_path, a_jsonl=lines(*ISSUES[:2]), b_json=json.dumps(ISSUES[2]).encode())[1] == [
        "DSD-1",
        "DSD-2",
        "DSD-3",
    ]


def test_broken_lines_are_named_and_the_others_land(tmp_path: Path) -> None:
    no_time = ISSUES[1] | {"fields": ISSUES[1]["fields"] | {"created": "once"}}
    content = lines(ISSUES[0]) + b'{"id": "2", "key"\n' + b"\xff\xfe\n" + lines(no_time) + b"\n" + lines(ISSUES[2])
    summary, keys = pull(tmp_path, a_jsonl=content)
    assert keys == ["DSD-1", "DSD-3"]
    file = tmp_path / "exports/a.jsonl"
    places = [text.split(": ", 1)[0] for text in summary["rejected"]]
    assert places == [f"{file}:2", f"{file}:3", f"{file}:4"]
    assert summary["rejected"][2] == f"{file}:4: its created or updated is no time"


@pytest.mark.parametrize("first", ['{"id": "1", "key": "DSD-1", "fields": {"summ', "garbage", "[1,2]", "3", "null"])
def test_a_broken_first_line_keeps_the_others_neither_out_nor_without_a_link(tmp_path: Path, first: str) -> None:
    """Where tickets are linked is learned from the first issue that can be read."""
    named = [issue | {"self": f"https://jira.example.org/rest/api/2/issue/{issue['id']}"} for issue in ISSUES]
    summary, keys = pull(tmp_path, a_jsonl=first.encode() + b"\n" + lines(*named))
    assert keys == ["DSD-1", "DSD-2", "DSD-3"]
    assert [text.split(": ", 1)[0] for text in summary["rejected"]] == [f"{tmp_path / 'exports/a.jsonl'}:1"]
    with duckdb.connect(str(tmp_path / "data/desk/store.duckdb"), read_only=True) as db:
        assert db.execute("SELECT link_prefix FROM source_site").fetchall() == [("https://jira.example.org/browse/",)]


def test_a_gz_that_was_cut_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    whole = gzip.compress(lines(*ISSUES) * 1, compresslevel=0)
    summary, keys = pull(tmp_path, a_jsonl_gz=whole[: len(whole) - len(lines(ISSUES[2])) // 2 - 8])
    assert keys == ["DSD-1", "DSD-2"]
    assert [t for t in summary["rejected"] if "cannot be read to its end" in t and "a.jsonl.gz" in t]


def test_broken_lines_count_in_coverage(tmp_path: Path) -> None:
    pull(tmp_path, a_jsonl=lines(*ISSUES) + b"nonsense\n")
    [row] = [row for row in contents(published(tmp_path))["coverage"] if row[1] == "issues readable"]
    assert row[2:4] == (4, 1) and "a.jsonl:4" in row[4]


WITH_CATEGORY = ISSUES[0] | {"fields": ISSUES[0]["fields"] | {"customfield_77": {"value": "Security"}}}


@pytest.mark.parametrize(
    ("name", "time"),
    [
        ("updated", "20000-01-01T00:00:00.000+0000"),
        ("updated", "0001-01-01T00:00:00.000+1400"),
        ("created", "9999-12-31T23:59:59.999-1200"),
    ],
)
def test_a_time_beyond_the_calendar_is_none(tmp_path: Path, name: str, time: str) -> None:
    odd = ISSUES[1] | {"fields": ISSUES[1]["fields"] | {name: time}}
    summary, keys = pull(tmp_path, a_jsonl=lines(ISSUES[0], odd))
    assert keys == ["DSD-1"]
    assert summary["rejected"] == [f"{tmp_path / 'exports/a.jsonl'}:2: its created or updated is no time"]
    published(tmp_path)


def test_an_issue_without_a_changelog_is_not_whole(tmp_path: Path) -> None:
    """Exported without `expand=changelog`: what happened to it is unknown, not nothing."""
    bare = {name: value for name, value in ISSUES[1].items() if name != "changelog"}
    summary, _ = pull(tmp_path, a_jsonl=lines(ISSUES[0], bare))
    assert summary["incomplete"] == 1
    mart = published(tmp_path)
    whole = "source = 'files' AND \"check\" = 'histories whole'"
    assert rows_of(mart, "coverage", "checked, failed, detail", whole) == [
        {"checked": 2, "failed": 1, "detail": "0 of 1 entries"}
    ]
    assert [row["key"] for row in rows_of(mart, "ticket", "key")] == ["DSD-1"]


@pytest.mark.parametrize("time", ["05/Mar/26 10:00 AM", None, "", "20000-01-01T00:00:00.000+0000"])
def test_what_has_no_readable_time_makes_its_issue_incomplete(tmp_path: Path, time: str | None) -> None:
    """A move that nobody can place shifts clocks; a comment that nobody can place may have been the answer."""
    moved, told = (
        json.loads(jira_issue(desk_ticket("1 09:00", *TOLD, key=f"DSD-{n}"))) | {"id": str(n)} for n in (4, 5)
    )
    moved["changelog"]["histories"][1]["created"] = time
    told["fields"]["comment"]["comments"][0]["created"] = time
    summary, _ = pull(tmp_path, a_jsonl=lines(ISSUES[0], moved, told))
    assert (summary["incomplete"], summary["rejected"]) == (2, [])
    mart = published(tmp_path)
    assert rows_of(mart, "coverage", '"check", failed, detail', "\"check\" LIKE '% whole' AND failed > 0") == [
        {"check": "comments whole", "failed": 1, "detail": "0 of 1 comments"},
        {"check": "histories whole", "failed": 1, "detail": "1 of 2 entries"},
    ]
    assert [row["key"] for row in rows_of(mart, "ticket", "key")] == ["DSD-1", "DSD-5"]


def test_a_custom_field_with_the_name_of_a_system_field_is_not_that_field(tmp_path: Path) -> None:
    """Data Center's older histories name a field without its id; they say what kind of field it is."""
    issue = json.loads(jira_issue(desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED"), status="RECEIVED")))
    entry = issue["changelog"]["histories"][0]
    (moved,) = entry["items"]
    shown = {name: value for name, value in moved.items() if name != "fieldId"} | {"fieldtype": "jira"}
    custom = {
        "field": "Status",
        "fieldtype": "custom",
        "from": None,
        "fromString": None,
        "to": "7",
        "toString": "CLOSED",
    }
    entry["items"] = [shown, custom, custom | {"fieldId": ""}]
    pull(tmp_path, a_jsonl=lines(issue))
    assert rows_of(published(tmp_path), "ticket", "status") == [{"status": "RECEIVED"}]


@pytest.mark.parametrize(
    "files",
    [
        {"a_json": page(WITH_CATEGORY, names={"customfield_77": "Category"})},
        {"a_jsonl": lines(WITH_CATEGORY), "fields_json": b'[{"id": "customfield_77", "name": "category"}]'},
    ],
    ids=["names in the page", "fields.json"],
)
def test_custom_fields_by_name(tmp_path: Path, files: dict[str, bytes]) -> None:
    summary, _ = pull(tmp_path, **files)
    with duckdb.connect(str(tmp_path / "data/desk/store.duckdb"), read_only=True) as db:
        assert db.execute("SELECT category FROM ticket").fetchall() == [("Security",)]
    assert [p for p in summary["problems"] if p.startswith("field category")] == []


@pytest.mark.parametrize(
    "files", [{}, {"fields_json": b'[{"id": "project", "name": "Project"}]'}], ids=["unlisted", "listed"]
)
def test_what_every_ticket_has_is_no_field_of_the_profile(tmp_path: Path, files: dict[str, bytes]) -> None:
    own = tmp_path / "own.toml"
    text = (Path(__file__).parents[2] / "profiles/jira-software.toml").read_text(encoding="utf-8")
    own.write_text(text + '\n[field.provider]\nnames = ["Project"]\n', encoding="utf-8")
    summary, _ = pull(tmp_path, profile=str(own), a_jsonl=lines(ISSUES[0]), **files)
    assert "field provider: 'Project' is what every ticket has, and is read as that; allowed: another field" in [
        problem.replace("'project'", "'Project'") for problem in summary["problems"]
    ]


def test_a_line_that_is_nested_without_an_end_is_left_out_and_told(tmp_path: Path) -> None:
    deep = b'{"id": "9", "key": "DSD-9", "fields": {"summary": ' + b"[" * 200_000 + b"]" * 200_000 + b"}}\n"
    summary, keys = pull(tmp_path, a_jsonl=deep + lines(*ISSUES))
    assert (keys, len(summary["rejected"])) == (["DSD-1", "DSD-2", "DSD-3"], 1)
    assert "a.jsonl:1: " in summary["rejected"][0]


def test_a_second_name_that_every_ticket_has_is_no_matter_where_the_first_exists(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (Path(__file__).parents[2] / "profiles/jira-software.toml").read_text(encoding="utf-8")
    own.write_text(text + '\n[field.category]\nnames = ["Severity", "Priority"]\n', encoding="utf-8")
    issue = ISSUES[0] | {"fields": ISSUES[0]["fields"] | {"customfield_7": {"value": "High"}}}
    listed = b'[{"id": "customfield_7", "name": "Severity"}, {"id": "priority", "name": "Priority"}]'
    pull(tmp_path, profile=str(own), a_jsonl=lines(issue), fields_json=listed)
    with duckdb.connect(str(tmp_path / "data/desk/store.duckdb"), read_only=True) as db:
        assert db.execute("SELECT category FROM ticket").fetchall() == [("High",)]


def test_check_looks_for_statuses_and_projects_in_the_issues(tmp_path: Path) -> None:
    item = {"field": "status", "from": "1", "fromString": "OPEN", "to": "2", "toString": "Re-Opend"}
    entry = {"id": "9", "created": "2025-09-01T10:00:00.000+0200", "items": [item]}
    moved = ISSUES[0] | {"changelog": {"total": 1, "histories": [entry]}}
    elsewhere = ISSUES[1] | {"key": "XY-2", "fields": ISSUES[1]["fields"] | {"project": {"key": "XY"}}}
    pull(tmp_path, a_jsonl=lines(moved, elsewhere))
    done = arbiter("check", "--config", tmp_path / "arbiter.toml")
    assert done.code == 1
    assert "ok   desk/files: 2 issues of DSD, XY\n" in done.out
    assert "FAIL desk/files: project XY: the profile does not name it; its tickets are left out\n" in done.out
    assert "FAIL desk/files: status 'Re-Opend': the profile does not name it; it counts as active work\n" in done.out


def test_without_any_list_of_fields_histories_are_read_by_the_profiles_names(tmp_path: Path) -> None:
    item = {"field": "Category", "from": None, "fromString": None, "to": "1", "toString": "Security"}
    entry = {"id": "9", "created": "2025-09-01T10:00:00.000+0200", "items": [item]}
    summary, _ = pull(tmp_path, a_jsonl=lines(ISSUES[0] | {"changelog": {"total": 1, "histories": [entry]}}))
    with duckdb.connect(str(published(tmp_path)), read_only=True) as db:
        assert db.execute("SELECT category, channel FROM ticket").fetchall() == [("Security", "priority")]
    assert [p for p in summary["problems"] if p.startswith("field category")] != []


@pytest.mark.parametrize("flavour", BOTH)
def test_the_same_issues_over_http_and_from_a_file(
    tmp_path: Path, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    site: JiraSite = desk(20, histories=120, comments=25)
    monkeypatch.setenv("ARBITER_DESK_JIRA_TOKEN", "demo-token")
    if flavour == "cloud":
        monkeypatch.setenv("ARBITER_DESK_JIRA_USER", "arbiter@desp.example.org")
    with serve(site, flavour) as server:
        over_http = jira_desk(tmp_path / "http", server.url, ["DSD"], "jira-software")
        pull_desk(over_http)
    source = 'name = "jira"\nkind = "jira-files"\npath = "all.jsonl"'
    from_file = write_config(tmp_path / "file", source, "jira-software")
    (tmp_path / "file/all.jsonl").write_bytes(lines(*site.issues.values()))
    pull_desk(from_file)
    assert_same(*(tickets_of(config) for config in (over_http, from_file)))


def tickets_of(config: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The mart's tables about tickets, without the address of the site."""
    out = config.parent / "asked.duckdb"
    assert arbiter("publish", "--as-of", "2026-06-01", "--out", out, "--config", config).code == 0
    tables = contents(out)
    url = tables["ticket"][0].index("url")
    return {
        "ticket": [row[:url] + row[url + 1 :] for row in tables["ticket"]],
        **{name: tables[name] for name in ("interval", "clock", "clock_segment", "coverage_item")},
    }
