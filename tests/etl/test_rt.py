"""Request Tracker: pulled over REST 2 from a real one, with histories that RT itself wrote."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

from etl.config import load_config
from etl.http import Credentials, SourceError
from etl.sources.rt import RtSource
from tests.command import arbiter
from tests.desks import mart_of, rows_of
from tests.etl.pulls import PulledDesk
from tests.marts import assert_same
from tests.rt_cases import Cases, staffed
from tests.rt_site import PASSWORD, RtSite, rt_site, why_no_rt

pytestmark = pytest.mark.skipif(bool(why_no_rt()), reason=why_no_rt() or "")
BEGIN = datetime(2025, 3, 3, 8, 0)
PROFILE = Path(__file__).parents[2] / "profiles" / "egi-cases.toml"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtSite]:
    """One Request Tracker for all tests here; each has a queue of its own."""
    with rt_site(tmp_path_factory.mktemp("rt")) as running:
        staffed(running)
        running.do("user", name="guest", real="Guest", password=PASSWORD)
        yield running


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARBITER_DESK_RT_USER", "anna")
    monkeypatch.setenv("ARBITER_DESK_RT_PASSWORD", PASSWORD)


def rt_desk(folder: Path, url: str, *queues: str, more: str = "") -> PulledDesk:
    """A desk in a folder that pulls some queues, with the profile `egi-cases` for all of them."""
    folder.mkdir(exist_ok=True)
    profile = PROFILE.read_text(encoding="utf-8").replace("[project.technical-support-cases]", '[project."*"]')
    (folder / "cases.toml").write_text(profile, encoding="utf-8")
    source = f'name = "rt"\nkind = "rt"\nurl = "{url}"\nqueues = {json.dumps(queues)}\n{more}'
    return PulledDesk(folder, source, "cases.toml")


def statuses_told(site: RtSite, case: int) -> list[tuple[str, datetime, datetime | None]]:
    """The stays in a status as RT's own history tells them; a case that never moved is `new`."""
    told = site.own_history(case, "anna")
    moves = [(e["NewValue"], at_of(e)) for e in told if e["Type"] == "Status"]
    starts = [("new", at_of(told[0])), *moves]
    ends = [at for _, at in moves]
    return [(status, at, end) for (status, at), end in zip(starts, [*ends, None], strict=True)]


def at_of(entry: dict[str, str]) -> datetime:
    return datetime.fromisoformat(entry["Created"])


def test_every_status_interval_is_the_one_of_rts_own_history(site: RtSite, tmp_path: Path) -> None:
    queue = Cases(site, "year")
    cases = queue.a_year(12, BEGIN)
    desk = rt_desk(tmp_path, site.url, "year")
    assert desk.pull().fetched == 12
    mart = mart_of(desk.store, BEGIN + timedelta(days=800), load_config(desk.config).desk().profile())
    for case in cases:
        rows = rows_of(mart, "interval", "status, entered_at, left_at", f"key = '{case}'")
        pulled = sorted((tuple(row.values()) for row in rows), key=lambda row: row[1])
        assert pulled == statuses_told(site, case), case
    failed = rows_of(mart, "coverage", '"check", failed, detail', "failed > 0")
    assert failed == []
    assert desk.pull(full=True).changed == 0


def test_an_incremental_pull_after_a_killed_one_equals_a_full_one(site: RtSite, tmp_path: Path) -> None:
    queue = Cases(site, "later")
    cases = [queue.create(BEGIN + timedelta(days=n)) for n in range(3)]
    more = "page_size = 2\ncensus_hours = 0"
    desk = rt_desk(tmp_path / "a", site.url, "later", more=more)

    def killed(label: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.pull(count=killed)
    assert desk.rows("SELECT count(*) FROM ticket") == [(2,)]
    assert desk.pull().fetched == 2  # the last one that was there, and the one that was not
    soon = BEGIN + timedelta(days=2, minutes=30)  # sooner than the zone of the account is ahead of UTC
    queue.act(soon, "bert", "reply", cases[0])
    queue.move(soon + timedelta(days=1), "anna", cases[1], "Assessed")
    queue.create(soon + timedelta(days=3), fields={"Scientific discipline": ["Physics", "Biology"]})
    summary = desk.pull()
    assert not summary.full and summary.changed == 3
    other = rt_desk(tmp_path / "b", site.url, "later", more=more)
    other.pull()
    assert_same(desk.tables(), other.tables())


def test_what_a_case_went_through(site: RtSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set at creation, several values, an owner who changes, dates, a move to another queue, links."""
    queue = Cases(site, "told")
    site.do("queue", name="elsewhere")
    case = queue.create(
        BEGIN, fields={"Implementation status": "Assessed", "Scientific discipline": ["Physics", "Art"]}
    )
    other = queue.create(BEGIN)
    hours = iter(BEGIN + timedelta(hours=n) for n in range(1, 30))
    act = [
        ("bert", "steal", {}),
        ("anna", "add", {"field": "Scientific discipline", "value": "Biology"}),
        ("anna", "remove", {"field": "Scientific discipline", "value": "Physics"}),
        ("anna", "add", {"field": "Implementation status", "value": "Preparatory"}),
        ("anna", "due", {"to": "2025-06-30 22:00:00"}),  # in UTC: 1 July where the desk is
        ("bert", "untake", {}),
        ("anna", "link", {"type": "DependsOn", "to": other}),
        ("anna", "comment", {}),
        ("anna", "priority", {"to": 40}),
        ("anna", "move", {"to": "elsewhere"}),
    ]
    for by, action, more in act:
        queue.act(next(hours), by, action, case, **more)
    desk = rt_desk(tmp_path, site.url, "told", "elsewhere")
    assert desk.pull().incomplete == 0
    changes = desk.rows(
        """SELECT field, from_value, to_value FROM change WHERE ticket_id = ? AND field <> 'priority' ORDER BY seq""",
        f"rt/{case}",
    )
    assert changes == [
        ("assignee", "anna", "bert"),
        ("scientific_discipline", "Art; Physics", "Art; Biology; Physics"),
        ("scientific_discipline", "Art; Biology; Physics", "Art; Biology"),
        ("implementation_status", "Assessed", "Preparatory"),
        ("eta", None, "2025-07-01"),
        ("assignee", "bert", None),
        ("link", None, f"This issue depends on {other}"),
        ("project", "told", "elsewhere"),
    ]
    assert desk.rows("SELECT label, other_id FROM link WHERE ticket_id = ?", f"rt/{case}") == [
        ("depends on", f"rt/{other}")
    ]
    assert desk.rows("SELECT public, author FROM comment WHERE ticket_id = ?", f"rt/{case}") == [(False, "anna")]
    now = "SELECT project, priority, assignee, eta, reporter, resolution_date FROM ticket WHERE id = ?"
    assert desk.rows(now, str(case)) == [("elsewhere", "40", None, "2025-07-01", "user@lab.example", None)]
    monkeypatch.setenv("ARBITER_DESK_RT_USER", "root")  # who sees more, and to whom RT says how many pages there are
    monkeypatch.setenv("ARBITER_DESK_RT_PASSWORD", "password")
    as_root = rt_desk(tmp_path / "root", site.url, "told", "elsewhere")
    as_root.pull()
    assert_same(desk.tables(), as_root.tables())


def ask(site: RtSite, case: int, *requestors: str) -> None:
    """Set who asks, over REST, as of now."""
    address = f"{site.url}/REST/2.0/ticket/{case}"
    answer = requests.put(address, json={"Requestor": requestors}, auth=("anna", PASSWORD), timeout=60)
    answer.raise_for_status()


def test_the_reporter_follows_the_first_requestor(site: RtSite, tmp_path: Path) -> None:
    case = Cases(site, "asked").create(BEGIN)
    ask(site, case, "user@lab.example", "bert@example.org")
    ask(site, case, "bert@example.org")
    ask(site, case, "bert@example.org", "user@lab.example")
    desk = rt_desk(tmp_path, site.url, "asked")
    assert desk.pull().incomplete == 0
    told = "SELECT field, from_value, to_value FROM change ORDER BY seq"
    assert desk.rows(told) == [
        (None, None, None),
        ("reporter", "user@lab.example", "bert"),
        (None, None, None),
    ]
    assert desk.rows("SELECT reporter, name FROM ticket JOIN person ON person_id = reporter") == [
        ("bert", "Bert de Vries")
    ]


def test_deleted_and_merged_cases_are_buried_and_rejected_ones_are_not(site: RtSite, tmp_path: Path) -> None:
    queue = Cases(site, "gone")
    kept, deleted, merged, rejected = (queue.create(BEGIN) for _ in range(4))
    desk = rt_desk(tmp_path, site.url, "gone", more="census_hours = 0")
    desk.pull()
    later = BEGIN + timedelta(days=1)
    queue.act(later, "anna", "status", deleted, to="deleted")
    queue.act(later, "anna", "merge", merged, to=kept)
    queue.act(later, "anna", "status", rejected, to="rejected")
    assert desk.pull().deleted == 2
    gone = {id_ for (id_,) in desk.rows("SELECT id FROM ticket WHERE gone_at IS NOT NULL")}
    assert gone == {str(deleted), str(merged)}


def test_a_right_that_is_missing_buries_nothing_and_is_named(
    site: RtSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Cases(site, "rights")
    case = queue.create(BEGIN, fields={"Implementation status": "Assessed"})
    queue.move(BEGIN + timedelta(days=1), "anna", case, "Preparatory")
    desk = rt_desk(tmp_path, site.url, "rights", "nowhere", more="census_hours = 0")
    desk.pull()
    monkeypatch.setenv("ARBITER_DESK_RT_USER", "guest")
    missing = "queue nowhere does not exist, or the account lacks the right SeeQueue in it"
    site.do("grant", user="guest", queue="rights", rights=["SeeQueue"])
    with pytest.raises(
        SourceError, match="queue rights shows no ticket: it is empty, or the account lacks ShowTicket in"
    ):
        desk.pull()
    assert desk.rows("SELECT count(*) FROM ticket WHERE gone_at IS NOT NULL") == [(0,)]
    site.do("grant", user="guest", queue="rights", rights=["ShowTicket"])
    said = arbiter("check", "--config", desk.config).out
    assert missing in said and "field implementation_status: the site has no field named" in said


def test_check_names_the_statuses_that_cases_are_in_and_the_profile_does_not_know(site: RtSite, tmp_path: Path) -> None:
    queue = Cases(site, "lifecycle")
    queue.create(BEGIN)
    opened, refused = queue.create(BEGIN), queue.create(BEGIN)
    queue.act(BEGIN + timedelta(days=1), "anna", "status", opened, to="open")
    queue.act(BEGIN + timedelta(days=1), "anna", "status", refused, to="rejected")
    desk = rt_desk(tmp_path, site.url, "lifecycle")
    profile = (tmp_path / "cases.toml").read_text(encoding="utf-8")
    (tmp_path / "cases.toml").write_text(profile.replace('name = "rejected"', 'name = "refused"'), encoding="utf-8")
    said = arbiter("check", "--config", desk.config)
    assert said.code == 1
    assert "FAIL desk/rt: status 'rejected': the profile does not name it; it counts as active work" in said.out
    assert "ok   desk/rt: status open is 'open'" in said.out
    assert "ok   desk/rt: status stalled: no ticket was in it" in said.out


def test_sign_in_by_token_and_by_password_and_no_secret_is_shown(
    site: RtSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Cases(site, "door").create(BEGIN)
    desk = rt_desk(tmp_path, site.url, "door")
    visible = "queue door is visible, and tickets in it"
    assert visible in arbiter("check", "--config", desk.config).out
    monkeypatch.delenv("ARBITER_DESK_RT_USER")
    monkeypatch.delenv("ARBITER_DESK_RT_PASSWORD")
    assert "no token: set ARBITER_DESK_RT_TOKEN" in arbiter("check", "--config", desk.config).out
    monkeypatch.setenv("ARBITER_DESK_RT_TOKEN", site.do("token", user="anna"))
    assert visible in arbiter("check", "--config", desk.config).out
    monkeypatch.setenv("ARBITER_DESK_RT_TOKEN", "1-14-wrong")
    refused = arbiter("sync", "--config", desk.config)
    assert refused.code == 1 and "does not accept the token or password" in refused.err
    assert "1-14-wrong" not in refused.out + refused.err and "Traceback" not in refused.err


def test_an_address_without_a_request_tracker_is_told_in_a_sentence(site: RtSite) -> None:
    source = RtSource("rt", f"{site.url}/nowhere", ["any"], Credentials("", "x"), sleep=lambda _: None)
    with pytest.raises(SourceError, match="a web page came instead of data"):
        source.site()
