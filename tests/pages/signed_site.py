"""A dashboard on which people sign in at a real provider: two desks, one of counted tickets and one with planted words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.command import write_config
from tests.pages import planted_desk, small_mart
from tests.pages.oidc_provider import CLIENT_ID, CLIENT_SECRET, PEOPLE, running_provider
from tests.pages.serving import Serving, free_port
from tests.pages.visit import Visit

SOURCE = 'name = "jira"\nkind = "jira"\nurl = "https://jira.example.org"\nprojects = ["DSD"]'
ROLES = 'service_manager = ["Mara@desk.example"]\nesa = ["stan@nowhere.example"]'
PLANTED_DESK = "planted"


def auth(provider: str, address: str) -> str:
    """The part of a configuration that says who signs people in, and who is what."""
    return (
        f'[auth]\nprovider = "{provider}"\nclient_id = "{CLIENT_ID}"\naddress = "{address}"\n'
        f"[auth.roles]\n{ROLES}\n"
    )  # fmt: skip


@dataclass
class Site:
    """A dashboard behind a provider. Who signed in once comes back signed in: the provider's page is slow.

    One person after the other, in one window: it compiles the dashboard's scripts once.
    """

    url: str
    home: Path
    window: Visit
    _cookies: dict[str, Any] = field(default_factory=dict)

    def sign_in(self, who: str, address: str = "") -> Visit:
        """The window of somebody who has signed in, on the page that shows itself then, or on `address`."""
        cookies = self._cookies_of(who)
        self.leave()
        self.window.page.context.add_cookies(cookies)
        self.window.page.goto(f"{self.url}/{address}")
        expect(self.window.page.locator(".stMainBlockContainer")).to_be_visible(timeout=30_000)
        return self.window

    def leave(self) -> Page:
        """The window of somebody who was never here, with nothing heard yet."""
        page = self.window.page
        page.goto(self.url + "/_stcore/health")  # to forget what the dashboard left in the window
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        page.context.clear_cookies()
        page.goto("about:blank")
        self.window.received.clear()
        return page

    def cookies(self, who: str) -> dict[str, str]:
        """What the browser of somebody who signed in sends along."""
        return {cookie["name"]: cookie["value"] for cookie in self._cookies_of(who)}

    def _cookies_of(self, who: str) -> Any:
        if who not in self._cookies:
            self._cookies[who] = self._signing_in(who)
        return self._cookies[who]

    def _signing_in(self, who: str) -> Any:
        page = self.leave()
        page.goto(self.url)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name=PEOPLE[who]["name"]).click()
        page.wait_for_url(
            f"{self.url}/**", wait_until="commit"
        )  # with the cookies; what is drawn then is asked for later
        return page.context.cookies()


@contextmanager
def signed_site(home: Path, browser: Browser) -> Iterator[Site]:
    """The site, running in `home` until the end."""
    port = free_port()
    small_mart.build(home / "data" / "desk" / "mart")
    planted_desk.build(home / "data" / PLANTED_DESK)
    with running_provider() as provider:
        config = write_config(home, SOURCE)
        second = f'[desk.{PLANTED_DESK}]\nprofile = "desp"\n\n[[desk.{PLANTED_DESK}.source]]\n{SOURCE}\n'
        config.write_text(config.read_text() + second + auth(provider.discovery, f"http://127.0.0.1:{port}"))
        given = {"ARBITER_AUTH_CLIENT_SECRET": CLIENT_SECRET, "ARBITER_AUTH_COOKIE_SECRET": "0" * 32}
        with Serving(home, port, **given) as url:
            context = browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
            yield Site(url, home, Visit.listening(context.new_page()))
            context.close()
