"""A real Request Tracker of one's own: RT 5 as Debian packages it, on SQLite in a folder, on loopback.

People act in it through RT's own code (rt_actions.pl) under a clock that the test sets, so that RT itself writes
histories that lie in the past. What a test reads, it reads over HTTP.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

PASSWORD = "open-sesame-1"
ZONE = "Europe/Amsterdam"  # of the site and its accounts; what REST 2 says is in UTC all the same
ALL_RIGHTS = (
    "SeeQueue", "ShowTicket", "ShowTicketComments", "CreateTicket", "ModifyTicket", "OwnTicket", "TakeTicket",
    "StealTicket", "ReassignTicket", "ReplyToTicket", "CommentOnTicket", "DeleteTicket", "SeeCustomField",
    "ModifyCustomField",
)  # fmt: skip
_SETUP = "rt-setup-database-5"
_SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
_PACKAGES = "request-tracker5 rt5-db-sqlite rt5-standalone libfaketime"
_CONFIG = """
Set($rtname, 'cases.example.org');
Set($Organization, 'cases.example.org');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.sqlite');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($Timezone, '{zone}');
Set($BcryptCost, 4);
Set($MailCommand, 'testfile');
Set($LogToSyslog, undef);
Set($LogToSTDERR, undef);
Set(%GnuPG, Enable => 0);
Set(%SMIME, Enable => 0);
1;
"""


def why_no_rt() -> str | None:
    """Why no Request Tracker can be had here, and how to get one; None if it can."""
    if shutil.which(_SETUP) and _SERVER.exists() and _libfaketime():
        return None
    return f"no Request Tracker 5 here; get it as root: apt-get update && apt-get install -y {_PACKAGES}"


class RtSite:
    """A Request Tracker that runs. `url` is its address; every action happens at the instant (UTC) that is given."""

    def __init__(self, url: str, actions: "subprocess.Popen[str]") -> None:
        self.url, self._actions = url, actions

    def do(self, action: str, at: datetime | None = None, by: str = "RT_System", **more: Any) -> Any:
        """Let `by` do something, as rt_actions.pl lists it. Returns what RT answers; RuntimeError when it refuses."""
        if not (self._actions.stdin and self._actions.stdout):
            raise RuntimeError("the actions were started without pipes")
        line = {"do": action, "as": by, "at": f"{at:%Y-%m-%d %H:%M:%S}" if at else None, **more}
        self._actions.stdin.write(json.dumps(line) + "\n")
        self._actions.stdin.flush()
        answer = json.loads(self._actions.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{line}: {answer['error']}")
        return answer["is"]

    def own_history(self, ticket: int, user: str) -> list[dict[str, str]]:
        """The ticket's history as RT itself shows it in its older text interface: one dict of `Type`, `Field`,
        `OldValue`, `NewValue`, `Created` (UTC) … an entry, oldest first."""
        address = f"{self.url}/REST/1.0/ticket/{ticket}/history?format=l"
        text = requests.post(address, data={"user": user, "pass": PASSWORD}, timeout=60).text
        entries = text.split("\n\n", 1)[1].split("\n--\n")
        return [dict(line.split(": ", 1) for line in e.splitlines() if ": " in line) for e in entries]


@contextmanager
def rt_site(folder: Path) -> Iterator[RtSite]:
    """A Request Tracker with its core data and nothing else, in `folder`, until the block ends."""
    port = _free_port()
    environment = _environment(folder, port)
    _checked([_SETUP, "--action", "init", "--skip-create"], environment)
    server = subprocess.Popen(
        [_SERVER, "--host", "127.0.0.1", "--port", str(port), "--max-workers", "1", "--max-reqs-per-child", "10000"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    clocked = environment | _faked_clock(folder)
    actions = subprocess.Popen(
        ["perl", Path(__file__).with_name("rt_actions.pl")],
        env=clocked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        site = RtSite(f"http://127.0.0.1:{port}", actions)
        site.do("quiet", datetime(2025, 1, 1))
        _wait_for(f"{site.url}/REST/2.0/rt")
        yield site
    finally:
        actions.kill()
        actions.communicate()
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def _environment(folder: Path, port: int) -> dict[str, str]:
    (folder / "more").mkdir()  # what Debian adds for the machine's own RT stays out
    config = folder / "RT_SiteConfig.pm"
    config.write_text(_CONFIG.format(folder=folder, port=port, zone=ZONE), encoding="utf-8")
    return os.environ | {"RT_SITE_CONFIG": str(config), "RT_SITE_CONFIG_DIR": str(folder / "more"), "TZ": "UTC"}


def _faked_clock(folder: Path) -> dict[str, str]:
    (folder / "clock").write_text("2025-01-01 00:00:00", encoding="utf-8")
    return {
        "LD_PRELOAD": str(_libfaketime()), "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip


def _libfaketime() -> Path | None:
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def _checked(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    """Until the server answers, if only to say that it wants a sign-in."""
    for _ in range(600):
        try:
            if requests.get(address, timeout=10).status_code == 401:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError(f"Request Tracker does not answer at {address}")
