"""The embedded demo: a simulated desk behind a real Jira REST surface on loopback, pulled like any other."""

import os
from datetime import UTC, datetime
from pathlib import Path

from demo.desk import simulate
from demo.server import Credentials, serve
from demo.shapes import Flavour
from etl.config import Desk, load_config, secret_prefix
from etl.sync import sync_and_publish
from launch.backup import back_up_board
from launch.dashboard import LOOPBACK, need_port, serve_dashboard
from launch.terminal import Terminal

_DESK, _SOURCE = "desp", "jira"
_CONFIG = """\
# Written by `arbiter demo`: the simulated desk. Make your own with `arbiter init`.
data = "."

[desk.desp]
profile = "desp"

[[desk.desp.source]]
name = "jira"
kind = "jira"
url = "{url}"
projects = ["DSD", "DSP", "DPM", "DEMS", "DCMS", "DSEC", "DC"]
"""


def run_demo(data: Path, port: int, tickets: int, flavour: Flavour, serve_after: bool, terminal: Terminal) -> int:
    """Simulate, serve on loopback, sync over HTTP, publish; then the dashboard. Returns the exit code.

    The simulated histories end now and only grow from run to run, so a second run pulls what is new. The simulated
    Jira listens on the port after the dashboard's and stays up with it, since tickets link to it. Raises
    ArbiterError when a port is taken.
    """
    need_port(port)
    need_port(port + 1)
    until = datetime.now(UTC).replace(second=0, microsecond=0)
    terminal.say(f"demo: simulating about {tickets} tickets of the DESP service desk up to now")
    server = serve(simulate(until=until, tickets=tickets), flavour=flavour, port=port + 1)
    try:
        desk = _configured(data, server.url, flavour)
        terminal.say(f"demo: pulling from the simulated Jira on {server.url}")
        back_up_board(desk, terminal.say)
        _, published = sync_and_publish(desk, False, terminal.say, terminal.count)
        terminal.say(f"demo: published {published.tickets} tickets, {published.excluded} left out, as of now")
        return serve_dashboard(load_config(data / "demo.toml"), LOOPBACK, port, terminal.say) if serve_after else 0
    finally:
        server.stop()


def _configured(data: Path, url: str, flavour: Flavour) -> Desk:
    """Write demo.toml and set the secrets of the simulated Jira in the environment."""
    account, prefix = Credentials(), secret_prefix(_DESK, _SOURCE)
    os.environ[f"{prefix}_TOKEN"] = account.token
    os.environ[f"{prefix}_USER"] = account.user if flavour == "cloud" else ""
    data.mkdir(parents=True, exist_ok=True)
    config = data / "demo.toml"
    config.write_text(_CONFIG.format(url=url), encoding="utf-8")
    return load_config(config).desk(_DESK)
