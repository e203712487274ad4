"""Zammad as a source, against a stand-in on loopback: whole, incremental = full, honest about what it cannot see."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.http import SourceError
from tests.command import arbiter
from tests.etl.pulls import PulledDesk
from tests.marts import assert_same
from tests.zammad_site import TOKEN, Fault, RunningZammad, ZammadSite

ANNA, BO, CUSTOMER = 2, 3, 9
CHANGES = (
    "SELECT field, from_value, to_value, from_id, to_id, author FROM change WHERE ticket_id = 'hd/{}' ORDER BY seq"
)


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARBITER_DESK_HD_TOKEN", TOKEN)


@pytest.fixture
def zammad() -> Iterator[RunningZammad]:
    with RunningZammad(ZammadSite()) as running:
        yield running


def desk(folder: Path, zammad: RunningZammad, more: str = "", profile: str = "jira-software") -> PulledDesk:
    return PulledDesk(folder, f'name = "hd"\nkind = "zammad"\nurl = "{zammad.url}"\n{more}\n', profile)


def busy(site: ZammadSite, count: int, rng: random.Random) -> None:
    """This many things happen at a desk."""
    for _ in range(count):
        ticket = rng.choice([*(t["id"] for t in site.visible()), None])
        what = rng.choice(["state", "owner", "group", "article"]) if ticket else "new"
        if ticket is None or what == "new":
            site.create(CUSTOMER, rng.choice([1, 2]))
        elif what == "article":
            site.write(ticket, rng.choice([ANNA, BO, CUSTOMER]), "Agent", internal=rng.random() < 0.3)
        else:
            values = {"state": [2, 3, 4], "owner": [1, ANNA, BO], "group": [1, 2]}[what]
            site.set(ticket, ANNA, what, rng.choice(values), nameless=rng.random() < 0.2)


# All of it


def test_a_ticket_with_its_whole_history(tmp_path: Path, zammad: RunningZammad) -> None:
    site = zammad.site
    ticket = site.create(channel="web")
    site.set(ticket, ANNA, "state", 2)
    site.set(ticket, ANNA, "owner", BO)
    site.set(ticket, ANNA, "group", 2, nameless=True)
    site.set(ticket, ANNA, "priority", 3)
    site.set(ticket, ANNA, "pending_time", "2026-03-09T10:00:00.000Z")
    site.write(ticket, BO, "Agent")
    site.write(ticket, BO, "Agent", internal=True)
    site.set(ticket, 1, "state", 4)
    made = desk(tmp_path, zammad)
    summary = made.pull()
    assert (summary.fetched, summary.entries, summary.incomplete, summary.rejected) == (1, 7, 0, [])
    assert made.rows(CHANGES.format(1)) == [
        (None, None, None, None, None, "9"),  # created
        ("status", "new", "open", "1", "2", "2"),
        ("assignee", None, "3", None, None, "2"),
        ("provider", "First Level", "Grid Storage", None, None, "2"),
        ("priority", "2 normal", "3 high", None, None, "2"),
        (None, None, None, None, None, "2"),  # pending_time
        ("status", "open", "closed", "2", "4", "1"),
    ]
    assert made.rows("SELECT key, project, status, provider, assignee, reporter, summary, description FROM ticket") == [
        ("22001", "hd", "closed", "Grid Storage", "3", "9", "Ticket 1", "present")
    ]
    assert made.rows("SELECT author, public FROM comment ORDER BY created_at") == [
        ("9", True),
        ("3", True),
        ("3", False),
    ]
    assert made.rows("SELECT person_id, name FROM person ORDER BY 1") == [
        ("1", "system"), ("2", "Anna Agent"), ("3", "Bo Agent"), ("9", "user 9"),
    ]  # fmt: skip
    assert made.rows("SELECT link_prefix FROM source_site") == [(f"{zammad.url}/#ticket/zoom/number/",)]


def test_nothing_secret_reaches_the_store(tmp_path: Path, zammad: RunningZammad) -> None:
    zammad.site.create()
    made = desk(tmp_path, zammad)
    made.pull()
    kept = made.store.read_bytes()
    assert [text for text in (b"SECRET-BODY", b"@example.org", TOKEN.encode()) if text in kept] == []


def test_the_token_signs_in_whatever_else_names_a_password(
    tmp_path: Path, zammad: RunningZammad, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login agent password SECRET\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    zammad.site.create()
    made = PulledDesk(tmp_path, f'name = "hd"\nkind = "zammad"\nurl = "{zammad.url}"', "jira-software")
    assert made.pull().fetched == 1
    assert made.rows("SELECT link_prefix FROM source_site") == [(f"{zammad.url}/#ticket/zoom/number/",)]
    done = arbiter("check", "--config", made.config)
    assert f"signed in at {zammad.url} as user 2" in done.out
    assert "SECRET" not in done.out + done.err


def test_a_merged_ticket_is_kept_and_says_where_it_went(tmp_path: Path, zammad: RunningZammad) -> None:
    site = zammad.site
    old, target = site.create(), site.create()
    site.merge(old, target, ANNA)
    made = desk(tmp_path, zammad)
    assert made.pull().incomplete == 0
    assert made.rows("SELECT id, status FROM ticket ORDER BY id") == [("1", "merged"), ("2", "new")]
    assert made.rows("SELECT ticket_id, label, other_id, other_key FROM link") == [
        ("hd/1", "merged into", "hd/2", "22002")
    ]
    # what was said before the target was there, was said in the other one
    assert made.rows(
        "SELECT count(*), min(comment_total) FROM comment JOIN ticket USING (ticket_id) WHERE id = '2'"
    ) == [(1, 1)]


def test_a_ticket_that_was_imported_has_no_whole_history(tmp_path: Path, zammad: RunningZammad) -> None:
    ticket = zammad.site.create()
    zammad.site.history[ticket] = []
    made = desk(tmp_path, zammad)
    assert made.pull().incomplete == 1
    assert made.rows("SELECT history_stored, history_total FROM ticket") == [(0, 1)]


OWN_FIELDS = """
[field.provider]
names = "Group"
[field.came_by]
names = ["channel", "Channel"]
[field.review]
names = "Review held"
kind = "date"
required = false
[field.severity]
names = "Severity"
"""


def test_further_fields_and_how_a_ticket_came(tmp_path: Path, zammad: RunningZammad) -> None:
    ticket = zammad.site.create(channel="chat", review_held=None)
    zammad.site.set(ticket, ANNA, "review_held", "2026-03-05")
    own = load_text("jira-software") + OWN_FIELDS
    made = desk(tmp_path, zammad, profile="own.toml")
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    made.pull()
    assert made.rows("SELECT field, value FROM extra_value ORDER BY field") == [
        ("came_by", "chat"),
        ("review", "2026-03-05"),
    ]
    assert made.rows("SELECT provider FROM ticket") == [("First Level",)]
    assert made.rows(CHANGES.format(1))[1][:3] == ("review", None, "2026-03-05")
    said = arbiter("check", "--config", made.config).out
    assert "ok   desk/hd: field came_by is the attribute channel" in said
    assert "FAIL desk/hd: field severity: the tickets have no attribute severity" in said


def load_text(profile: str) -> str:
    """The text of one of our profiles."""
    return (Path(__file__).parent.parent.parent / f"profiles/{profile}.toml").read_text(encoding="utf-8")


def test_the_figures_of_zammads_own_slas_can_be_compared(tmp_path: Path, zammad: RunningZammad) -> None:
    own = {"close_at": "2026-03-02T11:00:00.000Z", "close_in_min": 110, "close_diff_in_min": -10}
    zammad.site.create(first_response_escalation_at="2026-03-02T10:00:00.000Z", **own)
    made = desk(tmp_path, zammad)
    made.pull()
    assert made.rows(
        "SELECT clock, stopped_at IS NULL, breached, goal_ms, elapsed_ms FROM sla_cycle ORDER BY clock"
    ) == [
        ("first_response", True, None, None, None),
        ("resolution", False, True, 100 * 60_000, 110 * 60_000),
    ]


def test_a_profile_names_attributes_of_its_own(tmp_path: Path, zammad: RunningZammad) -> None:
    ticket = zammad.site.create(service="Storage")
    zammad.site.set(ticket, ANNA, "service", "Compute")
    made = desk(tmp_path, zammad, profile="desp")
    made.pull()
    assert made.rows("SELECT service, provider FROM ticket") == [
        ("Compute", None)
    ]  # desp looks elsewhere for the provider
    assert made.rows(CHANGES.format(1))[1][:3] == ("service", "Storage", "Compute")


# Again and again


@pytest.mark.parametrize("searches", [True, False], ids=["search", "no search"])
@pytest.mark.parametrize("seed", [1, 2])
def test_incremental_equals_full(tmp_path: Path, zammad: RunningZammad, searches: bool, seed: int) -> None:
    rng, site = random.Random(seed), zammad.site
    site.searches, site.longest_page = searches, 5
    worn = desk(tmp_path / "worn", zammad, "overlap_minutes = 1\npage_size = 7")
    for _ in range(3):
        busy(site, 25, rng)
        worn.pull()
    site.delete(2)
    assert worn.pull(full=True).deleted == 1
    fresh = desk(tmp_path / "fresh", zammad)
    fresh.pull()
    assert_same(worn.tables(), fresh.tables())
    assert worn.pull(full=True).changed == 0


def test_an_incremental_pull_asks_for_what_changed(tmp_path: Path, zammad: RunningZammad) -> None:
    busy(zammad.site, 60, random.Random(3))
    made = desk(tmp_path, zammad, "overlap_minutes = 0")
    made.pull()
    zammad.requests.clear()
    zammad.site.set(1, ANNA, "title", "Another title")
    assert made.pull().changed == 1
    assert sum("ticket_history" in path for path in zammad.requests) <= 2
    assert "/api/v1/tickets" not in zammad.requests


def test_a_search_that_lags_behind_loses_nothing(tmp_path: Path, zammad: RunningZammad) -> None:
    busy(zammad.site, 20, random.Random(4))
    made = desk(tmp_path, zammad, "overlap_minutes = 0\ncensus_hours = 0")
    made.pull()
    late, last = zammad.site.create(), zammad.site.create()
    zammad.site.not_indexed.add(late)
    assert made.pull().changed == 2  # the census does not ask the search
    assert made.rows(f"SELECT count(*) FROM ticket WHERE id IN ('{late}', '{last}')") == [(2,)]


def test_many_updates_at_one_instant(tmp_path: Path, zammad: RunningZammad) -> None:
    made = desk(tmp_path, zammad, "page_size = 3\noverlap_minutes = 0")
    zammad.site.create()
    made.pull()
    for _ in range(10):
        zammad.site.create()
    for ticket in zammad.site.tickets.values():
        ticket["updated_at"] = zammad.site.tick(0)
    made.pull()
    assert made.rows("SELECT count(*), count(DISTINCT updated_at) FROM ticket") == [(11, 1)]


def test_a_hidden_ticket_stays_and_is_reported(tmp_path: Path, zammad: RunningZammad) -> None:
    busy(zammad.site, 20, random.Random(5))
    made = desk(tmp_path, zammad)
    made.pull()
    zammad.site.hidden.add(1)
    summary = made.pull(full=True)
    assert (summary.deleted, summary.problems) == (
        0,
        ["1 tickets are hidden from the account now; they stay as they were"],
    )
    assert made.rows("SELECT gone_at FROM ticket WHERE id = '1'") == [(None,)]
    assert made.check("tickets visible")[0][1:] == (1, "1")


# Faults


@pytest.mark.parametrize(
    "fault",
    [Fault("/ticket_history/2", 429, headers={"Retry-After": "1"}), Fault("/tickets", 502), Fault("/by_ticket/1", 0)],
    ids=["429", "502", "broken off"],
)
def test_what_may_pass_is_tried_again(tmp_path: Path, zammad: RunningZammad, fault: Fault) -> None:
    for _ in range(3):
        zammad.site.create()
    zammad.faults.append(fault)
    summary = desk(tmp_path, zammad).pull()
    assert (summary.fetched, summary.retries, summary.waited_seconds) == (3, 1, 1)
    assert summary.requests == len(zammad.requests)


def test_a_pull_that_breaks_off_goes_on_where_it_was(tmp_path: Path, zammad: RunningZammad) -> None:
    for _ in range(9):
        zammad.site.create()
    made = desk(tmp_path, zammad, "page_size = 3\noverlap_minutes = 0")
    zammad.faults.append(Fault("/ticket_history/5", 401, times=-1))
    zammad.faults.append(Fault("/users/me", 401, times=-1))
    with pytest.raises(SourceError, match="does not accept the token"):
        made.pull()
    assert made.rows("SELECT count(*) FROM ticket") == [(8,)]
    zammad.faults.clear()
    zammad.requests.clear()
    made.pull()
    assert made.rows("SELECT count(*) FROM ticket") == [(9,)]
    assert "/api/v1/ticket_history/2" not in zammad.requests


def test_a_ticket_that_is_not_understood_is_named_and_the_rest_is_taken(tmp_path: Path, zammad: RunningZammad) -> None:
    for _ in range(3):
        zammad.site.create()
    zammad.site.articles[2][0]["created_at"] = "yesterday"
    made = desk(tmp_path, zammad)
    [sentence] = made.pull().rejected
    assert sentence.startswith("ticket 2: not as Zammad describes it: ValueError")
    assert made.rows("SELECT id FROM ticket ORDER BY id") == [("1",), ("3",)]
    assert made.check("pull complete") == [(2, 1, "2")]


def test_check_says_what_is_there_and_no_token_appears(tmp_path: Path, zammad: RunningZammad) -> None:
    zammad.site.create()
    made = desk(tmp_path, zammad)
    done = arbiter("check", "--config", made.config)
    assert f"ok   desk/hd: signed in at {zammad.url} as user 2 (Agent)" in done.out
    assert "ok   desk/hd: groups: First Level, Grid Storage" in done.out
    assert "ok   desk/hd: field provider is the attribute group" in done.out
    assert "ok   desk/hd: status Open is 'open'" in done.out
    assert "SLAs and calendars are not shown to this account" in done.out
    assert TOKEN not in done.out + done.err
