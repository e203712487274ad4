"""The browser of the page tests: finds a Chromium, or gets one. `make test` runs this first."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find(of_playwright: str | None = None) -> str | None:
    """The path of a Chromium: the one that ARBITER_CHROMIUM names, one on the PATH, or Playwright's own; or None.

    `of_playwright`: where Playwright's own would be, from whom has a Playwright running.
    """
    named = os.environ.get("ARBITER_CHROMIUM")
    on_path = next((path for name in _NAMES if (path := shutil.which(name))), None)
    own = of_playwright or (None if named or on_path else _of_playwright())
    return named or on_path or (own if own and Path(own).is_file() else None)


def _of_playwright() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def get() -> str | None:
    """Install one: Playwright's, else the system's where that needs no password. None where neither can be had."""
    _quietly([sys.executable, "-m", "playwright", "install", "chromium"])
    if not find() and shutil.which("apt-get") and os.geteuid() == 0:
        _quietly(["apt-get", "update"])
        _quietly(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"])
    return find()


def _quietly(command: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=600)


def main() -> int:
    """0 when the page tests have a browser; else one line that says what to install, and 1."""
    if find():
        return 0
    print("test: getting Chromium for the browser tests", file=sys.stderr)
    if get():
        return 0
    print(
        "test: no Chromium for the browser tests: it could not be downloaded, and apt-get needs root here; install it "
        "(Debian, Ubuntu: sudo apt-get install chromium) or name one in ARBITER_CHROMIUM",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
