"""Signing in at a real provider in a real browser: each role sees its own, and nothing before."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from etl.config import Auth
from metrics.errors import ConfigError
from sight.loopback import is_loopback
from tests.command import arbiter, write_config
from tests.pages.signed_site import PLANTED_DESK, SOURCE, Site, auth
from tests.pages.small_mart import MARKUP, PLANTED
from tests.pages.visit import drawer, settled
from tests.pages.wire import open_page
from ui.navigation import PAGES
from ui.people import open_to_others, person


def _ready(page: Page) -> Page:
    page.locator(".st-key-coverage").wait_for(timeout=30_000)
    settled(page)
    return page


def test_nobody_sees_anything_before_signing_in(site: Site) -> None:
    page = site.leave()
    for address in ("", "ticket?key=DSD-0", "?show=open.2026-11"):
        page.goto(f"{site.url}/{address}")
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)
        assert page.locator(".st-key-frame, .st-key-filters").count() == 0
        assert "DSD-0" not in page.inner_text("body")


def test_the_manager_sees_people_and_no_restricted_ticket(site: Site) -> None:
    visit = site.sign_in("manager", "overview?show=open.2026-11")
    page = _ready(visit.page)
    drawer(page)
    assert visit.saw("Marta Rinaldi")
    assert not visit.saw(PLANTED)
    page.goto(f"{site.url}/ticket?key=DSD-3")
    expect(page.get_by_role("heading", name=f"DSD-3 · {MARKUP}")).to_be_visible(timeout=30_000)


def test_the_security_team_sees_restricted_tickets(site: Site) -> None:
    visit = site.sign_in("guard", "ticket?key=DSEC-7")
    expect(visit.page.get_by_role("heading", name=f"DSEC-7 · {PLANTED}")).to_be_visible(timeout=30_000)


def test_the_officer_sees_pseudonyms_and_not_what_is_hidden_from_esa(site: Site) -> None:
    visit = site.sign_in("officer", "?show=received.2026-11")
    page = _ready(visit.page)
    drawer(page)
    page.goto(f"{site.url}/ticket?key=DSD-0")
    expect(page.get_by_text(re.compile(r"Person [A-Z2-7]{6}")).first).to_be_visible(timeout=30_000)
    page.goto(f"{site.url}/ticket?key=DSP-2")
    expect(page.get_by_text("can be shown")).to_be_visible(timeout=30_000)
    hidden = ("Marta", "Rinaldi", "Carvalho", PLANTED, "DSP-2 ", "DSEC-99", "12 of 14")
    assert [word for word in hidden if visit.saw(word)] == []
    opened = {listed.file: open_page(f"{site.url}/{listed.file}", site.cookies("officer")) for listed in PAGES}
    assert [(word, file) for word in hidden for file, sent in opened.items() if sent.holds(word)] == []


def test_the_officer_opens_a_link_as_of_last_month_and_downloads_what_they_see(site: Site) -> None:
    address = f"overview?desk={PLANTED_DESK}&as_of=2026-10-31&show=open.2026-10"
    page = site.sign_in("officer", address).page
    page.locator(".st-key-as-of-banner").wait_for(timeout=120_000)
    opened = drawer(page)
    expect(opened).to_contain_text("2 tickets")
    expect(opened).to_contain_text("1 restricted for your role: counted, not listed.")
    with page.expect_download() as download:
        opened.get_by_role("button", name="XLSX").click()
    sheet, about = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).worksheets
    titles, only = sheet.iter_rows(values_only=True)
    row = dict(zip(titles, only, strict=True))
    assert (row["Ticket"], row["Summary"]) == ("DSD-1", "Waits for (restricted)")
    assert re.fullmatch(r"Person [A-Z2-7]{6}", row["Assignee"])
    assert dict(about.iter_rows(values_only=True))["As of"] == "Sun 01 Nov 2026, 00:00:00 Europe/Rome"


@pytest.mark.parametrize("who", ["stranger", "impostor"])
def test_somebody_without_a_role_reads_one_sentence(site: Site, who: str) -> None:
    page = site.sign_in(who).page
    expect(page.get_by_text("who has no role here")).to_be_visible(timeout=30_000)
    assert page.locator(".st-key-frame, .st-key-filters").count() == 0


def test_a_view_that_somebody_saved_is_theirs(site: Site) -> None:
    page = _ready(site.sign_in("chair", "?project=DSP&months=3").page)
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Save what is shown as").fill("=The providers")
    page.get_by_role("button", name="Save", exact=False).last.click()
    settled(page)
    page.goto(site.url)
    _ready(page)
    page.get_by_role("button", name="Views").click()
    page.get_by_role("link", name="=The providers", exact=True).click()
    page.wait_for_url(re.compile("project=DSP"))
    assert "months=3" in page.url
    other = _ready(site.sign_in("manager").page)
    other.get_by_role("button", name="Views").click()
    expect(other.get_by_label("Save what is shown as")).to_be_visible()
    assert other.get_by_text("=The providers").count() == 0


def test_signing_out_ends_it(site: Site) -> None:
    page = _ready(site.sign_in("chair").page)
    page.get_by_role("button", name="Carl Chair").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)


AUTH = Auth(
    provider="https://login.example.org/.well-known/openid-configuration",
    client_id="arbiter",
    address="https://arbiter.example.org",
    claim="groups",
    roles={"arb": ["board", "Ann@desk.example"], "esa": ["ann@desk.example"]},
)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANN = {"iss": "https://login.example.org", "sub": "1", "iat": NOW.timestamp() - 60, "email": "ann@desk.example"}


@pytest.mark.parametrize(
    ("more", "roles"),
    [
        ({}, {"arb", "esa"}),
        ({"email": "bob@desk.example", "groups": "board"}, {"arb"}),
        ({"groups": ["security"]}, {"arb", "esa", "security"}),
        ({"email_verified": False}, set()),
        ({"email_verified": "False"}, set()),
        ({"email_verified": "true"}, {"arb", "esa"}),
        ({"email": "bob@desk.example", "groups": [{"name": "board"}, 7]}, set()),
    ],
)
def test_roles_come_from_the_claim_and_from_the_lists(more: dict[str, object], roles: set[str]) -> None:
    found = person({**ANN, **more}, AUTH, NOW)
    assert found is not None
    assert found.roles == roles


def test_who_signed_in_too_long_ago_signs_in_again() -> None:
    assert person(ANN, AUTH, NOW + timedelta(hours=13)) is None
    assert person({**ANN, "iat": None}, AUTH, NOW) is None


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("127.0.0.2", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), (None, False)],
)
def test_pages_take_for_this_machine_alone_what_serve_does(
    monkeypatch: pytest.MonkeyPatch, host: str | None, alone: bool
) -> None:
    monkeypatch.setattr("ui.people.st.get_option", lambda name: host)
    assert (is_loopback(host or ""), open_to_others(None)) == (alone, not alone)


def test_others_are_let_in_with_a_provider_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = write_config(tmp_path, SOURCE)
    refused = arbiter("serve", "--config", config, "--host", "0.0.0.0")
    assert refused.code == 2
    assert "others could look in without signing in; allowed: 127.0.0.1, or any with [auth]" in refused.err
    config.write_text(config.read_text() + auth("https://login.example.org/x", "https://arbiter.example.org"))
    monkeypatch.setenv("ARBITER_AUTH_CLIENT_SECRET", "s")
    short = arbiter("serve", "--config", config, "--host", "0.0.0.0")
    assert short.code == 2
    assert "ARBITER_AUTH_COOKIE_SECRET is missing or short" in short.err


def test_a_provider_in_the_open_is_refused(tmp_path: Path) -> None:
    config = write_config(tmp_path, SOURCE)
    config.write_text(config.read_text() + auth("http://login.example.org/x", "https://arbiter.example.org"))
    refused = arbiter("check", "--config", config)
    assert refused.code == ConfigError.exit_code
    assert "would carry secrets in the open" in refused.err
