"""501 real histories: all of them whole, and every clock computed a second time from the raw JSON, day by day."""

import gzip
import json
import os
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.server import serve
from demo.site import JiraSite
from tests.command import arbiter, jira_desk, write_config
from tests.marts import assert_same, contents
from tests.naive.working_time import NaiveCalendar

FOLDER = os.environ.get("ARBITER_REALDATA", "")
FILE = Path(FOLDER) / "apache.issues.jsonl.gz"
pytestmark = pytest.mark.skipif(not FOLDER, reason="ARBITER_REALDATA names no folder with apache.issues.jsonl.gz")

OFFICE = NaiveCalendar("UTC", {day: (time(9), time(17)) for day in range(5)})
WAITING, DONE = {"Patch Available", "In Review"}, {"Resolved", "Done", "Closed"}
AUTOMATION = {"hudson", "jiraposter", "asf github bot"}
AS_OF = "2016-01-01T00:00+00:00"


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mart of the file."""
    folder = tmp_path_factory.mktemp("realdata")
    config = write_config(folder, f'name = "jira"\nkind = "jira-files"\npath = "{FILE}"', "jira-software")
    assert arbiter("sync", "--config", config).code == 0
    out = folder / "asked.duckdb"
    assert arbiter("publish", "--as-of", AS_OF, "--out", out, "--config", config).code == 0
    return out


@pytest.fixture(scope="module")
def raw() -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(FILE.read_bytes()).splitlines()]


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def test_every_history_is_there_and_whole(mart: Path, raw: list[dict[str, Any]]) -> None:
    store = mart.parent / "data/desk/store.duckdb"
    with duckdb.connect(str(store), read_only=True) as db:
        tickets = db.execute("SELECT count(*), count(*) FILTER (history_stored = history_total) FROM ticket").fetchall()
        stored = db.execute("SELECT ticket_id, entry_id FROM change GROUP BY ALL").fetchall()
        comments = db.execute("SELECT count(*) FROM comment").fetchall()
    assert (tickets, len(stored), comments) == ([(501, 501)], 2324, [(2075,)])
    assert set(stored) == {(f"jira/{i['id']}", h["id"]) for i in raw for h in i["changelog"]["histories"]}


def path_of(issue: dict[str, Any]) -> list[tuple[datetime, str, str | None]]:
    """When the issue entered which status by whom, from its creation on; straight from the JSON."""
    moves = sorted(
        (at(h["created"]), int(h["id"]), n, item, h.get("author") or {})
        for h in issue["changelog"]["histories"]
        for n, item in enumerate(h["items"])
        if item["field"] == "status"
    )
    first = moves[0][3]["fromString"] if moves else issue["fields"]["status"]["name"]
    path: list[tuple[datetime, str, str | None]] = [(at(issue["fields"]["created"]), first, None)]
    for when, _, _, item, author in moves:
        if item["toString"] != path[-1][1]:
            path.append((max(when, path[0][0]), item["toString"], author.get("name")))
    return path


def seconds(path: list[tuple[datetime, str, str | None]], stop: datetime, paused: set[str]) -> int:
    """Open seconds from creation to `stop`, without those in a status that pauses."""
    ends = [*(when for when, _, _ in path[1:]), stop]
    stays = [
        (begin, min(end, stop)) for (begin, status, _), end in zip(path, ends, strict=True) if status not in paused
    ]
    return sum(OFFICE.open_seconds(begin, end) for begin, end in stays if begin < end)


def expected(issue: dict[str, Any]) -> dict[str, tuple[datetime | None, int]]:
    """Stop and working seconds of the clocks that a move stops."""
    path = path_of(issue)
    end = datetime.fromisoformat(AS_OF)
    left = next((when for when, status, _ in path if status not in ("Open", "To Do")), None)
    runs = [n for n, (_, s, _) in enumerate(path) if s in DONE and (n == 0 or path[n - 1][1] not in DONE)]
    resolved = path[runs[-1]][0] if path[-1][1] in DONE else None
    closed = path[-1][0] if path[-1][1] == "Closed" else None
    return {
        "first_response": (left, seconds(path, left or end, set())),
        "resolution": (resolved, seconds(path, resolved or end, WAITING | DONE)),
        "closure": (closed, seconds(path, closed or end, WAITING | {"Closed"})),
    }


def test_all_clocks_equal_those_computed_from_the_raw_issues(mart: Path, raw: list[dict[str, Any]]) -> None:
    with duckdb.connect(str(mart), read_only=True) as db:
        rows = db.execute("SELECT key, clock, stopped_at, working_seconds FROM clock").fetchall()
    found = {(key, clock): (stop, used) for key, clock, stop, used in rows if clock != "first_human_response"}
    wanted = {
        (issue["key"], clock): (stop and stop.replace(tzinfo=None), used)
        for issue in raw
        for clock, (stop, used) in expected(issue).items()
    }
    assert len(found) == 3 * 501
    assert {k: (found.get(k), w) for k, w in wanted.items() if found.get(k) != w} == {}


def test_the_human_answer_equals_that_of_the_raw_issues(mart: Path, raw: list[dict[str, Any]]) -> None:
    with duckdb.connect(str(mart), read_only=True) as db:
        found = dict(db.execute("SELECT key, stopped_at FROM clock WHERE clock = 'first_human_response'").fetchall())
    wrong = {}
    for issue in raw:
        if any(i["field"] == "reporter" for h in issue["changelog"]["histories"] for i in h["items"]):
            continue  # the reporter changed: left to the examples by hand
        others = [(w, by) for w, _, by in path_of(issue)[1:]]
        others += [
            (at(c["created"]), (c.get("author") or {}).get("name")) for c in issue["fields"]["comment"]["comments"]
        ]
        reporter = (issue["fields"]["reporter"] or {}).get("name")
        answers = [w for w, by in others if by and by != reporter and by.lower() not in AUTOMATION]
        answers += [w for w, status, _ in path_of(issue) if status == "Closed"]
        stop = min(answers).replace(tzinfo=None) if answers else None
        if found[issue["key"]] != stop:
            wrong[issue["key"]] = (found[issue["key"]], stop)
    assert wrong == {}


def test_the_backlog_of_every_day_is_that_of_the_raw_issues(mart: Path, raw: list[dict[str, Any]]) -> None:
    paths = [path_of(issue) for issue in raw]
    with duckdb.connect(str(mart), read_only=True) as db:
        found = db.execute("SELECT day, received, backlog_open, backlog_unresolved FROM flow_day").fetchall()
    midnights = [datetime.combine(day + timedelta(days=1), time(0), UTC) for day, *_ in found]
    assert midnights[-1] == datetime.fromisoformat(AS_OF)
    assert (midnights[-1] - midnights[0]).days == len(found) - 1
    for (day, received, *backlog), midnight in zip(found, midnights, strict=True):
        standing = [[status for when, status, _ in path if when < midnight][-1:] for path in paths]
        statuses = [status for last in standing for status in last]
        assert received == sum(path[0][0].date() == day for path in paths)
        assert backlog == [sum(s != "Closed" for s in statuses), sum(s not in DONE for s in statuses)], day


def test_flow_and_closing_add_up(mart: Path, raw: list[dict[str, Any]]) -> None:
    closed = [path_of(issue)[-1] for issue in raw]
    months = Counter(when.date().replace(day=1) for when, status, _ in closed if status == "Closed")
    with duckdb.connect(str(mart), read_only=True) as db:
        rows = db.execute("SELECT month, closed, received_total, closed_total FROM received_closed").fetchall()
        flow = db.execute("SELECT sum(received), sum(reopened) FROM flow_month").fetchall()
        [reopened] = db.execute("SELECT sum(reopenings) FROM ticket").fetchall()
    assert {month: n for month, n, *_ in rows if n} == months
    assert rows[-1][2:] == (501, sum(months.values()))
    assert flow == [(501, *reopened)]


def items_of(issue: dict[str, Any], field: str) -> list[tuple[datetime, dict[str, Any]]]:
    """The changes of a field in order, straight from the JSON."""
    found = [
        (at(h["created"]), int(h["id"]), n, i)
        for h in issue["changelog"]["histories"]
        for n, i in enumerate(h["items"])
    ]
    return [(when, i) for when, _, _, i in sorted(found, key=lambda c: c[:3]) if i["field"] == field]


def due_dates(issue: dict[str, Any]) -> list[tuple[datetime, date]]:
    """Every due date that was set, and when; the one at creation first."""
    changes = items_of(issue, "duedate")
    first = changes[0][1]["from"] if changes else issue["fields"].get("duedate")
    texts = [(at(issue["fields"]["created"]), first), *((when, i["to"]) for when, i in changes)]
    return [(when, date.fromisoformat(text)) for when, text in texts if text]


def test_due_dates_were_kept_as_the_raw_issues_say(mart: Path, raw: list[dict[str, Any]]) -> None:
    columns = "key, initial_eta, agreed_eta, band, days_late"
    with duckdb.connect(str(mart), read_only=True) as db:
        found = {row[0]: row[1:] for row in db.execute(f"SELECT {columns} FROM eta_delivery").fetchall()}
        summed = db.execute("""SELECT sum(delivered), sum(n_no_eta), sum(n_initial + n_revised + n_week + n_month + n_later)
                               FROM eta_accuracy WHERE dimension = 'all'""").fetchall()
    wanted: dict[str, tuple[Any, ...]] = {}
    for issue in raw:
        delivered = expected(issue)["resolution"][0]
        if delivered:
            by_then = [eta for when, eta in due_dates(issue) if when <= delivered]
            late = (delivered.date() - by_then[-1]).days if by_then else None
            wanted[issue["key"]] = (
                (None, None, "no_eta", None) if late is None
                else (by_then[0], by_then[-1], "initial" if delivered.date() <= by_then[0] else _band(late), late)
            )  # fmt: skip
    assert found == wanted
    without = sum(row[2] == "no_eta" for row in wanted.values())
    assert summed == [(len(wanted), without, len(wanted) - without)]
    assert len(wanted) - without > 100


def _band(days_late: int) -> str:
    return "revised" if days_late <= 0 else "week" if days_late <= 7 else "month" if days_late <= 30 else "later"


def test_reopenings_and_owners_equal_those_of_the_raw_issues(mart: Path, raw: list[dict[str, Any]]) -> None:
    with duckdb.connect(str(mart), read_only=True) as db:
        reopened = dict(db.execute("SELECT key, reopenings FROM ticket").fetchall())
        handed = dict(db.execute("SELECT key, count(*) FROM handover GROUP BY key").fetchall())
    for issue in raw:
        statuses = [status in DONE for _, status, _ in path_of(issue)]
        assert reopened[issue["key"]] == sum(a and not b for a, b in pairwise(statuses)), issue["key"]
        moved = [i for _, i in items_of(issue, "assignee") if i["from"] != i["to"]]
        assert handed.get(issue["key"], 0) == len(moved), issue["key"]


def test_stalled_issues_equal_those_of_the_raw_issues(mart: Path, raw: list[dict[str, Any]]) -> None:
    out = mart.parent / "stalled.duckdb"
    t = datetime.fromisoformat("2013-06-15T12:00+00:00")
    assert (
        arbiter("publish", "--as-of", t.isoformat(), "--out", out, "--config", mart.parent / "arbiter.toml").code == 0
    )
    with duckdb.connect(str(out), read_only=True) as db:
        found = dict(db.execute("SELECT key, days FROM stalled").fetchall())
    wanted = {}
    for issue in raw:
        entries = [*issue["changelog"]["histories"], *issue["fields"]["comment"]["comments"], issue["fields"]]
        happened = [at(e["created"]) for e in entries if at(e["created"]) < t]
        standing = [status for when, status, _ in path_of(issue) if when < t]
        if standing and standing[-1] not in DONE and t - max(happened) >= timedelta(days=14):
            wanted[issue["key"]] = (t - max(happened)).days
    assert found == wanted
    assert len(wanted) > 10


@pytest.mark.parametrize("flavour", ["dc", "cloud"])
def test_over_http_the_mart_is_the_same(
    mart: Path, tmp_path: Path, flavour: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = JiraSite.from_issue_file(FILE)
    monkeypatch.setenv("ARBITER_DESK_JIRA_TOKEN", "demo-token")
    if flavour == "cloud":
        monkeypatch.setenv("ARBITER_DESK_JIRA_USER", "arbiter@desp.example.org")
    with serve(site, flavour) as server:
        config = jira_desk(tmp_path, server.url, sorted(site.projects), "jira-software")
        assert arbiter("sync", "--config", config).code == 0
    out = tmp_path / "asked.duckdb"
    arbiter("publish", "--as-of", AS_OF, "--out", out, "--config", config)
    mine, other = (comparable(contents(m)) for m in (out, mart))
    assert_same(mine, other)


def comparable(tables: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The tables about tickets, without the address of the site."""
    names = tables["ticket"][0]
    url = names.index("url")
    tickets = [row[:url] + row[url + 1 :] for row in tables["ticket"]]
    return {"ticket": tickets} | {t: tables[t] for t in ("interval", "clock", "clock_segment", "coverage_item")}
